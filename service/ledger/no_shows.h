// Who did not show up, counted by member and year, and the review of suspension that enough of it opens.
#ifndef TIMEBANK_LEDGER_NO_SHOWS_H_
#define TIMEBANK_LEDGER_NO_SHOWS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/work.h"

namespace timebank::ledger {

// A row as it will be written.
struct NoShowCount {
  std::string key;  // empty: nothing changes
  rec::NoShows row;
};

// The year in which a no-show of that order counts, and who is counted.
uint32_t NoShowYear(const rec::Order& order);
model::MemberId WhoDidNotShow(const rec::Order& order, model::OrderSide side);

// Counts one more; enough of those that no review was about yet open one.
absl::Status CountNoShow(Work& work, const rec::Order& order, model::OrderSide side, NoShowCount* count);

// Ends the review that is open, if one is: what it was about opens no other one. Says whether one was.
bool EndReview(rec::NoShows* row);

// The same for this year's row of a member whose suspension was decided on; `count` stays empty when no review is open.
absl::Status EndReviewOf(Work& work, model::MemberId member, NoShowCount* count);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_NO_SHOWS_H_
