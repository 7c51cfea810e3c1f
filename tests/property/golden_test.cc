// The bytes of the journal are frozen: they are hashed as they are stored, and a bank of today must verify for ever. Written
// anew only on purpose, with TIMEBANK_WRITE_GOLDEN=1, when a new kind of entry joins the list.
#include "tests/property/golden.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rewards.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::property {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using Event = model::ChangeRecord::Event;

// Every kind of entry at least once, in a life that two members share.
class Life {
 public:
  Life() {
    Do("wang", model::CreateBank{"湘潭时间银行", {{"notice_days", 2}, {"category_weight_percent.助浴", 300}}});
    Do("wang", model::CreateScope{"d1", "岳塘区", model::ScopeLevel::kDistrict, ""});
    Do("wang", model::CreateScope{"s1", "阳光社区", model::ScopeLevel::kCommunity, "d1"});
    Do("wang", model::CreateCenter{"c1", "阳光服务站", "s1"});
    Register("A", LocalDate(1950, 1, 1));
    Register("B", LocalDate(1999, 12, 31));
    model::ChangeMember consent{"B", model::ChangeMember::Event::kConsent, "on paper"};
    consent.consent.sealed = "a consent";
    consent.consent.digest.fill(0xc0);
    consent.consent.about = model::MemberId(2);
    Do("wang", consent);
    const model::KinshipId kinship(Do("wang", model::ProposeKinship{"A", "B", model::Relation::kChild}));
    Do("wang", model::ChangeKinship{kinship, model::ChangeKinship::Event::kProve, "household register"});
    Do("wang", model::CreateRuleSet{LocalDate(2026, 11, 22), {{"notice_days", 0}}});
    Records();
    now_ = LocalTime(2026, 11, 25);
    LateRecords();
    Holds();
    Due();
    Points();
    Shop();
    Stars();
  }

  const ledger::TestBank& bank() const { return bank_; }

