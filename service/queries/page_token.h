// Opaque page tokens: the place to go on from, bound to the filter they were made for.
#ifndef TIMEBANK_QUERIES_PAGE_TOKEN_H_
#define TIMEBANK_QUERIES_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::queries {

// Web-safe base64 of a check over filter and place, and the place. Not a secret: whoever may read the list may read the token.
std::string MakePageToken(absl::string_view filter, absl::string_view place);

// The place; empty for an empty token. INVALID_ARGUMENT when it is no token, or one of another filter.
absl::StatusOr<std::string> ReadPageToken(absl::string_view filter, absl::string_view token);

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_PAGE_TOKEN_H_
