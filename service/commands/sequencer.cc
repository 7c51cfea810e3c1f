#include "service/commands/sequencer.h"

#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "service/base/log.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/base/thread_name.h"
#include "service/ledger/ledger.h"
#include "service/store/working_rows.h"

namespace timebank::commands {
namespace {

constexpr size_t kWorkingBytes = size_t{256} << 20;
// While a group before is being committed the writer is woken for so many commands, not for each: waking it costs as much as applying one.
constexpr size_t kWorthWaking = 16;

// What came with one Submit.
struct Call {
  std::vector<model::Command> commands;
  Reply reply;
  std::vector<model::Outcome> outcomes;
};

// Calls that are committed together, and what they wrote: nothing when they only repeated what is journaled already.
struct Group {
  std::vector<Call> calls;
  std::optional<store::WriteBatch> written;
};

// Three threads: the writer puts commands in order and applies them, the committer commits what was applied, the replier replies. While
// one group is being synced the next is applied on top of it, not more: a group is handed over only when the one before is durable. To
// reply costs as much as to sync, so the next sync does not wait for it.
class Writer final : public Sequencer {
 public:
  Writer(store::Store* store, const base::Clock* clock, store::Fence fence, SequencerOptions options)
      : store_(store),
        clock_(clock),
        fence_(fence),
        options_(std::move(options)),
        next_position_(store->applied().position + 1),
        replier_([this] { ReplyToGroups(); }),
        committer_([this] { CommitGroups(); }),
        writer_([this] { ApplyGroups(); }) {}

  ~Writer() override { Writer::Stop(); }

  absl::Status Submit(std::vector<model::Command> commands, Reply reply) override {
    const base::MutexLock lock(&mutex_);
    if (stopping_ || poisoned_) {
      return absl::UnavailableError("the service is stopping; nothing was applied");
    }
    // A call larger than the bound is taken when nothing else waits, or it could never be.
    if (unanswered_ > 0 && unanswered_ + commands.size() > options_.queued_commands) {
      return absl::ResourceExhaustedError("too many commands are waiting; nothing was applied");
    }
    unanswered_ += commands.size();
    queued_ += commands.size();
    calls_.push_back({std::move(commands), std::move(reply), {}});
    return absl::OkStatus();
  }

  void Stop() override {
    {
      const base::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    const base::MutexLock lock(&join_mutex_);
    if (writer_.joinable()) {
      writer_.join();
      committer_.join();
      replier_.join();
    }
  }

  bool healthy() const override {
    const base::MutexLock lock(&mutex_);
    return !poisoned_;
  }

 private:
  // The writer's thread. Ends when everything that was accepted before Stop() is handed over, or once poisoned.
  void ApplyGroups() {
    base::NameThisThread("writer");
    while (WaitForCalls()) {
      Group group;
      const absl::Status applied = FillGroup(group);
      if (!applied.ok()) {
        Poison(applied, std::move(group));
        break;
      }
      HandOver(std::move(group));
    }
    const base::MutexLock lock(&mutex_);
    writer_done_ = true;
  }

  // The committer's thread.
  void CommitGroups() {
    base::NameThisThread("committer");
    while (std::optional<Group> group = TakeGroup()) {
      const absl::Status committed = Commit(*group);
      if (!committed.ok()) {
        Poison(committed, *std::move(group));
        break;
      }
      FinishCommit(std::move(group->calls));
    }
    const base::MutexLock lock(&mutex_);
    committer_done_ = true;
  }

  // The replier's thread. Ends when everybody whose command is durable was told.
  void ReplyToGroups() {
    base::NameThisThread("replier");
    for (std::vector<Call> calls = TakeDurable(); !calls.empty(); calls = TakeDurable()) {
      for (Call& call : calls) {
        call.reply(absl::OkStatus(), std::move(call.outcomes));
      }
    }
  }

  absl::Status Commit(Group& group) {
    return group.written.has_value() ? store_->Commit(*std::move(group.written), fence_) : absl::OkStatus();
  }

  // False: stopped with nothing left, or poisoned.
  bool WaitForCalls() {
    const base::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Writer::MayEndWaiting));
    return !calls_.empty();
  }

  // Natural batching: a group takes what is there and goes on taking what arrives for as long as the one before is being committed, up to a
  // bound. No timer: with nothing on its way to the disk it goes at once.
  absl::Status FillGroup(Group& group) {
    const std::unique_ptr<store::Snapshot> snapshot = store_->TakeSnapshot();
    rows_.Begin(snapshot.get(), next_position_);
    ledger::Group work(&rows_);
    size_t commands = 0;
    for (bool last = false; !last;) {
      std::vector<Call> taken = TakeCalls(&commands, &last);
      for (Call& call : taken) {
        group.calls.push_back(std::move(call));
        TB_RETURN_IF_ERROR(Apply(work, group.calls.back()));
      }
    }
    work.Finish();
    if (rows_.written()) {
      group.written.emplace(rows_.Finish(fence_.epoch));
      ++next_position_;
    }
    return absl::OkStatus();
  }

