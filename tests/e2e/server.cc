#include "tests/e2e/server.h"

#include <signal.h>

#include <cstdio>
#include <thread>

namespace timebank::e2e {
namespace {

constexpr std::chrono::seconds kPatience(60);
constexpr char kListening[] = "listening on ";

// The rest of the line that begins with `start`; empty until the whole line is there.
std::string LineAfter(const std::string& text, const std::string& start) {
  const size_t begin = text.find(start);
  const size_t end = begin == std::string::npos ? begin : text.find('\n', begin);
  return end == std::string::npos ? "" : text.substr(begin + start.size(), end - begin - start.size());
}

}  // namespace

void Server::Launch() {
  address_.clear();
  process_ = nullptr;
  Start start;
  start.words = options_.before;
  for (const std::string& word :
       {ProgramPath("timebankd"), std::string("--data"), data(), std::string("--listen"), options_.listen}) {
    start.words.push_back(word);
  }
  start.words.push_back("--credentials");
  start.words.push_back(options_.credentials ? "required" : "none");
  start.words.insert(start.words.end(), options_.more.begin(), options_.more.end());
  start.output = options_.folder + "/server.out";
  start.errors = options_.folder + "/server.err";
  // The child makes them anew a moment later; what the server before said must not be read until then.
  std::remove(start.output.c_str());
  std::remove(start.errors.c_str());
  process_ = std::make_unique<Process>(start);
}

bool Server::StartUp() {
  Launch();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (address_.empty() && std::chrono::steady_clock::now() < deadline) {
    const bool alive = process_->running();
    address_ = LineAfter(output(), kListening);
    if (!alive) {
      break;
    }
    if (address_.empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return !address_.empty();
}

void Server::Kill() {
  process_->Send(SIGKILL);
  process_->Wait(kPatience);
}

std::optional<int> Server::Terminate() {
  process_->Send(SIGTERM);
  return process_->Wait(kPatience);
}

CliResult RunCli(const std::string& folder, const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& environment) {
  Start start;
  start.words = {ProgramPath("timebank")};
  start.words.insert(start.words.end(), words.begin(), words.end());
  start.environment = environment;
  start.output = folder + "/cli.out";
  start.errors = folder + "/cli.err";
  Process process(start);
  CliResult result;
  result.exit_code = process.Wait(std::chrono::minutes(2)).value_or(-1);
  result.out = ReadFile(start.output);
  result.err = ReadFile(start.errors);
  return result;
}

}  // namespace timebank::e2e
