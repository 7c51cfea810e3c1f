// The path of a commit: its encoding is appended to the log and synced (journal_log.h), and its rows go into a table in memory
// (memory_table.h). A full table is frozen; a thread of the store's own writes it to RocksDB (rocksdb_tables.h), and the files
// of the log behind it go. Readers look into all three (journal_view.h).
#include "service/store/rocksdb_store.h"

#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"
#include "service/base/log.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/store/commit_check.h"
#include "service/store/journal_folder.h"
#include "service/store/journal_log.h"
#include "service/store/journal_view.h"
#include "service/store/memory_table.h"
#include "service/store/rocksdb_folder.h"
#include "service/store/rocksdb_tables.h"

namespace timebank::store {
namespace {

// Files of the log from which on the rows in memory are handed to the tables although there are few: each opening adds one.
constexpr uint32_t kManyLogs = 64;

// Everything that opening has put together.
struct Opened {
  std::unique_ptr<RocksDbFolder> folder;
  std::string log_folder;
  std::shared_ptr<rocksdb::FileSystem> files;
  std::unique_ptr<RocksDbTables> tables;
  std::shared_ptr<MemoryTable> active;
  std::unique_ptr<LogWriter> log;
  LogState state;
  uint32_t first_log = 1;
};

class RocksDbStore final : public Store {
 public:
  RocksDbStore(Opened opened, uint64_t table_bytes)
      : folder_(std::move(opened.folder)),
        log_folder_(std::move(opened.log_folder)),
        files_(std::move(opened.files)),
        table_bytes_(table_bytes),
        tables_(std::move(opened.tables)),
        log_(std::move(opened.log)),
        active_(std::move(opened.active)),
        state_(opened.state),
        first_log_(opened.first_log),
        applied_(opened.state.applied),
        parts_(std::make_shared<JournalParts>(JournalParts{active_, nullptr, tables_->TakeView()})),
        mover_([this] { MoveTables(); }) {}

  ~RocksDbStore() override {
    stop_ = true;
    {
      const base::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    mover_.join();
  }

  absl::StatusOr<Fence> Acquire() override {
    const base::MutexLock writer(&writer_mutex_);
    TB_RETURN_IF_ERROR(CheckHealth());
    TB_RETURN_IF_ERROR(
        Write(EncodeFrameHeader({FrameKind::kAcquire, 0, state_.number, state_.epoch + 1, state_.applied.position})));
    return Fence{++state_.epoch};
  }

  absl::Status Commit(WriteBatch batch, Fence fence) override {
    const base::MutexLock writer(&writer_mutex_);
    TB_RETURN_IF_ERROR(CheckHealth());
    TB_RETURN_IF_ERROR(CheckCommit(batch, fence, state_.epoch, state_.applied));
    if (active_->bytes() >= table_bytes_ || state_.number - first_log_ >= kManyLogs) {
      poison_ = Freeze();
      TB_RETURN_IF_ERROR(poison_);
    }
    TB_ASSIGN_OR_RETURN(const std::string header, EncodeCommitHeader(batch, state_.number));
    TB_RETURN_IF_ERROR(Write(header, batch.Seal()));
    state_.applied = {batch.epoch(), batch.position()};
    active_->Insert(std::move(batch));
    const base::MutexLock lock(&mutex_);
    applied_ = state_.applied;
    return absl::OkStatus();
  }

  Applied applied() const override {
    const base::MutexLock lock(&mutex_);
    return applied_;
  }

  Id id() const override { return tables_->id(); }

  absl::Status Purge(const std::vector<Range>& ranges, std::atomic<bool>* cancel) override {
    {
      // The log has the old bytes as well: its files go once what they hold is in the tables.
      const base::MutexLock writer(&writer_mutex_);
      TB_RETURN_IF_ERROR(CheckHealth());
      poison_ = Freeze();
      TB_RETURN_IF_ERROR(poison_);
    }
    {
      const base::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &RocksDbStore::MayFreeze));
      TB_RETURN_IF_ERROR(mover_status_);
    }
    TB_RETURN_IF_ERROR(tables_->AwaitViews(cancel));
    for (const Range& range : ranges) {
      TB_RETURN_IF_ERROR(tables_->Rewrite(range.begin, range.end, cancel));
    }
    return absl::OkStatus();
  }

