#include "service/rpc/api.h"

#include <google/protobuf/stubs/logging.h>
#include <grpcpp/alarm.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/auth/auth.h"
#include "service/base/status.h"
#include "service/base/thread_name.h"
#include "service/model/limits.h"
#include "service/rpc/call.h"
#include "service/rpc/gate.h"
#include "service/rpc/health.h"
#include "service/rpc/look_ups.h"
#include "service/rpc/methods.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/report_thread.h"
#include "service/rpc/services.h"
#include "service/rpc/unread.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/admin.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/grant.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/points.pb.h"
#include "timebank/v1/pool.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/report.pb.h"
#include "timebank/v1/reversal.pb.h"
#include "timebank/v1/reward.pb.h"
#include "timebank/v1/scope.pb.h"
#include "timebank/v1/star.pb.h"

namespace timebank::rpc {
namespace {

// Calls that wait for a request, for each method; what comes above them waits inside gRPC.
constexpr int kWaiting = 8;

// How often it looks for requests that do not come to their end.
constexpr std::chrono::seconds kLook{1};

// The services of timebank.v1; each has a file of its own.
std::vector<const google::protobuf::ServiceDescriptor*> Descriptors() {
  std::vector<const google::protobuf::ServiceDescriptor*> result;
  for (const google::protobuf::Descriptor* message :
       {v1::GetBankRequest::descriptor(), v1::ListScopesRequest::descriptor(), v1::GetMemberRequest::descriptor(),
        v1::GetRecordRequest::descriptor(), v1::GetBalanceRequest::descriptor(), v1::ListDueRequest::descriptor(),
        v1::GetDayEndRequest::descriptor(), v1::GetPointsBalanceRequest::descriptor(), v1::GetOrderRequest::descriptor(),
        v1::GetRewardRequest::descriptor(), v1::GetStarNeedsRequest::descriptor(), v1::ListProxiesRequest::descriptor(),
        v1::GetPoolRequest::descriptor(), v1::GetGrantRequest::descriptor(), v1::CloseMemberRequest::descriptor(),
        v1::GetReversalRequest::descriptor(), v1::WhoAmIRequest::descriptor(), v1::RevealMemberRequest::descriptor()}) {
    for (int i = 0; i < message->file()->service_count(); ++i) {
      result.push_back(message->file()->service(i));
    }
  }
  return result;
}

class QueueApi final : public Api {
 public:
  explicit QueueApi(const Edge& edge) : edge_(edge), gate_(edge_), methods_(&edge_) {
    edge_.reports = &reports_;
    edge_.look_ups = &look_ups_;
    edge_.gate = &gate_;
    AddBankService(&methods_);
    AddScopeService(&methods_);
    AddMemberService(&methods_);
    AddRecordService(&methods_);
    AddAccountService(&methods_);
    AddAdminService(&methods_);
    AddReportService(&methods_);
    AddPointsService(&methods_);
    AddOrderService(&methods_);
    AddProxyService(&methods_);
    AddRewardService(&methods_);
    AddStarService(&methods_);
    AddReversalService(&methods_);
    AddPoolService(&methods_);
    AddGrantService(&methods_);
    AddMembershipService(&methods_);
    AddAccessService(&methods_);
    AddPersonalService(&methods_);
    ServeMethods();
  }

  ~QueueApi() override { Stop(); }

  // Every RPC of every file is served and has a permission.
  absl::Status Check() const {
    std::set<std::string> served;
    for (const auto& method : methods_.all()) {
      served.insert(method->name());
    }
    for (const google::protobuf::ServiceDescriptor* service : Descriptors()) {
      TB_RETURN_IF_ERROR(CheckService(*service, served));
    }
    return absl::OkStatus();
  }

  void AddTo(grpc::ServerBuilder* builder) override {
    constexpr int kBytes = static_cast<int>(model::limits::kMessageBytes);
    builder->SetMaxReceiveMessageSize(kBytes);
    builder->SetMaxSendMessageSize(kBytes);
    for (const auto& service : services_) {
      builder->RegisterService(service.get());
    }
    queue_ = builder->AddCompletionQueue();
  }

