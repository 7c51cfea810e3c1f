// Nobody decides on what is her own. Every command that there is stands in one of two lists: here with the decisions in it, each tried by a
// name of staff that is linked to a party and then by one that is not; or among those that decide nothing about a member.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"
#include "service/model/rejection.h"

namespace timebank::property {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Decision;
using model::Minutes;
using model::OrderSide;
using model::Reason;
using Body = decltype(model::Command::body);
using KinStep = model::ChangeKinship::Event;
using LifeStep = model::ChangeMembership::Event;
using MemberStep = model::ChangeMember::Event;
using OrderStep = model::ChangeOrder::Event;
using ProxyStep = model::ChangeProxy::Event;
using RecordStep = model::ChangeRecord::Event;
using StarStep = model::ChangeStar::Event;
using AwardStep = model::ChangeAward::Event;

// M, who is "desk" on the staff by way of a number that was merged into hers; E and V; and staff who is nobody: wang, li, zhao. M and E have
// eight hours each.
class World {
 public:
  World() {
    Do("wang", model::CreateBank{"Bank", {{"star_1_hours", 1}, {"star_notice_working_days", 1}, {"gifts_to_others", 1}}});
    Do("wang", model::CreateScope{"d1", "d1", model::ScopeLevel::kDistrict, ""});
    Do("wang", model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, "d1"});
    Do("wang", model::CreateCenter{"c1", "c1", "s1"});
    for (const char* number : {"M", "E", "V", "N"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c1";
      member.birth = LocalDate(number[0] == 'V' ? 1980 : 1950, 1, 1);
      Do("wang", member);
    }
    for (const char* name : {"desk", "other"}) {
      Do("wang", model::GrantRole{name, model::Role::kAdministrator, "", {}, {}, ""});
    }
    Do("wang", model::LinkPrincipal{"desk", "N", ""});
    Do("wang", model::MergeMembers{"N", "M", "reason"});
    for (const char* number : {"M", "E"}) {
      const uint64_t id = Record(number, "", 8);
      Do("li", model::ChangeRecord{model::RecordId(id), RecordStep::kConfirm, {}, {}, ""});
    }
  }

