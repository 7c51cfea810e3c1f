// The API on a Unix socket in a folder of its own, for tests.
#ifndef TIMEBANK_RPC_SERVICE_FOR_TEST_H_
#define TIMEBANK_RPC_SERVICE_FOR_TEST_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "service/rpc/api.h"
#include "service/rpc/sealer_for_test.h"
#include "service/store/memory_store.h"
#include "timebank/v1/common.pb.h"

namespace timebank::rpc {

class TestService {
 public:
  // With the real sequencer on a store in memory, or with the given one, which is not owned.
  explicit TestService(commands::Sequencer* sequencer = nullptr)
      : clock_(absl::FromUnixSeconds(1795168800)),  // 2026-11-20T18:00+08:00
        store_(store::MakeMemoryStore()),
        sealer_(MakeTestSealer(folder_)) {
    if (sequencer == nullptr) {
      own_ = *commands::Sequencer::Start(store_.get(), &clock_, {});
      sequencer = own_.get();
    }
    sequencer_ = sequencer;
    api_ = *Api::Make({sequencer, store_.get(), sealer_.get(), &clock_});
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address(), grpc::InsecureServerCredentials());
    api_->AddTo(&builder);
    server_ = builder.BuildAndStart();
    api_->Serve();
  }

  ~TestService() { Stop(); }

  void Stop() {
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    sequencer_->Stop();
    api_->Stop();
  }

  std::string address() const { return "unix:" + folder_.path() + "/socket"; }
  const privacy::Sealer& sealer() const { return *sealer_; }
  const store::Store& store() const { return *store_; }
  base::ManualClock& clock() { return clock_; }

  std::shared_ptr<grpc::Channel> Connect() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), arguments);
  }

 private:
  store::TestFolder folder_;
  base::ManualClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<privacy::Sealer> sealer_;
  std::unique_ptr<commands::Sequencer> own_;
  commands::Sequencer* sequencer_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<grpc::Server> server_;
};

// One call with a deadline of ten seconds. The metadata that came behind the answer is in `trailers`.
struct Caller {
  std::string actor = "wang";
  std::multimap<std::string, std::string> trailers;

  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub* stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response,
                    std::chrono::milliseconds deadline = std::chrono::seconds(10)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    if (!actor.empty()) {
      context.AddMetadata("timebank-actor", actor);
    }
    const grpc::Status status = (stub->*method)(&context, request, response);
    trailers.clear();
    for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
      trailers.emplace(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
    }
    return status;
  }
};

// The refusal in the details of a failed call; empty when there is none.
inline v1::Refusal RefusalIn(const grpc::Status& status) {
  v1::StatusDetails details;
  v1::Refusal refusal;
  if (details.ParseFromString(status.error_details()) && details.details_size() == 1 &&
      details.details(0).type_url() == "type.googleapis.com/timebank.v1.Refusal" && details.code() == status.error_code() &&
      details.message() == status.error_message()) {
    refusal.ParseFromString(details.details(0).value());
  }
  return refusal;
}

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_SERVICE_FOR_TEST_H_
