// Proxies and recurring orders: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_PROXY_H_
#define TIMEBANK_RPC_CONVERT_PROXY_H_

#include "service/queries/order_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/proxy.pb.h"

namespace timebank::rpc {

void ToCreateProxy(const v1::CreateProxyRequest& request, Conversion* conversion, model::Command* command);
void ToChangeProxy(const v1::ChangeProxyRequest& request, Conversion* conversion, model::Command* command);
void ToCreateRecurringOrder(const v1::CreateRecurringOrderRequest& request, Conversion* conversion, model::Command* command);
void ToChangeRecurringOrder(const v1::ChangeRecurringOrderRequest& request, Conversion* conversion, model::Command* command);

void FillProxy(absl::string_view bank, const queries::ProxyView& view, v1::Proxy* proxy);
void FillRecurring(absl::string_view bank, const queries::RecurringView& view, v1::RecurringOrder* recurring);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_PROXY_H_
