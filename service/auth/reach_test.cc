#include "service/auth/reach.h"

#include <gmock/gmock.h>

#include "service/auth/token.h"

namespace timebank::auth {
namespace {

using model::Place;
using model::Role;

Principal With(std::vector<Grant> grants, uint64_t member = 0) {
  Principal principal;
  principal.grants = std::move(grants);
  principal.member = member;
  return principal;
}

const Thing kHere{Place{{3, 2, 1}, {7}, {8}}};
const Thing kThere{Place{{6, 5, 1}, {9}, {}}};
const Thing kNowhere{std::nullopt};

TEST(ReachTest, AScopeHasWhatIsBelowIt) {
  for (const uint64_t scope : {3, 2, 1}) {
    EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, scope}}), "record.create", {kHere}), Role::kCenterStaff) << scope;
  }
  for (const uint64_t scope : {4, 5, 6}) {
    EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, scope}}), "record.create", {kHere}), std::nullopt) << scope;
  }
  EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, 2}}), "record.create", {kThere}), std::nullopt);
  EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, 2}}), "record.create", {Thing{Place()}}), std::nullopt)
      << "the bank as a whole";
  EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, 2}}), "record.create", {kNowhere}), std::nullopt) << "what does not exist";
  EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, 2}}), "record.create", {}), std::nullopt) << "nothing";
}

TEST(ReachTest, OneRoleOverAScopeHasAllThatIsTouched) {
  const Principal staff = With({{Role::kCenterStaff, 2}});
  EXPECT_EQ(RoleFor(staff, "proxy.propose", {kHere, kHere}), Role::kCenterStaff);
  EXPECT_EQ(RoleFor(staff, "proxy.propose", {kHere, kThere}), std::nullopt);
  EXPECT_EQ(RoleFor(staff, "proxy.propose", {kThere, kHere}), std::nullopt);
  EXPECT_EQ(RoleFor(staff, "proxy.propose", {kHere, kNowhere}), std::nullopt);
  EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, 2}, {Role::kCenterStaff, 5}}), "proxy.propose", {kHere, kThere}),
            std::nullopt)
      << "two roles that have a half each";
  EXPECT_EQ(RoleFor(With({{Role::kCenterStaff, 2}, {Role::kAdministrator, 1}}), "proxy.propose", {kHere, kThere}),
            Role::kAdministrator);
}

TEST(ReachTest, WhoServesMayComeFromElsewhere) {
  const Principal staff = With({{Role::kCenterStaff, 2}});
  for (const Thing& volunteer : {kThere, kNowhere}) {
    const Thing elsewhere{volunteer.place, true};
    EXPECT_EQ(RoleFor(staff, "record.check_in", {elsewhere, kHere}), Role::kCenterStaff);
    EXPECT_EQ(RoleFor(staff, "record.check_in", {elsewhere, kThere}), std::nullopt);
    EXPECT_EQ(RoleFor(staff, "record.check_in", {elsewhere}), std::nullopt);
  }
}

TEST(ReachTest, AMemberHasHerOwnAndAProxyTheEldersOrders) {
  EXPECT_EQ(RoleFor(With({{Role::kMember, 0}}, 7), "account.read", {kHere}), Role::kMember);
  EXPECT_EQ(RoleFor(With({{Role::kMember, 0}}, 8), "account.read", {kHere}), std::nullopt);
  EXPECT_EQ(RoleFor(With({{Role::kMember, 0}}, 8), "order.write", {kHere}), Role::kMember);
  EXPECT_EQ(RoleFor(With({{Role::kMember, 0}}, 9), "order.write", {kHere}), std::nullopt);
  EXPECT_EQ(RoleFor(With({{Role::kMember, 0}}, 7), "record.check_in", {kHere, kThere}), Role::kMember) << "hers is enough";
  EXPECT_EQ(RoleFor(With({{Role::kMember, 0}}, 0), "account.read", {Thing{Place{{}, {0}, {0}}}}), std::nullopt)
      << "nobody is no member";
}

TEST(ReachTest, TheWholeBankAndWhatIsForEverybodyNeedNoPlace) {
  EXPECT_EQ(RoleForAll(With({{Role::kAuditor, 0}}), "journal.read"), Role::kAuditor);
  EXPECT_EQ(RoleForAll(With({{Role::kAuditor, 2}}), "journal.read"), std::nullopt);
  EXPECT_EQ(RoleForAll(With({{Role::kMember, 0}}, 7), "bank.read"), Role::kMember);
  EXPECT_EQ(RoleForAll(With({{Role::kMember, 0}}, 7), "account.read"), std::nullopt);
  EXPECT_EQ(RoleInSomeScope(With({{Role::kMember, 0}}, 7), "member.read"), std::nullopt);
  EXPECT_EQ(RoleInSomeScope(With({{Role::kCenterStaff, 2}}), "member.read"), Role::kCenterStaff);
}

TEST(ReachTest, WhatStandsInNoLineIsNobodys) {
  EXPECT_FALSE(IsPermission("hours.invent"));
  for (int role = 1; role <= model::kRoles; ++role) {
    EXPECT_FALSE(HoldsPermission(With({{static_cast<Role>(role), 0}}), "hours.invent"));
    EXPECT_FALSE(HoldsPermission(With({{static_cast<Role>(role), 0}}), kCreateBankPermission));
  }
}

// Who records does not confirm by the same role, who runs the bank awards no stars, who audits changes nothing.
TEST(ReachTest, DutiesAreApart) {
  EXPECT_EQ(ReachOf(Role::kCenterStaff, "record.confirm"), Reach::kNever);
  EXPECT_EQ(ReachOf(Role::kConfirmer, "record.create"), Reach::kNever);
  EXPECT_EQ(ReachOf(Role::kAdministrator, "star.award"), Reach::kNever);
  EXPECT_EQ(ReachOf(Role::kAdministrator, "audit.read"), Reach::kNever);
  EXPECT_EQ(ReachOf(Role::kAuditor, "role.write"), Reach::kNever);
}

TEST(TokenTest, IsReadAsItWasWritten) {
  const Token token{"xt", "0123abcd", std::string(kTokenSecretBytes, '\xA7')};
  const std::optional<Token> read = ParseToken(FormatToken(token));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->bank, "xt");
  EXPECT_EQ(read->prefix, "0123abcd");
  EXPECT_EQ(read->secret, token.secret);
}

TEST(TokenTest, AnythingElseIsNone) {
  const std::string right = FormatToken({"xt", "0123abcd", std::string(kTokenSecretBytes, 'x')});
  for (const std::string& wrong :
       {std::string(), right + "a", right.substr(1), right.substr(0, right.size() - 2), std::string("tbk.xt.0123abcd."),
        std::string("tbk..0123abcd.AAAA"), std::string(1000, '.'), right + "=", right.substr(0, right.size() - 1) + "h"}) {
    EXPECT_FALSE(ParseToken(wrong).has_value()) << wrong;
  }
  EXPECT_EQ(BearerOf("Bearer a"), "a");
  EXPECT_EQ(BearerOf("bearer  a "), "a");
  EXPECT_EQ(BearerOf("Basic a"), std::nullopt);
  EXPECT_TRUE(SameSecret("abc", "abc"));
  EXPECT_FALSE(SameSecret("abc", "abd"));
  EXPECT_FALSE(SameSecret("abc", "abcd"));
}

}  // namespace
}  // namespace timebank::auth
