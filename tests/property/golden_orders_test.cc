// The bytes of the entries of care orders, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
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
    Do("wang", model::CreateBank{"Bank", {{"no_show_review", 1}, {"category_weight_percent.助浴", 200}}});
    Do("wang", model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do("wang", model::CreateCenter{"c1", "c1", "s1"});
    Do("wang", model::CreateCenter{"c2", "c2", "s1"});
    for (const char* number : {"E", "V"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c1";
      member.birth = LocalDate(number[0] == 'E' ? 1950 : 1980, 1, 1);
      Do("wang", member);
    }
    model::CreateRecord record;
    record.volunteer = "E";
    record.center = "c1";
    record.category = "陪伴";
    record.start = LocalMinute(2026, 11, 19, 8);
    record.end = LocalMinute(2026, 11, 19, 16);
    const model::RecordId id(Do("wang", record));
    Do("li", model::ChangeRecord{id, model::ChangeRecord::Event::kConfirm, {}, {}, ""});
    Served();
    Unserved();
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

  OrderId Order(int hour) {
    model::RequestOrder order;
    order.payer = "E";
    order.category = "助浴";
    order.start = LocalMinute(2026, 11, 21, hour);
    order.planned = model::Minutes(90);
    order.note.text = "a note";
    order.note.salt = std::string(16, 's');
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
    now_ = LocalTime(2026, 11, 21, hour);
    Step(order, Event::kStart, "V");
    now_ = LocalTime(2026, 11, 21, hour, 70);
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
    now_ = LocalTime(2026, 11, 21, 16);
    Step(missed, Event::kNoShow, "E");
    const OrderId expired = Order(17);
    const model::RecordTime due = model::StartOf(LocalDate(2026, 11, 23));
    now_ = due;
    Do("system", model::RunDue{model::DueKind::kOrderExpiry, expired.value(), due});
  }

  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20, 18);
  int requests_ = 0;
};

TEST(GoldenTest, TheBytesOfOrders) {
  const Care care;
  const auto rows = care.bank().Rows();
  ASSERT_TRUE(ledger::CheckBank(*rows, "xt").ok()) << ledger::CheckBank(*rows, "xt");
  std::set<uint32_t> kinds;
  const std::string lines = JournalLines(*rows, &kinds);
  for (auto kind = static_cast<uint32_t>(model::EntryKind::kOrderRequested);
       kind <= static_cast<uint32_t>(model::EntryKind::kOrderEvaluated); ++kind) {
    EXPECT_TRUE(kinds.contains(kind)) << "no entry of kind " << kind;
  }
  EXPECT_EQ(lines, GoldenLines(TIMEBANK_GOLDEN_ORDERS, lines));
}

}  // namespace
}  // namespace timebank::property