 private:
  template <typename Body>
  uint64_t Do(const std::string& actor, Body body) {
    return bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_).subject;
  }

  void Register(const std::string& number, model::Day birth) {
    model::RegisterMember member;
    member.external_number = number;
    member.center = "c1";
    member.birth = birth;
    member.sealed_person = absl::StrCat("sealed ", number);
    member.person_digest.fill(static_cast<uint8_t>(number[0]));
    member.id_index = std::string(16, number[0]);
    member.person_index = std::string(16, number[0]);
    member.name_index = std::string(16, number[0]);
    Do("wang", member);
  }

  model::RecordId Record(int month, int day, int hour) {
    model::CreateRecord record;
    record.volunteer = "A";
    record.beneficiary = "B";
    record.center = "c1";
    record.category = "助浴";
    record.start = LocalMinute(2026, month, day, hour);
    record.end = LocalMinute(2026, month, day, hour + 1);
    record.note.sealed = "a note";
    record.note.about = model::MemberId(2);
    record.note.digest.fill(0xd1);
    return model::RecordId(Do("wang", record));
  }

  void Step(model::RecordId id, Event event, const std::string& actor, model::Decision decision = model::Decision::kSettle) {
    Do(actor, model::ChangeRecord{id, event, decision, model::Minutes(30), event == Event::kConfirm ? "" : "reason"});
  }

  void Records() {
    const model::RecordId publicised = Record(11, 19, 8);
    Step(publicised, Event::kConfirm, "li");
    const model::RecordId disputed = Record(11, 19, 10);
    Step(disputed, Event::kDispute, "zhao");
    Step(disputed, Event::kDecide, "li", model::Decision::kAmend);
    const model::RecordId voided = Record(11, 19, 12);
    Step(voided, Event::kDispute, "zhao");
    Step(voided, Event::kDecide, "li", model::Decision::kVoid);
    Step(Record(11, 19, 14), Event::kReject, "li");
    Step(Record(11, 19, 16), Event::kWithdraw, "wang");
    const model::RecordId checked_in(Do("wang", model::CheckIn{"B", "A", "c1", "助餐", model::Minutes(120)}));
    now_ = now_ + model::RecordTime(int64_t{90} * 60'000'000 + 123'456);
    Step(checked_in, Event::kCheckOut, "wang");
    now_ = LocalTime(2026, 11, 23);
    Step(publicised, Event::kSettle, "wang");
    Step(publicised, Event::kSettle, "wang");  // refused
    Step(publicised, Event::kReverse, "li");
  }

  void LateRecords() {
    const model::RecordId late = Record(5, 1, 8);
    Step(late, Event::kConfirm, "li");
    Step(late, Event::kConfirm, "zhao");
    Step(Record(11, 24, 8), Event::kConfirm, "li");
  }

  void Holds() {
    const model::HoldId hold(Do("wang", model::PlaceHold{"A", model::Minutes(60), LocalDate(2026, 12, 1), "care"}));
    Do("li", model::CloseHold{hold, model::Minutes(45), "done"});
    Do("wang", model::PlaceHold{"A", model::Minutes(1'000'000'000), LocalDate(2026, 12, 1), "too much"});  // refused
  }

  // What time does: a hold that expires.
  void Due() {
    const uint64_t hold = Do("wang", model::PlaceHold{"A", model::Minutes(30), LocalDate(2026, 11, 25), "care"});
    const model::RecordTime due = model::StartOf(LocalDate(2026, 11, 26));
    now_ = due;
    Do("system", model::RunDue{model::DueKind::kHoldExpiry, hold, due});
  }

  // Points of B are spent before the service is reversed that earned them, and some expire.
  void Points() {
    const model::CampaignId campaign(
        Do("wang", model::CreateCampaign{"双倍积分", "助浴", 200, LocalDate(2026, 11, 26), LocalDate(2026, 12, 31)}));
    now_ = LocalTime(2026, 11, 28);
    const model::RecordId record = Record(11, 27, 8);
    Step(record, Event::kConfirm, "li");
    Do("wang", model::AwardPoints{"A", model::Points(50), "a festival"});
    Do("wang", model::DeductPoints{"A", model::Points(80), "a mistake"});
    Step(record, Event::kReverse, "li");
    Do("wang", model::AwardPoints{"A", model::Points(100), "another festival"});
    Do("wang", model::EndCampaign{campaign, "enough"});
    const model::RecordTime due = model::StartOf(LocalDate(2028, 1, 1));
    now_ = due;
    Do("system", model::RunDue{model::DueKind::kPointsExpiry, 1, due});
  }

  // An order that is collected at the second try, one that is cancelled, one that nobody collects.
  void Shop() {
    now_ = LocalTime(2028, 2, 1);
    Do("wang", model::AwardPoints{"A", model::Points(60), "a festival"});
    model::CreateReward create{"c1", "大米", model::Points(10), 5, 2, {}, LocalDate(2028, 12, 31)};
    const model::RewardId reward(Do("wang", create));
    model::ChangeReward change;
    change.reward = reward;
    change.price = model::Points(20);
    change.no_end = true;
    change.reason = "dearer";
    Do("wang", change);
    Do("wang", model::CountStock{reward, 4, "one was broken"});
    const auto order = [&] {
      const std::string digest = ledger::PickupDigest("salt", "mac");
      return model::RewardOrderId(Do("wang", model::PlaceRewardOrder{reward, "A", 1, "salt", digest}));
    };
    const model::RewardOrderId collected = order();
    Do("wang", model::CollectRewardOrder{collected, "another"});
    Do("wang", model::CollectRewardOrder{collected, "mac"});
    Do("wang", model::CancelRewardOrder{order(), "a mistake"});
    const model::RewardOrderId forgotten = order();
    const model::RecordTime due = model::StartOf(LocalDate(2028, 3, 3));
    now_ = due;
    Do("system", model::RunDue{model::DueKind::kRewardOrderExpiry, forgotten.value(), due});
  }

  uint64_t Apply(int level) { return Do("wang", model::SubmitStar{"A", level}); }
  void StarStep(uint64_t id, model::ChangeStar::Event event, const std::string& actor) {
    Do(actor, model::ChangeStar{model::StarApplicationId(id), event, "reason"});
  }
  void AwardStep(uint64_t id, model::ChangeAward::Event event, const std::string& actor) {
    Do(actor, model::ChangeAward{model::StarAwardId(id), event, "d1", "reason"});
  }

  void Stars() {
    using StarEvent = model::ChangeStar::Event;
    using AwardEvent = model::ChangeAward::Event;
    Do("wang", model::CreateRuleSet{LocalDate(2028, 6, 5),
                                    {{"star_1_hours", 1}, {"star_2_hours", 2}, {"star_notice_working_days", 1}}});
    now_ = LocalTime(2028, 6, 5, 9);
    Do("wang", model::SetCalendar{
                   {{LocalDate(2028, 6, 6), model::DayKind::kHoliday}, {LocalDate(2028, 6, 10), model::DayKind::kWorkday}},
                   "made up for"});
    const uint64_t first = Apply(1);
    StarStep(first, StarEvent::kApprove, "li");
    StarStep(first, StarEvent::kPublish, "li");
    StarStep(first, StarEvent::kObject, "zhou");
    StarStep(first, StarEvent::kDismiss, "li");
    const model::RecordTime due = model::StartOf(LocalDate(2028, 6, 8));
    now_ = due;
    Do("system", model::RunDue{model::DueKind::kStarNotice, first, due});
    const uint64_t award = Do("li", model::AwardStar{model::StarApplicationId(first), "d1", "XT-2028-1"});
    StarStep(Apply(2), StarEvent::kReject, "li");
    StarStep(Apply(2), StarEvent::kWithdraw, "wang");
    AwardStep(award, AwardEvent::kOpenReview, "zhou");
    AwardStep(award, AwardEvent::kKeep, "li");
    AwardStep(award, AwardEvent::kOpenReview, "zhou");
    AwardStep(award, AwardEvent::kRevoke, "li");
    Apply(1);  // refused: never twice
  }

  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20, 18);
  int requests_ = 0;
};

TEST(GoldenTest, TheBytesOfTheJournal) {
  const Life life;
  const auto rows = life.bank().Rows();
  ASSERT_TRUE(ledger::CheckBank(*rows, "xt").ok()) << ledger::CheckBank(*rows, "xt");
  std::set<uint32_t> kinds;
  const std::string lines = JournalLines(*rows, &kinds);
  for (uint32_t kind = 1; kind <= static_cast<uint32_t>(model::EntryKind::kRefused); ++kind) {
    EXPECT_TRUE(kinds.contains(kind)) << "no entry of kind " << kind;
  }
  for (const model::EntryKind kind : {
           model::EntryKind::kHoldExpired,     model::EntryKind::kPointsAwarded,      model::EntryKind::kPointsDeducted,
           model::EntryKind::kPointsExpired,   model::EntryKind::kCampaignCreated,    model::EntryKind::kCampaignEnded,
           model::EntryKind::kRewardCreated,   model::EntryKind::kRewardChanged,      model::EntryKind::kStockCounted,
           model::EntryKind::kRewardOrdered,   model::EntryKind::kRewardCollected,    model::EntryKind::kRewardCodeMissed,
           model::EntryKind::kRewardCancelled, model::EntryKind::kRewardOrderExpired, model::EntryKind::kCalendarSet,
           model::EntryKind::kStarSubmitted,   model::EntryKind::kStarReviewed,       model::EntryKind::kStarNoticed,
           model::EntryKind::kStarObjected,    model::EntryKind::kStarPassed,         model::EntryKind::kStarRejected,
           model::EntryKind::kStarWithdrawn,   model::EntryKind::kStarAwarded,        model::EntryKind::kStarReviewOpened,
           model::EntryKind::kStarKept,        model::EntryKind::kStarRevoked,
       }) {
    EXPECT_TRUE(kinds.contains(static_cast<uint32_t>(kind))) << "no entry of kind " << static_cast<uint32_t>(kind);
  }
  EXPECT_EQ(lines, GoldenLines(TIMEBANK_GOLDEN, lines));
}

}  // namespace
}  // namespace timebank::property
