// The table of what time does, and the commands that ask for it.
#include "service/ledger/due.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::ledger {
namespace {

using model::DueKind;
using model::Reason;

class DueTest : public testing::Test {
 protected:
  DueTest() {
    Do(model::CreateBank{"Bank", {{"spending_age", 40}}});
    Do(model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do(model::CreateCenter{"c1", "c1", "s1"});
    model::RegisterMember member;
    member.external_number = "A";
    member.center = "c1";
    member.birth = LocalDate(1950, 1, 1);
    Do(member);
    model::CreateRecord record;
    record.volunteer = "A";
    record.center = "c1";
    record.category = "助餐";
    record.start = LocalMinute(2026, 11, 19, 8);
    record.end = LocalMinute(2026, 11, 19, 10);
    const model::RecordId id(Do(record).subject);
    Do(model::ChangeRecord{id, model::ChangeRecord::Event::kConfirm, {}, {}, ""}, "li");
    hold_ = Do(model::PlaceHold{"A", model::Minutes(60), LocalDate(2026, 11, 30), "care"}).subject;
  }

  template <typename Body>
  model::Outcome Do(Body body, const std::string& actor = "wang") {
    return bank_.Apply(MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
  }
  static Reason ReasonOf(const model::Outcome& outcome) {
    return outcome.rejection.has_value() ? outcome.rejection->reason : Reason{0};
  }

  TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20);
  uint64_t hold_ = 0;
  int requests_ = 0;
};

TEST_F(DueTest, AnExpiredHoldSaysThatItExpired) {
  const model::RecordTime due = model::StartOf(LocalDate(2026, 12, 1));
  now_ = due - model::RecordTime(1);
  EXPECT_EQ(ReasonOf(Do(model::RunDue{DueKind::kHoldExpiry, hold_, due})), Reason::kNothingDue);
  now_ = due;
  const model::Command command = MakeCommand("~due", "system", model::RunDue{DueKind::kHoldExpiry, hold_, due});
  const model::Outcome done = bank_.Apply(command, now_);
  ASSERT_EQ(ReasonOf(done), Reason{0});
  EXPECT_EQ(done.subject, hold_);
  EXPECT_EQ(bank_.Apply(command, now_), done);
  const auto entry = MustLoadRow<rec::Entry>(*bank_.Rows(), keys::Entry("xt", done.sequence));
  EXPECT_EQ(entry->kind(), static_cast<uint32_t>(model::EntryKind::kHoldExpired));
  EXPECT_TRUE(entry->hold().expired());
  EXPECT_EQ(entry->hold().consumed(), 0);
  EXPECT_EQ(entry->actor(), "system");
  const auto row = MustLoadRow<rec::Hold>(*bank_.Rows(), keys::Hold("xt", model::HoldId(hold_)));
  EXPECT_TRUE(row->closed() && row->expired());
  EXPECT_TRUE(CheckBank(*bank_.Rows(), "xt").ok());
}

TEST_F(DueTest, WhatNoFunctionIsForIsNotDue) {
  for (int kind = 0; kind < 256; ++kind) {
    const model::Outcome outcome = Do(model::RunDue{static_cast<DueKind>(kind), hold_, now_});
    EXPECT_EQ(ReasonOf(outcome), Reason::kNothingDue) << kind;
  }
  EXPECT_EQ(ReasonOf(Do(model::RunDue{DueKind::kHoldExpiry, hold_, model::RecordTime(-1)})), Reason::kNothingDue);
}

TEST_F(DueTest, TheIndexIsCheckedBothWays) {
  const std::string key = keys::Due("xt", model::StartOf(LocalDate(2026, 12, 1)), DueKind::kHoldExpiry, hold_);
  ASSERT_TRUE(CheckBank(*bank_.Rows(), "xt").ok());
  bank_.Write({{key, std::nullopt}});
  EXPECT_FALSE(CheckBank(*bank_.Rows(), "xt").ok());
  bank_.Write({{key, ""}, {keys::Due("xt", now_, DueKind::kOrderExpiry, 1), ""}});
  EXPECT_FALSE(CheckBank(*bank_.Rows(), "xt").ok());
}

TEST_F(DueTest, AKeyTellsWhatItWasMadeOf) {
  const model::RecordTime due = model::StartOf(LocalDate(2026, 12, 1));
  const keys::DueRow row = keys::DueRowOf(keys::Due("xt", due, DueKind::kGrantExpiry, 0x0102030405060708));
  EXPECT_EQ(row, (keys::DueRow{due, DueKind::kGrantExpiry, 0x0102030405060708}));
  EXPECT_LT(keys::Due("xt", due, DueKind::kGrantExpiry, UINT64_MAX), keys::DueBefore("xt", due + model::RecordTime(1)));
  EXPECT_GT(keys::Due("xt", due, DueKind::kRecordNotice, 0), keys::DueBefore("xt", due));
}

}  // namespace
}  // namespace timebank::ledger
