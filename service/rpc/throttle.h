// How much one caller may ask of the service: calls a second, and calls at once, for each principal and each address.
#ifndef TIMEBANK_RPC_THROTTLE_H_
#define TIMEBANK_RPC_THROTTLE_H_

#include <cstdint>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"

namespace timebank::rpc {

struct ThrottleLimits {
  int64_t calls_per_second = 0;  // 0: as many as there are
  int64_t calls_at_once = 0;     // likewise
};

// A bucket that fills by calls_per_second, two seconds' worth at most. Not thread-safe.
class Throttle {
 public:
  explicit Throttle(const ThrottleLimits& limits) : limits_(limits) {}

  // Counts a call of a caller at `now`, in microseconds. Returns 0 when it may go on, and Leave() has to follow; else for how many microseconds it should wait
  // before it tries again.
  int64_t Enter(const std::string& caller, int64_t now);
  void Leave(const std::string& caller);

  size_t callers() const { return buckets_.size(); }

 private:
  struct Bucket {
    int64_t under_way = 0;
    int64_t millicalls = 0;  // that are left
    int64_t filled = 0;      // at this moment
  };
  // Callers who are not there and have a full bucket are as if they had never called.
  void Forget(int64_t now);

  const ThrottleLimits limits_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_THROTTLE_H_
