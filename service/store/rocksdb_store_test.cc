// The promises of the RocksDB engine that only show when something breaks.
#include "service/store/rocksdb_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/db.h"
#include "service/store/fault_test_env.h"
#include "service/store/journal_folder.h"
#include "service/store/journal_log.h"
#include "service/store/test_folder.h"

namespace timebank::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RocksDbStoreTest : public testing::Test {
 protected:
  absl::Status Open() {
    RocksDbOptions options;
    options.env = faults_.env();
    options.block_cache_bytes = size_t{1} << 20;
    options.write_buffer_bytes = write_buffer_bytes_;
    absl::StatusOr<std::unique_ptr<Store>> opened = OpenRocksDbStore(path(), options);
    if (opened.ok()) {
      store_ = *std::move(opened);
      fence_ = Fence{store_->applied().epoch};
    }
    return opened.status();
  }

  absl::Status OpenAndAcquire() {
    absl::Status status = Open();
    if (status.ok()) {
      absl::StatusOr<Fence> fence = store_->Acquire();
      fence_ = fence.value_or(Fence{});
      status = fence.status();
    }
    return status;
  }

  absl::Status Commit() {
    const uint64_t position = store_->applied().position + 1;
    return store_->Commit(
        WriteBatch(fence_.epoch, position, {{KeyOf(position), ValueOf(position)}, {"last", absl::StrCat(position)}}),
        fence_);
  }

  void CommitMany(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(Commit().ok());
    }
  }

  static std::string KeyOf(uint64_t position) { return absl::StrCat("k", position + 1'000'000); }
  static std::string ValueOf(uint64_t position) { return absl::StrCat(position, std::string(400, 'v')); }

  // Every commit up to `position` is there, and nothing of a later one.
  void ExpectExactly(uint64_t position) {
    EXPECT_EQ(store_->applied().position, position);
    std::unique_ptr<Snapshot> snapshot = store_->TakeSnapshot();
    EXPECT_EQ(snapshot->position(), position);
    uint64_t next = 1;
    std::unique_ptr<Iterator> scan = snapshot->Scan("k", "l");
    for (; scan->Valid(); scan->Next(), ++next) {
      ASSERT_EQ(scan->key(), KeyOf(next));
      ASSERT_EQ(scan->value(), ValueOf(next));
    }
    EXPECT_TRUE(scan->status().ok()) << scan->status();
    EXPECT_EQ(next, position + 1);
    EXPECT_EQ(*snapshot->Get("last"), position == 0 ? std::nullopt : std::make_optional(absl::StrCat(position)));
  }

  // The newest file of the log, or of the tables.
  fs::path NewestFile(const std::string& extension) {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(extension == ".log" ? path() + "/log" : path())) {
      if (entry.path().extension() == extension) {
        newest = std::max(newest, entry.path());
      }
    }
    EXPECT_FALSE(newest.empty()) << extension;
    return newest;
  }

  // Bytes of a file of the log that frames have taken; zeros follow where room was set aside.
  static uint64_t UsedBytes(const fs::path& log) {
    std::ifstream file(log, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return (bytes.find_last_not_of('\0') + kFrameHeaderBytes) / kFrameHeaderBytes * kFrameHeaderBytes;
  }

  // Waits until everything but the newest table is in RocksDB and the log behind it is gone.
  void AwaitTables() {
    const auto logs = [this] { return std::distance(fs::directory_iterator(path() + "/log"), fs::directory_iterator()); };
    for (int i = 0; i < 1000 && logs() > 1; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_EQ(logs(), 1);
  }

  static void FlipByte(const fs::path& file, uint64_t offset, int flip = 0x20) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(static_cast<char>(byte ^ flip));
    ASSERT_TRUE(stream.good());
  }

  std::string path() const { return folder_.path() + "/store"; }

  TestFolder folder_;
  FaultTestEnv faults_;
  size_t write_buffer_bytes_ = size_t{1} << 20;
  std::unique_ptr<Store> store_;
  Fence fence_;
};

// journal_log_test flips every bit; here some of them pass through the whole opening.
TEST_F(RocksDbStoreTest, DamagedLogRefusesToOpen) {
  write_buffer_bytes_ = size_t{32} << 10;
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(8);
  store_.reset();
  const fs::path log = NewestFile(".log");
  const uint64_t used = UsedBytes(log);
  ASSERT_LT(used, fs::file_size(log)) << "there shall be room behind it";
  for (uint64_t offset = 0; offset < used + 32; offset += 61) {
    FlipByte(log, offset, 1 << offset % 8);
    const absl::Status status = Open();
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << offset << ": " << status;
    ASSERT_THAT(std::string(status.message()), HasSubstr(path()));
    FlipByte(log, offset, 1 << offset % 8);
  }
  ASSERT_TRUE(Open().ok()) << "the refusals changed nothing";
  ExpectExactly(8);
}

