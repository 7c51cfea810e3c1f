// What the drivers of both systems share: their command line, the way they measure, and what they print. A driver is one
// program that calls one system; `tests/benchmark/compare` runs it once for each measurement.
//
//   DRIVER --address A setup --members M --centers C        creates the bank, its centres and members
//   DRIVER --address A --server-pid P run --first K --count N --in-flight F --batch B [--connections C] [--hot]
//                                                           records N services, then confirms them; one JSON line for each
//                                                           step
//   DRIVER --address A sums                                 one JSON line: minutes credited and records settled
//   DRIVER --address A read                                 answers once a member's balance was read; waits for the server
//
// Every driver ends with 1, and says why on standard error, at the first call that failed or was refused.
#ifndef TIMEBANK_TESTS_BENCHMARK_DRIVER_H_
#define TIMEBANK_TESTS_BENCHMARK_DRIVER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/benchmark/measurement.h"
#include "tests/benchmark/workload.h"

namespace timebank::benchmark {

struct DriverOptions {
  std::string address;
  pid_t server_pid = 0;  // whose CPU is measured, with its children; 0: nobody's
  int members = 10000;
  int centers = 10;
  int64_t first = 0;                // number of the first service
  int64_t count = 0;                // services
  int in_flight = 1;                // calls that wait at the same time
  int batch = 1;                    // services of a call; 1: the call for a single one
  int connections = 0;              // of PostgreSQL; 0: one for each call in flight
  bool hot = false;                 // all services are one volunteer's
  std::vector<std::string> schema;  // SQL files that make PostgreSQL's tables and functions
  std::string tls_ca;               // PEM file of the authority behind timebankd's certificate; empty: no TLS
  std::string tokens;               // folder of timebankd's tokens, which setup makes; empty: callers are trusted
  std::string set_up;               // file of its one-time credential
};

// Services `first` to `first + count` of one call.
struct Span {
  size_t first;
  size_t count;
};

// One system under measurement. Each returns false after saying why on standard error.
class Driver {
 public:
  virtual ~Driver() = default;
  virtual bool Setup() = 0;
  // Does what is needed before the first call, connections above all; not measured.
  virtual bool Prepare(const std::vector<Service>& services) = 0;
  // Both send every call of `spans` and add how long each took. Not before Prepare(); confirming not before creating.
  virtual bool CreateAll(const std::vector<Span>& spans, Latencies* latencies) = 0;
  virtual bool ConfirmAll(const std::vector<Span>& spans, Latencies* latencies) = 0;
  virtual bool Sums(int64_t* credited_minutes, int64_t* settled_records) = 0;
  virtual bool Read() = 0;
};

// Parses the command line and does what it says. The factory gets the options, which outlive the driver. Returns the exit
// code.
int RunDriver(int argc, char** argv, Driver* (*factory)(const DriverOptions&));

}  // namespace timebank::benchmark

#endif  // TIMEBANK_TESTS_BENCHMARK_DRIVER_H_
