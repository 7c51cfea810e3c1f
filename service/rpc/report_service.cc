// Numbers as they stood at the end of a day: the RPCs of ReportService.
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/convert.h"
#include "service/rpc/convert_bank.h"
#include "service/rpc/convert_order.h"
#include "service/rpc/methods.h"
#include "service/rpc/names.h"
#include "service/rpc/services.h"
#include "timebank/v1/report.pb.h"

namespace timebank::rpc {
namespace {

constexpr int32_t kInactiveDays = 365;
constexpr int64_t kInactiveDaysMost = 36500;
constexpr int64_t kBasisPoints = 10000;

int64_t BasisPoints(model::Minutes part, model::Minutes whole) {
  // Amounts are far below what such a product could exceed.
  return whole.value() <= 0 ? 0 : part.value() * kBasisPoints / whole.value();
}

absl::Status GetDayEnd(const v1::GetDayEndRequest& request, Reading* reading, v1::GetDayEndResponse* response) {
  const Named<model::CenterRef> name = reading->fields.CenterName("name", request.name());
  const model::Day day = reading->PastDateOrToday("date", request.date());
  TB_RETURN_IF_ERROR(reading->Open(name.bank));
  TB_ASSIGN_OR_RETURN(const queries::DayEndView view, reading->queries().DayEnd(name.bank, name.key, day, reading->go_on));
  response->set_name(ResourceName(name.bank, "centers", view.center.code));
  response->set_display_name(view.center.display_name);
  response->set_date(ToDate(day));
  response->set_opening_count(view.opening.count);
  response->set_opening_minutes(view.opening.minutes.value());
  response->set_opened_count(view.opened);
  response->set_left_count(view.left);
  response->set_closing_count(view.closing.count);
  response->set_closing_minutes(view.closing.minutes.value());
  response->set_settled_count(view.settled);
  response->set_credited_minutes(view.credited.value());
  response->set_pool_minutes(view.pool.value());
  response->set_undone_count(view.undone);
  response->set_reversed_count(view.reversed);
  response->set_reversed_minutes(view.taken_back.value());
  response->set_sequence(static_cast<int64_t>(view.last.value()));
  return absl::OkStatus();
}

void FillRow(const queries::StatisticsRowView& view, v1::StatisticsRow* row) {
  row->set_key(view.key);
  row->set_display_name(view.display_name);
  row->set_service_count(view.services);
  row->set_volunteer_count(view.volunteers);
  row->set_service_minutes(view.service.value());
  row->set_credited_minutes(view.credited.value());
  row->set_pool_minutes(view.pool.value());
  row->set_subtotal(view.subtotal);
  row->set_depth(view.depth);
}

absl::Status GetStatistics(const v1::GetStatisticsRequest& request, Reading* reading, v1::GetStatisticsResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::StatisticsFilter filter;
  filter.dimension = static_cast<queries::StatisticsDimension>(
      fields.Choice("dimension", request.dimension(), v1::StatisticsDimension_MAX));
  filter.from = fields.OptionalDate("from_date", request.from_date());
  filter.to = fields.OptionalDate("to_date", request.to_date());
  if (!request.scope_code().empty()) {
    filter.scope_code = fields.Code("scope_code", request.scope_code());
  }
  filter.as_of = reading->PastDateOrToday("as_of_date", request.as_of_date());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::StatisticsView view, reading->queries().Statistics(bank, filter, reading->go_on));
  for (const queries::StatisticsRowView& row : view.rows) {
    FillRow(row, response->add_rows());
  }
  FillRow(view.total, response->mutable_total());
  response->set_as_of_date(ToDate(filter.as_of));
  response->set_sequence(static_cast<int64_t>(view.last.value()));
  return absl::OkStatus();
}

absl::Status GetSolvency(const v1::GetSolvencyRequest& request, Reading* reading, v1::GetSolvencyResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const model::Day as_of = reading->PastDateOrToday("as_of_date", request.as_of_date());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::SolvencyView view, reading->queries().Solvency(bank, as_of, reading->go_on));
  response->set_as_of_date(ToDate(as_of));
  response->set_outstanding_minutes(view.all.minutes.value());
  response->set_held_minutes(view.held.value());
  response->set_due_minutes(view.due.value());
  response->set_issued_minutes(view.issued.value());
  response->set_redeemed_minutes(view.redeemed.value());
  response->set_redemption_ratio_basis_points(BasisPoints(view.redeemed, view.issued));
  response->set_pool_minutes(view.pool.value());
  response->set_pool_cover_basis_points(BasisPoints(view.pool, view.due));
  for (const auto& [band, sums] : view.by_age) {
    v1::OutstandingByAge* row = response->add_by_age();
    row->set_age_band(band);
    row->set_member_count(sums.members);
    row->set_minutes(sums.minutes.value());
  }
  for (const auto& [year, sums] : view.by_year) {
    v1::OutstandingByYear* row = response->add_by_year();
    row->set_year(static_cast<int32_t>(year));
    row->set_member_count(sums.members);
    row->set_minutes(sums.minutes.value());
  }
  response->set_spending_age(view.spending_age);
  response->set_sequence(static_cast<int64_t>(view.last.value()));
  return absl::OkStatus();
}

