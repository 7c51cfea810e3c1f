// The only place that knows RocksDB. Its engine keys:
//   %x00 "format"   := uint32, the format of this file's keys, now 1
//   %x00 "epoch"    := uint64, the epoch of the last fence handed out
//   %x00 "applied"  := uint64 epoch, uint64 position of the last commit, written with it
// Integers are big-endian (base/coding.h).
#include "service/store/rocksdb_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/perf_level.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/store/commit_check.h"
#include "service/store/rocksdb_folder.h"

namespace timebank::store {
namespace {

constexpr absl::string_view kFormatKey("\0format", 7);
constexpr absl::string_view kEpochKey("\0epoch", 6);
constexpr absl::string_view kAppliedKey("\0applied", 8);
constexpr absl::string_view kFirstOpenKey("\1", 1);
constexpr uint32_t kFormat = 1;
// Of each row in a batch, checked again when it reaches the log and the memtable: catches memory that went bad in between.
constexpr size_t kProtectionBytes = 8;

rocksdb::Slice ToSlice(absl::string_view bytes) { return {bytes.data(), bytes.size()}; }
absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view doing) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string text = absl::StrCat(doing, ": ", status.ToString());
  return status.IsCorruption() ? absl::DataLossError(text) : absl::InternalError(text);
}

bool IsReserved(absl::string_view key) { return key.empty() || key.front() == '\0'; }

class RocksDbIterator final : public Iterator {
 public:
  RocksDbIterator(rocksdb::DB* db, const rocksdb::Snapshot* snapshot, absl::string_view begin, absl::string_view end)
      : end_(end), end_slice_(end_) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    options.iterate_upper_bound = end_.empty() ? nullptr : &end_slice_;
    rows_.reset(db->NewIterator(options));
    const absl::string_view first = std::max(begin, kFirstOpenKey);
    // RocksDB leaves a seek behind the upper bound undefined.
    if (end_.empty() || first < end_) {
      rows_->Seek(ToSlice(first));
    }
  }

  bool Valid() const override { return rows_->Valid(); }
  void Next() override { rows_->Next(); }
  absl::string_view key() const override { return ToView(rows_->key()); }
  absl::string_view value() const override { return ToView(rows_->value()); }
  absl::Status status() const override { return FromRocksDb(rows_->status(), "scan"); }

 private:
  const std::string end_;
  const rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

// Ends at once, with the fault that its snapshot met.
class FailedIterator final : public Iterator {
 public:
  explicit FailedIterator(absl::Status status) : status_(std::move(status)) {}
  bool Valid() const override { return false; }
  void Next() override {}
  absl::string_view key() const override { return {}; }
  absl::string_view value() const override { return {}; }
  absl::Status status() const override { return status_; }

 private:
  const absl::Status status_;
};

// The bytes under `key`; nullopt when it is absent.
absl::StatusOr<std::optional<std::string>> GetBytes(rocksdb::DB* db, const rocksdb::ReadOptions& options,
                                                    absl::string_view key) {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db->Get(options, db->DefaultColumnFamily(), ToSlice(key), &value);
  if (status.IsNotFound()) {
    return std::nullopt;
  }
  TB_RETURN_IF_ERROR(FromRocksDb(status, "read"));
  return std::string(ToView(value));
}

std::string EncodeApplied(Applied applied) {
  std::string bytes;
  base::AppendUint64(&bytes, applied.epoch);
  base::AppendUint64(&bytes, applied.position);
  return bytes;
}

// Zeros when nothing was committed yet.
absl::StatusOr<Applied> GetApplied(rocksdb::DB* db, const rocksdb::ReadOptions& options) {
  TB_ASSIGN_OR_RETURN(std::optional<std::string> bytes, GetBytes(db, options, kAppliedKey));
  if (!bytes.has_value()) {
    return Applied{};
  }
  Applied applied;
  absl::string_view in = *bytes;
  if (!base::ConsumeUint64(&in, &applied.epoch) || !base::ConsumeUint64(&in, &applied.position) || !in.empty() ||
      applied.position == 0) {
    return absl::DataLossError("the record of the last commit is damaged");
  }
  return applied;
}

class RocksDbSnapshot final : public Snapshot {
 public:
  explicit RocksDbSnapshot(rocksdb::DB* db) : db_(db), snapshot_(db->GetSnapshot()) {
    options_.snapshot = snapshot_;
    // Read from the view itself: a commit may end between a look at the store and the taking of the view.
    absl::StatusOr<Applied> applied = GetApplied(db_, options_);
    status_ = applied.status();
    position_ = applied.ok() ? applied->position : 0;
  }
  ~RocksDbSnapshot() override { db_->ReleaseSnapshot(snapshot_); }
  RocksDbSnapshot(const RocksDbSnapshot&) = delete;
  RocksDbSnapshot& operator=(const RocksDbSnapshot&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    TB_RETURN_IF_ERROR(status_);
    if (IsReserved(key)) {
      return std::nullopt;
    }
    return GetBytes(db_, options_, key);
  }

  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override {
    if (!status_.ok()) {
      return std::make_unique<FailedIterator>(status_);
    }
    return std::make_unique<RocksDbIterator>(db_, snapshot_, begin, end);
  }

