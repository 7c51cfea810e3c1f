// The bytes of the entries of care orders, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include <string>

#include "tests/property/care_world.h"
#include "tests/property/golden.h"

namespace timebank::property {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::OrderId;
using Event = model::ChangeOrder::Event;

// Orders that end in every way.
class Care {
 public:
  Care() {
    Served();
    Unserved();
  }

  const ledger::TestBank& bank() const { return world_.bank(); }

 private:
  template <typename Body>
  uint64_t Do(const std::string& actor, Body body) {
    const model::Outcome outcome = world_.Do(actor, std::move(body));
    EXPECT_FALSE(outcome.rejection.has_value()) << model::TextOf(outcome.rejection->reason).name;
    return outcome.subject;
  }

  OrderId Order(int hour) {
    model::RequestOrder order;
    order.payer = "E";
    order.category = "助浴";
    order.start = LocalMinute(2026, 11, 21, hour);
    order.planned = model::Minutes(90);
    order.note.sealed = "a note";
    order.note.about = model::MemberId(1);
    order.note.digest.fill(0xd1);
    return OrderId(Do("wang", order));
  }

  void Step(OrderId order, Event event, const std::string& actor = "wang") {
    model::ChangeOrder body;
    body.order = order;
    body.event = event;
    body.volunteer = event == Event::kDispatch ? "V" : "";
    body.center = event == Event::kRoute ? "c2" : "";
    body.decision = model::Decision::kVoid;
    body.reason = event == Event::kAccept || event == Event::kStart || event == Event::kFinish ? "" : "reason";
    Do(actor, body);
  }

  // Up to the finish, an hour and ten minutes long.
  OrderId Finished(int hour) {
    const OrderId order = Order(hour);
    Step(order, Event::kDispatch);
    Step(order, Event::kAccept, "V");
    world_.SetNow(LocalTime(2026, 11, 21, hour));
    Step(order, Event::kStart, "V");
    world_.SetNow(LocalTime(2026, 11, 21, hour, 70));
    Step(order, Event::kFinish, "V");
    return order;
  }

  void Served() {
    const OrderId confirmed = Finished(8);
    Step(confirmed, Event::kConfirm, "E");
    Do("E", model::EvaluateOrder{confirmed, model::OrderSide::kElder, 5});
    Step(confirmed, Event::kReverse);
    const OrderId voided = Finished(10);
    Step(voided, Event::kDispute, "E");
    Step(voided, Event::kDecide);
  }

  void Unserved() {
    const OrderId cancelled = Order(14);
    Step(cancelled, Event::kRoute);
    Step(cancelled, Event::kDispatch);
    Step(cancelled, Event::kDecline, "V");
    Step(cancelled, Event::kCancel, "E");
    const OrderId missed = Order(15);
    Step(missed, Event::kDispatch);
    Step(missed, Event::kAccept, "V");
    world_.SetNow(LocalTime(2026, 11, 21, 16));
    Step(missed, Event::kNoShow, "E");
    const OrderId expired = Order(17);
    const model::RecordTime due = model::StartOf(LocalDate(2026, 11, 23));
    world_.SetNow(due);
    Do("system", model::RunDue{model::DueKind::kOrderExpiry, expired.value(), due});
  }

  CareWorld world_{{{"order_expiry_days", 1}, {"no_show_review", 1}, {"category_weight_percent.助浴", 200}},
                   LocalTime(2026, 11, 20, 18)};
};

TEST(GoldenTest, TheBytesOfOrders) {
  const Care care;
  ExpectGolden(*care.bank().Rows(), model::EntryKind::kOrderRequested, model::EntryKind::kOrderEvaluated,
               TIMEBANK_GOLDEN_ORDERS);
}

}  // namespace
}  // namespace timebank::property
