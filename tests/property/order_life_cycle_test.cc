// Every pair of state and event of an order, walked by real commands against a table that is written down here a second time.
// What is not in it is refused and changes nothing but the journal.
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"
#include "tests/property/care_world.h"

namespace timebank::property {
namespace {

namespace rec = ledger::rec;
using ledger::Dump;
using ledger::LocalTime;
using model::Decision;
using model::OrderSide;
using model::Reason;
using Event = model::ChangeOrder::Event;

struct StepCase {
  const char* name;
  Event event;
  const char* volunteer;
  OrderSide side;
  Decision decision;
};
constexpr StepCase kSteps[] = {
    {"route", Event::kRoute, "", OrderSide::kElder, Decision::kSettle},
    {"dispatch", Event::kDispatch, "V", OrderSide::kElder, Decision::kSettle},
    {"take", Event::kAccept, "V", OrderSide::kElder, Decision::kSettle},
    {"accept", Event::kAccept, "", OrderSide::kElder, Decision::kSettle},
    {"decline", Event::kDecline, "", OrderSide::kElder, Decision::kSettle},
    {"start", Event::kStart, "", OrderSide::kElder, Decision::kSettle},
    {"finish", Event::kFinish, "", OrderSide::kElder, Decision::kSettle},
    {"confirm", Event::kConfirm, "", OrderSide::kElder, Decision::kSettle},
    {"cancel", Event::kCancel, "", OrderSide::kElder, Decision::kSettle},
    {"stand down", Event::kStandDown, "", OrderSide::kElder, Decision::kSettle},
    {"volunteer's no-show", Event::kNoShow, "", OrderSide::kVolunteer, Decision::kSettle},
    {"elder's no-show", Event::kNoShow, "", OrderSide::kElder, Decision::kSettle},
    {"dispute", Event::kDispute, "", OrderSide::kElder, Decision::kSettle},
    {"uphold", Event::kDecide, "", OrderSide::kElder, Decision::kSettle},
    {"amend", Event::kDecide, "", OrderSide::kElder, Decision::kAmend},
    {"void", Event::kDecide, "", OrderSide::kElder, Decision::kVoid},
    {"reverse", Event::kReverse, "", OrderSide::kElder, Decision::kSettle},
};

// The steps that lead to a state from REQUESTED, by their places above, and by step the state that follows; empty: refused.
struct StateCase {
  const char* name;
  std::vector<size_t> way;
  std::vector<const char*> to;
};

constexpr const char* kNo = "";

std::vector<StateCase> States() {
  const std::vector<const char*> none(std::size(kSteps), kNo);
  const auto only = [&none](std::vector<std::pair<size_t, const char*>> steps) {
    std::vector<const char*> to = none;
    for (const auto& [step, state] : steps) {
      to[step] = state;
    }
    return to;
  };
  const std::vector<size_t> served = {2, 5, 6};
  std::vector<size_t> confirmed = served;
  confirmed.push_back(7);
  std::vector<size_t> disputed = served;
  disputed.push_back(12);
  std::vector<size_t> voided = disputed;
  voided.push_back(15);
  std::vector<size_t> reversed = confirmed;
  reversed.push_back(16);
  return {
      {"REQUESTED", {}, only({{0, "REQUESTED"}, {1, "DISPATCHED"}, {2, "ACCEPTED"}, {8, "CANCELLED"}})},
      // Dispatched to V already, so that taking it is accepting it.
      {"DISPATCHED",
       {1},
       only({{0, "REQUESTED"}, {1, "DISPATCHED"}, {2, "ACCEPTED"}, {3, "ACCEPTED"}, {4, "REQUESTED"}, {8, "CANCELLED"}})},
      {"ACCEPTED",
       {2},
       only({{4, "REQUESTED"}, {5, "IN_SERVICE"}, {8, "CANCELLED"}, {9, "CANCELLED"}, {10, "NO_SHOW"}, {11, "NO_SHOW"}})},
      {"IN_SERVICE", {2, 5}, only({{6, "DONE"}, {11, "NO_SHOW"}})},
      {"DONE", served, only({{7, "CONFIRMED"}, {12, "DISPUTED"}})},
      {"CONFIRMED", confirmed, only({{16, "REVERSED"}})},
      {"CANCELLED", {8}, none},
      {"NO_SHOW", {2, 10}, none},
      {"DISPUTED", disputed, only({{12, "DISPUTED"}, {13, "CONFIRMED"}, {14, "CONFIRMED"}, {15, "VOIDED"}})},
      {"VOIDED", voided, none},
      {"REVERSED", reversed, none},
  };
}

// An elder with hours, a volunteer, and one order for an hour that is now.
class World {
 public:
  World() {
    const model::Minute now(world_.now().value() / 60'000'000);
    order_ =
        model::OrderId(world_.Do("wang", model::RequestOrder{"E", "", "", "助餐", now, model::Minutes(60), {}}).subject);
  }

