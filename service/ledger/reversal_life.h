// The life of a reversal of many records as one table: from, event, to, kind of entry. A pair that is not in it is refused and changes nothing.
#ifndef TIMEBANK_LEDGER_REVERSAL_LIFE_H_
#define TIMEBANK_LEDGER_REVERSAL_LIFE_H_

#include <cstdint>
#include <optional>

#include "service/model/nouns.h"
#include "service/model/reversal.h"

namespace timebank::ledger {

enum class ReversalEvent : uint8_t {
  kApprove,
  kReject,
  kWithdraw,
  kCarryOut,  // a record that is not the last one is reversed or passed over
  kFinish,    // the last one is
};
inline constexpr int kReversalEvents = 5;

struct ReversalLifeStep {
  model::ReversalState from;
  ReversalEvent event;
  model::ReversalState to;
  // Of the entry; nullopt where the entry is that of a record.
  std::optional<model::EntryKind> kind;
};

// The step, or nullptr when the pair is not in the table.
const ReversalLifeStep* FindReversalStep(model::ReversalState from, ReversalEvent event);

// States in which a record on the list can be on no other list.
bool IsOpen(model::ReversalState state);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_REVERSAL_LIFE_H_
