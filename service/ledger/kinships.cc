#include "service/ledger/kinships.h"

#include <string>
#include <utility>
#include <vector>

#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {

using model::MemberId;

absl::StatusOr<std::optional<FoundKinship>> FindBoundKinship(Work& work, MemberId member, MemberId other) {
  // A kinship of a number that was merged is the person's.
  TB_ASSIGN_OR_RETURN(const std::vector<MemberId> numbers, NumbersOf(work.rows(), work.bank_id(), member));
  std::optional<FoundKinship> first;
  for (const MemberId number : numbers) {
    const std::string prefix = keys::KinshipsOf(work.bank_id(), number);
    auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
    for (; it->Valid(); it->Next()) {
      FoundKinship found;
      found.id = model::KinshipId(keys::LastId(it->key()));
      TB_ASSIGN_OR_RETURN(found.row, MustLoadRow<rec::Kinship>(work.rows(), keys::Kinship(work.bank_id(), found.id)));
      const uint64_t side = found.row.member() == number.value() ? found.row.relative() : found.row.member();
      TB_ASSIGN_OR_RETURN(const MemberId person, ResolveMember(work, MemberId(side)));
      const bool bound = found.row.state() == static_cast<uint32_t>(model::KinshipState::kBound);
      if (bound && person == other && (!first.has_value() || found.id < first->id)) {
        first = std::move(found);
      }
    }
    TB_RETURN_IF_ERROR(it->status());
  }
  return first;
}

absl::Status RequireNotProver(Work& work, const FoundKinship& kinship, MemberId owner, const std::string& giver) {
  TB_ASSIGN_OR_RETURN(const MemberId person, PersonNamed(work, giver));
  if (person == owner) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const bool prover, AreOnePerson(work, kinship.row.prover(), giver));
  return prover ? work.Refuse(model::Reason::kKinshipProverIsGiver, {{"kinship", IdText(kinship.id.value())}})
                : absl::OkStatus();
}

}  // namespace timebank::ledger
