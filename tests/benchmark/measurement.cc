#include "tests/benchmark/measurement.h"

#include <dirent.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace timebank::benchmark {
namespace {

struct ProcessTimes {
  pid_t parent = 0;
  int64_t own_ticks = 0;
  int64_t waited_ticks = 0;  // of children that ended
};

// Reads /proc/PID/stat; false when the process is gone.
bool ReadProcess(pid_t pid, ProcessTimes* times) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  // The second field is the name in parentheses, and may hold spaces and parentheses itself.
  const size_t end = line.rfind(')');
  if (end == std::string::npos) return false;
  std::istringstream fields(line.substr(end + 1));
  std::string state;
  fields >> state >> times->parent;
  std::string skipped;
  for (int field = 5; field <= 13; ++field) fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  int64_t waited_user = 0;
  int64_t waited_system = 0;
  fields >> user >> system >> waited_user >> waited_system;
  times->own_ticks = user + system;
  times->waited_ticks = waited_user + waited_system;
  return !fields.fail();
}

std::map<pid_t, ProcessTimes> AllProcesses() {
  std::map<pid_t, ProcessTimes> all;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return all;
  while (const dirent* entry = readdir(proc)) {
    const pid_t pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    ProcessTimes times;
    if (pid > 0 && ReadProcess(pid, &times)) all[pid] = times;
  }
  closedir(proc);
  return all;
}

}  // namespace

int64_t NowNanos() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

double ProcessTreeCpuSeconds(pid_t pid) {
  if (pid <= 0) return 0;
  const std::map<pid_t, ProcessTimes> all = AllProcesses();
  std::set<pid_t> family = {pid};
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [child, times] : all) {
      if (family.count(times.parent) != 0 && family.insert(child).second) grew = true;
    }
  }
  int64_t ticks = 0;
  for (const pid_t member : family) {
    const auto found = all.find(member);
    if (found != all.end()) ticks += found->second.own_ticks + found->second.waited_ticks;
  }
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Latencies::PercentileMillis(double part) {
  if (nanos_.empty()) return 0;
  const size_t index = std::min(nanos_.size() - 1, static_cast<size_t>(part * static_cast<double>(nanos_.size())));
  std::nth_element(nanos_.begin(), nanos_.begin() + static_cast<std::ptrdiff_t>(index), nanos_.end());
  return static_cast<double>(nanos_[index]) / 1e6;
}

}  // namespace timebank::benchmark
