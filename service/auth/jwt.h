// Tokens of an outside identity provider: RFC 7519 JSON Web Tokens, signed, by keys of a JWKS file (RFC 7517). Verified by librhonabwy.
#ifndef TIMEBANK_AUTH_JWT_H_
#define TIMEBANK_AUTH_JWT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace timebank::auth {

struct JwtSettings {
  std::string keys;      // path of the JWKS file: public keys with `kid`; read again when it changes
  std::string issuer;    // `iss` must be this
  std::string audience;  // `aud` must be this, or have it among others
  // Claims that say who it is: the bank's id, the principal, and, in its place, the member by number.
  std::string bank_claim = "timebank_bank";
  std::string principal_claim = "sub";
  std::string member_claim = "timebank_member";
};

// What a valid token says.
struct JwtClaims {
  std::string bank;
  std::string principal;  // as it stands there, or the member's number
  bool member = false;    // it is that number
  absl::Time expires;
};

// Of the form header.claims.signature. Says nothing about whether it is valid.
bool LooksLikeJwt(absl::string_view text);

// Thread-safe.
class JwtVerifier {
 public:
  // Reads the keys. INVALID_ARGUMENT when a setting is missing; FAILED_PRECONDITION when the file cannot be read, holds no key set, or a key
  // without `kid`, or one that is secret.
  static absl::StatusOr<std::unique_ptr<JwtVerifier>> Open(const JwtSettings& settings);

  virtual ~JwtVerifier() = default;

  // The claims of a token that is signed with EdDSA, ES256 or RS256 by a key of the file, is of the issuer, for the audience, and at `now` not expired and
  // valid already, a minute's difference of clocks allowed, expires within a day, and names nothing that must be understood (`crit`).
  // UNAUTHENTICATED otherwise; its message is the reason in UPPER_SNAKE: JWT_MALFORMED, JWT_CRITICAL, JWT_ALGORITHM, JWT_KEY_UNKNOWN,
  // JWT_SIGNATURE, JWT_ISSUER, JWT_AUDIENCE, JWT_EXPIRED, JWT_LIFETIME, JWT_NOT_YET, JWT_CLAIMS.
  virtual absl::StatusOr<JwtClaims> Verify(absl::string_view text, absl::Time now) = 0;

  // From 1, another one whenever the file has other keys: what was verified by those before counts no more. Looks at the file.
  virtual uint64_t Generation() = 0;
};

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_JWT_H_
