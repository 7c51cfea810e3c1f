// The services of timebank.v1. Each function adds the RPCs of one to the methods.
#ifndef TIMEBANK_RPC_SERVICES_H_
#define TIMEBANK_RPC_SERVICES_H_

namespace timebank::rpc {

class Methods;

void AddBankService(Methods* methods);
void AddScopeService(Methods* methods);
void AddMemberService(Methods* methods);
void AddRecordService(Methods* methods);
void AddAccountService(Methods* methods);
void AddAdminService(Methods* methods);
void AddReportService(Methods* methods);
void AddPointsService(Methods* methods);
void AddOrderService(Methods* methods);
void AddAccessService(Methods* methods);
void AddProxyService(Methods* methods);
void AddRewardService(Methods* methods);
void AddStarService(Methods* methods);
void AddReversalService(Methods* methods);
void AddPoolService(Methods* methods);
void AddGrantService(Methods* methods);
void AddMembershipService(Methods* methods);
void AddPersonalService(Methods* methods);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_SERVICES_H_
