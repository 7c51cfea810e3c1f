// Text from outside, one character at a time.
#ifndef TIMEBANK_BASE_UTF8_H_
#define TIMEBANK_BASE_UTF8_H_

#include "absl/strings/string_view.h"

namespace timebank::base {

// Takes the first character off the front of `in`. False, with `in` and `character` left alone, when `in` is empty or does
// not begin with well-formed UTF-8 (RFC 3629: nothing overlong, no surrogates, nothing above U+10FFFF).
[[nodiscard]] bool ConsumeCharacter(absl::string_view* in, char32_t* character);

// What shows as nothing and may steer a terminal or break a line: U+0000-001F, U+007F-009F, U+2028 and U+2029.
bool IsControl(char32_t character);

// Without the spaces around it: ASCII white space, U+00A0 and the ideographic space U+3000.
absl::string_view StripSpaces(absl::string_view text);

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_UTF8_H_
