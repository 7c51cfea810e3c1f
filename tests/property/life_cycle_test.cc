// Every pair of state and event, walked by real commands against a table that is written down here a second time. What is
// not in it is refused and changes nothing but the journal.
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::property {
namespace {

namespace rec = ledger::rec;
using ledger::Dump;
using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Decision;
using model::Reason;
using Event = model::ChangeRecord::Event;

// A bank with two volunteers and one record, and a clock that the walks move.
class World {
 public:
  explicit World(int64_t notice_days = 0) {
    Do("wang", model::CreateBank{"Bank", {{"notice_days", notice_days}}});
    Do("wang", model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do("wang", model::CreateCenter{"c1", "c1", "s1"});
    for (const char* number : {"A", "B"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c1";
      member.birth = LocalDate(1980, 1, 1);
      Do("wang", member);
    }
  }

  template <typename Body>
  model::Outcome Do(const std::string& actor, Body body) {
    return bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
  }

  void Record(bool late = false) {
    model::CreateRecord record;
    record.volunteer = "A";
    record.center = "c1";
    record.category = "助餐";
    record.start = LocalMinute(2026, late ? 6 : 11, 19, 8);
    record.end = LocalMinute(2026, late ? 6 : 11, 19, 10);
    record_ = model::RecordId(Do("wang", record).subject);
  }
  void CheckIn() {
    record_ = model::RecordId(Do("wang", model::CheckIn{"A", "", "c1", "助餐", model::Minutes(120)}).subject);
  }

  model::Outcome Step(Event event, Decision decision = Decision::kSettle, const std::string& actor = "li") {
    return Do(actor, model::ChangeRecord{record_, event, decision, model::Minutes(60), "reason"});
  }

  void PassDays(int days) { now_ = now_ + model::RecordTime(int64_t{days} * 86'400'000'000); }

  // All rows but those of the journal.
  Dump Rows() const {
    Dump dump = ledger::DumpOf(*bank_.Rows());
    std::erase_if(dump,
                  [](const auto& row) { return absl::string_view("jibt").find(row.first[0]) != absl::string_view::npos; });
    return dump;
  }
  uint64_t entries() const { return ledger::MustLoadRow<rec::Bank>(*bank_.Rows(), ledger::keys::Bank("xt"))->entry_count(); }
  absl::Status Check() const { return ledger::CheckBank(*bank_.Rows(), "xt"); }

 private:
  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20);
  model::RecordId record_;
  int requests_ = 0;
};

struct RecordEventCase {
  const char* name;
  Event event;
  Decision decision;
};
constexpr RecordEventCase kEvents[] = {
    {"check out", Event::kCheckOut, Decision::kSettle}, {"confirm", Event::kConfirm, Decision::kSettle},
    {"reject", Event::kReject, Decision::kSettle},      {"withdraw", Event::kWithdraw, Decision::kSettle},
    {"dispute", Event::kDispute, Decision::kSettle},    {"uphold", Event::kDecide, Decision::kSettle},
    {"amend", Event::kDecide, Decision::kAmend},        {"void", Event::kDecide, Decision::kVoid},
    {"settle", Event::kSettle, Decision::kSettle},      {"reverse", Event::kReverse, Decision::kSettle}};

enum class Start { kCheckIn, kRecord, kLate };

// How a state is reached, and by event of kEvents the state that follows; empty: refused.
struct RecordStateCase {
  const char* name;
  int64_t notice_days;
  Start start;
  std::vector<std::pair<Event, Decision>> steps;
  int days;  // that pass before the event
  std::vector<const char*> to;
};

constexpr const char* kNo = "";
constexpr std::pair<Event, Decision> kConfirm = {Event::kConfirm, Decision::kSettle};
constexpr std::pair<Event, Decision> kDispute = {Event::kDispute, Decision::kSettle};

// CONFIRMED is missing: a confirmed record goes on at once, to NOTICED or SETTLED, and no command ever finds one.
std::vector<RecordStateCase> RecordStates() {
  const std::vector<const char*> none(std::size(kEvents), kNo);
  const std::vector<const char*> settled = {kNo, "SETTLED", "REJECTED", "WITHDRAWN", "DISPUTED", kNo, kNo, kNo, kNo, kNo};
  std::vector<const char*> noticed = settled;
  noticed[1] = "NOTICED";
  std::vector<const char*> approved = settled;
  approved[1] = "RECORDED";
  return {
      {"CHECKED_IN", 0, Start::kCheckIn, {}, 1, {"RECORDED", kNo, kNo, "WITHDRAWN", kNo, kNo, kNo, kNo, kNo, kNo}},
      {"RECORDED", 0, Start::kRecord, {}, 0, settled},
      {"RECORDED with notice", 3, Start::kRecord, {}, 0, noticed},
      {"RECORDED late", 0, Start::kLate, {}, 0, approved},
      {"RECORDED late and approved", 0, Start::kLate, {kConfirm}, 0, settled},
      {"NOTICED", 3, Start::kRecord, {kConfirm}, 3, {kNo, kNo, kNo, kNo, "DISPUTED", kNo, kNo, kNo, "SETTLED", kNo}},
      {"SETTLED", 0, Start::kRecord, {kConfirm}, 0, {kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, "REVERSED"}},
      {"REVERSED", 0, Start::kRecord, {kConfirm, {Event::kReverse, Decision::kSettle}}, 0, none},
      {"REJECTED", 0, Start::kRecord, {{Event::kReject, Decision::kSettle}}, 0, none},
      {"WITHDRAWN", 0, Start::kRecord, {{Event::kWithdraw, Decision::kSettle}}, 0, none},
      {"DISPUTED",
       0,
       Start::kRecord,
       {kDispute},
       0,
       {kNo, kNo, kNo, kNo, "DISPUTED", "SETTLED", "SETTLED", "VOIDED", kNo, kNo}},
      {"DISPUTED with notice",
       3,
       Start::kRecord,
       {kDispute},
       0,
       {kNo, kNo, kNo, kNo, "DISPUTED", "NOTICED", "NOTICED", "VOIDED", kNo, kNo}},
      {"DISPUTED late",
       0,
       Start::kLate,
       {kDispute},
       0,
       {kNo, kNo, kNo, kNo, "DISPUTED", "RECORDED", "RECORDED", "VOIDED", kNo, kNo}},
      {"DISPUTED after notice",
       3,
       Start::kRecord,
       {kConfirm, kDispute},
       0,
       {kNo, kNo, kNo, kNo, "DISPUTED", "SETTLED", "SETTLED", "VOIDED", kNo, kNo}},
      {"VOIDED", 0, Start::kRecord, {kDispute, {Event::kDecide, Decision::kVoid}}, 0, none},
  };
}

void Reach(const RecordStateCase& state, World* world) {
  if (state.start == Start::kCheckIn) {
    world->CheckIn();
  } else {
    world->Record(state.start == Start::kLate);
  }
  for (const auto& [event, decision] : state.steps) {
    // By a third person, so that li may still be the second approver.
    // Who disputed does not decide, be it to make it void.
    const std::string actor = event == Event::kDecide ? "qian" : "zhao";
    ASSERT_FALSE(world->Step(event, decision, actor).rejection.has_value());
  }
  world->PassDays(state.days);
}

// Demands a refusal with `reason`, journaled, that changed nothing else.
void ExpectRefused(const World& world, const model::Outcome& outcome, Reason reason, const Dump& before, uint64_t entries) {
  ASSERT_TRUE(outcome.rejection.has_value());
  EXPECT_EQ(model::TextOf(outcome.rejection->reason).name, model::TextOf(reason).name);
  EXPECT_EQ(world.entries(), entries + 1);
  EXPECT_EQ(outcome.sequence, model::Sequence(entries + 1));
  EXPECT_TRUE(world.Rows() == before) << "the refusal changed something";
}

TEST(RecordLifeCycleTest, EveryPair) {
  for (const RecordStateCase& state : RecordStates()) {
    ASSERT_EQ(state.to.size(), std::size(kEvents)) << state.name;
    for (size_t i = 0; i < state.to.size(); ++i) {
      SCOPED_TRACE(absl::StrCat(state.name, ", ", kEvents[i].name));
      World world(state.notice_days);
      Reach(state, &world);
      const Dump before = world.Rows();
      const uint64_t entries = world.entries();
      const model::Outcome outcome = world.Step(kEvents[i].event, kEvents[i].decision);
      if (*state.to[i] == '\0') {
        ExpectRefused(world, outcome, Reason::kRecordWrongState, before, entries);
        // The state that is named is the one it is in.
        ASSERT_EQ(outcome.rejection->metadata.size(), 2u);
        EXPECT_EQ(outcome.rejection->metadata[1].second,
                  std::string(state.name).substr(0, std::string(state.name).find(' ')));
      } else {
        ASSERT_TRUE(outcome.record.has_value());
        EXPECT_EQ(model::NameOf(outcome.record->state), state.to[i]);
        EXPECT_EQ(world.entries(), entries + 1);
      }
      EXPECT_TRUE(world.Check().ok()) << world.Check();
    }
  }
}

TEST(MemberLifeCycleTest, EveryPair) {
  using MemberEvent = model::ChangeMember::Event;
  for (const bool suspended : {false, true}) {
    for (const bool consent : {false, true}) {
      for (const MemberEvent event :
           {MemberEvent::kSuspend, MemberEvent::kResume, MemberEvent::kConsent, MemberEvent::kConsentWithdrawn}) {
        SCOPED_TRACE(absl::StrCat("suspended ", suspended, ", consent ", consent, ", event ", static_cast<int>(event)));
        World world;
        if (suspended) {
          world.Do("wang", model::ChangeMember{"A", MemberEvent::kSuspend, "reason"});
        }
        const auto change = [](MemberEvent what) {
          model::ChangeMember body{"A", what, "reason"};
          if (what == MemberEvent::kConsent) {
            body.consent.sealed = "a consent";
            body.consent.about = model::MemberId(1);
          }
          return body;
        };
        if (consent) {
          world.Do("wang", change(MemberEvent::kConsent));
        }
        const Dump before = world.Rows();
        const uint64_t entries = world.entries();
        const model::Outcome outcome = world.Do("wang", change(event));
        const bool allowed = event == MemberEvent::kSuspend   ? !suspended
                             : event == MemberEvent::kResume  ? suspended
                             : event == MemberEvent::kConsent ? !consent
                                                              : consent;
        if (!allowed) {
          ExpectRefused(world, outcome, Reason::kMemberWrongState, before, entries);
          continue;
        }
        EXPECT_FALSE(outcome.rejection.has_value());
        rec::Member row;
        ASSERT_TRUE(row.ParseFromString(world.Rows().at(ledger::keys::Member("xt", model::MemberId(1)))));
        const bool now_suspended = event == MemberEvent::kSuspend || (event != MemberEvent::kResume && suspended);
        const bool now_consent = event == MemberEvent::kConsent || (event != MemberEvent::kConsentWithdrawn && consent);
        EXPECT_EQ(row.state(),
                  static_cast<uint32_t>(now_suspended ? model::MemberState::kSuspended : model::MemberState::kActive));
        EXPECT_EQ(row.guardian_consent(), now_consent);
      }
    }
  }
}

TEST(KinshipLifeCycleTest, EveryPair) {
  using KinshipEvent = model::ChangeKinship::Event;
  const std::vector<std::vector<KinshipEvent>> ways = {
      {},
      {KinshipEvent::kProve},
      {KinshipEvent::kProve, KinshipEvent::kBind},
      {KinshipEvent::kRevoke},
  };
  // By state, then prove, bind, revoke: the state that follows; 0: refused.
  constexpr uint32_t kTo[4][3] = {{2, 0, 4}, {0, 3, 4}, {0, 0, 4}, {0, 0, 0}};
  for (size_t state = 0; state < ways.size(); ++state) {
    for (size_t event = 0; event < 3; ++event) {
      SCOPED_TRACE(absl::StrCat("state ", state + 1, ", event ", event));
      World world;
      const model::KinshipId kinship(world.Do("wang", model::ProposeKinship{"A", "B", model::Relation::kSpouse}).subject);
      for (const KinshipEvent step : ways[state]) {
        world.Do("wang", model::ChangeKinship{kinship, step, "reason"});
      }
      const Dump before = world.Rows();
      const uint64_t entries = world.entries();
      const model::Outcome outcome =
          world.Do("wang", model::ChangeKinship{kinship, static_cast<KinshipEvent>(event), "reason"});
      if (kTo[state][event] == 0) {
        ExpectRefused(world, outcome, Reason::kKinshipWrongState, before, entries);
        continue;
      }
      EXPECT_FALSE(outcome.rejection.has_value());
      rec::Kinship row;
      ASSERT_TRUE(row.ParseFromString(world.Rows().at(ledger::keys::Kinship("xt", kinship))));
      EXPECT_EQ(row.state(), kTo[state][event]);
    }
  }
}

TEST(HoldLifeCycleTest, ClosedOnceAndNeverAgain) {
  for (const int64_t first : {0, 30, 60}) {
    for (const int64_t second : {0, 30, 60}) {
      World world;
      world.Record();
      world.Step(Event::kConfirm);
      // Nobody of this world is sixty; a rule lets them spend from forty, from tomorrow on.
      world.Do("wang", model::CreateRuleSet{LocalDate(2026, 11, 21), {{"spending_age", 40}}});
      world.PassDays(1);
      const model::Outcome placed =
          world.Do("wang", model::PlaceHold{"A", model::Minutes(60), LocalDate(2026, 12, 1), "care"});
      ASSERT_FALSE(placed.rejection.has_value());
      const model::HoldId hold(placed.subject);
      EXPECT_FALSE(world.Do("li", model::CloseHold{hold, model::Minutes(first), "care"}).rejection.has_value());
      const Dump before = world.Rows();
      const uint64_t entries = world.entries();
      ExpectRefused(world, world.Do("li", model::CloseHold{hold, model::Minutes(second), "care"}), Reason::kHoldClosed,
                    before, entries);
      EXPECT_TRUE(world.Check().ok()) << world.Check();
    }
  }
}

}  // namespace
}  // namespace timebank::property
