// Points by hand, their expiry, and campaigns.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::Reason;

// The member, who is not the one who asks.
absl::StatusOr<FoundMember> RequireOther(Work& work, const model::MemberRef& ref) {
  TB_ASSIGN_OR_RETURN(FoundMember member, RequireMember(work, ref, Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(const bool oneself, ActorIsMember(work, member));
  if (oneself) {
    return work.Refuse(Reason::kPointsToOneself);
  }
  return member;
}

}  // namespace

absl::Status Decide(Work& work, const model::AwardPoints& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireOther(work, command.member));
  TB_RETURN_IF_ERROR(RequireActive(work, member));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  Books books(&work);
  PointsLots points(&work, &books, member.id);
  TB_RETURN_IF_ERROR(points.Give(command.amount.value(), model::LastDayOfPoints(*rules, work.today())));

  work.Describe(model::EntryKind::kPointsAwarded, member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  points.Write();
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::DeductPoints& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireOther(work, command.member));
  Books books(&work);
  PointsLots points(&work, &books, member.id);
  TB_ASSIGN_OR_RETURN(const int64_t spendable, points.Spendable());
  if (spendable < command.amount.value()) {
    return work.Refuse(Reason::kPointsTooLow, {{"available", absl::StrCat(spendable)}});
  }
  TB_RETURN_IF_ERROR(points.Take(command.amount.value(), BankPoints(model::AccountKind::kIssuance)).status());

  work.Describe(model::EntryKind::kPointsDeducted, member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  work.entry().mutable_points()->set_earned(-command.amount.value());
  points.Write();
  books.Write();
  return absl::OkStatus();
}

absl::Status ExpirePoints(Work& work, uint64_t id, model::RecordTime due) {
  const Day last_day(model::DayOf(due).value() - 1);
  Books books(&work);
  PointsLots points(&work, &books, model::MemberId(id));
  TB_RETURN_IF_ERROR(points.Expire(last_day));
  work.Describe(model::EntryKind::kPointsExpired, id, last_day);
  points.Write();
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CreateCampaign& command) {
  if (command.until < command.from) {
    return work.Refuse(Reason::kCampaignEndsBeforeStart);
  }
  if (command.from < work.today()) {
    return work.Refuse(Reason::kCampaignInPast, {{"earliest", DayText(work.today())}});
  }
  if (work.bank().campaigns_size() >= model::limits::kCampaigns) {
    return work.Refuse(Reason::kTooManyCampaigns, {{"maximum", absl::StrCat(model::limits::kCampaigns)}});
  }

  const uint64_t id = work.sequence().value();
  work.Describe(model::EntryKind::kCampaignCreated, id, command.from);
  rec::Campaign* row = work.entry().mutable_campaign();
  row->set_id(id);
  row->set_display_name(command.display_name);
  row->set_category(command.category);
  row->set_percent(command.percent);
  row->set_first_day(command.from.value());
  row->set_last_day(command.until.value());
  *work.bank().add_campaigns() = *row;
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::EndCampaign& command) {
  auto& campaigns = *work.bank().mutable_campaigns();
  const auto found = std::find_if(campaigns.begin(), campaigns.end(),
                                  [&](const rec::Campaign& campaign) { return campaign.id() == command.campaign.value(); });
  const std::string id = IdText(command.campaign.value());
  if (found == campaigns.end()) {
    return work.Refuse(Reason::kCampaignNotFound, {{"campaign", id}});
  }
  // Today counts, since services of today may be settled already; one that has not begun never begins.
  const int32_t ends = found->first_day() > work.today().value() ? found->first_day() - 1 : work.today().value();
  if (found->last_day() <= ends) {
    return work.Refuse(Reason::kCampaignOver, {{"campaign", id}, {"until", DayText(Day(found->last_day()))}});
  }

  work.Describe(model::EntryKind::kCampaignEnded, command.campaign.value(), work.today());
  work.entry().set_reason(command.reason);
  found->set_last_day(ends);
  *work.entry().mutable_campaign() = *found;
  return absl::OkStatus();
}

}  // namespace timebank::ledger
