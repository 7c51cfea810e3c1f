#include "service/rpc/convert_giving.h"

#include <string>
#include <utility>

#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;
using LifeEvent = model::ChangeMembership::Event;
using GrantEvent = model::ChangeGrant::Event;

// "2026-12" of a day in it.
std::string ToMonth(model::Day day) { return ToDate(day).substr(0, 7); }

// What comes to the pool or out of it names one member.
template <typename Body, typename Request>
void WithPool(const Request& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  Body body;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.member = std::move(name.key);
  body.amount = model::Minutes(fields.Range("minutes", request.minutes(), 1, limits::kAmountMost));
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

// Kept as the message stands.
model::PrivateText ReadGrounds(int hardship, const std::string& reason, Fields* fields) {
  v1::GrantGrounds grounds;
  grounds.set_hardship(static_cast<v1::Hardship>(hardship));
  grounds.set_reason(fields->PersonalText("reason", reason, 1, limits::kReasonChars, false));
  model::PrivateText text;
  text.text = grounds.SerializeAsString();
  return text;
}

template <typename Request>
model::ChangeGrant OnGrant(const Request& request, GrantEvent event, Fields* fields, model::Command* command) {
  model::ChangeGrant body;
  Named<uint64_t> name = fields->Numbered("name", request.name(), "grants");
  command->bank = std::move(name.bank);
  body.grant = model::GrantId(name.key);
  body.event = event;
  return body;
}

template <typename Request>
void OnMember(const Request& request, LifeEvent event, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ChangeMembership body;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.member = std::move(name.key);
  body.event = event;
  if constexpr (requires { request.heir(); }) {
    if (!request.heir().empty()) {
      body.heir = fields.Member("heir", request.heir());
    }
  }
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

}  // namespace

void ToGiveHours(const v1::GiveHoursRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::GiveHours body;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.from = std::move(name.key);
  body.to = fields.Member("receiver", request.receiver());
  body.amount = model::Minutes(fields.Range("minutes", request.minutes(), 1, limits::kAmountMost));
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void ToDonateHours(const v1::DonateHoursRequest& request, Conversion* conversion, model::Command* command) {
  WithPool<model::DonateHours>(request, conversion, command);
}

void ToGivePoolHours(const v1::GivePoolHoursRequest& request, Conversion* conversion, model::Command* command) {
  WithPool<model::GivePoolHours>(request, conversion, command);
}

void ToCreateGrant(const v1::CreateGrantRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ProposeGrant body;
  Named<model::MemberRef> parent = fields.MemberName("parent", request.parent());
  command->bank = std::move(parent.bank);
  body.member = std::move(parent.key);
  body.monthly = model::Minutes(fields.Range("monthly_minutes", request.monthly_minutes(), 1, limits::kGrantMonthlyMost));
  body.first_month = model::FirstOfMonth(fields.Date("first_date", request.first_date()));
  body.review = fields.Date("review_date", request.review_date());
  const int hardship = static_cast<int>(fields.Choice("hardship", request.hardship(), v1::Hardship_MAX));
  body.grounds = ReadGrounds(hardship, request.reason(), &fields);
  command->body = std::move(body);
}

void ToApproveGrant(const v1::ApproveGrantRequest& request, Conversion* conversion, model::Command* command) {
  command->body = OnGrant(request, GrantEvent::kApprove, &conversion->fields, command);
}

void ToRenewGrant(const v1::RenewGrantRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeGrant body = OnGrant(request, GrantEvent::kRenew, &conversion->fields, command);
  body.review = conversion->fields.Date("review_date", request.review_date());
  body.reason = ReadGrounds(v1::HARDSHIP_UNSPECIFIED, request.reason(), &conversion->fields);
  command->body = std::move(body);
}

void ToEndGrant(const v1::EndGrantRequest& request, Conversion* conversion, model::Command* command) {
  model::ChangeGrant body = OnGrant(request, GrantEvent::kEnd, &conversion->fields, command);
  body.reason = ReadGrounds(v1::HARDSHIP_UNSPECIFIED, request.reason(), &conversion->fields);
  command->body = std::move(body);
}

void ToRevealGrant(const v1::RevealGrantRequest& request, Conversion* conversion, model::Command* command) {
  model::RevealText body;
  Named<uint64_t> name = conversion->fields.Numbered("name", request.name(), "grants");
  command->bank = std::move(name.bank);
  body.grant = model::GrantId(name.key);
  body.purpose = ReadPurpose(request.purpose(), &conversion->fields);
  command->body = std::move(body);
}

void ToCloseMember(const v1::CloseMemberRequest& request, Conversion* conversion, model::Command* command) {
  OnMember(request, LifeEvent::kClose, conversion, command);
}

void ToReopenMember(const v1::ReopenMemberRequest& request, Conversion* conversion, model::Command* command) {
  OnMember(request, LifeEvent::kReopen, conversion, command);
}

void ToFinishClosing(const v1::FinishClosingRequest& request, Conversion* conversion, model::Command* command) {
  OnMember(request, LifeEvent::kFinish, conversion, command);
}

void ToReportDeath(const v1::ReportDeathRequest& request, Conversion* conversion, model::Command* command) {
  OnMember(request, LifeEvent::kDeath, conversion, command);
}

void ToSettleEstate(const v1::SettleEstateRequest& request, Conversion* conversion, model::Command* command) {
  OnMember(request, LifeEvent::kEstate, conversion, command);
}

void ToMergeMembers(const v1::MergeMembersRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::MergeMembers body;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.member = std::move(name.key);
  body.survivor = fields.Member("survivor", request.survivor());
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillPool(const queries::PoolView& view, v1::GetPoolResponse* response) {
  response->set_balance_minutes(view.balance.value());
  response->set_from_services_minutes(view.from_services.value());
  response->set_from_donations_minutes(view.from_donations.value());
  response->set_from_gifts_minutes(view.from_gifts.value());
  response->set_from_estates_minutes(view.from_estates.value());
  response->set_from_grants_minutes(view.from_grants.value());
  response->set_to_elders_minutes(view.to_elders.value());
  response->set_to_grants_minutes(view.to_grants.value());
  response->set_other_minutes(view.other.value());
  response->set_sequence(static_cast<int64_t>(view.last.value()));
}

void FillGrant(absl::string_view bank, const queries::GrantView& view, v1::Grant* grant) {
  grant->set_name(ResourceName(bank, "grants", view.id.value()));
  grant->set_member(MemberName(bank, view.member.id));
  grant->set_monthly_minutes(view.monthly.value());
  grant->set_first_month(ToMonth(view.first_month));
  grant->set_review_date(ToDate(view.review));
  grant->set_state(static_cast<v1::GrantState>(view.state));
  grant->set_maker(view.maker);
  grant->set_checker(view.checker);
  grant->set_next_month(view.next_month.has_value() ? ToMonth(*view.next_month) : std::string());
  grant->set_issued_minutes(view.issued.value());
  grant->set_months(static_cast<int32_t>(view.months));
  grant->set_skipped_months(static_cast<int32_t>(view.skipped));
  grant->set_last_skip(static_cast<v1::GrantSkip>(view.last_skip));
}

}  // namespace timebank::rpc
