// The folder of a RocksDB store: its lock, and a look at its files before RocksDB sees them.
#ifndef TIMEBANK_STORE_ROCKSDB_FOLDER_H_
#define TIMEBANK_STORE_ROCKSDB_FOLDER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace timebank::store {

// Nobody else opens the folder while this lives; the kernel lets go of it when the process dies.
class RocksDbFolder {
 public:
  // With less than this nobody can work either: one file of the log grows to some tens of MiB.
  static constexpr uint64_t kRoomToOpen = uint64_t{16} << 20;

  // Makes the folder, with mode 0700, when it is absent, locks it, and refuses what RocksDB would not: it starts an empty
  // database wherever the file CURRENT is missing. UNAVAILABLE when it is locked. NOT_FOUND when the parent is missing;
  // PERMISSION_DENIED when the folder cannot be made, read or written; FAILED_PRECONDITION when it holds something else or is
  // no folder; DATA_LOSS when files of a database are missing; RESOURCE_EXHAUSTED when the disk is full; INTERNAL for other
  // faults. Fewer than `room` free bytes count as full: to open a database is to write to it, and where that fails for want of room
  // RocksDB ends the process without a word.
  static absl::StatusOr<std::unique_ptr<RocksDbFolder>> Open(const std::string& path, uint64_t room = kRoomToOpen);

  ~RocksDbFolder();
  RocksDbFolder(const RocksDbFolder&) = delete;
  RocksDbFolder& operator=(const RocksDbFolder&) = delete;

 private:
  explicit RocksDbFolder(int file) : file_(file) {}

  const int file_;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_ROCKSDB_FOLDER_H_
