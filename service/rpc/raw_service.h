// The RPCs of one service as gRPC sees them. A call is handed over when its metadata is there, and its request is read only once the caller
// was let in: what nobody is answered for is not kept in memory either. On the wire each is a call of one request and one response.
#ifndef TIMEBANK_RPC_RAW_SERVICE_H_
#define TIMEBANK_RPC_RAW_SERVICE_H_

#include <grpcpp/impl/codegen/service_type.h>

#include <string>
#include <vector>

namespace timebank::rpc {

class Call;

class RawService final : public grpc::Service {
 public:
  // `paths`: "/timebank.v1.BankService/GetBank", all of one service.
  explicit RawService(const std::vector<std::string>& paths);

  // Asks gRPC to complete `call` with the next call of a path, by its place among them.
  void Request(int index, Call* call);

 private:
  const std::vector<std::string> paths_;  // gRPC keeps pointers to them
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_RAW_SERVICE_H_
