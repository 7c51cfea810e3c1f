// Proxies and recurring orders: the RPCs of ProxyService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_proxy.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/proxy.pb.h"

namespace timebank::rpc {
namespace {

absl::Status ListProxies(const v1::ListProxiesRequest& request, Reading* reading, v1::ListProxiesResponse* response) {
  const Named<model::MemberRef> parent = reading->fields.MemberName("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::ProxyView> views,
                      reading->queries().Proxies(parent.bank, parent.key, page));
  for (const queries::ProxyView& view : views.rows) {
    FillProxy(parent.bank, view, response->add_proxies());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListRecurringOrders(const v1::ListRecurringOrdersRequest& request, Reading* reading,
                                 v1::ListRecurringOrdersResponse* response) {
  const Named<model::MemberRef> parent = reading->fields.MemberName("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::RecurringView> views,
                      reading->queries().RecurringOrders(parent.bank, parent.key, page));
  for (const queries::RecurringView& view : views.rows) {
    FillRecurring(parent.bank, view, response->add_recurring_orders());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddProxyService(Methods* methods) {
  methods->Write<v1::CreateProxyResponse>(&ToCreateProxy);
  methods->Write<v1::ChangeProxyResponse>(&ToChangeProxy);
  methods->Read(&ListProxies);
  methods->Write<v1::CreateRecurringOrderResponse>(&ToCreateRecurringOrder);
  methods->Write<v1::ChangeRecurringOrderResponse>(&ToChangeRecurringOrder);
  methods->Read(&ListRecurringOrders);
}

}  // namespace timebank::rpc
