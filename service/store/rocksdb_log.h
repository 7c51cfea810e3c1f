// A look at RocksDB's log before RocksDB reads it. Its reader cannot tell a commit that a power cut tore from an
// acknowledged one whose length was damaged, and takes either for the end of the log; commits that were acknowledged would
// vanish without a word.
#ifndef TIMEBANK_STORE_ROCKSDB_LOG_H_
#define TIMEBANK_STORE_ROCKSDB_LOG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::store {

// The length of the sound part of a log: its size, or less when the last record was torn. A record is torn when the file
// ends within it, or when sectors of it are still zero because they never reached the disk; and no other record may follow,
// since a commit is synced before the next one is written. DATA_LOSS for any other damage: the record was acknowledged, or
// it may have been.
//
// The format, which `log` is the whole of: blocks of 32,768 bytes; in each, fragments that do not cross its end; fewer than
// 7 bytes left in a block are filled with zeros.
//   fragment := crc length type payload
//   crc      := masked CRC-32C of type and payload, 4 bytes little-endian
//   length   := of the payload, 2 bytes little-endian
//   type     := %x01 whole record / %x02 first / %x03 middle / %x04 last fragment of a record
absl::StatusOr<uint64_t> SoundLogLength(absl::string_view log);

// Checks the log file at `path` and, where `may_be_torn`, cuts a torn record off durably. Only the newest log may be torn.
// The caller holds the store's lock. DATA_LOSS as above, INTERNAL when the file cannot be read or cut.
absl::Status RepairLog(const std::string& path, bool may_be_torn);

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_ROCKSDB_LOG_H_
