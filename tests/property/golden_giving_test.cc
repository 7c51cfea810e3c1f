// The bytes of the entries of gifts, the pool, grants and the end of memberships, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/property/golden.h"

namespace timebank::property {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Minutes;
using GrantEvent = model::ChangeGrant::Event;
using LifeEvent = model::ChangeMembership::Event;

// Hours that go every way there is.
class Giving {
 public:
  Giving() {
    Do("wang", model::CreateBank{"Bank", {{"gifts_to_others", 1}, {"grant_unspent", 1}, {"grant_validity_months", 1}}});
    Do("wang", model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do("wang", model::CreateCenter{"c1", "c1", "s1"});
    for (const char* number : {"E", "V", "X", "Y"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c1";
      member.birth = LocalDate(number[0] == 'E' ? 1950 : 1980, 1, 1);
      Do("wang", member);
    }
    for (const char* volunteer : {"V", "X", "Y"}) {
      Serve(volunteer);
    }
    Do("V", model::GiveHours{"V", "E", Minutes(30), "a gift"});
    Do("V", model::DonateHours{"V", Minutes(60), "for all"});
    Do("wang", model::GivePoolHours{"E", Minutes(45), "in need"});
    Grants();
    Memberships();
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

  void Serve(const std::string& volunteer) {
    model::CreateRecord record;
    record.volunteer = volunteer;
    record.center = "c1";
    record.category = "陪伴";
    record.start = LocalMinute(2026, 11, 19, 8);
    record.end = LocalMinute(2026, 11, 19, 16);
    const model::RecordId id(Do("wang", record));
    Do("li", model::ChangeRecord{id, model::ChangeRecord::Event::kConfirm, {}, {}, ""});
  }

  void Due(model::DueKind kind, uint64_t id, model::RecordTime due) {
    now_ = std::max(now_, due);
    Do("system", model::RunDue{kind, id, due});
  }

  static model::PrivateText TextAboutE(const std::string& text, uint8_t digest) {
    model::PrivateText result;
    result.sealed = text;
    result.digest.fill(digest);
    result.about = model::MemberId(1);
    return result;
  }

  void Grants() {
    const model::GrantId grant(Do("wang", model::ProposeGrant{"E", Minutes(120), LocalDate(2026, 12, 1),
                                                              LocalDate(2026, 12, 31), TextAboutE("alone", 0xa1)}));
    model::ChangeGrant step;
    step.grant = grant;
    Do("li", step);
    const model::RecordTime december = model::StartOf(LocalDate(2026, 12, 1));
    Due(model::DueKind::kGrantIssue, grant.value(), december);
    const auto issue = static_cast<uint64_t>(requests_);
    step.event = GrantEvent::kRenew;
    step.review = LocalDate(2027, 6, 30);
    step.reason = TextAboutE("still alone", 0xa2);
    Do("li", step);
    const model::RecordTime january = model::StartOf(LocalDate(2027, 1, 1));
    Due(model::DueKind::kGrantExpiry, issue, january);
    Do("wang", model::ChangeMember{"E", model::ChangeMember::Event::kSuspend, "reason"});
    Due(model::DueKind::kGrantIssue, grant.value(), january);
    Do("wang", model::ChangeMember{"E", model::ChangeMember::Event::kResume, "reason"});
    step.event = GrantEvent::kEnd;
    Do("wang", step);
  }

  void Memberships() {
    Do("wang", model::MergeMembers{"Y", "V", "one person"});
    Do("wang", model::ChangeMembership{"X", LifeEvent::kClose, "", "moves away"});
    Do("wang", model::ChangeMembership{"X", LifeEvent::kReopen, "", "stays"});
    Do("wang", model::ChangeMembership{"X", LifeEvent::kClose, "", "moves away"});
    Do("li", model::ChangeMembership{"X", LifeEvent::kFinish, "V", "moved"});
    Do("wang", model::ChangeMembership{"E", LifeEvent::kDeath, "", "died"});
    Do("li", model::ChangeMembership{"E", LifeEvent::kEstate, "V", "to a friend"});
  }

  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20, 18);
  int requests_ = 0;
};

TEST(GoldenTest, TheBytesOfGiving) {
  const Giving giving;
  ExpectGolden(*giving.bank().Rows(), model::EntryKind::kHoursGiven, model::EntryKind::kMembersMerged,
               TIMEBANK_GOLDEN_GIVING);
}

}  // namespace
}  // namespace timebank::property
