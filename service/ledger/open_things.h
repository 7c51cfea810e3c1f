// What a member has open: it must end before a membership can.
#ifndef TIMEBANK_LEDGER_OPEN_THINGS_H_
#define TIMEBANK_LEDGER_OPEN_THINGS_H_

#include "absl/status/status.h"
#include "service/ledger/work.h"
#include "service/model/ids.h"

namespace timebank::ledger {

// Refuses with MEMBER_HAS_OPEN, naming the first, and the centre whose staff can end it, of: holds, orders of care in which the member is any party, recurring ones, orders of the shop, service
// records that may still change hours, a star application, a grant. Costs a pass over the member's records and orders.
absl::Status RequireNothingOpen(Work& work, model::MemberId member);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_OPEN_THINGS_H_
