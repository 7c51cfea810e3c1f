// Care orders: the RPCs of OrderService.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/convert_order.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/order.pb.h"

namespace timebank::rpc {
namespace {

constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

absl::Status AddOrder(const std::string& bank, const queries::OrderView& view, const Reading& reading, v1::Order* order) {
  TB_ASSIGN_OR_RETURN(privacy::Person payer, reading.Masked(view.payer.sealed_person));
  TB_ASSIGN_OR_RETURN(privacy::Person beneficiary, reading.Masked(view.beneficiary.sealed_person));
  TB_ASSIGN_OR_RETURN(privacy::Person volunteer, reading.Masked(view.volunteer.sealed_person));
  FillOrder(bank, view, order);
  order->set_payer_name(std::move(payer.name));
  order->set_beneficiary_name(std::move(beneficiary.name));
  order->set_volunteer_name(std::move(volunteer.name));
  return absl::OkStatus();
}

absl::Status GetOrder(const v1::GetOrderRequest& request, Reading* reading, v1::GetOrderResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "orders");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::OrderView view, reading->queries().Order(name.bank, model::OrderId(name.key)));
  TB_RETURN_IF_ERROR(AddOrder(name.bank, view, *reading, response->mutable_order()));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

// The member as whom the caller asks; 0: staff. Her role says so, not her name: who keeps the shop may be a volunteer as well.
absl::StatusOr<model::MemberId> AskingMember(const std::string& bank, const Reading& reading) {
  const auth::Principal& caller = *reading.caller;
  if (caller.trusted) {
    TB_ASSIGN_OR_RETURN(const queries::PersonView person, reading.queries().Person(bank, caller.name));
    return person.id;
  }
  return model::MemberId(caller.role == model::NameOf(model::Role::kMember) ? caller.member : 0);
}

absl::Status GetOrderNote(const v1::GetOrderNoteRequest& request, Reading* reading, v1::GetOrderNoteResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "orders");
  TB_RETURN_IF_ERROR(reading->Open(name.bank));
  TB_ASSIGN_OR_RETURN(const model::MemberId reader, AskingMember(name.bank, *reading));
  TB_ASSIGN_OR_RETURN(const std::string sealed, reading->queries().OrderNote(name.bank, model::OrderId(name.key), reader));
  TB_ASSIGN_OR_RETURN(*response->mutable_note(), reading->TextInTheClear(sealed));
  response->set_sequence(reading->sequence());
  reading->Done(name.bank, *v1::GetOrderNoteRequest::descriptor(), absl::StrCat("orders/", name.key));
  return absl::OkStatus();
}

absl::Status ListOrders(const v1::ListOrdersRequest& request, Reading* reading, v1::ListOrdersResponse* response) {
  const Named<model::MemberRef> parent = reading->fields.MemberName("parent", request.parent());
  std::optional<model::OrderState> state;
  if (request.state() != v1::ORDER_STATE_UNSPECIFIED) {
    state = static_cast<model::OrderState>(reading->fields.Choice("state", request.state(), v1::OrderState_MAX));
  }
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::OrderView> views,
                      reading->queries().Orders(parent.bank, parent.key, state, page));
  for (const queries::OrderView& view : views.rows) {
    TB_RETURN_IF_ERROR(AddOrder(parent.bank, view, *reading, response->add_orders()));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListOpenOrders(const v1::ListOpenOrdersRequest& request, Reading* reading,
                            v1::ListOpenOrdersResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::OpenOrderFilter filter;
  if (!request.scope().empty()) {
    filter.scope = fields.Code("scope", request.scope());
  }
  filter.distance = static_cast<int>(fields.Range("distance", request.distance(), 0, model::limits::kScopeDistanceMost));
  filter.category = fields.Text("category", request.category(), 0, model::limits::kCategoryChars);
  filter.from = fields.OptionalDate("from_date", request.from_date());
  filter.to = fields.OptionalDate("to_date", request.to_date());
  filter.now = model::Minute(reading->Now().value() / kMicrosPerMinute);
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::OpenOrderView> views, reading->queries().OpenOrders(bank, filter, page));
  for (const queries::OpenOrderView& view : views.rows) {
    v1::OpenOrder* open = response->add_orders();
    // Whoever looks for something to do need not know yet who asks for it.
    FillOrder(bank, view.order, open->mutable_order());
    open->set_distance(view.distance);
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status SuggestVolunteers(const v1::SuggestVolunteersRequest& request, Reading* reading,
                               v1::SuggestVolunteersResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "orders");
  const queries::PageRequest page = reading->Page(request.page_size(), "");
  TB_RETURN_IF_ERROR(reading->Open(name.bank));
  TB_ASSIGN_OR_RETURN(const std::vector<queries::SuggestionView> views,
                      reading->queries().Suggest(name.bank, model::OrderId(name.key), page.size));
  for (const queries::SuggestionView& view : views) {
    v1::VolunteerSuggestion* suggestion = response->add_suggestions();
    FillSuggestion(view, suggestion);
    TB_ASSIGN_OR_RETURN(privacy::Person person, reading->Masked(view.volunteer.sealed_person));
    suggestion->set_volunteer_name(std::move(person.name));
  }
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListNoShows(const v1::ListNoShowsRequest& request, Reading* reading, v1::ListNoShowsResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  const int64_t this_year = base::DayFromNumber(reading->DateOrToday("year", "").value()).year();
  int64_t year = this_year;
  if (request.year() != 0) {
    year = fields.Range("year", request.year(), model::limits::kYearLeast, model::limits::kYearMost);
  }
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::NoShowView> views,
                      reading->queries().NoShows(bank, static_cast<uint32_t>(year), static_cast<uint32_t>(this_year),
                                                 request.review_only(), page));
  for (const queries::NoShowView& view : views.rows) {
    v1::NoShowCount* count = response->add_counts();
    FillNoShows(view, count);
    TB_ASSIGN_OR_RETURN(privacy::Person person, reading->Masked(view.member.sealed_person));
    count->set_display_name(std::move(person.name));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddOrderService(Methods* methods) {
  methods->Write<v1::CreateOrderResponse>(&ToCreateOrder);
  methods->Write<v1::RouteOrderResponse>(&ToRouteOrder);
  methods->Write<v1::DispatchOrderResponse>(&ToDispatchOrder);
  methods->Write<v1::AcceptOrderResponse>(&ToAcceptOrder);
  methods->Write<v1::DeclineOrderResponse>(&ToDeclineOrder);
  methods->Write<v1::StartOrderResponse>(&ToStartOrder);
  methods->Write<v1::FinishOrderResponse>(&ToFinishOrder);
  methods->Write<v1::ConfirmOrderResponse>(&ToConfirmOrder);
  methods->Write<v1::CancelOrderResponse>(&ToCancelOrder);
  methods->Write<v1::ReportNoShowResponse>(&ToReportNoShow);
  methods->Write<v1::DisputeOrderResponse>(&ToDisputeOrder);
  methods->Write<v1::DecideOrderResponse>(&ToDecideOrder);
  methods->Write<v1::ReverseOrderResponse>(&ToReverseOrder);
  methods->Write<v1::EvaluateOrderResponse>(&ToEvaluateOrder);
  methods->Read(&GetOrder);
  methods->Read(&GetOrderNote);
  methods->Read(&ListOrders);
  methods->Read(&ListOpenOrders);
  methods->Read(&SuggestVolunteers);
  methods->Read(&ListNoShows);
}

}  // namespace timebank::rpc
