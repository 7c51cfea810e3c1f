// The embedded engine: a log of its own that makes commits durable, and RocksDB for what the log has handed over.
#ifndef TIMEBANK_STORE_ROCKSDB_STORE_H_
#define TIMEBANK_STORE_ROCKSDB_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/store/store.h"

namespace rocksdb {
class Env;
}

namespace timebank::store {

struct RocksDbOptions {
  // File system and threads; not owned, must outlive the store; nullptr for the machine's own. Tests inject faults here.
  rocksdb::Env* env = nullptr;
  size_t block_cache_bytes = size_t{256} << 20;
  // Memory that a table of fresh rows takes before it is frozen and written to RocksDB. There are two at most, so this bounds
  // the memory, and the log that is replayed after a crash: each backs one table.
  size_t write_buffer_bytes = size_t{64} << 20;
};

// Opens or creates the store in the folder `path` (created with mode 0700 when absent): RocksDB's files, and the
// folder `log`.
// DATA_LOSS when files are missing, the log is damaged, or the last commit does not fit the stored state. A last commit that
// a power cut tore is cut off with a warning, since it was not acknowledged (journal_log.h). UNAVAILABLE when
// another process, or this one, has it open. FAILED_PRECONDITION when the folder holds something else or another format.
// NOT_FOUND when the parent folder is missing, PERMISSION_DENIED when the folder cannot be made or written,
// RESOURCE_EXHAUSTED when the disk is full, INTERNAL for any other fault of the disk. The message names the path.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& path, const RocksDbOptions& options = {});

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_ROCKSDB_STORE_H_