  // Must go through; returns what it made or changed.
  uint64_t Do(const std::string& actor, Body body) {
    const model::Outcome outcome = Try(actor, std::move(body));
    EXPECT_FALSE(outcome.rejection.has_value())
        << (outcome.rejection.has_value() ? model::TextOf(outcome.rejection->reason).name : "");
    return outcome.subject;
  }
  model::Outcome Try(const std::string& actor, Body body) {
    model::Command command = ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, model::CreateBank{});
    command.body = std::move(body);
    return bank_.Apply(command, now_);
  }
  void PassHours(int hours) { now_ = now_ + model::RecordTime(int64_t{hours} * 3'600'000'000); }

  // So many hours of the morning of the 18th, or of the 19th where it is eight.
  uint64_t Record(const std::string& volunteer, const std::string& beneficiary, int hours) {
    model::CreateRecord record;
    record.volunteer = volunteer;
    record.beneficiary = beneficiary;
    record.center = "c1";
    record.category = "助餐";
    record.start = LocalMinute(2026, 11, hours == 8 ? 19 : 18, 8);
    record.end = record.start + model::Minute(int64_t{60} * hours);
    return Do("wang", record);
  }
  uint64_t Disputed(const std::string& volunteer, const std::string& beneficiary) {
    const uint64_t id = Record(volunteer, beneficiary, 2);
    Do("V", model::ChangeRecord{model::RecordId(id), RecordStep::kDispute, {}, {}, "reason"});
    return id;
  }
  uint64_t Settled(const std::string& volunteer, const std::string& beneficiary) {
    const uint64_t id = Record(volunteer, beneficiary, 2);
    Do("li", model::ChangeRecord{model::RecordId(id), RecordStep::kConfirm, {}, {}, ""});
    return id;
  }

  // An order that went so many of the steps: accepted, begun, finished, disputed or confirmed.
  uint64_t Order(const std::string& payer, const std::string& volunteer, int steps, bool disputed = false) {
    model::RequestOrder body;
    body.payer = payer;
    body.category = "助餐";
    body.start = model::Minute(now_.value() / 60'000'000 + 60);
    body.planned = Minutes(60);
    const model::OrderId id(Do(payer, body));
    const std::vector<OrderStep> path = {OrderStep::kAccept, OrderStep::kStart, OrderStep::kFinish,
                                         disputed ? OrderStep::kDispute : OrderStep::kConfirm};
    for (int i = 0; i < steps; ++i) {
      model::ChangeOrder step;
      step.order = id;
      step.event = path[static_cast<size_t>(i)];
      step.volunteer = i == 0 ? volunteer : "";
      step.reason = "reason";
      Do(i == 3 ? payer : volunteer, step);
      PassHours(1);
    }
    return id.value();
  }

  uint64_t Kinship(bool proved) {
    const uint64_t id = Do("wang", model::ProposeKinship{"E", "M", model::Relation::kSpouse});
    if (proved) {
      Do("li", model::ChangeKinship{model::KinshipId(id), KinStep::kProve, "reason"});
    }
    return id;
  }
  uint64_t Proxy(bool proved) {
    model::ProposeProxy proxy;
    proxy.elder = "E";
    proxy.agent = "M";
    const uint64_t id = Do("wang", proxy);
    if (proved) {
      Do("li", model::ChangeProxy{model::ProxyId(id), ProxyStep::kProve, "reason"});
    }
    return id;
  }

  // M's application, so many of the steps taken: approved, published, objected to.
  uint64_t Star(int steps) {
    const uint64_t id = Do("wang", model::SubmitStar{"M", 1});
    const std::vector<StarStep> path = {StarStep::kApprove, StarStep::kPublish, StarStep::kObject};
    for (int i = 0; i < steps; ++i) {
      Do("li", model::ChangeStar{model::StarApplicationId(id), path[static_cast<size_t>(i)], "reason"});
    }
    return id;
  }
  uint64_t NoticedStar() {
    const uint64_t id = Star(2);
    PassHours(24 * 7);
    return id;
  }
  uint64_t Award(bool doubted) {
    const uint64_t star = NoticedStar();
    const uint64_t id = Do("li", model::AwardStar{model::StarApplicationId(star), "d1", "N1"});
    if (doubted) {
      Do("li", model::ChangeAward{model::StarAwardId(id), AwardStep::kOpenReview, "", "reason"});
    }
    return id;
  }
  uint64_t Grant(bool active) {
    model::ProposeGrant grant;
    grant.member = "M";
    grant.monthly = Minutes(60);
    grant.first_month = LocalDate(2026, 12, 1);
    grant.review = LocalDate(2027, 3, 1);
    const uint64_t id = Do("wang", grant);
    if (active) {
      Do("li", model::ChangeGrant{model::GrantId(id), model::ChangeGrant::Event::kApprove, {}, {}});
    }
    return id;
  }
  void Leave(const std::string& member, std::vector<LifeStep> steps) {
    // What one began another ends.
    std::string actor = "wang";
    for (const LifeStep step : steps) {
      Do(actor, model::ChangeMembership{member, step, "", "reason"});
      actor = "zhao";
    }
  }

 private:
  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20);
  int requests_ = 0;
};

struct Case {
  const char* what;
  Reason reason;
  Body (*decision)(World& world);  // about M, by way of what else is needed
};

model::ChangeRecord OnRecord(uint64_t id, RecordStep event, Decision decision = Decision::kSettle) {
  return {model::RecordId(id), event, decision, Minutes(60), "reason"};
}

model::ChangeOrder OnOrder(uint64_t id, OrderStep event, OrderSide side = OrderSide::kVolunteer,
                           Decision decision = Decision::kSettle) {
  model::ChangeOrder body;
  body.order = model::OrderId(id);
  body.event = event;
  body.side = side;
  body.decision = decision;
  body.minutes = Minutes(event == OrderStep::kDecide ? 30 : 0);
  body.reason = "reason";
  return body;
}

model::ChangeOrder WithVolunteer(model::ChangeOrder body) {
  body.volunteer = "V";
  return body;
}

model::ChangeStar OnStar(uint64_t id, StarStep event) { return {model::StarApplicationId(id), event, "reason"}; }

model::ChangeMembership OnLife(const char* member, LifeStep event, const char* heir = "") {
  return {member, event, heir, "reason"};
}

uint64_t BoughtBy(World& world, const std::string& member) {
  model::CreateReward reward;
  reward.center = "c1";
  reward.display_name = "soap";
  reward.price = model::Points(1);
  reward.stock = 3;
  const model::RewardId id(world.Do("wang", reward));
  return world.Do("wang", model::PlaceRewardOrder{id, member, 1, std::string(16, 's'), std::string(32, 'd')});
}

const std::vector<Case> kMembers = {
    {"lifts a suspension", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Do("wang", model::ChangeMember{"M", MemberStep::kSuspend, "reason"});
       return model::ChangeMember{"M", MemberStep::kResume, "reason"};
     }},
    {"puts a consent on file", Reason::kActorIsParty,
     [](World&) -> Body {
       return model::ChangeMember{"M", MemberStep::kConsent, "reason"};
     }},
    {"proves a kinship", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::ChangeKinship{model::KinshipId(w.Kinship(false)), KinStep::kProve, "reason"};
     }},
    {"binds a kinship", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::ChangeKinship{model::KinshipId(w.Kinship(true)), KinStep::kBind, "reason"};
     }},
    {"proves a proxy", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::ChangeProxy{model::ProxyId(w.Proxy(false)), ProxyStep::kProve, "reason"};
     }},
    {"binds a proxy", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::ChangeProxy{model::ProxyId(w.Proxy(true)), ProxyStep::kBind, "reason"};
     }},
    {"takes a membership up again", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Leave("M", {LifeStep::kClose});
       return OnLife("M", LifeStep::kReopen);
     }},
    {"ends a membership", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Leave("M", {LifeStep::kClose});
       return OnLife("M", LifeStep::kFinish);
     }},
    {"inherits", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Leave("E", {LifeStep::kClose});
       return OnLife("E", LifeStep::kFinish, "M");
     }},
    {"reports a death", Reason::kActorIsParty, [](World&) -> Body { return OnLife("M", LifeStep::kDeath); }},
    {"decides on an estate", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Leave("E", {LifeStep::kDeath});
       return OnLife("E", LifeStep::kEstate, "M");
     }},
    {"merges her number", Reason::kActorIsParty,
     [](World&) -> Body {
       return model::MergeMembers{"M", "E", "reason"};
     }},
    {"merges into her number", Reason::kActorIsParty,
     [](World&) -> Body {
       return model::MergeMembers{"E", "M", "reason"};
     }},
    {"erases herself", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Leave("M", {LifeStep::kClose, LifeStep::kFinish});
       return model::EraseMember{"M", "reason"};
     }},
    {"gives herself a role", Reason::kRoleToOneself,
     [](World&) -> Body { return model::GrantRole{"desk", model::Role::kConfirmer, "", {}, {}, ""}; }},
    {"links another name to herself", Reason::kActorIsParty,
     [](World&) -> Body {
       return model::LinkPrincipal{"other", "M", ""};
     }},
};