absl::Status ListInactiveMembers(const v1::ListInactiveMembersRequest& request, Reading* reading,
                                 v1::ListInactiveMembersResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const int64_t days = reading->fields.Range("days", request.days(), 0, kInactiveDaysMost);
  const model::Day as_of = reading->PastDateOrToday("as_of_date", request.as_of_date());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::InactiveView> views,
                      reading->queries().Inactive(bank, as_of, days == 0 ? kInactiveDays : static_cast<int32_t>(days), page,
                                                  reading->go_on));
  for (const queries::InactiveView& view : views.rows) {
    v1::InactiveMember* member = response->add_members();
    member->set_name(ResourceName(bank, "members", model::MemberNumber(view.member.id)));
    TB_ASSIGN_OR_RETURN(const privacy::Person person, reading->Masked(view.member.sealed_person));
    member->set_display_name(person.name);
    if (view.last_service.has_value()) {
      member->set_last_service_date(ToDate(*view.last_service));
    }
    member->set_center_name(view.center_name);
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

void FillSums(const queries::SimulatedSums& view, v1::SimulatedSums* sums) {
  sums->set_service_count(view.services);
  sums->set_service_minutes(view.was.service.value());
  sums->set_new_service_minutes(view.would_be.service.value());
  sums->set_credited_minutes(view.was.credited.value());
  sums->set_new_credited_minutes(view.would_be.credited.value());
  sums->set_pool_minutes(view.was.pool.value());
  sums->set_new_pool_minutes(view.would_be.pool.value());
  sums->set_points(view.was.points.value());
  sums->set_new_points(view.would_be.points.value());
  sums->set_too_young_count(view.too_young);
  sums->set_too_short_count(view.too_short);
}

// A try-out has no entry that could tell a wrong rule; so it is told here, in the words of the rules.
void CheckRules(const RuleChanges& changes, Fields* fields) {
  model::Rules rules = model::ShippedRules();
  for (const auto& [name, value] : changes) {
    const std::optional<model::RuleError> error = model::SetRule(name, value, &rules);
    if (error == model::RuleError::kUnknown) {
      fields->Fail("rules", absl::StrCat("中没有名为 ", name, " 的规则"),
                   absl::StrCat("name a rule that there is not: ", name));
    } else if (error.has_value()) {
      fields->Fail("rules", absl::StrCat("中 ", name, " 不能取这个值"), absl::StrCat("cannot give ", name, " that value"));
    }
  }
}

absl::Status SimulateRules(const v1::SimulateRulesRequest& request, Reading* reading, v1::SimulateRulesResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::SimulationFilter filter;
  filter.from = fields.Date("from_date", request.from_date());
  filter.to = reading->PastDateOrToday("to_date", request.to_date());
  if (fields.ok() && filter.to < filter.from) {
    fields.Fail("to_date", "早于起始日期", "is before from_date");
  }
  filter.scope_code = request.scope_code().empty() ? std::string() : fields.Code("scope_code", request.scope_code());
  filter.changes = ReadRules(request.rules(), 0, &fields);
  CheckRules(filter.changes, &fields);
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::SimulationView view, reading->queries().Simulate(bank, filter, page, reading->go_on));
  for (const queries::SimulatedMemberView& shown : view.members) {
    v1::SimulatedMember* member = response->add_members();
    member->set_member(NumberOf(shown.member.id));
    TB_ASSIGN_OR_RETURN(const privacy::Person person, reading->Masked(shown.member.sealed_person));
    member->set_display_name(person.name);
    FillSums(shown.sums, member->mutable_sums());
    member->set_star_level(shown.star);
    member->set_new_star_level(shown.new_star);
  }
  response->set_next_page_token(view.next);
  FillSums(view.total, response->mutable_total());
  response->set_changed_member_count(view.changed);
  response->set_star_gained_count(view.gained);
  response->set_star_lost_count(view.lost);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetNoShows(const v1::GetNoShowsRequest& request, Reading* reading, v1::GetNoShowsResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  const model::Day as_of = reading->PastDateOrToday("as_of_date", request.as_of_date());
  int64_t year = base::DayFromNumber(as_of.value()).year();
  if (request.year() != 0) {
    year = fields.Range("year", request.year(), model::limits::kYearLeast, model::limits::kYearMost);
  }
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::NoShowsView view,
                      reading->queries().NoShowsAsOf(bank, static_cast<uint32_t>(year), as_of, page, reading->go_on));
  for (const queries::NoShowView& row : view.page.rows) {
    v1::NoShowCount* count = response->add_counts();
    FillNoShows(row, count);
    TB_ASSIGN_OR_RETURN(privacy::Person person, reading->Masked(row.member.sealed_person));
    count->set_display_name(std::move(person.name));
  }
  response->set_as_of_date(ToDate(as_of));
  response->set_next_page_token(view.page.next);
  response->set_sequence(static_cast<int64_t>(view.last.value()));
  return absl::OkStatus();
}

}  // namespace

void AddReportService(Methods* methods) {
  methods->Report(&GetDayEnd);
  methods->Report(&GetStatistics);
  methods->Report(&GetSolvency);
  methods->Report(&ListInactiveMembers);
  methods->Report(&SimulateRules);
  methods->Report(&GetNoShows);
}

}  // namespace timebank::rpc
