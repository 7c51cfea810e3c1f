#include "service/merkle/compact_range.h"

#include <bit>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace timebank::merkle {

absl::StatusOr<CompactRange> CompactRange::FromEdge(uint64_t size, std::vector<Hash> edge) {
  if (edge.size() != static_cast<size_t>(std::popcount(size))) {
    return absl::DataLossError(
        absl::StrCat("a tree of ", size, " leaves has ", std::popcount(size), " edge hashes, not ", edge.size()));
  }
  CompactRange range;
  range.size_ = size;
  range.edge_ = std::move(edge);
  return range;
}

void CompactRange::Append(const Hash& leaf) {
  edge_.push_back(leaf);
  // Like a carry in binary addition: each trailing one bit of the size is a perfect subtree that the new one doubles.
  for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    const Hash right = edge_.back();
    edge_.pop_back();
    edge_.back() = NodeHash(edge_.back(), right);
  }
  ++size_;
}

Hash CompactRange::Root() const {
  if (edge_.empty()) {
    return Sha256("");
  }
  // RFC 6962 splits at the largest power of two below the size, so the subtrees join from the right.
  Hash root = edge_.back();
  for (size_t i = edge_.size() - 1; i > 0; --i) {
    root = NodeHash(edge_[i - 1], root);
  }
  return root;
}

}  // namespace timebank::merkle
