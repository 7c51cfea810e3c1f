// The rows that the single writer looked at lately. A hash look-up instead of a search through the engine's tables: with those
// searches, applying a command took four times as long.
#ifndef TIMEBANK_STORE_RECENT_ROWS_H_
#define TIMEBANK_STORE_RECENT_ROWS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "service/store/overlay.h"
#include "service/store/store.h"

namespace timebank::store {

// Reads through to a snapshot and remembers what it found, absence included. It stays right because nobody but its owner
// commits: the owner calls Rebase with a view of all that was written so far, and Absorb with what it wrote. Not thread-safe.
// A cache and no state: thrown away, it is found again in the store.
class RecentRows final : public Reader {
 public:
  // Keeps between `bytes` / 2 and `bytes` of keys and values, the recently used.
  explicit RecentRows(size_t bytes) : generation_bytes_(bytes / 2) {}

  // Further misses read from `snapshot`, which must stay alive until the next Rebase. REQUIRES: it contains all that was
  // absorbed, and no commit that was not.
  void Rebase(const Reader* snapshot) { snapshot_ = snapshot; }

  // Brings the remembered rows up to what was written. Rows it does not remember are left to the store: what the rules
  // will need again they have read before.
  void Absorb(const WrittenRows& written);

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override {
    return snapshot_->Scan(begin, end);
  }

 private:
  using Rows = absl::flat_hash_map<std::string, std::optional<std::string>>;

  void Remember(std::string key, std::optional<std::string> value) const;

  const size_t generation_bytes_;
  const Reader* snapshot_ = nullptr;
  // Two generations: a row that is used again moves to the young one, and the old one is dropped when the young one is full.
  mutable Rows young_;
  mutable Rows old_;
  mutable size_t young_bytes_ = 0;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_RECENT_ROWS_H_
