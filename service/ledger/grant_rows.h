// Granted hours that end: their rows (table X of keys.h), which live as long as any of the hours remain.
#ifndef TIMEBANK_LEDGER_GRANT_ROWS_H_
#define TIMEBANK_LEDGER_GRANT_ROWS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/work.h"
#include "service/model/ids.h"

namespace timebank::ledger {

// Puts, changes or deletes the row of the hours that the entry `issue` issued, and its place in the due index; nullopt: there is none.
// `before` is the row as it is.
void FollowIssue(Work& work, model::Sequence issue, const std::optional<rec::GrantIssue>& before,
                 const std::optional<rec::GrantIssue>& after);

// The row of hours that came back to `member`: as the entry that issued them says. nullopt when they stay for ever.
absl::StatusOr<std::optional<rec::GrantIssue>> IssueOfReturned(Work& work, model::MemberId member, model::Sequence issue,
                                                               const std::optional<rec::GrantIssue>& before);

// The member's grant that has not ended; 0 when there is none.
absl::StatusOr<model::GrantId> OpenGrantOf(Work& work, model::MemberId member);

// A member's reserved hours were released: granted ones whose time was over meanwhile wait for the scheduler again, a microsecond
// later. To be called behind
// the last write of lots.
absl::Status WakeGrantedHours(Work& work, model::MemberId member);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_GRANT_ROWS_H_
