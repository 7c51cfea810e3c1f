#include "service/rpc/throttle.h"

#include <algorithm>

namespace timebank::rpc {
namespace {

constexpr size_t kCallersMost = 20000;
constexpr int64_t kBurstSeconds = 2;
constexpr int64_t kPerCall = 1000;
constexpr int64_t kMicrosPerSecond = 1000000;
// How long a caller with too much under way should wait.
constexpr int64_t kWaitMicros = 50000;

}  // namespace

void Throttle::Forget(int64_t now) {
  for (auto bucket = buckets_.begin(); bucket != buckets_.end();) {
    const bool gone = bucket->second.under_way == 0 && now - bucket->second.filled > kBurstSeconds * kMicrosPerSecond;
    bucket = gone ? buckets_.erase(bucket) : std::next(bucket);
  }
}

int64_t Throttle::Enter(const std::string& caller, int64_t now) {
  if (limits_.calls_per_second == 0 && limits_.calls_at_once == 0) {
    return 0;
  }
  if (buckets_.size() >= kCallersMost && buckets_.count(caller) == 0) {
    Forget(now);
    if (buckets_.size() >= kCallersMost) {
      return kWaitMicros;
    }
  }
  const int64_t full = limits_.calls_per_second * kBurstSeconds * kPerCall;
  const auto [place, fresh] = buckets_.emplace(caller, Bucket{0, full, now});
  Bucket& bucket = place->second;
  if (!fresh && now > bucket.filled) {
    const int64_t passed = std::min(now - bucket.filled, kBurstSeconds * kMicrosPerSecond);
    bucket.millicalls = std::min(full, bucket.millicalls + passed * limits_.calls_per_second * kPerCall / kMicrosPerSecond);
    bucket.filled = now;
  }
  if (limits_.calls_at_once != 0 && bucket.under_way >= limits_.calls_at_once) {
    return kWaitMicros;
  }
  if (limits_.calls_per_second != 0 && bucket.millicalls < kPerCall) {
    return (kPerCall - bucket.millicalls) * kMicrosPerSecond / (limits_.calls_per_second * kPerCall) + 1;
  }
  bucket.millicalls -= limits_.calls_per_second != 0 ? kPerCall : 0;
  ++bucket.under_way;
  return 0;
}

void Throttle::Leave(const std::string& caller) {
  const auto found = buckets_.find(caller);
  if (found != buckets_.end() && found->second.under_way > 0) {
    --found->second.under_way;
  }
}

}  // namespace timebank::rpc
