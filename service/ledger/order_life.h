// The life of a care order as one table: from, event, to, effect, and whose step it is. A pair that is not in it is refused and
// changes nothing.
#ifndef TIMEBANK_LEDGER_ORDER_LIFE_H_
#define TIMEBANK_LEDGER_ORDER_LIFE_H_

#include <cstdint>

#include "service/model/nouns.h"
#include "service/model/order.h"

namespace timebank::ledger {

enum class OrderEvent : uint8_t {
  kRoute,     // to another centre
  kDispatch,  // to a volunteer
  kTake,      // by a volunteer, from the board
  kAccept,
  kDecline,
  kStart,
  kFinish,
  kConfirm,
  kAutoConfirm,  // time does it
  kCancel,       // by who ordered
  kStandDown,    // by the volunteer
  kExpire,       // time does it
  kVolunteerNoShow,
  kElderNoShow,
  kDispute,
  kUphold,  // a dispute ends as finished
  kAmend,   // a dispute ends with fewer minutes
  kVoid,    // a dispute ends with nothing
  kReverse,
};
inline constexpr int kOrderEvents = 19;

// What happens to the hold and to the linked record.
enum class OrderEffect : uint8_t {
  kNone,
  kMatch,    // the order is with a volunteer now
  kPart,     // and with nobody again
  kOpen,     // a record is opened
  kMeasure,  // the record is closed: its minutes are known
  kSettle,   // the hold pays for the actual minutes, the rest is released, the record settles
  kRelease,  // the hold is released; a record that was opened is withdrawn
  kDispute,  // the record is disputed too
  kVoid,     // the hold is released, the record voided
  kTakeBack  // what was settled is reversed
};

// Who may take a step.
struct OrderActors {
  bool elder = false;  // who is cared for, or pays, or her proxy
  bool volunteer = false;
  bool staff = false;
};

struct OrderStep {
  model::OrderState from;
  OrderEvent event;
  model::OrderState to;
  OrderEffect effect;
  model::EntryKind kind;
};

inline constexpr int kOrderStates = 12;

// The step, or nullptr when the pair is not in the table.
const OrderStep* FindOrderStep(model::OrderState from, OrderEvent event);

OrderActors ActorsOf(OrderEvent event);

// The hold is open exactly until one of these is reached.
bool IsEnded(model::OrderState state);
// It stands on the board: it wants a volunteer.
bool IsOnBoard(model::OrderState state);
// It takes its volunteer's time, or may.
bool IsDuty(model::OrderState state);
// It expires some days after its own when nobody began it, or finished it.
bool CanExpire(model::OrderState state);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_ORDER_LIFE_H_
