// Programs that a test runs: started, watched, and ended by their own process id alone.
#ifndef TIMEBANK_E2E_PROCESS_H_
#define TIMEBANK_E2E_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace timebank::e2e {

// The program under test with this name ("timebankd"): where the variable `TIMEBANKD_PROGRAM` or `TIMEBANK_PROGRAM` says,
// else beside the test's own program.
std::string ProgramPath(const std::string& name);

struct Start {
  std::vector<std::string> words;  // The program's path and its arguments.
  // Added to the environment of the test, out of which the variables of the programs under test and of the language are
  // taken.
  std::map<std::string, std::string> environment;
  std::string output;  // Files that take what it writes; made anew.
  std::string errors;
};

// Not thread-safe. The process dies with the object, and with the thread that started it.
class Process {
 public:
  // Never null: a program that cannot be executed ends with exit code 127.
  explicit Process(const Start& start);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // No effect once it has ended.
  void Send(int signal);
  // The exit code, or minus the signal that ended it; nothing when it still runs after `limit`.
  std::optional<int> Wait(std::chrono::milliseconds limit);
  bool running() { return !Wait(std::chrono::milliseconds(0)).has_value(); }

 private:
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

// The bytes of a file; empty when there is none.
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& bytes);

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_PROCESS_H_
