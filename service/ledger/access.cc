// Who may do what: roles of principals, their tokens, and the attempts that were denied. What a role permits, the edge decides (service/auth);
// the ledger keeps who has it, so that the journal tells who could do what at any time.
#include "service/model/access.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::EntryKind;
using model::Reason;
using model::Role;

constexpr int64_t kMicrosPerSecond = 1000000;

// The level of the scope for which a rater is one; nullopt for other roles, which have any scope.
std::optional<model::ScopeLevel> LevelOf(Role role) {
  switch (role) {
    case Role::kDistrictRater:
      return model::ScopeLevel::kDistrict;
    case Role::kCityRater:
      return model::ScopeLevel::kCity;
    case Role::kProvinceRater:
      return model::ScopeLevel::kProvince;
    default:
      return std::nullopt;
  }
}

absl::StatusOr<model::ScopeId> RequireScopeOf(Work& work, Role role, const std::string& code) {
  const std::optional<model::ScopeLevel> level = LevelOf(role);
  if (code.empty()) {
    return level.has_value() ? absl::StatusOr<model::ScopeId>(work.Refuse(Reason::kRoleNeedsLevel)) : model::ScopeId(0);
  }
  TB_ASSIGN_OR_RETURN(const uint64_t id, FindId(work.rows(), work.bank_id(), keys::NameKind::kScope, code));
  if (id == 0) {
    return work.Refuse(Reason::kScopeNotFound, {{"scope", code}});
  }
  TB_ASSIGN_OR_RETURN(const rec::Scope row,
                      MustLoadRow<rec::Scope>(work.rows(), keys::Scope(work.bank_id(), model::ScopeId(id))));
  if (level.has_value() && row.level() != static_cast<uint32_t>(*level)) {
    return work.Refuse(Reason::kRoleNeedsLevel);
  }
  return model::ScopeId(id);
}

absl::StatusOr<rec::Principal> RequirePrincipal(Work& work, const std::string& name) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::Principal> row,
                      LoadRow<rec::Principal>(work.rows(), keys::Principal(work.bank_id(), name)));
  return row.has_value() ? absl::StatusOr<rec::Principal>(*std::move(row)) : work.Refuse(Reason::kPrincipalNotFound);
}

// Nobody gives herself what she does not have, under whichever name.
absl::Status RequireOther(Work& work, const std::string& principal) {
  TB_ASSIGN_OR_RETURN(const bool oneself, ActorIsPerson(work, principal));
  return oneself ? work.Refuse(Reason::kRoleToOneself) : absl::OkStatus();
}

void SavePrincipal(Work& work, EntryKind kind, uint64_t subject, const std::string& name, const rec::Principal& row,
                   const std::string& reason) {
  work.Describe(kind, subject, work.today());
  work.entry().set_reason(reason);
  work.entry().mutable_principal_change()->set_principal(name);
  *work.entry().mutable_principal_change()->mutable_row() = row;
  work.Save(keys::Principal(work.bank_id(), name), row);
}

absl::StatusOr<rec::Token> RequireToken(Work& work, model::TokenId id) {
  TB_ASSIGN_OR_RETURN(const std::optional<absl::string_view> digest, work.rows().Find(keys::TokenById(work.bank_id(), id)));
  if (!digest.has_value()) {
    return work.Refuse(Reason::kTokenNotFound, {{"token", IdText(id.value())}});
  }
  return MustLoadRow<rec::Token>(work.rows(), keys::TokenByDigest(work.bank_id(), std::string(*digest)));
}

void SaveToken(Work& work, const rec::Token& row) { work.Save(keys::TokenByDigest(work.bank_id(), row.digest()), row); }

// A token stands for a principal that has had a role, or for a member as long as she is one.
absl::Status RequireBearer(Work& work, const std::string& principal) {
  TB_ASSIGN_OR_RETURN(const auto row, work.rows().Find(keys::Principal(work.bank_id(), principal)));
  if (row.has_value()) {
    return absl::OkStatus();
  }
  const model::MemberId number = model::ParseMemberNumber(absl::AsciiStrToUpper(principal));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Member> member,
                      LoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), number)));
  const bool is = member.has_value() && !IsOver(static_cast<model::MemberState>(member->state()));
  return is ? absl::OkStatus() : work.Refuse(Reason::kPrincipalNotFound);
}

}  // namespace

