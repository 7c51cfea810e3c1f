// Whom a credential stands for, while memberships go on and after they end.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"
#include "service/queries/queries.h"
#include "service/store/memory_store.h"

namespace timebank::queries {
namespace {

using Life = model::ChangeMembership::Event;
using model::MemberId;
using model::MemberNumber;

// The members 1 and 2, and the name "desk", which is linked to the first.
class BearerTest : public testing::Test {
 protected:
  BearerTest() {
    Do(model::CreateBank{"Bank", {}});
    Do(model::CreateScope{"s", "Scope", model::ScopeLevel::kCommunity, ""});
    Do(model::CreateCenter{"c", "Centre", "s"});
    for (const char* const number : {"A", "B"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c";
      member.birth = ledger::LocalDate(1980, 1, 1);
      Do(member);
    }
    Do(model::GrantRole{"desk", model::Role::kCenterStaff, "s", {}, {}, "why"});
    Do(model::LinkPrincipal{"desk", "A", "why"});
  }

  template <typename Body>
  void Do(Body body, const std::string& actor = "root") {
    const model::Outcome outcome = bank_.Apply(
        ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), ledger::LocalTime(2026, 11, 20));
    EXPECT_FALSE(outcome.rejection.has_value()) << model::MessageEn(*outcome.rejection);
  }
  void Step(Life event) { Do(model::ChangeMembership{"A", event, "", "why"}, event == Life::kFinish ? "li" : "root"); }

  // The member for whom the name stands; 0: it is that of nobody's; nullopt: nobody bears it.
  std::optional<uint64_t> MemberOf(const std::string& name) {
    bank_.Commit();
    const std::optional<PrincipalView> view = Queries(store_.get()).Bearer("xt", name).value();
    return view.has_value() ? std::make_optional(view->member.value()) : std::nullopt;
  }

  std::unique_ptr<store::Store> store_ = store::MakeMemoryStore();
  ledger::TestBank bank_{store_.get(), 1};
  int requests_ = 0;
  const std::string first_ = MemberNumber(MemberId(1));
  const std::string second_ = MemberNumber(MemberId(2));
};

TEST_F(BearerTest, AMemberIsOneUntilSheHasLeft) {
  EXPECT_EQ(MemberOf(first_), 1);
  EXPECT_EQ(MemberOf("desk"), 1);
  Do(model::ChangeMember{"A", model::ChangeMember::Event::kSuspend, "why"});
  EXPECT_EQ(MemberOf(first_), 1) << "she still sees what is hers";
  Step(Life::kClose);
  EXPECT_EQ(MemberOf(first_), 1);
  Step(Life::kFinish);
  EXPECT_EQ(MemberOf(first_), std::nullopt);
  EXPECT_EQ(MemberOf("desk"), 0) << "the roles are not those of a member";
  Do(model::EraseMember{"A", "why"});
  EXPECT_EQ(MemberOf(first_), std::nullopt);
  EXPECT_EQ(MemberOf("desk"), 0);
  EXPECT_EQ(MemberOf(second_), 2);
}

TEST_F(BearerTest, NobodyActsForTheDead) {
  Step(Life::kDeath);
  EXPECT_EQ(MemberOf(first_), std::nullopt);
  EXPECT_EQ(MemberOf("desk"), 0);
  Step(Life::kReopen);
  EXPECT_EQ(MemberOf(first_), 1) << "it was a mistake";
  EXPECT_EQ(MemberOf("desk"), 1);
}

TEST_F(BearerTest, AfterAMergerTheNumberThatIsLeftCounts) {
  Do(model::MergeMembers{"A", "B", "why"});
  EXPECT_EQ(MemberOf(first_), std::nullopt);
  EXPECT_EQ(MemberOf(second_), 2);
  EXPECT_EQ(MemberOf("desk"), 2);
}

TEST_F(BearerTest, WhatIsNoNameIsNobodys) {
  EXPECT_EQ(MemberOf("nobody"), std::nullopt);
  EXPECT_EQ(MemberOf(MemberNumber(MemberId(3))), std::nullopt);
}

}  // namespace
}  // namespace timebank::queries
