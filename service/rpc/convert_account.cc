#include "service/rpc/convert_account.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;
using Kind = model::EntryKind;

// Of the end of a membership, of personal data, and of access.
std::string SubjectNameOfMembership(absl::string_view bank, Kind kind, uint64_t id) {
  switch (kind) {
    case Kind::kMemberClosing:
    case Kind::kMemberReopened:
    case Kind::kMemberClosed:
    case Kind::kMemberDied:
    case Kind::kEstateSettled:
    case Kind::kMembersMerged:
    case Kind::kMemberRevealed:
    case Kind::kMemberExported:
    case Kind::kMemberErased:
      return MemberName(bank, model::MemberId(id));
    case Kind::kTokenCreated:
    case Kind::kTokenRevoked:
    case Kind::kTokenUsed:
      return ResourceName(bank, "tokens", id);
    default:
      return std::string();  // refusals are about nothing
  }
}

// Of orders of care, stars, the calendar, and what came after them.
std::string SubjectNameOfCareOrStar(absl::string_view bank, Kind kind, uint64_t id) {
  switch (kind) {
    case Kind::kOrderRequested:
    case Kind::kOrderRouted:
    case Kind::kOrderDispatched:
    case Kind::kOrderAccepted:
    case Kind::kOrderDeclined:
    case Kind::kOrderStarted:
    case Kind::kOrderFinished:
    case Kind::kOrderConfirmed:
    case Kind::kOrderCancelled:
    case Kind::kOrderExpired:
    case Kind::kOrderNoShow:
    case Kind::kOrderDisputed:
    case Kind::kOrderVoided:
    case Kind::kOrderReversed:
    case Kind::kOrderEvaluated:
      return ResourceName(bank, "orders", id);
    case Kind::kProxyProposed:
    case Kind::kProxyChanged:
      return ResourceName(bank, "proxies", id);
    case Kind::kRecurringStarted:
    case Kind::kRecurringEnded:
    case Kind::kRecurringSkipped:
    case Kind::kRecurringPaused:
    case Kind::kRecurringResumed:
      return ResourceName(bank, "recurringOrders", id);
    case Kind::kCalendarSet:
      return absl::StrCat(BankName(bank), "/calendar");
    case Kind::kStarSubmitted:
    case Kind::kStarReviewed:
    case Kind::kStarNoticed:
    case Kind::kStarObjected:
    case Kind::kStarPassed:
    case Kind::kStarRejected:
    case Kind::kStarWithdrawn:
      return ResourceName(bank, "starApplications", id);
    case Kind::kStarAwarded:
    case Kind::kStarReviewOpened:
    case Kind::kStarKept:
    case Kind::kStarRevoked:
      return ResourceName(bank, "starAwards", id);
    case Kind::kReversalProposed:
    case Kind::kReversalDecided:
    case Kind::kReversalRejected:
    case Kind::kReversalWithdrawn:
    case Kind::kReversalSkipped:
      return ResourceName(bank, "reversals", id);
    case Kind::kGrantProposed:
    case Kind::kGrantApproved:
    case Kind::kGrantRenewed:
    case Kind::kGrantEnded:
    case Kind::kGrantIssued:
    case Kind::kGrantSkipped:
    case Kind::kGrantedHoursEnded:
      return ResourceName(bank, "grants", id);
    case Kind::kHoursGiven:
    case Kind::kHoursDonated:
    case Kind::kPoolHoursGiven:
      return MemberName(bank, model::MemberId(id));
    default:
      return SubjectNameOfMembership(bank, kind, id);
  }
}

