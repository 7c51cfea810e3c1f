// Access: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_ACCESS_H_
#define TIMEBANK_RPC_CONVERT_ACCESS_H_

#include "service/queries/access_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/access.pb.h"

namespace timebank::rpc {

void ToGrantRole(const v1::GrantRoleRequest& request, Conversion* conversion, model::Command* command);
void ToRevokeRole(const v1::RevokeRoleRequest& request, Conversion* conversion, model::Command* command);
void ToLinkPrincipal(const v1::LinkPrincipalRequest& request, Conversion* conversion, model::Command* command);
// These two make the token: its text is for the answer alone.
void ToCreateToken(const v1::CreateTokenRequest& request, Conversion* conversion, model::Command* command);
void ToRotateToken(const v1::RotateTokenRequest& request, Conversion* conversion, model::Command* command);
void ToRevokeToken(const v1::RevokeTokenRequest& request, Conversion* conversion, model::Command* command);

void FillBinding(const queries::BindingView& view, v1::RoleBinding* binding);
void FillPrincipal(absl::string_view bank, const queries::PrincipalView& view, v1::Principal* principal);
void FillToken(absl::string_view bank, const queries::TokenView& view, v1::Token* token);
void FillAudit(const queries::AuditView& view, v1::AuditRecord* record);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_ACCESS_H_
