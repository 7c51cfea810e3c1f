#include "service/server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "service/base/civil.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/commands/scheduler.h"
#include "service/commands/sequencer.h"
#include "service/ledger/invariants.h"
#include "service/rpc/api.h"
#include "service/server/allocator.h"
#include "service/server/data_folder.h"
#include "service/server/set_up.h"
#include "service/server/tls.h"

namespace timebank::server {
namespace {

// How long calls that are under way may take once the server stops; a commit takes milliseconds.
constexpr std::chrono::seconds kDrain{10};
// How long the answers "unknown" and a last look at the health may take before a poisoned process ends.
constexpr std::chrono::milliseconds kLastWords{200};

// How far the journal may be ahead of the clock: more is no drift of one, but a clock that is wrong, or was.
constexpr absl::Duration kAheadMost = absl::Minutes(5);

// DATA_LOSS as CheckHeads() says. FAILED_PRECONDITION when the last entry was recorded later than now: time never goes back in
// a journal, so that every new entry would silently bear that wrong time.
absl::Status CheckContent(const store::Reader& reader, absl::Time now) {
  TB_RETURN_IF_ERROR(ledger::CheckHeads(reader));
  TB_ASSIGN_OR_RETURN(const model::RecordTime latest, ledger::LatestRecordTime(reader));
  const absl::Time recorded = absl::FromUnixMicros(latest.value());
  if (recorded - now <= kAheadMost) {
    return absl::OkStatus();
  }
  const absl::TimeZone zone = base::BankTimeZone();
  return absl::FailedPreconditionError(absl::StrCat(
      "the last entry was recorded at ", absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", recorded, zone), ", but the clock says ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez", now, zone), "; set the clock right, or name a later time with --clock"));
}

// What one connection, and all of them together, may take. A client that is gone or says nothing is noticed and let go.
void LimitConnections(grpc::ServerBuilder* builder) {
  constexpr int kStreams = 1024;  // of one connection at once
  constexpr int kMetadataBytes = 16 << 10;
  constexpr size_t kMemory = size_t{256} << 20;  // of all connections, for what is not read yet
  constexpr int kThreads = 32;                   // none but those of the reflection: everything else is on the queue
  constexpr int kSecond = 1000;
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreams);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytes);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10 * kSecond);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60 * kSecond);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * kSecond);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300 * kSecond);
  // A stream that never sends its request ends with its connection.
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 1800 * kSecond);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 60 * kSecond);
  grpc::ResourceQuota quota("timebankd");
  quota.Resize(kMemory);
  quota.SetMaxThreads(kThreads);
  builder->SetResourceQuota(quota);
}

// Takes the reflection, which is in every server of a program that is linked with it, out of one: gRPC serves it by a thread a stream, to
// whoever asks.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override { plugins->clear(); }
};

// Nobody overhears a credential, and nobody is let in without one, where others can reach the address.
absl::Status CheckExposure(const ServerOptions& options) {
  if (options.address.Local()) {
    return absl::OkStatus();
  }
  const std::string address = options.address.Text(options.address.port);
  if (options.tls.certificate.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address, ": others can reach it, so it needs TLS: give --tls-cert and --tls-key"));
  }
  return options.credentials_required
             ? absl::OkStatus()
             : absl::InvalidArgumentError(absl::StrCat("cannot listen on ", address,
                                                       ": others can reach it, so --credentials none is not allowed"));
}

class WiredServer final : public Server {
 public:
  explicit WiredServer(const ServerOptions& options) : options_(options) {}
  ~WiredServer() override { Stop(); }

