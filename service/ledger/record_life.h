// The life of a service record as one table: from, event, to, effect. A pair that is not in it is refused and changes
// nothing.
#ifndef TIMEBANK_LEDGER_RECORD_LIFE_H_
#define TIMEBANK_LEDGER_RECORD_LIFE_H_

#include <cstdint>

#include "service/model/nouns.h"

namespace timebank::ledger {

enum class RecordEvent : uint8_t {
  kCheckOut,
  kApproveFirst,  // of two approvers
  kConfirm,       // by the only or the second approver
  kPublish,       // for the notice period
  kSettle,
  kReject,
  kWithdraw,
  kDispute,
  kUphold,  // a dispute ends as recorded
  kAmend,   // a dispute ends with fewer minutes
  kReturn,  // either of the two for a late record that nobody approved: the decision is the first approval
  kVoid,    // a dispute ends with nothing
  kReverse,
  kExpire,  // time does it
};
inline constexpr int kRecordEvents = 14;

enum class RecordEffect : uint8_t {
  kNone,
  kMeasure,   // the end is known: minutes become pending
  kBank,      // minutes are credited, no longer pending
  kDrop,      // no longer pending, the time is free again
  kTakeBack,  // the credit is reversed, the time is free again
};

struct RecordStep {
  model::RecordState from;
  RecordEvent event;
  model::RecordState to;
  RecordEffect effect;
  model::EntryKind kind;
};

// The step, or nullptr when the pair is not in the table.
const RecordStep* FindStep(model::RecordState from, RecordEvent event);

// States in which the record's time is free for another one, and which it never leaves.
bool IsUndone(model::RecordState state);
// States that a centre still has to work on: they stand in the open part of its index.
bool IsOpen(model::RecordState state);
// States whose measured minutes count as pending.
bool IsPending(model::RecordState state);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_RECORD_LIFE_H_
