#include "service/auth/jwt.h"

#include <jansson.h>
#include <rhonabwy.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/log.h"
#include "service/base/mutex.h"
#include "service/base/status.h"

namespace timebank::auth {
namespace {

constexpr size_t kJwtChars = 8192;
constexpr int64_t kClockDifference = 60;  // seconds
// A token cannot be revoked here, so that it must not live long.
constexpr int64_t kLifetimeMost = 24 * 60 * 60;

struct Free {
  void operator()(jwt_t* jwt) const { r_jwt_free(jwt); }
  void operator()(json_t* json) const { json_decref(json); }  // of which kind keys and sets of them are
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

absl::Status Denied(absl::string_view reason) { return absl::UnauthenticatedError(reason); }

bool IsAllowed(jwa_alg algorithm) {
  return algorithm == R_JWA_ALG_EDDSA || algorithm == R_JWA_ALG_ES256 || algorithm == R_JWA_ALG_RS256;
}

absl::StatusOr<Owned<json_t>> ReadKeys(const std::string& path) {
  const auto refused = [&path](absl::string_view why) {
    return absl::FailedPreconditionError(absl::StrCat("the key set ", path, " ", why));
  };
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return refused("cannot be read");
  }
  jwks_t* raw = nullptr;
  if (r_jwks_init(&raw) != RHN_OK) {
    return absl::InternalError("no memory for a key set");
  }
  Owned<json_t> keys(raw);
  if (r_jwks_import_from_json_str(keys.get(), text.c_str()) != RHN_OK || r_jwks_size(keys.get()) == 0) {
    return refused("is no JSON Web Key Set");
  }
  for (size_t i = 0; i < r_jwks_size(keys.get()); ++i) {
    const Owned<json_t> key(r_jwks_get_at(keys.get(), i));
    if (r_jwk_get_property_str(key.get(), "kid") == nullptr) {
      return refused("has a key without a kid");
    }
    if (r_jwk_get_property_str(key.get(), "d") != nullptr || r_jwk_get_property_str(key.get(), "k") != nullptr) {
      return refused("holds a secret key; it takes public ones only");
    }
  }
  return keys;
}

// Whether `aud`, a text or a list of them, names the audience.
bool IsFor(const json_t* claims, const std::string& audience) {
  const json_t* const value = json_object_get(claims, "aud");
  if (json_is_string(value)) {
    return audience == json_string_value(value);
  }
  for (size_t i = 0; i < json_array_size(value); ++i) {
    const json_t* const one = json_array_get(value, i);
    if (json_is_string(one) && audience == json_string_value(one)) {
      return true;
    }
  }
  return false;
}

std::string TextIn(const json_t* claims, const std::string& name) {
  const json_t* const value = json_object_get(claims, name.c_str());
  return json_is_string(value) ? json_string_value(value) : "";
}

class RhonabwyVerifier final : public JwtVerifier {
 public:
  RhonabwyVerifier(const JwtSettings& settings, Owned<json_t> keys) : settings_(settings), keys_(std::move(keys)) {
    ChangedAt(&changed_);
  }

  absl::StatusOr<JwtClaims> Verify(absl::string_view text, absl::Time now) override {
    if (!LooksLikeJwt(text)) {
      return Denied("JWT_MALFORMED");
    }
    jwt_t* raw = nullptr;
    if (r_jwt_init(&raw) != RHN_OK) {
      return absl::InternalError("no memory for a token");
    }
    const Owned<jwt_t> jwt(raw);
    // No key that the token brings along or points to counts, and no token without a signature.
    if (r_jwt_advanced_parsen(jwt.get(), text.data(), text.size(), R_PARSE_NONE, 0) != RHN_OK) {
      return Denied("JWT_MALFORMED");
    }
    if (const Owned<json_t> head(r_jwt_get_full_header_json_t(jwt.get())); json_object_get(head.get(), "crit") != nullptr) {
      return Denied("JWT_CRITICAL");
    }
    if (!IsAllowed(r_jwt_get_sign_alg(jwt.get()))) {
      return Denied("JWT_ALGORITHM");
    }
    TB_RETURN_IF_ERROR(CheckSignature(jwt.get()));
    const Owned<json_t> claims(r_jwt_get_full_claims_json_t(jwt.get()));
    return Read(claims.get(), now);
  }

  uint64_t Generation() override {
    const base::MutexLock lock(&mutex_);
    Refresh();
    return generation_;
  }