// The resource that an entry is about; `code` is that of a scope or a centre.
std::string SubjectName(absl::string_view bank, Kind kind, uint64_t id, absl::string_view code) {
  switch (kind) {
    case Kind::kBankCreated:
      return BankName(bank);
    case Kind::kRuleSetCreated:
      return ResourceName(bank, "ruleSets", id);
    case Kind::kScopeCreated:
      return ResourceName(bank, "scopes", code);
    case Kind::kCenterCreated:
      return ResourceName(bank, "centers", code);
    case Kind::kMemberRegistered:
    case Kind::kMemberChanged:
    case Kind::kPointsAwarded:
    case Kind::kPointsDeducted:
    case Kind::kPointsExpired:
      return MemberName(bank, model::MemberId(id));
    case Kind::kKinshipProposed:
    case Kind::kKinshipChanged:
      return ResourceName(bank, "kinships", id);
    case Kind::kServiceRecorded:
    case Kind::kCheckedIn:
    case Kind::kCheckedOut:
    case Kind::kServiceApproved:
    case Kind::kServiceConfirmed:
    case Kind::kServiceSettled:
    case Kind::kServiceRejected:
    case Kind::kServiceWithdrawn:
    case Kind::kServiceDisputed:
    case Kind::kServiceVoided:
    case Kind::kServiceReversed:
      return ResourceName(bank, "records", id);
    case Kind::kHoldPlaced:
    case Kind::kHoldClosed:
    case Kind::kHoldExpired:
      return ResourceName(bank, "holds", id);
    case Kind::kRewardCreated:
    case Kind::kRewardChanged:
    case Kind::kStockCounted:
      return ResourceName(bank, "rewards", id);
    case Kind::kRewardOrdered:
    case Kind::kRewardCollected:
    case Kind::kRewardCodeMissed:
    case Kind::kRewardCancelled:
    case Kind::kRewardOrderExpired:
      return ResourceName(bank, "rewardOrders", id);
    case Kind::kCampaignCreated:
    case Kind::kCampaignEnded:
      return ResourceName(bank, "campaigns", id);
    default:
      return SubjectNameOfCareOrStar(bank, kind, id);
  }
}

std::string OwnerName(const queries::PostingView& view) {
  switch (view.account.owner.kind) {
    case model::OwnerKind::kBank:
      return "bank";
    case model::OwnerKind::kCenter:
      return absl::StrCat("centers/", view.owner_code);
    case model::OwnerKind::kMember:
      return absl::StrCat("members/", NumberOf(model::MemberId(view.account.owner.id)));
  }
  return std::string();
}

}  // namespace

