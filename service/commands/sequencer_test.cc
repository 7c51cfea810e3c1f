#include "service/commands/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/mutex.h"
#include "service/commands/gate_store.h"
#include "service/ledger/invariants.h"
#include "service/ledger/test_bank.h"

namespace timebank::commands {
namespace {

using ledger::MakeCommand;
using model::Outcome;

// What came back, in the order in which it came.
class Answers {
 public:
  struct Answer {
    absl::Status status;
    std::vector<Outcome> outcomes;
  };

  Reply Take() {
    return [this](absl::Status status, std::vector<Outcome> outcomes) {
      const base::MutexLock lock(&mutex_);
      answers_.push_back({std::move(status), std::move(outcomes)});
    };
  }
  size_t count() const {
    const base::MutexLock lock(&mutex_);
    return answers_.size();
  }
  std::vector<Answer> WaitFor(size_t count) const {
    const base::MutexLock lock(&mutex_);
    const auto reached = [this, count]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return answers_.size() >= count; };
    mutex_.Await(absl::Condition(&reached));
    return answers_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<Answer> answers_ ABSL_GUARDED_BY(mutex_);
};

model::Command OpenBank() { return MakeCommand("open", "wang", model::CreateBank{"Bank", {}}); }
model::Command OpenScope(const std::string& code, const std::string& request_id) {
  return MakeCommand(request_id, "wang", model::CreateScope{code, code, model::ScopeLevel::kCommunity, ""});
}
model::Command OpenScope(const std::string& code) { return OpenScope(code, absl::StrCat("scope-", code)); }

class SequencerTest : public testing::Test {
 protected:
  void Start(SequencerOptions options = {}) { sequencer_ = *Sequencer::Start(&store_, &clock_, std::move(options)); }

  Outcome Ask(model::Command command) {
    Answers answers;
    EXPECT_TRUE(sequencer_->Submit({std::move(command)}, answers.Take()).ok());
    const std::vector<Answers::Answer> got = answers.WaitFor(1);
    EXPECT_TRUE(got[0].status.ok()) << got[0].status;
    EXPECT_EQ(got[0].outcomes.size(), 1u);
    return got[0].outcomes.empty() ? Outcome() : got[0].outcomes[0];
  }

  // A bank that is open, and the gate closed with one command standing at it.
  void OpenThenBlock() {
    Ask(OpenBank());
    store_.Close();
    ASSERT_TRUE(sequencer_->Submit({OpenScope("first")}, first_.Take()).ok());
    store_.WaitForBegun(2);
  }

  GateStore store_;
  base::ManualClock clock_{absl::FromUnixSeconds(1795168800)};
  Answers first_;
  std::unique_ptr<Sequencer> sequencer_;
};

TEST_F(SequencerTest, RepliesOnlyAfterTheCommit) {
  Start();
  OpenThenBlock();
  EXPECT_EQ(first_.count(), 0u);
  EXPECT_EQ(store_.applied().position, 1u);
  EXPECT_TRUE(sequencer_->healthy());
  store_.Open();
  const auto answers = first_.WaitFor(1);
  EXPECT_EQ(store_.applied().position, 2u);
  ASSERT_EQ(answers[0].outcomes.size(), 1u);
  EXPECT_EQ(answers[0].outcomes[0].sequence, model::Sequence(2));
  EXPECT_FALSE(answers[0].outcomes[0].rejection.has_value());
}

TEST_F(SequencerTest, WhatArrivesDuringACommitIsOneGroup) {
  Start();
  OpenThenBlock();
  Answers answers;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(sequencer_->Submit({OpenScope(absl::StrCat("a", i)), OpenScope(absl::StrCat("b", i))}, answers.Take()).ok());
  }
  store_.Open();
  const auto got = answers.WaitFor(20);
  // One group, or two where the gate opened before the writer had taken all; never one a call.
  EXPECT_GE(store_.begun(), 3);
  EXPECT_LE(store_.begun(), 4);
  // In the order in which they were submitted.
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].outcomes.size(), 2u);
    EXPECT_EQ(got[i].outcomes[0].sequence, model::Sequence(3 + 2 * i));
    EXPECT_EQ(got[i].outcomes[1].sequence, model::Sequence(4 + 2 * i));
  }
}

TEST_F(SequencerTest, GroupsAreBounded) {
  SequencerOptions options;
  options.group_commands = 3;
  Start(options);
  OpenThenBlock();
  Answers answers;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(sequencer_->Submit({OpenScope(absl::StrCat("a", i))}, answers.Take()).ok());
  }
  // A call larger than a group is one group: a call is never torn apart.
  std::vector<model::Command> large;
  for (int i = 0; i < 7; ++i) {
    large.push_back(OpenScope(absl::StrCat("b", i)));
  }
  ASSERT_TRUE(sequencer_->Submit(large, answers.Take()).ok());
  store_.Open();
  EXPECT_EQ(answers.WaitFor(5)[4].outcomes.size(), 7u);
  // Three, one, seven; one more where the gate opened before the writer had taken three.
  EXPECT_GE(store_.applied().position, 2u + 3u);
  EXPECT_LE(store_.applied().position, 2u + 4u);
}