TEST_F(RocksDbStoreTest, TornTailOpensWithEveryAcknowledgedCommit) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(100);
  const fs::path log = NewestFile(".log");
  const uint64_t acknowledged = UsedBytes(log);
  CommitMany(1);
  store_.reset();
  const uint64_t one = UsedBytes(log) - acknowledged;
  const fs::path kept = folder_.path() + "/kept";
  fs::copy(path(), kept, fs::copy_options::recursive);
  for (const bool room : {false, true}) {
    for (uint64_t size : {uint64_t{0}, uint64_t{1}, uint64_t{6}, uint64_t{31}, uint64_t{32}, one / 2, one - 32}) {
      if (room && (acknowledged + size) % 512 > 0 && size > 0) {
        size += 512 - (acknowledged + size) % 512;  // the disk writes sectors
      }
      if (size >= one) {
        continue;
      }
      SCOPED_TRACE(absl::StrCat("cut to ", size, " of ", one, room ? ", zeros behind it" : ""));
      fs::remove_all(path());
      fs::copy(kept, path(), fs::copy_options::recursive);
      fs::resize_file(log, acknowledged + size);
      if (room) {
        fs::resize_file(log, size_t{1} << 20);
      }
      absl::Status status = Open();
      ASSERT_TRUE(status.ok()) << status;
      ExpectExactly(100);
      CommitMany(1);
      store_.reset();
      ASSERT_TRUE(Open().ok());
      ExpectExactly(101);
      store_.reset();
    }
  }
}

TEST_F(RocksDbStoreTest, TornAppendIsUnknownThenPoisonThenGone) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(20);
  faults_.faults().log_tear = 100;
  absl::Status torn = Commit();
  EXPECT_EQ(torn.code(), absl::StatusCode::kInternal) << torn;
  EXPECT_EQ(Commit(), torn);
  store_.reset();
  faults_.faults().log_tear = -1;
  faults_.faults().log_append = false;
  ASSERT_TRUE(Open().ok());
  ExpectExactly(20);
}

TEST_F(RocksDbStoreTest, FailedSyncPoisons) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(20);
  faults_.faults().log_sync = true;
  absl::Status unknown = Commit();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInternal) << unknown;
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("injected fault"));
  ExpectExactly(20);
  // The disk is well again, but what became of the failed sync nobody knows.
  faults_.faults().log_sync = false;
  EXPECT_EQ(Commit(), unknown);
  EXPECT_EQ(Commit(), unknown);
  EXPECT_EQ(store_->Acquire().status(), unknown);
  const Fence stale{fence_.epoch - 1};
  EXPECT_EQ(store_->Commit(WriteBatch(stale.epoch, 21, {}), stale), unknown);
  ExpectExactly(20);
  store_.reset();
  ASSERT_TRUE(OpenAndAcquire().ok());
  // The bytes reached the log before the sync failed: either answer keeps the promise, half of it would not.
  const uint64_t position = store_->applied().position;
  EXPECT_TRUE(position == 20 || position == 21) << position;
  ExpectExactly(position);
  CommitMany(5);
  ExpectExactly(position + 5);
}

