#include "service/rpc/fingerprint.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>

#include "timebank/v1/grant.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::rpc {
namespace {

template <typename Request>
bool Personal(const std::string& field) {
  return IsPersonal(*Request::descriptor()->FindFieldByName(field));
}

TEST(Fingerprint, LeavesOutWhatIsPersonal) {
  for (const char* field : {"display_name", "gender", "birth_date", "national_id", "phone", "address", "consent"}) {
    EXPECT_TRUE(Personal<v1::CreateMemberRequest>(field)) << field;
  }
  EXPECT_TRUE(Personal<v1::SetGuardianConsentRequest>("given"));
  EXPECT_TRUE(Personal<v1::SetGuardianConsentRequest>("reason"));
  EXPECT_TRUE(Personal<v1::CreateGrantRequest>("hardship"));
  EXPECT_TRUE(Personal<v1::CreateRecordRequest>("volunteer_name"));
  EXPECT_TRUE(Personal<v1::CreateRecordRequest>("note"));
  EXPECT_TRUE(Personal<v1::RevealMemberRequest>("purpose"));
}

TEST(Fingerprint, HasWhatTellsOneRequestFromAnother) {
  for (const char* field : {"request_id", "parent", "external_number", "center"}) {
    EXPECT_FALSE(Personal<v1::CreateMemberRequest>(field)) << field;
  }
  EXPECT_FALSE(Personal<v1::SetGuardianConsentRequest>("consent")) << "whether it is given or taken back";
  EXPECT_FALSE(Personal<v1::CreateGrantRequest>("monthly_minutes"));
  EXPECT_FALSE(Personal<v1::CreateCenterRequest>("display_name"));
  EXPECT_FALSE(Personal<v1::RevealMemberRequest>("name"));
}

}  // namespace
}  // namespace timebank::rpc