absl::Status Decide(Work& work, const model::GrantRole& command) {
  const std::string key = keys::Principal(work.bank_id(), command.principal);
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Principal> before, LoadRow<rec::Principal>(work.rows(), key));
  if (!before.has_value()) {
    // A member acts under her number for what is her own; whatever else she does, she does under another name.
    TB_ASSIGN_OR_RETURN(const model::MemberId member, FindMember(work.rows(), work.bank_id(), command.principal));
    if (member.value() != 0) {
      return work.Refuse(Reason::kPrincipalIsMember);
    }
  }
  TB_RETURN_IF_ERROR(RequireOther(work, command.principal));
  TB_ASSIGN_OR_RETURN(const model::ScopeId scope, RequireScopeOf(work, command.role, command.scope_code));
  const model::Day from = command.from.value() == 0 ? work.today() : command.from;
  // Who could do what is what the journal said at the time.
  if (from < work.today() || (command.until.value() != 0 && command.until < from)) {
    return work.Refuse(Reason::kRoleOver);
  }
  rec::Principal row = before.value_or(rec::Principal());
  if (row.bindings_size() >= model::limits::kBindingsOfPrincipal) {
    return work.Refuse(Reason::kTooManyRoles, {{"maximum", absl::StrCat(model::limits::kBindingsOfPrincipal)}});
  }
  rec::Binding* const binding = row.add_bindings();
  binding->set_id(work.sequence().value());
  binding->set_role(static_cast<uint32_t>(command.role));
  binding->set_scope(scope.value());
  binding->set_from(from.value());
  binding->set_until(command.until.value());
  SavePrincipal(work, EntryKind::kRoleGranted, binding->id(), command.principal, row, command.reason);
  work.entry().set_scope(scope.value());
  *work.entry().mutable_principal_change()->mutable_binding() = *binding;
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::RevokeRole& command) {
  TB_ASSIGN_OR_RETURN(rec::Principal row, RequirePrincipal(work, command.principal));
  int place = 0;
  while (place < row.bindings_size() && row.bindings(place).id() != command.binding.value()) {
    ++place;
  }
  if (place == row.bindings_size()) {
    return work.Refuse(Reason::kBindingNotFound, {{"binding", IdText(command.binding.value())}});
  }
  const rec::Binding binding = row.bindings(place);
  row.mutable_bindings()->DeleteSubrange(place, 1);
  SavePrincipal(work, EntryKind::kRoleRevoked, binding.id(), command.principal, row, command.reason);
  work.entry().set_scope(binding.scope());
  *work.entry().mutable_principal_change()->mutable_binding() = binding;
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::LinkPrincipal& command) {
  TB_ASSIGN_OR_RETURN(rec::Principal row, RequirePrincipal(work, command.principal));
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(const bool own_name, ActorIsPerson(work, command.principal));
  if (own_name) {
    return work.Refuse(Reason::kActorIsParty);
  }
  TB_RETURN_IF_ERROR(RequireNotParty(work, {member.id}));
  if (row.member() != 0) {
    return work.Refuse(Reason::kPrincipalLinked, {{"member", model::MemberNumber(model::MemberId(row.member()))}});
  }
  row.set_member(member.id.value());
  SavePrincipal(work, EntryKind::kPrincipalLinked, member.id.value(), command.principal, row, command.reason);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CreateToken& command) {
  std::optional<rec::Token> old;
  if (command.replaces.value() != 0) {
    TB_ASSIGN_OR_RETURN(old, RequireToken(work, command.replaces));
    if (old->revoked() != 0 || old->expires() <= work.time().value()) {
      return work.Refuse(Reason::kTokenOver, {{"token", IdText(old->id())}});
    }
  }
  const std::string& principal = old.has_value() ? old->principal() : command.principal;
  TB_RETURN_IF_ERROR(RequireBearer(work, principal));

  const uint64_t id = work.sequence().value();
  work.Describe(EntryKind::kTokenCreated, id, work.today());
  rec::Token* const row = work.entry().mutable_token_change()->mutable_token();
  row->set_id(id);
  row->set_principal(principal);
  row->set_prefix(command.prefix);
  row->set_digest(std::string(command.digest.begin(), command.digest.end()));
  row->set_created(work.time().value());
  row->set_expires(work.time().value() + command.lifetime_seconds * kMicrosPerSecond);
  row->set_purpose(old.has_value() ? old->purpose() : command.purpose);
  if (old.has_value()) {
    row->set_replaces(old->id());
    old->set_expires(std::min(old->expires(), work.time().value() + command.overlap_seconds * kMicrosPerSecond));
    work.entry().mutable_token_change()->set_replaced_expires(old->expires());
    SaveToken(work, *old);
  }
  SaveToken(work, *row);
  work.Put(keys::TokenById(work.bank_id(), model::TokenId(id)), row->digest());
  work.Put(keys::TokenOf(work.bank_id(), principal, model::TokenId(id)), "");
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::RevokeToken& command) {
  TB_ASSIGN_OR_RETURN(rec::Token row, RequireToken(work, command.token));
  if (row.revoked() != 0) {
    return work.Refuse(Reason::kTokenOver, {{"token", IdText(row.id())}});
  }
  work.Describe(EntryKind::kTokenRevoked, row.id(), work.today());
  work.entry().set_reason(command.reason);
  row.set_revoked(work.time().value());
  *work.entry().mutable_token_change()->mutable_token() = row;
  SaveToken(work, row);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::UseToken& command) {
  TB_ASSIGN_OR_RETURN(rec::Token row, RequireToken(work, command.token));
  if (row.used_day() >= work.today().value()) {
    return work.Refuse(Reason::kTokenUsedAlready);
  }
  work.Describe(EntryKind::kTokenUsed, row.id(), work.today());
  row.set_used_day(work.today().value());
  *work.entry().mutable_token_change()->mutable_token() = row;
  SaveToken(work, row);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::NoteAttempt& command) {
  work.Describe(EntryKind::kAttemptNoted, 0, work.today());
  rec::Attempt* const attempt = work.entry().mutable_attempt();
  attempt->set_method(command.method);
  attempt->set_thing(command.thing);
  attempt->set_principal(command.principal);
  attempt->set_credential(command.credential.value());
  attempt->set_origin(command.origin);
  attempt->set_reason(command.reason);
  attempt->set_count(command.count);
  attempt->set_first_time(command.first.value());
  attempt->set_last_time(command.last.value());
  return absl::OkStatus();
}

}  // namespace timebank::ledger
