// The life of a recurring order as one table: from, event, to. A pair that is not in it is refused and changes nothing. A row of the
// due index waits exactly while it is ACTIVE.
#ifndef TIMEBANK_LEDGER_RECURRING_LIFE_H_
#define TIMEBANK_LEDGER_RECURRING_LIFE_H_

#include <cstdint>
#include <optional>

#include "service/ledger/record_proto.h"
#include "service/model/nouns.h"
#include "service/model/order.h"

namespace timebank::ledger {

enum class RecurringEvent : uint8_t {
  kPause,
  kResume,
  kEnd,
  kMake,      // time makes the order of a week, or skips it
  kMakeLast,  // and that was the last week
};
inline constexpr int kRecurringEvents = 5;
inline constexpr int kRecurringStates = 3;

struct RecurringStep {
  model::RecurringState from;
  RecurringEvent event;
  model::RecurringState to;
  // Of the entry; where time makes an order it is the order's instead.
  model::EntryKind kind;
};

// The step, or nullptr when the pair is not in the table.
const RecurringStep* FindRecurringStep(model::RecurringState from, RecurringEvent event);

// A skipped week is tried again an hour before each of the runs that are left before it, a minute later for each week that lies between: so
// the week that comes first is tried first, and no two are tried in one moment. The next time after the last try; nullopt when there is none.
std::optional<model::RecordTime> NextTry(const rec::SkippedWeek& week);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_RECURRING_LIFE_H_
