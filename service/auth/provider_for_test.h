// An identity provider of a test's own: keys made for it, the file of the public ones, and tokens signed with the others.
#ifndef TIMEBANK_AUTH_PROVIDER_FOR_TEST_H_
#define TIMEBANK_AUTH_PROVIDER_FOR_TEST_H_

#include <gtest/gtest.h>
#include <jansson.h>
#include <rhonabwy.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace timebank::auth {

// Not thread-safe.
class TestProvider {
 public:
  TestProvider() { r_global_init(); }
  ~TestProvider() {
    for (const auto& [kid, key] : secret_) {
      r_jwk_free(key);
    }
  }
  TestProvider(const TestProvider&) = delete;
  TestProvider& operator=(const TestProvider&) = delete;

  // A key pair by the name `kid`, of a type R_KEY_TYPE_...
  void AddKey(const std::string& kid, int type, unsigned int bits) {
    jwk_t* secret = nullptr;
    jwk_t* open = nullptr;
    ASSERT_EQ(r_jwk_init(&secret), RHN_OK);
    ASSERT_EQ(r_jwk_init(&open), RHN_OK);
    ASSERT_EQ(r_jwk_generate_key_pair(secret, open, type, bits, kid.c_str()), RHN_OK);
    open_[kid] = TextOf(open);
    secret_[kid] = secret;
    r_jwk_free(open);
  }

  // The JWKS file of all public keys.
  void WriteKeys(const std::string& path) const {
    std::string list;
    for (const auto& [kid, key] : open_) {
      absl::StrAppend(&list, list.empty() ? "" : ",", key);
    }
    std::ofstream(path) << "{\"keys\":[" << list << "]}";
  }

  // JSON of the secret key.
  std::string SecretKey(const std::string& kid) const { return TextOf(secret_.at(kid)); }

  // A token of these claims, which are JSON.
  std::string Sign(const std::string& kid, jwa_alg algorithm, const std::string& claims) const {
    jwt_t* jwt = nullptr;
    EXPECT_EQ(r_jwt_init(&jwt), RHN_OK);
    EXPECT_EQ(r_jwt_set_full_claims_json_str(jwt, claims.c_str()), RHN_OK);
    r_jwt_set_sign_alg(jwt, algorithm);
    r_jwt_set_header_str_value(jwt, "kid", kid.c_str());
    const std::string token = Taken(r_jwt_serialize_signed(jwt, secret_.at(kid), 0));
    r_jwt_free(jwt);
    return token;
  }

  // A token of any head, as nobody signs it.
  static std::string Unsigned(absl::string_view head, absl::string_view claims, absl::string_view signature) {
    return absl::StrCat(Encode(head), ".", Encode(claims), ".", Encode(signature));
  }

  static std::string Encode(absl::string_view text) {
    std::string result;
    absl::WebSafeBase64Escape(text, &result);
    return result;
  }

 private:
  static std::string Taken(char* text) {
    EXPECT_NE(text, nullptr);
    std::string result = text == nullptr ? "" : text;
    free(text);
    return result;
  }
  static std::string TextOf(jwk_t* key) { return Taken(r_jwk_export_to_json_str(key, 0)); }

  std::map<std::string, std::string> open_;  // JSON by kid
  std::map<std::string, jwk_t*> secret_;
};

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_PROVIDER_FOR_TEST_H_
