// The services of timebank.v1. Each function makes one and adds its RPCs to the methods, which call it for as long as they
// live.
#ifndef TIMEBANK_RPC_SERVICES_H_
#define TIMEBANK_RPC_SERVICES_H_

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>

namespace timebank::rpc {

class Methods;

std::unique_ptr<grpc::Service> AddBankService(Methods* methods);
std::unique_ptr<grpc::Service> AddScopeService(Methods* methods);
std::unique_ptr<grpc::Service> AddMemberService(Methods* methods);
std::unique_ptr<grpc::Service> AddRecordService(Methods* methods);
std::unique_ptr<grpc::Service> AddAccountService(Methods* methods);
std::unique_ptr<grpc::Service> AddAdminService(Methods* methods);
std::unique_ptr<grpc::Service> AddReportService(Methods* methods);
std::unique_ptr<grpc::Service> AddPointsService(Methods* methods);
std::unique_ptr<grpc::Service> AddOrderService(Methods* methods);
std::unique_ptr<grpc::Service> AddAccessService(Methods* methods);
std::unique_ptr<grpc::Service> AddProxyService(Methods* methods);
std::unique_ptr<grpc::Service> AddRewardService(Methods* methods);
std::unique_ptr<grpc::Service> AddStarService(Methods* methods);
std::unique_ptr<grpc::Service> AddReversalService(Methods* methods);
std::unique_ptr<grpc::Service> AddPoolService(Methods* methods);
std::unique_ptr<grpc::Service> AddGrantService(Methods* methods);
std::unique_ptr<grpc::Service> AddMembershipService(Methods* methods);
std::unique_ptr<grpc::Service> AddPersonalService(Methods* methods);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_SERVICES_H_