  // Half an hour after the step before; by persons of whom none is another's confirmer.
  model::Outcome Step(const StepCase& step) {
    world_.SetNow(world_.now() + model::RecordTime(int64_t{45} * 60'000'000));
    model::ChangeOrder body;
    body.order = order_;
    body.event = step.event;
    body.volunteer = step.volunteer;
    body.center = step.event == Event::kRoute ? "c1" : "";
    body.minutes = model::Minutes(step.decision == Decision::kAmend ? 30 : 0);
    body.side = step.side;
    body.decision = step.decision;
    body.reason = "reason";
    const bool judges = step.event == Event::kConfirm || step.event == Event::kDecide;
    const bool objects = step.event == Event::kDispute;
    return world_.Do(judges ? "li" : objects ? absl::StrCat("zhao-", ++objections_) : "wang", body);
  }

  std::string State() const {
    const auto row = ledger::MustLoadRow<rec::Order>(*world_.bank().Rows(), ledger::keys::Order("xt", order_));
    return std::string(model::NameOf(static_cast<model::OrderState>(row->state())));
  }
  // All rows but those of the journal.
  Dump Rows() const {
    Dump dump = ledger::DumpOf(*world_.bank().Rows());
    std::erase_if(dump,
                  [](const auto& row) { return absl::string_view("jibt").find(row.first[0]) != absl::string_view::npos; });
    return dump;
  }
  absl::Status Check() const { return ledger::CheckBank(*world_.bank().Rows(), "xt"); }

 private:
  CareWorld world_{{}, LocalTime(2026, 11, 20, 10)};
  model::OrderId order_;
  int objections_ = 0;
};

TEST(OrderLifeCycleTest, EveryPair) {
  for (const StateCase& state : States()) {
    ASSERT_EQ(state.to.size(), std::size(kSteps)) << state.name;
    for (size_t i = 0; i < state.to.size(); ++i) {
      SCOPED_TRACE(absl::StrCat(state.name, ", ", kSteps[i].name));
      World world;
      for (const size_t step : state.way) {
        ASSERT_FALSE(world.Step(kSteps[step]).rejection.has_value()) << kSteps[step].name;
      }
      ASSERT_EQ(world.State(), state.name);
      const Dump before = world.Rows();
      const model::Outcome outcome = world.Step(kSteps[i]);
      if (*state.to[i] == '\0') {
        ASSERT_TRUE(outcome.rejection.has_value());
        EXPECT_EQ(outcome.rejection->reason, Reason::kOrderWrongState) << model::TextOf(outcome.rejection->reason).name;
        EXPECT_TRUE(world.Rows() == before) << "the refusal changed something";
      } else {
        EXPECT_FALSE(outcome.rejection.has_value()) << model::TextOf(outcome.rejection->reason).name;
        EXPECT_EQ(world.State(), state.to[i]);
      }
      EXPECT_TRUE(world.Check().ok()) << world.Check();
    }
  }
}

}  // namespace
}  // namespace timebank::property
