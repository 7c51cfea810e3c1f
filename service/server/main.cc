// timebankd: reads its options, serves until it is told to stop, and stops in order.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>

#include "service/base/log.h"
#include "service/server/options.h"
#include "service/server/server.h"

namespace {

using namespace timebank;

int Failed(const absl::Status& status) {
  std::cerr << "timebankd: " << status.message() << std::endl;
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

// What the process has in memory is no less secret than its files: no fault writes it out, to a file or into a pipe, and no debugger of the
// same user reads it.
void HideMemory() {
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const std::optional<server::Options> options = server::ReadOptions(argc, argv, &exit_code);
  if (!options) {
    return exit_code;
  }
  if (!options->debuggable) {
    HideMemory();
  }
  const absl::StatusOr<server::Address> address = server::ParseAddress(options->listen);
  if (!address.ok()) {
    return Failed(address.status());
  }
  absl::Duration shift;
  if (!options->clock.empty()) {
    const absl::StatusOr<absl::Time> moment = server::ParseClock(options->clock);
    if (!moment.ok()) {
      return Failed(moment.status());
    }
    shift = *moment - absl::Now();
  }
  const base::SystemClock clock(shift);
  // Every thread inherits the mask, so that a signal waits for sigwait below.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  server::ServerOptions serving;
  serving.address = *address;
  serving.tls = options->tls;
  serving.keys = options->keys;
  serving.key_decisions = options->key_decisions;
  serving.credentials_required = options->credentials_required;
  serving.set_up_again = options->set_up_again;
  serving.jwt = options->jwt;
  serving.limits = options->limits;
  const auto server = server::Server::Start(options->data, serving, &clock);
  if (!server.ok()) {
    return Failed(server.status());
  }
  std::cout << "listening on " << (*server)->address() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  base::Log(base::LogLevel::kInfo, "stopping", {{"signal", std::to_string(signal)}});
  (*server)->Stop();
  return 0;
}
