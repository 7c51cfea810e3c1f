// Full-width typing made plain. For dates, times, numbers and header names; people's names are only ever trimmed.
#ifndef TIMEBANK_CLI_TEXT_WIDTH_H_
#define TIMEBANK_CLI_TEXT_WIDTH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace timebank::cli {

// The text without white space at its ends: ASCII white space, the ideographic space U+3000, the no-break space U+00A0, and
// the invisible U+200B and U+FEFF that come along when people copy from web pages. Points into `text`.
absl::string_view Trim(absl::string_view text);

// What a cell of a spreadsheet shows, trimmed: without the apostrophe that makes text of a number ("'M00044"), and without
// the formula that does the same (="2026-11-16"). Points into `text`.
absl::string_view CellText(absl::string_view text);

// Every full-width form of an ASCII character ("０" to "９", letters, "：", "／", "．", "－", …) becomes that character,
// U+3000 and U+00A0 become a space: what NFKC does to these characters and to no others. Bytes that are not UTF-8 stay as
// they are.
std::string NarrowWidth(absl::string_view text);

// Trim and NarrowWidth.
std::string NarrowTrimmed(absl::string_view text);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_WIDTH_H_
