// A timebankd of the test's own, and the timebank that talks to it.
#ifndef TIMEBANK_E2E_SERVER_H_
#define TIMEBANK_E2E_SERVER_H_

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/process.h"

namespace timebank::e2e {

struct ServerOptions {
  std::string folder;  // Its data lie in FOLDER/data, what it prints in FOLDER/server.out and server.err.
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> more;    // More arguments.
  std::vector<std::string> before;  // A program that executes the rest of its arguments, and its own arguments.
  bool credentials = false;         // Callers need a token; otherwise whoever reaches it is trusted.
};

// Not thread-safe.
class Server {
 public:
  explicit Server(ServerOptions options) : options_(std::move(options)) {}

  // Starts it without waiting.
  void Launch();
  // Launch(), then waits for "listening on ADDRESS". False when it ended or said nothing for a minute.
  bool StartUp();

  // As printed; empty before.
  const std::string& address() const { return address_; }
  const std::string& folder() const { return options_.folder; }
  std::string data() const { return options_.folder + "/data"; }
  std::string output() const { return ReadFile(options_.folder + "/server.out"); }
  std::string errors() const { return ReadFile(options_.folder + "/server.err"); }

  // 0 when it does not run.
  pid_t pid() const { return process_ != nullptr ? process_->pid() : 0; }
  bool running() { return process_ != nullptr && process_->running(); }
  // SIGKILL, and waits for the end.
  void Kill();
  // SIGTERM; the exit code, or nothing when it still runs after a minute.
  std::optional<int> Terminate();
  std::optional<int> Wait(std::chrono::milliseconds limit) { return process_->Wait(limit); }
  void Send(int signal) { process_->Send(signal); }

 private:
  ServerOptions options_;
  std::unique_ptr<Process> process_;
  std::string address_;
};

struct CliResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs `timebank` to its end. Its output goes through files in `folder`. -1 when it did not end within two minutes.
CliResult RunCli(const std::string& folder, const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& environment);

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_SERVER_H_
