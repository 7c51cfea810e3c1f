// One form for the many spellings of one name or number, so that what people write finds what others wrote.
#ifndef TIMEBANK_BASE_FOLD_H_
#define TIMEBANK_BASE_FOLD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace timebank::base {

// The text as it is compared, never as it is shown: full-width and half-width, upper and lower case are one (NFKC_Casefold,
// which also drops what shows as nothing), no white space, and one middle dot for all of them. "王　芳" and "王芳", "Ｍ０００２４"
// and "m00024" fold to the same. Folding a folded text changes nothing. May be empty for a text that is not. What is stored
// depends on it: a later Unicode may add characters, but folds the old ones as before.
// REQUIRES: well-formed UTF-8.
std::string Fold(absl::string_view text);

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_FOLD_H_
