#include "tests/security/guarded_towns.h"

#include "tests/e2e/small_bank.h"
#include "timebank/v1/access.pb.h"

namespace timebank::security {

void GuardedTowns::SetUp() {
  e2e::Server past({folder_.path(), "127.0.0.1:0", {"--clock", e2e::LocalDate(kDaysAgo)}, {}});
  ASSERT_TRUE(past.StartUp()) << past.errors();
  MakeTowns(e2e::Client(past.address()), &inside_, &outside_);
  ASSERT_EQ(past.Terminate(), 0);
  e2e::Server open({folder_.path(), "127.0.0.1:0", {}, {}});
  ASSERT_TRUE(open.StartUp()) << open.errors();
  AwardStar(e2e::Client(open.address()), &inside_);
  AwardStar(e2e::Client(open.address()), &outside_);
  ASSERT_EQ(open.Terminate(), 0);
  ASSERT_FALSE(HasFailure()) << "the towns could not be made";
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  client_ = std::make_unique<e2e::Client>(server_.address());
  const std::string set_up = LineOf(server_.data() + "/first-administrator.token");
  GiveRole(*client_, set_up, "root", v1::ROLE_ADMINISTRATOR, "");
  root_ = MakeToken(*client_, set_up, "root");
  for (Town* const town : {&inside_, &outside_}) {
    const std::string clerk = "clerk-" + town->district;
    GiveRole(*client_, root_, clerk, v1::ROLE_CONFIRMER, town->district);
    town->names["principals"] = std::string(kBank) + "/principals/" + clerk;
    v1::GetPrincipalRequest show;
    show.set_name(town->names["principals"]);
    v1::GetPrincipalResponse shown;
    ASSERT_TRUE(shown.ParseFromString(client_->SendWith(root_, show).bytes));
    ASSERT_EQ(shown.principal().bindings_size(), 1);
    town->binding = shown.principal().bindings(0).id();
  }
}

std::string GuardedTowns::Hire(const std::string& name, v1::Role role, const std::string& scope) {
  GiveRole(*client_, root_, name, role, scope);
  return MakeToken(*client_, root_, name);
}

void GuardedTowns::Link(const std::string& name, const std::string& member) {
  v1::LinkPrincipalRequest link;
  link.set_name(std::string(kBank) + "/principals/" + name);
  link.set_member(member);
  link.set_reason("the same person");
  const e2e::Answer answer = Write(root_, link);
  EXPECT_TRUE(answer.ok()) << answer;
}

}  // namespace timebank::security
