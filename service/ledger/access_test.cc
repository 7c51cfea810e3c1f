// Roles, links and tokens by the rules, and what CheckBank says of their rows.
#include "service/model/access.h"

#include <gmock/gmock.h>

#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/test_bank.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::Reason;
using model::Role;

class AccessTest : public testing::Test {
 protected:
  void SetUp() override {
    Take(Do("wang", model::CreateBank{"Bank", {}}));
    Take(Do("wang", model::CreateScope{"p", "p", model::ScopeLevel::kProvince, ""}));
    Take(Do("wang", model::CreateScope{"d", "d", model::ScopeLevel::kDistrict, "p"}));
    Take(Do("wang", model::CreateCenter{"c", "c", "d"}));
    model::RegisterMember member;
    member.external_number = "E1";
    member.center = "c";
    member.birth = LocalDate(1980, 1, 1);
    member_ = model::MemberNumber(model::MemberId(Take(Do("wang", member))));
  }
  void TearDown() override {
    bank_.Commit();
    EXPECT_EQ(CheckBank(*bank_.Rows(), "xt"), absl::OkStatus());
  }

  template <typename Body>
  model::Outcome Do(const std::string& actor, Body body) {
    return bank_.Apply(MakeCommand("r" + std::to_string(++requests_), actor, std::move(body)), now_);
  }
  static uint64_t Take(const model::Outcome& outcome) {
    EXPECT_FALSE(outcome.rejection.has_value());
    return outcome.subject;
  }
  static std::optional<Reason> Why(const model::Outcome& outcome) {
    return outcome.rejection.has_value() ? std::optional<Reason>(outcome.rejection->reason) : std::nullopt;
  }
  static model::GrantRole Give(const std::string& principal, Role role, const std::string& scope = "") {
    model::GrantRole command;
    command.principal = principal;
    command.role = role;
    command.scope_code = scope;
    command.reason = "why";
    return command;
  }
  static model::CreateToken Token(const std::string& principal, uint8_t digest) {
    model::CreateToken command;
    command.principal = principal;
    command.prefix = "0123abcd";
    command.digest.fill(digest);
    command.lifetime_seconds = 3600;
    command.purpose = "to try";
    return command;
  }

  TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20);
  std::string member_;
  int requests_ = 0;
};

TEST_F(AccessTest, ARoleIsGivenByAnotherOverAScopeOfItsLevel) {
  Take(Do("root", Give("li", Role::kCenterStaff, "d")));
  Take(Do("root", Give("li", Role::kDistrictRater, "d")));
  EXPECT_EQ(Why(Do("li", Give("li", Role::kAuditor))), Reason::kRoleToOneself);
  EXPECT_EQ(Why(Do("root", Give("li", Role::kProvinceRater, "d"))), Reason::kRoleNeedsLevel);
  EXPECT_EQ(Why(Do("root", Give("li", Role::kCityRater))), Reason::kRoleNeedsLevel);
  EXPECT_EQ(Why(Do("root", Give("li", Role::kAuditor, "x"))), Reason::kScopeNotFound);
  EXPECT_EQ(Why(Do("root", Give("e1", Role::kAuditor))), Reason::kPrincipalIsMember);
  model::GrantRole over = Give("li", Role::kAuditor);
  over.until = LocalDate(2026, 11, 19);
  EXPECT_EQ(Why(Do("root", over)), Reason::kRoleOver);
}

TEST_F(AccessTest, ARoleBeginsTodayAtTheEarliest) {
  model::GrantRole role = Give("li", Role::kAuditor);
  role.from = LocalDate(2026, 11, 19);
  EXPECT_EQ(Why(Do("root", role)), Reason::kRoleOver);
  role.from = LocalDate(2026, 11, 20);
  Take(Do("root", role));
  role.from = role.until = LocalDate(2026, 12, 1);
  Take(Do("root", role));
  role.until = LocalDate(2026, 11, 30);
  EXPECT_EQ(Why(Do("root", role)), Reason::kRoleOver);
}

TEST_F(AccessTest, NobodySaysWhoSheIsHerself) {
  Take(Do("root", Give("li", Role::kConfirmer)));
  Take(Do("root", Give("desk", Role::kCenterStaff)));
  EXPECT_EQ(Why(Do("li", model::LinkPrincipal{"li", "e1", "me"})), Reason::kActorIsParty);
  EXPECT_EQ(Why(Do("e1", model::LinkPrincipal{"li", "e1", "me"})), Reason::kActorIsParty);
  Take(Do("root", model::LinkPrincipal{"li", "e1", "she"}));
  EXPECT_EQ(Why(Do("li", model::LinkPrincipal{"desk", "e1", "me too"})), Reason::kActorIsParty);
  Take(Do("root", model::LinkPrincipal{"desk", "e1", "she too"}));
}

