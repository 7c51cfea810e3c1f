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
  v1::CreateCenterRequest request;
  request.set_center_code(arguments.Get("code"));
  request.set_display_name(arguments.Get("name"));
  request.set_scope_code(arguments.Get("scope"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateCenterResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("center", {"网点", "Centre"}));
}

absl::Status List(const Arguments&, Context* context) {
  v1::ListCentersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("code", {"代码", "Code"}), context->Col("display_name", {"名称", "Name"}),
                   context->Col("scope_code", {"区域", "Scope"})};
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListCentersResponse>(context->client(), request, [&table](const v1::ListCentersResponse& page) {
        for (const v1::Center& center : page.centers()) {
          table.rows.push_back(
              {Cell::Word(IdOf(center.name())), Cell::Word(center.display_name()), Cell::Word(center.scope_code())});
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status Day(const Arguments& arguments, Context* context) {
  v1::GetCenterDayRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_date(), IsoDay(arguments.Get("date")));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("centers", arguments.Get("center")));
  v1::GetCenterDayResponse day;
  TB_RETURN_IF_ERROR(context->Read(request, &day));
  const Align right = Align::kRight;
  Table table;
  table.columns = {context->Col("center", {"网点代码", "Centre"}),
                   context->Col("display_name", {"网点名称", "Name"}),
                   context->Col("date", {"服务日期", "Date of service"}),
                   context->Col("record_count", {"服务次数", "Services"}, right),
                   context->Col("volunteer_count", {"志愿者人数", "Volunteers"}, right),
                   context->Col("unconfirmed_count", {"待确认", "Waiting for confirmation"}, right),
                   context->Col("waiting_count", {"公示或异议中", "In notice or dispute"}, right),
                   context->Col("settled_count", {"已存入", "Settled"}, right),
                   context->Col("undone_count", {"驳回、撤回、作废、冲正", "Rejected, withdrawn, voided, reversed"}, right),
                   context->Col("measured_minutes", {"登记时长", "Measured time"}, right),
                   context->Col("credited_minutes", {"记入时长", "Credited time"}, right),
                   context->Col("pool_minutes", {"超出上限，入公益时间池", "Above a cap, to the pool"}, right),
                   context->Col("unconfirmed_total", {"所有日期待确认", "Waiting, of any date"}, right)};
  table.rows.push_back({Cell::Word(IdOf(day.center().name())), Cell::Word(day.center().display_name()),
                        Cell::Word(day.date()), Cell::Number(day.record_count()), Cell::Number(day.volunteer_count()),
                        Cell::Number(day.unconfirmed_count()), Cell::Number(day.waiting_count()),
                        Cell::Number(day.settled_count()), Cell::Number(day.undone_count()),
                        context->Minutes(day.measured_minutes()), context->Minutes(day.credited_minutes()),
                        context->Minutes(day.pool_minutes()), Cell::Number(day.unconfirmed_total())});
  return context->PrintOne(table);
}

}  // namespace

std::vector<Command> CenterCommands() {
  return {
      {"center",
       "create",
       {"新建服务网点", "create a centre"},
       {{ArgumentKind::kNeeded, "name", {"名称", "what people call it"}},
        {ArgumentKind::kNeeded, "scope", {"所属区域的代码", "code of its scope"}},
        {ArgumentKind::kOption, "code", {"代码；不写则自动编号", "code; one is given when left out"}}},
       true,
       &Create},
      {"center", "list", {"列出服务网点", "list the centres"}, {}, false, &List},
      {"center",
       "day",
       {"网点某日的服务汇总", "what a centre's services of a day add up to"},
       {{ArgumentKind::kPlace, "center", {"网点代码或名称", "code or name of the centre"}},
        {ArgumentKind::kOption, "date", {"日期，默认今天", "the day; today when left out"}}},
       false,
       &Day},
  };
}

}  // namespace timebank::cli
