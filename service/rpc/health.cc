#include "service/rpc/health.h"

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>

#include <utility>

#include "service/rpc/refusal.h"

namespace timebank::rpc {
namespace {

// The messages of that package are not packaged for this system. These have the same bytes: a request of one string with the
// number 1, a response of one enum with the number 1.
using CheckRequest = google::protobuf::StringValue;
using CheckResponse = google::protobuf::Int32Value;
constexpr int kServing = 1;
constexpr int kNotServing = 2;

// What generated code does for one raw method.
class CheckService final : public grpc::Service {
 public:
  CheckService() {
    AddMethod(new grpc::internal::RpcServiceMethod("/grpc.health.v1.Health/Check", grpc::internal::RpcMethod::NORMAL_RPC,
                                                   nullptr));
    MarkMethodRaw(0);
  }
  void Request(Call* call) {
    RequestAsyncUnary(0, call->context(), call->bytes(), call->writer(), call->queue(), call->queue(), call);
  }
};

class CheckHealth final : public Health, private Method {
 public:
  CheckHealth(std::set<std::string> services, const std::atomic<bool>* serving)
      : Method("grpc.health.v1.Health.Check", "service.read"), services_(std::move(services)), serving_(serving) {}

  grpc::Service* service() override { return &service_; }
  Method* method() override { return this; }

 private:
  void Request(Call* call) override { service_.Request(call); }

  void Handle(Call* call) override {
    CheckRequest request;
    if (!call->Read(&request)) {
      return;
    }
    if (!request.value().empty() && services_.count(request.value()) == 0) {
      return call->Fail(ReadFailed(absl::NotFoundError("There is no such service here."), name()));
    }
    CheckResponse response;
    response.set_value(serving_->load() ? kServing : kNotServing);
    call->Finish(response);
  }

  CheckService service_;
  std::set<std::string> services_;
  const std::atomic<bool>* serving_;
};

}  // namespace

std::unique_ptr<Health> Health::Make(std::set<std::string> services, const std::atomic<bool>* serving) {
  return std::make_unique<CheckHealth>(std::move(services), serving);
}

}  // namespace timebank::rpc
