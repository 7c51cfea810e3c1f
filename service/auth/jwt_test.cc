// Tokens are signed here with keys made for the test; what is verified is what a provider would send.
#include "service/auth/jwt.h"

#include <gmock/gmock.h>
#include <jansson.h>
#include <rhonabwy.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace timebank::auth {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795168800);

class JwtTest : public testing::Test {
 protected:
  void SetUp() override {
    r_global_init();
    char folder[] = "/tmp/jwt-test-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    settings_.keys = folder_ + "/keys.json";
    settings_.issuer = "https://id.example";
    settings_.audience = "timebank";
    AddKey("ed", R_KEY_TYPE_EDDSA, 256);
    AddKey("es", R_KEY_TYPE_EC, 256);
    AddKey("rs", R_KEY_TYPE_RSA, 2048);
    WriteKeys();
    absl::StatusOr<std::unique_ptr<JwtVerifier>> verifier = JwtVerifier::Open(settings_);
    ASSERT_TRUE(verifier.ok()) << verifier.status();
    verifier_ = *std::move(verifier);
  }
  void TearDown() override {
    for (const auto& [kid, key] : secret_) {
      r_jwk_free(key);
    }
    std::filesystem::remove_all(folder_);
  }

  void AddKey(const std::string& kid, int type, unsigned int bits) {
    jwk_t* secret = nullptr;
    jwk_t* open = nullptr;
    ASSERT_EQ(r_jwk_init(&secret), RHN_OK);
    ASSERT_EQ(r_jwk_init(&open), RHN_OK);
    ASSERT_EQ(r_jwk_generate_key_pair(secret, open, type, bits, kid.c_str()), RHN_OK);
    char* const text = r_jwk_export_to_json_str(open, 0);
    open_[kid] = text;
    secret_[kid] = secret;
    free(text);
    r_jwk_free(open);
  }

  void WriteKeys() {
    std::string list;
    for (const auto& [kid, key] : open_) {
      absl::StrAppend(&list, list.empty() ? "" : ",", key);
    }
    std::ofstream(settings_.keys) << "{\"keys\":[" << list << "]}";
  }

  static std::string Claims(const std::string& more = "") {
    return absl::StrCat(R"({"iss":"https://id.example","aud":"timebank","sub":"wang","timebank_bank":"xt","exp":1795170000)",
                        more, "}");
  }

  std::string Sign(const std::string& kid, jwa_alg algorithm, const std::string& claims) {
    jwt_t* jwt = nullptr;
    EXPECT_EQ(r_jwt_init(&jwt), RHN_OK);
    EXPECT_EQ(r_jwt_set_full_claims_json_str(jwt, claims.c_str()), RHN_OK);
    r_jwt_set_sign_alg(jwt, algorithm);
    r_jwt_set_header_str_value(jwt, "kid", kid.c_str());
    char* const text = r_jwt_serialize_signed(jwt, secret_.at(kid), 0);
    EXPECT_NE(text, nullptr);
    std::string result = text == nullptr ? "" : text;
    free(text);
    r_jwt_free(jwt);
    return result;
  }

  std::string Why(const std::string& token, absl::Time now = kNow) {
    const absl::StatusOr<JwtClaims> claims = verifier_->Verify(token, now);
    return claims.ok() ? "" : std::string(claims.status().message());
  }

  static std::string Encode(const std::string& text) {
    std::string result;
    absl::WebSafeBase64Escape(text, &result);
    return result;
  }

  std::string folder_;
  JwtSettings settings_;
  std::map<std::string, std::string> open_;
  std::map<std::string, jwk_t*> secret_;
  std::unique_ptr<JwtVerifier> verifier_;
};

TEST_F(JwtTest, TakesTheThreeAlgorithms) {
  for (const auto& [kid, algorithm] :
       {std::pair<const char*, jwa_alg>{"ed", R_JWA_ALG_EDDSA}, {"es", R_JWA_ALG_ES256}, {"rs", R_JWA_ALG_RS256}}) {
    const absl::StatusOr<JwtClaims> claims = verifier_->Verify(Sign(kid, algorithm, Claims()), kNow);
    ASSERT_TRUE(claims.ok()) << kid << ": " << claims.status();
    EXPECT_EQ(claims->bank, "xt");
    EXPECT_EQ(claims->principal, "wang");
    EXPECT_EQ(claims->expires, absl::FromUnixSeconds(1795170000));
  }
}

