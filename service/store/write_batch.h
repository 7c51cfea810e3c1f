// What one group of commands writes: at most one operation a key, in the order in which the keys were first written, with the epoch
// and the position of the commit. Its encoding is the unit that a replicated log will carry: a replica applies these bytes and never
// runs the rules again.
#ifndef TIMEBANK_STORE_WRITE_BATCH_H_
#define TIMEBANK_STORE_WRITE_BATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::store {

// Operations are encoded as they come, so that nothing is copied twice on the way to the disk, and read where they lie. Not
// thread-safe.
//
// The bytes, frozen as format 2. Integers of the head are little-endian, lengths LEB128 varints (as in Protocol Buffers):
//   batch     := %x02 count epoch position operation*count crc      ; 1 + 4 + 8 + 8 bytes
//   operation := %x01 keyLength valueLength key value                ; put
//              | %x02 keyLength key                                  ; delete
//   crc       := CRC-32C of all bytes before it, 4 bytes
// Varints are the shortest possible, so that a row of operations has exactly one encoding. No order is asked of the keys: whoever
// wants them sorted sorts them, off the path of a commit.
class WriteBatch {
 public:
  struct Operation {
    absl::string_view key;
    std::optional<absl::string_view> value;  // nullopt deletes the key
    friend bool operator==(const Operation&, const Operation&) = default;
  };
  // For callers that have their operations together.
  using Operations = absl::btree_map<std::string, std::optional<std::string>>;

  WriteBatch(uint64_t epoch, uint64_t position) : WriteBatch(epoch, position, Operations()) {}
  WriteBatch(uint64_t epoch, uint64_t position, const Operations& operations);

  // REQUIRES: not sealed; no operation on `key` before. Keys that are empty or begin with 0x00 are the engine's own: a store refuses
  // a batch that names one.
  void Put(absl::string_view key, absl::string_view value);
  void Delete(absl::string_view key);

  uint64_t epoch() const { return epoch_; }
  uint64_t position() const { return position_; }
  size_t size() const { return places_.size(); }
  bool names_reserved_key() const { return names_reserved_key_; }
  // Views that are valid until the batch changes, is moved or goes; those of a sealed one survive a move.
  Operation operation(size_t index) const;

  // Ends the batch and gives its encoding, valid as long as the batch. May be called again.
  absl::string_view Seal();

  // DATA_LOSS when the bytes are not such an encoding: wrong checksum, a key of the engine, something missing or left over.
  static absl::StatusOr<WriteBatch> Decode(std::string bytes);

 private:
  struct Place {
    uint32_t key_at;
    uint32_t key_size;
    uint32_t value_at;  // 0: deleted
    uint32_t value_size;
  };

  explicit WriteBatch(std::string bytes) : bytes_(std::move(bytes)) {}
  void AddPlace(size_t key_at, size_t key_size, size_t value_at, size_t value_size);

  uint64_t epoch_ = 0;
  uint64_t position_ = 0;
  std::string bytes_;
  std::vector<Place> places_;
  bool names_reserved_key_ = false;
  bool sealed_ = false;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_WRITE_BATCH_H_
