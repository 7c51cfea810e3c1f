#include "service/auth/token.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace timebank::auth {
namespace {

constexpr absl::string_view kMark = "tbk";
constexpr size_t kPrefixChars = 8;
// Longer than any of ours, so that a huge one is not taken apart.
constexpr size_t kTokenChars = 128;

}  // namespace

std::string FormatToken(const Token& token) {
  std::string secret;
  absl::WebSafeBase64Escape(token.secret, &secret);
  return absl::StrCat(kMark, ".", token.bank, ".", token.prefix, ".", secret);
}

std::optional<Token> ParseToken(absl::string_view text) {
  if (text.size() > kTokenChars) {
    return std::nullopt;
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  Token token;
  if (parts.size() != 4 || parts[0] != kMark || parts[2].size() != kPrefixChars ||
      !absl::WebSafeBase64Unescape(parts[3], &token.secret) || token.secret.size() != kTokenSecretBytes) {
    return std::nullopt;
  }
  token.bank = std::string(parts[1]);
  token.prefix = std::string(parts[2]);
  // One token has one text: bits that are left over at its end are not free, and nothing may stand behind it.
  return FormatToken(token) == text ? std::optional<Token>(std::move(token)) : std::nullopt;
}

std::optional<absl::string_view> BearerOf(absl::string_view authorization) {
  constexpr absl::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) {
    return std::nullopt;
  }
  authorization.remove_prefix(kScheme.size());
  return absl::StripAsciiWhitespace(authorization);
}

bool SameSecret(absl::string_view one, absl::string_view other) {
  if (one.size() != other.size()) {
    return false;
  }
  unsigned char difference = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (one[i] ^ other[i]));
  }
  return difference == 0;
}

}  // namespace timebank::auth