 private:
  // False when the file is not there.
  bool ChangedAt(struct timespec* moment) const {
    struct stat status {};
    const bool there = stat(settings_.keys.c_str(), &status) == 0;
    *moment = status.st_mtim;
    return there;
  }

  // The file is read again when it changed; one that is no key set leaves those that were.
  void Refresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    struct timespec moment {};
    if (!ChangedAt(&moment) || (moment.tv_sec == changed_.tv_sec && moment.tv_nsec == changed_.tv_nsec)) {
      return;
    }
    changed_ = moment;
    absl::StatusOr<Owned<json_t>> keys = ReadKeys(settings_.keys);
    if (keys.ok()) {
      keys_ = *std::move(keys);
      ++generation_;
    } else {
      base::Log(base::LogLevel::kError, "the key set was not taken", {{"reason", std::string(keys.status().message())}});
    }
  }

  absl::Status CheckSignature(jwt_t* jwt) {
    const char* const kid = r_jwt_get_header_str_value(jwt, "kid");
    if (kid == nullptr) {
      return Denied("JWT_KEY_UNKNOWN");
    }
    const base::MutexLock lock(&mutex_);
    Refresh();
    const Owned<json_t> key(r_jwks_get_by_kid(keys_.get(), kid));
    if (key == nullptr) {
      return Denied("JWT_KEY_UNKNOWN");
    }
    const char* const algorithm = r_jwk_get_property_str(key.get(), "alg");
    if (algorithm != nullptr && r_str_to_jwa_alg(algorithm) != r_jwt_get_sign_alg(jwt)) {
      return Denied("JWT_ALGORITHM");
    }
    return r_jwt_verify_signature(jwt, key.get(), 0) == RHN_OK ? absl::OkStatus() : Denied("JWT_SIGNATURE");
  }

  absl::StatusOr<JwtClaims> Read(const json_t* claims, absl::Time now) const {
    if (TextIn(claims, "iss") != settings_.issuer) {
      return Denied("JWT_ISSUER");
    }
    if (!IsFor(claims, settings_.audience)) {
      return Denied("JWT_AUDIENCE");
    }
    const json_t* const expires = json_object_get(claims, "exp");
    if (!json_is_integer(expires)) {
      return Denied("JWT_CLAIMS");
    }
    // Compared as numbers that stand alone on their side: those of the token may be as large as numbers get.
    const int64_t seconds = absl::ToUnixSeconds(now);
    if (json_integer_value(expires) <= seconds - kClockDifference) {
      return Denied("JWT_EXPIRED");
    }
    if (json_integer_value(expires) > seconds + kLifetimeMost + kClockDifference) {
      return Denied("JWT_LIFETIME");
    }
    JwtClaims result;
    result.expires = absl::FromUnixSeconds(json_integer_value(expires));
    const json_t* const from = json_object_get(claims, "nbf");
    if (from != nullptr && (!json_is_integer(from) || json_integer_value(from) > seconds + kClockDifference)) {
      return Denied("JWT_NOT_YET");
    }
    result.bank = TextIn(claims, settings_.bank_claim);
    result.principal = TextIn(claims, settings_.member_claim);
    result.member = !result.principal.empty();
    if (!result.member) {
      result.principal = TextIn(claims, settings_.principal_claim);
    }
    return result.bank.empty() || result.principal.empty() ? absl::StatusOr<JwtClaims>(Denied("JWT_CLAIMS")) : result;
  }

  const JwtSettings settings_;
  base::Mutex mutex_;
  Owned<json_t> keys_ ABSL_GUARDED_BY(mutex_);
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 1;
  struct timespec changed_ ABSL_GUARDED_BY(mutex_) {};
};

}  // namespace

bool LooksLikeJwt(absl::string_view text) {
  return text.size() <= kJwtChars && std::count(text.begin(), text.end(), '.') == 2;
}

absl::StatusOr<std::unique_ptr<JwtVerifier>> JwtVerifier::Open(const JwtSettings& settings) {
  if (settings.keys.empty() || settings.issuer.empty() || settings.audience.empty()) {
    return absl::InvalidArgumentError("--jwt-keys, --jwt-issuer and --jwt-audience go together");
  }
  static const bool ready = r_global_init() == RHN_OK;
  if (!ready) {
    return absl::InternalError("the library for JSON Web Tokens cannot be used");
  }
  TB_ASSIGN_OR_RETURN(Owned<json_t> keys, ReadKeys(settings.keys));
  return std::make_unique<RhonabwyVerifier>(settings, std::move(keys));
}

}  // namespace timebank::auth
