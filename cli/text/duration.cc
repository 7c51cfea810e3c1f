#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/text/date_time.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "cli/text/scanner.h"
#include "cli/text/width.h"

namespace timebank::cli {
namespace {

namespace error {

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

bool IsBareNumber(absl::string_view text) {
  const std::string plain = NarrowTrimmed(text);
  return !plain.empty() && plain.find_first_not_of("0123456789.") == std::string::npos;
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
