#include "tests/benchmark/driver.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

namespace timebank::benchmark {
namespace {

std::vector<Span> Spans(size_t count, size_t batch) {
  std::vector<Span> spans;
  for (size_t first = 0; first < count; first += batch) spans.push_back({first, std::min(batch, count - first)});
  return spans;
}

// Runs one step of all services and prints its figures.
template <typename Step>
bool MeasureStep(const char* name, const DriverOptions& options, Step step) {
  Latencies latencies;
  const double server_before = ProcessTreeCpuSeconds(options.server_pid);
  const double client_before = ProcessTreeCpuSeconds(getpid());
  const int64_t begin = NowNanos();
  if (!step(&latencies)) return false;
  const double seconds = static_cast<double>(NowNanos() - begin) / 1e9;
  const double client = ProcessTreeCpuSeconds(getpid()) - client_before;
  const double server = ProcessTreeCpuSeconds(options.server_pid) - server_before;
  const double services = static_cast<double>(options.count);
  std::printf(
      "{\"step\":\"%s\",\"services\":%lld,\"calls\":%zu,\"seconds\":%.6f,\"per_second\":%.1f,\"p50_ms\":%.4f,\"p99_ms\":%."
      "4f,"
      "\"cpu_us\":%.3f,\"client_cpu_us\":%.3f}\n",
      name, static_cast<long long>(options.count), latencies.count(), seconds, services / seconds,
      latencies.PercentileMillis(0.5), latencies.PercentileMillis(0.99), server * 1e6 / services, client * 1e6 / services);
  std::fflush(stdout);
  return true;
}

bool Run(const DriverOptions& options, Driver* driver) {
  const Workload workload(options.members, options.centers, options.hot);
  std::vector<Service> services;
  services.reserve(static_cast<size_t>(options.count));
  for (int64_t i = 0; i < options.count; ++i) services.push_back(workload.At(options.first + i));
  const std::vector<Span> spans = Spans(services.size(), static_cast<size_t>(options.batch));
  return driver->Prepare(services) &&
         MeasureStep("create", options, [&](Latencies* latencies) { return driver->CreateAll(spans, latencies); }) &&
         MeasureStep("confirm", options, [&](Latencies* latencies) { return driver->ConfirmAll(spans, latencies); });
}

bool PrintSums(Driver* driver) {
  int64_t credited_minutes = 0;
  int64_t settled_records = 0;
  if (!driver->Sums(&credited_minutes, &settled_records)) return false;
  std::printf("{\"credited_minutes\":%lld,\"settled_records\":%lld}\n", static_cast<long long>(credited_minutes),
              static_cast<long long>(settled_records));
  return true;
}

}  // namespace

int RunDriver(int argc, char** argv, Driver* (*factory)(const DriverOptions&)) {
  DriverOptions options;
  CLI::App app("Drives one system with the services that tests/benchmark/compare measures");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--address", options.address, "Where the system listens")->required();
  app.add_option("--server-pid", options.server_pid, "Process whose CPU is measured, with its children");
  app.add_option("--members", options.members, "Members of the bank")->check(CLI::Range(3, 1000000));
  app.add_option("--centers", options.centers, "Centres of the bank")->check(CLI::Range(1, 1000));
  app.add_option("--tls-ca", options.tls_ca, "Authority of timebankd's certificate (PEM); without it there is no TLS");
  app.add_option("--tokens", options.tokens, "Folder of timebankd's tokens; without it callers are trusted");
  CLI::App* setup = app.add_subcommand("setup", "Create the bank, its centres and members");
  setup->add_option("--schema", options.schema, "SQL files with PostgreSQL's tables and functions");
  setup->add_option("--set-up", options.set_up, "File of timebankd's one-time credential");
  CLI::App* run = app.add_subcommand("run", "Record services, then confirm them");
  run->add_option("--first", options.first, "Number of the first service")->check(CLI::NonNegativeNumber);
  run->add_option("--count", options.count, "How many")->required()->check(CLI::PositiveNumber);
  run->add_option("--in-flight", options.in_flight, "Calls waiting at the same time")->check(CLI::Range(1, 4096));
  run->add_option("--batch", options.batch, "Services of a call")->check(CLI::Range(1, 1000));
  run->add_option("--connections", options.connections, "Connections the calls share; 0: one for each in flight");
  run->add_flag("--hot", options.hot, "All services are one volunteer's");
  CLI::App* sums = app.add_subcommand("sums", "Print minutes credited and records settled");
  CLI::App* read = app.add_subcommand("read", "Read one balance as soon as the server answers");
  CLI11_PARSE(app, argc, argv);
  const std::unique_ptr<Driver> driver(factory(options));
  bool done = false;
  if (setup->parsed()) done = driver->Setup();
  if (run->parsed()) done = Run(options, driver.get());
  if (sums->parsed()) done = PrintSums(driver.get());
  if (read->parsed()) done = driver->Read();
  return done ? 0 : 1;
}

}  // namespace timebank::benchmark