void ToCreateHold(const v1::CreateHoldRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::PlaceHold body;
  Named<model::MemberRef> parent = fields.MemberName("parent", request.parent());
  command->bank = std::move(parent.bank);
  body.member = std::move(parent.key);
  body.amount = model::Minutes(fields.Range("minutes", request.minutes(), 1, limits::kAmountMost));
  body.expires = fields.Date("expire_date", request.expire_date());
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void ToCloseHold(const v1::CloseHoldRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CloseHold body;
  Named<uint64_t> name = fields.Numbered("name", request.name(), "holds");
  command->bank = std::move(name.bank);
  body.hold = model::HoldId(name.key);
  body.consumed = model::Minutes(fields.Range("consumed_minutes", request.consumed_minutes(), 0, limits::kAmountMost));
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillBalance(absl::string_view bank, const queries::BalanceView& view, v1::GetBalanceResponse* response) {
  response->set_name(MemberName(bank, view.member.id));
  response->set_available_minutes(view.available.value());
  response->set_held_minutes(view.held.value());
  response->set_service_minutes(view.service.value());
  response->set_pending_minutes(view.pending.value());
  response->set_pool_minutes(view.pool.value());
  response->set_received_minutes(view.received.value());
  response->set_available_points(view.points.value());
  response->set_owed_minutes(view.owed.value());
  response->set_granted_minutes(view.granted.value());
  response->set_donated_minutes(view.donated.value());
  response->set_gifted_minutes(view.gifted.value());
}

void FillLine(absl::string_view bank, const queries::StatementLineView& view, v1::StatementLine* line) {
  line->set_sequence(static_cast<int64_t>(view.sequence.value()));
  *line->mutable_record_time() = ToTimestamp(view.record_time);
  line->set_effective_date(ToDate(view.effective));
  line->set_kind(static_cast<v1::EntryKind>(view.kind));
  line->set_amount(view.amount);
  line->set_balance_after(view.balance_after);
  line->set_origin(view.of_pool ? std::string() : SubjectName(bank, view.kind, view.origin, ""));
  line->set_category(view.category);
  line->set_center_name(view.center_name);
  line->set_reason(view.reason);
  line->set_owed_change_minutes(view.owed.value());
  line->set_above_cap_minutes(view.above_cap.value());
}

void FillAccount(const queries::AccountView& view, v1::Account* account) {
  account->set_kind(static_cast<v1::AccountKind>(view.kind));
  account->set_asset(static_cast<v1::Asset>(view.asset));
  account->set_balance(view.balance);
}

void FillLot(absl::string_view bank, const queries::LotView& view, v1::Lot* lot) {
  lot->set_sequence(static_cast<int64_t>(view.sequence.value()));
  lot->set_provenance(static_cast<v1::Provenance>(view.provenance));
  lot->set_original_minutes(view.original.value());
  lot->set_remaining_minutes(view.remaining.value());
  lot->set_origin(view.of_pool ? std::string() : SubjectName(bank, view.kind, view.origin, ""));
  lot->set_expire_date(view.expires.has_value() ? ToDate(*view.expires) : std::string());
}

void FillHold(absl::string_view bank, const queries::HoldView& view, v1::Hold* hold) {
  hold->set_name(ResourceName(bank, "holds", view.id.value()));
  hold->set_minutes(view.amount.value());
  hold->set_expire_date(ToDate(view.expires));
  hold->set_reason(view.reason);
}

void FillEntry(absl::string_view bank, const queries::EntryView& view, v1::Entry* entry) {
  entry->set_sequence(static_cast<int64_t>(view.sequence.value()));
  *entry->mutable_record_time() = ToTimestamp(view.record_time);
  entry->set_effective_date(ToDate(view.effective));
  entry->set_kind(static_cast<v1::EntryKind>(view.kind));
  entry->set_subject(SubjectName(bank, view.kind, view.subject, view.subject_code));
  entry->set_actor(view.actor);
  entry->set_role(view.role);
  entry->set_rule_set_version(static_cast<int32_t>(view.rule_set_version));
  entry->set_request_id(view.request_id);
  entry->set_reason(view.reason);
  entry->set_revealed(view.revealed_grant.value() != 0 ? ResourceName(bank, "grants", view.revealed_grant.value())
                                                       : RecordName(bank, view.revealed_note));
  for (const queries::PostingView& from : view.postings) {
    v1::Posting* posting = entry->add_postings();
    posting->set_owner(OwnerName(from));
    posting->set_kind(static_cast<v1::AccountKind>(from.account.kind));
    posting->set_asset(static_cast<v1::Asset>(from.account.asset));
    posting->set_amount(from.amount);
  }
  entry->set_reverses_sequence(static_cast<int64_t>(view.reverses.value()));
  entry->set_leaf_hash(view.leaf_hash.data(), view.leaf_hash.size());
  entry->set_owed_change_minutes(view.owed.value());
  if (view.reversal.value() != 0) {
    entry->set_reversal(ResourceName(bank, "reversals", view.reversal.value()));
  }
  if (view.cover.has_value()) {
    v1::HoursCover* cover = entry->mutable_cover();
    cover->set_cover(static_cast<v1::Cover>(view.cover->cover));
    cover->set_member_minutes(view.cover->member.value());
    cover->set_pool_minutes(view.cover->pool.value());
    cover->set_consent(view.cover->consent);
    cover->set_requested_by(view.cover->requested_by);
    cover->set_decided_by(view.cover->decided_by);
  }
}

}  // namespace timebank::rpc
