// usage: echo_benchmark [--rounds N] [--seconds S] [--only callback|queue] [--json]
//
// Measures what gRPC itself costs a server, with nothing behind it: the callback API against one completion queue served by
// one thread, each with the C library's allocator and with jemalloc. Every server is a process of its own; the client is
// this process, with one completion queue and one thread. Servers take turns within each round, and the medians of the
// rounds are printed.
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "echo/echo.grpc.pb.h"
#include "tests/benchmark/echo_server.h"
#include "tests/benchmark/measurement.h"

namespace timebank::benchmark {
namespace {

using v1::EchoService;

constexpr int kBatchItems = 1000;
constexpr double kWarmUpSeconds = 0.2;
constexpr char kJemalloc[] = "libjemalloc.so.2";

struct Kind {
  std::string api;        // "callback" or "queue"
  std::string allocator;  // "glibc" or "jemalloc"
};

struct Load {
  int in_flight;
  int items;  // 0: the empty call
};

struct Figures {
  double calls_per_second = 0;
  double p50_millis = 0;
  double p99_millis = 0;
  double cpu_micros = 0;  // of the server, per call
};

// A server in a process of its own, which ends with this object.
class ServerProcess {
 public:
  ServerProcess(const Kind& kind, const std::string& address) {
    int ends[2];
    if (pipe(ends) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      if (kind.allocator == "jemalloc") setenv("LD_PRELOAD", kJemalloc, 1);
      execl("/proc/self/exe", "echo_benchmark", "--serve", kind.api.c_str(), "--address", address.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    // The server prints one line when it listens; the end of the pipe without it means that it failed.
    char first = 0;
    listening_ = pid_ > 0 && read(ends[0], &first, 1) == 1;
    close(ends[0]);
  }
  ~ServerProcess() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  bool listening() const { return listening_; }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  bool listening_ = false;
};

// Keeps a number of calls in flight on one queue.
template <typename Request, typename Response>
class Caller {
 public:
  using Prepare = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (EchoService::Stub::*)(grpc::ClientContext*,
                                                                                                    const Request&,
                                                                                                    grpc::CompletionQueue*);

  Caller(EchoService::Stub* stub, Prepare prepare, Request request, int in_flight)
      : stub_(stub), prepare_(prepare), request_(std::move(request)), slots_(static_cast<size_t>(in_flight)) {}

  // Calls for `seconds`; false when a call failed.
  bool Run(double seconds, pid_t server, Figures* figures) {
    for (Slot& slot : slots_) Start(&slot);
    const int64_t begin = NowNanos() + static_cast<int64_t>(kWarmUpSeconds * 1e9);
    const int64_t end = begin + static_cast<int64_t>(seconds * 1e9);
    if (!CompleteUntil(begin)) return false;
    latencies_.Clear();
    const double cpu = ProcessTreeCpuSeconds(server);
    const int64_t measured_from = NowNanos();
    if (!CompleteUntil(end)) return false;
    const double elapsed = static_cast<double>(NowNanos() - measured_from) / 1e9;
    const double calls = static_cast<double>(latencies_.count());
    figures->calls_per_second = calls / elapsed;
    figures->cpu_micros = (ProcessTreeCpuSeconds(server) - cpu) * 1e6 / calls;
    figures->p50_millis = latencies_.PercentileMillis(0.5);
    figures->p99_millis = latencies_.PercentileMillis(0.99);
    return Drain();
  }

 private:
  struct Slot {
    std::optional<grpc::ClientContext> context;
    Response response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader;
    int64_t started = 0;
  };

  void Start(Slot* slot) {
    slot->context.emplace();
    slot->started = NowNanos();
    slot->reader = (stub_->*prepare_)(&*slot->context, request_, &queue_);
    slot->reader->StartCall();
    slot->reader->Finish(&slot->response, &slot->status, slot);
  }

  bool CompleteUntil(int64_t end) {
    void* tag = nullptr;
    bool ok = false;
    while (NowNanos() < end && queue_.Next(&tag, &ok)) {
      auto* slot = static_cast<Slot*>(tag);
      if (!ok || !slot->status.ok()) {
        std::fprintf(stderr, "a call failed: %s\n", slot->status.error_message().c_str());
        return false;
      }
      latencies_.Add(NowNanos() - slot->started);
      Start(slot);
    }
    return true;
  }

  bool Drain() {
    void* tag = nullptr;
    bool ok = false;
    for (size_t left = slots_.size(); left > 0 && queue_.Next(&tag, &ok); --left) {
    }
    queue_.Shutdown();
    return !queue_.Next(&tag, &ok);
  }

  EchoService::Stub* stub_;
  Prepare prepare_;
  const Request request_;
  grpc::CompletionQueue queue_;
  std::vector<Slot> slots_;
  Latencies latencies_;
};

v1::BatchEchoRequest BatchRequest(int items) {
  v1::BatchEchoRequest request;
  for (int i = 0; i < items; ++i) {
    v1::EchoItem* item = request.add_items();
    item->set_request_id("measure/round-1/" + std::to_string(1000000 + i));
    item->set_text(std::string(70, 'x'));
    item->set_start_seconds(1'700'000'000 + i * 60);
  }
  return request;
}

bool Measure(const Kind& kind, const Load& load, double seconds, const std::string& folder, Figures* figures) {
  const std::string address = "unix:" + folder + "/" + kind.api + "." + kind.allocator;
  const ServerProcess server(kind, address);
  if (!server.listening()) {
    std::fprintf(stderr, "the %s server does not listen on %s\n", kind.api.c_str(), address.c_str());
    return false;
  }
  const auto stub = EchoService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  if (load.items == 0) {
    return Caller<v1::EchoRequest, v1::EchoResponse>(stub.get(), &EchoService::Stub::PrepareAsyncEcho, {}, load.in_flight)
        .Run(seconds, server.pid(), figures);
  }
  return Caller<v1::BatchEchoRequest, v1::BatchEchoResponse>(stub.get(), &EchoService::Stub::PrepareAsyncBatchEcho,
                                                             BatchRequest(load.items), load.in_flight)
      .Run(seconds, server.pid(), figures);
}

Figures MedianOf(const std::vector<Figures>& rounds) {
  const auto median = [&rounds](double Figures::*field) {
    std::vector<double> values;
    for (const Figures& round : rounds) values.push_back(round.*field);
    return Median(values);
  };
  return {median(&Figures::calls_per_second), median(&Figures::p50_millis), median(&Figures::p99_millis),
          median(&Figures::cpu_micros)};
}

void Print(const Kind& kind, const Load& load, const Figures& figures, bool json) {
  if (json) {
    std::printf(
        "{\"api\":\"%s\",\"allocator\":\"%s\",\"in_flight\":%d,\"items\":%d,\"calls_per_second\":%.1f,\"p50_ms\":%.4f,"
        "\"p99_ms\":%.4f,\"cpu_us\":%.2f}\n",
        kind.api.c_str(), kind.allocator.c_str(), load.in_flight, load.items, figures.calls_per_second, figures.p50_millis,
        figures.p99_millis, figures.cpu_micros);
  } else {
    std::printf("%-9s %-9s %9d %6d %10.0f %9.3f %9.3f %9.1f\n", kind.api.c_str(), kind.allocator.c_str(), load.in_flight,
                std::max(load.items, 1), figures.calls_per_second, figures.p50_millis, figures.p99_millis,
                figures.cpu_micros);
  }
}

int MeasureAll(int rounds, double seconds, const std::string& only, bool json, const std::string& folder) {
  std::vector<Kind> kinds;
  for (const char* allocator : {"glibc", "jemalloc"}) {
    for (const char* api : {"callback", "queue"}) {
      if (only.empty() || only == api) kinds.push_back({api, allocator});
    }
  }
  const std::vector<Load> loads = {{1, 0}, {64, 0}, {256, 0}, {4, kBatchItems}};
  if (!json) {
    std::printf("%-9s %-9s %9s %6s %10s %9s %9s %9s\n", "api", "allocator", "in flight", "items", "calls/s", "p50 ms",
                "p99 ms", "CPU us");
  }
  for (const Load& load : loads) {
    std::vector<std::vector<Figures>> measured(kinds.size());
    for (int round = 0; round < rounds; ++round) {
      for (size_t turn = 0; turn < kinds.size(); ++turn) {
        // Every second round goes backwards, so that nobody always follows the same neighbour.
        const size_t kind = round % 2 == 0 ? turn : kinds.size() - 1 - turn;
        Figures figures;
        if (!Measure(kinds[kind], load, seconds, folder, &figures)) return 1;
        measured[kind].push_back(figures);
      }
    }
    for (size_t kind = 0; kind < kinds.size(); ++kind) Print(kinds[kind], load, MedianOf(measured[kind]), json);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace timebank::benchmark

int main(int argc, char** argv) {
  CLI::App app("What an empty gRPC call costs a server: callback API against completion queue, with and without jemalloc");
  int rounds = 3;
  double seconds = 1;
  bool json = false;
  std::string only;
  std::string serve;
  std::string address;
  app.add_option("--rounds", rounds, "Rounds; the medians are printed")->check(CLI::Range(1, 100));
  app.add_option("--seconds", seconds, "Measured time of each row and round")->check(CLI::Range(0.05, 60.0));
  app.add_option("--only", only, "Only this API")->check(CLI::IsMember({"callback", "queue"}));
  app.add_flag("--json", json, "One JSON object a row instead of a table");
  app.add_option("--serve", serve, "Be the server instead")->check(CLI::IsMember({"callback", "queue"}))->group("");
  app.add_option("--address", address, "Where to serve")->group("");
  CLI11_PARSE(app, argc, argv);
  if (!serve.empty()) {
    const bool served =
        serve == "queue" ? timebank::benchmark::ServeWithQueue(address) : timebank::benchmark::ServeWithCallbacks(address);
    return served ? 0 : 1;
  }
  char folder[] = "/tmp/timebank-echo.XXXXXX";
  if (mkdtemp(folder) == nullptr) {
    std::perror("mkdtemp");
    return 1;
  }
  const int result = timebank::benchmark::MeasureAll(rounds, seconds, only, json, folder);
  for (const char* api : {"callback", "queue"}) {
    for (const char* allocator : {"glibc", "jemalloc"}) unlink((std::string(folder) + "/" + api + "." + allocator).c_str());
  }
  rmdir(folder);
  return result;
}
