// What the log has handed over, in RocksDB: sorted tables, without a log of its own. Its engine keys:
//   %x00 "format"   := uint32, the format of the store's files, now 3
//   %x00 "id"       := 16 random bytes, as Store::id()
//   %x00 "state"    := uint64 epoch, uint64 epoch, uint64 position of the last commit in the tables, uint32 the first file of
//                      the log that is still needed; the first epoch is that of the last fence handed out
// Integers are big-endian (base/coding.h).
#ifndef TIMEBANK_STORE_ROCKSDB_TABLES_H_
#define TIMEBANK_STORE_ROCKSDB_TABLES_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"
#include "service/store/journal_folder.h"
#include "service/store/memory_table.h"
#include "service/store/rocksdb_store.h"
#include "service/store/store.h"

namespace timebank::store {

// Thread-safe, but for Start and Ingest.
class RocksDbTables {
 public:
  // A frozen view. Must not outlive the tables. Thread-safe.
  class View {
   public:
    explicit View(rocksdb::DB* db) : db_(db), snapshot_(db->GetSnapshot()) {}
    ~View() { db_->ReleaseSnapshot(snapshot_); }
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    // The value; nullopt when the key is absent; DATA_LOSS or INTERNAL.
    absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const;
    // As Reader::Scan.
    std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const;

   private:
    rocksdb::DB* db_;
    const rocksdb::Snapshot* snapshot_;
  };

  // Opens or creates the database. The errors of OpenRocksDbStore.
  static absl::StatusOr<std::unique_ptr<RocksDbTables>> Open(const std::string& path, const RocksDbOptions& options);

  // What the tables hold; nullopt when they are new and Start has yet to be called.
  const std::optional<LogState>& state() const { return state_; }

  // As Store::id(). REQUIRES: state() is known.
  const Store::Id& id() const { return id_; }

  // Makes the new tables part of a store, durably. REQUIRES: the log has begun, so that its absence is noticed from now on.
  absl::Status Start();

  // Adds all entries of `table`, which nobody writes to any more, and makes `state` the state; both durable or neither.
  // Waits while compaction is far behind. CANCELLED, with nothing added, once `stop` is true; DATA_LOSS or INTERNAL.
  absl::Status Ingest(std::shared_ptr<const MemoryTable> table, const LogState& state, const std::atomic<bool>& stop);

  // Writes the files that hold keys in [begin, end) anew, without what was deleted or overwritten. CANCELLED some time after `*cancel`
  // turns true; INTERNAL. Thread-safe.
  absl::Status Rewrite(absl::string_view begin, absl::string_view end, std::atomic<bool>* cancel);

  // Waits until nobody has a view any more that was taken before the last Ingest. CANCELLED as above; INTERNAL. Thread-safe.
  absl::Status AwaitViews(std::atomic<bool>* cancel) const;

  std::shared_ptr<const View> TakeView() const { return std::make_shared<View>(db_.get()); }

 private:
  RocksDbTables(std::string path, rocksdb::Options options, std::unique_ptr<rocksdb::DB> db)
      : path_(std::move(path)), options_(std::move(options)), db_(std::move(db)) {}

  absl::Status LoadState();
  absl::Status WriteFile(const std::string& file, std::shared_ptr<const MemoryTable> table, const LogState& state,
                         const std::atomic<bool>& stop);

  const std::string path_;
  const rocksdb::Options options_;
  const std::unique_ptr<rocksdb::DB> db_;
  std::optional<LogState> state_;
  Store::Id id_{};
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_ROCKSDB_TABLES_H_
