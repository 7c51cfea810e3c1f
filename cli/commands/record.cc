#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/record_rows.h"
#include "cli/names.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {
namespace {

// When a service was: --start with --end or --duration.
absl::Status FillTimes(const Arguments& arguments, v1::CreateRecordRequest* request) {
  TB_ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(arguments.Get("date")));
  TB_ASSIGN_OR_RETURN(const int start, ParseTimeOfDay(arguments.Get("start")));
  if (arguments.Has("end") == arguments.Has("duration")) {
    return InvalidText({"请在 --end 和 --duration 中写一个，且只写一个", "give one of --end and --duration, and only one"});
  }
  int64_t end = 0;
  if (arguments.Has("end")) {
    TB_ASSIGN_OR_RETURN(end, ParseTimeOfDay(arguments.Get("end")));
  } else {
    TB_ASSIGN_OR_RETURN(const int64_t duration, ParseDuration(arguments.Get("duration")));
    end = start + duration;
  }
  const int64_t midnight = absl::ToUnixSeconds(absl::FromCivil(day, base::BankTimeZone()));
  request->mutable_start_time()->set_seconds(midnight + int64_t{start} * 60);
  request->mutable_end_time()->set_seconds(midnight + end * 60);
  return absl::OkStatus();
}

absl::Status Add(const Arguments& arguments, Context* context) {
  v1::CreateRecordRequest request;
  TB_RETURN_IF_ERROR(FillTimes(arguments, &request));
  request.set_volunteer(NarrowTrimmed(arguments.Get("volunteer")));
  request.set_volunteer_name(std::string(Trim(arguments.Get("volunteer-name"))));
  request.set_beneficiary(NarrowTrimmed(arguments.Get("beneficiary")));
  request.set_center(arguments.Get("center"));
  request.set_category(arguments.Get("category"));
  request.set_note(arguments.Get("note"));
  if (arguments.Has("replaces")) {
    TB_ASSIGN_OR_RETURN(*request.mutable_replaces(), context->Name("records", arguments.Get("replaces")));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateRecordResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  if (response.result().awaits_second_approval()) {
    context->Warn({"这是逾期补登，须由两位不同的人员确认", "this was entered late: two different persons must confirm it"});
  }
  return PrintRecordResult(response.receipt(), response.result(), context);
}

absl::Status CheckIn(const Arguments& arguments, Context* context) {
  v1::CheckInRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t planned, ParseDuration(arguments.Get("planned")));
  request.set_planned_minutes(planned);
  request.set_volunteer(NarrowTrimmed(arguments.Get("volunteer")));
  request.set_beneficiary(NarrowTrimmed(arguments.Get("beneficiary")));
  request.set_center(arguments.Get("center"));
  request.set_category(arguments.Get("category"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CheckInResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return PrintRecordResult(response.receipt(), response.result(), context);
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetRecordRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("records", arguments.Get("record")));
  v1::GetRecordResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  return context->PrintOne({RecordDetailColumns(*context), {RecordDetailRow(response.record(), *context)}});
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListRecordsRequest request;
  request.set_volunteer(NarrowTrimmed(arguments.Get("volunteer")));
  request.set_center(arguments.Get("center"));
  // A centre's own machine has its name in the environment; asking for a volunteer then means all centres.
  const char* usual_center = std::getenv("TIMEBANK_CENTER");
  if (!request.volunteer().empty() && usual_center != nullptr && request.center() == usual_center) {
    request.clear_center();
  }
  if (request.volunteer().empty() == request.center().empty()) {
    return InvalidText(
        {"请在 --center 和 --volunteer 中写一个，且只写一个", "give one of --center and --volunteer, and only one"});
  }
  const std::string& from = arguments.Has("date") ? arguments.Get("date") : arguments.Get("from");
  const std::string& to = arguments.Has("date") ? arguments.Get("date") : arguments.Get("to");
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(from));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(to));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::RecordState state, ParseEnum<v1::RecordState>(arguments.Get("state")));
    request.set_state(state);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = RecordColumns(*context);
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListRecordsResponse>(context->client(), request,
                                                          [&table, context](const v1::ListRecordsResponse& page) {
                                                            for (const v1::Record& record : page.records()) {
                                                              table.rows.push_back(RecordRow(record, *context));
                                                            }
                                                            return true;
                                                          }));
  return context->Print(table);
}

