#include "service/rpc/convert_star.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;
using Event = model::ChangeStar::Event;
using AwardEvent = model::ChangeAward::Event;

constexpr char kApplications[] = "starApplications";
constexpr char kAwards[] = "starAwards";

// A step of an application; its reason where the request has one.
template <typename Request>
void Step(const Request& request, Event event, Conversion* conversion, model::Command* command) {
  model::ChangeStar body;
  Named<uint64_t> name = conversion->fields.Numbered("name", request.name(), kApplications);
  command->bank = std::move(name.bank);
  body.application = model::StarApplicationId(name.key);
  body.event = event;
  if constexpr (requires { request.reason(); }) {
    body.reason = conversion->fields.Reason(request.reason());
  }
  command->body = std::move(body);
}

template <typename Request>
model::ChangeAward AwardStep(const Request& request, AwardEvent event, Conversion* conversion, model::Command* command) {
  model::ChangeAward body;
  Named<uint64_t> name = conversion->fields.Numbered("name", request.name(), kAwards);
  command->bank = std::move(name.bank);
  body.award = model::StarAwardId(name.key);
  body.event = event;
  body.reason = conversion->fields.Reason(request.reason());
  return body;
}

std::string NameOrNone(absl::string_view bank, absl::string_view collection, uint64_t id) {
  return id == 0 ? std::string() : ResourceName(bank, collection, id);
}

std::string DateOrNone(model::Day day) { return day.value() == 0 ? std::string() : ToDate(day); }

}  // namespace

void ToCreateStarApplication(const v1::CreateStarApplicationRequest& request, Conversion* conversion,
                             model::Command* command) {
  Fields& fields = conversion->fields;
  model::SubmitStar body;
  command->bank = fields.Bank("parent", request.parent());
  body.member = fields.Member("member", request.member());
  body.level = static_cast<int>(fields.Range("level", request.level(), 1, model::kStarLevels));
  command->body = std::move(body);
}

void ToApproveStarApplication(const v1::ApproveStarApplicationRequest& request, Conversion* conversion,
                              model::Command* command) {
  Step(request, Event::kApprove, conversion, command);
}
void ToRejectStarApplication(const v1::RejectStarApplicationRequest& request, Conversion* conversion,
                             model::Command* command) {
  Step(request, Event::kReject, conversion, command);
}
void ToPublishStarApplication(const v1::PublishStarApplicationRequest& request, Conversion* conversion,
                              model::Command* command) {
  Step(request, Event::kPublish, conversion, command);
}
void ToObjectStarApplication(const v1::ObjectStarApplicationRequest& request, Conversion* conversion,
                             model::Command* command) {
  Step(request, Event::kObject, conversion, command);
}
void ToDecideStarObjection(const v1::DecideStarObjectionRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, request.uphold() ? Event::kUphold : Event::kDismiss, conversion, command);
}
void ToWithdrawStarApplication(const v1::WithdrawStarApplicationRequest& request, Conversion* conversion,
                               model::Command* command) {
  Step(request, Event::kWithdraw, conversion, command);
}

void ToCreateStarAward(const v1::CreateStarAwardRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::AwardStar body;
  Named<uint64_t> name = fields.Numbered("application", request.application(), kApplications);
  command->bank = std::move(name.bank);
  body.application = model::StarApplicationId(name.key);
  body.scope_code = fields.Code("authority_scope_code", request.authority_scope_code());
  body.number = fields.Text("number", request.number(), 1, limits::kStarNumberChars);
  command->body = std::move(body);
}

void ToOpenStarReview(const v1::OpenStarReviewRequest& request, Conversion* conversion, model::Command* command) {
  command->body = AwardStep(request, AwardEvent::kOpenReview, conversion, command);
}

void ToDecideStarReview(const v1::DecideStarReviewRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeAward body =
      AwardStep(request, request.revoke() ? AwardEvent::kRevoke : AwardEvent::kKeep, conversion, command);
  body.scope_code = conversion->fields.Code("authority_scope_code", request.authority_scope_code());
  command->body = std::move(body);
}