const std::vector<Case> kHours = {
    {"says what of a hold was used", Reason::kActorIsParty,
     [](World& w) -> Body {
       const uint64_t id = w.Do("wang", model::PlaceHold{"M", Minutes(60), LocalDate(2026, 12, 31), "care"});
       return model::CloseHold{model::HoldId(id), Minutes(0), "care"};
     }},
    {"awards points", Reason::kPointsToOneself,
     [](World&) -> Body {
       return model::AwardPoints{"M", model::Points(5), "reason"};
     }},
    {"deducts points", Reason::kPointsToOneself,
     [](World&) -> Body {
       return model::DeductPoints{"M", model::Points(5), "reason"};
     }},
    {"hands goods over", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::CollectRewardOrder{model::RewardOrderId(BoughtBy(w, "M")), ""};
     }},
    {"hands goods over for an elder", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Do("E", model::ChangeProxy{model::ProxyId(w.Proxy(true)), ProxyStep::kBind, "reason"});
       return model::CollectRewardOrder{model::RewardOrderId(BoughtBy(w, "E")), ""};
     }},
    {"gives an elder's hours, as her proxy", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Do("E", model::ChangeProxy{model::ProxyId(w.Proxy(true)), ProxyStep::kBind, "reason"});
       return model::DonateHours{"E", Minutes(10), "reason"};
     }},
    {"is given hours", Reason::kActorIsParty,
     [](World&) -> Body {
       return model::GiveHours{"E", "M", Minutes(10), "reason"};
     }},
    {"is given hours of the pool", Reason::kPoolToOneself,
     [](World& w) -> Body {
       w.Do("E", model::DonateHours{"E", Minutes(60), "reason"});
       return model::GivePoolHours{"M", Minutes(10), "reason"};
     }},
    {"proposes a grant", Reason::kGrantToOneself,
     [](World&) -> Body {
       return model::ProposeGrant{"M", Minutes(60), LocalDate(2026, 12, 1), LocalDate(2027, 3, 1), {}};
     }},
    {"approves a grant", Reason::kGrantToOneself,
     [](World& w) -> Body {
       return model::ChangeGrant{model::GrantId(w.Grant(false)), model::ChangeGrant::Event::kApprove, {}, {}};
     }},
    {"renews a grant", Reason::kGrantToOneself,
     [](World& w) -> Body {
       return model::ChangeGrant{
           model::GrantId(w.Grant(true)), model::ChangeGrant::Event::kRenew, LocalDate(2027, 6, 1), {}};
     }},
    {"ends a grant", Reason::kGrantToOneself,
     [](World& w) -> Body {
       return model::ChangeGrant{model::GrantId(w.Grant(true)), model::ChangeGrant::Event::kEnd, {}, {}};
     }},
};