// A token is for a member as long as she is one; suspended she still reads what is hers.
TEST_F(AccessTest, NoTokenIsMadeForWhoIsNoMemberAnyMore) {
  using Life = model::ChangeMembership::Event;
  const model::TokenId first(Take(Do("root", Token(member_, 1))));
  Take(Do("wang", model::ChangeMember{"e1", model::ChangeMember::Event::kSuspend, "why"}));
  Take(Do("root", Token(member_, 2)));
  Take(Do("wang", model::ChangeMembership{"e1", Life::kClose, "", "why"}));
  Take(Do("root", Token(member_, 3)));
  for (const Life end : {Life::kFinish, Life::kDeath}) {
    Take(Do("li", model::ChangeMembership{"e1", end, "", "why"}));
    EXPECT_EQ(Why(Do("root", Token(member_, 4))), Reason::kPrincipalNotFound);
    model::CreateToken next = Token("", 5);
    next.replaces = first;
    EXPECT_EQ(Why(Do("root", next)), Reason::kPrincipalNotFound) << "nor in place of an old one";
    Take(Do("wang", model::ChangeMembership{"e1", Life::kReopen, "", "why"}));
  }
  Take(Do("root", Token(member_, 6)));
  Take(Do("wang", model::ChangeMembership{"e1", Life::kClose, "", "why"}));
  Take(Do("li", model::ChangeMembership{"e1", Life::kFinish, "", "why"}));
  Take(Do("wang", model::EraseMember{"e1", "why"}));
  EXPECT_EQ(Why(Do("root", Token(member_, 7))), Reason::kPrincipalNotFound);
}

TEST_F(AccessTest, ARoleIsRevokedOnce) {
  const uint64_t binding = Take(Do("root", Give("li", Role::kCenterStaff)));
  model::RevokeRole revoke{"li", model::BindingId(binding), "left"};
  Take(Do("root", revoke));
  EXPECT_EQ(Why(Do("root", revoke)), Reason::kBindingNotFound);
  revoke.principal = "zhao";
  EXPECT_EQ(Why(Do("root", revoke)), Reason::kPrincipalNotFound);
}

TEST_F(AccessTest, RolesOfOnePrincipalAreBounded) {
  for (int i = 0; i < model::limits::kBindingsOfPrincipal; ++i) {
    Take(Do("root", Give("li", Role::kCenterStaff)));
  }
  EXPECT_EQ(Why(Do("root", Give("li", Role::kCenterStaff))), Reason::kTooManyRoles);
}

TEST_F(AccessTest, APersonIsOneUnderBothNames) {
  Take(Do("root", Give("li", Role::kConfirmer)));
  Take(Do("root", model::LinkPrincipal{"li", "e1", "the same"}));
  EXPECT_EQ(Why(Do("root", model::LinkPrincipal{"li", "e1", "again"})), Reason::kPrincipalLinked);
  EXPECT_EQ(Why(Do("e1", Give("li", Role::kAuditor))), Reason::kRoleToOneself) << "under her number";
  model::AwardPoints award{"e1", model::Points(5), "why"};
  EXPECT_EQ(Why(Do("li", award)), Why(Do("e1", award)));
  EXPECT_TRUE(Why(Do("li", award)).has_value());
  EXPECT_EQ(Why(Do("root", award)), std::nullopt);
}

TEST_F(AccessTest, ATokenStandsForSomebodyAndEnds) {
  EXPECT_EQ(Why(Do("root", Token("li", 1))), Reason::kPrincipalNotFound);
  Take(Do("root", Token(member_, 1)));
  Take(Do("root", Give("li", Role::kCenterStaff)));
  const model::TokenId token(Take(Do("root", Token("li", 2))));
  Take(Do("system", model::UseToken{token}));
  EXPECT_EQ(Why(Do("system", model::UseToken{token})), Reason::kTokenUsedAlready);
  now_ = LocalTime(2026, 11, 20, 12, 30);
  model::CreateToken next = Token("", 3);
  next.replaces = token;
  next.overlap_seconds = 60;
  Take(Do("root", next));
  now_ = LocalTime(2026, 11, 20, 12, 45);
  next.digest.fill(4);
  EXPECT_EQ(Why(Do("root", next)), Reason::kTokenOver) << "the overlap is over";
  model::RevokeToken revoke{token, "lost"};
  Take(Do("root", revoke));
  EXPECT_EQ(Why(Do("root", revoke)), Reason::kTokenOver);
  revoke.token = model::TokenId(999);
  EXPECT_EQ(Why(Do("root", revoke)), Reason::kTokenNotFound);
}

TEST_F(AccessTest, ARowThatTheJournalDoesNotKnowIsFound) {
  Take(Do("root", Give("li", Role::kCenterStaff)));
  bank_.Commit();
  store::WriteBatch::Operations rows;
  rows[keys::Principal("xt", "mallory")] = "";
  bank_.Write(rows);
  EXPECT_FALSE(CheckBank(*bank_.Rows(), "xt").ok());
  rows[keys::Principal("xt", "mallory")] = std::nullopt;
  bank_.Write(rows);
}

}  // namespace
}  // namespace timebank::ledger