void ToSetCalendar(const v1::SetCalendarRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::SetCalendar body;
  command->bank = fields.Bank("parent", request.parent());
  if (request.days().empty() || static_cast<size_t>(request.days_size()) > limits::kCalendarDays) {
    fields.Fail("days", absl::StrCat("须为 1 到 ", limits::kCalendarDays, " 天"),
                absl::StrCat("must have 1 to ", limits::kCalendarDays, " days"));
  } else {
    for (const v1::CalendarDay& day : request.days()) {
      const bool known = v1::CalendarDayKind_IsValid(day.kind());
      if (!known) {
        fields.Fail("days", "有不认识的种类", "has a kind that is not known");
      }
      body.days.push_back({fields.Date("days", day.date()), static_cast<model::DayKind>(known ? day.kind() : 0)});
    }
  }
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillStarApplication(absl::string_view bank, const queries::StarApplicationView& view, std::string name,
                         v1::StarApplication* application) {
  application->set_name(ResourceName(bank, kApplications, view.id.value()));
  application->set_member(NumberOf(view.member.id));
  application->set_display_name(std::move(name));
  application->set_level(view.level);
  application->set_state(static_cast<v1::StarState>(view.state));
  application->set_service_minutes(view.service.value());
  application->set_needed_minutes(view.band.value());
  application->set_center_code(view.center.code);
  application->set_center_name(view.center.display_name);
  application->set_scope_code(view.scope_code);
  application->set_submit_date(ToDate(view.submitted));
  application->set_submitter(view.submitter);
  application->set_reviewer(view.reviewer);
  application->set_notice_from(DateOrNone(view.notice_from));
  application->set_notice_until(DateOrNone(view.notice_until));
  application->set_days_left(static_cast<int32_t>(view.days_left));
  application->set_objector(view.objector);
  application->mutable_more_objectors()->Add(view.more_objectors.begin(), view.more_objectors.end());
  application->set_reason(view.reason);
  application->set_award(NameOrNone(bank, kAwards, view.award.value()));
  application->set_stopped_by_sequence(static_cast<int64_t>(view.stopped_by.value()));
  application->set_rule_set_version(static_cast<int32_t>(view.rule_set_version));
}

void FillStarAward(absl::string_view bank, const queries::StarAwardView& view, std::string name, v1::StarAward* award) {
  award->set_name(ResourceName(bank, kAwards, view.id.value()));
  award->set_member(NumberOf(view.member.id));
  award->set_display_name(std::move(name));
  award->set_level(view.level);
  award->set_state(static_cast<v1::StarAwardState>(view.state));
  award->set_number(view.number);
  award->set_authority_scope_code(view.authority_code);
  award->set_award_date(ToDate(view.awarded));
  award->set_service_minutes(view.service.value());
  award->set_scope_code(view.scope_code);
  award->set_application(ResourceName(bank, kApplications, view.application.value()));
  award->set_review_opener(view.review_opener);
  award->set_review_sequence(static_cast<int64_t>(view.review_cause.value()));
  award->set_reason(view.reason);
}

void FillStarNeeds(absl::string_view bank, const queries::StarNeedsView& view, std::string name, v1::StarNeeds* needs) {
  needs->set_member(NumberOf(view.member.id));
  needs->set_display_name(std::move(name));
  needs->set_level(view.level);
  needs->set_next_level(view.next);
  needs->set_service_minutes(view.service.value());
  needs->set_needed_minutes(view.needed.value());
  needs->set_missing_minutes(view.missing.value());
  needs->set_reached_level(view.reached);
  needs->set_mean_evaluation(static_cast<int32_t>(view.mean_evaluation));
  needs->set_needed_evaluation(static_cast<int32_t>(view.needed_evaluation));
  needs->set_apply_from(view.apply_from.has_value() ? ToDate(*view.apply_from) : "");
  needs->set_open_application(NameOrNone(bank, kApplications, view.open.value()));
  needs->set_review(NameOrNone(bank, kAwards, view.review.value()));
  needs->set_center_code(view.center.code);
  needs->set_center_name(view.center.display_name);
}

void FillPublished(const queries::StarApplicationView& view, std::string masked, v1::PublishedStar* star) {
  star->set_masked_name(std::move(masked));
  star->set_level(view.level);
  star->set_service_minutes(view.service.value());
  star->set_center_name(view.center.display_name);
  star->set_notice_until(DateOrNone(view.notice_until));
}

void FillPublished(const queries::StarAwardView& view, std::string masked, v1::PublishedStar* star) {
  star->set_masked_name(std::move(masked));
  star->set_level(view.level);
  star->set_service_minutes(view.service.value());
  star->set_center_name(view.center.display_name);
  star->set_number(view.number);
  star->set_award_date(ToDate(view.awarded));
}

void FillCalendarDay(const queries::CalendarDayView& view, v1::CalendarDay* day) {
  day->set_date(ToDate(view.day));
  day->set_kind(static_cast<v1::CalendarDayKind>(view.kind));
  day->set_reason(view.reason);
}

}  // namespace timebank::rpc