TEST_F(SequencerTest, AFullQueueTakesNothing) {
  SequencerOptions options;
  options.queued_commands = 4;  // one of them is the one whose commit is blocked
  Start(options);
  OpenThenBlock();
  Answers answers;
  Answers refused;
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a"), OpenScope("b")}, answers.Take()).ok());
  EXPECT_EQ(sequencer_->Submit({OpenScope("c"), OpenScope("d")}, refused.Take()).code(),
            absl::StatusCode::kResourceExhausted);
  ASSERT_TRUE(sequencer_->Submit({OpenScope("e")}, answers.Take()).ok());
  EXPECT_EQ(sequencer_->Submit({OpenScope("f")}, refused.Take()).code(), absl::StatusCode::kResourceExhausted);
  store_.Open();
  answers.WaitFor(2);
  // Nothing of what was refused was applied, and the queue has room again.
  EXPECT_EQ(Ask(OpenScope("c")).sequence, model::Sequence(6));
  EXPECT_FALSE(Ask(OpenScope("f")).rejection.has_value());
  EXPECT_EQ(refused.count(), 0u);
}

TEST_F(SequencerTest, ACallLargerThanTheQueueIsTakenWhenItIsEmpty) {
  SequencerOptions options;
  options.queued_commands = 1;
  Start(options);
  Ask(OpenBank());
  Answers answers;
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a"), OpenScope("b"), OpenScope("c")}, answers.Take()).ok());
  EXPECT_EQ(answers.WaitFor(1)[0].outcomes.size(), 3u);
}

TEST_F(SequencerTest, AFailedCommitPoisons) {
  std::atomic<int> poisoned = 0;
  SequencerOptions options;
  options.on_poison = [&poisoned](const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    ++poisoned;
  };
  Start(options);
  OpenThenBlock();
  Answers waiting;
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a"), OpenScope("b")}, waiting.Take()).ok());
  ASSERT_TRUE(sequencer_->Submit({OpenScope("c")}, waiting.Take()).ok());
  store_.Fail(absl::InternalError("the disk is gone"));
  for (const Answers* answers : {&first_, &waiting}) {
    for (const Answers::Answer& answer : answers->WaitFor(answers == &first_ ? 1 : 2)) {
      EXPECT_EQ(answer.status.code(), absl::StatusCode::kUnavailable);
      EXPECT_TRUE(answer.outcomes.empty());
    }
  }
  sequencer_->Stop();
  EXPECT_EQ(poisoned, 1);
  EXPECT_FALSE(sequencer_->healthy());
  Answers late;
  EXPECT_EQ(sequencer_->Submit({OpenScope("d")}, late.Take()).code(), absl::StatusCode::kUnavailable);
  sequencer_.reset();
  // Each was told exactly once, who came late not at all, and nothing was tried again.
  EXPECT_EQ(first_.count(), 1u);
  EXPECT_EQ(waiting.count(), 2u);
  EXPECT_EQ(late.count(), 0u);
  EXPECT_EQ(store_.begun(), 2);
  EXPECT_EQ(store_.applied().position, 1u);
}

TEST_F(SequencerTest, AnotherWriterPoisonsToo) {
  Start();
  Ask(OpenBank());
  ASSERT_TRUE(store_.Acquire().ok());
  Answers answers;
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a")}, answers.Take()).ok());
  EXPECT_EQ(answers.WaitFor(1)[0].status.code(), absl::StatusCode::kUnavailable);
  sequencer_->Stop();
  EXPECT_FALSE(sequencer_->healthy());
  EXPECT_EQ(store_.applied().position, 1u);
}

TEST_F(SequencerTest, StoppingFinishesWhatWasAccepted) {
  Start();
  OpenThenBlock();
  Answers answers;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(sequencer_->Submit({OpenScope(absl::StrCat("a", i))}, answers.Take()).ok());
  }
  std::thread stopping([this] { sequencer_->Stop(); });
  // From some moment on nothing more is taken, while all that was accepted still waits for the disk.
  Answers late;
  int taken = 0;
  while (sequencer_->Submit({OpenScope(absl::StrCat("late", taken))}, late.Take()).ok()) {
    ++taken;
    std::this_thread::yield();
  }
  EXPECT_EQ(answers.count(), 0u);
  store_.Open();
  stopping.join();
  EXPECT_EQ(first_.count(), 1u);
  EXPECT_EQ(answers.count(), 10u);
  EXPECT_EQ(late.count(), static_cast<size_t>(taken));
  for (const Answers::Answer& answer : answers.WaitFor(10)) {
    EXPECT_TRUE(answer.status.ok());
    EXPECT_EQ(answer.outcomes.size(), 1u);
  }
  sequencer_->Stop();
  EXPECT_EQ(sequencer_->Submit({OpenScope("b")}, answers.Take()).code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(sequencer_->healthy());
  EXPECT_TRUE(ledger::CheckBank(*store_.TakeSnapshot(), "xt").ok());
}

