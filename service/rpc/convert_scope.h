// Scopes and centres: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_SCOPE_H_
#define TIMEBANK_RPC_CONVERT_SCOPE_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::rpc {

void ToCreateScope(const v1::CreateScopeRequest& request, Conversion* conversion, model::Command* command);
void ToCreateCenter(const v1::CreateCenterRequest& request, Conversion* conversion, model::Command* command);

void FillScope(absl::string_view bank, const queries::ScopeView& view, v1::Scope* scope);
void FillCenter(absl::string_view bank, const queries::CenterView& view, v1::Center* center);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_SCOPE_H_