  std::unique_ptr<Snapshot> TakeSnapshot() const override {
    const base::MutexLock lock(&mutex_);
    return MakeJournalSnapshot(parts_, applied_.position);
  }

 private:
  // A full table, and the state once it is in the tables.
  struct Frozen {
    std::shared_ptr<const MemoryTable> table;
    LogState state;
  };

  // After a fault nothing is ever tried again: the kernel may have dropped the pages and call the next sync a success.
  absl::Status CheckHealth() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_) {
    if (poison_.ok()) {
      const base::MutexLock lock(&mutex_);
      poison_ = mover_status_;
    }
    return poison_;
  }

  absl::Status Write(absl::string_view header, absl::string_view payload = "") ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_) {
    poison_ = log_->Append(header, payload);
    return poison_;
  }

  bool MayFreeze() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return parts_->frozen == nullptr || !mover_status_.ok(); }
  bool MoverHasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || parts_->frozen != nullptr; }

  // Begins a new table and a new file of the log. Waits until the one frozen before is in the tables: memory is bounded.
  absl::Status Freeze() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_) {
    {
      const base::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &RocksDbStore::MayFreeze));
      TB_RETURN_IF_ERROR(mover_status_);
    }
    const uint32_t next = state_.number + 1;
    TB_ASSIGN_OR_RETURN(std::unique_ptr<LogWriter> log,
                        LogWriter::Begin(files_, LogPath(log_folder_, next), table_bytes_,
                                         {FrameKind::kBegin, 0, next, state_.epoch, state_.applied.position}));
    TB_RETURN_IF_ERROR(
        log_->Append(EncodeFrameHeader({FrameKind::kEnd, 0, state_.number, state_.epoch, state_.applied.position})));
    log_ = std::move(log);
    state_.number = next;
    first_log_ = next;
    const std::shared_ptr<const MemoryTable> full = active_;
    active_ = std::make_shared<MemoryTable>(full->rows());
    const base::MutexLock lock(&mutex_);
    parts_ = std::make_shared<JournalParts>(JournalParts{active_, full, parts_->tables});
    frozen_ = {full, state_};
    return absl::OkStatus();
  }

  // The mover's thread: brings frozen tables to the disk and removes the log behind them.
  void MoveTables() {
    while (true) {
      Frozen frozen;
      {
        const base::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(this, &RocksDbStore::MoverHasWork));
        if (stopping_) {
          return;
        }
        frozen = std::move(frozen_);
      }
      absl::Status status = tables_->Ingest(std::move(frozen.table), frozen.state, stop_);
      if (absl::IsCancelled(status)) {
        return;
      }
      const std::shared_ptr<const RocksDbTables::View> view = status.ok() ? tables_->TakeView() : nullptr;
      std::shared_ptr<const JournalParts> old;  // released without the lock: it may be the last that holds a whole table
      {
        const base::MutexLock lock(&mutex_);
        if (status.ok()) {
          old = std::exchange(parts_, std::make_shared<JournalParts>(JournalParts{parts_->active, nullptr, view}));
        }
        mover_status_ = status;
      }
      old.reset();
      if (!status.ok()) {
        base::Log(base::LogLevel::kError, "store_tables_failed", {{"status", status.ToString()}});
        return;
      }
      // What stays behind is removed the next time.
      RemoveLogsBefore(log_folder_, frozen.state.number).IgnoreError();
    }
  }

  const std::unique_ptr<RocksDbFolder> folder_;  // let go of after the tables are closed
  const std::string log_folder_;
  const std::shared_ptr<rocksdb::FileSystem> files_;
  const uint64_t table_bytes_;
  const std::unique_ptr<RocksDbTables> tables_;

  // Held over a whole commit, its sync included; readers never take it.
  base::Mutex writer_mutex_;
  absl::Status poison_ ABSL_GUARDED_BY(writer_mutex_);
  std::unique_ptr<LogWriter> log_ ABSL_GUARDED_BY(writer_mutex_);
  std::shared_ptr<MemoryTable> active_ ABSL_GUARDED_BY(writer_mutex_);
  LogState state_ ABSL_GUARDED_BY(writer_mutex_);      // the end of the log
  uint32_t first_log_ ABSL_GUARDED_BY(writer_mutex_);  // of the files that hold the active table's rows

  std::atomic<bool> stop_{false};  // asks the mover to leave what it is doing
  mutable base::Mutex mutex_ ABSL_ACQUIRED_AFTER(writer_mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status mover_status_ ABSL_GUARDED_BY(mutex_);
  Frozen frozen_ ABSL_GUARDED_BY(mutex_);  // for the mover, when parts_->frozen is new
  Applied applied_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const JournalParts> parts_ ABSL_GUARDED_BY(mutex_);

  std::thread mover_;  // last: it uses all of the above
};

