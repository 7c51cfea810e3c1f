// What the gate has to put on record: calls that were denied, private texts that were read, and the first use of a token on a day.
#ifndef TIMEBANK_RPC_ACCESS_NOTES_H_
#define TIMEBANK_RPC_ACCESS_NOTES_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "service/base/clock.h"
#include "service/commands/sequencer.h"
#include "service/model/access.h"
#include "service/model/command.h"

namespace timebank::store {
class Store;
}

namespace timebank::rpc {

// Gathers them for a moment and has them journaled by a thread of its own, so that a flood of denied calls makes a few entries that count
// them, and neither waits for the writer nor fills the journal. Thread-safe.
class AccessNotes {
 public:
  // All must outlive this.
  AccessNotes(commands::Sequencer* sequencer, const store::Store* store, const base::Clock* clock);
  // Stops, as Stop() does.
  ~AccessNotes();

  // A denied call. `attempt.count`, `first` and `last` are set here. Where `bank` is empty or no bank, the journal of the only bank keeps
  // it; where there are several it is logged.
  void Denied(const std::string& bank, model::NoteAttempt attempt);

  // Something private was shown: noted likewise, with the answer "OK", each `attempt.thing` by itself, however much else is noted.
  void Shown(const std::string& bank, model::NoteAttempt attempt);

  // The first use of a token on the day `today`.
  void Used(const std::string& bank, model::TokenId token, model::Day today, const std::string& origin);

  // Journals what was gathered and ends the thread. REQUIRES: the sequencer still takes commands. May be called again.
  void Stop();

 private:
  using Kind = std::tuple<std::string, std::string, std::string, uint64_t, std::string, std::string>;
  struct Use {
    std::string bank;
    model::TokenId token;
    model::Day today;
    std::string origin;
  };

  // Under mutex_.
  void Count(Kind kind, model::NoteAttempt attempt);
  void Run();
  std::vector<model::Command> Take();
  // Whose journal keeps what was denied for `bank`; empty: nobody's.
  std::string JournalFor(const std::string& bank) const;

  commands::Sequencer* const sequencer_;
  const store::Store* const store_;
  const base::Clock* const clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                        // under mutex_
  std::map<Kind, model::NoteAttempt> attempts_;  // under mutex_
  std::vector<Use> uses_;                        // under mutex_
  uint64_t notes_ = 0;                           // under mutex_
  std::thread thread_;                           // last: it uses all of the above
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_ACCESS_NOTES_H_
