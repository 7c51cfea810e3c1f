// What a bank's journal alone says of stars and of the calendar.
#ifndef TIMEBANK_LEDGER_STAR_FACTS_H_
#define TIMEBANK_LEDGER_STAR_FACTS_H_

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/ledger/record_proto.h"
#include "service/store/store.h"

namespace timebank::ledger {

struct StarFacts {
  std::map<uint64_t, rec::StarApplication> applications;
  std::map<uint64_t, rec::StarAward> awards;
  std::map<int32_t, rec::CalendarDay> calendar;
};

// Takes one entry, in the order of the journal. INTERNAL, naming the entry, when it says of stars what cannot follow from what was before:
// a pair that is not in the tables of star_life.h, an award before its notice was over.
absl::Status TakeStars(const rec::Entry& entry, StarFacts& facts);

// The rows of stars and the calendar against the facts; and of every member: each level once, one award in force at most, one open application
// at most, whose hours still reach its band.
absl::Status CheckStars(const store::Reader& reader, absl::string_view bank, const StarFacts& facts);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_STAR_FACTS_H_