  absl::Status Open(const std::string& data, const base::Clock* clock) {
    // Debian builds Abseil with its search for deadlocks on, which costs at every lock.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    // Whatever this process makes is for its owner only.
    umask(0077);
    TB_RETURN_IF_ERROR(CheckExposure(options_));
    TB_RETURN_IF_ERROR(CheckTlsFiles(options_.tls, absl::Now()));
    TB_ASSIGN_OR_RETURN(folder_, OpenDataFolder(data, options_.keys, options_.key_decisions.accept_missing));
    TB_RETURN_IF_ERROR(CheckContent(*folder_.store->TakeSnapshot(), clock->Now()));
    // Only now: what a damaged store names is not what there is.
    TB_RETURN_IF_ERROR(SettleKeys(folder_, options_.key_decisions));
    TB_RETURN_IF_ERROR(ClearSocket(options_.address));
    commands::SequencerOptions sequencing;
    sequencing.on_poison = [this](const absl::Status&) { Die(); };
    TB_ASSIGN_OR_RETURN(sequencer_, commands::Sequencer::Start(folder_.store.get(), clock, std::move(sequencing)));
    rpc::Edge edge{sequencer_.get(), folder_.store.get(), folder_.sealer.get(), clock};
    edge.access.credentials_required = options_.credentials_required;
    if (options_.credentials_required) {
      TB_ASSIGN_OR_RETURN(edge.access.set_up, OpenSetUp(data, *folder_.store, options_.set_up_again));
      edge.access.limits = options_.limits;
      if (!options_.jwt.keys.empty() || !options_.jwt.issuer.empty() || !options_.jwt.audience.empty()) {
        TB_ASSIGN_OR_RETURN(jwt_, auth::JwtVerifier::Open(options_.jwt));
        edge.access.jwt = jwt_.get();
      }
      edge.access.on_set_up = [data] { EndSetUp(data); };
    }
    TB_ASSIGN_OR_RETURN(api_, rpc::Api::Make(edge));
    answering_ = api_.get();
    base::Log(base::LogLevel::kInfo, "opened", {{"data", data}, {"allocator", AllocatorSettings()}});
    folder_.sealer->keys().SetPurge([this] { return PurgePersonal(); });
    TB_RETURN_IF_ERROR(Listen());
    commands::SchedulerOptions timing;
    timing.interval = options_.look_for_due;
    scheduler_ = commands::Scheduler::Start(folder_.store.get(), sequencer_.get(), clock, timing);
    return absl::OkStatus();
  }

  std::string address() const override { return options_.address.Text(bound_port_); }

  void Stop() override {
    if (server_ != nullptr) {
      api_->SetServing(false);
      server_->Shutdown(std::chrono::system_clock::now() + kDrain);
    }
    // While the sequencer still answers it.
    scheduler_.reset();
    if (api_ != nullptr) {
      api_->FinishNotes();
    }
    if (sequencer_ != nullptr) {
      sequencer_->Stop();
    }
    if (api_ != nullptr) {
      api_->Stop();
    }
    if (folder_.sealer != nullptr) {
      stop_purge_ = true;
      folder_.sealer->keys().SetPurge(nullptr);
    }
    server_.reset();
    api_.reset();
    sequencer_.reset();
    folder_.sealer.reset();  // writes to its folder until then, which is its own until the claim ends
    folder_ = {};
  }

 private:
  // The old bytes of what an erasure deletes or writes over: persons, what finds them, notes, members, and principals that were linked
  // to them.
  absl::Status PurgePersonal() {
    std::vector<store::Store::Range> ranges;
    for (const char table : std::string("pfxnVYmA")) {
      ranges.push_back({std::string(1, table), std::string(1, static_cast<char>(table + 1))});
    }
    return folder_.store->Purge(ranges, &stop_purge_);
  }

  absl::Status Listen() {
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    if (options_.credentials_required) {
      builder.SetOption(std::make_unique<WithoutReflection>());
    }
    // Two servers on one port would share its callers at random.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    LimitConnections(&builder);
    const std::string address = options_.address.Text(options_.address.port);
    transport_ = ListenWith(options_.tls);
    builder.AddListeningPort(address, transport_, &bound_port_);
    api_->AddTo(&builder);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", address, "; is it in use?"));
    }
    TB_RETURN_IF_ERROR(ProtectSocket(options_.address));
    api_->Serve();
    return absl::OkStatus();
  }

  // On the writer's thread, after the failure was logged and every caller that waited was told that its outcome is unknown. Nothing is put in order
  // here: the store may hold less than memory does, and only opening it again tells.
  [[noreturn]] void Die() {
    if (rpc::Api* const api = answering_) {
      api->SetServing(false);
    }
    std::this_thread::sleep_for(kLastWords);
    std::_Exit(kPoisonedExit);
  }

  const ServerOptions options_;
  int bound_port_ = 0;
  DataFolder folder_;
  std::unique_ptr<commands::Sequencer> sequencer_;
  std::unique_ptr<commands::Scheduler> scheduler_;
  std::unique_ptr<auth::JwtVerifier> jwt_;
  std::unique_ptr<rpc::Api> api_;
  std::shared_ptr<grpc::ServerCredentials> transport_;  // asked by the server as long as it is there
  std::unique_ptr<grpc::Server> server_;
  std::atomic<bool> stop_purge_ = false;
  std::atomic<rpc::Api*> answering_ = nullptr;  // for the writer's thread, which ends before the Api does
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& data, const ServerOptions& options,
                                                      const base::Clock* clock) {
  auto server = std::make_unique<WiredServer>(options);
  TB_RETURN_IF_ERROR(server->Open(data, clock));
  return server;
}

}  // namespace timebank::server
