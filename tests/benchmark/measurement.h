// Clocks and percentiles that every program here measures with.
#ifndef TIMEBANK_TESTS_BENCHMARK_MEASUREMENT_H_
#define TIMEBANK_TESTS_BENCHMARK_MEASUREMENT_H_

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace timebank::benchmark {

// Nanoseconds of the monotonic clock.
int64_t NowNanos();

// Seconds of CPU (user and system) that a process and all its descendants have used so far, those that ended and were waited
// for included. Steps of a hundredth of a second. 0 for pid 0 and for a process that is not there.
double ProcessTreeCpuSeconds(pid_t pid);

// The median; 0 when there is no value.
double Median(std::vector<double> values);

// How long calls took. Not thread-safe.
class Latencies {
 public:
  void Add(int64_t nanos) { nanos_.push_back(nanos); }
  void Clear() { nanos_.clear(); }
  size_t count() const { return nanos_.size(); }

  // Milliseconds that a share `part` (0 to 1) of the calls did not exceed; 0 when there was none.
  double PercentileMillis(double part);

 private:
  std::vector<int64_t> nanos_;
};

}  // namespace timebank::benchmark

#endif  // TIMEBANK_TESTS_BENCHMARK_MEASUREMENT_H_
