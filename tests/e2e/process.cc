#include "tests/e2e/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

extern char** environ;

namespace timebank::e2e {
namespace {

constexpr int kNotExecuted = 127;

// Whether a variable would change what the programs under test do.
bool IsOurs(const std::string& variable) {
  for (const char* prefix : {"TIMEBANK", "LANG=", "LANGUAGE=", "LC_"}) {
    if (variable.compare(0, std::strlen(prefix), prefix) == 0) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> Environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!IsOurs(*variable)) {
      variables.emplace_back(*variable);
    }
  }
  for (const auto& [name, value] : added) {
    variables.push_back(name + "=" + value);
  }
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, where only what is safe after fork() may be called.
void Redirect(const char* path, int flags, int descriptor) {
  const int file = open(path, flags, 0600);
  if (file < 0 || dup2(file, descriptor) < 0) {
    _exit(kNotExecuted);
  }
  close(file);
}

}  // namespace

std::string ProgramPath(const std::string& name) {
  const char* const given = std::getenv(name == "timebankd" ? "TIMEBANKD_PROGRAM" : "TIMEBANK_PROGRAM");
  if (given != nullptr && *given != '\0') {
    return given;
  }
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

Process::Process(const Start& start) {
  std::vector<std::string> words = start.words;
  std::vector<std::string> variables = Environment(start.environment);
  const std::vector<char*> arguments = Pointers(&words);
  const std::vector<char*> environment = Pointers(&variables);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    // A test that is killed must not leave servers behind.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
      _exit(kNotExecuted);
    }
    Redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    Redirect(start.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    Redirect(start.errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    execve(arguments[0], arguments.data(), environment.data());
    _exit(kNotExecuted);
  }
  if (pid_ < 0) {
    std::perror("fork");
    std::abort();
  }
}

Process::~Process() {
  Send(SIGKILL);
  Wait(std::chrono::seconds(60));
}

void Process::Send(int signal) {
  if (!ended_.has_value()) {
    kill(pid_, signal);
  }
}

std::optional<int> Process::Wait(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!ended_.has_value()) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    } else if (std::chrono::steady_clock::now() >= deadline) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  return ended_;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (!file.good()) {
    std::perror(path.c_str());
    std::abort();
  }
}

}  // namespace timebank::e2e
