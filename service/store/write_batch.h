// What one group of commands writes: at most one operation a key, in key order, with the epoch and the position of the
// commit. Its encoding is the unit that a replicated log will carry: a replica applies these bytes and never runs the rules
// again.
#ifndef TIMEBANK_STORE_WRITE_BATCH_H_
#define TIMEBANK_STORE_WRITE_BATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::store {

// Not thread-safe.
class WriteBatch {
 public:
  // nullopt deletes the key.
  using Operations = absl::btree_map<std::string, std::optional<std::string>>;

  // REQUIRES: no key is empty or begins with 0x00 (the engine's own); a store refuses such a batch.
  WriteBatch(uint64_t epoch, uint64_t position, Operations operations)
      : epoch_(epoch), position_(position), operations_(std::move(operations)) {}

  uint64_t epoch() const { return epoch_; }
  uint64_t position() const { return position_; }
  const Operations& operations() const { return operations_; }

  // The bytes, frozen as format 1. Integers are LEB128 varints (as in Protocol Buffers):
  //   batch     := %x01 epoch position count operation*count crc
  //   operation := %x01 keyLength key valueLength value      ; put
  //              | %x02 keyLength key                        ; delete
  //   crc       := CRC-32C of all bytes before it, 4 bytes little-endian
  // Keys are strictly ascending; varints are the shortest possible, so that a batch has exactly one encoding.
  std::string Encode() const;
  // Appends the same bytes to `out`.
  void AppendTo(std::string* out) const;

  // DATA_LOSS when the bytes are not such an encoding: wrong checksum, keys out of order, a key of the engine, something
  // missing or left over.
  static absl::StatusOr<WriteBatch> Decode(absl::string_view bytes);

 private:
  uint64_t epoch_;
  uint64_t position_;
  Operations operations_;
};

// A batch read where it lies: the views point into the encoding.
struct EncodedBatch {
  struct Operation {
    absl::string_view key;
    std::optional<absl::string_view> value;  // nullopt deletes the key
  };
  uint64_t epoch = 0;
  uint64_t position = 0;
  std::vector<Operation> operations;  // in key order
};

// Reads an encoding without copying its rows. DATA_LOSS as WriteBatch::Decode.
absl::StatusOr<EncodedBatch> ReadBatch(absl::string_view bytes);

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_WRITE_BATCH_H_