  void Serve() override {
    for (const auto& method : methods_.all()) {
      for (int i = 0; i < kWaiting; ++i) {
        Call::Wait(method.get(), queue_.get());
      }
    }
    Call::Wait(health_.get(), queue_.get());
    thread_ = std::thread([this] {
      base::NameThisThread("rpc");
      Run();
    });
  }

  void SetServing(bool serving) override { serving_ = serving; }

  void FinishNotes() override { gate_.Stop(); }

  void Stop() override {
    if (queue_ == nullptr) {
      return;
    }
    // Whose answers the queue still takes.
    reports_.Stop();
    // Calls whose connection is gone may still stand in the queue when the server is shut down. They are handled before the
    // bell, while the queue still takes answers.
    grpc::Alarm bell;
    if (thread_.joinable()) {
      bell.Set(queue_.get(), std::chrono::system_clock::now(), nullptr);
      thread_.join();
    } else {
      queue_->Shutdown();
      Run();
    }
    queue_.reset();
  }

 private:
  // Puts every RPC on the path of its name, and the health beside them.
  void ServeMethods() {
    std::set<std::string> names;
    std::map<std::string, std::pair<RawService*, int>> places;
    for (const google::protobuf::ServiceDescriptor* service : Descriptors()) {
      names.insert(service->full_name());
      std::vector<std::string> paths;
      for (int i = 0; i < service->method_count(); ++i) {
        paths.push_back(absl::StrCat("/", service->full_name(), "/", service->method(i)->name()));
      }
      services_.push_back(std::make_unique<RawService>(paths));
      for (int i = 0; i < service->method_count(); ++i) {
        places[service->method(i)->full_name()] = {services_.back().get(), i};
      }
    }
    for (const auto& method : methods_.all()) {
      const std::pair<RawService*, int>& place = places.at(method->name());
      method->Serve(place.first, place.second, &unread_);
    }
    health_ = MakeHealth(std::move(names), &serving_, &gate_);
    services_.push_back(std::make_unique<RawService>(std::vector<std::string>{kHealthPath}));
    health_->Serve(services_.back().get(), 0, &unread_);
  }

  static absl::Status CheckService(const google::protobuf::ServiceDescriptor& service, const std::set<std::string>& served) {
    TB_RETURN_IF_ERROR(auth::CheckPermissions(service));
    for (int i = 0; i < service.method_count(); ++i) {
      if (served.count(service.method(i)->full_name()) == 0) {
        return absl::FailedPreconditionError(absl::StrCat("the method ", service.method(i)->full_name(), " is not served"));
      }
    }
    return absl::OkStatus();
  }

  // Until the queue is shut down, which the bell's tag asks for, and empty.
  void Run() {
    using Clock = std::chrono::system_clock;
    void* tag = nullptr;
    bool ok = false;
    Clock::time_point next_look = Clock::now() + kLook;
    for (;;) {
      const grpc::CompletionQueue::NextStatus status = queue_->AsyncNext(&tag, &ok, next_look);
      if (status == grpc::CompletionQueue::SHUTDOWN) {
        return;
      }
      if (status == grpc::CompletionQueue::GOT_EVENT && tag == nullptr) {
        queue_->Shutdown();
      } else if (status == grpc::CompletionQueue::GOT_EVENT) {
        static_cast<Call*>(tag)->Proceed(ok);
      }
      if (const Clock::time_point now = Clock::now(); now >= next_look) {
        unread_.GiveUp(std::chrono::steady_clock::now());
        next_look = now + kLook;
      }
    }
  }

  Edge edge_;
  Gate gate_;
  ReportThread reports_;
  LookUps look_ups_;
  Methods methods_;
  std::atomic<bool> serving_ = true;
  Unread unread_;
  std::unique_ptr<Method> health_;
  std::vector<std::unique_ptr<RawService>> services_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Api>> Api::Make(const Edge& edge) {
  // What cannot be read is answered; protobuf would also write a line of the log for each, which anybody could flood.
  google::protobuf::SetLogHandler(nullptr);
  auto api = std::make_unique<QueueApi>(edge);
  TB_RETURN_IF_ERROR(api->Check());
  return api;
}

}  // namespace timebank::rpc