TEST_F(JwtTest, AMemberStandsInThePlaceOfThePrincipal) {
  const absl::StatusOr<JwtClaims> claims =
      verifier_->Verify(Sign("ed", R_JWA_ALG_EDDSA, Claims(R"(,"timebank_member":"V000000017")")), kNow);
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->principal, "V000000017");
}

TEST_F(JwtTest, OtherAlgorithmsAndNoneAreRefused) {
  EXPECT_EQ(Why(Sign("rs", R_JWA_ALG_RS512, Claims())), "JWT_ALGORITHM");
  EXPECT_EQ(Why(Sign("rs", R_JWA_ALG_PS256, Claims())), "JWT_ALGORITHM");
  const std::string none = absl::StrCat(Encode(R"({"alg":"none","kid":"ed"})"), ".", Encode(Claims()), ".");
  EXPECT_THAT(Why(none), testing::AnyOf("JWT_ALGORITHM", "JWT_MALFORMED"));
  // A public key taken for the secret of a keyed digest: refused before any signature is looked at.
  const std::string keyed =
      absl::StrCat(Encode(R"({"alg":"HS256","kid":"rs"})"), ".", Encode(Claims()), ".", Encode(std::string(32, 'x')));
  EXPECT_EQ(Why(keyed), "JWT_ALGORITHM");
}

TEST_F(JwtTest, WhatIsTamperedWithIsRefused) {
  const std::string token = Sign("ed", R_JWA_ALG_EDDSA, Claims());
  const size_t dot = token.find('.');
  const std::string other =
      absl::StrCat(token.substr(0, dot), ".", Encode(Claims(R"(,"x":1)")), token.substr(token.rfind('.')));
  EXPECT_EQ(Why(other), "JWT_SIGNATURE");
  EXPECT_EQ(Why(token.substr(0, token.size() - 8)), "JWT_SIGNATURE");
  EXPECT_EQ(Why("a.b.c"), "JWT_MALFORMED");
  EXPECT_EQ(Why(""), "JWT_MALFORMED");
  EXPECT_EQ(Why(std::string(100000, '.')), "JWT_MALFORMED");
  AddKey("stranger", R_KEY_TYPE_EDDSA, 256);
  EXPECT_EQ(Why(Sign("stranger", R_JWA_ALG_EDDSA, Claims())), "JWT_KEY_UNKNOWN");
}

TEST_F(JwtTest, IssuerAudienceAndTimeMustFit) {
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string claims = Claims();
    claims.replace(claims.find(from), from.size(), to);
    return Why(Sign("ed", R_JWA_ALG_EDDSA, claims));
  };
  EXPECT_EQ(with("https://id.example", "https://other.example"), "JWT_ISSUER");
  EXPECT_EQ(with("\"aud\":\"timebank\"", "\"aud\":\"shop\""), "JWT_AUDIENCE");
  EXPECT_EQ(with("\"aud\":\"timebank\"", R"("aud":["shop","timebank"])"), "");
  EXPECT_EQ(with("\"exp\":1795170000", "\"exp\":\"never\""), "JWT_CLAIMS");
  EXPECT_EQ(with("\"timebank_bank\":\"xt\"", "\"x\":1"), "JWT_CLAIMS");
  EXPECT_EQ(with("\"exp\":1795170000", "\"exp\":1795168000"), "JWT_EXPIRED");
  EXPECT_EQ(with("\"exp\":1795170000", R"("exp":1795170000,"nbf":1795169900)"), "JWT_NOT_YET");
}

TEST_F(JwtTest, NewKeysAreTakenUpAndWrongOnesLeftAlone) {
  AddKey("next", R_KEY_TYPE_EDDSA, 256);
  const std::string token = Sign("next", R_JWA_ALG_EDDSA, Claims());
  EXPECT_EQ(Why(token), "JWT_KEY_UNKNOWN");
  usleep(20000);  // so that the file's time differs
  WriteKeys();
  EXPECT_EQ(Why(token), "");
  usleep(20000);
  std::ofstream(settings_.keys) << "broken";
  EXPECT_EQ(Why(token), "");
}

TEST_F(JwtTest, AKeySetHasPublicKeysWithNames) {
  char* const secret = r_jwk_export_to_json_str(secret_["ed"], 0);
  std::ofstream(settings_.keys) << "{\"keys\":[" << secret << "]}";
  free(secret);
  EXPECT_FALSE(JwtVerifier::Open(settings_).ok());
  settings_.keys = folder_ + "/missing.json";
  EXPECT_FALSE(JwtVerifier::Open(settings_).ok());
  settings_.audience.clear();
  EXPECT_EQ(JwtVerifier::Open(settings_).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace timebank::auth
