// The state machine: (state, command, time) -> (state', outcome). Pure and deterministic: the same commands with the same
// times on the same state write the same bytes on every engine. No clock, no randomness, no threads.
#ifndef TIMEBANK_LEDGER_LEDGER_H_
#define TIMEBANK_LEDGER_LEDGER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/model/command.h"
#include "service/model/outcome.h"
#include "service/store/working_rows.h"

namespace timebank::ledger {

struct BankState;

// A group of commands that will be committed together, between a Begin and a Finish of the rows. Not thread-safe.
//
// Every command that finds its bank gets exactly one entry in the bank's journal, refusals included, unless its request id
// was answered before: then the first answer is read back from the journal (or the reuse of the id is refused) and nothing
// is written.
class Group {
 public:
  // `rows` hold the state before the group and take what it writes. They must outlive the group.
  explicit Group(store::WorkingRows* rows);
  ~Group();

  // Applies one command at `time` (moved up to the bank's last record time when earlier). A refusal is an outcome. A status
  // that is not OK is a fault of the store: the group is spoilt and must be thrown away, the rows with it.
  absl::StatusOr<model::Outcome> Apply(const model::Command& command, model::RecordTime time);

  // Writes the tree heads. Nothing is written when every command was a repetition. Ends the group.
  void Finish();

 private:
  absl::StatusOr<BankState*> LoadBank(const std::string& bank);

  store::WorkingRows* const rows_;
  std::map<std::string, std::unique_ptr<BankState>> banks_;
};

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_LEDGER_H_
