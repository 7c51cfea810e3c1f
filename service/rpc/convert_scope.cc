#include "service/rpc/convert_scope.h"

#include <utility>

#include "service/rpc/names.h"

namespace timebank::rpc {

void ToCreateScope(const v1::CreateScopeRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateScope body;
  command->bank = fields.Bank("parent", request.parent());
  body.code = fields.Code("scope_code", request.scope_code());
  body.display_name = fields.Name("display_name", request.display_name());
  body.level = static_cast<model::ScopeLevel>(fields.Choice("level", request.level(), v1::ScopeLevel_MAX));
  if (!request.parent_code().empty()) {
    body.parent_code = fields.Code("parent_code", request.parent_code());
  }
  command->body = std::move(body);
}

void ToCreateCenter(const v1::CreateCenterRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateCenter body;
  command->bank = fields.Bank("parent", request.parent());
  if (!request.center_code().empty()) {
    body.code = fields.Code("center_code", request.center_code());
  }
  body.display_name = fields.Name("display_name", request.display_name());
  body.name_key = fields.Folded("display_name", body.display_name);
  body.scope_code = fields.Code("scope_code", request.scope_code());
  command->body = std::move(body);
}

void FillScope(absl::string_view bank, const queries::ScopeView& view, v1::Scope* scope) {
  scope->set_name(ResourceName(bank, "scopes", view.code));
  scope->set_display_name(view.display_name);
  scope->set_level(static_cast<v1::ScopeLevel>(view.level));
  scope->set_parent_code(view.parent_code);
}

void FillCenter(absl::string_view bank, const queries::CenterView& view, v1::Center* center) {
  center->set_name(ResourceName(bank, "centers", view.code));
  center->set_display_name(view.display_name);
  center->set_scope_code(view.scope_code);
}

}  // namespace timebank::rpc
