// What store.h promises, asked of every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/store/memory_store.h"
#include "service/store/rocksdb_store.h"
#include "service/store/store.h"
#include "service/store/test_folder.h"

namespace timebank::store {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct Engine {
  std::string name;
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string& path)> open;
};

void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }

std::vector<Engine> DurableEngines() {
  return {{"RocksDb", [](const std::string& path) { return OpenRocksDbStore(path); }},
          // Tables in memory so small that rows move to the disk and through compactions while the test runs.
          {"RocksDbTiny", [](const std::string& path) {
             RocksDbOptions options;
             options.write_buffer_bytes = size_t{4} << 10;
             options.block_cache_bytes = size_t{1} << 20;
             return OpenRocksDbStore(path, options);
           }}};
}

std::vector<Engine> Engines() {
  std::vector<Engine> engines = DurableEngines();
  engines.push_back(
      {"Memory", [](const std::string&) -> absl::StatusOr<std::unique_ptr<Store>> { return MakeMemoryStore(); }});
  return engines;
}

Rows ReadAll(const Reader& reader, absl::string_view begin = "", absl::string_view end = "") {
  Rows rows;
  std::unique_ptr<Iterator> scan = reader.Scan(begin, end);
  for (; scan->Valid(); scan->Next()) {
    rows.emplace_back(scan->key(), scan->value());
  }
  EXPECT_TRUE(scan->status().ok()) << scan->status();
  return rows;
}

class ConformanceTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    Open();
    fence_ = *store_->Acquire();
  }

  void Open() {
    absl::StatusOr<std::unique_ptr<Store>> opened = GetParam().open(folder_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  absl::Status Commit(WriteBatch::Operations operations) {
    return store_->Commit(WriteBatch(fence_.epoch, store_->applied().position + 1, std::move(operations)), fence_);
  }

  Rows Now(absl::string_view begin = "", absl::string_view end = "") { return ReadAll(*store_->TakeSnapshot(), begin, end); }

  std::optional<std::string> Get(absl::string_view key) {
    absl::StatusOr<std::optional<std::string>> value = store_->TakeSnapshot()->Get(key);
    EXPECT_TRUE(value.ok()) << value.status();
    return *value;
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
  Fence fence_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ConformanceTest, testing::ValuesIn(Engines()),
                         [](const testing::TestParamInfo<Engine>& param) { return param.param.name; });

TEST_P(ConformanceTest, EmptyStoreHasNothing) {
  EXPECT_EQ(store_->applied(), (Applied{0, 0}));
  EXPECT_EQ(store_->TakeSnapshot()->position(), 0u);
  EXPECT_THAT(Now(), IsEmpty());
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_EQ(Get(""), std::nullopt);
}

TEST_P(ConformanceTest, KeysAscendByUnsignedBytes) {
  const std::string middle_zero("b\0", 2);
  ASSERT_TRUE(Commit({{"b", "2"}, {"\xff", "5"}, {"a", "1"}, {middle_zero, "3"}, {"\x7f", "4"}, {"\x01", "0"}}).ok());
  EXPECT_THAT(Now(), ElementsAre(Pair("\x01", "0"), Pair("a", "1"), Pair("b", "2"), Pair(middle_zero, "3"),
                                 Pair("\x7f", "4"), Pair("\xff", "5")));
}

TEST_P(ConformanceTest, PutReplacesAndDeleteRemoves) {
  ASSERT_TRUE(Commit({{"a", "1"}, {"b", ""}, {"c", "3"}}).ok());
  EXPECT_EQ(Get("b"), "");
  ASSERT_TRUE(Commit({{"a", "2"}, {"b", std::nullopt}, {"never", std::nullopt}}).ok());
  EXPECT_EQ(Get("a"), "2");
  EXPECT_EQ(Get("b"), std::nullopt);
  EXPECT_THAT(Now(), ElementsAre(Pair("a", "2"), Pair("c", "3")));
  ASSERT_TRUE(Commit({{"b", "back"}}).ok());
  EXPECT_EQ(Get("b"), "back");
}

TEST_P(ConformanceTest, ValuesAreArbitraryBytes) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) {
    every.push_back(static_cast<char>(byte));
  }
  const std::string large(3 << 20, 'x');
  ASSERT_TRUE(Commit({{"every", every}, {every.substr(1), "as key"}, {"large", large}}).ok());
  EXPECT_EQ(Get("every"), every);
  EXPECT_EQ(Get(every.substr(1)), "as key");
  EXPECT_TRUE(Get("large") == large);
}

