#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::cli {
namespace {

absl::Status Create(const Arguments& arguments, Context* context) {
  v1::CreateScopeRequest request;
  request.set_scope_code(arguments.Get("code"));
  request.set_display_name(arguments.Get("name"));
  TB_ASSIGN_OR_RETURN(const v1::ScopeLevel level, ParseEnum<v1::ScopeLevel>(arguments.Get("level")));
  request.set_level(level);
  request.set_parent_code(arguments.Get("parent"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateScopeResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("scope", {"区域", "Scope"}));
}

absl::Status List(const Arguments&, Context* context) {
  v1::ListScopesRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("code", {"代码", "Code"}), context->Col("display_name", {"名称", "Name"}),
                   context->Col("level", {"级别", "Level"}), context->Col("parent_code", {"上级", "Below"})};
  const Language language = context->language();
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListScopesResponse>(
      context->client(), request, [&table, language](const v1::ListScopesResponse& page) {
        for (const v1::Scope& scope : page.scopes()) {
          table.rows.push_back({Cell::Word(IdOf(scope.name())), Cell::Word(scope.display_name()),
                                EnumCell(scope.level(), language), Cell::Word(scope.parent_code())});
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> ScopeCommands() {
  return {
      {"scope",
       "create",
       {"新建区域", "create a scope"},
       {{ArgumentKind::kPlace, "code", {"代码：1 到 32 个字符 A-Z a-z 0-9 - _", "code: 1-32 characters A-Z a-z 0-9 - _"}},
        {ArgumentKind::kNeeded, "name", {"名称", "what people call it"}},
        {ArgumentKind::kNeeded,
         "level",
         {"级别：community 社区、subdistrict 街道、district 区县、city 市、province 省",
          "community, subdistrict, district, city or province"}},
        {ArgumentKind::kOption, "parent", {"上级区域的代码", "code of the wider scope"}}},
       true,
       &Create},
      {"scope", "list", {"列出区域", "list the scopes"}, {}, false, &List},
  };
}

}  // namespace timebank::cli
