// The work of the service itself: the RPCs of AdminService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_admin.h"
#include "service/rpc/convert_star.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/admin.pb.h"

namespace timebank::rpc {
namespace {

absl::Status ListDue(const v1::ListDueRequest& request, Reading* reading, v1::ListDueResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::DueFilter filter;
  if (request.kind() != v1::DUE_KIND_UNSPECIFIED) {
    filter.kind = static_cast<model::DueKind>(fields.Choice("kind", request.kind(), v1::DueKind_MAX));
  }
  filter.to = fields.OptionalDate("to_date", request.to_date());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::DueView> views, reading->queries().Due(bank, filter, page));
  for (const queries::DueView& view : views.rows) {
    FillDue(bank, view, reading->Now(), response->add_due());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListCalendar(const v1::ListCalendarRequest& request, Reading* reading, v1::ListCalendarResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const auto from = reading->fields.OptionalDate("from_date", request.from_date());
  const auto to = reading->fields.OptionalDate("to_date", request.to_date());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const auto views, reading->queries().Calendar(bank, from, to, page));
  for (const queries::CalendarDayView& view : views.rows) {
    FillCalendarDay(view, response->add_days());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddAdminService(Methods* methods) {
  methods->Read(&ListDue);
  methods->Write<v1::SetCalendarResponse>(&ToSetCalendar);
  methods->Read(&ListCalendar);
}

}  // namespace timebank::rpc