TEST_P(ConformanceTest, ScanTakesBeginAndLeavesEnd) {
  ASSERT_TRUE(Commit({{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}).ok());
  EXPECT_THAT(Now("b", "d"), ElementsAre(Pair("b", "2"), Pair("c", "3")));
  EXPECT_THAT(Now("bb", ""), ElementsAre(Pair("c", "3"), Pair("d", "4")));
  EXPECT_THAT(Now("", "b"), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(Now("c", "c"), IsEmpty());
  EXPECT_THAT(Now("d", "b"), IsEmpty());
  EXPECT_THAT(Now("e", ""), IsEmpty());
}

TEST_P(ConformanceTest, EngineKeysAreNeitherSeenNorTaken) {
  ASSERT_TRUE(Commit({{"a", "1"}}).ok());
  for (const std::string& key :
       {std::string(), std::string("\0", 1), std::string("\0applied", 8), std::string("\0zzz", 4)}) {
    EXPECT_EQ(Commit({{key, "x"}, {"b", "2"}}).code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Get(key), std::nullopt);
  }
  EXPECT_THAT(Now(), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(Now(std::string("\0", 1), "\x01"), IsEmpty());
  EXPECT_THAT(Now("", std::string("\0b", 2)), IsEmpty());
}

TEST_P(ConformanceTest, AppliedFollowsTheCommits) {
  ASSERT_TRUE(Commit({}).ok());
  ASSERT_TRUE(Commit({{"a", "1"}}).ok());
  EXPECT_EQ(store_->applied(), (Applied{fence_.epoch, 2}));
  EXPECT_EQ(store_->TakeSnapshot()->position(), 2u);
}

TEST_P(ConformanceTest, StaleFenceIsAbortedAndAppliesNothing) {
  ASSERT_TRUE(Commit({{"a", "1"}}).ok());
  const Fence old = fence_;
  fence_ = *store_->Acquire();
  EXPECT_GT(fence_.epoch, old.epoch);
  EXPECT_EQ(store_->Commit(WriteBatch(old.epoch, 2, {{"a", "2"}}), old).code(), absl::StatusCode::kAborted);
  // Also when its position is out of date, or its batch pretends to be the new writer's.
  EXPECT_EQ(store_->Commit(WriteBatch(old.epoch, 7, {{"a", "2"}}), old).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->Commit(WriteBatch(fence_.epoch, 2, {{"a", "2"}}), old).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->applied(), (Applied{old.epoch, 1}));
  EXPECT_THAT(Now(), ElementsAre(Pair("a", "1")));
  EXPECT_TRUE(Commit({{"a", "3"}}).ok());
  EXPECT_EQ(store_->applied(), (Applied{fence_.epoch, 2}));
}

TEST_P(ConformanceTest, WrongPositionOrEpochIsRefusedAndAppliesNothing) {
  ASSERT_TRUE(Commit({{"a", "1"}}).ok());
  for (uint64_t position : {uint64_t{0}, uint64_t{1}, uint64_t{3}, ~uint64_t{0}}) {
    EXPECT_EQ(store_->Commit(WriteBatch(fence_.epoch, position, {{"a", "2"}}), fence_).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(store_->Commit(WriteBatch(fence_.epoch + 1, 2, {{"a", "2"}}), fence_).code(),
            absl::StatusCode::kInvalidArgument);
  const Fence forged{fence_.epoch + 1};
  EXPECT_EQ(store_->Commit(WriteBatch(forged.epoch, 2, {{"a", "2"}}), forged).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Now(), ElementsAre(Pair("a", "1")));
  EXPECT_TRUE(Commit({{"a", "2"}}).ok()) << "a refusal does not poison";
}

TEST_P(ConformanceTest, SnapshotsAreRepeatableWhileCommitsGoOn) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  std::map<std::string, std::string> model;
  std::vector<std::pair<std::unique_ptr<Snapshot>, Rows>> kept;
  for (uint64_t position = 1; position <= 300; ++position) {
    WriteBatch::Operations operations;
    for (int i = 0; i < 20; ++i) {
      const std::string key = absl::StrCat("k", random() % 200);
      if (random() % 3 == 0) {
        operations[key] = std::nullopt;
      } else {
        operations[key] = absl::StrCat(position, ":", std::string(random() % 60, 'v'));
      }
    }
    for (const auto& [key, value] : operations) {
      if (value.has_value()) {
        model[key] = *value;
      } else {
        model.erase(key);
      }
    }
    ASSERT_TRUE(Commit(std::move(operations)).ok());
    if (random() % 10 == 0) {
      kept.emplace_back(store_->TakeSnapshot(), Rows(model.begin(), model.end()));
      ASSERT_EQ(kept.back().first->position(), position);
    }
    if (!kept.empty() && random() % 12 == 0) {
      // Often the oldest: that is when an engine may forget what only it could see.
      const size_t released = random() % 2 == 0 ? 0 : random() % kept.size();
      ASSERT_EQ(ReadAll(*kept[released].first), kept[released].second) << "at " << kept[released].first->position();
      kept.erase(kept.begin() + static_cast<int64_t>(released));
    }
  }
  EXPECT_EQ(Now(), Rows(model.begin(), model.end()));
  for (const auto& [snapshot, rows] : kept) {
    ASSERT_EQ(ReadAll(*snapshot), rows) << "at " << snapshot->position();
    for (int i = 0; i < 200; ++i) {
      const std::string key = absl::StrCat("k", i);
      auto row = std::find_if(rows.begin(), rows.end(), [&key](const auto& candidate) { return candidate.first == key; });
      ASSERT_EQ(*snapshot->Get(key), row == rows.end() ? std::nullopt : std::make_optional(row->second));
    }
  }
}

TEST_P(ConformanceTest, OpenScanDoesNotSeeLaterCommits) {
  WriteBatch::Operations operations;
  for (int i = 100; i < 200; ++i) {
    operations[absl::StrCat("k", i)] = "old";
  }
  ASSERT_TRUE(Commit(operations).ok());
  std::unique_ptr<Snapshot> snapshot = store_->TakeSnapshot();
  std::unique_ptr<Iterator> scan = snapshot->Scan("", "");
  for (int i = 100; i < 200; ++i) {
    ASSERT_TRUE(scan->Valid());
    EXPECT_EQ(scan->key(), absl::StrCat("k", i));
    EXPECT_EQ(scan->value(), "old");
    ASSERT_TRUE(
        Commit({{"k150", std::nullopt}, {absl::StrCat("k", 300 - i), absl::StrCat("new", i)}, {"k1995", "new"}}).ok());
    scan->Next();
  }
  EXPECT_FALSE(scan->Valid());
}

// Each commit writes the same value under every key: a view with two values has seen half a commit, one behind `done` has
// lost one.
TEST_P(ConformanceTest, ReadersSeeWholeCommitsAndNothingOlderThanAcknowledged) {
  constexpr int kKeys = 10;
  std::atomic<uint64_t> done{0};
  std::atomic<bool> stop{false};
  std::thread reader([this, &done, &stop] {
    while (!stop) {
      const uint64_t acknowledged = done;
      std::unique_ptr<Snapshot> snapshot = store_->TakeSnapshot();
      ASSERT_GE(snapshot->position(), acknowledged);
      const Rows rows = ReadAll(*snapshot);
      ASSERT_EQ(rows.size(), snapshot->position() == 0 ? 0u : kKeys);
      for (const auto& [key, value] : rows) {
        ASSERT_EQ(value, absl::StrCat(snapshot->position())) << key;
      }
    }
  });
  for (uint64_t position = 1; position <= 200; ++position) {
    WriteBatch::Operations operations;
    for (int i = 0; i < kKeys; ++i) {
      operations[absl::StrCat("k", i)] = absl::StrCat(position);
    }
    EXPECT_TRUE(Commit(std::move(operations)).ok());
    done = position;
  }
  stop = true;
  reader.join();
}

// Of the engines that outlive their object.
class ReopenConformanceTest : public ConformanceTest {};

INSTANTIATE_TEST_SUITE_P(Engines, ReopenConformanceTest, testing::ValuesIn(DurableEngines()),
                         [](const testing::TestParamInfo<Engine>& param) { return param.param.name; });

TEST_P(ReopenConformanceTest, ReopenedStoreGoesOnWhereItWas) {
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(Commit({{absl::StrCat("k", i), std::string(5000, 'v')}, {"last", absl::StrCat(i)}}).ok());
  }
  const Applied applied = store_->applied();
  const Rows rows = Now();
  const Fence old = fence_;
  store_.reset();
  Open();
  EXPECT_EQ(store_->applied(), applied);
  EXPECT_EQ(store_->TakeSnapshot()->position(), applied.position);
  EXPECT_TRUE(Now() == rows);
  EXPECT_TRUE(store_->Commit(WriteBatch(old.epoch, 51, {}), old).ok()) << "nobody has taken over yet";
  fence_ = *store_->Acquire();
  EXPECT_EQ(fence_.epoch, old.epoch + 1);
  store_.reset();
  Open();
  EXPECT_EQ(store_->Commit(WriteBatch(old.epoch, 52, {}), old).code(), absl::StatusCode::kAborted) << "the epoch is durable";
  EXPECT_EQ(store_->applied(), (Applied{old.epoch, 51}));
}

}  // namespace
}  // namespace timebank::store
