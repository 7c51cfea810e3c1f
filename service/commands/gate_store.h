// For tests: a store whose commits wait at a gate, and fail when told to.
#ifndef TIMEBANK_COMMANDS_GATE_STORE_H_
#define TIMEBANK_COMMANDS_GATE_STORE_H_

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "service/base/mutex.h"
#include "service/store/memory_store.h"
#include "service/store/store.h"

namespace timebank::commands {

// Thread-safe. Opens with the gate open.
class GateStore final : public store::Store {
 public:
  absl::StatusOr<store::Fence> Acquire() override { return inner_->Acquire(); }
  store::Applied applied() const override { return inner_->applied(); }
  Id id() const override { return inner_->id(); }
  std::unique_ptr<store::Snapshot> TakeSnapshot() const override { return inner_->TakeSnapshot(); }

  absl::Status Commit(store::WriteBatch batch, store::Fence fence) override {
    {
      const base::MutexLock lock(&mutex_);
      ++begun_;
      mutex_.Await(absl::Condition(&open_));
      if (!failure_.ok()) {
        return failure_;
      }
    }
    return inner_->Commit(batch, fence);
  }

  void Close() {
    const base::MutexLock lock(&mutex_);
    open_ = false;
  }
  void Open() {
    const base::MutexLock lock(&mutex_);
    open_ = true;
  }
  // Opens the gate, and from now on every commit fails with nothing applied.
  void Fail(absl::Status failure) {
    const base::MutexLock lock(&mutex_);
    failure_ = std::move(failure);
    open_ = true;
  }

  // Commits that came to the gate.
  int begun() const {
    const base::MutexLock lock(&mutex_);
    return begun_;
  }
  // Until the `count`th commit stands at the gate or has passed it.
  void WaitForBegun(int count) const {
    const base::MutexLock lock(&mutex_);
    const auto reached = [this, count]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return begun_ >= count; };
    mutex_.Await(absl::Condition(&reached));
  }

 private:
  const std::unique_ptr<store::Store> inner_ = store::MakeMemoryStore();
  mutable base::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
  int begun_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace timebank::commands

#endif  // TIMEBANK_COMMANDS_GATE_STORE_H_
