// Orders of care, mostly sensible ones, and the steps that follow, in whatever order.
#include <algorithm>

#include "tests/property/random_commands.h"

namespace timebank::property {
namespace {

constexpr int64_t kMicrosPerMinute = 60'000'000;
constexpr int64_t kMinutesPerDay = 1440;

}  // namespace

RandomCommands::Body RandomCommands::OrderBody() {
  if (OneIn(6)) {
    return StandingBody();
  }
  const auto open =
      model_->orders().find(OrderIn([](model::OrderState state) { return state < model::OrderState::kConfirmed; }));
  const bool has_open = open != model_->orders().end() && open->second.state < model::OrderState::kConfirmed;
  if (!model_->orders().empty() && !OneIn(has_open ? 5 : 2)) {
    return OrderStep();
  }
  model::RequestOrder body;
  body.payer = OneIn(4) ? AnyMember() : Pick<std::string>({"P6", "P7", "P8"});
  body.beneficiary = OneIn(2) ? "" : OneIn(4) ? AnyMember() : Pick<std::string>({"P6", "P7", "P8"});
  body.center = OneIn(2) ? "" : OneIn(20) ? "nowhere" : "c1";
  body.category = Pick<std::string>({"助餐", "助浴"});
  const int64_t now = clock_ / kMicrosPerMinute;
  body.start = model::Minute(now + static_cast<int64_t>(Roll(OneIn(4) ? 2 * kMinutesPerDay : 90)) - (OneIn(15) ? 60 : 0));
  if (OneIn(40)) {
    body.start = body.start + model::Minute(int64_t{400} * kMinutesPerDay);
  }
  body.planned = model::Minutes(static_cast<int64_t>(OneIn(10) ? 1 + Roll(1440) : 30 + Roll(90)));
  body.note = AnyNote(body.beneficiary.empty() ? body.payer : body.beneficiary);
  return body;
}

// Proxies and recurring orders.
RandomCommands::Body RandomCommands::StandingBody() {
  const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
  const auto elder = [this] { return OneIn(6) ? AnyMember() : Pick<std::string>({"P6", "P7"}); };
  switch (Roll(8)) {
    case 0: {
      model::ProposeProxy body;
      body.elder = elder();
      body.agent = OneIn(4) ? AnyMember() : Pick<std::string>({"P1", "P2"});
      body.order_minutes = model::Minutes(static_cast<int64_t>(Roll(2) * 60));
      body.month_minutes = model::Minutes(static_cast<int64_t>(Roll(2) * 150));
      body.until = model::Day(OneIn(2) ? 0 : today + static_cast<int32_t>(Roll(4)));
      if (OneIn(3)) {
        body.categories = {"助餐"};
      }
      return body;
    }
    case 1:
    case 2:
    case 3:
      return ProxyStep();
    case 4:
      return model::ChangeRecurring{
          model::RecurringId(AnySeries()),
          Pick<model::ChangeRecurring::Event>({model::ChangeRecurring::Event::kPause, model::ChangeRecurring::Event::kPause,
                                               model::ChangeRecurring::Event::kResume,
                                               model::ChangeRecurring::Event::kResume, model::ChangeRecurring::Event::kEnd}),
          "reason"};
    default: {
      model::StartRecurring body;
      body.payer = elder();
      body.beneficiary = OneIn(3) ? elder() : "";
      body.category = Pick<std::string>({"助餐", "助浴"});
      body.first = model::Day(today + static_cast<int32_t>(Roll(12)) - 1);
      body.until = model::Day(OneIn(2) ? 0 : body.first.value() - 1 + static_cast<int32_t>(Roll(30)));
      body.minute_of_day = static_cast<int32_t>(Roll(1440));
      body.planned = model::Minutes(static_cast<int64_t>(25 + Roll(60)));
      body.note = AnyNote(body.beneficiary.empty() ? body.payer : body.beneficiary);
      return body;
    }
  }
}

// Mostly the step that comes next, so that many proxies come into force, and few at once out of it.
model::ChangeProxy RandomCommands::ProxyStep() {
  using Event = model::ChangeProxy::Event;
  model::ChangeProxy body{model::ProxyId(AnyProxy()), Pick<Event>({Event::kProve, Event::kBind, Event::kRevoke}), "reason"};
  const auto proxy = model_->proxies().find(body.proxy.value());
  if (proxy != model_->proxies().end() && !OneIn(4)) {
    body.event = proxy->second.state == model::ProxyState::kProposed ? Event::kProve
                 : proxy->second.state == model::ProxyState::kProved ? Event::kBind
                                                                     : Event::kProve;
  }
  return body;
}

std::string RandomCommands::ActorOf(Body* body) {
  const auto proxy = model_->proxies().find(AnyProxy());
  if (OneIn(2) || proxy == model_->proxies().end()) {
    return AnyActor();
  }
  const std::string elder = model::MemberNumber(model::MemberId(proxy->second.elder));
  std::string agent = model::MemberNumber(model::MemberId(proxy->second.agent));
  if (auto* order = std::get_if<model::RequestOrder>(body); order != nullptr) {
    order->payer = elder;
    order->beneficiary = "";
    return agent;
  }
  if (auto* series = std::get_if<model::StartRecurring>(body); series != nullptr) {
    series->payer = elder;
    series->beneficiary = "";
    return agent;
  }
  // Steps of orders are others' mostly: where every second one is refused to a proxy, few orders come far.
  if (std::holds_alternative<model::ChangeRecurring>(*body) ||
      (std::holds_alternative<model::ChangeOrder>(*body) && OneIn(5))) {
    return agent;
  }
  return AnyActor();
}

uint64_t RandomCommands::OrderIn(bool (*wanted)(model::OrderState)) {
  const auto& orders = model_->orders();
  const uint64_t skipped = Roll(4);
  uint64_t met = 0;
  for (auto it = orders.rbegin(); it != orders.rend() && !OneIn(40); ++it) {
    if (wanted(it->second.state) && met++ == skipped) {
      return it->first;
    }
  }
  return AnyOrder();
}

RandomCommands::Body RandomCommands::OrderStep() {
  using Event = model::ChangeOrder::Event;
  const bool evaluates = OneIn(10);
  const uint64_t id = OrderIn(evaluates ? [](model::OrderState state) { return state == model::OrderState::kConfirmed; }
                                        : [](model::OrderState state) { return state < model::OrderState::kConfirmed; });
  const auto found = model_->orders().find(id);
  if (evaluates) {
    return model::EvaluateOrder{model::OrderId(id), OneIn(2) ? model::OrderSide::kElder : model::OrderSide::kVolunteer,
                                static_cast<int64_t>(1 + Roll(5))};
  }
  model::ChangeOrder body;
  body.order = model::OrderId(id);
  // Most often the step that comes next.
  static const auto* const next = new std::map<model::OrderState, std::vector<Event>>{
      {model::OrderState::kRequested, {Event::kDispatch, Event::kDispatch, Event::kAccept}},
      {model::OrderState::kDispatched, {Event::kAccept, Event::kAccept, Event::kDecline}},
      {model::OrderState::kAccepted, {Event::kStart, Event::kStart, Event::kNoShow}},
      {model::OrderState::kInService, {Event::kFinish, Event::kFinish, Event::kNoShow}},
      {model::OrderState::kDone, {Event::kConfirm, Event::kConfirm, Event::kDispute}},
      {model::OrderState::kDisputed, {Event::kDecide, Event::kDecide, Event::kDispute}},
      {model::OrderState::kConfirmed, {Event::kReverse}},
  };
  body.event = static_cast<Event>(Roll(13));
  if (found != model_->orders().end() && next->contains(found->second.state) && !OneIn(5)) {
    body.event = Pick(next->at(found->second.state));
  }
  body.reason = "reason";
  body.side = OneIn(2) ? model::OrderSide::kElder : model::OrderSide::kVolunteer;
  body.decision = static_cast<model::Decision>(1 + Roll(3));
  if (body.event == Event::kDispatch || (body.event == Event::kAccept && OneIn(2))) {
    body.volunteer = OneIn(4) ? AnyMember() : Pick<std::string>({"P1", "P1", "P2"});
    // Now and then one who has taken another order already.
    const auto taken = model_->orders().find(OrderIn([](model::OrderState state) {
      return state == model::OrderState::kAccepted || state == model::OrderState::kInService;
    }));
    if (OneIn(3) && taken != model_->orders().end() && taken->second.volunteer != 0) {
      body.volunteer = model::MemberNumber(model::MemberId(taken->second.volunteer));
    }
  }
  if (body.event == Event::kRoute) {
    body.center = OneIn(10) ? "nowhere" : "c1";
  }
  const int64_t now = clock_ / kMicrosPerMinute;
  if (body.event == Event::kStart && OneIn(2)) {
    body.start =
        model::Minute(now - static_cast<int64_t>(Roll(OneIn(8) ? 60 * kMinutesPerDay : 120)) + (OneIn(10) ? 60 : 0));
  }
  if ((body.event == Event::kFinish && OneIn(2)) || body.event == Event::kDecide) {
    body.minutes = model::Minutes(static_cast<int64_t>(1 + Roll(OneIn(5) ? 1440 : 90)));
  }
  if (body.event == Event::kReverse) {
    body.cover = AnyCover();
  }
  return body;
}

model::RunDue RandomCommands::OrderDue() {
  model::RunDue body;
  if (OneIn(3)) {
    body.id = AnySeries();
    body.kind = model::DueKind::kRecurringOrder;
    const auto series = model_->series().find(body.id);
    body.due = model::RecordTime(series == model_->series().end() ? 0 : series->second.due);
    return body;
  }
  body.id = AnyOrder();
  body.kind = model::DueKind::kOrderExpiry;
  body.due = model::StartOf(model::Day(20'000));
  const auto found = model_->orders().find(body.id);
  if (found == model_->orders().end()) {
    return body;
  }
  if (found->second.state == model::OrderState::kDone && found->second.confirm_due != 0) {
    body.kind = model::DueKind::kOrderAutoConfirm;
    body.due = model::RecordTime(found->second.confirm_due);
  } else {
    body.due = model::StartOf(model::Day(found->second.expires + 1));
  }
  return body;
}

}  // namespace timebank::property
