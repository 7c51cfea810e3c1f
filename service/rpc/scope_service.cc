// Scopes and centres: the RPCs of ScopeService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_scope.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::rpc {
namespace {

absl::Status ListScopes(const v1::ListScopesRequest& request, Reading* reading, v1::ListScopesResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::ScopeView> views, reading->queries().Scopes(bank, page));
  for (const queries::ScopeView& view : views.rows) {
    FillScope(bank, view, response->add_scopes());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListCenters(const v1::ListCentersRequest& request, Reading* reading, v1::ListCentersResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::CenterView> views, reading->queries().Centers(bank, page));
  for (const queries::CenterView& view : views.rows) {
    FillCenter(bank, view, response->add_centers());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetCenterDay(const v1::GetCenterDayRequest& request, Reading* reading, v1::GetCenterDayResponse* response) {
  const Named<model::CenterRef> name = reading->fields.CenterName("name", request.name());
  const model::Day day = reading->DateOrToday("date", request.date());
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::CenterDayView view, reading->queries().CenterDay(name.bank, name.key, day));
  FillCenter(name.bank, view.center, response->mutable_center());
  response->set_date(ToDate(day));
  response->set_record_count(static_cast<int64_t>(view.records));
  response->set_unconfirmed_count(static_cast<int64_t>(view.unconfirmed));
  response->set_waiting_count(static_cast<int64_t>(view.waiting));
  response->set_settled_count(static_cast<int64_t>(view.settled));
  response->set_measured_minutes(view.measured.value());
  response->set_credited_minutes(view.credited.value());
  response->set_pool_minutes(view.pool.value());
  response->set_undone_count(static_cast<int64_t>(view.undone));
  response->set_volunteer_count(static_cast<int64_t>(view.volunteers));
  response->set_unconfirmed_total(static_cast<int64_t>(view.unconfirmed_total));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddScopeService(Methods* methods) {
  methods->Write<v1::CreateScopeResponse>(&ToCreateScope);
  methods->Read(&ListScopes);
  methods->Write<v1::CreateCenterResponse>(&ToCreateCenter);
  methods->Read(&ListCenters);
  // On the thread of the reports: a centre may have any number of open records.
  methods->Report(&GetCenterDay);
}

}  // namespace timebank::rpc
