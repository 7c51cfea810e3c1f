#include "cli/text/date_time.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "cli/text/width.h"

namespace timebank::cli {
namespace {

namespace error {

absl::Status NotADay(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("日期 ", quoted, " 无法识别，请写成 2026-03-05、2026/3/5 或 2026年3月5日"),
                      absl::StrCat(quoted, " is not a date; write 2026-03-05, 2026/3/5 or 2026年3月5日")});
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

absl::Status NotADuration(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时长 ", quoted, " 无法识别，请写成 1.5小时、90分钟 或 1小时30分"),
                      absl::StrCat(quoted, " is not a duration; write 1.5h, 90m, 1h30m, or minutes as a number")});
}

absl::Status NegativeDuration(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时长 ", quoted, " 不能带正负号"), absl::StrCat("a duration has no sign: ", quoted)});
}

absl::Status NotWholeMinutes(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText(
      {absl::StrCat("时长 ", quoted, " 不是整分钟"), absl::StrCat(quoted, " is not a whole number of minutes")});
}

absl::Status DurationTooLong(absl::string_view text) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时长 ", quoted, " 过大"), absl::StrCat("the duration ", quoted, " is too large")});
}

}  // namespace error

// Takes tokens off the front of a text; spaces before a token are passed over, spaces within a number are not.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  bool AtEnd() {
    SkipSpaces();
    return rest_.empty();
  }
  bool NextIsSpace() const { return !rest_.empty() && rest_.front() == ' '; }
  // A run of digits; empty, and nothing taken, when there is none.
  absl::string_view Digits() {
    SkipSpaces();
    size_t length = 0;
    while (length < rest_.size() && absl::ascii_isdigit(static_cast<unsigned char>(rest_[length]))) {
      ++length;
    }
    const absl::string_view digits = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return digits;
  }
  // A number of `min` to `max` digits (at most 9).
  std::optional<int> Number(size_t min, size_t max) {
    const absl::string_view digits = Digits();
    int value = 0;
    if (digits.size() < min || digits.size() > max || !absl::SimpleAtoi(digits, &value)) {
      return std::nullopt;
    }
    return value;
  }
  bool Take(absl::string_view token) {
    SkipSpaces();
    return absl::ConsumePrefix(&rest_, token);
  }
  bool TakeAny(std::initializer_list<absl::string_view> tokens) {
    for (const absl::string_view token : tokens) {
      if (Take(token)) {
        return true;
      }
    }
    return false;
  }

 private:
  void SkipSpaces() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  absl::string_view rest_;
};

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

// Ten digits of hours, turned into minutes, are far from overflowing 64 bits; and with more digits any duration is too long.
constexpr size_t kMaxDurationDigits = 10;
constexpr size_t kMaxFractionDigits = 6;

// `hours` and `fraction` are the digits before and after the point. Nothing when it is not a whole number of minutes.
std::optional<int64_t> HoursToMinutes(int64_t hours, absl::string_view fraction) {
  int64_t numerator = 0;
  int64_t denominator = 1;
  for (const char c : fraction) {
    numerator = numerator * 10 + (c - '0');
    denominator *= 10;
  }
  if (numerator * 60 % denominator != 0) {
    return std::nullopt;
  }
  return hours * 60 + numerator * 60 / denominator;
}

bool TakeHourUnit(Scanner* scan) { return scan->TakeAny({"个小时", "小时", "时", "hours", "hour", "h"}); }

bool TakeMinuteUnit(Scanner* scan) { return scan->TakeAny({"分钟", "分", "minutes", "minute", "min", "m"}); }

}  // namespace

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text) {
  const std::string plain = absl::AsciiStrToLower(NarrowTrimmed(text));
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
  const std::optional<int> hour = scan.Number(1, 2);
  std::optional<int> minute = 0;
  int second = 0;
  if (!hour.has_value()) {
    return error::NotATime(text);
  }
  if (scan.Take(":")) {
    minute = scan.Number(2, 2);
    if (minute.has_value() && scan.Take(":")) {
      const std::optional<int> read = scan.Number(2, 2);
      minute = read.has_value() ? minute : std::nullopt;
      second = read.value_or(0);
    }
  } else if (!scan.TakeAny({"时", "点"})) {
    return error::NotATime(text);
  } else if (scan.Take("半")) {
    minute = 30;
  } else if (!scan.Take("整") && !scan.AtEnd()) {
    minute = scan.Number(1, 2);
    if (!scan.Take("分")) {
      return error::NotATime(text);
    }
  }
  if (!minute.has_value() || !scan.AtEnd()) {
    return error::NotATime(text);
  }
  const int result = *hour * 60 + *minute;
  if (*minute > 59 || second > 59 || result > kMinutesPerDay || (result == kMinutesPerDay && second != 0)) {
    return error::TimeOutOfRange(text);
  }
  if (second != 0) {
    return error::HasSeconds(text);
  }
  return result;
}

absl::StatusOr<int64_t> ParseDuration(absl::string_view text) {
  const std::string plain = absl::AsciiStrToLower(NarrowTrimmed(text));
  Scanner scan(plain);
  if (scan.TakeAny({"-", "+"})) {
    return error::NegativeDuration(text);
  }
  const absl::string_view whole = scan.Digits();
  const bool point = !whole.empty() && scan.Take(".");
  const absl::string_view fraction = point ? scan.Digits() : absl::string_view();
  if (whole.empty() || (point && fraction.empty())) {
    return error::NotADuration(text);
  }
  const bool too_long = whole.size() > kMaxDurationDigits;
  int64_t number = 0;
  if (!too_long && !absl::SimpleAtoi(whole, &number)) {
    return error::NotADuration(text);
  }
  std::optional<int64_t> minutes = number;
  if (TakeHourUnit(&scan)) {
    minutes = fraction.size() <= kMaxFractionDigits ? HoursToMinutes(number, fraction) : std::nullopt;
    const absl::string_view rest = scan.Digits();
    if (!rest.empty()) {
      int more = 0;
      if (point || rest.size() > 2 || !absl::SimpleAtoi(rest, &more) || more > 59 || !TakeMinuteUnit(&scan)) {
        return error::NotADuration(text);
      }
      minutes = number * 60 + more;
    }
  } else {
    TakeMinuteUnit(&scan);
    minutes = fraction.find_first_not_of('0') == absl::string_view::npos ? minutes : std::nullopt;
  }
  if (!scan.AtEnd()) {
    return error::NotADuration(text);
  }
  if (too_long || (minutes.has_value() && *minutes > kMaxDurationMinutes)) {
    return error::DurationTooLong(text);
  }
  if (!minutes.has_value()) {
    return error::NotWholeMinutes(text);
  }
  return *minutes;
}

}  // namespace timebank::cli