  // What is there; `last` says that the group before is durable, which is the time to hand over. As long as it is not and this group has some,
  // waits for enough to be worth it.
  std::vector<Call> TakeCalls(size_t* commands, bool* last) {
    const base::MutexLock lock(&mutex_);
    if (*commands > 0) {
      const auto ready = [this, commands]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return MayHandOver() || (queued_ >= kWorthWaking && Fits(*commands));
      };
      mutex_.Await(absl::Condition(&ready));
    }
    *last = MayHandOver();
    std::vector<Call> taken;
    while (Fits(*commands)) {
      *commands += calls_.front().commands.size();
      queued_ -= calls_.front().commands.size();
      taken.push_back(std::move(calls_.front()));
      calls_.pop_front();
    }
    return taken;
  }

  absl::Status Apply(ledger::Group& work, Call& call) {
    const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
    call.outcomes.reserve(call.commands.size());
    for (const model::Command& command : call.commands) {
      TB_ASSIGN_OR_RETURN(model::Outcome outcome, work.Apply(command, now));
      call.outcomes.push_back(std::move(outcome));
    }
    return absl::OkStatus();
  }

  // REQUIRES: the group before is durable, so that at most one is not in the store's snapshots.
  void HandOver(Group group) {
    const base::MutexLock lock(&mutex_);
    if (poisoned_) {
      TellUnknown(group.calls);
      return;
    }
    applied_ = std::move(group);
    committing_ = true;
  }

  // Nothing: the writer has ended and so does the committer.
  std::optional<Group> TakeGroup() {
    const base::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Writer::MayCommit));
    return std::exchange(applied_, std::nullopt);
  }

  void FinishCommit(std::vector<Call> calls) {
    const base::MutexLock lock(&mutex_);
    committing_ = false;
    std::move(calls.begin(), calls.end(), std::back_inserter(durable_));
  }

  // Nothing: the committer has ended and so does the replier.
  std::vector<Call> TakeDurable() {
    const base::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Writer::MayReply));
    for (const Call& call : durable_) {
      unanswered_ -= call.commands.size();
    }
    return std::exchange(durable_, {});
  }

  // There is a call that goes into a group of so many commands; a call larger than the bound is a group of its own.
  bool Fits(size_t commands) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !calls_.empty() && (commands == 0 || commands + calls_.front().commands.size() <= options_.group_commands);
  }
  bool MayEndWaiting() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || poisoned_ || !calls_.empty(); }
  bool MayHandOver() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !committing_ || poisoned_; }
  bool MayReply() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !durable_.empty() || committer_done_; }
  bool MayCommit() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return applied_.has_value() || writer_done_; }

  static void TellUnknown(std::vector<Call>& calls) {
    for (Call& call : calls) {
      call.reply(absl::UnavailableError("the commit failed; it is not known whether the request was applied"), {});
    }
  }

  // Nobody knows whether the group was applied: everyone who waits is told so, and the process is to end. On either thread,
  // once.
  void Poison(const absl::Status& status, Group group) {
    base::Log(base::LogLevel::kError, "commit_failed", {{"status", status.ToString()}});
    std::vector<Call> waiting = std::move(group.calls);
    bool first = false;
    {
      const base::MutexLock lock(&mutex_);
      first = !std::exchange(poisoned_, true);
      std::move(calls_.begin(), calls_.end(), std::back_inserter(waiting));
      calls_.clear();
    }
    TellUnknown(waiting);
    if (first && options_.on_poison) {
      options_.on_poison(status);
    }
  }

  store::Store* const store_;
  const base::Clock* const clock_;
  const store::Fence fence_;
  const SequencerOptions options_;
  // Of the writer's thread.
  store::WorkingRows rows_{kWorkingBytes};
  uint64_t next_position_;

  mutable base::Mutex mutex_;
  std::deque<Call> calls_ ABSL_GUARDED_BY(mutex_);
  size_t unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t queued_ ABSL_GUARDED_BY(mutex_) = 0;             // commands of calls_
  std::optional<Group> applied_ ABSL_GUARDED_BY(mutex_);  // handed over, not yet taken by the committer
  bool committing_ ABSL_GUARDED_BY(mutex_) = false;       // a group is handed over and not yet durable
  bool writer_done_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Call> durable_ ABSL_GUARDED_BY(mutex_);  // and not yet taken by the replier
  bool committer_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool poisoned_ ABSL_GUARDED_BY(mutex_) = false;
  base::Mutex join_mutex_;
  // Last: they use all of the above.
  std::thread replier_ ABSL_GUARDED_BY(join_mutex_);
  std::thread committer_ ABSL_GUARDED_BY(join_mutex_);
  std::thread writer_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(store::Store* store, const base::Clock* clock,
                                                            SequencerOptions options) {
  TB_ASSIGN_OR_RETURN(const store::Fence fence, store->Acquire());
  return std::make_unique<Writer>(store, clock, fence, std::move(options));
}

}  // namespace timebank::commands
