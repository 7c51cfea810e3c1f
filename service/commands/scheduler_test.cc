// What is due is done once: whatever the clock says, however often it is asked for, and whenever the process dies.
#include "service/commands/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/mutex.h"
#include "service/commands/gate_store.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::commands {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using ledger::MakeCommand;

constexpr int kHolds = 5;

class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() { Start(); }

  // A new process on what is stored.
  void Start() {
    sequencer_.reset();
    SequencerOptions options;
    options.on_poison = [](const absl::Status&) {};
    sequencer_ = *Sequencer::Start(&store_, &clock_, std::move(options));
    pass_ = std::make_unique<DuePass>(&store_, sequencer_.get(), &clock_, 2);
  }

  std::vector<model::Outcome> Ask(std::vector<model::Command> commands) {
    base::Mutex mutex;
    bool answered = false;
    std::vector<model::Outcome> result;
    EXPECT_TRUE(sequencer_
                    ->Submit(std::move(commands),
                             [&](const absl::Status& status, std::vector<model::Outcome> outcomes) {
                               EXPECT_TRUE(status.ok()) << status;
                               const base::MutexLock lock(&mutex);
                               result = std::move(outcomes);
                               answered = true;
                             })
                    .ok());
    const base::MutexLock lock(&mutex);
    mutex.Await(absl::Condition(&answered));
    return result;
  }
  template <typename Body>
  uint64_t Do(Body body, const std::string& bank = "xt", const std::string& actor = "wang") {
    const auto outcomes = Ask({MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body), 0, bank)});
    EXPECT_FALSE(outcomes[0].rejection.has_value());
    return outcomes[0].subject;
  }

  // A bank with holds that expire on 2026-11-21, and one more a week later.
  void OpenBank(const std::string& bank) {
    Do(model::CreateBank{"Bank", {{"points_per_hour", 0}}}, bank);  // points would be due too
    Do(model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""}, bank);
    Do(model::CreateCenter{"c1", "c1", "s1"}, bank);
    model::RegisterMember member;
    member.external_number = "A";
    member.center = "c1";
    member.birth = ledger::LocalDate(1950, 1, 1);
    Do(member, bank);
    model::CreateRecord record;
    record.volunteer = "A";
    record.center = "c1";
    record.category = "助餐";
    record.start = ledger::LocalMinute(2026, 11, 19, 8);
    record.end = ledger::LocalMinute(2026, 11, 19, 10);
    const model::RecordId id(Do(record, bank));
    Do(model::ChangeRecord{id, model::ChangeRecord::Event::kConfirm, {}, {}, ""}, bank, "li");
    for (int i = 0; i < kHolds; ++i) {
      Do(model::PlaceHold{"A", model::Minutes(10), ledger::LocalDate(2026, 11, 21), "care"}, bank);
    }
    Do(model::PlaceHold{"A", model::Minutes(10), ledger::LocalDate(2026, 11, 28), "care"}, bank);
  }
  void SetClock(model::RecordTime time) { clock_.Set(absl::FromUnixMicros(time.value())); }

  uint64_t Entries(const std::string& bank = "xt") const {
    return ledger::MustLoadRow<rec::Bank>(*store_.TakeSnapshot(), keys::Bank(bank))->entry_count();
  }
  int EntriesOf(model::EntryKind kind) const {
    int count = 0;
    const auto rows = store_.TakeSnapshot();
    const std::string prefix = keys::TableOf('j', "xt");
    for (auto it = rows->Scan(prefix, base::PrefixEnd(prefix)); it->Valid(); it->Next()) {
      rec::Entry entry;
      EXPECT_TRUE(entry.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())));
      count += entry.kind() == static_cast<uint32_t>(kind) ? 1 : 0;
    }
    return count;
  }
  int Expired() const { return EntriesOf(model::EntryKind::kHoldExpired); }
  void ExpectSound() const { EXPECT_TRUE(ledger::CheckBank(*store_.TakeSnapshot(), "xt").ok()); }

  GateStore store_;
  base::ManualClock clock_{absl::FromUnixMicros(ledger::LocalTime(2026, 11, 20).value())};
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<DuePass> pass_;
  int requests_ = 0;
  const model::RecordTime due_ = model::StartOf(ledger::LocalDate(2026, 11, 22));
};