// A power cut in the middle of a commit of many pages: each page of it reached the disk or did not.
TEST_F(RocksDbStoreTest, TornCommitOfManyPagesIsWholeOrGone) {
  write_buffer_bytes_ = size_t{8} << 20;  // the torn commit shall not be the one that begins a new log
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  const std::string large = [&random] {
    std::string bytes(150'000, 'x');
    for (char& byte : bytes) {
      byte = static_cast<char>(random());
    }
    return bytes;
  }();
  for (int round = 0; round < 40; ++round) {
    absl::Status status = OpenAndAcquire();
    ASSERT_TRUE(status.ok()) << "round " << round << ": " << status;
    CommitMany(static_cast<int>(random() % 5));
    const uint64_t acknowledged = store_->applied().position;
    const fs::path log = NewestFile(".log");
    const uint64_t synced = UsedBytes(log);
    faults_.faults().log_sync = true;
    const WriteBatch torn(
        fence_.epoch, acknowledged + 1,
        {{KeyOf(acknowledged + 1), ValueOf(acknowledged + 1)}, {"last", absl::StrCat(acknowledged + 1)}, {"z", large}});
    ASSERT_FALSE(store_->Commit(torn, fence_).ok());
    faults_.faults().log_sync = false;
    store_.reset();
    bool whole = true;
    const uint64_t written = UsedBytes(log);
    std::fstream stream(log, std::ios::in | std::ios::out | std::ios::binary);
    for (uint64_t page = synced / 4096 * 4096; page < written; page += 4096) {
      if (random() % 16 == 0) {
        whole = false;
        const uint64_t begin = std::max(page, synced);
        const uint64_t end = std::min<uint64_t>(page + 4096, written);
        stream.seekp(static_cast<std::streamoff>(begin));
        stream << std::string(end - begin, '\0');
      }
    }
    stream.close();
    if (round % 2 == 0 && written > synced) {
      whole = false;
      fs::resize_file(log, synced + random() % (written - synced));
    }
    status = Open();
    ASSERT_TRUE(status.ok()) << "round " << round << ": " << status;
    const uint64_t position = store_->applied().position;
    EXPECT_TRUE(position == acknowledged || (whole && position == acknowledged + 1))
        << "round " << round << ": " << position;
    ExpectExactly(position);
    store_.reset();
  }
}

TEST_F(RocksDbStoreTest, FailedAppendPoisonsAndAppliesNothing) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(3);
  faults_.faults().log_append = true;
  absl::Status unknown = Commit();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInternal) << unknown;
  faults_.faults().log_append = false;
  EXPECT_EQ(Commit(), unknown);
  store_.reset();
  ASSERT_TRUE(OpenAndAcquire().ok());
  ExpectExactly(3);
}

TEST_F(RocksDbStoreTest, FailedAcquirePoisons) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(3);
  faults_.faults().log_sync = true;
  absl::Status unknown = store_->Acquire().status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInternal) << unknown;
  faults_.faults().log_sync = false;
  EXPECT_EQ(Commit(), unknown);
}

TEST_F(RocksDbStoreTest, FailedFlushInTheBackgroundPoisonsAndLosesNothing) {
  write_buffer_bytes_ = size_t{64} << 10;
  ASSERT_TRUE(OpenAndAcquire().ok());
  faults_.faults().table_append = true;
  uint64_t acknowledged = 0;
  absl::Status status;
  while (status.ok() && acknowledged < 10'000) {
    status = Commit();
    acknowledged += status.ok() ? 1 : 0;
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  faults_.faults().table_append = false;
  EXPECT_EQ(Commit(), status);
  store_.reset();
  ASSERT_TRUE(OpenAndAcquire().ok());
  ExpectExactly(acknowledged);
}

// The promise behind OK: what was acknowledged was synced, through flushes, new logs and reopening.
TEST_F(RocksDbStoreTest, PowerCutKeepsEveryAcknowledgedCommit) {
  write_buffer_bytes_ = size_t{64} << 10;
  uint64_t acknowledged = 0;
  for (int round = 0; round < 10; ++round) {
    absl::Status status = OpenAndAcquire();
    ASSERT_TRUE(status.ok()) << status;
    ExpectExactly(acknowledged);
    const uint64_t target = acknowledged + 150 + static_cast<uint64_t>(round) * 37;
    std::thread cutter;
    while (Commit().ok()) {
      ++acknowledged;
      if (acknowledged == target) {
        cutter = std::thread([this] { faults_.faults().power_cut = true; });
      }
    }
    cutter.join();
    store_.reset();
    faults_.LoseUnsynced();
    faults_.faults().power_cut = false;
  }
}

// Its last commit was acknowledged before the newer log came into use.
TEST_F(RocksDbStoreTest, TornLogBeforeANewerOneRefusesToOpen) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(10);
  store_.reset();
  const fs::path log = NewestFile(".log");
  ASSERT_TRUE(Open().ok());
  CommitMany(1);
  store_.reset();
  const uint64_t size = fs::file_size(log);
  for (const uint64_t cut : {size - 10, size - 32, size - 64, uint64_t{32}, uint64_t{0}}) {
    const fs::path kept = folder_.path() + "/kept";
    fs::copy_file(log, kept, fs::copy_options::overwrite_existing);
    fs::resize_file(log, cut);
    absl::Status status = Open();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << cut << ": " << status;
    EXPECT_EQ(fs::file_size(log), cut) << "left as it was found";
    fs::copy_file(kept, log, fs::copy_options::overwrite_existing);
  }
  ASSERT_TRUE(Open().ok());
  ExpectExactly(11);
}

