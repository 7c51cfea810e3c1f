#include "service/rpc/raw_service.h"

#include <grpcpp/impl/codegen/rpc_service_method.h>

#include "service/rpc/call.h"

namespace timebank::rpc {

RawService::RawService(const std::vector<std::string>& paths) : paths_(paths) {
  for (size_t i = 0; i < paths_.size(); ++i) {
    // Of the other kinds gRPC reads the request before it hands the call over.
    AddMethod(new grpc::internal::RpcServiceMethod(paths_[i].c_str(), grpc::internal::RpcMethod::CLIENT_STREAMING, nullptr));
    MarkMethodRaw(static_cast<int>(i));
  }
}

void RawService::Request(int index, Call* call) {
  RequestAsyncClientStreaming(index, call->context(), call->reader(), call->queue(), call->queue(), call);
}

}  // namespace timebank::rpc
