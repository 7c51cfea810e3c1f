// Writes that are not committed yet, on top of a reader: what a command reads while its group is being built.
#ifndef TIMEBANK_STORE_OVERLAY_H_
#define TIMEBANK_STORE_OVERLAY_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "service/store/store.h"
#include "service/store/write_batch.h"

namespace timebank::store {

// What a group wrote: at most one operation a key, found by hash. Once shared it never changes: thread-safe.
class WrittenRows {
 public:
  using Rows = absl::node_hash_map<std::string, std::optional<std::string>>;

  // The operation on a key: nullptr when there is none, an empty optional when it deletes.
  const std::optional<std::string>* Find(absl::string_view key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }
  bool empty() const { return rows_.empty(); }
  // In no order.
  const Rows& rows() const { return rows_; }
  // In key order, as a batch wants them. Costs a sort and a copy, so that it can be left to another thread.
  WriteBatch::Operations Sorted() const;

 private:
  friend class Overlay;
  Rows rows_;
};

// Rows in key order, made when somebody scans: look-ups are many and scans are few.
using RowOrder = absl::btree_map<absl::string_view, const std::optional<std::string>*>;

// Not thread-safe. `base` must outlive it and is not changed.
class Overlay final : public Reader {
 public:
  explicit Overlay(const Reader* base) : base_(base), written_(std::make_shared<WrittenRows>()) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  // The iterator sees the overlay as it was at the call; it must not be used after a later Put or Delete.
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override;

  void Put(absl::string_view key, std::string value) { Write(key, std::move(value)); }
  void Delete(absl::string_view key) { Write(key, std::nullopt); }

  // What was written. Leaves the overlay empty.
  std::shared_ptr<const WrittenRows> Release();

 private:
  void Write(absl::string_view key, std::optional<std::string> value);

  const Reader* base_;
  std::shared_ptr<WrittenRows> written_;
  mutable RowOrder order_;
  mutable std::vector<const WrittenRows::Rows::value_type*> unordered_;  // rows that are not in order_ yet
};

// Written rows on top of a reader: the state as it will be once they are committed. Not thread-safe. Both must outlive it.
class RowsView final : public Reader {
 public:
  RowsView(const Reader* base, const WrittenRows* written) : base_(base), written_(written) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override;

 private:
  const Reader* base_;
  const WrittenRows* written_;
  mutable RowOrder order_;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_OVERLAY_H_