TEST_F(RocksDbStoreTest, LogThatNeverCameIntoUseIsPutAside) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(10);
  store_.reset();
  const fs::path next = LogPath(path() + "/log", 2);
  for (const uint64_t size : {0, 10, 32, 4096}) {
    std::ofstream(next).close();
    fs::resize_file(next, size);
    absl::Status status = Open();
    ASSERT_TRUE(status.ok()) << size << ": " << status;
    ExpectExactly(10);
    store_.reset();
    // Undo the opening's own new file.
    fs::remove(next);
    fs::resize_file(LogPath(path() + "/log", 1), fs::file_size(LogPath(path() + "/log", 1)) - 32);
  }
}

TEST_F(RocksDbStoreTest, MissingFilesRefuseToOpen) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(10);
  store_.reset();
  ASSERT_TRUE(Open().ok());
  CommitMany(1);
  store_.reset();
  for (const fs::path& file : {fs::path(LogPath(path() + "/log", 1)), fs::path(LogPath(path() + "/log", 2)),
                               fs::path(path() + "/log"), NewestFile(".sst"), fs::path(path()) / "CURRENT"}) {
    const fs::path aside = folder_.path() + "/aside";
    fs::rename(file, aside);
    for (int attempt = 0; attempt < 2; ++attempt) {
      absl::Status status = Open();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << file << ": " << status;
    }
    fs::remove(file);
    fs::rename(aside, file);
  }
  ASSERT_TRUE(Open().ok());
  ExpectExactly(11);
}

TEST_F(RocksDbStoreTest, LogWithoutTablesRefusesToOpen) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(10);
  store_.reset();
  for (const auto& entry : std::vector<fs::directory_entry>(fs::directory_iterator(path()), fs::directory_iterator())) {
    if (entry.is_regular_file()) {
      fs::remove(entry.path());
    }
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    absl::Status status = Open();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  }
}

// A file of the log of another store, or of an earlier time, under the right name.
TEST_F(RocksDbStoreTest, ExchangedLogRefusesToOpen) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(10);
  store_.reset();
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(10);
  store_.reset();
  const fs::path first = LogPath(path() + "/log", 1);
  const fs::path second = LogPath(path() + "/log", 2);
  fs::copy_file(first, folder_.path() + "/kept");
  fs::copy_file(second, first, fs::copy_options::overwrite_existing);
  EXPECT_EQ(Open().code(), absl::StatusCode::kDataLoss) << "the number is wrong";
  fs::copy_file(folder_.path() + "/kept", first, fs::copy_options::overwrite_existing);
  ASSERT_TRUE(Open().ok());
  ExpectExactly(20);
}

// The power goes before the n-th thing that is done to the disk: through opening, commits, new logs, tables being written
// and taken over, and logs being removed. Each run tries every third n.
TEST_F(RocksDbStoreTest, PowerCutBeforeAnyStepKeepsEveryAcknowledgedCommit) {
  write_buffer_bytes_ = size_t{2} << 10;
  const uint64_t first = std::random_device()() % 3;
  bool cut = true;
  for (uint64_t step = 1 + first; cut; step += 3) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    fs::remove_all(path());
    faults_.faults().steps_left = static_cast<int64_t>(step);
    uint64_t acknowledged = 0;
    if (OpenAndAcquire().ok()) {
      while (acknowledged < 12 && Commit().ok()) {
        ++acknowledged;
      }
    }
    store_.reset();
    cut = faults_.faults().power_cut;
    faults_.LoseUnsynced();
    faults_.faults().power_cut = false;
    faults_.faults().steps_left = -1;
    absl::Status status = OpenAndAcquire();
    ASSERT_TRUE(status.ok()) << status;
    ExpectExactly(acknowledged);
    ASSERT_TRUE(Commit().ok());
    store_.reset();
  }
}

TEST_F(RocksDbStoreTest, InterruptedFirstStartStartsAgain) {
  fs::create_directory(path());
  fs::create_directory(path() + "/log");
  std::ofstream(LogPath(path() + "/log", 1)).close();
  for (const char* name : {"LOCK", "LOG", "IDENTITY", "MANIFEST-000001", "000001.dbtmp"}) {
    std::ofstream(fs::path(path()) / name) << "";
  }
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(1);
}