// Fills `opened` from what the log holds beyond the tables, or makes a new log.
absl::Status OpenLog(const std::string& path, uint64_t room, Opened* opened) {
  opened->log_folder = absl::StrCat(path, "/log");
  if (::mkdir(opened->log_folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::InternalError(absl::StrCat("create ", opened->log_folder, ": ", absl::ErrnoToStatus(errno, "").message()));
  }
  opened->active = std::make_shared<MemoryTable>();
  const auto begin = [opened, room](uint32_t number) {
    const FrameHeader header = {FrameKind::kBegin, 0, number, opened->state.epoch, opened->state.applied.position};
    return LogWriter::Begin(opened->files, LogPath(opened->log_folder, number), room, header);
  };
  if (!opened->tables->state().has_value()) {
    TB_RETURN_IF_ERROR(CheckLogIsNew(opened->log_folder));
    TB_ASSIGN_OR_RETURN(opened->log, begin(1));
    return opened->tables->Start();
  }
  const LogState start = *opened->tables->state();
  TB_ASSIGN_OR_RETURN(opened->state,
                      ReplayLog(opened->log_folder, start, [opened](absl::string_view payload) -> absl::Status {
                        TB_ASSIGN_OR_RETURN(WriteBatch batch, WriteBatch::Decode(std::string(payload)));
                        opened->active->Insert(std::move(batch));
                        return absl::OkStatus();
                      }));
  opened->first_log = start.number;
  TB_ASSIGN_OR_RETURN(opened->log, begin(opened->state.number + 1));
  TB_ASSIGN_OR_RETURN(const std::unique_ptr<LogWriter> last,
                      LogWriter::Reopen(opened->files, LogPath(opened->log_folder, opened->state.number)));
  TB_RETURN_IF_ERROR(last->Append(
      EncodeFrameHeader({FrameKind::kEnd, 0, opened->state.number, opened->state.epoch, opened->state.applied.position})));
  ++opened->state.number;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const std::string& path, const RocksDbOptions& options) {
  Opened opened;
  TB_ASSIGN_OR_RETURN(opened.folder, RocksDbFolder::Open(path));
  rocksdb::Env* env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  opened.files = env->GetFileSystem();
  TB_ASSIGN_OR_RETURN(opened.tables, RocksDbTables::Open(path, options));
  TB_RETURN_IF_ERROR(OpenLog(path, options.write_buffer_bytes, &opened));
  return std::make_unique<RocksDbStore>(std::move(opened), options.write_buffer_bytes);
}

}  // namespace timebank::store