const std::vector<Case> kRecords = {
    {"confirms", Reason::kVolunteerIsConfirmer,
     [](World& w) -> Body { return OnRecord(w.Record("M", "", 2), RecordStep::kConfirm); }},
    {"rejects", Reason::kActorIsParty, [](World& w) -> Body { return OnRecord(w.Record("M", "", 2), RecordStep::kReject); }},
    {"upholds", Reason::kVolunteerIsConfirmer,
     [](World& w) -> Body { return OnRecord(w.Disputed("M", "E"), RecordStep::kDecide); }},
    {"amends", Reason::kVolunteerIsConfirmer,
     [](World& w) -> Body { return OnRecord(w.Disputed("M", "E"), RecordStep::kDecide, Decision::kAmend); }},
    {"voids", Reason::kVolunteerIsConfirmer,
     [](World& w) -> Body { return OnRecord(w.Disputed("M", "E"), RecordStep::kDecide, Decision::kVoid); }},
    {"voids her care", Reason::kActorIsParty,
     [](World& w) -> Body { return OnRecord(w.Disputed("E", "M"), RecordStep::kDecide, Decision::kVoid); }},
    {"reverses", Reason::kActorIsParty,
     [](World& w) -> Body { return OnRecord(w.Settled("M", "E"), RecordStep::kReverse); }},
    {"reverses her care", Reason::kActorIsParty,
     [](World& w) -> Body { return OnRecord(w.Settled("E", "M"), RecordStep::kReverse); }},
    {"proposes a list", Reason::kReversalPersonIsVolunteer,
     [](World& w) -> Body {
       return model::ProposeReversal{{model::RecordId(w.Settled("M", "E"))}, "reason"};
     }},
    {"approves a list", Reason::kActorIsParty,
     [](World& w) -> Body {
       const uint64_t id = w.Do("wang", model::ProposeReversal{{model::RecordId(w.Settled("E", "M"))}, "reason"});
       return model::ChangeReversal{model::ReversalId(id), model::ChangeReversal::Event::kApprove, "reason"};
     }},
    {"rejects a list", Reason::kReversalPersonIsVolunteer,
     [](World& w) -> Body {
       const uint64_t id = w.Do("wang", model::ProposeReversal{{model::RecordId(w.Settled("M", "E"))}, "reason"});
       return model::ChangeReversal{model::ReversalId(id), model::ChangeReversal::Event::kReject, "reason"};
     }},
};

