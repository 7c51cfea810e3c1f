// The end of memberships: the RPCs of MembershipService.
#include <memory>

#include "service/rpc/convert_giving.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/membership.pb.h"

namespace timebank::rpc {
namespace {}  // namespace

void AddMembershipService(Methods* methods) {
  methods->Write<v1::CloseMemberResponse>(&ToCloseMember);
  methods->Write<v1::ReopenMemberResponse>(&ToReopenMember);
  methods->Write<v1::FinishClosingResponse>(&ToFinishClosing);
  methods->Write<v1::ReportDeathResponse>(&ToReportDeath);
  methods->Write<v1::SettleEstateResponse>(&ToSettleEstate);
  methods->Write<v1::MergeMembersResponse>(&ToMergeMembers);
}

}  // namespace timebank::rpc
