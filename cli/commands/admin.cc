#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/admin.pb.h"

namespace timebank::cli {
namespace {

absl::Status Due(const Arguments& arguments, Context* context) {
  v1::ListDueRequest request;
  if (arguments.Has("kind")) {
    TB_ASSIGN_OR_RETURN(const v1::DueKind kind, ParseEnum<v1::DueKind>(arguments.Get("kind")));
    request.set_kind(kind);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("to")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("due_time", {"到期时间", "Due"}), context->Col("kind", {"要做的事", "What"}),
                   context->Col("resource", {"对象", "Of what"}), context->Col("overdue", {"已过时间", "Overdue"})};
  bool overdue = false;
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListDueResponse>(
      context->client(), request, [&table, &overdue, context](const v1::ListDueResponse& page) {
        for (const v1::Due& due : page.due()) {
          overdue = overdue || due.overdue();
          table.rows.push_back({Cell::Word(FormatMoment(due.due_time())), EnumCell(due.kind(), context->language()),
                                Cell::Word(due.resource()), FlagCell(due.overdue(), context->language())});
        }
        return true;
      }));
  if (table.rows.empty()) {
    context->Say({"没有等待到期的事", "nothing waits for its time"});
  }
  if (overdue) {
    context->Warn(
        {"有已过时间而未办的事：服务几秒内会办理；若一直留在这里，请查看服务日志",
         "some of it is overdue: the service does it within seconds; if it stays here, look at the service's log"});
  }
  return context->Print(table);
}

}  // namespace

std::vector<Command> AdminCommands() {
  return {
      {"admin",
       "due",
       {"列出到时间后系统会自动办理的事，最早的在前",
        "list what the service will do once its time has come, the earliest first"},
       {{ArgumentKind::kOption, "kind", {"只列这一种，如 hold-expiry", "only this kind, as hold-expiry"}},
        {ArgumentKind::kOption, "to", {"只列到这一天（含）到期的", "only what is due up to this day, inclusive"}}},
       false,
       &Due},
  };
}

}  // namespace timebank::cli
