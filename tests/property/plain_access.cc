// Roles and tokens, as plainly as it can be said.
#include <algorithm>

#include "service/model/limits.h"
#include "tests/property/plain_model.h"

namespace timebank::property {

using model::Role;

namespace {

constexpr int64_t kMicros = 1000000;

int LevelOf(Role role) {
  return role == Role::kDistrictRater ? 3 : role == Role::kCityRater ? 4 : role == Role::kProvinceRater ? 5 : 0;
}

}  // namespace

uint64_t PlainModel::PersonBehind(const std::string& name) const {
  const auto principal = principals_.find(name);
  const uint64_t id = principal == principals_.end() ? Find(name) : principal->second.member;
  return id == 0 ? 0 : Root(id);
}

PlainModel::Refusal PlainModel::Do(const model::GrantRole& command) {
  const bool known = principals_.contains(command.principal);
  if (!known && (Find(command.principal) != 0 || model::ParseMemberNumber(command.principal).value() != 0)) {
    return Reason::kPrincipalIsMember;
  }
  const uint64_t actor = PersonBehind(actor_);
  if (command.principal == actor_ || (known && actor != 0 && actor == PersonBehind(command.principal))) {
    return Reason::kRoleToOneself;
  }
  const int level = LevelOf(command.role);
  if (command.scope_code.empty() && level != 0) {
    return Reason::kRoleNeedsLevel;
  }
  if (!command.scope_code.empty() && !scopes_.contains(command.scope_code)) {
    return Reason::kScopeNotFound;
  }
  if (level != 0 && static_cast<int>(scopes_[command.scope_code].second) != level) {
    return Reason::kRoleNeedsLevel;
  }
  const int32_t from = command.from.value() == 0 ? today() : command.from.value();
  if (from < today() || (command.until.value() != 0 && command.until.value() < from)) {
    return Reason::kRoleOver;
  }
  if (known && principals_[command.principal].bindings.size() >= model::limits::kBindingsOfPrincipal) {
    return Reason::kTooManyRoles;
  }
  answer_.subject = entries_ + 1;
  principals_[command.principal].bindings.insert(answer_.subject);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::RevokeRole& command) {
  const auto found = principals_.find(command.principal);
  if (found == principals_.end()) {
    return Reason::kPrincipalNotFound;
  }
  if (found->second.bindings.erase(command.binding.value()) == 0) {
    return Reason::kBindingNotFound;
  }
  answer_.subject = command.binding.value();
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::LinkPrincipal& command) {
  const auto found = principals_.find(command.principal);
  if (found == principals_.end()) {
    return Reason::kPrincipalNotFound;
  }
  const uint64_t member = Find(command.member);
  if (const Refusal gone = Gone(member, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (ActorIs(command.principal) || IsParty({member})) {
    return Reason::kActorIsParty;
  }
  if (found->second.member != 0) {
    return Reason::kPrincipalLinked;
  }
  found->second.member = member;
  answer_.subject = member;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CreateToken& command) {
  const auto old = tokens_.find(command.replaces.value());
  if (command.replaces.value() != 0) {
    if (old == tokens_.end()) {
      return Reason::kTokenNotFound;
    }
    if (old->second.revoked || old->second.expires <= now_) {
      return Reason::kTokenOver;
    }
  }
  const std::string principal = old == tokens_.end() ? command.principal : old->second.principal;
  const uint64_t member = model::ParseMemberNumber(principal).value();
  const auto person = people_.find(member);
  const bool still = person != people_.end() && person->second.state <= model::MemberState::kClosing;
  if (!principals_.contains(principal) && !still) {
    return Reason::kPrincipalNotFound;
  }
  if (old != tokens_.end()) {
    old->second.expires = std::min(old->second.expires, now_ + command.overlap_seconds * kMicros);
  }
  answer_.subject = entries_ + 1;
  tokens_[answer_.subject] = {principal, now_ + command.lifetime_seconds * kMicros, false, 0};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::RevokeToken& command) {
  const auto found = tokens_.find(command.token.value());
  if (found == tokens_.end()) {
    return Reason::kTokenNotFound;
  }
  if (found->second.revoked) {
    return Reason::kTokenOver;
  }
  found->second.revoked = true;
  answer_.subject = found->first;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::UseToken& command) {
  const auto found = tokens_.find(command.token.value());
  if (found == tokens_.end()) {
    return Reason::kTokenNotFound;
  }
  if (found->second.used >= today()) {
    return Reason::kTokenUsedAlready;
  }
  found->second.used = today();
  answer_.subject = found->first;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::NoteAttempt&) { return std::nullopt; }

}  // namespace timebank::property
