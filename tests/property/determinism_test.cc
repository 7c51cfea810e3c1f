// The same commands at the same times give the same bytes: on both engines, whatever the groups.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <memory>
#include <string>
#include <vector>

#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/test_bank.h"
#include "service/store/rocksdb_store.h"
#include "service/store/test_folder.h"
#include "tests/property/plain_model.h"
#include "tests/property/random_commands.h"

namespace timebank::property {
namespace {

using ledger::Dump;
using ledger::TestBank;

std::vector<TimedCommand> CommandsOf(uint64_t seed, int count) {
  PlainModel model;
  RandomCommands random(&model);
  std::vector<TimedCommand> commands = random.Opening();
  for (const TimedCommand& command : commands) {
    model.Apply(command.command, command.time);
  }
  for (int i = 0; i < count; ++i) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    commands.push_back(random.Next(seed));
    if (commands.back().command.bank == "xt") {
      model.Apply(commands.back().command, commands.back().time);
    }
  }
  return commands;
}

struct Result {
  std::vector<model::Outcome> outcomes;
  Dump dump;
};

Result RunOn(store::Store* store, size_t group, const std::vector<TimedCommand>& commands) {
  Result result;
  TestBank bank(store, group);
  for (const TimedCommand& command : commands) {
    result.outcomes.push_back(bank.Apply(command.command, command.time));
  }
  bank.Commit();
  result.dump = ledger::DumpOf(*bank.Rows());
  EXPECT_TRUE(ledger::CheckBank(*bank.Rows(), "xt").ok());
  return result;
}

Result RunInMemory(size_t group, const std::vector<TimedCommand>& commands) {
  const std::unique_ptr<store::Store> store = store::MakeMemoryStore();
  return RunOn(store.get(), group, commands);
}

Result RunOnRocksDb(size_t group, const std::vector<TimedCommand>& commands) {
  const store::TestFolder folder;
  auto store = store::OpenRocksDbStore(folder.path() + "/store");
  EXPECT_TRUE(store.ok()) << store.status();
  return RunOn(store->get(), group, commands);
}

void ExpectSame(const Result& one, const Result& other) {
  EXPECT_TRUE(one.outcomes == other.outcomes);
  ASSERT_EQ(one.dump.size(), other.dump.size());
  for (auto a = one.dump.begin(), b = other.dump.begin(); a != one.dump.end(); ++a, ++b) {
    ASSERT_EQ(a->first, b->first);
    ASSERT_EQ(a->second, b->second) << "under a key of table " << a->first[0];
  }
}

TEST(DeterminismTest, GroupsAndEnginesMakeNoDifference) {
  const std::vector<TimedCommand> commands = CommandsOf(20261120, 4000);
  const Result alone = RunInMemory(1, commands);
  ASSERT_TRUE(alone.dump.contains(ledger::keys::Tree("xt")));
  ASSERT_GT(alone.dump.size(), size_t{8000});
  for (const size_t group : {7, 100, 100'000}) {
    SCOPED_TRACE(group);
    ExpectSame(alone, RunInMemory(group, commands));
  }
  for (const size_t group : {7, 100}) {
    SCOPED_TRACE(group);
    ExpectSame(alone, RunOnRocksDb(group, commands));
  }
}

TEST(DeterminismTest, OneCommandACommitOnBothEngines) {
  const std::vector<TimedCommand> commands = CommandsOf(20261121, 300);
  ExpectSame(RunInMemory(1, commands), RunOnRocksDb(1, commands));
}

TEST(DeterminismTest, AnyGroupSize) {
  EXPECT_TRUE(rc::check("any group size", [](uint64_t seed) {
    const std::vector<TimedCommand> commands = CommandsOf(seed, 60);
    const auto group = *rc::gen::inRange<size_t>(2, 80);
    const Result alone = RunInMemory(1, commands);
    const Result grouped = RunInMemory(group, commands);
    RC_ASSERT(alone.outcomes == grouped.outcomes);
    RC_ASSERT(alone.dump == grouped.dump);
  }));
}

}  // namespace
}  // namespace timebank::property