  uint64_t position() const override { return position_; }

 private:
  rocksdb::DB* db_;
  const rocksdb::Snapshot* snapshot_;
  rocksdb::ReadOptions options_;
  absl::Status status_;  // of taking the view; every read repeats it
  uint64_t position_ = 0;
};

class RocksDbStore final : public Store {
 public:
  RocksDbStore(std::unique_ptr<RocksDbFolder> folder, std::unique_ptr<rocksdb::DB> db, uint64_t epoch, Applied applied)
      : folder_(std::move(folder)), db_(std::move(db)), epoch_(epoch), rows_(0, 0, kProtectionBytes, 0), applied_(applied) {}

  absl::StatusOr<Fence> Acquire() override {
    absl::MutexLock writer(&writer_mutex_);
    TB_RETURN_IF_ERROR(poison_);
    std::string epoch;
    base::AppendUint64(&epoch, epoch_ + 1);
    rows_.Clear();
    TB_RETURN_IF_ERROR(Write(rows_.Put(ToSlice(kEpochKey), epoch), "acquire"));
    return Fence{++epoch_};
  }

  absl::Status Commit(const WriteBatch& batch, Fence fence) override {
    absl::MutexLock writer(&writer_mutex_);
    TB_RETURN_IF_ERROR(poison_);
    TB_RETURN_IF_ERROR(CheckCommit(batch, fence, epoch_, applied()));
    const Applied next = {batch.epoch(), batch.position()};
    rows_.Clear();
    // The engine's key sorts first: the memtable takes keys in ascending order for less.
    rocksdb::Status built = rows_.Put(ToSlice(kAppliedKey), EncodeApplied(next));
    for (const auto& [key, value] : batch.operations()) {
      if (!built.ok()) {
        break;
      }
      built = value.has_value() ? rows_.Put(key, *value) : rows_.Delete(key);
    }
    TB_RETURN_IF_ERROR(Write(built, "commit"));
    absl::MutexLock lock(&applied_mutex_);
    applied_ = next;
    return absl::OkStatus();
  }

  Applied applied() const override {
    absl::MutexLock lock(&applied_mutex_);
    return applied_;
  }

  std::unique_ptr<Snapshot> TakeSnapshot() const override { return std::make_unique<RocksDbSnapshot>(db_.get()); }

 private:
  // Makes rows_ durable unless building it failed. After a failed sync the kernel may have dropped the pages and call the
  // next sync a success, so nothing is ever tried again on this handle.
  absl::Status Write(rocksdb::Status built, absl::string_view doing) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_) {
    if (built.ok()) {
      rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);  // counters that nobody reads cost 7 % of a commit
      rocksdb::WriteOptions options;
      options.sync = true;
      options.protection_bytes_per_key = kProtectionBytes;
      built = db_->Write(options, &rows_);
    }
    poison_ = FromRocksDb(built, doing);
    return poison_;
  }

  const std::unique_ptr<RocksDbFolder> folder_;  // let go of after the database is closed
  const std::unique_ptr<rocksdb::DB> db_;

  // Held over a whole commit, its sync included; readers never take it.
  absl::Mutex writer_mutex_;
  absl::Status poison_ ABSL_GUARDED_BY(writer_mutex_);
  uint64_t epoch_ ABSL_GUARDED_BY(writer_mutex_);
  // Kept between commits, so that its memory is touched for the first time only once.
  rocksdb::WriteBatch rows_ ABSL_GUARDED_BY(writer_mutex_);

  mutable absl::Mutex applied_mutex_ ABSL_ACQUIRED_AFTER(writer_mutex_);
  Applied applied_ ABSL_GUARDED_BY(applied_mutex_);
};

void SetDurability(rocksdb::Options* options) {
  // The default mode opens at an earlier point when the log is damaged in the middle: acknowledged commits would vanish
  // silently.
  options->wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options->track_and_verify_wals_in_manifest =
      true;  // a closed log that is missing or too short is an error; forbids DB::SyncWAL()
  options->paranoid_checks = true;
  options->max_bgerror_resume_count = 0;  // never write on after a fault: the process starts again instead
  options->unordered_write = false;       // would break snapshots
  options->enable_pipelined_write = false;
}

void SetMemtable(const RocksDbOptions& wanted, rocksdb::Options* options) {
  options->write_buffer_size = wanted.write_buffer_bytes;
  // One being filled, one being flushed. A third would only add to what is replayed: with one column family the log is as
  // long as the memtables not yet flushed, and max_total_wal_size has no say.
  options->max_write_buffer_number = 2;
  // With one writer and ascending keys an insert starts where the last one of its table (the first byte) ended; measured: a
  // fifth less CPU a commit. The concurrent path searches from the top each time.
  options->allow_concurrent_memtable_write = false;
  options->memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  options->enable_write_thread_adaptive_yield = false;
  // Most keys a command asks for are new ones, such as its request id: 20 bits a row tell so in a quarter of the time.
  options->memtable_whole_key_filtering = true;
  options->memtable_prefix_bloom_size_ratio = 0.02;
}