// M pays; then M serves.
const std::vector<Case> kOrders = {
    {"routes", Reason::kActorIsParty,
     [](World& w) -> Body {
       model::ChangeOrder body = OnOrder(w.Order("M", "V", 0), OrderStep::kRoute);
       body.center = "c1";
       return body;
     }},
    {"dispatches", Reason::kActorIsParty,
     [](World& w) -> Body { return WithVolunteer(OnOrder(w.Order("M", "V", 0), OrderStep::kDispatch)); }},
    {"accepts", Reason::kActorIsParty,
     [](World& w) -> Body { return WithVolunteer(OnOrder(w.Order("M", "V", 0), OrderStep::kAccept)); }},
    {"declines", Reason::kActorIsParty, [](World& w) -> Body { return OnOrder(w.Order("M", "V", 1), OrderStep::kDecline); }},
    {"stands down", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("M", "V", 1), OrderStep::kStandDown); }},
    {"starts", Reason::kActorIsParty, [](World& w) -> Body { return OnOrder(w.Order("M", "V", 1), OrderStep::kStart); }},
    {"finishes", Reason::kActorIsParty, [](World& w) -> Body { return OnOrder(w.Order("M", "V", 2), OrderStep::kFinish); }},
    {"says the elder was away", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("M", "V", 1), OrderStep::kNoShow, OrderSide::kElder); }},
    {"upholds an order", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("M", "V", 4, true), OrderStep::kDecide); }},
    {"voids an order", Reason::kActorIsParty,
     [](World& w) -> Body {
       return OnOrder(w.Order("M", "V", 4, true), OrderStep::kDecide, OrderSide::kElder, Decision::kVoid);
     }},
    {"reverses an order", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("M", "V", 4), OrderStep::kReverse); }},
    {"judges herself as the volunteer", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::EvaluateOrder{model::OrderId(w.Order("M", "V", 4)), OrderSide::kVolunteer, 5};
     }},
    {"cancels", Reason::kActorIsParty, [](World& w) -> Body { return OnOrder(w.Order("E", "M", 1), OrderStep::kCancel); }},
    {"confirms an order", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("E", "M", 3), OrderStep::kConfirm); }},
    {"says the volunteer was away", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("E", "M", 1), OrderStep::kNoShow); }},
    {"amends an order served", Reason::kActorIsParty,
     [](World& w) -> Body {
       return OnOrder(w.Order("E", "M", 4, true), OrderStep::kDecide, OrderSide::kElder, Decision::kAmend);
     }},
    {"reverses an order served", Reason::kActorIsParty,
     [](World& w) -> Body { return OnOrder(w.Order("E", "M", 4), OrderStep::kReverse); }},
    {"judges herself as the elder", Reason::kActorIsParty,
     [](World& w) -> Body {
       return model::EvaluateOrder{model::OrderId(w.Order("E", "M", 4)), OrderSide::kElder, 5};
     }},
    {"decides for an elder, as her proxy", Reason::kActorIsParty,
     [](World& w) -> Body {
       w.Do("E", model::ChangeProxy{model::ProxyId(w.Proxy(true)), ProxyStep::kBind, "reason"});
       return OnOrder(w.Order("E", "V", 4, true), OrderStep::kDecide);
     }},
};