absl::Status Note(const Arguments& arguments, Context* context) {
  v1::RevealRecordNoteRequest request;
  request.set_purpose(arguments.Get("purpose"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("records", arguments.Get("record")));
  v1::RevealRecordNoteResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  Table table;
  table.columns = {context->Col("record", {"记录编号", "Record"}), context->Col("note", {"备注", "Note"}),
                   context->Col("sequence", {"账簿序号", "Journal entry"}, Align::kRight)};
  table.rows = {
      {Cell::Word(IdOf(request.name())), Cell::Word(response.note()), Cell::Number(response.receipt().sequence())}};
  return context->PrintLook(table);
}

std::vector<Argument> WhoAndWhere() {
  return {{ArgumentKind::kNeeded, "volunteer", {"志愿者编号", "number of the volunteer"}},
          {ArgumentKind::kOption, "beneficiary", {"服务对象编号", "number of who was served"}},
          {ArgumentKind::kNeeded, "center", {"服务网点的代码或名称", "code or name of the centre"}},
          {ArgumentKind::kNeeded, "category", {"服务类别", "kind of service"}}};
}

Command AddCommand() {
  Command command = {"record", "add", {"登记一次服务", "record one service"}, WhoAndWhere(), true, &Add};
  const std::vector<Argument> more = {
      {ArgumentKind::kNeeded, "date", {"服务日期，如 2026-03-05、2026/3/5、2026年3月5日", "date of service, as 2026-03-05"}},
      {ArgumentKind::kNeeded, "start", {"开始时间，如 9:05、9点半", "begin, as 9:05"}},
      {ArgumentKind::kOption, "end", {"结束时间", "end"}},
      {ArgumentKind::kOption, "duration", {"时长，如 1.5小时、90分钟", "or how long, as 1h30m or 90"}},
      {ArgumentKind::kOption, "volunteer-name", {"志愿者姓名，用于核对", "the volunteer's name, to check the number"}},
      {ArgumentKind::kOption, "note", {"备注（加密保存）", "note (stored sealed)"}},
      {ArgumentKind::kOption,
       "replaces",
       {"更正哪一条已驳回、撤回、作废或冲正的记录", "the undone record that this one corrects"}}};
  command.arguments.insert(command.arguments.end(), more.begin(), more.end());
  return command;
}

Command CheckInCommand() {
  Command command = {"record",      "check-in", {"签到：服务现在开始", "check in: the service begins now"},
                     WhoAndWhere(), true,       &CheckIn};
  command.arguments.push_back({ArgumentKind::kNeeded, "planned", {"计划时长，如 2小时", "planned time, as 2h"}});
  return command;
}

}  // namespace

std::vector<Command> RecordCommands() {
  return {
      AddCommand(),
      CheckInCommand(),
      {"record",
       "show",
       {"查看一条服务记录", "show a record"},
       {{ArgumentKind::kPlace, "record", {"记录编号", "number of the record"}}},
       false,
       &Show},
      {"record",
       "note",
       {"查看服务记录的备注，须说明用途", "show the note of a record, for a purpose that is kept"},
       {{ArgumentKind::kPlace, "record", {"记录编号", "number of the record"}}, PurposeArgument()},
       true,
       &Note},
      {"record",
       "list",
       {"列出网点或志愿者的服务记录", "list the records of a centre or a volunteer"},
       {{ArgumentKind::kOption, "center", {"网点代码或名称", "code or name of the centre"}},
        {ArgumentKind::kOption, "volunteer", {"志愿者编号", "number of the volunteer"}},
        {ArgumentKind::kOption, "date", {"只列这一天的", "only this day"}},
        {ArgumentKind::kOption, "from", {"从哪一天", "first day of service"}},
        {ArgumentKind::kOption, "to", {"到哪一天（含）", "last day of service, inclusive"}},
        {ArgumentKind::kOption, "state", {"只列这种状态的，如 recorded 待确认", "only those in this state, as recorded"}}},
       false,
       &List},
  };
}

}  // namespace timebank::cli
