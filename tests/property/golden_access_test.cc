// The bytes of the entries about roles, tokens and attempts, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/property/golden.h"

namespace timebank::property {
namespace {

using ledger::LocalTime;

TEST(GoldenTest, TheBytesOfAccess) {
  ledger::TestBank bank;
  int requests = 0;
  const auto apply = [&](auto body) {
    model::Command command = ledger::MakeCommand(absl::StrCat("request-", ++requests), "root", std::move(body));
    command.role = "administrator";
    command.origin = "192.0.2.7";
    command.credential = model::TokenId(requests > 6 ? 6 : 0);
    const model::Outcome outcome = bank.Apply(command, LocalTime(2026, 11, 20));
    EXPECT_FALSE(outcome.rejection.has_value()) << "request " << requests;
    return outcome.subject;
  };
  apply(model::CreateBank{"Bank", {}});
  apply(model::CreateScope{"d", "d", model::ScopeLevel::kDistrict, ""});
  apply(model::CreateCenter{"c", "c", "d"});
  model::RegisterMember member;
  member.external_number = "E1";
  member.center = "c";
  member.birth = ledger::LocalDate(1980, 1, 1);
  apply(member);
  const uint64_t binding = apply(model::GrantRole{"li", model::Role::kDistrictRater, "d", ledger::LocalDate(2026, 12, 1),
                                                  ledger::LocalDate(2027, 12, 1), "why"});
  model::CreateToken token;
  token.principal = "li";
  token.prefix = "0123abcd";
  token.digest.fill(7);
  token.lifetime_seconds = 3600;
  token.purpose = "to try";
  const model::TokenId first(apply(token));
  token = {};
  token.prefix = "89abcdef";
  token.digest.fill(8);
  token.lifetime_seconds = 7200;
  token.replaces = first;
  token.overlap_seconds = 60;
  const model::TokenId second(apply(token));
  apply(model::UseToken{second});
  apply(model::RevokeToken{first, "lost"});
  apply(model::LinkPrincipal{"li", "e1", "the same person"});
  apply(model::RevokeRole{"li", model::BindingId(binding), "left"});
  apply(model::NoteAttempt{"timebank.v1.MemberService.GetMember", "members/V000000017", "li", second, "192.0.2.9",
                           "OUT_OF_REACH", 3, LocalTime(2026, 11, 20), LocalTime(2026, 11, 20)});
  bank.Commit();
  ExpectGolden(*bank.Rows(), model::EntryKind::kRoleGranted, model::EntryKind::kAttemptNoted, TIMEBANK_GOLDEN_ACCESS);
}

}  // namespace
}  // namespace timebank::property
