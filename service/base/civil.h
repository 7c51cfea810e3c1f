// Local dates. A bank's day is the day in China, UTC+8 without daylight saving (in force since 1992; earlier summers only matter to
// dates of birth, which are dates and not moments). A fixed offset, so that a rule's answer never depends on a machine's tzdata.
#ifndef TIMEBANK_BASE_CIVIL_H_
#define TIMEBANK_BASE_CIVIL_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace timebank::base {

absl::TimeZone BankTimeZone();

// The local date of a moment.
absl::CivilDay LocalDay(absl::Time moment);

// Days since 1970-01-01 of a local date, and back.
int32_t DayNumber(absl::CivilDay day);
absl::CivilDay DayFromNumber(int32_t number);

// "2026-03-05". Nothing else is read here; people's ways of writing dates are the CLI's affair.
std::optional<absl::CivilDay> ParseIsoDay(absl::string_view text);
std::string FormatIsoDay(absl::CivilDay day);

// Completed years of age on `day`: a year is complete on the birthday; one born on 29 February completes it on 1 March of a common year.
int AgeOn(absl::CivilDay birth, absl::CivilDay day);

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_CIVIL_H_