void SetTables(const RocksDbOptions& wanted, rocksdb::Options* options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(wanted.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options->table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options->level_compaction_dynamic_level_bytes = true;
  const std::vector<rocksdb::CompressionType> known = rocksdb::GetSupportedCompressions();
  const auto choose = [&known](rocksdb::CompressionType type) {
    return std::find(known.begin(), known.end(), type) != known.end() ? type : rocksdb::kNoCompression;
  };
  options->compression = choose(rocksdb::kLZ4Compression);
  options->bottommost_compression = choose(rocksdb::kZSTD);
}

void SetHousekeeping(rocksdb::Options* options) {
  options->max_background_jobs = 2;  // one flush, one compaction
  options->max_subcompactions = 1;
  options->bytes_per_sync = 1 << 20;  // write tables out as they grow, so that no sync of the log waits behind a whole one
  options->max_open_files = 512;      // under the usual limit of 1,024 for a process
  options->stats_dump_period_sec = 0;
  options->stats_persist_period_sec = 0;
  options->info_log_level = rocksdb::WARN_LEVEL;
  options->keep_log_file_num = 4;
}

rocksdb::Options MakeOptions(const RocksDbOptions& wanted) {
  rocksdb::Options options;
  if (wanted.env != nullptr) {
    options.env = wanted.env;
  }
  SetDurability(&options);
  SetMemtable(wanted, &options);
  SetTables(wanted, &options);
  SetHousekeeping(&options);
  // Compaction can wait, the writer and its callers cannot.
  options.env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow).PermitUncheckedError();
  return options;
}

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenDatabase(const std::string& path, rocksdb::Options options) {
  options.create_if_missing = true;  // RocksDbFolder has made sure that nothing is lost by it
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, path, &db);
  if (status.IsIOError() && absl::StrContains(status.ToString(), "lock ")) {
    return absl::UnavailableError(absl::StrCat(path, " is in use by another process"));
  }
  if (status.IsNoSpace()) {
    return absl::ResourceExhaustedError(absl::StrCat("open ", path, ": ", status.ToString()));
  }
  TB_RETURN_IF_ERROR(FromRocksDb(status, absl::StrCat("open ", path)));
  return std::unique_ptr<rocksdb::DB>(db);
}

// True when there is a key at or behind `from`.
absl::StatusOr<bool> HasRows(rocksdb::DB* db, absl::string_view from) {
  std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(rocksdb::ReadOptions()));
  rows->Seek(ToSlice(from));
  TB_RETURN_IF_ERROR(FromRocksDb(rows->status(), "scan"));
  return rows->Valid();
}

// Writes the format into a new database; FAILED_PRECONDITION when the database is somebody else's or of another format.
absl::Status CheckFormat(rocksdb::DB* db, const std::string& path) {
  std::string expected;
  base::AppendUint32(&expected, kFormat);
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> found, GetBytes(db, rocksdb::ReadOptions(), kFormatKey));
  if (found.has_value()) {
    return *found == expected ? absl::OkStatus()
                              : absl::FailedPreconditionError(
                                    absl::StrCat(path, " was written in a format that this version does not read"));
  }
  TB_ASSIGN_OR_RETURN(const bool foreign, HasRows(db, ""));
  if (foreign) {
    return absl::FailedPreconditionError(absl::StrCat(path, " holds a database of another program"));
  }
  rocksdb::WriteOptions options;
  options.sync = true;
  TB_RETURN_IF_ERROR(FromRocksDb(db->Put(options, ToSlice(kFormatKey), expected), "write the format"));
  // From here on there is a table, by which RocksDbFolder tells a lost log from an interrupted first start.
  return FromRocksDb(db->Flush(rocksdb::FlushOptions()), "write the format");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& path, const RocksDbOptions& options) {
  TB_ASSIGN_OR_RETURN(std::unique_ptr<RocksDbFolder> folder, RocksDbFolder::Open(path));
  TB_ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::DB> db, OpenDatabase(path, MakeOptions(options)));
  TB_RETURN_IF_ERROR(CheckFormat(db.get(), path));
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> epoch_bytes, GetBytes(db.get(), rocksdb::ReadOptions(), kEpochKey));
  uint64_t epoch = 0;
  if (epoch_bytes.has_value()) {
    absl::string_view in = *epoch_bytes;
    if (!base::ConsumeUint64(&in, &epoch) || !in.empty()) {
      return absl::DataLossError("the record of the last writer is damaged");
    }
  }
  TB_ASSIGN_OR_RETURN(const Applied applied, GetApplied(db.get(), rocksdb::ReadOptions()));
  TB_ASSIGN_OR_RETURN(const bool has_rows, HasRows(db.get(), kFirstOpenKey));
  if (applied.epoch > epoch || (has_rows && applied.position == 0)) {
    return absl::DataLossError(absl::StrCat(path, ": the last commit does not fit what is stored"));
  }
  return std::make_unique<RocksDbStore>(std::move(folder), std::move(db), epoch, applied);
}

}  // namespace timebank::store
