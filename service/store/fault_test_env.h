// For tests: a file system under RocksDB that fails on demand, and that can lose what was never synced, as a power cut does.
#ifndef TIMEBANK_STORE_FAULT_TEST_ENV_H_
#define TIMEBANK_STORE_FAULT_TEST_ENV_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "service/base/mutex.h"

namespace timebank::store {

// What shall go wrong. Set by the test, read by every open file. Thread-safe.
struct Faults {
  std::atomic<bool> log_append{false};  // appends to a log fail and write nothing
  std::atomic<int64_t> log_tear{-1};  // when >= 0: the next append to a log writes this many bytes and fails, later ones too
  std::atomic<bool> log_sync{false};  // syncs of a log fail
  std::atomic<bool> table_append{false};  // appends to a table fail: a flush or compaction in the background
  std::atomic<bool> power_cut{false};     // nothing reaches the disk any more
  std::atomic<int64_t> steps_left{-1};    // when > 0: the power is cut before the so-manieth thing done to the disk

  // To be asked before each thing that is done to the disk.
  bool PowerIsCut() {
    if (steps_left > 0 && --steps_left == 0) {
      power_cut = true;
    }
    return power_cut;
  }

  // Bytes of each file, by path, that a sync has made durable.
  base::Mutex mutex;
  std::map<std::string, uint64_t> synced ABSL_GUARDED_BY(mutex);
};

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, uint64_t size, Faults* faults)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), size_(size), faults_(faults) {
    base::MutexLock lock(&faults_->mutex);
    faults_->synced[path_] = size_;
  }

  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (faults_->PowerIsCut() || (is_log() && faults_->log_append) || (is_table() && faults_->table_append)) {
      return Fault("append");
    }
    if (const int64_t tear = faults_->log_tear; is_log() && tear >= 0) {
      const size_t torn = std::min(bytes.size(), static_cast<size_t>(tear));
      rocksdb::IOStatus status = FSWritableFileWrapper::Append(rocksdb::Slice(bytes.data(), torn), options, debug);
      faults_->log_append = true;
      return status.ok() ? Fault("append") : status;
    }
    size_ += bytes.size();
    return FSWritableFileWrapper::Append(bytes, options, debug);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
    return Append(bytes, options, debug);
  }

  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    if (faults_->PowerIsCut() || (is_log() && faults_->log_sync)) {
      return Fault("sync");
    }
    const uint64_t size = size_;
    rocksdb::IOStatus status = FSWritableFileWrapper::Sync(options, debug);
    if (status.ok()) {
      base::MutexLock lock(&faults_->mutex);
      faults_->synced[path_] = size;
    }
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  bool is_log() const { return absl::EndsWith(path_, ".log"); }
  bool is_table() const { return absl::EndsWith(path_, ".sst"); }
  static rocksdb::IOStatus Fault(const char* doing) { return rocksdb::IOStatus::IOError("injected fault", doing); }

  const std::string path_;
  uint64_t size_;
  Faults* faults_;
};

class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultFileSystem(Faults* faults) : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}

  static const char* kClassName() { return "FaultFileSystem"; }
  const char* Name() const override { return kClassName(); }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (faults_->PowerIsCut()) {
      return NoPower("create");
    }
    return Wrap(FileSystemWrapper::NewWritableFile(path, options, file, debug), path, 0, file);
  }
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override {
    if (faults_->PowerIsCut()) {
      return NoPower("open");
    }
    std::error_code absent;
    const uintmax_t size = std::filesystem::file_size(path, absent);
    return Wrap(FileSystemWrapper::ReopenWritableFile(path, options, file, debug), path, absent ? 0 : size, file);
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (faults_->PowerIsCut()) {
      return NoPower("rename");
    }
    rocksdb::IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
    base::MutexLock lock(&faults_->mutex);
    if (auto file = faults_->synced.extract(from); status.ok() && !file.empty()) {
      faults_->synced[to] = file.mapped();
    }
    return status;
  }
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    if (faults_->PowerIsCut()) {
      return NoPower("link");
    }
    rocksdb::IOStatus status = FileSystemWrapper::LinkFile(from, to, options, debug);
    base::MutexLock lock(&faults_->mutex);
    if (status.ok()) {
      // What is known of an earlier file of that name is not true of this one.
      faults_->synced.erase(to);
      if (const auto file = faults_->synced.find(from); file != faults_->synced.end()) {
        faults_->synced.emplace(to, file->second);
      }
    }
    return status;
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    // With the power cut nothing happens to the disk, so what was there stays there.
    if (faults_->PowerIsCut()) {
      return NoPower("delete");
    }
    base::MutexLock lock(&faults_->mutex);
    faults_->synced.erase(path);
    return FileSystemWrapper::DeleteFile(path, options, debug);
  }

 private:
  static rocksdb::IOStatus NoPower(const char* doing) { return rocksdb::IOStatus::IOError("injected fault", doing); }

  rocksdb::IOStatus Wrap(rocksdb::IOStatus status, const std::string& path, uint64_t size,
                         std::unique_ptr<rocksdb::FSWritableFile>* file) {
    if (status.ok()) {
      *file = std::make_unique<FaultFile>(std::move(*file), path, size, faults_);
    }
    return status;
  }

  Faults* faults_;
};

// Give env() to RocksDbOptions; must outlive the store. Threads are the machine's own.
class FaultTestEnv {
 public:
  FaultTestEnv() : env_(rocksdb::NewCompositeEnv(std::make_shared<FaultFileSystem>(&faults_))) {}

  rocksdb::Env* env() { return env_.get(); }
  Faults& faults() { return faults_; }

  // Cuts each file down to what was synced. Call with faults().power_cut set and the store closed.
  void LoseUnsynced() {
    base::MutexLock lock(&faults_.mutex);
    for (const auto& [path, size] : faults_.synced) {
      std::error_code absent;
      if (const uintmax_t now = std::filesystem::file_size(path, absent); !absent && now > size) {
        std::filesystem::resize_file(path, size);
      }
    }
  }

 private:
  Faults faults_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_FAULT_TEST_ENV_H_
