// Where time comes from. The rules never read a clock: the sequencer does, and each command carries the time it was given.
#ifndef TIMEBANK_BASE_CLOCK_H_
#define TIMEBANK_BASE_CLOCK_H_

#include <atomic>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace timebank::base {

// Thread-safe. May go backwards; the sequencer copes.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock, shifted by a constant: zero in service, something else to try a past day's list (timebankd --clock).
class SystemClock final : public Clock {
 public:
  explicit SystemClock(absl::Duration shift = absl::ZeroDuration()) : shift_(shift) {}
  absl::Time Now() const override { return absl::Now() + shift_; }

 private:
  absl::Duration shift_;
};

// Stands still until it is told otherwise; for tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(absl::Time now) : micros_(absl::ToUnixMicros(now)) {}
  absl::Time Now() const override { return absl::FromUnixMicros(micros_.load()); }
  void Set(absl::Time now) { micros_.store(absl::ToUnixMicros(now)); }
  void Advance(absl::Duration by) { Set(Now() + by); }

 private:
  std::atomic<int64_t> micros_;
};

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_CLOCK_H_
