#include "service/base/civil.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace timebank::base {

absl::TimeZone BankTimeZone() { return absl::FixedTimeZone(8 * 60 * 60); }

absl::CivilDay LocalDay(absl::Time moment) { return absl::ToCivilDay(moment, BankTimeZone()); }

int32_t DayNumber(absl::CivilDay day) { return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)); }

absl::CivilDay DayFromNumber(int32_t number) { return absl::CivilDay(1970, 1, 1) + number; }

std::optional<absl::CivilDay> ParseIsoDay(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  for (size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) {
      return std::nullopt;
    }
  }
  int year = 0;
  int month = 0;
  int day = 0;
  if (!absl::SimpleAtoi(text.substr(0, 4), &year) || !absl::SimpleAtoi(text.substr(5, 2), &month) ||
      !absl::SimpleAtoi(text.substr(8, 2), &day)) {
    return std::nullopt;
  }
  const absl::CivilDay result(year, month, day);
  // CivilDay normalises 2026-02-30 to 2026-03-02: such a date was not a date.
  if (result.year() != year || result.month() != month || result.day() != day) {
    return std::nullopt;
  }
  return result;
}

std::string FormatIsoDay(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

int AgeOn(absl::CivilDay birth, absl::CivilDay day) {
  const int years = static_cast<int>(day.year() - birth.year());
  const absl::CivilDay birthday(day.year(), birth.month(), birth.day());
  return day < birthday ? years - 1 : years;
}

}  // namespace timebank::base
