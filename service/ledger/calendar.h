// Working days of a bank: Monday to Friday, but for listed holidays, and listed weekends that make up for them.
#ifndef TIMEBANK_LEDGER_CALENDAR_H_
#define TIMEBANK_LEDGER_CALENDAR_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/model/ids.h"
#include "service/store/store.h"

namespace timebank::ledger {

absl::StatusOr<bool> IsWorkingDay(const store::Reader& reader, absl::string_view bank, model::Day day);

// The last of `count` working days after `day`, which itself does not count (Civil Code art. 201). REQUIRES: count >= 1.
absl::StatusOr<model::Day> WorkingDayAfter(const store::Reader& reader, absl::string_view bank, model::Day day,
                                           int64_t count);

// Working days from `first` to `last`, both inclusive; 0 when there are none.
absl::StatusOr<int64_t> WorkingDaysIn(const store::Reader& reader, absl::string_view bank, model::Day first,
                                      model::Day last);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_CALENDAR_H_
