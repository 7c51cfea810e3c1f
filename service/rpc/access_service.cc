// Roles, tokens and the audit trail: the RPCs of AccessService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_access.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/access.pb.h"

namespace timebank::rpc {
namespace {

absl::Status GetPrincipal(const v1::GetPrincipalRequest& request, Reading* reading, v1::GetPrincipalResponse* response) {
  const Named<std::string> name = reading->fields.PrincipalName("name", request.name());
  TB_RETURN_IF_ERROR(reading->Open(name.bank));
  TB_ASSIGN_OR_RETURN(const queries::PrincipalView view, reading->queries().Principal(name.bank, name.key));
  FillPrincipal(name.bank, view, response->mutable_principal());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListPrincipals(const v1::ListPrincipalsRequest& request, Reading* reading,
                            v1::ListPrincipalsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  const std::string scope =
      request.scope_code().empty() ? std::string() : reading->fields.Code("scope_code", request.scope_code());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::PrincipalView> views, reading->queries().Principals(bank, scope, page));
  for (const queries::PrincipalView& view : views.rows) {
    FillPrincipal(bank, view, response->add_principals());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListTokens(const v1::ListTokensRequest& request, Reading* reading, v1::ListTokensResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::TokenView> views, reading->queries().Tokens(bank, page));
  for (const queries::TokenView& view : views.rows) {
    FillToken(bank, view, response->add_tokens());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status WhoAmI(const v1::WhoAmIRequest&, Reading* reading, v1::WhoAmIResponse* response) {
  TB_RETURN_IF_ERROR(reading->OpenAll());
  const auth::Principal& caller = *reading->caller;
  response->set_principal(caller.name);
  response->set_trusted(caller.trusted);
  if (caller.bank.empty()) {
    return absl::OkStatus();
  }
  response->set_bank(BankName(caller.bank));
  response->set_member(NumberOf(model::MemberId(caller.member)));
  TB_ASSIGN_OR_RETURN(const std::optional<queries::PrincipalView> view, reading->queries().Bearer(caller.bank, caller.name));
  const model::Day today = model::DayOf(reading->Now());
  if (view.has_value()) {
    for (const queries::BindingView& binding : view->bindings) {
      if (binding.from <= today && (binding.until.value() == 0 || today <= binding.until)) {
        FillBinding(binding, response->add_bindings());
      }
    }
  }
  TB_ASSIGN_OR_RETURN(const std::optional<queries::TokenView> token,
                      reading->queries().TokenById(caller.bank, model::TokenId(caller.credential)));
  if (token.has_value()) {
    *response->mutable_expire_time() = ToTimestamp(token->expires);
  }
  return absl::OkStatus();
}

absl::Status ListAuditRecords(const v1::ListAuditRecordsRequest& request, Reading* reading,
                              v1::ListAuditRecordsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  queries::AuditFilter filter;
  if (!request.principal().empty()) {
    filter.principal = reading->fields.Folded("principal", request.principal());
  }
  filter.failed_only = request.failed_only();
  filter.from = reading->fields.OptionalDate("from_date", request.from_date());
  filter.to = reading->fields.OptionalDate("to_date", request.to_date());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::AuditView> views, reading->queries().Audit(bank, filter, page));
  for (const queries::AuditView& view : views.rows) {
    FillAudit(view, response->add_records());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddAccessService(Methods* methods) {
  methods->Write<v1::GrantRoleResponse>(&ToGrantRole);
  methods->Write<v1::RevokeRoleResponse>(&ToRevokeRole);
  methods->Write<v1::LinkPrincipalResponse>(&ToLinkPrincipal);
  methods->Read(&GetPrincipal);
  methods->Read(&ListPrincipals);
  methods->Write<v1::CreateTokenResponse>(&ToCreateToken);
  methods->Write<v1::RotateTokenResponse>(&ToRotateToken);
  methods->Write<v1::RevokeTokenResponse>(&ToRevokeToken);
  methods->Read(&ListTokens);
  methods->Read(&WhoAmI);
  methods->Read(&ListAuditRecords);
}

}  // namespace timebank::rpc
