// The rows that the single writer works on: what it wrote, what of that is not yet in the store's snapshots, and what it read lately.
// One hash look-up instead of a search through the engine's tables.
#ifndef TIMEBANK_STORE_WORKING_ROWS_H_
#define TIMEBANK_STORE_WORKING_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "service/store/store.h"
#include "service/store/write_batch.h"

namespace timebank::store {

// Group after group: Begin, reads and writes, Finish. It stays right because nobody but its owner commits, and every group that was
// finished is committed before the next but one begins, or the owner stops for good. Not thread-safe. What it remembers is no state:
// thrown away, it is found again in the store.
class WorkingRows final : public Reader {
 public:
  // Forgets rows that were not used lately once it holds more than `bytes` of them; between groups, so that a group may go above.
  explicit WorkingRows(size_t bytes) : bytes_most_(bytes) {}

  // Begins the group that will be committed at `position`. What the group does not find here it reads from `snapshot`, which must stay
  // alive until the next Begin. REQUIRES: `snapshot` contains every commit up to some position, and every later one was finished here.
  void Begin(const Snapshot* snapshot, uint64_t position);

  // The value; nullopt when the key is absent; the snapshot's errors. Valid until the next write of the key, or Begin.
  absl::StatusOr<std::optional<absl::string_view>> Find(absl::string_view key) const;
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  // The iterator sees the rows as they were at the call; it must not be used after a later write.
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override;

  void Put(absl::string_view key, absl::string_view value) { PutAtEnd(key).append(value.data(), value.size()); }
  // Puts a value without a copy: it is to be appended to this string, before anything else is done here.
  std::string& PutAtEnd(absl::string_view key);
  void Delete(absl::string_view key);

  // Whether this group wrote anything.
  bool written() const { return !written_.empty(); }
  // What this group wrote, as a batch of `epoch` at the position given to Begin.
  WriteBatch Finish(uint64_t epoch);

  // Rows held, absent ones included.
  size_t size() const { return rows_.size(); }

 private:
  // Key and value lie in one string: a look-up in a large table costs as many cold cache lines as it touches.
  struct Row {
    std::string bytes;
    size_t key_size = 0;
    size_t counted = 0;    // bytes of memory that bytes_ has for it
    uint64_t written = 0;  // position of the last commit that wrote it; 0: it was only read
    bool present = false;
    bool used = true;  // since the hand went over it

    absl::string_view key() const { return absl::string_view(bytes).substr(0, key_size); }
    absl::string_view value() const { return absl::string_view(bytes).substr(key_size); }
  };
  // A place in the table: with its hash, so that neither growing nor most look-ups for what is not there read a row.
  struct Place {
    size_t hash;
    Row* row;
  };
  struct Sought {
    size_t hash;
    absl::string_view key;
  };
  struct PlaceHash {
    using is_transparent = void;
    size_t operator()(const Place& place) const { return place.hash; }
    size_t operator()(const Sought& sought) const { return sought.hash; }
  };
  struct PlaceEqual {
    using is_transparent = void;
    bool operator()(const Place& a, const Place& b) const { return a.row == b.row; }
    bool operator()(const Place& place, const Sought& sought) const {
      return place.hash == sought.hash && place.row->key() == sought.key;
    }
    bool operator()(const Sought& sought, const Place& place) const { return (*this)(place, sought); }
  };
  // Rows that the snapshot does not have yet, in key order; made when somebody scans: look-ups are many and scans are few.
  struct Before {
    using is_transparent = void;
    static absl::string_view KeyOf(absl::string_view key) { return key; }
    static absl::string_view KeyOf(const Row* row) { return row->key(); }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return KeyOf(a) < KeyOf(b);
    }
  };
  using Order = absl::btree_set<const Row*, Before>;
  class Walk;

  static Sought Seek(absl::string_view key) { return {absl::Hash<absl::string_view>()(key), key}; }
  // The row of a key that is not held yet.
  Row* Add(const Sought& sought) const;
  Row* Write(absl::string_view key, bool present);
  void Count(Row& row) const;
  void MakeRoom();

  const size_t bytes_most_;
  const Snapshot* snapshot_ = nullptr;
  uint64_t position_ = 0;
  std::vector<Row*> written_;    // by this group, in the order of first writes
  std::vector<Row*> unsnapped_;  // by groups before that the snapshot does not contain
  mutable absl::flat_hash_set<Place, PlaceHash, PlaceEqual> rows_;
  mutable std::deque<Row> pool_;    // all rows, at their places for good; the hand goes round in it
  mutable std::vector<Row*> free_;  // of them, those that hold nothing
  mutable size_t bytes_ = 0;
  size_t hand_ = 0;
  mutable Order order_;
  mutable size_t ordered_ = 0;  // so many of written_ are in order_
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_WORKING_ROWS_H_
