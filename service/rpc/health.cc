#include "service/rpc/health.h"

#include <google/protobuf/wrappers.pb.h>

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

class CheckHealth final : public Method {
 public:
  CheckHealth(std::set<std::string> services, const std::atomic<bool>* serving, Gate* gate)
      : Method("grpc.health.v1.Health.Check", gate), services_(std::move(services)), serving_(serving) {}

 private:
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

  const std::set<std::string> services_;
  const std::atomic<bool>* const serving_;
};

}  // namespace

std::unique_ptr<Method> MakeHealth(std::set<std::string> services, const std::atomic<bool>* serving, Gate* gate) {
  return std::make_unique<CheckHealth>(std::move(services), serving, gate);
}

}  // namespace timebank::rpc
