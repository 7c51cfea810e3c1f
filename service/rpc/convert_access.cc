#include "service/rpc/convert_access.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "service/auth/token.h"
#include "service/model/limits.h"
#include "service/rpc/names.h"
#include "timebank/v1/account.pb.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

constexpr size_t kPrefixBytes = 4;

// A fresh token of the command's bank: its digest for the command, its text for the answer.
void MakeToken(Conversion* conversion, model::Command* command, model::CreateToken* body) {
  auth::Token token;
  token.bank = command->bank;
  token.secret = privacy::Sealer::RandomSalt() + privacy::Sealer::RandomSalt();
  token.prefix = absl::BytesToHexString(privacy::Sealer::RandomSalt().substr(0, kPrefixBytes));
  body->prefix = token.prefix;
  body->digest = conversion->sealer.KeyedDigest("token", token.secret);
  conversion->token = auth::FormatToken(token);
}

int64_t Lifetime(int64_t seconds, Fields* fields) {
  return fields->Range("lifetime_seconds", seconds, limits::kTokenSecondsLeast, limits::kTokenSecondsMost);
}

}  // namespace

void ToGrantRole(const v1::GrantRoleRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::GrantRole>();
  command->bank = fields.Bank("parent", request.parent());
  body.principal = fields.Principal("principal", request.principal());
  body.role = static_cast<model::Role>(fields.Choice("role", request.role(), model::kRoles));
  if (request.role() == v1::ROLE_MEMBER) {
    fields.Fail("role", "不能是会员：凡是会员都已经是", "must not be MEMBER, which every member is");
  }
  if (!request.scope_code().empty()) {
    body.scope_code = fields.Code("scope_code", request.scope_code());
  }
  body.from = fields.OptionalDate("from_date", request.from_date()).value_or(model::Day(0));
  body.until = fields.OptionalDate("until_date", request.until_date()).value_or(model::Day(0));
  body.reason = fields.Reason(request.reason());
}

void ToRevokeRole(const v1::RevokeRoleRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::RevokeRole>();
  Named<std::string> name = fields.PrincipalName("name", request.name());
  command->bank = std::move(name.bank);
  body.principal = std::move(name.key);
  body.binding = model::BindingId(
      static_cast<uint64_t>(fields.Range("binding", request.binding(), 1, std::numeric_limits<int64_t>::max())));
  body.reason = fields.Reason(request.reason());
}

void ToLinkPrincipal(const v1::LinkPrincipalRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::LinkPrincipal>();
  Named<std::string> name = fields.PrincipalName("name", request.name());
  command->bank = std::move(name.bank);
  body.principal = std::move(name.key);
  body.member = fields.Member("member", request.member());
  body.reason = fields.Reason(request.reason());
}

void ToCreateToken(const v1::CreateTokenRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::CreateToken>();
  command->bank = fields.Bank("parent", request.parent());
  body.principal = fields.Principal("principal", request.principal());
  body.lifetime_seconds = Lifetime(request.lifetime_seconds(), &fields);
  body.purpose = fields.Text("purpose", request.purpose(), 1, limits::kTokenPurposeChars);
  MakeToken(conversion, command, &body);
}

void ToRotateToken(const v1::RotateTokenRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::CreateToken>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), "tokens");
  command->bank = std::move(name.bank);
  body.replaces = model::TokenId(name.key);
  body.lifetime_seconds = Lifetime(request.lifetime_seconds(), &fields);
  body.overlap_seconds = fields.Range("overlap_seconds", request.overlap_seconds(), 0, limits::kTokenOverlapMost);
  MakeToken(conversion, command, &body);
}

void ToRevokeToken(const v1::RevokeTokenRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::RevokeToken>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), "tokens");
  command->bank = std::move(name.bank);
  body.token = model::TokenId(name.key);
  body.reason = fields.Reason(request.reason());
}

void FillBinding(const queries::BindingView& view, v1::RoleBinding* binding) {
  binding->set_id(static_cast<int64_t>(view.id.value()));
  binding->set_role(static_cast<v1::Role>(view.role));
  binding->set_scope_code(view.scope_code);
  binding->set_from_date(ToDate(view.from));
  if (view.until.value() != 0) {
    binding->set_until_date(ToDate(view.until));
  }
}

void FillPrincipal(absl::string_view bank, const queries::PrincipalView& view, v1::Principal* principal) {
  principal->set_name(ResourceName(bank, "principals", view.name));
  principal->set_member(NumberOf(view.member));
  for (const queries::BindingView& binding : view.bindings) {
    FillBinding(binding, principal->add_bindings());
  }
}

void FillToken(absl::string_view bank, const queries::TokenView& view, v1::Token* token) {
  token->set_name(ResourceName(bank, "tokens", view.id.value()));
  token->set_principal(view.principal);
  token->set_prefix(view.prefix);
  token->set_purpose(view.purpose);
  *token->mutable_create_time() = ToTimestamp(view.created);
  *token->mutable_expire_time() = ToTimestamp(view.expires);
  if (view.revoked.value() != 0) {
    *token->mutable_revoke_time() = ToTimestamp(view.revoked);
  }
  if (view.used.value() != 0) {
    token->set_last_used_date(ToDate(view.used));
  }
}

void FillAudit(const queries::AuditView& view, v1::AuditRecord* record) {
  record->set_sequence(static_cast<int64_t>(view.sequence.value()));
  *record->mutable_time() = ToTimestamp(view.time);
  record->set_principal(view.principal);
  record->set_role(view.role);
  record->set_token_prefix(view.token_prefix);
  record->set_origin(view.origin);
  const std::string kind = v1::EntryKind_Name(static_cast<v1::EntryKind>(view.kind));
  const bool attempt = view.kind == model::EntryKind::kAttemptNoted && !view.method.empty();
  record->set_action(attempt ? view.method : std::string(absl::StripPrefix(kind, "ENTRY_KIND_")));
  record->set_subject(static_cast<int64_t>(view.subject));
  record->set_answer(view.answer.empty() ? "OK" : view.answer);
  record->set_count(static_cast<int64_t>(view.count));
  record->set_reason(view.reason);
  record->set_method(view.method);
  record->set_thing(view.thing);
}

}  // namespace timebank::rpc
