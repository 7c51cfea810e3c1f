// The one writer: puts commands in order, gives them a time, has the ledger apply them, commits them in groups, and only
// then answers. While one group is being synced the next is applied already.
#ifndef TIMEBANK_COMMANDS_SEQUENCER_H_
#define TIMEBANK_COMMANDS_SEQUENCER_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/base/clock.h"
#include "service/model/command.h"
#include "service/model/limits.h"
#include "service/model/outcome.h"
#include "service/store/store.h"

namespace timebank::commands {

// What one call submitted and what became of it. Exactly one of: `status` OK and one outcome a command, in their order, all
// durable; or UNAVAILABLE and no outcome: it is unknown whether the commands were applied.
using Reply = std::function<void(absl::Status status, std::vector<model::Outcome> outcomes)>;

struct SequencerOptions {
  size_t queued_commands = model::limits::kQueuedCommands;
  size_t group_commands = model::limits::kGroupCommands;
  // Called once, from one of the sequencer's threads, after a commit failed and every waiting reply was told: the process
  // must end.
  std::function<void(const absl::Status&)> on_poison;
};

// Thread-safe. Owns three threads: the writer applies, the committer commits, the replier replies.
class Sequencer {
 public:
  // Acquires the store's fence and starts the writer. `store` and `clock` must outlive the sequencer. Errors are those of
  // the store.
  static absl::StatusOr<std::unique_ptr<Sequencer>> Start(store::Store* store, const base::Clock* clock,
                                                          SequencerOptions options);

  // Stops and waits, as Stop() does.
  virtual ~Sequencer() = default;

  // Takes the commands of one call, to be applied one after the other, and returns at once. `reply` is called exactly once
  // when this returns OK, from one of the sequencer's threads, and must not block; it is never called otherwise.
  // RESOURCE_EXHAUSTED when the queue is full: nothing was applied, try again a little later. UNAVAILABLE when the sequencer
  // stops or is poisoned: nothing was applied.
  virtual absl::Status Submit(std::vector<model::Command> commands, Reply reply) = 0;

  // Takes no more, finishes what was accepted (commits it and replies), and ends the threads. May be called more than once.
  virtual void Stop() = 0;

  // False from the first failed commit on.
  virtual bool healthy() const = 0;
};

}  // namespace timebank::commands

#endif  // TIMEBANK_COMMANDS_SEQUENCER_H_
