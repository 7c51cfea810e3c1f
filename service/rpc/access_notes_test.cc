#include "service/rpc/access_notes.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "service/queries/queries.h"
#include "service/store/memory_store.h"

namespace timebank::rpc {
namespace {

class AccessNotesTest : public testing::Test {
 protected:
  AccessNotesTest()
      : clock_(absl::FromUnixSeconds(1795168800)),
        store_(store::MakeMemoryStore()),
        sequencer_(*commands::Sequencer::Start(store_.get(), &clock_, {})),
        notes_(std::make_unique<AccessNotes>(sequencer_.get(), store_.get(), &clock_)) {
    MakeBank("xt");
  }
  ~AccessNotesTest() override { Stop(); }

  void MakeBank(const std::string& id) {
    model::Command command;
    command.bank = id;
    command.request_id = "bank";
    command.actor = "wang";
    command.body = model::CreateBank{"银行", {}};
    std::vector<model::Command> commands;
    commands.push_back(std::move(command));
    absl::Notification made;
    ASSERT_TRUE(sequencer_
                    ->Submit(std::move(commands),
                             [&made](const absl::Status&, const std::vector<model::Outcome>&) { made.Notify(); })
                    .ok());
    made.WaitForNotification();
  }

  void Stop() {
    if (notes_ != nullptr) {
      notes_->Stop();
      sequencer_->Stop();
    }
  }

  static model::NoteAttempt Attempt(const std::string& principal, const std::string& method, const std::string& origin) {
    model::NoteAttempt attempt;
    attempt.principal = principal;
    attempt.method = method;
    attempt.origin = origin;
    attempt.reason = principal.empty() ? "NO_CREDENTIAL" : "NO_PERMISSION";
    return attempt;
  }

  std::vector<queries::AuditView> Noted(const std::string& bank = "xt") {
    const queries::Queries queries(store_.get());
    queries::PageRequest page;
    page.size = 1000;
    std::vector<queries::AuditView> noted;
    for (const queries::AuditView& view : queries.Audit(bank, {}, page)->rows) {
      if (view.kind == model::EntryKind::kAttemptNoted) {
        noted.push_back(view);
      }
    }
    return noted;
  }
  // Waits until there are so many, ten seconds at most.
  std::vector<queries::AuditView> WaitFor(size_t count) {
    for (int i = 0; i < 100 && Noted().size() < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return Noted();
  }

  base::ManualClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<commands::Sequencer> sequencer_;
  std::unique_ptr<AccessNotes> notes_;
};

TEST_F(AccessNotesTest, StrangersMakeAFewEntriesAMinuteAndHideNobody) {
  for (int i = 0; i < 5000; ++i) {
    notes_->Denied("", Attempt("", absl::StrCat("m", i % 154), absl::StrCat("192.0.2.", i % 256)));
  }
  notes_->Denied("xt", Attempt("snoop", "ListTokens", "192.0.2.1"));
  constexpr size_t kMost = AccessNotes::kEntriesAMinute;
  WaitFor(kMost + 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(Noted().size(), kMost + 1) << "the rest waits until the minute is over";
  size_t named = 0;
  for (const queries::AuditView& view : Noted()) {
    named += view.principal == "snoop" && view.method == "ListTokens" && view.count == 1 ? 1 : 0;
  }
  EXPECT_EQ(named, 1u);
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(WaitFor(2 * kMost + 1).size(), 2 * kMost + 1);
  Stop();
  uint64_t count = 0;
  for (const queries::AuditView& view : Noted()) {
    count += view.count;
  }
  EXPECT_EQ(count, 5001u) << "none is lost";
}

TEST_F(AccessNotesTest, StrangersAreAlikeWhateverTheyAskFor) {
  notes_->Denied("", Attempt("", "A", "192.0.2.1"));
  notes_->Denied("xt", Attempt("", "B", "192.0.2.1"));
  notes_->Denied("nowhere", Attempt("", "B", "192.0.2.2"));
  Stop();
  const std::vector<queries::AuditView> noted = Noted();
  ASSERT_EQ(noted.size(), 2u);
  EXPECT_EQ(noted[0].count, 2u);
  EXPECT_EQ(noted[0].method, "") << "they asked for two";
  EXPECT_EQ(noted[1].method, "B");
}

TEST_F(AccessNotesTest, OnePrincipalsManyKindsAreFoldedUnderHerName) {
  for (int i = 0; i < 1000; ++i) {
    model::NoteAttempt attempt = Attempt("snoop", "GetRecord", "192.0.2.1");
    attempt.thing = absl::StrCat("records/", i);
    notes_->Denied("xt", attempt);
  }
  notes_->Denied("xt", Attempt("li", "ListTokens", "192.0.2.1"));
  Stop();
  std::map<std::string, uint64_t> counts;
  bool folded = false;
  for (const queries::AuditView& view : Noted()) {
    counts[view.principal] += view.count;
    folded = folded || (view.principal == "snoop" && view.answer == "MANY_KINDS");
  }
  EXPECT_LT(Noted().size(), 100u);
  EXPECT_TRUE(folded);
  EXPECT_EQ(counts["snoop"], 1000u);
  EXPECT_EQ(counts["li"], 1u);
}

TEST_F(AccessNotesTest, WhatIsDoneToTheServiceStandsInEveryJournal) {
  MakeBank("yy");
  model::NoteAttempt done = Attempt("root", "RotateMasterKey", "unix");
  done.reason.clear();
  notes_->Done("", done);
  Stop();
  for (const char* const bank : {"xt", "yy"}) {
    const std::vector<queries::AuditView> noted = Noted(bank);
    ASSERT_EQ(noted.size(), 1u) << bank;
    EXPECT_EQ(noted[0].principal, "root");
    EXPECT_EQ(noted[0].answer, "") << "which is: done";
  }
}

}  // namespace
}  // namespace timebank::rpc
