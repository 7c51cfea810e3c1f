// What the gate has to put on record: calls that were denied, what was done to the service as a whole, and the first use of a token on a day.
#ifndef TIMEBANK_RPC_ACCESS_NOTES_H_
#define TIMEBANK_RPC_ACCESS_NOTES_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
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
// them, and neither waits for the writer nor fills the journal. Each principal has room of her own, and all who show no credential share
// one: nobody's attempts are lost among those of others. Thread-safe.
class AccessNotes {
 public:
  // Entries that one principal, or all strangers together, can make in the journal of a bank in a minute.
  static constexpr size_t kEntriesAMinute = 30;

  // All must outlive this.
  AccessNotes(commands::Sequencer* sequencer, const store::Store* store, const base::Clock* clock);
  // Stops, as Stop() does.
  ~AccessNotes();

  // A denied call. `attempt.count`, `first` and `last` are set here. Where `bank` is empty or no bank, the journal of the only bank keeps
  // it; where there are several it is logged. Those of strangers, who have no principal, are alike whatever they ask for: their entry
  // names the method when they all asked for the same.
  // `let_in` false: the principal's credential counts no more, and who shows it may be anybody; all of those share room of their own.
  void Denied(const std::string& bank, model::NoteAttempt attempt, bool let_in = true);

  // What was done that no command tells of: private text that was shown, a new master key. An entry without a reason of its own, however much
  // else is noted, in the journal of `bank`; empty: of every bank.
  void Done(const std::string& bank, model::NoteAttempt attempt);

  // The first use of a token on the day `today`.
  void Used(const std::string& bank, model::TokenId token, model::Day today, const std::string& origin);

  // Journals what was gathered and ends the thread. REQUIRES: the sequencer still takes commands. May be called again.
  void Stop();

 private:
  // What is alike: method, thing, token, origin, reason.
  using Kind = std::tuple<std::string, std::string, uint64_t, std::string, std::string>;
  // Of one principal, or of the strangers, in one bank.
  struct Party {
    std::map<Kind, model::NoteAttempt> waiting;
    std::map<Kind, model::RecordTime> noted;  // of the last minute
  };
  struct Use {
    std::string bank;
    model::TokenId token;
    model::Day today;
    std::string origin;
  };

  void Run();
  // What is to be journaled now; `last`: everything.
  std::vector<model::Command> Take(bool last);
  // Moves what may be journaled of one party out of it.
  static std::vector<model::NoteAttempt> TakeOf(Party* party, model::RecordTime now, bool last);
  // Whose journal keeps what was denied for `bank`; empty: nobody's.
  std::string JournalFor(const std::string& bank) const;
  std::vector<std::string> Banks() const;

  commands::Sequencer* const sequencer_;
  const store::Store* const store_;
  const base::Clock* const clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                                         // under mutex_
  std::map<std::pair<std::string, std::string>, Party> parties_;  // by bank and principal, or kEnded; under mutex_
  std::vector<std::pair<std::string, model::NoteAttempt>> done_;  // by bank; under mutex_
  std::vector<Use> uses_;                                         // under mutex_
  uint64_t notes_ = 0;                                            // under mutex_
  std::thread thread_;                                            // last: it uses all of the above
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_ACCESS_NOTES_H_
