// RocksDB's results in the words of store.h.
#ifndef TIMEBANK_STORE_ROCKSDB_STATUS_H_
#define TIMEBANK_STORE_ROCKSDB_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "rocksdb/status.h"

namespace timebank::store {

// DATA_LOSS for bytes that are not what was written, INTERNAL for every other fault; the message begins with `doing`.
inline absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view doing) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string text = absl::StrCat(doing, ": ", status.ToString());
  return status.IsCorruption() ? absl::DataLossError(text) : absl::InternalError(text);
}

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_ROCKSDB_STATUS_H_