TEST_F(RocksDbStoreTest, SecondOpenIsUnavailable) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  EXPECT_EQ(OpenRocksDbStore(path()).status().code(), absl::StatusCode::kUnavailable);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Locks of the parent are not the child's: this asks the kernel.
    absl::Status status = OpenRocksDbStore(path()).status();
    ::_exit(status.code() == absl::StatusCode::kUnavailable ? 0 : 1);
  }
  int result = -1;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  EXPECT_EQ(result, 0);
  CommitMany(1);
}

TEST_F(RocksDbStoreTest, FolderInUseByAnotherToolIsUnavailable) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  store_.reset();
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), path(), &opened).ok());
  std::unique_ptr<rocksdb::DB> db(opened);
  absl::Status status = Open();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
}

TEST_F(RocksDbStoreTest, ForeignFolderIsRefusedAndLeftAlone) {
  fs::create_directory(path());
  std::ofstream(path() + "/letters.txt") << "mine";
  absl::Status status = Open();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("empty folder"));
  EXPECT_EQ(std::distance(fs::directory_iterator(path()), fs::directory_iterator()), 1);
}

TEST_F(RocksDbStoreTest, ForeignDatabaseIsRefused) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path(), &opened).ok());
  std::unique_ptr<rocksdb::DB> db(opened);
  ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), "someone", "else").ok());
  db.reset();
  absl::Status status = Open();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
}

// Opens the store's database by its back door.
class RocksDbStoreCheckTest : public RocksDbStoreTest {
 protected:
  void Tamper(const std::string& key, const std::string* value) {
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), path(), &opened).ok());
    std::unique_ptr<rocksdb::DB> db(opened);
    ASSERT_TRUE((value == nullptr ? db->Delete({}, key) : db->Put({}, key, *value)).ok());
  }
  static inline const std::string kFormat = std::string("\0format", 7);
  static inline const std::string kState = std::string("\0state", 6);
  static inline const std::string kId = std::string("\0id", 3);
};

TEST_F(RocksDbStoreCheckTest, RecordsThatDoNotFitRefuseToOpen) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(3);
  store_.reset();
  const std::string format("\0\0\0\3", 4);
  const std::string older("\0\0\0\2", 4);
  const std::string id(16, 'i');
  const auto state = [](char fence, char epoch, char position, char log) {
    return std::string(7, '\0') + fence + std::string(7, '\0') + epoch + std::string(7, '\0') + position +
           std::string(3, '\0') + log;
  };
  const std::string right = state(0, 0, 0, 1);
  const std::string garbage = "?";
  const std::string later = state(1, 1, 3, 1);
  const std::string forged = state(0, 1, 3, 1);
  const std::string no_log = state(0, 0, 0, 0);
  struct Case {
    const std::string& key;
    const std::string* wrong;
    const std::string& right;
    absl::StatusCode code;
  };
  for (const Case& c :
       {Case{kFormat, &older, format, absl::StatusCode::kFailedPrecondition},
        Case{kFormat, nullptr, format, absl::StatusCode::kFailedPrecondition},
        Case{kState, &garbage, right, absl::StatusCode::kDataLoss},
        Case{kState, nullptr, right, absl::StatusCode::kDataLoss}, Case{kState, &later, right, absl::StatusCode::kDataLoss},
        Case{kState, &forged, right, absl::StatusCode::kDataLoss}, Case{kState, &no_log, right, absl::StatusCode::kDataLoss},
        Case{kId, &garbage, id, absl::StatusCode::kDataLoss}, Case{kId, nullptr, id, absl::StatusCode::kDataLoss}}) {
    Tamper(c.key, c.wrong);
    absl::Status status = Open();
    EXPECT_EQ(status.code(), c.code) << status;
    store_.reset();
    Tamper(c.key, &c.right);
  }
  Tamper("row", &garbage);
  EXPECT_EQ(Open().code(), absl::StatusCode::kDataLoss) << "a row, and no commit that wrote it";
  Tamper("row", nullptr);
  ASSERT_TRUE(Open().ok());
  ExpectExactly(3);
}

TEST_F(RocksDbStoreTest, DamagedTableIsReportedByReads) {
  write_buffer_bytes_ = size_t{64} << 10;
  ASSERT_TRUE(OpenAndAcquire().ok());
  CommitMany(500);
  AwaitTables();
  store_.reset();
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(path())) {
    if (entry.path().extension() == ".sst" && (largest.empty() || entry.file_size() > fs::file_size(largest))) {
      largest = entry.path();
    }
  }
  FlipByte(largest, fs::file_size(largest) / 3);
  ASSERT_TRUE(Open().ok());
  std::unique_ptr<Snapshot> snapshot = store_->TakeSnapshot();
  std::unique_ptr<Iterator> scan = snapshot->Scan("", "");
  while (scan->Valid()) {
    scan->Next();
  }
  EXPECT_EQ(scan->status().code(), absl::StatusCode::kDataLoss) << scan->status();
}

