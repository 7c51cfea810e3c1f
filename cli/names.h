// Resource names of timebank.v1 and the short forms people type.
#ifndef TIMEBANK_CLI_NAMES_H_
#define TIMEBANK_CLI_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::cli {

// "banks/xt" from "xt" or "banks/xt". INVALID_ARGUMENT when it is neither.
absl::StatusOr<std::string> BankName(absl::string_view text);

// "banks/xt/records/17" from "17", or from the full name, which is taken as it is. INVALID_ARGUMENT when the text is empty
// or a full name of another collection.
absl::StatusOr<std::string> ResourceName(absl::string_view bank, absl::string_view collection, absl::string_view text);

// True when the text is a full name and thus names its bank.
bool IsFullName(absl::string_view text);

// "banks/xt" of a full name. REQUIRES: IsFullName(text).
std::string BankOf(absl::string_view text);

// The last part: "17" of "banks/xt/records/17", "xt" of "banks/xt"; a text of another form is returned as it is.
std::string IdOf(absl::string_view name);

// All bytes but letters, digits and "-._~" as %XX.
std::string PercentEncode(absl::string_view text);

// A random UUID, 36 characters.
std::string NewRequestId();

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_NAMES_H_
