// Time's work: submits what is due. Every command is the due row itself (model::RunDue), so that the ledger decides whether it is
// still to be done; whatever this process forgets, the due index knows.
#ifndef TIMEBANK_COMMANDS_SCHEDULER_H_
#define TIMEBANK_COMMANDS_SCHEDULER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/base/clock.h"
#include "service/commands/sequencer.h"
#include "service/model/command.h"
#include "service/model/limits.h"
#include "service/store/store.h"

namespace timebank::commands {

// The command for a due row of a bank: actor "system", role "scheduler", and a request id that follows from the row and the attempt, so that
// the same row submitted twice is done once. The id begins with a sign that no caller's id may have. `attempt` counts from 1.
model::Command DueCommand(const std::string& bank, const model::RunDue& due, int attempt = 1);

// One look at what is due, again and again. Not thread-safe.
class DuePass {
 public:
  // What it points to must outlive it. `batch`: commands that are submitted at once, at least 1.
  DuePass(const store::Store* store, Sequencer* sequencer, const base::Clock* clock, size_t batch = model::limits::kDueBatch)
      : store_(store), sequencer_(sequencer), clock_(clock), batch_(batch) {}

  // Submits every row of every bank that is due by now, batch after batch, and waits for each. Returns how many were done. A row that was
  // refused is left alone until the process is started anew, and logged once; one that came before its time, because the clock
  // was set back, is tried again. RESOURCE_EXHAUSTED or UNAVAILABLE as of Sequencer::Submit and Reply: the rest is
  // still due; DATA_LOSS or INTERNAL on a fault of the store.
  absl::StatusOr<size_t> Run();

  // From now on no batch is begun. Any thread.
  void Cancel() { cancelled_ = true; }

 private:
  struct Row {
    std::string key;
    std::string bank;
    model::RunDue due;
  };

  absl::StatusOr<size_t> RunBank(const std::string& bank);
  absl::StatusOr<std::vector<Row>> Read(const std::string& bank, std::string* from) const;
  absl::StatusOr<size_t> Submit(const std::vector<Row>& rows);

  const store::Store* const store_;
  Sequencer* const sequencer_;
  const base::Clock* const clock_;
  const size_t batch_;
  // By key: how often a row was refused for coming too early; kGivenUp for one that was refused otherwise.
  std::map<std::string, int> refused_;
  std::atomic<bool> cancelled_ = false;
};

struct SchedulerOptions {
  // Between two looks. InfiniteDuration: only when it is poked.
  absl::Duration interval = absl::Seconds(1);
  size_t batch = model::limits::kDueBatch;
};

// A thread that makes the passes. Thread-safe.
class Scheduler {
 public:
  // Starts the thread; its first look comes at once. What it points to must outlive it.
  static std::unique_ptr<Scheduler> Start(const store::Store* store, Sequencer* sequencer, const base::Clock* clock,
                                          SchedulerOptions options = {});

  // Stops, as Stop() does.
  virtual ~Scheduler() = default;

  // Makes a look that begins after this call, and waits for its end. Returns what was done in it; 0 when it was stopped.
  virtual size_t Poke() = 0;

  // Waits for the batch that is under way and ends the thread; what is due and not submitted stays due. REQUIRES: the
  // sequencer still answers. May be called more than once.
  virtual void Stop() = 0;
};

}  // namespace timebank::commands

#endif  // TIMEBANK_COMMANDS_SCHEDULER_H_
