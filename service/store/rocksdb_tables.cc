#include "service/store/rocksdb_tables.h"

#include <algorithm>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/sst_file_writer.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/store/rocksdb_status.h"

namespace timebank::store {
namespace {

constexpr absl::string_view kFormatKey("\0format", 7);
constexpr absl::string_view kStateKey("\0state", 6);
constexpr absl::string_view kIdKey("\0id", 3);
constexpr absl::string_view kFirstOpenKey("\1", 1);
constexpr uint32_t kFormat = 3;
// So many files of the top level, each of which a read may have to look into, are the most.
constexpr uint64_t kMostTopFiles = 16;

rocksdb::Slice ToSlice(absl::string_view bytes) { return {bytes.data(), bytes.size()}; }
absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

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

std::string EncodeState(const LogState& state) {
  std::string bytes;
  base::AppendUint64(&bytes, state.epoch);
  base::AppendUint64(&bytes, state.applied.epoch);
  base::AppendUint64(&bytes, state.applied.position);
  base::AppendUint32(&bytes, state.number);
  return bytes;
}

std::string EncodeFormat() {
  std::string bytes;
  base::AppendUint32(&bytes, kFormat);
  return bytes;
}

absl::StatusOr<LogState> DecodeState(absl::string_view in) {
  LogState state;
  const bool whole = base::ConsumeUint64(&in, &state.epoch) && base::ConsumeUint64(&in, &state.applied.epoch) &&
                     base::ConsumeUint64(&in, &state.applied.position) && base::ConsumeUint32(&in, &state.number) &&
                     in.empty();
  const bool fits = state.applied.epoch <= state.epoch && (state.applied.position == 0) == (state.applied.epoch == 0);
  return whole && fits && state.number > 0 ? absl::StatusOr<LogState>(state)
                                           : absl::DataLossError("the record of what the tables hold is damaged");
}

void SetDurability(rocksdb::Options* options) {
  // RocksDB's own log stays empty; whatever stands in it is not ours.
  options->wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  options->paranoid_checks = true;
  options->max_bgerror_resume_count = 0;  // never write on after a fault: the process starts again instead
}

void SetTables(const RocksDbOptions& wanted, rocksdb::Options* options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(wanted.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options->table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options->write_buffer_size = size_t{1} << 20;  // next to nothing goes there
  options->level0_file_num_compaction_trigger = 4;
  options->target_file_size_base = std::max(wanted.write_buffer_bytes, size_t{1} << 20);
  options->max_bytes_for_level_base = 4 * options->target_file_size_base;
  options->level_compaction_dynamic_level_bytes = true;
  const std::vector<rocksdb::CompressionType> known = rocksdb::GetSupportedCompressions();
  const auto choose = [&known](rocksdb::CompressionType type) {
    return std::find(known.begin(), known.end(), type) != known.end() ? type : rocksdb::kNoCompression;
  };
  options->compression = choose(rocksdb::kLZ4Compression);
  options->bottommost_compression = choose(rocksdb::kZSTD);
}

void SetHousekeeping(rocksdb::Options* options) {
  options->max_background_jobs = 2;  // one of them for compaction
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

}  // namespace

absl::StatusOr<std::optional<std::string>> RocksDbTables::View::Get(absl::string_view key) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  return GetBytes(db_, options, key);
}

std::unique_ptr<Iterator> RocksDbTables::View::Scan(absl::string_view begin, absl::string_view end) const {
  return std::make_unique<RocksDbIterator>(db_, snapshot_, begin, end);
}

absl::StatusOr<std::unique_ptr<RocksDbTables>> RocksDbTables::Open(const std::string& path, const RocksDbOptions& wanted) {
  const rocksdb::Options options = MakeOptions(wanted);
  TB_ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::DB> db, OpenDatabase(path, options));
  std::unique_ptr<RocksDbTables> tables(new RocksDbTables(path, options, std::move(db)));
  TB_RETURN_IF_ERROR(tables->LoadState());
  return tables;
}

absl::Status RocksDbTables::LoadState() {
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> format, GetBytes(db_.get(), rocksdb::ReadOptions(), kFormatKey));
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> state, GetBytes(db_.get(), rocksdb::ReadOptions(), kStateKey));
  if (!format.has_value()) {
    TB_ASSIGN_OR_RETURN(const bool foreign, HasRows(db_.get(), ""));
    return foreign ? absl::FailedPreconditionError(absl::StrCat(path_, " holds a database of another program"))
                   : absl::OkStatus();
  }
  if (*format != EncodeFormat()) {
    return absl::FailedPreconditionError(absl::StrCat(path_, " was written in a format that this version does not read"));
  }
  TB_ASSIGN_OR_RETURN(state_, DecodeState(state.value_or("")));
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> id, GetBytes(db_.get(), rocksdb::ReadOptions(), kIdKey));
  if (id.value_or("").size() != id_.size()) {
    return absl::DataLossError(absl::StrCat(path_, ": which store it is is damaged"));
  }
  std::copy(id->begin(), id->end(), id_.begin());
  TB_ASSIGN_OR_RETURN(const bool has_rows, HasRows(db_.get(), kFirstOpenKey));
  return has_rows && state_->applied.position == 0
             ? absl::DataLossError(absl::StrCat(path_, ": the last commit does not fit what is stored"))
             : absl::OkStatus();
}

