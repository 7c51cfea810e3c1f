// What staff of one place see of people elsewhere, and what is left of the access of somebody who was erased.
#include <gmock/gmock.h>

#include <string>

#include "tests/e2e/client.h"
#include "tests/security/guarded_bank.h"
#include "tests/security/two_towns.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::security {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ErasedTest : public GuardedBank {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(GuardedBank::SetUp());
    for (const std::string place : {"1", "2"}) {
      v1::CreateScopeRequest scope;
      scope.set_request_id("scope-" + place);
      scope.set_parent(kBank);
      scope.set_scope_code("s" + place);
      scope.set_display_name("社区" + place);
      scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
      ASSERT_TRUE(client_->SendWith(root_, scope).ok());
      v1::CreateCenterRequest center;
      center.set_request_id("center-" + place);
      center.set_parent(kBank);
      center.set_center_code("c" + place);
      center.set_display_name("服务站" + place);
      center.set_scope_code("s" + place);
      ASSERT_TRUE(client_->SendWith(root_, center).ok());
    }
    v1::CreateMemberRequest member;
    member.set_request_id("member");
    member.set_parent(kBank);
    member.set_display_name("欧阳静秋");
    member.set_birth_date("1949-12-31");
    member.set_national_id("11010519491231002X");
    member.set_center("c2");
    v1::CreateMemberResponse response;
    ASSERT_TRUE(response.ParseFromString(client_->SendWith(root_, member).bytes));
    name_ = response.receipt().name();
    number_ = response.number();
  }

  // Whom it takes to end what root began.
  std::string Second() {
    GiveRole(*client_, root_, "second", v1::ROLE_ADMINISTRATOR, "");
    return MakeToken(*client_, root_, "second");
  }

  // Of a member's step with a reason.
  template <typename Request>
  e2e::Answer Step(Request request, const std::string& credential) {
    request.set_request_id("step-" + std::to_string(++requests_));
    request.set_name(name_);
    request.set_reason("搬走");
    return client_->SendWith(credential, request);
  }

  std::string name_;
  std::string number_;
};

TEST_F(ErasedTest, StaffFindPeopleElsewhereByNumberAndCentreAlone) {
  v1::ListMembersRequest find;
  find.set_parent(kBank);
  find.set_display_name("欧阳静秋");
  find.set_birth_year(1949);
  find.set_national_id_suffix("002X");
  for (const std::string place : {"1", "2"}) {
    GiveRole(*client_, root_, "staff" + place, v1::ROLE_CENTER_STAFF, "s" + place);
    v1::ListMembersResponse found;
    ASSERT_TRUE(found.ParseFromString(client_->SendWith(MakeToken(*client_, root_, "staff" + place), find).bytes));
    ASSERT_EQ(found.members_size(), 1);
    const v1::Member& member = found.members(0);
    EXPECT_EQ(member.number(), number_);
    EXPECT_EQ(member.center_name(), "服务站2");
    EXPECT_EQ(member.display_name(), place == "1" ? "" : "欧**");
    EXPECT_EQ(member.birth_date(), place == "1" ? "" : "1949");
    EXPECT_EQ(member.masked_national_id().empty(), place == "1");
  }
  EXPECT_THAT(Audit("staff1 timebank.v1.MemberService.ListMembers PERSON_FOUND"),
              Contains(HasSubstr("staff1 timebank.v1.MemberService.ListMembers PERSON_FOUND members/" + number_)));
  find.set_display_name("欧阳静");
  EXPECT_TRUE(client_->SendWith(MakeToken(*client_, root_, "staff1"), find).ok());
  EXPECT_THAT(Audit("PERSON_NOT_FOUND"),
              Contains(HasSubstr("staff1 timebank.v1.MemberService.ListMembers PERSON_NOT_FOUND")));
}

TEST_F(ErasedTest, NothingIsLeftOfTheAccessOfWhoWasErased) {
  const std::string own = MakeToken(*client_, root_, number_);
  GiveRole(*client_, root_, "jingqiu", v1::ROLE_CENTER_STAFF, "s2");
  v1::LinkPrincipalRequest link;
  link.set_request_id("link");
  link.set_name(std::string(kBank) + "/principals/jingqiu");
  link.set_member(number_);
  link.set_reason("本人");
  ASSERT_TRUE(client_->SendWith(root_, link).ok());
  EXPECT_TRUE(Who(own).ok());
  ASSERT_TRUE(Step(v1::CloseMemberRequest(), root_).ok());
  ASSERT_TRUE(Step(v1::FinishClosingRequest(), Second()).ok());
  ASSERT_TRUE(Step(v1::EraseMemberRequest(), root_).ok());
  EXPECT_EQ(Who(own).Reason(), "CREDENTIAL_INVALID");
  v1::ListPrincipalsRequest list;
  list.set_parent(kBank);
  EXPECT_THAT(client_->SendWith(root_, list).bytes, Not(HasSubstr(number_)));
}

}  // namespace
}  // namespace timebank::security
