// Care orders: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_ORDER_H_
#define TIMEBANK_RPC_CONVERT_ORDER_H_

#include "service/queries/order_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/order.pb.h"

namespace timebank::rpc {

void ToCreateOrder(const v1::CreateOrderRequest& request, Conversion* conversion, model::Command* command);
void ToRouteOrder(const v1::RouteOrderRequest& request, Conversion* conversion, model::Command* command);
void ToDispatchOrder(const v1::DispatchOrderRequest& request, Conversion* conversion, model::Command* command);
void ToAcceptOrder(const v1::AcceptOrderRequest& request, Conversion* conversion, model::Command* command);
void ToDeclineOrder(const v1::DeclineOrderRequest& request, Conversion* conversion, model::Command* command);
void ToStartOrder(const v1::StartOrderRequest& request, Conversion* conversion, model::Command* command);
void ToFinishOrder(const v1::FinishOrderRequest& request, Conversion* conversion, model::Command* command);
void ToConfirmOrder(const v1::ConfirmOrderRequest& request, Conversion* conversion, model::Command* command);
void ToCancelOrder(const v1::CancelOrderRequest& request, Conversion* conversion, model::Command* command);
void ToReportNoShow(const v1::ReportNoShowRequest& request, Conversion* conversion, model::Command* command);
void ToDisputeOrder(const v1::DisputeOrderRequest& request, Conversion* conversion, model::Command* command);
void ToDecideOrder(const v1::DecideOrderRequest& request, Conversion* conversion, model::Command* command);
void ToReverseOrder(const v1::ReverseOrderRequest& request, Conversion* conversion, model::Command* command);
void ToEvaluateOrder(const v1::EvaluateOrderRequest& request, Conversion* conversion, model::Command* command);

// The names of persons are filled in by who unsealed them.
void FillOrder(absl::string_view bank, const queries::OrderView& view, v1::Order* order);
void FillSuggestion(const queries::SuggestionView& view, v1::VolunteerSuggestion* suggestion);
void FillNoShows(const queries::NoShowView& view, v1::NoShowCount* count);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_ORDER_H_