absl::Status RocksDbTables::Start() {
  state_ = LogState{};
  std::random_device random;
  std::generate(id_.begin(), id_.end(), [&random] { return static_cast<uint8_t>(random()); });
  rocksdb::WriteBatch rows;
  rocksdb::Status status = rows.Put(ToSlice(kFormatKey), EncodeFormat());
  if (status.ok()) {
    status = rows.Put(ToSlice(kStateKey), EncodeState(*state_));
  }
  if (status.ok()) {
    status = rows.Put(ToSlice(kIdKey), std::string(id_.begin(), id_.end()));
  }
  if (status.ok()) {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    status = db_->Write(options, &rows);
  }
  if (status.ok()) {
    status = db_->Flush(rocksdb::FlushOptions());
  }
  return FromRocksDb(status, "write the format");
}

absl::Status RocksDbTables::WriteFile(const std::string& file, std::shared_ptr<const MemoryTable> table,
                                      const LogState& state, const std::atomic<bool>& stop) {
  rocksdb::Options options = options_;
  options.bottommost_compression = rocksdb::kDisableCompressionOption;  // the slow one is for what will stay
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(options), options);
  rocksdb::Status status = writer.Open(file);
  if (status.ok()) {
    status = writer.Put(ToSlice(kStateKey), EncodeState(state));
  }
  MemoryTableCursor rows(std::move(table), "", "", std::numeric_limits<uint64_t>::max());
  for (; status.ok() && rows.Valid(); rows.Next()) {
    if (stop) {
      return absl::CancelledError("the store is closing");
    }
    const MemoryTable::Entry& row = rows.entry();
    status = row.value.has_value() ? writer.Put(ToSlice(row.key), ToSlice(*row.value)) : writer.Delete(ToSlice(row.key));
  }
  if (status.ok()) {
    status = writer.Finish();  // syncs
  }
  return FromRocksDb(status, absl::StrCat("write ", file));
}

absl::Status RocksDbTables::Ingest(std::shared_ptr<const MemoryTable> table, const LogState& state,
                                   const std::atomic<bool>& stop) {
  // Overwritten when an attempt before was interrupted. Not beside RocksDB's own, so that nobody takes it for one.
  const std::string file = absl::StrCat(path_, "/log/next.sst");
  TB_RETURN_IF_ERROR(WriteFile(file, std::move(table), state, stop));
  uint64_t files = 0;
  while (db_->GetIntProperty("rocksdb.num-files-at-level0", &files) && files >= kMostTopFiles) {
    // After a fault compaction stops for good, and with it this.
    uint64_t faults = 0;
    if (db_->GetIntProperty(rocksdb::DB::Properties::kBackgroundErrors, &faults) && faults > 0) {
      return absl::InternalError("compaction has failed");
    }
    if (stop) {
      return absl::CancelledError("the store is closing");
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  const rocksdb::Status status = db_->IngestExternalFile({file}, options);
  if (status.ok()) {
    state_ = state;
  }
  return FromRocksDb(status, "take over a table");
}

absl::Status RocksDbTables::AwaitViews(std::atomic<bool>* cancel) const {
  // Every Ingest takes a sequence number of its own, since the store always has a view open.
  const uint64_t latest = db_->GetLatestSequenceNumber();
  uint64_t oldest = 0;
  while (!*cancel) {
    if (!db_->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest)) {
      return absl::InternalError("the database does not tell its oldest snapshot");
    }
    if (oldest == 0 || oldest >= latest) {
      return absl::OkStatus();
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::CancelledError("the store is closing");
}

absl::Status RocksDbTables::Rewrite(absl::string_view begin, absl::string_view end, std::atomic<bool>* cancel) {
  if (*cancel) {
    return absl::CancelledError("the store is closing");
  }
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.max_subcompactions = 1;
  options.canceled = cancel;
  const rocksdb::Slice first = ToSlice(begin);
  const rocksdb::Slice last = ToSlice(end);
  const rocksdb::Status status = db_->CompactRange(options, &first, end.empty() ? nullptr : &last);
  return status.IsIncomplete() ? absl::CancelledError("the store is closing") : FromRocksDb(status, "purge");
}

}  // namespace timebank::store
