// Dates, times of day and durations as people write them in lists. All inputs may use full-width characters and stand among
// spaces. Every refusal is INVALID_ARGUMENT with a Chinese and an English wording (TextOf) that quotes the input, numbers of
// 11 digits masked.
#ifndef TIMEBANK_CLI_TEXT_DATE_TIME_H_
#define TIMEBANK_CLI_TEXT_DATE_TIME_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace timebank::cli {

inline constexpr int kMinYear = 1900;
inline constexpr int kMaxYear = 2200;

// The end of a day: the greatest result of ParseTimeOfDay.
inline constexpr int kMinutesPerDay = 24 * 60;

// More cannot be meant; what the bank credits is bounded far lower, by the service.
inline constexpr int64_t kMaxDurationMinutes = 1'000'000'000;

// "2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "20260305". A time of day after it is accepted when it is midnight,
// as spreadsheets write it ("2026/3/5 0:00"). Refuses a spreadsheet's bare day number ("46342"; the message says which day
// it would be), days that do not exist and years outside kMinYear..kMaxYear.
absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text);

// "9:05", "09:05", "09:05:00", "9;05", "9.05", "0905", "9时5分", "9点", "9点半", each also after "上午", "早上", "凌晨",
// "中午", "下午", "傍晚" or "晚上": minutes since midnight, 0..kMinutesPerDay; "24:00" is the end of the day. Refuses seconds
// other than 00 (services are measured in minutes), one-digit minutes after a colon ("9:5" may be 9:05 or 9:50), and hours
// that do not go with the word before them ("晚上1点" may be 1:00 or 13:00).
absl::StatusOr<int> ParseTimeOfDay(absl::string_view text);

// "1.5小时", "90分钟", "1小时30分", "1h30m", "90" (minutes): 0..kMaxDurationMinutes minutes. Refuses what is not a whole
// number of minutes, and signs.
absl::StatusOr<int64_t> ParseDuration(absl::string_view text);

// Whether the text is a number and no more, so that a duration lacks its unit: "90", "1.5".
bool IsBareNumber(absl::string_view text);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_DATE_TIME_H_
