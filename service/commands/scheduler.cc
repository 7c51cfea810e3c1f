#include "service/commands/scheduler.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/log.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/base/thread_name.h"
#include "service/ledger/keys.h"

namespace timebank::commands {
namespace {

namespace keys = ledger::keys;

constexpr int kGivenUp = -1;
// More refusals than this are not kept in mind: the ledger remembers each, so that asking again changes nothing.
constexpr size_t kRefusedMost = 10000;

std::string TextOf(const model::RunDue& due) {
  return absl::StrCat(static_cast<int>(due.kind), ":", due.id, ":", due.due.value());
}

// The answer to one call, for the thread that waits for it.
class Waiting {
 public:
  Reply Take() {
    return [this](absl::Status status, std::vector<model::Outcome> outcomes) {
      const base::MutexLock lock(&mutex_);
      status_ = std::move(status);
      outcomes_ = std::move(outcomes);
      answered_ = true;
    };
  }
  absl::StatusOr<std::vector<model::Outcome>> Wait() {
    const base::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&answered_));
    if (!status_.ok()) {
      return status_;
    }
    return std::move(outcomes_);
  }

 private:
  base::Mutex mutex_;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::vector<model::Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

model::Command DueCommand(const std::string& bank, const model::RunDue& due, int attempt) {
  model::Command command;
  command.bank = bank;
  command.request_id = absl::StrCat("~due:", TextOf(due), attempt > 1 ? absl::StrCat(":", attempt) : "");
  // The id says all there is: two rows never share one.
  command.fingerprint[0] = static_cast<uint8_t>(due.kind);
  command.actor = "system";
  command.role = "scheduler";
  command.body = due;
  return command;
}

absl::StatusOr<size_t> DuePass::Run() {
  if (refused_.size() > kRefusedMost) {
    refused_.clear();
  }
  std::vector<std::string> banks;
  {
    const auto snapshot = store_->TakeSnapshot();
    auto it = snapshot->Scan(keys::AllBanks(), base::PrefixEnd(keys::AllBanks()));
    for (; it->Valid(); it->Next()) {
      banks.push_back(keys::BankOf(it->key()));
    }
    TB_RETURN_IF_ERROR(it->status());
  }
  size_t done = 0;
  for (const std::string& bank : banks) {
    TB_ASSIGN_OR_RETURN(const size_t of_bank, RunBank(bank));
    done += of_bank;
  }
  return done;
}

absl::StatusOr<size_t> DuePass::RunBank(const std::string& bank) {
  size_t done = 0;
  std::string from = keys::TableOf('u', bank);
  for (;;) {
    TB_ASSIGN_OR_RETURN(const std::vector<Row> rows, Read(bank, &from));
    if (rows.empty() || cancelled_) {
      return done;
    }
    TB_ASSIGN_OR_RETURN(const size_t of_batch, Submit(rows));
    done += of_batch;
  }
}

// From a snapshot of its own, so that what was done meanwhile is not asked for again; `from` moves behind the last row, so that rows which
// stay are passed by.
absl::StatusOr<std::vector<DuePass::Row>> DuePass::Read(const std::string& bank, std::string* from) const {
  std::vector<Row> rows;
  const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
  if (now.value() < 0) {
    return rows;
  }
  const auto snapshot = store_->TakeSnapshot();
  auto it = snapshot->Scan(*from, keys::DueBefore(bank, now + model::RecordTime(1)));
  for (; it->Valid() && rows.size() < batch_; it->Next()) {
    const std::string key(it->key());
    *from = absl::StrCat(key, absl::string_view("\0", 1));
    const auto refused = refused_.find(key);
    if (refused != refused_.end() && refused->second == kGivenUp) {
      continue;
    }
    const keys::DueRow row = keys::DueRowOf(key);
    rows.push_back({key, bank, model::RunDue{row.kind, row.id, row.due}});
  }
  TB_RETURN_IF_ERROR(it->status());
  return rows;
}

absl::StatusOr<size_t> DuePass::Submit(const std::vector<Row>& rows) {
  std::vector<model::Command> commands;
  commands.reserve(rows.size());
  for (const Row& row : rows) {
    const auto refused = refused_.find(row.key);
    commands.push_back(DueCommand(row.bank, row.due, refused == refused_.end() ? 1 : refused->second + 1));
  }
  Waiting waiting;
  TB_RETURN_IF_ERROR(sequencer_->Submit(std::move(commands), waiting.Take()));
  TB_ASSIGN_OR_RETURN(const std::vector<model::Outcome> outcomes, waiting.Wait());
  size_t done = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (!outcomes[i].rejection.has_value()) {
      refused_.erase(row.key);
      ++done;
    } else if (outcomes[i].rejection->reason == model::Reason::kNothingDue) {
      // Somebody else was quicker and the row is gone, or the clock was set back between here and the writer.
      ++refused_[row.key];
    } else {
      refused_[row.key] = kGivenUp;
      base::Log(base::LogLevel::kError, "what is due was refused",
                {{"bank", row.bank},
                 {"due", TextOf(row.due)},
                 {"reason", std::string(model::TextOf(outcomes[i].rejection->reason).name)}});
    }
  }
  return done;
}

