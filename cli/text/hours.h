// Hours are held as whole minutes; this is how people read them.
#ifndef TIMEBANK_CLI_TEXT_HOURS_H_
#define TIMEBANK_CLI_TEXT_HOURS_H_

#include <cstdint>
#include <string>

#include "cli/text/language.h"
#include "cli/text/table.h"

namespace timebank::cli {

// kAlways writes "+" before positive amounts, for the lines of a statement; zero never has a sign.
enum class Sign { kNegativeOnly, kAlways };

// Minutes as "12小时30分" or "12 h 30 min"; parts that are zero are left out ("12小时", "30 min"), zero itself is "0分" or
// "0 min". Any int64_t.
std::string FormatMinutes(int64_t minutes, Language language, Sign sign = Sign::kNegativeOnly);

// The same for a table; CSV and JSON get the plain number of minutes.
Cell MinutesCell(int64_t minutes, Language language, Sign sign = Sign::kNegativeOnly);

// Minutes as the time coins that people call them, so many an hour, cut to hundredths: "12", "12.5", "-0.33".
std::string FormatCoins(int64_t minutes, int64_t coins_per_hour);

// The same for a table; nothing where an hour is a coin, and so nobody counts coins.
Cell CoinsCell(int64_t minutes, int64_t coins_per_hour);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_HOURS_H_
