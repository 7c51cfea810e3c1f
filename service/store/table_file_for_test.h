// What really stands in a table file of RocksDB: its blocks are compressed, so that its bytes do not show it.
#ifndef TIMEBANK_STORE_TABLE_FILE_FOR_TEST_H_
#define TIMEBANK_STORE_TABLE_FILE_FOR_TEST_H_

#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace timebank::store {

// Every key and value of the file, of each key the newest in it.
inline absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadTableFile(const std::string& path) {
  rocksdb::SstFileReader table{rocksdb::Options()};
  std::vector<std::pair<std::string, std::string>> rows;
  rocksdb::Status status = table.Open(path);
  if (status.ok()) {
    const std::unique_ptr<rocksdb::Iterator> row(table.NewIterator(rocksdb::ReadOptions()));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      rows.emplace_back(row->key().ToString(), row->value().ToString());
    }
    status = row->status();
  }
  return status.ok() ? absl::StatusOr<std::vector<std::pair<std::string, std::string>>>(std::move(rows))
                     : absl::DataLossError(status.ToString());
}

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_TABLE_FILE_FOR_TEST_H_
