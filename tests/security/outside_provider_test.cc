// Tokens of an outside identity provider: who is let in by one, and who is denied and put on record.
#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/auth/provider_for_test.h"
#include "tests/security/guarded_bank.h"
#include "tests/security/two_towns.h"

namespace timebank::security {
namespace {

using auth::TestProvider;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr char kIssuer[] = "https://id.example";

class OutsideProviderTest : public GuardedBank {
 protected:
  OutsideProviderTest()
      : GuardedBank({"--jwt-keys", "FOLDER/keys.json", "--jwt-issuer", kIssuer, "--jwt-audience", "timebank"}) {
    provider_.AddKey("ed", R_KEY_TYPE_EDDSA, 256);
    provider_.AddKey("rs", R_KEY_TYPE_RSA, 2048);
    provider_.WriteKeys(folder_.path() + "/keys.json");
  }

  static int64_t Now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }

  static std::string Claims(const std::string& audience = "timebank", const std::string& bank = "towns",
                            int64_t expires = Now() + 600, const std::string& name = "wang") {
    return absl::StrCat(R"({"iss":")", kIssuer, R"(","aud":")", audience, R"(","sub":")", name, R"(","timebank_bank":")",
                        bank, R"(","exp":)", expires, "}");
  }

  std::string Signed(const std::string& claims) { return provider_.Sign("ed", R_JWA_ALG_EDDSA, claims); }

  void ExpectDenied(const std::string& token, const std::string& reason) {
    const e2e::Answer answer = Who(token);
    EXPECT_EQ(answer.code, e2e::Code::kUnauthenticated) << reason;
    EXPECT_EQ(answer.Reason(), "CREDENTIAL_INVALID") << reason;
    EXPECT_THAT(answer.message, Not(HasSubstr(reason))) << "why is the auditor's to know";
    EXPECT_THAT(Audit(reason), Contains(HasSubstr("WhoAmI " + reason)));
  }

  TestProvider provider_;
};

TEST_F(OutsideProviderTest, WhoHasARoleIsLetIn) {
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "");
  v1::WhoAmIResponse who;
  ASSERT_TRUE(who.ParseFromString(Who(Signed(Claims())).bytes));
  EXPECT_EQ(who.principal(), "wang");
  EXPECT_EQ(who.bank(), kBank);
}

// What was let in by a key is let in no more once the key is gone.
TEST_F(OutsideProviderTest, AKeyThatLeavesTheFileEndsItsTokens) {
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "");
  const std::string token = Signed(Claims());
  ASSERT_TRUE(Who(token).ok());
  TestProvider other;
  other.AddKey("other", R_KEY_TYPE_EDDSA, 256);
  other.WriteKeys(folder_.path() + "/keys.json");
  ExpectDenied(token, "JWT_KEY_UNKNOWN");
  EXPECT_TRUE(Who(other.Sign("other", R_JWA_ALG_EDDSA, Claims())).ok());
}

TEST_F(OutsideProviderTest, WhatIsNoneOfTheProvidersIsDeniedAndPutOnRecord) {
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "");
  // Without a signature it is not even a token.
  ExpectDenied(TestProvider::Unsigned(R"({"alg":"none","kid":"ed","typ":"JWT"})", Claims(), ""), "JWT_MALFORMED");
  ExpectDenied(TestProvider::Unsigned(R"({"alg":"HS256","kid":"ed","typ":"JWT"})", Claims(), std::string(32, 'x')),
               "JWT_ALGORITHM");
  ExpectDenied(provider_.Sign("rs", R_JWA_ALG_PS256, Claims()), "JWT_ALGORITHM");
  ExpectDenied(Signed(Claims("shop")), "JWT_AUDIENCE");
  ExpectDenied(Signed(Claims("timebank", "towns", Now() - 600)), "JWT_EXPIRED");
  ExpectDenied(Signed(Claims("timebank", "towns", Now() + 30 * 86400)), "JWT_LIFETIME");
  ExpectDenied(Signed(Claims("timebank", "nobody")), "PRINCIPAL_UNKNOWN");
  for (const char* const another : {"WANG", "ｗａｎｇ", " wang"}) {
    EXPECT_EQ(Who(Signed(Claims("timebank", "towns", Now() + 600, another))).code, e2e::Code::kUnauthenticated) << another;
  }
  const std::string good = Signed(Claims());
  const size_t dot = good.find('.');
  ExpectDenied(good.substr(0, dot + 1) + TestProvider::Encode(Claims("timebank", "towns", Now() + 86400)) +
                   good.substr(good.rfind('.')),
               "JWT_SIGNATURE");
  EXPECT_TRUE(Who(good).ok());
}

}  // namespace
}  // namespace timebank::security
