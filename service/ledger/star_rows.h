// The rows of stars, changed together: application and award, the indexes and the standing of the member.
#ifndef TIMEBANK_LEDGER_STAR_ROWS_H_
#define TIMEBANK_LEDGER_STAR_ROWS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/star_life.h"
#include "service/ledger/work.h"
#include "service/model/ids.h"
#include "service/model/star.h"

namespace timebank::ledger {

// Refuses when there is no such application or award.
absl::StatusOr<rec::StarApplication> RequireApplication(Work& work, model::StarApplicationId id);
absl::StatusOr<rec::StarAward> RequireAward(Work& work, model::StarAwardId id);

// Refuses when the actor is the member, by number or by name, or submitted the application.
absl::Status RequireNotApplicant(Work& work, model::MemberId member, const std::string& submitter);

// The authority of a scope, which must exist, over a star of that level in that scope: refuses when its level is too low, or
// when it lies elsewhere.
absl::StatusOr<model::ScopeId> RequireAuthority(Work& work, const std::string& scope_code, const model::Rules& rules,
                                                int level, model::ScopeId scope);

// Writes an application that changed from `before`, its place by state, and the row of the due index that its notice needs.
void SaveApplication(Work& work, model::StarApplicationId id, const rec::StarApplication& before,
                     const rec::StarApplication& after);

// The award of a standing, to be changed along. REQUIRES: it is there.
rec::StarStanding::Held& HeldAward(rec::StarStanding& standing, model::StarAwardId award);

// Notes on the entry what it does to an application or an award beside what it is about.
void AddConsequence(Work& work, model::StarApplicationId application, model::StarState state);
void AddConsequence(Work& work, model::StarAwardId award, model::AwardState state);
// Moves an award that the entry is not about, with its place in the standing, which the caller saves. REQUIRES: the pair of its state and
// `event` is in the table.
absl::Status MoveAward(Work& work, rec::StarStanding& standing, model::StarAwardId id, AwardEvent event);

// What the reversal of a member's hours does to her stars, in the entry being drafted: fewer hours than the band stop an open application
// and open a review of the award in force; nothing is taken away silently. `service`: minutes that are left. To be called behind the
// last check, for every way in which service hours are taken back; refuses nothing.
absl::Status StarsAfterReversal(Work& work, model::MemberId member, model::Minutes service);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_STAR_ROWS_H_
