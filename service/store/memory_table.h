// What was committed since the last table was written to the disk: every key with its versions.
//
// Look-ups are many and walks are few, so keys are hashed at once and sorted only when somebody walks them; and only those
// with the same first byte, which is all that most walks want. A table forgets nothing as long as it lives: the log that
// backs it bounds its size, and a view that holds it can be as old as it likes.
#ifndef TIMEBANK_STORE_MEMORY_TABLE_H_
#define TIMEBANK_STORE_MEMORY_TABLE_H_

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "service/base/mutex.h"
#include "service/store/write_batch.h"

namespace timebank::store {

// Thread-safe. One thread at a time inserts. Views handed out are valid as long as the table lives.
class MemoryTable {
 public:
  using Held = std::optional<absl::string_view>;  // nullopt: deleted
  struct Entry {
    absl::string_view key;
    Held value;
  };

  // `expected_rows` saves growing step by step; any number is right.
  explicit MemoryTable(size_t expected_rows = 0) { rows_.reserve(expected_rows); }
  MemoryTable(const MemoryTable&) = delete;
  MemoryTable& operator=(const MemoryTable&) = delete;

  // Adds the operations of a sealed batch, and keeps it. Readers see some of them before it returns, and tell by the position that
  // they are not meant. REQUIRES: positions ascend from call to call.
  void Insert(WriteBatch batch);

  // What `key` held at `position`; nullopt when this table does not know it that early.
  std::optional<Held> Find(absl::string_view key, uint64_t position) const;

  // Appends up to `limit` entries of [begin, end) as of `position` to `found`, deletions among them; an empty `end` means to
  // the last key. Fewer than `limit` mean that there are no more. REQUIRES: every batch up to `position` was inserted.
  void Load(absl::string_view begin, absl::string_view end, uint64_t position, size_t limit,
            std::vector<Entry>* found) const;

  // Memory taken, roughly, in bytes.
  size_t bytes() const;
  size_t rows() const;

 private:
  static constexpr size_t kFirstBytes = 256;

  // What a key has held since a commit.
  struct Version {
    uint64_t since;
    absl::string_view value;
    bool deleted;
    const Version* older;  // nullptr: what came before is not in this table
  };
  struct Row {
    absl::string_view key;
    Version newest;
  };
  struct RowHash {
    using is_transparent = void;
    size_t operator()(absl::string_view key) const { return absl::Hash<absl::string_view>()(key); }
    size_t operator()(const Row* row) const { return (*this)(row->key); }
  };
  struct RowEqual {
    using is_transparent = void;
    static absl::string_view KeyOf(absl::string_view key) { return key; }
    static absl::string_view KeyOf(const Row* row) { return row->key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return KeyOf(a) == KeyOf(b);
    }
  };
  // A key with its 16 bytes behind the first one as numbers, which settle most comparisons without a look at the row.
  struct Ordered {
    uint64_t high;
    uint64_t low;
    absl::string_view key;
    const Row* row;
  };
  struct Before {
    bool operator()(const Ordered& a, const Ordered& b) const {
      return a.high != b.high ? a.high < b.high : a.low != b.low ? a.low < b.low : a.key < b.key;
    }
  };
  using Order = absl::btree_set<Ordered, Before>;

  static Ordered MakeOrdered(absl::string_view key, const Row* row);
  static std::optional<Held> At(const Version& newest, uint64_t position);

  void Write(const WriteBatch::Operation& operation, uint64_t position) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The next free row.
  Row* FreeRow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Sorts in what was inserted under this first byte since the last time.
  void BringIntoOrder(size_t first_byte) const;
  // As Load, of one first byte.
  void LoadPart(size_t first_byte, absl::string_view begin, absl::string_view end, uint64_t position, size_t limit,
                std::vector<Entry>* found) const;

  mutable base::Mutex order_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  mutable std::array<Order, kFirstBytes> order_ ABSL_GUARDED_BY(order_mutex_);

  mutable base::Mutex mutex_;
  absl::flat_hash_set<Row*, RowHash, RowEqual> rows_ ABSL_GUARDED_BY(mutex_);
  mutable std::array<std::vector<const Row*>, kFirstBytes> unordered_
      ABSL_GUARDED_BY(mutex_);  // rows that are not in order_ yet
  std::vector<std::unique_ptr<Row[]>> chunks_ ABSL_GUARDED_BY(mutex_);
  size_t chunk_used_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Version> replaced_ ABSL_GUARDED_BY(mutex_);
  std::deque<WriteBatch> batches_ ABSL_GUARDED_BY(mutex_);  // what all the views point into
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Walks a table's entries as of a position. Not thread-safe; keeps the table alive.
class MemoryTableCursor {
 public:
  MemoryTableCursor(std::shared_ptr<const MemoryTable> table, absl::string_view begin, absl::string_view end,
                    uint64_t position);

  bool Valid() const { return next_ < entries_.size(); }
  // REQUIRES: Valid().
  void Next();
  const MemoryTable::Entry& entry() const { return entries_[next_]; }

 private:
  const std::shared_ptr<const MemoryTable> table_;
  const std::string end_;
  const uint64_t position_;
  size_t portion_ = 8;
  std::vector<MemoryTable::Entry> entries_;  // copied out in growing portions: the table changes between two steps
  size_t next_ = 0;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_MEMORY_TABLE_H_