namespace {

class Thread final : public Scheduler {
 public:
  Thread(const store::Store* store, Sequencer* sequencer, const base::Clock* clock, SchedulerOptions options)
      : pass_(store, sequencer, clock, options.batch), interval_(options.interval), thread_([this] { Work(); }) {}

  ~Thread() override { Thread::Stop(); }

  size_t Poke() override {
    const base::MutexLock lock(&mutex_);
    const uint64_t wanted = ++asked_;
    const auto looked = [this, wanted]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return answered_ >= wanted || ended_; };
    mutex_.Await(absl::Condition(&looked));
    return answered_ >= wanted ? done_ : 0;
  }

  void Stop() override {
    {
      const base::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    pass_.Cancel();
    const base::MutexLock lock(&join_mutex_);
    if (thread_.joinable()) {
      thread_.join();
    }
  }

 private:
  void Work() {
    base::NameThisThread("scheduler");
    while (std::optional<uint64_t> asked = NextLook()) {
      const absl::StatusOr<size_t> done = pass_.Run();
      Report(done.status());
      const base::MutexLock lock(&mutex_);
      answered_ = *asked;
      done_ = done.value_or(0);
    }
    const base::MutexLock lock(&mutex_);
    ended_ = true;
  }

  // Waits for the interval or a poke. What was asked for when the look begins; nullopt when there is none any more.
  std::optional<uint64_t> NextLook() {
    const base::MutexLock lock(&mutex_);
    if (!first_) {
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || asked_ > answered_; };
      if (interval_ == absl::InfiniteDuration()) {
        mutex_.Await(absl::Condition(&ready));
      } else {
        mutex_.AwaitWithTimeout(absl::Condition(&ready), interval_);
      }
    }
    first_ = false;
    return stopping_ ? std::nullopt : std::make_optional(asked_);
  }

  // A full queue or a service that stops is no news; the look after this one sees the same rows.
  static void Report(const absl::Status& status) {
    if (!status.ok() && !absl::IsResourceExhausted(status) && !absl::IsUnavailable(status)) {
      base::Log(base::LogLevel::kError, "what is due could not be read", {{"status", status.ToString()}});
    }
  }

  DuePass pass_;  // of the thread
  const absl::Duration interval_;
  base::Mutex join_mutex_;
  base::Mutex mutex_;
  bool first_ ABSL_GUARDED_BY(mutex_) = true;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t answered_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t done_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;  // the last, so that all else is there before it runs
};

}  // namespace

std::unique_ptr<Scheduler> Scheduler::Start(const store::Store* store, Sequencer* sequencer, const base::Clock* clock,
                                            SchedulerOptions options) {
  return std::make_unique<Thread>(store, sequencer, clock, options);
}

}  // namespace timebank::commands
