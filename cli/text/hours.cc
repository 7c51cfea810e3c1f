#include "cli/text/hours.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace timebank::cli {

std::string FormatMinutes(int64_t minutes, Language language, Sign sign) {
  const bool chinese = language == Language::kChinese;
  // The magnitude as unsigned, because the least int64_t has no positive counterpart.
  const uint64_t magnitude = minutes < 0 ? uint64_t{0} - static_cast<uint64_t>(minutes) : static_cast<uint64_t>(minutes);
  const uint64_t hours = magnitude / 60;
  const uint64_t rest = magnitude % 60;
  std::string out = minutes < 0 ? "-" : (minutes > 0 && sign == Sign::kAlways ? "+" : "");
  if (hours > 0) {
    absl::StrAppend(&out, hours, chinese ? "小时" : " h");
  }
  if (hours > 0 && rest > 0 && !chinese) {
    out.push_back(' ');
  }
  if (rest > 0 || hours == 0) {
    absl::StrAppend(&out, rest, chinese ? "分" : " min");
  }
  return out;
}

Cell MinutesCell(int64_t minutes, Language language, Sign sign) {
  return Cell::ShownNumber(FormatMinutes(minutes, language, sign), minutes);
}

std::string FormatCoins(int64_t minutes, int64_t coins_per_hour) {
  // Whole hours and the rest apart, so that no balance is too large.
  const int64_t rest = minutes % 60 * coins_per_hour * 100 / 60;
  const int64_t whole = minutes / 60 * coins_per_hour + rest / 100;
  const int64_t hundredths = std::abs(rest % 100);
  std::string text = absl::StrCat(whole == 0 && rest < 0 ? "-" : "", whole);
  if (hundredths != 0) {
    absl::StrAppend(&text, ".", hundredths / 10, hundredths % 10 == 0 ? "" : absl::StrCat(hundredths % 10));
  }
  return text;
}

Cell CoinsCell(int64_t minutes, int64_t coins_per_hour) {
  return coins_per_hour <= 1 ? Cell() : Cell::Word(FormatCoins(minutes, coins_per_hour));
}

}  // namespace timebank::cli
