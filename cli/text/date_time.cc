#include "cli/text/date_time.h"

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "cli/text/scanner.h"
#include "cli/text/width.h"

namespace timebank::cli {
namespace {

namespace error {

absl::Status NotADay(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("日期 ", quoted, " 无法识别，请写成 2026-03-05、2026/3/5 或 2026年3月5日"),
                      absl::StrCat(quoted, " is not a date; write 2026-03-05, 2026/3/5 or 2026年3月5日")});
}

absl::Status DayNumber(absl::string_view text, absl::CivilDay day) {
  const std::string quoted = QuoteForMessage(text);
  const std::string iso = absl::StrFormat("%d-%02d-%02d", day.year(), day.month(), day.day());
  return InvalidText(
      {absl::StrCat("日期 ", quoted, "：这是 Excel 的日期序号（相当于 ", iso, "），请把这一列的格式设为日期再保存"),
       absl::StrCat(quoted, " is a spreadsheet's day number (", iso, "); format the column as dates and save it again")});
}

absl::Status NoSuchDay(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("日期 ", quoted, " 不存在"), absl::StrCat("there is no such day as ", quoted)});
}

absl::Status YearOutOfRange(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("日期 ", quoted, " 的年份须在 ", kMinYear, " 到 ", kMaxYear, " 之间"),
                      absl::StrCat("the year of ", quoted, " must be within ", kMinYear, " to ", kMaxYear)});
}

absl::Status DayWithTime(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("日期 ", quoted, " 后面带有时间，请只写日期"),
                      absl::StrCat(quoted, " has a time of day after the date; write the date alone")});
}

absl::Status HourAgainstWord(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时间 ", quoted, " 可能有两种意思，请写成 13:00 这样的 24 小时制"),
                      absl::StrCat(quoted, " may mean two times; write it with 24 hours, as 13:00")});
}

absl::Status NotATime(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时间 ", quoted, " 无法识别，请写成 9:05、09:05 或 9时5分"),
                      absl::StrCat(quoted, " is not a time of day; write 9:05, 09:05 or 9时5分")});
}

absl::Status TimeOutOfRange(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时间 ", quoted, " 不存在，须在 0:00 到 24:00 之间"),
                      absl::StrCat("there is no such time as ", quoted, "; it must be within 0:00 to 24:00")});
}

absl::Status HasSeconds(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时间 ", quoted, " 精确到秒，服务时间只记到分钟"),
                      absl::StrCat(quoted, " has seconds; service is recorded in whole minutes")});
}

}  // namespace error

struct DayParts {
  int year = 0;
  int month = 0;
  int day = 0;
};

std::optional<DayParts> ScanMonthAndDay(int year, Scanner* scan) {
  const bool chinese = scan->Take("年");
  absl::string_view separator = "月";
  if (!chinese) {
    for (const absl::string_view candidate : {"-", "/", "."}) {
      if (scan->Take(candidate)) {
        separator = candidate;
        break;
      }
    }
    if (separator == "月") {
      return std::nullopt;
    }
  }
  const std::optional<int> month = scan->Number(1, 2);
  if (!month.has_value() || !scan->Take(separator)) {
    return std::nullopt;
  }
  const std::optional<int> day = scan->Number(1, 2);
  if (!day.has_value() || (chinese && !scan->TakeAny({"日", "号"}))) {
    return std::nullopt;
  }
  return DayParts{year, *month, *day};
}

std::optional<DayParts> ScanDay(Scanner* scan) {
  const absl::string_view digits = scan->Digits();
  int number = 0;
  if ((digits.size() != 4 && digits.size() != 8) || !absl::SimpleAtoi(digits, &number)) {
    return std::nullopt;
  }
  if (digits.size() == 8) {
    return DayParts{number / 10000, number / 100 % 100, number % 100};
  }
  return ScanMonthAndDay(number, scan);
}

// What may follow a date: nothing, or midnight. `text` is for the message.
absl::Status ScanMidnight(absl::string_view text, Scanner* scan) {
  const bool parted = scan->NextIsSpace() || scan->Take("t");
  if (scan->AtEnd()) {
    return parted && absl::EndsWithIgnoreCase(Trim(text), "t") ? error::NotADay(text) : absl::OkStatus();
  }
  const std::optional<int> hour = scan->Number(1, 2);
  if (!parted || !hour.has_value() || !scan->Take(":")) {
    return error::NotADay(text);
  }
  std::optional<int> minute = scan->Number(2, 2);
  int rest = 0;
  if (minute.has_value() && scan->Take(":")) {
    const std::optional<int> second = scan->Number(2, 2);
    if (!second.has_value()) {
      return error::NotADay(text);
    }
    const std::optional<int> fraction = scan->Take(".") ? scan->Number(1, 9) : 0;
    if (!fraction.has_value()) {
      return error::NotADay(text);
    }
    rest = *second + *fraction;
  }
  if (!minute.has_value() || !scan->AtEnd()) {
    return error::NotADay(text);
  }
  return *hour == 0 && *minute == 0 && rest == 0 ? absl::OkStatus() : error::DayWithTime(text);
}

