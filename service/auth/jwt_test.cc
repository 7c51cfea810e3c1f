// Tokens are signed here with keys made for the test; what is verified is what a provider would send.
#include "service/auth/jwt.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "absl/strings/str_cat.h"
#include "service/auth/provider_for_test.h"

namespace timebank::auth {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795168800);

class JwtTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "timebank-jwt-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
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
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void AddKey(const std::string& kid, int type, unsigned int bits) { provider_.AddKey(kid, type, bits); }

  void WriteKeys() { provider_.WriteKeys(settings_.keys); }

  static std::string Claims(const std::string& more = "") {
    return absl::StrCat(R"({"iss":"https://id.example","aud":"timebank","sub":"wang","timebank_bank":"xt","exp":1795170000)",
                        more, "}");
  }

  std::string Sign(const std::string& kid, jwa_alg algorithm, const std::string& claims) {
    return provider_.Sign(kid, algorithm, claims);
  }

  std::string Why(const std::string& token, absl::Time now = kNow) {
    const absl::StatusOr<JwtClaims> claims = verifier_->Verify(token, now);
    return claims.ok() ? "" : std::string(claims.status().message());
  }

  std::string folder_;
  TestProvider provider_;
  JwtSettings settings_;
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
  const std::string none = TestProvider::Unsigned(R"({"alg":"none","kid":"ed"})", Claims(), "");
  EXPECT_THAT(Why(none), testing::AnyOf("JWT_ALGORITHM", "JWT_MALFORMED"));
  // A public key taken for the secret of a keyed digest: refused before any signature is looked at.
  const std::string keyed = TestProvider::Unsigned(R"({"alg":"HS256","kid":"rs"})", Claims(), std::string(32, 'x'));
  EXPECT_EQ(Why(keyed), "JWT_ALGORITHM");
}

TEST_F(JwtTest, WhatIsTamperedWithIsRefused) {
  const std::string token = Sign("ed", R_JWA_ALG_EDDSA, Claims());
  const size_t dot = token.find('.');
  const std::string other =
      absl::StrCat(token.substr(0, dot), ".", TestProvider::Encode(Claims(R"(,"x":1)")), token.substr(token.rfind('.')));
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
  EXPECT_EQ(with("\"exp\":1795170000", R"("exp":1795170000,"nbf":4611686018427387904)"), "JWT_NOT_YET");
}

// Nobody can take such a token back.
TEST_F(JwtTest, ALifetimeIsADayAtMost) {
  const auto until = [&](int64_t expires) {
    return Why(Sign("ed", R_JWA_ALG_EDDSA,
                    absl::StrCat(R"({"iss":"https://id.example","aud":"timebank","sub":"wang","timebank_bank":"xt","exp":)",
                                 expires, "}")));
  };
  const int64_t now = absl::ToUnixSeconds(kNow);
  EXPECT_EQ(until(now + 24 * 3600), "");
  EXPECT_EQ(until(now + 25 * 3600), "JWT_LIFETIME");
  EXPECT_EQ(until(int64_t{1} << 62), "JWT_LIFETIME");
  EXPECT_EQ(until(std::numeric_limits<int64_t>::max()), "JWT_LIFETIME");
  EXPECT_EQ(until(-(int64_t{1} << 62)), "JWT_EXPIRED");
  EXPECT_EQ(until(std::numeric_limits<int64_t>::min()), "JWT_EXPIRED");
}

TEST_F(JwtTest, WhatMustBeUnderstoodIsRefused) {
  const std::string token =
      TestProvider::Unsigned(R"({"alg":"EdDSA","kid":"ed","crit":["b64"],"b64":false})", Claims(), std::string(64, 'x'));
  EXPECT_EQ(Why(token), "JWT_CRITICAL");
}

TEST_F(JwtTest, NewKeysAreTakenUpAndWrongOnesLeftAlone) {
  AddKey("next", R_KEY_TYPE_EDDSA, 256);
  const std::string token = Sign("next", R_JWA_ALG_EDDSA, Claims());
  EXPECT_EQ(Why(token), "JWT_KEY_UNKNOWN");
  const uint64_t generation = verifier_->Generation();
  usleep(20000);  // so that the file's time differs
  WriteKeys();
  EXPECT_EQ(verifier_->Generation(), generation + 1);
  EXPECT_EQ(Why(token), "");
  usleep(20000);
  std::ofstream(settings_.keys) << "broken";
  EXPECT_EQ(Why(token), "");
  EXPECT_EQ(verifier_->Generation(), generation + 1);
}

TEST_F(JwtTest, AKeySetHasPublicKeysWithNames) {
  std::ofstream(settings_.keys) << "{\"keys\":[" << provider_.SecretKey("ed") << "]}";
  EXPECT_FALSE(JwtVerifier::Open(settings_).ok());
  settings_.keys = folder_ + "/missing.json";
  EXPECT_FALSE(JwtVerifier::Open(settings_).ok());
  settings_.audience.clear();
  EXPECT_EQ(JwtVerifier::Open(settings_).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace timebank::auth
