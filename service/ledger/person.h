// Which person stands behind a name. Members act under their numbers; staff act under names of their own, which may be linked to the
// member who is the same person. Nobody decides under one name on what is hers under another.
#ifndef TIMEBANK_LEDGER_PERSON_H_
#define TIMEBANK_LEDGER_PERSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/ledger/work.h"
#include "service/model/ids.h"

namespace timebank::ledger {

// The member behind a name: of a principal, the one it is linked to; else the member with that number, or the one she was merged into. 0:
// no member is known to be that person.
absl::StatusOr<model::MemberId> PersonNamed(Work& work, const std::string& name);

// The member as whom the actor acts: in the role of a member, or, where everybody is trusted, by a number. 0: staff.
absl::StatusOr<model::MemberId> ActingMember(Work& work);

// Whether the actor is the member: under one of her numbers, a linked name, or by the name itself.
absl::StatusOr<bool> ActorIsMember(Work& work, const FoundMember& member);
// The same of whoever the number stands for now.
absl::StatusOr<bool> ActorIsMember(Work& work, model::MemberId id);

// Whether two names are one person's: the same name, or two names of one member. An empty name is nobody's.
absl::StatusOr<bool> AreOnePerson(Work& work, const std::string& one, const std::string& other);
// The same of the actor and a name.
absl::StatusOr<bool> ActorIsPerson(Work& work, const std::string& name);

// Refuses with ACTOR_IS_PARTY when the actor is one of these members, under whichever name. Every decision of staff asks this of all whom it
// is about. 0 is nobody.
absl::Status RequireNotParty(Work& work, const std::vector<model::MemberId>& parties);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_PERSON_H_
