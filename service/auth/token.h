// Bearer tokens as text: "tbk.{bank}.{prefix}.{secret}". The bank tells where to look it up, the prefix is what people recognise it by, the
// secret is 32 random bytes in web-safe base64 without padding.
#ifndef TIMEBANK_AUTH_TOKEN_H_
#define TIMEBANK_AUTH_TOKEN_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace timebank::auth {

inline constexpr size_t kTokenSecretBytes = 32;

struct Token {
  std::string bank;
  std::string prefix;  // 8 characters out of 0-9 a-f
  std::string secret;  // kTokenSecretBytes bytes
};

std::string FormatToken(const Token& token);

// nullopt when the text is no token. Says nothing about whether it was ever made.
std::optional<Token> ParseToken(absl::string_view text);

// Of the metadata value "Bearer {token}": the token; nullopt when it has another form.
std::optional<absl::string_view> BearerOf(absl::string_view authorization);

// Whether the two are equal, in a time that depends on the lengths alone.
bool SameSecret(absl::string_view one, absl::string_view other);

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_TOKEN_H_
