// The words of scenarios that are about roles and tokens.
#include "absl/strings/numbers.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

model::Day DayOf(const ScenarioLine& line, absl::string_view name) {
  const std::string text = line.Get(name);
  return text.empty() ? model::Day(0) : model::Day(base::DayNumber(*base::ParseIsoDay(text)));
}

int64_t SecondsOf(const ScenarioLine& line, absl::string_view name, absl::string_view otherwise) {
  int64_t seconds = 0;
  TB_CHECK(absl::SimpleAtoi(line.Get(name, otherwise), &seconds));
  return seconds;
}

}  // namespace

std::optional<Scenario::Body> Scenario::AccessOf(const ScenarioLine& line) const {
  if (line.verb == "role") {
    model::Role role = model::Role::kMember;
    TB_CHECK(model::RoleFromName(line.Get("is"), &role));
    return model::GrantRole{line.subject, role, line.Get("scope"), DayOf(line, "from"), DayOf(line, "until"), "reason"};
  }
  if (line.verb == "role-end") {
    return model::RevokeRole{line.subject, model::BindingId(IdOf(roles_, line.Get("role"))), "reason"};
  }
  if (line.verb == "link") {
    return model::LinkPrincipal{line.subject, line.Get("member"), "reason"};
  }
  if (line.verb == "token") {
    model::CreateToken body;
    body.principal = line.subject;
    body.prefix = "0123abcd";
    body.digest.fill(static_cast<uint8_t>(tokens_.size() + 1));
    body.lifetime_seconds = SecondsOf(line, "seconds", "3600");
    body.overlap_seconds = SecondsOf(line, "overlap", "0");
    body.purpose = "to try";
    if (!line.Get("replaces").empty()) {
      body.replaces = model::TokenId(IdOf(tokens_, line.Get("replaces")));
    }
    return body;
  }
  if (line.verb == "token-end") {
    return model::RevokeToken{model::TokenId(IdOf(tokens_, line.Get("token"))), "reason"};
  }
  if (line.verb == "token-use") {
    return model::UseToken{model::TokenId(IdOf(tokens_, line.Get("token")))};
  }
  return std::nullopt;
}

}  // namespace timebank::property
