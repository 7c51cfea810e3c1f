// What time does by itself: rows of the due index (table u of keys.h), and one table that says what each kind of row is for.
//
// Whoever owns a life cycle puts a row when something is to be done later and deletes it when it is done or no longer to be
// done, in the same commit as the change itself: then nothing due is ever lost, and nothing is done twice.
#ifndef TIMEBANK_LEDGER_DUE_H_
#define TIMEBANK_LEDGER_DUE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "service/ledger/work.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"

namespace timebank::ledger {

// Does what is due to the thing `id`: drafts the entry and writes the rows, the deletion of the due row included. The row exists and its
// time has come: checked before. It must do its work and not refuse: what it refuses stays in the index for a person to look at.
using DueFunction = absl::Status (*)(Work& work, uint64_t id, model::RecordTime due);

// The function of a kind, nullptr when this program has none for it.
DueFunction FindDueFunction(model::DueKind kind);

// The functions, each in the file of its noun.
absl::Status SettleAfterNotice(Work& work, uint64_t id, model::RecordTime due);
// A check-in that nobody checked out is withdrawn.
absl::Status ExpireCheckIn(Work& work, uint64_t id, model::RecordTime due);
absl::Status ExpireHold(Work& work, uint64_t id, model::RecordTime due);
// Of one member (the id) the points whose last day was the one before `due`.
absl::Status ExpirePoints(Work& work, uint64_t id, model::RecordTime due);
absl::Status ExpireOrder(Work& work, uint64_t id, model::RecordTime due);
absl::Status MakeRecurringOrder(Work& work, uint64_t id, model::RecordTime due);
absl::Status AutoConfirmOrder(Work& work, uint64_t id, model::RecordTime due);
absl::Status ExpireRewardOrder(Work& work, uint64_t id, model::RecordTime due);
absl::Status PassStarNotice(Work& work, uint64_t id, model::RecordTime due);
// The id is that of a record.
absl::Status ReverseNext(Work& work, uint64_t id, model::RecordTime due);
// The next month of a grant: issued, or skipped where the pool does not reach or the member is not active.
absl::Status IssueGrant(Work& work, uint64_t id, model::RecordTime due);
// Of the hours that the entry `id` granted what is left and not reserved.
absl::Status EndGrantedHours(Work& work, uint64_t id, model::RecordTime due);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_DUE_H_