TEST_F(RocksDbStoreTest, AStoreIsItselfAndNoOther) {
  ASSERT_TRUE(OpenAndAcquire().ok());
  const Store::Id first = store_->id();
  EXPECT_NE(first, Store::Id{});
  store_.reset();
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(store_->id(), first);
  const auto other = OpenRocksDbStore(path() + "-other");
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_NE((*other)->id(), first);
}

class PurgeTest : public RocksDbStoreTest {
 protected:
  static std::string Secret() {
    std::mt19937 random(4711);  // bytes that no compression hides
    std::string secret;
    for (int i = 0; i < 64; ++i) {
      secret.push_back(static_cast<char>(random() % 256));
    }
    return secret;
  }
  bool Holds(const std::string& bytes) const {
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      if (!entry.is_regular_file()) {
        continue;
      }
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      if (text.find(bytes) != std::string::npos) {
        return true;
      }
    }
    return false;
  }
  absl::Status SetPerson(std::optional<std::string> value) {
    const uint64_t position = store_->applied().position + 1;
    return store_->Commit(WriteBatch(fence_.epoch, position, {{"p1", std::move(value)}, {"q1", "stays"}}), fence_);
  }

  const std::vector<Store::Range> kPersons = {{"p", "q"}};
};

// An open snapshot sees what is to go: nothing may be called purged that still lies there for it.
TEST_F(PurgeTest, WaitsForTheSnapshotsThatStillSeeWhatGoes) {
  std::atomic<bool> cancel = false;
  const std::string secret = Secret();
  ASSERT_TRUE(OpenAndAcquire().ok());
  ASSERT_TRUE(SetPerson(secret).ok());
  ASSERT_TRUE(store_->Purge(kPersons, &cancel).ok());  // so that it stands in a table
  std::unique_ptr<Snapshot> snapshot = store_->TakeSnapshot();
  ASSERT_TRUE(SetPerson(std::nullopt).ok());
  std::atomic<bool> purged = false;
  std::thread purge([&] {
    EXPECT_TRUE(store_->Purge(kPersons, &cancel).ok());
    purged = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_FALSE(purged);
  EXPECT_EQ(*snapshot->Get("p1"), secret);
  EXPECT_EQ(*store_->TakeSnapshot()->Get("p1"), std::nullopt);
  snapshot.reset();
  purge.join();
  EXPECT_FALSE(Holds(secret));
  // Whoever closes the store does not wait for a reader.
  snapshot = store_->TakeSnapshot();
  std::thread stopped([&] { EXPECT_EQ(store_->Purge(kPersons, &cancel).code(), absl::StatusCode::kCancelled); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  cancel = true;
  stopped.join();
}

// What was deleted or written over is in no file any more, neither of the log nor of the tables, once it was purged.
TEST_F(PurgeTest, TakesOldBytesOffTheDisk) {
  const std::string secret = Secret();
  std::atomic<bool> cancel = false;
  ASSERT_TRUE(OpenAndAcquire().ok());
  ASSERT_TRUE(SetPerson(secret).ok());
  ASSERT_TRUE(store_->Purge(kPersons, &cancel).ok());
  EXPECT_TRUE(Holds(secret));  // it is still the value
  ASSERT_TRUE(SetPerson(std::nullopt).ok());
  ASSERT_TRUE(SetPerson(secret + "2").ok());
  ASSERT_TRUE(SetPerson(std::nullopt).ok());
  EXPECT_TRUE(Holds(secret));
  ASSERT_TRUE(store_->Purge(kPersons, &cancel).ok());
  AwaitTables();
  EXPECT_FALSE(Holds(secret));
  EXPECT_EQ(*store_->TakeSnapshot()->Get("p1"), std::nullopt);
  EXPECT_EQ(*store_->TakeSnapshot()->Get("q1"), "stays");
  cancel = true;
  EXPECT_EQ(store_->Purge(kPersons, &cancel).code(), absl::StatusCode::kCancelled);
  ASSERT_TRUE(SetPerson("again").ok());
  store_.reset();
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(*store_->TakeSnapshot()->Get("p1"), "again");
}

}  // namespace
}  // namespace timebank::store
