#include "service/commands/sequencer.h"

#include <deque>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/ledger/ledger.h"
#include "service/store/recent_rows.h"

namespace timebank::commands {
namespace {

constexpr size_t kRecentBytes = size_t{256} << 20;

// What came with one Submit.
struct Call {
  std::vector<model::Command> commands;
  Reply reply;
  std::vector<model::Outcome> outcomes;
};

class Writer final : public Sequencer {
 public:
  Writer(store::Store* store, const base::Clock* clock, store::Fence fence, SequencerOptions options)
      : store_(store), clock_(clock), fence_(fence), options_(std::move(options)), thread_([this] { Run(); }) {}

  ~Writer() override { Writer::Stop(); }

  absl::Status Submit(std::vector<model::Command> commands, Reply reply) override {
    const absl::MutexLock lock(&mutex_);
    if (stopping_ || poisoned_) {
      return absl::UnavailableError("the service is stopping; nothing was applied");
    }
    // A call larger than the queue is taken when the queue is empty, or it could never be.
    if (queued_ > 0 && queued_ + commands.size() > options_.queued_commands) {
      return absl::ResourceExhaustedError("too many commands are waiting; nothing was applied");
    }
    queued_ += commands.size();
    calls_.push_back({std::move(commands), std::move(reply), {}});
    return absl::OkStatus();
  }

  void Stop() override {
    {
      const absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    const absl::MutexLock lock(&join_mutex_);
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  bool healthy() const override {
    const absl::MutexLock lock(&mutex_);
    return !poisoned_;
  }

 private:
  void Run() {
    while (true) {
      std::vector<Call> group = TakeGroup();
      if (group.empty()) {
        return;
      }
      const absl::Status committed = ApplyAndCommit(group);
      if (!committed.ok()) {
        Poison(committed, group);
        return;
      }
      for (Call& call : group) {
        call.reply(absl::OkStatus(), std::move(call.outcomes));
      }
    }
  }

  // Natural batching: whatever arrived while the last group was being synced, up to a bound. Empty: stopped, and nothing is left.
  std::vector<Call> TakeGroup() {
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Writer::HasWork));
    std::vector<Call> group;
    size_t commands = 0;
    while (!calls_.empty() && (group.empty() || commands + calls_.front().commands.size() <= options_.group_commands)) {
      commands += calls_.front().commands.size();
      group.push_back(std::move(calls_.front()));
      calls_.pop_front();
    }
    queued_ -= commands;
    return group;
  }

  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !calls_.empty(); }

  absl::Status ApplyAndCommit(std::vector<Call>& group) {
    const std::unique_ptr<store::Snapshot> snapshot = store_->TakeSnapshot();
    recent_.Rebase(snapshot.get());
    ledger::Group work(&recent_);
    const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
    for (Call& call : group) {
      call.outcomes.reserve(call.commands.size());
      for (const model::Command& command : call.commands) {
        TB_ASSIGN_OR_RETURN(model::Outcome outcome, work.Apply(command, now));
        call.outcomes.push_back(std::move(outcome));
      }
    }
    TB_ASSIGN_OR_RETURN(store::WriteBatch::Operations operations, work.Finish());
    if (operations.empty()) {
      return absl::OkStatus();
    }
    const store::WriteBatch batch(fence_.epoch, store_->applied().position + 1, std::move(operations));
    TB_RETURN_IF_ERROR(store_->Commit(batch, fence_));
    recent_.Absorb(batch.operations());
    return absl::OkStatus();
  }

  // Nobody knows whether the group was applied: everyone who waits is told so, and the process is to end.
  void Poison(const absl::Status& status, std::vector<Call>& group) {
    base::Log(base::LogLevel::kError, "commit_failed", {{"status", status.ToString()}});
    std::deque<Call> waiting;
    {
      const absl::MutexLock lock(&mutex_);
      poisoned_ = true;
      waiting.swap(calls_);
      queued_ = 0;
    }
    const absl::Status unknown = absl::UnavailableError("the commit failed; it is not known whether the request was applied");
    for (Call& call : group) {
      call.reply(unknown, {});
    }
    for (Call& call : waiting) {
      call.reply(unknown, {});
    }
    if (options_.on_poison) {
      options_.on_poison(status);
    }
  }

  store::Store* const store_;
  const base::Clock* const clock_;
  const store::Fence fence_;
  const SequencerOptions options_;
  store::RecentRows recent_{kRecentBytes};  // of the writer's thread
  mutable absl::Mutex mutex_;
  std::deque<Call> calls_ ABSL_GUARDED_BY(mutex_);
  size_t queued_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool poisoned_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Mutex join_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);  // last: it uses all of the above
};

}  // namespace

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(store::Store* store, const base::Clock* clock, SequencerOptions options) {
  TB_ASSIGN_OR_RETURN(const store::Fence fence, store->Acquire());
  return std::make_unique<Writer>(store, clock, fence, std::move(options));
}

}  // namespace timebank::commands
