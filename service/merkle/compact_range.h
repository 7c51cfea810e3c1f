// The right edge of an RFC 6962 tree: enough to append leaves and to name the root, in log2(n) hashes.
#ifndef TIMEBANK_MERKLE_COMPACT_RANGE_H_
#define TIMEBANK_MERKLE_COMPACT_RANGE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/merkle/hash.h"

namespace timebank::merkle {

// Not thread-safe; a value.
class CompactRange {
 public:
  // The empty tree.
  CompactRange() = default;

  // From what edge() returned. DATA_LOSS unless there is one hash for every set bit of `size`.
  static absl::StatusOr<CompactRange> FromEdge(uint64_t size, std::vector<Hash> edge);

  // Adds the hash of one leaf (see LeafHash). Amortised one node hash.
  void Append(const Hash& leaf);

  // Leaves so far.
  uint64_t size() const { return size_; }
  // Roots of the perfect subtrees, the largest (leftmost) first: one for every set bit of size().
  const std::vector<Hash>& edge() const { return edge_; }
  // MTH of RFC 6962 section 2.1; of the empty tree the hash of the empty string.
  Hash Root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Hash> edge_;
};

}  // namespace timebank::merkle

#endif  // TIMEBANK_MERKLE_COMPACT_RANGE_H_
