#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/text/date_time.h"
#include "cli/words.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "timebank/v1/admin.pb.h"

namespace timebank::cli {
namespace {

constexpr int kDaysMost = 100;

absl::Status Set(const Arguments& arguments, Context* context) {
  v1::SetCalendarRequest request;
  const std::string& typed = arguments.Get("kind");
  v1::CalendarDayKind kind = v1::CALENDAR_DAY_KIND_UNSPECIFIED;
  if (typed != "default" && typed != "默认") {
    TB_ASSIGN_OR_RETURN(kind, ParseEnum<v1::CalendarDayKind>(typed));
  }
  TB_ASSIGN_OR_RETURN(const absl::CivilDay from, ParseDay(arguments.Get("day")));
  absl::CivilDay to = from;
  if (arguments.Has("to")) {
    TB_ASSIGN_OR_RETURN(to, ParseDay(arguments.Get("to")));
  }
  if (to < from || to - from >= kDaysMost) {
    return InvalidText({absl::StrCat("--to 不得早于开始日期，且最多 ", kDaysMost, " 天"),
                        absl::StrCat("--to must not be before the first day; ", kDaysMost, " days at most")});
  }
  for (absl::CivilDay day = from; day <= to; ++day) {
    v1::CalendarDay* listed = request.add_days();
    listed->set_date(base::FormatIsoDay(day));
    listed->set_kind(kind);
  }
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::SetCalendarResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("calendar", {"日历", "Calendar"}));
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListCalendarRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("to")));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("date", {"日期", "Date"}), context->Col("kind", {"安排", "What"}),
                   context->Col("reason", {"依据", "Reason"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListCalendarResponse>(
      context->client(), request, [&table, context](const v1::ListCalendarResponse& page) {
        for (const v1::CalendarDay& day : page.days()) {
          table.rows.push_back(
              {Cell::Word(day.date()), EnumCell(day.kind(), context->language()), Cell::Word(day.reason())});
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> CalendarCommands() {
  return {
      {"calendar",
       "set",
       {"登记节假日或调休上班日", "list holidays, or weekends that make up for them"},
       {{ArgumentKind::kPlace, "day", {"日期，如 2027-10-01", "the day, as 2027-10-01"}},
        {ArgumentKind::kPlace,
         "kind",
         {"holiday 放假、workday 上班、default 取消登记", "holiday, workday, or default to unlist"}},
        {ArgumentKind::kOption, "to", {"到哪一天（含）", "the last day, inclusive"}},
        {ArgumentKind::kNeeded, "reason", {"哪个节日，或依据哪个通知", "which holiday, or which notice says so"}}},
       true,
       &Set},
      {"calendar",
       "list",
       {"列出已登记的日子；其余周一至周五上班", "list the listed days; on all others Monday to Friday are worked"},
       {{ArgumentKind::kOption, "from", {"从哪一天", "first day"}},
        {ArgumentKind::kOption, "to", {"到哪一天（含）", "last day, inclusive"}}},
       false,
       &List},
  };
}

}  // namespace timebank::cli
