// The audit trail: who did or tried what.
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/access.pb.h"

namespace timebank::cli {
namespace {

absl::StatusOr<v1::ListAuditRecordsRequest> RequestOf(const Arguments& arguments, Context* context) {
  v1::ListAuditRecordsRequest request;
  request.set_principal(arguments.Get("principal"));
  request.set_failed_only(arguments.Has("failed"));
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("to")));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  return request;
}

absl::Status List(const Arguments& arguments, Context* context) {
  TB_ASSIGN_OR_RETURN(const v1::ListAuditRecordsRequest request, RequestOf(arguments, context));
  Table table;
  table.columns = {context->Col("sequence", {"序号", "Entry"}, Align::kRight),
                   context->Col("time", {"时间", "Time"}),
                   context->Col("principal", {"账号", "Principal"}),
                   context->Col("role", {"角色", "Role"}),
                   context->Col("token", {"令牌", "Token"}),
                   context->Col("origin", {"来源", "From"}),
                   context->Col("action", {"操作", "Action"}),
                   context->Col("subject", {"对象", "Subject"}, Align::kRight),
                   context->Col("thing", {"涉及", "About"}),
                   context->Col("answer", {"结果", "Answer"}),
                   context->Col("count", {"次数", "Times"}, Align::kRight)};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListAuditRecordsResponse>(
      context->client(), request, [&table](const v1::ListAuditRecordsResponse& page) {
        for (const v1::AuditRecord& record : page.records()) {
          table.rows.push_back({Cell::Number(record.sequence()), Cell::Word(FormatMoment(record.time())),
                                Cell::Word(record.principal()), Cell::Word(record.role()), Cell::Word(record.token_prefix()),
                                Cell::Word(record.origin()),
                                Cell::Word(record.method().empty() ? record.action() : record.method()),
                                record.subject() == 0 ? Cell() : Cell::Number(record.subject()), Cell::Word(record.thing()),
                                Cell::Word(record.answer()), Cell::Number(record.count())});
        }
        return true;
      }));
  return context->Print(table);
}

// One JSON object a line, as it comes: the journal may be long.
absl::Status Export(const Arguments& arguments, Context* context) {
  TB_ASSIGN_OR_RETURN(v1::ListAuditRecordsRequest request, RequestOf(arguments, context));
  request.set_page_size(1000);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  do {
    v1::ListAuditRecordsResponse page;
    TB_RETURN_IF_ERROR(context->Read(request, &page));
    for (const v1::AuditRecord& record : page.records()) {
      std::string line;
      if (!google::protobuf::util::MessageToJsonString(record, &line, options).ok()) {
        return absl::InternalError("a record cannot be written as JSON");
      }
      TB_RETURN_IF_ERROR(context->PrintLine(line));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> AuditCommands() {
  const std::vector<Argument> filter = {
      {ArgumentKind::kOption, "principal", {"只看这个账号", "only of this principal"}},
      {ArgumentKind::kSwitch, "failed", {"只看被拒绝的", "only what was refused or denied"}},
      {ArgumentKind::kOption, "from", {"从这一天起", "from this day on"}},
      {ArgumentKind::kOption, "to", {"到这一天（含）", "until this day, inclusive"}}};
  return {
      {"audit", "list", {"谁做过、试过什么", "who did or tried what"}, filter, false, &List},
      {"audit", "export", {"同上，每行一个 JSON 对象", "the same, a JSON object a line"}, filter, false, &Export},
  };
}

}  // namespace timebank::cli
