// What both systems are asked to do: the same members, and the same services in the same order, computed from their number
// alone.
#ifndef TIMEBANK_TESTS_BENCHMARK_WORKLOAD_H_
#define TIMEBANK_TESTS_BENCHMARK_WORKLOAD_H_

#include <cstdint>
#include <string>

namespace timebank::benchmark {

inline constexpr char kBank[] = "bench";
inline constexpr char kRecorder[] = "recorder";
inline constexpr char kConfirmer[] = "confirmer";
// Nobody is too young, nothing is late, and no day is too full, so that every service is taken with all its minutes.
inline constexpr char kBirthDate[] = "1970-01-01";
inline constexpr int kBirthDay = 0;  // the same, in days since 1970-01-01
inline constexpr int kLateEntryDays = 36500;
inline constexpr int kDailyCapMinutes = 1440;

// Number at the centre of member `index`, from 0.
std::string ExternalNumber(int index);
// Code of centre `index`, from 0.
std::string CenterCode(int index);

// One service. Times are minutes since 1970-01-01 00:00 UTC; the end is exclusive.
struct Service {
  std::string create_id;
  std::string confirm_id;
  int volunteer = 0;
  int beneficiary = 0;
  int center = 0;
  std::string category;
  int32_t start_minute = 0;
  int32_t end_minute = 0;
};

// The services of a stream. No two of a volunteer overlap, over both streams. Thread-safe.
class Workload {
 public:
  // `hot`: all services are those of member 0, each half an hour after the other from 2000 on; at most 450,000 of them lie
  // in the past. Otherwise every other member serves once, in an order that jumps about, before anyone serves again; at most
  // 15,000 each. REQUIRES: members >= 3, centers >= 1.
  Workload(int members, int centers, bool hot);

  // Service `number`, from 0.
  Service At(int64_t number) const;

 private:
  int members_;
  int centers_;
  bool hot_;
  int64_t stride_;
};

}  // namespace timebank::benchmark

#endif  // TIMEBANK_TESTS_BENCHMARK_WORKLOAD_H_
