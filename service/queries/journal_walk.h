// Walks over a bank's journal: the way to numbers as they stood at the end of a day.
#ifndef TIMEBANK_QUERIES_JOURNAL_WALK_H_
#define TIMEBANK_QUERIES_JOURNAL_WALK_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/ledger/record_proto.h"
#include "service/model/ids.h"
#include "service/store/store.h"

namespace timebank::queries {

// Asked now and then during a long walk; false ends it with DEADLINE_EXCEEDED.
using GoOn = std::function<bool()>;

// The first sequence whose entry was booked on or after `day`; one more than `entries` when there is none. Record times never go back, so
// that a binary search finds it. DATA_LOSS or INTERNAL on a fault of the store.
absl::StatusOr<uint64_t> FirstBookedOn(const store::Reader& reader, absl::string_view bank, uint64_t entries,
                                       model::Day day);

// The last sequence booked up to the end of `day`; 0 when there is none. NOT_FOUND when there is no such bank.
absl::StatusOr<uint64_t> LastBookedBy(const store::Reader& reader, absl::string_view bank, model::Day day);

// Visits the entries from `first` to `last`, both inclusive, in order. The errors of `visit`, of the store, and DEADLINE_EXCEEDED.
absl::Status WalkJournal(const store::Reader& reader, absl::string_view bank, uint64_t first, uint64_t last,
                         const GoOn& go_on, const std::function<absl::Status(const ledger::rec::Entry&)>& visit);

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_JOURNAL_WALK_H_
