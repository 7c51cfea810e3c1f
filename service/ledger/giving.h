// What all ways of giving hours have in common: what may be given, who may get it, and what is above a cap.
#ifndef TIMEBANK_LEDGER_GIVING_H_
#define TIMEBANK_LEDGER_GIVING_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/books.h"
#include "service/ledger/work.h"
#include "service/model/rules.h"

namespace timebank::ledger {

model::AccountId HoursOf(model::MemberId member);  // AVAILABLE
model::AccountId BankHours(model::AccountKind kind);

// The sum of a member's lots of one provenance.
absl::StatusOr<int64_t> SumOfLots(const Work& work, model::MemberId member, model::Provenance provenance);

// Refuses with RECEIVER_NOT_KIN, unless the two are bound kin or the rules let hours go to others; with KINSHIP_PROVER_IS_GIVER when the
// actor is who proved that kinship and the hours are not her own.
absl::Status RequireMayReceive(Work& work, model::MemberId giver, model::MemberId receiver, const model::Rules& rules);

// Of so many minutes that come to a member, those that the cap lets in.
absl::StatusOr<int64_t> UnderCap(Books& books, model::MemberId member, int64_t minutes, const model::Rules& rules);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_GIVING_H_
