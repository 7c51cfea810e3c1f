// The contract of an engine: ordered bytes, repeatable snapshots, atomic durable commits behind a fence. Rules never live
// here.
//
// Keys and values are arbitrary bytes, ordered by unsigned byte comparison. Keys that begin with 0x00 belong to the engine:
// no reader ever sees them, and no batch may name them or the empty key.
#ifndef TIMEBANK_STORE_STORE_H_
#define TIMEBANK_STORE_STORE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/store/write_batch.h"

namespace timebank::store {

// Walks keys in ascending order. Not thread-safe; must not outlive its Reader.
class Iterator {
 public:
  virtual ~Iterator() = default;
  // True when key() and value() may be called. False at the end and after an error: ask status().
  virtual bool Valid() const = 0;
  // REQUIRES: Valid().
  virtual void Next() = 0;
  // Valid until the next call of Next(). REQUIRES: Valid().
  virtual absl::string_view key() const = 0;
  virtual absl::string_view value() const = 0;
  // OK, or DATA_LOSS / INTERNAL when the walk ended because of a fault.
  virtual absl::Status status() const = 0;
};

// Something one can read: a snapshot, or rows on top of one.
class Reader {
 public:
  virtual ~Reader() = default;
  // The value; nullopt when the key is absent; DATA_LOSS or INTERNAL on a fault.
  virtual absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const = 0;
  // Keys in [begin, end); an empty `end` means to the last key. Positioned on the first.
  virtual std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const = 0;
};

// A frozen view of what was durable when it was taken. Thread-safe. Must not outlive its Store.
class Snapshot : public Reader {
 public:
  // The position of the last commit that this view contains.
  virtual uint64_t position() const = 0;
};

// The right to write: the epoch of one writer. Handed out by Store::Acquire.
struct Fence {
  uint64_t epoch = 0;
  friend bool operator==(const Fence&, const Fence&) = default;
};

// What the store itself knows of its last commit, kept under its own key in the same atomic write.
struct Applied {
  uint64_t epoch = 0;     // of the writer that committed last; 0 in an empty store
  uint64_t position = 0;  // of that commit, counted from 1 without gaps; 0 in an empty store
  friend bool operator==(const Applied&, const Applied&) = default;
};

// Thread-safe. One process holds a store at a time.
class Store {
 public:
  virtual ~Store() = default;

  // Makes the caller the writer: every fence handed out before is stale once this returns. Durable before it returns. Waits
  // for a Commit that is under way. After an error it is unknown whether the epoch was raised, and the store refuses further
  // writes as Commit does.
  virtual absl::StatusOr<Fence> Acquire() = 0;

  // Applies the whole batch or nothing of it, durably: when this returns OK a power cut does not take it back.
  // ABORTED when the fence is stale: nothing applied. Looked at first, since a stale writer's position is usually wrong as
  // well. REQUIRES: a fence that Acquire returned, batch.epoch() == fence.epoch, batch.position() == applied().position + 1,
  // and no key that belongs to the engine; INVALID_ARGUMENT otherwise, nothing applied. After any other error (INTERNAL,
  // DATA_LOSS) it is unknown whether the batch was applied: the caller must stop, and the store refuses every further Commit
  // with the same error. Opening the store again tells.
  virtual absl::Status Commit(WriteBatch batch, Fence fence) = 0;

  virtual Applied applied() const = 0;

  // Which store this is: made at random with it, and the same for as long as it lives, so that what lies beside it can name it.
  using Id = std::array<uint8_t, 16>;
  virtual Id id() const = 0;

  // Brings what was deleted or overwritten in these ranges of keys (as of Reader::Scan) before the call off the disk, where it otherwise
  // stays until a compaction comes by. Waits for the end of every snapshot that may still see it. Slow, while others go on. One call at a
  // time. CANCELLED some time after `*cancel` turns true; the errors of Commit. An engine that keeps nothing old has nothing to do.
  struct Range {
    std::string begin;
    std::string end;
  };
  virtual absl::Status Purge(const std::vector<Range>& ranges, std::atomic<bool>* cancel) {
    static_cast<void>(ranges);
    return *cancel ? absl::CancelledError("the store is closing") : absl::OkStatus();
  }

  // Contains every commit that returned OK before the call, and the whole or nothing of one that is under way. Never waits
  // for it.
  virtual std::unique_ptr<Snapshot> TakeSnapshot() const = 0;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_STORE_H_
