// The bytes of the entries that take hours back, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/property/golden.h"

namespace timebank::property {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Cover;
using model::CoverChoice;
using model::RecordId;
using Event = model::ChangeRecord::Event;
using Decision = model::ChangeReversal::Event;

// Hours that are spent and taken back in every way, one by one and as lists.
class Undoing {
 public:
  Undoing() {
    Do("wang", model::CreateBank{"Bank", {{"daily_cap_minutes", 240}}});
    Do("wang", model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do("wang", model::CreateCenter{"c1", "c1", "s1"});
    for (const char* number : {"A", "B"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c1";
      member.birth = LocalDate(1950, 1, 1);
      Do("wang", member);
    }
    const RecordId pooled = Service("B", 16, 8, 14);  // 120 minutes to the pool
    const RecordId first = Service("A", 16, 8, 9);
    const RecordId second = Service("A", 16, 9, 10);
    const RecordId third = Service("A", 16, 10, 11);
    Spend("A", 180);
    Reverse("wang", first, CoverChoice{Cover::kDebt, "signed", "", ""});
    Reverse("wang", second, CoverChoice{Cover::kPool, "", "", ""});
    Reverse("li", third, CoverChoice{Cover::kAuthority, "", "wang", ""});
    const RecordId pays = Service("A", 17, 8, 10);  // 60 of it pay the debt
    Lists(pooled, pays);
  }

  const ledger::TestBank& bank() const { return bank_; }

 private:
  template <typename Body>
  uint64_t Do(const std::string& actor, Body body) {
    const model::Outcome outcome =
        bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
    EXPECT_FALSE(outcome.rejection.has_value()) << "request " << requests_;
    return outcome.subject;
  }

  RecordId Service(const std::string& volunteer, int day, int from, int to) {
    model::CreateRecord record;
    record.volunteer = volunteer;
    record.center = "c1";
    record.category = "陪伴";
    record.start = LocalMinute(2026, 11, day, from);
    record.end = LocalMinute(2026, 11, day, to);
    const RecordId id(Do("wang", record));
    model::ChangeRecord confirm;
    confirm.record = id;
    Do("li", confirm);
    return id;
  }

  void Spend(const std::string& member, int64_t minutes) {
    const model::HoldId hold(Do("wang", model::PlaceHold{member, model::Minutes(minutes), LocalDate(2026, 12, 1), "care"}));
    Do("li", model::CloseHold{hold, model::Minutes(minutes), "care"});
  }

  void Reverse(const std::string& actor, RecordId record, CoverChoice cover) {
    model::ChangeRecord reverse;
    reverse.record = record;
    reverse.event = Event::kReverse;
    reverse.reason = "invented";
    reverse.cover = std::move(cover);
    Do(actor, reverse);
  }

  // One list that is carried out, with a record that cannot be; one rejected, one withdrawn.
  void Lists(RecordId pooled, RecordId pays) {
    const model::ReversalId done(Do("wang", model::ProposeReversal{{pays, pooled}, "ring", {}}));
    Spend("B", 60);
    Do("li", model::ChangeReversal{done, Decision::kApprove, "looked at"});
    const model::RecordTime due = now_;
    now_ = LocalTime(2026, 11, 20, 19);
    Do("system", model::RunDue{model::DueKind::kReversalStep, pays.value(), due});
    Do("system", model::RunDue{model::DueKind::kReversalStep, pooled.value(), due});
    const model::ReversalId rejected(Do("wang", model::ProposeReversal{{pooled}, "ring", {}}));
    Do("li", model::ChangeReversal{rejected, Decision::kReject, "no proof"});
    const model::ReversalId withdrawn(
        Do("wang", model::ProposeReversal{{pooled}, "ring", CoverChoice{Cover::kDebt, "signed", "", ""}}));
    Do("wang", model::ChangeReversal{withdrawn, Decision::kWithdraw, "mistake"});
  }

  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20, 18);
  int requests_ = 0;
};

TEST(GoldenTest, TheBytesOfReversals) {
  const Undoing undoing;
  ExpectGolden(*undoing.bank().Rows(), model::EntryKind::kReversalProposed, model::EntryKind::kReversalSkipped,
               TIMEBANK_GOLDEN_REVERSALS);
}

}  // namespace
}  // namespace timebank::property
