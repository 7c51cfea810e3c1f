#include "service/rpc/convert_order.h"

#include <utility>

#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;
using Event = model::ChangeOrder::Event;

// The steps of an order share its name; those with a reason share that.
template <typename Request>
model::ChangeOrder& Step(const Request& request, Event event, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::ChangeOrder>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), "orders");
  command->bank = std::move(name.bank);
  body.order = model::OrderId(name.key);
  body.event = event;
  if constexpr (requires { request.reason(); }) {
    body.reason = fields.Reason(request.reason());
  }
  return body;
}

model::OrderSide ReadSide(int side, Fields* fields) {
  return static_cast<model::OrderSide>(fields->Choice("side", side, v1::OrderSide_MAX));
}

}  // namespace

void ToCreateOrder(const v1::CreateOrderRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::RequestOrder>();
  command->bank = fields.Bank("parent", request.parent());
  body.payer = fields.Member("payer", request.payer());
  if (!request.beneficiary().empty()) {
    body.beneficiary = fields.Member("beneficiary", request.beneficiary());
  }
  if (!request.center().empty()) {
    body.center = fields.Center("center", request.center());
  }
  body.category = fields.Text("category", request.category(), 1, limits::kCategoryChars);
  body.start = fields.Minute("start_time", request.has_start_time(), request.start_time());
  body.planned = model::Minutes(fields.Range("planned_minutes", request.planned_minutes(), 1, limits::kServiceMinutesMost));
  body.note = ReadNote(request.note(), &fields);
}

void ToRouteOrder(const v1::RouteOrderRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kRoute, conversion, command).center = conversion->fields.Center("center", request.center());
}

void ToDispatchOrder(const v1::DispatchOrderRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeOrder& body = Step(request, Event::kDispatch, conversion, command);
  body.volunteer = conversion->fields.Member("volunteer", request.volunteer());
  if (!request.center().empty()) {
    body.center = conversion->fields.Center("center", request.center());
  }
}

void ToAcceptOrder(const v1::AcceptOrderRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeOrder& body = Step(request, Event::kAccept, conversion, command);
  if (!request.volunteer().empty()) {
    body.volunteer = conversion->fields.Member("volunteer", request.volunteer());
  }
}

void ToDeclineOrder(const v1::DeclineOrderRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kDecline, conversion, command);
}

void ToStartOrder(const v1::StartOrderRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeOrder& body = Step(request, Event::kStart, conversion, command);
  if (request.has_start_time()) {
    body.start = conversion->fields.Minute("start_time", true, request.start_time());
  }
}

void ToFinishOrder(const v1::FinishOrderRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kFinish, conversion, command).minutes =
      model::Minutes(conversion->fields.Range("actual_minutes", request.actual_minutes(), 0, limits::kServiceMinutesMost));
}

void ToConfirmOrder(const v1::ConfirmOrderRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kConfirm, conversion, command);
}

void ToCancelOrder(const v1::CancelOrderRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeOrder& body = Step(request, Event::kCancel, conversion, command);
  if (ReadSide(request.side(), &conversion->fields) == model::OrderSide::kVolunteer) {
    body.event = Event::kStandDown;
  }
}

void ToReportNoShow(const v1::ReportNoShowRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kNoShow, conversion, command).side = ReadSide(request.side(), &conversion->fields);
}

void ToDisputeOrder(const v1::DisputeOrderRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kDispute, conversion, command);
}

void ToDecideOrder(const v1::DecideOrderRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeOrder& body = Step(request, Event::kDecide, conversion, command);
  Fields& fields = conversion->fields;
  body.decision = static_cast<model::Decision>(fields.Choice("decision", request.decision(), v1::Decision_MAX));
  const bool amend = body.decision == model::Decision::kAmend;
  body.minutes = model::Minutes(
      fields.Range("actual_minutes", request.actual_minutes(), amend ? 1 : 0, amend ? limits::kServiceMinutesMost : 0));
}

void ToReverseOrder(const v1::ReverseOrderRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kReverse, conversion, command).cover =
      ReadCover(request.cover(), request.consent(), request.requested_by(), &conversion->fields);
}

void ToEvaluateOrder(const v1::EvaluateOrderRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::EvaluateOrder>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), "orders");
  command->bank = std::move(name.bank);
  body.order = model::OrderId(name.key);
  body.by = ReadSide(request.side(), &fields);
  body.score = fields.Range("score", request.score(), 1, limits::kScoreMost);
}

void FillOrder(absl::string_view bank, const queries::OrderView& view, v1::Order* order) {
  order->set_name(ResourceName(bank, "orders", view.id.value()));
  order->set_state(static_cast<v1::OrderState>(view.state));
  order->set_payer(NumberOf(view.payer.id));
  order->set_beneficiary(NumberOf(view.beneficiary.id));
  order->set_volunteer(NumberOf(view.volunteer.id));
  order->set_center_code(view.center_code);
  order->set_center_name(view.center_name);
  order->set_category(view.category);
  *order->mutable_start_time() = ToTimestamp(view.start);
  order->set_planned_minutes(view.planned.value());
  order->set_actual_minutes(view.actual.value());
  order->set_paid_minutes(view.paid.value());
  order->set_pool_minutes(view.surplus.value());
  order->set_expire_date(ToDate(view.expires));
  if (view.confirm_due.value() != 0) {
    *order->mutable_confirm_time() = ToTimestamp(view.confirm_due);
  }
  order->set_record(RecordName(bank, view.record));
  if (view.ended_by.has_value()) {
    order->set_ended_by(static_cast<v1::OrderSide>(*view.ended_by));
  }
  order->set_volunteer_score(static_cast<int32_t>(view.volunteer_score));
  order->set_elder_score(static_cast<int32_t>(view.elder_score));
  order->set_has_note(view.has_note);
  order->set_requester(view.requester);
  order->set_reason(view.reason);
  *order->mutable_record_time() = ToTimestamp(view.record_time);
  *order->mutable_change_time() = ToTimestamp(view.change_time);
  if (view.recurring.value() != 0) {
    order->set_recurring(ResourceName(bank, "recurringOrders", view.recurring.value()));
  }
  if (view.proxy.value() != 0) {
    order->set_proxy(ResourceName(bank, "proxies", view.proxy.value()));
  }
}

void FillSuggestion(const queries::SuggestionView& view, v1::VolunteerSuggestion* suggestion) {
  suggestion->set_volunteer(NumberOf(view.volunteer.id));
  suggestion->set_center_name(view.center_name);
  suggestion->set_distance(view.distance);
  suggestion->set_free(view.free);
  suggestion->set_category_services(view.category_services);
  suggestion->set_services(view.services);
  suggestion->set_never_served(view.never_served);
  suggestion->set_evaluations(static_cast<int32_t>(view.evaluations));
  if (view.evaluations != 0) {
    suggestion->set_mean_score_percent(static_cast<int32_t>(view.evaluation_sum * 100 / view.evaluations));
  }
}

void FillNoShows(const queries::NoShowView& view, v1::NoShowCount* count) {
  count->set_member(NumberOf(view.member.id));
  count->set_as_volunteer(static_cast<int32_t>(view.volunteer));
  count->set_as_elder(static_cast<int32_t>(view.elder));
  count->set_review(view.review);
  count->set_judged(static_cast<int32_t>(view.judged));
}

}  // namespace timebank::rpc
