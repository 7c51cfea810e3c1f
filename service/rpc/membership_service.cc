// The end of memberships: the RPCs of MembershipService.
#include <memory>

#include "service/rpc/convert_giving.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/membership.grpc.pb.h"

namespace timebank::rpc {
namespace {

using v1::MembershipService;
using Raw = MembershipService::WithRawMethod_CloseMember<
    MembershipService::WithRawMethod_ReopenMember<MembershipService::WithRawMethod_FinishClosing<
        MembershipService::WithRawMethod_ReportDeath<MembershipService::WithRawMethod_SettleEstate<
            MembershipService::WithRawMethod_MergeMembers<MembershipService::Service>>>>>>;

}  // namespace

std::unique_ptr<grpc::Service> AddMembershipService(Methods* methods) {
  auto service = std::make_unique<Raw>();
  Raw* const raw = service.get();
  methods->Write<v1::CloseMemberResponse>(raw, &Raw::RequestCloseMember, &ToCloseMember);
  methods->Write<v1::ReopenMemberResponse>(raw, &Raw::RequestReopenMember, &ToReopenMember);
  methods->Write<v1::FinishClosingResponse>(raw, &Raw::RequestFinishClosing, &ToFinishClosing);
  methods->Write<v1::ReportDeathResponse>(raw, &Raw::RequestReportDeath, &ToReportDeath);
  methods->Write<v1::SettleEstateResponse>(raw, &Raw::RequestSettleEstate, &ToSettleEstate);
  methods->Write<v1::MergeMembersResponse>(raw, &Raw::RequestMergeMembers, &ToMergeMembers);
  return service;
}

}  // namespace timebank::rpc