TEST_F(SchedulerTest, DoesWhatIsDueInEveryBankAndNothingElse) {
  OpenBank("xt");
  OpenBank("cs");
  SetClock(due_ - model::RecordTime(1));
  EXPECT_EQ(*pass_->Run(), 0u);
  SetClock(due_);
  const uint64_t before = Entries();
  // In batches of two.
  const int begun = store_.begun();
  EXPECT_EQ(*pass_->Run(), 2u * kHolds);
  EXPECT_EQ(store_.begun() - begun, 6);
  EXPECT_EQ(Entries(), before + kHolds);
  EXPECT_EQ(Entries("cs"), before + kHolds);
  EXPECT_EQ(Expired(), kHolds);
  // Again there is nothing to do, and nothing is written.
  EXPECT_EQ(*pass_->Run(), 0u);
  EXPECT_EQ(Entries(), before + kHolds);
  SetClock(due_ + model::RecordTime(int64_t{30} * 86'400'000'000));
  EXPECT_EQ(*pass_->Run(), 2u);
  ExpectSound();
}

TEST_F(SchedulerTest, AProcessThatDiesBetweenSubmitAndCommitLosesNothing) {
  OpenBank("xt");
  SetClock(due_);
  const uint64_t before = Entries();
  store_.Close();
  const int begun = store_.begun();
  absl::StatusOr<size_t> done;
  std::thread looking([&] { done = pass_->Run(); });
  store_.WaitForBegun(begun + 1);
  store_.Fail(absl::InternalError("the power is gone"));
  looking.join();
  EXPECT_EQ(done.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Entries(), before);
  store_.Fail(absl::OkStatus());
  Start();
  EXPECT_EQ(*pass_->Run(), static_cast<size_t>(kHolds));
  EXPECT_EQ(Entries(), before + kHolds);
  EXPECT_EQ(Expired(), kHolds);
  ExpectSound();
}

TEST_F(SchedulerTest, TheSameCommandsAgainAfterTheCommitDoNothing) {
  OpenBank("xt");
  SetClock(due_);
  // A process that died after the commit and before it knew: what it had submitted is submitted again, from a look at the index
  // that is older than the commit.
  std::vector<model::Command> commands;
  for (const auto& [key, value] : ledger::DumpOf(*store_.TakeSnapshot())) {
    if (key[0] == 'u') {
      const keys::DueRow row = keys::DueRowOf(key);
      commands.push_back(DueCommand("xt", {row.kind, row.id, row.due}));
    }
  }
  ASSERT_EQ(commands.size(), static_cast<size_t>(kHolds) + 1);
  commands.pop_back();
  const std::vector<model::Outcome> first = Ask(commands);
  const uint64_t after = Entries();
  Start();
  EXPECT_EQ(Ask(commands), first);
  EXPECT_EQ(*pass_->Run(), 0u);
  EXPECT_EQ(Entries(), after);
  EXPECT_EQ(Expired(), kHolds);
  ExpectSound();
}

TEST_F(SchedulerTest, AClockThatWasSetBackOnlyPutsItOff) {
  OpenBank("xt");
  // Asked for too early: the refusal under that request id is for ever.
  std::vector<model::Command> early;
  for (const auto& [key, value] : ledger::DumpOf(*store_.TakeSnapshot())) {
    if (key[0] == 'u') {
      const keys::DueRow row = keys::DueRowOf(key);
      early.push_back(DueCommand("xt", {row.kind, row.id, row.due}));
    }
  }
  for (const model::Outcome& outcome : Ask(early)) {
    ASSERT_TRUE(outcome.rejection.has_value());
    EXPECT_EQ(outcome.rejection->reason, model::Reason::kNothingDue);
  }
  SetClock(due_);
  // The first look is told of the refusals, the next asks under other ids.
  EXPECT_EQ(*pass_->Run(), 0u);
  EXPECT_EQ(*pass_->Run(), static_cast<size_t>(kHolds));
  EXPECT_EQ(Expired(), kHolds);
  ExpectSound();
}

TEST_F(SchedulerTest, WhatSomebodyElseDidIsLeft) {
  OpenBank("xt");
  const auto rows = ledger::DumpOf(*store_.TakeSnapshot());
  uint64_t hold = 0;
  for (const auto& [key, value] : rows) {
    if (key[0] == 'u' && hold == 0) {
      hold = keys::DueRowOf(key).id;
    }
  }
  Do(model::CloseHold{model::HoldId(hold), model::Minutes(0), "done"});
  SetClock(due_);
  EXPECT_EQ(*pass_->Run(), static_cast<size_t>(kHolds) - 1);
  EXPECT_EQ(Expired(), kHolds - 1);
  EXPECT_EQ(EntriesOf(model::EntryKind::kRefused), 0);
  ExpectSound();
}

TEST_F(SchedulerTest, TheThreadLooksWhenItIsPokedAndStopsInOrder) {
  OpenBank("xt");
  SchedulerOptions options;
  options.interval = absl::InfiniteDuration();
  const auto scheduler = Scheduler::Start(&store_, sequencer_.get(), &clock_, options);
  EXPECT_EQ(scheduler->Poke(), 0u);
  SetClock(due_);
  EXPECT_EQ(scheduler->Poke(), static_cast<size_t>(kHolds));
  EXPECT_EQ(scheduler->Poke(), 0u);
  scheduler->Stop();
  scheduler->Stop();
  EXPECT_EQ(scheduler->Poke(), 0u);
  EXPECT_TRUE(sequencer_->healthy());
  EXPECT_EQ(Expired(), kHolds);
}

TEST_F(SchedulerTest, TheThreadLooksByItself) {
  OpenBank("xt");
  SetClock(due_);
  SchedulerOptions options;
  options.interval = absl::Milliseconds(1);
  const int begun = store_.begun();
  const auto scheduler = Scheduler::Start(&store_, sequencer_.get(), &clock_, options);
  // The first look.
  store_.WaitForBegun(begun + 1);
  scheduler->Poke();
  EXPECT_EQ(Expired(), kHolds);
  SetClock(due_ + model::RecordTime(int64_t{30} * 86'400'000'000));
  // A later one, which nobody asked for.
  store_.WaitForBegun(begun + 2);
  scheduler->Stop();
  EXPECT_EQ(Expired(), kHolds + 1);
}

TEST_F(SchedulerTest, AStoppedSequencerIsNoHarm) {
  OpenBank("xt");
  SetClock(due_);
  sequencer_->Stop();
  EXPECT_EQ(pass_->Run().status().code(), absl::StatusCode::kUnavailable);
  Start();
  EXPECT_EQ(*pass_->Run(), static_cast<size_t>(kHolds));
}

}  // namespace
}  // namespace timebank::commands
