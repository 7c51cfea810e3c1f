// What a membership and a link mean for credentials: a member's tokens end with it, and staff who is a party decides nothing.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/security/guarded_bank.h"
#include "tests/security/two_towns.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::security {
namespace {

class MembershipTest : public GuardedBank {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(GuardedBank::SetUp());
    v1::CreateScopeRequest scope;
    scope.set_request_id("scope");
    scope.set_parent(kBank);
    scope.set_scope_code("s");
    scope.set_display_name("社区");
    scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
    ASSERT_TRUE(client_->SendWith(root_, scope).ok());
    v1::CreateCenterRequest center;
    center.set_request_id("center");
    center.set_parent(kBank);
    center.set_center_code("c");
    center.set_display_name("网点");
    center.set_scope_code("s");
    ASSERT_TRUE(client_->SendWith(root_, center).ok());
    for (const char* const name : {"甲", "乙"}) {
      v1::CreateMemberRequest member;
      member.set_request_id(NextRequest());
      member.set_parent(kBank);
      member.set_display_name(name);
      member.set_birth_date("1980-01-01");
      member.set_center("c");
      v1::CreateMemberResponse response;
      ASSERT_TRUE(response.ParseFromString(client_->SendWith(root_, member).bytes));
      numbers_.push_back(response.number());
    }
  }

  std::string NextRequest() { return "membership-" + std::to_string(++requests_); }
  std::string NameOf(size_t place) const { return std::string(kBank) + "/members/" + numbers_[place]; }

  // Asks, with a credential, for something about a member, or to do it for the reason given.
  e2e::Answer Show(const std::string& credential, size_t place) {
    v1::GetMemberRequest request;
    request.set_name(NameOf(place));
    return client_->SendWith(credential, request);
  }
  template <typename Request>
  e2e::Answer Change(const std::string& credential, size_t place) {
    Request request;
    request.set_request_id(NextRequest());
    request.set_name(NameOf(place));
    request.set_reason("a test");
    return client_->SendWith(credential, request);
  }
  e2e::Answer AskForToken(size_t place) {
    v1::CreateTokenRequest request;
    request.set_request_id(NextRequest());
    request.set_parent(kBank);
    request.set_principal(numbers_[place]);
    request.set_lifetime_seconds(3600);
    request.set_purpose("a test");
    return client_->SendWith(root_, request);
  }
  e2e::Answer Link(const std::string& credential, const std::string& principal, size_t place) {
    v1::LinkPrincipalRequest request;
    request.set_request_id(NextRequest());
    request.set_name(std::string(kBank) + "/principals/" + principal);
    request.set_member(numbers_[place]);
    request.set_reason("the same person");
    return client_->SendWith(credential, request);
  }

  std::vector<std::string> numbers_;
};

TEST_F(MembershipTest, AMembersTokenEndsWithTheMembershipAtOnce) {
  const std::string token = MakeToken(*client_, root_, numbers_[0]);
  EXPECT_TRUE(Show(token, 0).ok());
  ASSERT_TRUE(Change<v1::SuspendMemberRequest>(root_, 0).ok());
  EXPECT_TRUE(Show(token, 0).ok()) << "suspended she still sees what is hers";
  ASSERT_TRUE(Change<v1::CloseMemberRequest>(root_, 0).ok());
  EXPECT_TRUE(Show(token, 0).ok());
  EXPECT_EQ(Change<v1::FinishClosingRequest>(root_, 0).Reason(), "STEP_NEEDS_ANOTHER");
  GiveRole(*client_, root_, "second", v1::ROLE_ADMINISTRATOR, "");
  ASSERT_TRUE(Change<v1::FinishClosingRequest>(MakeToken(*client_, root_, "second"), 0).ok());
  EXPECT_EQ(Show(token, 0).Reason(), "CREDENTIAL_INVALID");
  EXPECT_EQ(AskForToken(0).Reason(), "PRINCIPAL_NOT_FOUND");
}

TEST_F(MembershipTest, ATokenOfTheDeadIsNobodys) {
  const std::string token = MakeToken(*client_, root_, numbers_[0]);
  EXPECT_TRUE(Show(token, 0).ok());
  ASSERT_TRUE(Change<v1::ReportDeathRequest>(root_, 0).ok());
  EXPECT_EQ(Show(token, 0).Reason(), "CREDENTIAL_INVALID");
  EXPECT_EQ(AskForToken(0).Reason(), "PRINCIPAL_NOT_FOUND");
  ASSERT_TRUE(Change<v1::ReopenMemberRequest>(root_, 0).ok());
  EXPECT_TRUE(Show(token, 0).ok()) << "it was a mistake";
}

TEST_F(MembershipTest, StaffWhoIsAPartyDecidesNothing) {
  GiveRole(*client_, root_, "li", v1::ROLE_ADMINISTRATOR, "");
  GiveRole(*client_, root_, "zhao", v1::ROLE_ADMINISTRATOR, "");
  const std::string li = MakeToken(*client_, root_, "li");
  const std::string zhao = MakeToken(*client_, root_, "zhao");
  EXPECT_EQ(Link(li, "li", 0).Reason(), "ACTOR_IS_PARTY") << "who she is, somebody else says";
  ASSERT_TRUE(Link(root_, "li", 0).ok());
  v1::CreateKinshipRequest kinship;
  kinship.set_request_id(NextRequest());
  kinship.set_parent(kBank);
  kinship.set_member(numbers_[1]);
  kinship.set_relative(numbers_[0]);
  kinship.set_relation(v1::RELATION_SPOUSE);
  v1::CreateKinshipResponse made;
  ASSERT_TRUE(made.ParseFromString(client_->SendWith(li, kinship).bytes)) << "she may write down what was asked for";
  v1::ChangeKinshipRequest prove;
  prove.set_name(made.receipt().name());
  prove.set_state(v1::KINSHIP_STATE_PROVED);
  prove.set_reason("a test");
  prove.set_request_id(NextRequest());
  EXPECT_EQ(client_->SendWith(li, prove).Reason(), "ACTOR_IS_PARTY");
  prove.set_request_id(NextRequest());
  EXPECT_TRUE(client_->SendWith(zhao, prove).ok());
  v1::MergeMembersRequest merge;
  merge.set_request_id(NextRequest());
  merge.set_name(NameOf(1));
  merge.set_survivor(numbers_[0]);
  merge.set_reason("a test");
  EXPECT_EQ(client_->SendWith(li, merge).Reason(), "ACTOR_IS_PARTY");
}

}  // namespace
}  // namespace timebank::security
