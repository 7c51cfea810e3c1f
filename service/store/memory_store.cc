#include "service/store/memory_store.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/store/commit_check.h"

namespace timebank::store {
namespace {

// The value a key has had since a commit; nullopt: absent since then.
struct Version {
  uint64_t since;
  std::optional<std::string> value;
};

using Row = std::pair<std::string, std::string>;

// Every key with its versions, oldest first. A commit costs what it writes and a snapshot a number, whatever the size.
// Versions that no snapshot can see any more are dropped by the next commit.
class MemoryStore final : public Store {
 public:
  absl::StatusOr<Fence> Acquire() override {
    base::MutexLock lock(&mutex_);
    return Fence{++epoch_};
  }

  absl::Status Commit(WriteBatch batch, Fence fence) override {
    base::MutexLock lock(&mutex_);
    TB_RETURN_IF_ERROR(CheckCommit(batch, fence, epoch_, applied_));
    applied_ = {batch.epoch(), batch.position()};
    for (size_t i = 0; i < batch.size(); ++i) {
      const WriteBatch::Operation operation = batch.operation(i);
      std::vector<Version>& versions = rows_[operation.key];
      versions.push_back({applied_.position, std::nullopt});
      if (operation.value.has_value()) {
        versions.back().value.emplace(*operation.value);
      }
      if (versions.size() > 1 || !operation.value.has_value()) {
        replaced_.emplace_back(applied_.position, operation.key);
      }
    }
    DropUnseen();
    return absl::OkStatus();
  }

  Applied applied() const override {
    base::ReaderMutexLock lock(&mutex_);
    return applied_;
  }

  Id id() const override { return {}; }  // nothing outlives it that could name it

  std::unique_ptr<Snapshot> TakeSnapshot() const override;

  std::optional<std::string> Get(absl::string_view key, uint64_t position) const {
    base::ReaderMutexLock lock(&mutex_);
    auto row = rows_.find(key);
    const std::string* value = row == rows_.end() ? nullptr : ValueAt(row->second, position);
    return value == nullptr ? std::nullopt : std::make_optional(*value);
  }

  // Up to `limit` rows of [begin, end) as they were at `position`.
  std::vector<Row> Rows(absl::string_view begin, absl::string_view end, size_t limit, uint64_t position) const {
    std::vector<Row> found;
    base::ReaderMutexLock lock(&mutex_);
    for (auto row = rows_.lower_bound(begin); row != rows_.end() && found.size() < limit; ++row) {
      if (!end.empty() && row->first >= end) {
        break;
      }
      if (const std::string* value = ValueAt(row->second, position); value != nullptr) {
        found.emplace_back(row->first, *value);
      }
    }
    return found;
  }

  void ReleaseSnapshot(uint64_t position) const {
    base::MutexLock lock(&mutex_);
    snapshots_.erase(snapshots_.find(position));
  }

 private:
  static const std::string* ValueAt(const std::vector<Version>& versions, uint64_t position) {
    auto after = std::upper_bound(versions.begin(), versions.end(), position,
                                  [](uint64_t wanted, const Version& version) { return wanted < version.since; });
    if (after == versions.begin() || !std::prev(after)->value.has_value()) {
      return nullptr;
    }
    return &*std::prev(after)->value;
  }

  void DropUnseen() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const uint64_t oldest = snapshots_.empty() ? applied_.position : *snapshots_.begin();
    for (; !replaced_.empty() && replaced_.front().first <= oldest; replaced_.pop_front()) {
      auto row = rows_.find(replaced_.front().second);
      if (row == rows_.end()) {
        continue;
      }
      std::vector<Version>& versions = row->second;
      auto newest_seen = std::find_if(versions.rbegin(), versions.rend(),
                                      [oldest](const Version& version) { return version.since <= oldest; });
      if (newest_seen != versions.rend()) {
        versions.erase(versions.begin(), std::prev(newest_seen.base()));
      }
      if (versions.size() == 1 && !versions.front().value.has_value()) {
        rows_.erase(row);
      }
    }
  }

  mutable base::Mutex mutex_;
  absl::btree_map<std::string, std::vector<Version>> rows_ ABSL_GUARDED_BY(mutex_);
  // Keys whose older versions can go once no snapshot is older than the position beside them; positions ascend.
  std::deque<std::pair<uint64_t, std::string>> replaced_ ABSL_GUARDED_BY(mutex_);
  mutable std::multiset<uint64_t> snapshots_ ABSL_GUARDED_BY(mutex_);
  uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  Applied applied_ ABSL_GUARDED_BY(mutex_);
};

// Copies rows out in growing portions, so that commits may change the map between two steps.
class MemoryIterator final : public Iterator {
 public:
  MemoryIterator(const MemoryStore* store, absl::string_view begin, absl::string_view end, uint64_t position)
      : store_(store), end_(end), position_(position) {
    Load(begin);
  }

  bool Valid() const override { return next_ < rows_.size(); }
  absl::string_view key() const override { return rows_[next_].first; }
  absl::string_view value() const override { return rows_[next_].second; }
  absl::Status status() const override { return absl::OkStatus(); }

  void Next() override {
    ++next_;
    if (next_ == rows_.size() && rows_.size() == portion_) {
      const std::string successor = rows_.back().first + '\0';
      portion_ = std::min<size_t>(portion_ * 4, 1024);
      Load(successor);
    }
  }

 private:
  void Load(absl::string_view begin) {
    rows_ = store_->Rows(begin, end_, portion_, position_);
    next_ = 0;
  }

  const MemoryStore* store_;
  const std::string end_;
  const uint64_t position_;
  size_t portion_ = 4;
  std::vector<Row> rows_;
  size_t next_ = 0;
};

class MemorySnapshot final : public Snapshot {
 public:
  MemorySnapshot(const MemoryStore* store, uint64_t position) : store_(store), position_(position) {}
  ~MemorySnapshot() override { store_->ReleaseSnapshot(position_); }
  MemorySnapshot(const MemorySnapshot&) = delete;
  MemorySnapshot& operator=(const MemorySnapshot&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    return store_->Get(key, position_);
  }
  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override {
    return std::make_unique<MemoryIterator>(store_, begin, end, position_);
  }
  uint64_t position() const override { return position_; }

 private:
  const MemoryStore* store_;
  const uint64_t position_;
};

std::unique_ptr<Snapshot> MemoryStore::TakeSnapshot() const {
  base::MutexLock lock(&mutex_);
  snapshots_.insert(applied_.position);
  return std::make_unique<MemorySnapshot>(this, applied_.position);
}

}  // namespace

std::unique_ptr<Store> MakeMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace timebank::store