// The word before an hour, and the hour of the day that it makes of each.
struct DayHalf {
  absl::string_view word;
  int from;  // The hours that may follow it on a clock of twelve hours,
  int to;
  int later;       // and what is added to them.
  int exact_from;  // Hours of the day that it leaves as they are.
  int exact_to;
};

constexpr DayHalf kDayHalves[] = {
    {"上午", 1, 11, 0, 0, 11},   {"早上", 1, 11, 0, 0, 11},  {"凌晨", 1, 6, 0, 0, 6},     {"中午", 1, 2, 12, 11, 14},
    {"下午", 1, 11, 12, 12, 23}, {"傍晚", 4, 8, 12, 16, 20}, {"晚上", 5, 11, 12, 17, 24},
};

const DayHalf* ScanDayHalf(Scanner* scan) {
  for (const DayHalf& half : kDayHalves) {
    if (scan->Take(half.word)) {
      return &half;
    }
  }
  return nullptr;
}

// Nothing when the word and the hour do not go together.
std::optional<int> HourOfDay(const DayHalf* half, int hour) {
  if (half == nullptr || (hour >= half->exact_from && hour <= half->exact_to)) {
    return hour;
  }
  return hour >= half->from && hour <= half->to ? std::optional<int>(hour + half->later) : std::nullopt;
}

struct TimeParts {
  int hour = 0;
  int minute = 0;
  int second = 0;
};

// "0905" in one piece, else the hour and what stands after it.
std::optional<TimeParts> ScanTime(Scanner* scan) {
  const absl::string_view digits = scan->Digits();
  TimeParts parts;
  if ((digits.size() != 1 && digits.size() != 2 && digits.size() != 4) || !absl::SimpleAtoi(digits, &parts.hour)) {
    return std::nullopt;
  }
  std::optional<int> minute = 0;
  if (digits.size() == 4) {
    minute = parts.hour % 100;
    parts.hour /= 100;
  } else if (scan->TakeAny({":", ";", "."})) {
    minute = scan->Number(2, 2);
    if (minute.has_value() && scan->Take(":")) {
      const std::optional<int> second = scan->Number(2, 2);
      minute = second.has_value() ? minute : std::nullopt;
      parts.second = second.value_or(0);
    }
  } else if (!scan->TakeAny({"时", "点"})) {
    return std::nullopt;
  } else if (scan->Take("半")) {
    minute = 30;
  } else if (!scan->Take("整") && !scan->AtEnd()) {
    minute = scan->Number(1, 2);
    if (!scan->Take("分")) {
      return std::nullopt;
    }
  }
  if (!minute.has_value() || !scan->AtEnd()) {
    return std::nullopt;
  }
  parts.minute = *minute;
  return parts;
}

// Day 1 of spreadsheets is 1900-01-01, and they believe in a 29 February 1900; five digits are the years 1927 to 2173.
constexpr size_t kDayNumberDigits = 5;
constexpr absl::CivilDay kDayZero(1899, 12, 30);

std::optional<absl::CivilDay> SpreadsheetDay(absl::string_view text) {
  int number = 0;
  if (text.size() != kDayNumberDigits || text.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(text, &number) || number < 10000) {
    return std::nullopt;
  }
  return kDayZero + number;
}

}  // namespace

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text) {
  const std::string plain = absl::AsciiStrToLower(NarrowTrimmed(text));
  if (const std::optional<absl::CivilDay> day = SpreadsheetDay(plain); day.has_value()) {
    return error::DayNumber(text, *day);
  }
  Scanner scan(plain);
  const std::optional<DayParts> parts = ScanDay(&scan);
  if (!parts.has_value()) {
    return error::NotADay(text);
  }
  if (absl::Status tail = ScanMidnight(text, &scan); !tail.ok()) {
    return tail;
  }
  if (parts->year < kMinYear || parts->year > kMaxYear) {
    return error::YearOutOfRange(text);
  }
  const absl::CivilDay day(parts->year, parts->month, parts->day);
  if (day.year() != parts->year || day.month() != parts->month || day.day() != parts->day) {
    return error::NoSuchDay(text);  // The constructor has carried 30 February over into March.
  }
  return day;
}

absl::StatusOr<int> ParseTimeOfDay(absl::string_view text) {
  const std::string plain = NarrowTrimmed(text);
  Scanner scan(plain);
  const DayHalf* const half = ScanDayHalf(&scan);
  const std::optional<TimeParts> parts = ScanTime(&scan);
  if (!parts.has_value()) {
    return error::NotATime(text);
  }
  const int as_written = parts->hour * 60 + parts->minute;
  if (parts->minute > 59 || parts->second > 59 || as_written > kMinutesPerDay ||
      (as_written == kMinutesPerDay && parts->second != 0)) {
    return error::TimeOutOfRange(text);
  }
  if (parts->second != 0) {
    return error::HasSeconds(text);
  }
  const std::optional<int> hour = HourOfDay(half, parts->hour);
  if (!hour.has_value()) {
    return error::HourAgainstWord(text);
  }
  return *hour * 60 + parts->minute;
}

}  // namespace timebank::cli
