// What those who move hours over a kinship need to know of it.
#ifndef TIMEBANK_LEDGER_KINSHIPS_H_
#define TIMEBANK_LEDGER_KINSHIPS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/work.h"

namespace timebank::ledger {

struct FoundKinship {
  model::KinshipId id;
  rec::Kinship row;
};

// The kinship between the two that is bound, in whichever direction; nullopt when there is none.
absl::StatusOr<std::optional<FoundKinship>> FindBoundKinship(Work& work, model::MemberId member, model::MemberId other);

// Refuses with KINSHIP_PROVER_IS_GIVER when `giver`, who moves hours of `owner` over the kinship, is who proved it, under whichever name:
// one person alone could otherwise make a relative and give her everything. What is her own anybody may give.
absl::Status RequireNotProver(Work& work, const FoundKinship& kinship, model::MemberId owner, const std::string& giver);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_KINSHIPS_H_
