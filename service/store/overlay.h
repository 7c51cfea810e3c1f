// Writes that are not committed yet, on top of a reader: what a command reads while its group is being built.
#ifndef TIMEBANK_STORE_OVERLAY_H_
#define TIMEBANK_STORE_OVERLAY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "service/store/store.h"
#include "service/store/write_batch.h"

namespace timebank::store {

// Not thread-safe. `base` must outlive it and is not changed.
class Overlay final : public Reader {
 public:
  explicit Overlay(const Reader* base) : base_(base) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  // The iterator sees the overlay as it was at the call; it must not be used after a later Put or Delete.
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override;

  void Put(absl::string_view key, std::string value);
  void Delete(absl::string_view key);

  // What was written, one operation a key, sorted. Leaves the overlay empty.
  WriteBatch::Operations Release();

 private:
  using Rows = absl::node_hash_map<std::string, std::optional<std::string>>;
  using Order = absl::btree_map<absl::string_view, const std::optional<std::string>*>;

  void Write(absl::string_view key, std::optional<std::string> value);
  // Brings the order up to date. Look-ups are many and scans are few, so keys are hashed at once and sorted only when
  // somebody walks them.
  const Order& Ordered() const;

  const Reader* base_;
  Rows rows_;
  mutable Order order_;
  mutable std::vector<const Rows::value_type*> unordered_;  // rows that are not in order_ yet
};

// A batch on top of a reader: the state as it will be once the batch is committed. Thread-safe as far as `base` is. Both
// must outlive it.
class BatchView final : public Reader {
 public:
  BatchView(const Reader* base, const WriteBatch* batch) : base_(base), operations_(&batch->operations()) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override;

 private:
  const Reader* base_;
  const WriteBatch::Operations* operations_;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_OVERLAY_H_