const std::vector<Case> kStars = {
    {"approves", Reason::kStarDeciderIsApplicant, [](World& w) -> Body { return OnStar(w.Star(0), StarStep::kApprove); }},
    {"rejects an application", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body { return OnStar(w.Star(0), StarStep::kReject); }},
    {"publishes", Reason::kStarDeciderIsApplicant, [](World& w) -> Body { return OnStar(w.Star(1), StarStep::kPublish); }},
    {"dismisses an objection", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body { return OnStar(w.Star(3), StarStep::kDismiss); }},
    {"upholds an objection", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body { return OnStar(w.Star(3), StarStep::kUphold); }},
    {"awards", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body {
       return model::AwardStar{model::StarApplicationId(w.NoticedStar()), "d1", "N1"};
     }},
    {"opens a review", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body {
       return model::ChangeAward{model::StarAwardId(w.Award(false)), AwardStep::kOpenReview, "", "reason"};
     }},
    {"keeps", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body {
       return model::ChangeAward{model::StarAwardId(w.Award(true)), AwardStep::kKeep, "d1", "reason"};
     }},
    {"revokes", Reason::kStarDeciderIsApplicant,
     [](World& w) -> Body {
       return model::ChangeAward{model::StarAwardId(w.Award(true)), AwardStep::kRevoke, "d1", "reason"};
     }},
};

template <typename... Commands>
std::set<size_t> IndexesOf() {
  return {Body(Commands()).index()...};
}

// What decides nothing about a member: it sets the bank up, or writes down what is asked for and what another decides on, or is a right of hers
// that she has in any case, or takes something away from herself.
std::set<size_t> WithoutDecision() {
  std::set<size_t> found = IndexesOf<model::CreateBank, model::CreateRuleSet, model::CreateScope, model::CreateCenter,
                                     model::SetCalendar, model::CreateCampaign, model::EndCampaign, model::CreateReward,
                                     model::ChangeReward, model::CountStock, model::RunDue>();
  found.merge(IndexesOf<model::RegisterMember, model::ProposeKinship, model::ProposeProxy, model::CreateRecord,
                        model::CheckIn, model::SubmitStar>());
  found.merge(IndexesOf<model::PlaceHold, model::RequestOrder, model::StartRecurring, model::ChangeRecurring,
                        model::PlaceRewardOrder, model::CancelRewardOrder>());
  found.merge(IndexesOf<model::RevokeRole, model::CreateToken, model::RevokeToken, model::UseToken, model::NoteAttempt,
                        model::RevealMember, model::RevealText, model::ExportMember>());
  return found;
}

std::string NameOf(const model::Outcome& outcome) {
  return outcome.rejection.has_value() ? std::string(model::TextOf(outcome.rejection->reason).name) : "";
}

TEST(OwnAffairsTest, NobodyDecidesOnHerOwn) {
  std::set<size_t> seen = WithoutDecision();
  const size_t without = seen.size();
  std::set<size_t> decided;
  for (const std::vector<Case>* cases : {&kMembers, &kHours, &kRecords, &kOrders, &kStars}) {
    for (const Case& one : *cases) {
      World world;
      const Body decision = one.decision(world);
      decided.insert(decision.index());
      const model::Outcome hers = world.Try("desk", decision);
      EXPECT_EQ(NameOf(hers), std::string(model::TextOf(one.reason).name)) << one.what;
      // Only because it is hers.
      EXPECT_EQ(NameOf(world.Try("zhao", decision)), "") << one.what;
    }
  }
  seen.insert(decided.begin(), decided.end());
  EXPECT_EQ(seen.size(), without + decided.size()) << "a command stands in both lists";
  EXPECT_EQ(seen.size(), std::variant_size_v<Body>) << "a command stands in neither list";
}

}  // namespace
}  // namespace timebank::property
