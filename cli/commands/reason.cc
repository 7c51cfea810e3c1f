// The reasons for which the rules refuse, for readers.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/refusal.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "service/base/status.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::cli {
namespace {

absl::StatusOr<std::vector<v1::Reason>> Fetch(Context* context) {
  std::vector<v1::Reason> reasons;
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListReasonsResponse>(
      context->client(), v1::ListReasonsRequest(), [&reasons](const v1::ListReasonsResponse& page) {
        reasons.insert(reasons.end(), page.reasons().begin(), page.reasons().end());
        return true;
      }));
  return reasons;
}

absl::Status List(const Arguments&, Context* context) {
  TB_ASSIGN_OR_RETURN(const std::vector<v1::Reason> reasons, Fetch(context));
  Table table;
  table.columns = {context->Col("precedence", {"次序", "Order"}, Align::kRight), context->Col("name", {"名称", "Name"}),
                   context->Col("message", {"说明", "Meaning"})};
  for (const v1::Reason& reason : reasons) {
    table.rows.push_back({Cell::Number(reason.precedence()), Cell::Word(reason.name()),
                          Cell::Word(context->Pick({reason.message_zh(), reason.message_en()}))});
  }
  return context->Print(table);
}

absl::Status Show(const Arguments& arguments, Context* context) {
  TB_ASSIGN_OR_RETURN(const std::vector<v1::Reason> reasons, Fetch(context));
  const std::string wanted =
      absl::AsciiStrToUpper(absl::StrReplaceAll(NarrowTrimmed(arguments.Get("name")), {{"-", "_"}, {" ", "_"}}));
  for (const v1::Reason& reason : reasons) {
    if (reason.name() != wanted) {
      continue;
    }
    v1::Refusal refusal;
    refusal.set_reason(reason.name());
    Table table;
    table.columns = {context->Col("name", {"名称", "Name"}),          context->Col("precedence", {"次序", "Order"}),
                     context->Col("code", {"状态码", "Code"}),        context->Col("message_zh", {"中文", "Chinese"}),
                     context->Col("message_en", {"英文", "English"}), context->Col("next_step", {"怎么办", "What to do"})};
    table.rows.push_back({Cell::Word(reason.name()), Cell::Number(reason.precedence()), Cell::Word(reason.code()),
                          Cell::Word(reason.message_zh()), Cell::Word(reason.message_en()),
                          Cell::Word(context->Pick(NextStep(refusal)))});
    return context->PrintOne(table);
  }
  const std::string quoted = QuoteForMessage(arguments.Get("name"));
  return WithExitCode(TextError(absl::StatusCode::kNotFound,
                                {absl::StrCat("没有名为 ", quoted, " 的原因；timebank reason list 列出全部"),
                                 absl::StrCat("there is no reason ", quoted, "; timebank reason list shows all")}),
                      ExitCode::kNotFound);
}

}  // namespace

std::vector<Command> ReasonCommands() {
  return {
      {"reason",
       "list",
       {"列出规则拒绝的所有原因，按次序", "list every reason for which the rules refuse, by precedence"},
       {},
       false,
       &List},
      {"reason",
       "show",
       {"说明一个原因，以及怎么办", "explain one reason, and what to do about it"},
       {{ArgumentKind::kPlace,
         "name",
         {"原因的名称，例如 HOURS_ALREADY_SPENT", "name of the reason, as HOURS_ALREADY_SPENT"}}},
       false,
       &Show},
  };
}

}  // namespace timebank::cli
