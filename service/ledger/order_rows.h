// What the steps of care orders share: the row with everything that follows from it, the hold, and who acts.
#ifndef TIMEBANK_LEDGER_ORDER_ROWS_H_
#define TIMEBANK_LEDGER_ORDER_ROWS_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/books.h"
#include "service/ledger/order_life.h"
#include "service/ledger/work.h"

namespace timebank::ledger {

inline model::OrderState StateOf(const rec::Order& row) { return static_cast<model::OrderState>(row.state()); }

// The moment at which an order expires that nobody began, or finished.
model::RecordTime ExpiryOf(const rec::Order& row);

// An order that must exist; refuses with ORDER_NOT_FOUND.
absl::StatusOr<rec::Order> RequireOrder(Work& work, model::OrderId id);

// Those on the elder's side: who pays, who is cared for, and the proxy that ordered.
absl::StatusOr<std::vector<model::MemberId>> EldersSide(Work& work, const rec::Order& row);

// Refuses with ORDER_NOT_YOURS unless the actor belongs to one of `actors`. Who is no member is staff; who is staff and of a side, or the elder's
// proxy, takes no step that is not that side's: ACTOR_IS_PARTY.
absl::Status RequireActor(Work& work, const rec::Order& row, const OrderActors& actors);

// Writes the row, the board, the indexes of members and duties, and the due rows; `before` is the row as it was, nullopt for a new
// order.
void SaveOrder(Work& work, model::OrderId id, const std::optional<rec::Order>& before, const rec::Order& after);

// Reserves hours of the payer under the order's number: collected in `books`, the row on the entry. Refuses with BALANCE_TOO_LOW.
absl::Status PlaceOrderHold(Work& work, model::OrderId id, const rec::Order& row, Books& books);
// Takes `consumed` out of it and releases the rest. REQUIRES: it is open; `consumed` is not more than it holds.
absl::Status CloseOrderHold(Work& work, model::OrderId id, model::Minutes consumed, Books& books);
// Writes the hold that one of the two put on the entry.
void SaveOrderHold(Work& work, model::OrderId id);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_ORDER_ROWS_H_
