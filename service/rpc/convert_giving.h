// Gifts, the pool, grants and the end of memberships: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_GIVING_H_
#define TIMEBANK_RPC_CONVERT_GIVING_H_

#include "service/queries/giving_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/grant.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/pool.pb.h"

namespace timebank::rpc {

void ToGiveHours(const v1::GiveHoursRequest& request, Conversion* conversion, model::Command* command);
void ToDonateHours(const v1::DonateHoursRequest& request, Conversion* conversion, model::Command* command);
void ToGivePoolHours(const v1::GivePoolHoursRequest& request, Conversion* conversion, model::Command* command);

void ToCreateGrant(const v1::CreateGrantRequest& request, Conversion* conversion, model::Command* command);
void ToApproveGrant(const v1::ApproveGrantRequest& request, Conversion* conversion, model::Command* command);
void ToRenewGrant(const v1::RenewGrantRequest& request, Conversion* conversion, model::Command* command);
void ToEndGrant(const v1::EndGrantRequest& request, Conversion* conversion, model::Command* command);
void ToRevealGrant(const v1::RevealGrantRequest& request, Conversion* conversion, model::Command* command);

void ToCloseMember(const v1::CloseMemberRequest& request, Conversion* conversion, model::Command* command);
void ToReopenMember(const v1::ReopenMemberRequest& request, Conversion* conversion, model::Command* command);
void ToFinishClosing(const v1::FinishClosingRequest& request, Conversion* conversion, model::Command* command);
void ToReportDeath(const v1::ReportDeathRequest& request, Conversion* conversion, model::Command* command);
void ToSettleEstate(const v1::SettleEstateRequest& request, Conversion* conversion, model::Command* command);
void ToMergeMembers(const v1::MergeMembersRequest& request, Conversion* conversion, model::Command* command);

void FillPool(const queries::PoolView& view, v1::GetPoolResponse* response);
// All but the name of the person.
void FillGrant(absl::string_view bank, const queries::GrantView& view, v1::Grant* grant);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_GIVING_H_
