#include "service/queries/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/merkle/hash.h"

namespace timebank::queries {
namespace {

constexpr size_t kCheckBytes = 8;

std::string Check(absl::string_view filter, absl::string_view place) {
  std::string bytes;
  base::AppendString(&bytes, filter);
  base::AppendString(&bytes, place);
  const merkle::Hash hash = merkle::Sha256(bytes);
  return std::string(hash.begin(), hash.begin() + kCheckBytes);
}

}  // namespace

std::string MakePageToken(absl::string_view filter, absl::string_view place) {
  return absl::WebSafeBase64Escape(absl::StrCat(Check(filter, place), place));
}

absl::StatusOr<std::string> ReadPageToken(absl::string_view filter, absl::string_view token) {
  if (token.empty()) {
    return std::string();
  }
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() <= kCheckBytes ||
      bytes.substr(0, kCheckBytes) != Check(filter, bytes.substr(kCheckBytes))) {
    return absl::InvalidArgumentError("page_token is not one of this list and filter");
  }
  return bytes.substr(kCheckBytes);
}

}  // namespace timebank::queries
