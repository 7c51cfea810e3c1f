// What a piece of UTF-8 text takes on a terminal, and how text from elsewhere is made safe to print there.
#ifndef TIMEBANK_CLI_TEXT_DISPLAY_H_
#define TIMEBANK_CLI_TEXT_DISPLAY_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace timebank::cli {

// Columns of a terminal: 2 for wide and full-width characters and emoji, 0 for combining and invisible ones and for
// controls, else 1. Characters of ambiguous width ("…", "±") count 1, as terminals set to UTF-8 draw them. A byte that is
// not UTF-8 counts 1.
size_t DisplayWidth(absl::string_view text);

enum class Align { kLeft, kRight };

// The text with spaces up to `width` columns; unchanged when it is that wide or wider.
std::string Pad(absl::string_view text, size_t width, Align align);

// The text when it fits into `width` columns; else its beginning and "…", at most `width` columns together. A character is
// never parted from the marks that combine with it. Width 0 gives "".
std::string Truncate(absl::string_view text, size_t width);

// Control characters, terminal escapes, line separators, bidirectional overrides and bytes that are not UTF-8 become visible
// escapes
// ("\n", "\x1b", "\u202e"), so that a value can neither move the cursor nor reorder the line. All else is kept.
std::string Sanitize(absl::string_view text);

// The text with every run of at least `digits` digits, of any width, written as "***".
std::string MaskLongNumbers(absl::string_view text, size_t digits = 11);

// A value within quotation marks for an error message: sanitised, at most `width` columns, and every run of 11 or more
// digits (an ID-card or phone number in a shifted column) written as "***".
std::string QuoteForMessage(absl::string_view value, size_t width = 40);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_DISPLAY_H_