TEST_F(SequencerTest, ARetryInTheSameGroupGetsTheSameAnswer) {
  Start();
  OpenThenBlock();
  Answers answers;
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a"), OpenScope("a")}, answers.Take()).ok());
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a")}, answers.Take()).ok());
  ASSERT_TRUE(sequencer_->Submit({OpenScope("a", "other"), OpenScope("a", "other")}, answers.Take()).ok());
  store_.Open();
  const auto got = answers.WaitFor(3);
  // A call is never torn apart, so the two of a call are in one group.
  EXPECT_LE(store_.applied().position, 4u);
  EXPECT_EQ(got[0].outcomes[0], got[0].outcomes[1]);
  EXPECT_EQ(got[0].outcomes[0], got[1].outcomes[0]);
  EXPECT_FALSE(got[0].outcomes[0].rejection.has_value());
  ASSERT_TRUE(got[2].outcomes[0].rejection.has_value());
  EXPECT_EQ(got[2].outcomes[0].rejection->reason, model::Reason::kScopeExists);
  EXPECT_EQ(got[2].outcomes[0], got[2].outcomes[1]);
  // The bank, the first, a, and the refusal of the other.
  EXPECT_EQ(Ask(OpenScope("last")).sequence, model::Sequence(5));
}

TEST_F(SequencerTest, RepetitionsAloneCommitNothing) {
  Start();
  const Outcome opened = Ask(OpenBank());
  EXPECT_EQ(store_.begun(), 1);
  EXPECT_EQ(Ask(OpenBank()), opened);
  Answers answers;
  ASSERT_TRUE(sequencer_->Submit({}, answers.Take()).ok());
  EXPECT_TRUE(answers.WaitFor(1)[0].status.ok());
  EXPECT_TRUE(answers.WaitFor(1)[0].outcomes.empty());
  EXPECT_EQ(store_.begun(), 1);
}

TEST_F(SequencerTest, TimeNeverGoesBack) {
  Start();
  const Outcome opened = Ask(OpenBank());
  EXPECT_EQ(opened.record_time, model::RecordTime(absl::ToUnixMicros(clock_.Now())));
  clock_.Advance(-absl::Hours(1));
  EXPECT_EQ(Ask(OpenScope("a")).record_time, opened.record_time);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Ask(OpenScope("b")).record_time, opened.record_time + model::RecordTime(int64_t{3600} * 1000 * 1000));
}

TEST_F(SequencerTest, ANewOneGoesOnWhereTheLastOneStopped) {
  Start();
  Ask(OpenBank());
  const Outcome first = Ask(OpenScope("a"));
  sequencer_.reset();
  clock_.Advance(-absl::Hours(1));
  Start();
  EXPECT_EQ(Ask(OpenScope("a")), first);
  const Outcome second = Ask(OpenScope("b"));
  EXPECT_EQ(second.sequence, model::Sequence(3));
  EXPECT_EQ(second.record_time, first.record_time);
}

TEST_F(SequencerTest, ManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 100;
  SequencerOptions options;
  options.group_commands = 16;
  Start(options);
  Ask(OpenBank());
  std::vector<Answers> answers(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread, &answers] {
      for (int call = 0; call < kCalls; ++call) {
        const std::string code = absl::StrCat("t", thread, "-", call);
        // Each is sent, sent again at once, and its code is fought for by all threads.
        const std::string fought = absl::StrCat("all-", call);
        EXPECT_TRUE(sequencer_
                        ->Submit({OpenScope(code), OpenScope(code), OpenScope(fought, absl::StrCat(code, "-", fought))},
                                 answers[static_cast<size_t>(thread)].Take())
                        .ok());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::set<uint64_t> sequences;
  int won = 0;
  for (const Answers& of_thread : answers) {
    const auto got = of_thread.WaitFor(kCalls);
    for (const Answers::Answer& answer : got) {
      ASSERT_EQ(answer.outcomes.size(), 3u);
      EXPECT_FALSE(answer.outcomes[0].rejection.has_value());
      EXPECT_EQ(answer.outcomes[0], answer.outcomes[1]);
      EXPECT_TRUE(sequences.insert(answer.outcomes[0].sequence.value()).second);
      EXPECT_TRUE(sequences.insert(answer.outcomes[2].sequence.value()).second);
      won += answer.outcomes[2].rejection.has_value() ? 0 : 1;
    }
    // One thread's calls keep their order.
    EXPECT_TRUE(std::is_sorted(got.begin(), got.end(), [](const Answers::Answer& a, const Answers::Answer& b) {
      return a.outcomes[0].sequence < b.outcomes[0].sequence;
    }));
  }
  EXPECT_EQ(won, kCalls);
  EXPECT_EQ(sequences.size(), static_cast<size_t>(2 * kThreads * kCalls));
  EXPECT_EQ(*sequences.rbegin(), static_cast<uint64_t>(2 * kThreads * kCalls) + 1);
  sequencer_->Stop();
  EXPECT_TRUE(ledger::CheckBank(*store_.TakeSnapshot(), "xt").ok());
}

}  // namespace
}  // namespace timebank::commands
