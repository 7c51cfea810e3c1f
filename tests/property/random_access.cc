// Roles, tokens, and attempts.
#include "tests/property/random_commands.h"

namespace timebank::property {

RandomCommands::Body RandomCommands::AccessBody() {
  const std::string principal = OneIn(12) ? AnyMember() : Pick<std::string>({"desk1", "desk2", "desk3"});
  const model::TokenId token(model_->tokens().empty() || OneIn(10) ? Roll(50) : AnyId(model_->tokens()));
  switch (Roll(8)) {
    case 0: {
      const auto found = model_->principals().find(principal);
      const bool any = found != model_->principals().end() && !found->second.bindings.empty();
      return model::RevokeRole{principal, model::BindingId(any ? *found->second.bindings.begin() : Roll(50)), "reason"};
    }
    case 1:
      return model::LinkPrincipal{principal, AnyMember(), "reason"};
    case 2:
    case 3: {
      model::CreateToken body;
      const bool rotation = OneIn(3);
      body.principal = rotation ? "" : principal;
      body.replaces = rotation ? token : model::TokenId(0);
      body.prefix = "0123abcd";
      for (uint8_t& byte : body.digest) {
        byte = static_cast<uint8_t>(Roll(256));
      }
      body.lifetime_seconds = Pick<int64_t>({60, 86400, 864000});
      body.overlap_seconds = rotation ? Pick<int64_t>({0, 3600}) : 0;
      body.purpose = "to try";
      return body;
    }
    case 4:
      return model::RevokeToken{token, "reason"};
    case 5:
      return model::UseToken{token};
    case 6:
      return model::NoteAttempt{"method",
                                "records/1",
                                "p1",
                                model::TokenId(0),
                                "192.0.2.7",
                                "OUT_OF_REACH",
                                1 + Roll(9),
                                model::RecordTime(clock_),
                                model::RecordTime(clock_)};
    default:
      break;
  }
  model::GrantRole body;
  body.principal = principal;
  body.role = static_cast<model::Role>(2 + Roll(model::kRoles - 1));
  body.scope_code = OneIn(3) ? "" : OneIn(8) ? "nowhere" : Pick<std::string>({"p1", "d1", "s1"});
  body.until = OneIn(4) ? model::Day(model::DayOf(model::RecordTime(clock_)).value() + static_cast<int32_t>(Roll(9)) - 2)
                        : model::Day(0);
  body.reason = "reason";
  return body;
}

}  // namespace timebank::property
