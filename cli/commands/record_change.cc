// Verbs that move one record along its life, but for its confirmation.
#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/cover.h"
#include "cli/commands/record_rows.h"
#include "cli/text/date_time.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {
namespace {

template <typename Response, typename Request>
absl::Status Send(Request* request, const Arguments& arguments, Context* context) {
  TB_ASSIGN_OR_RETURN(*request->mutable_name(), context->Name("records", arguments.Get("record")));
  Response response;
  TB_RETURN_IF_ERROR(context->Write(request, &response));
  return PrintRecordResult(response.receipt(), response.result(), context);
}

template <typename Request, typename Response>
absl::Status Plain(const Arguments& arguments, Context* context) {
  Request request;
  return Send<Response>(&request, arguments, context);
}

template <typename Request, typename Response>
absl::Status WithReason(const Arguments& arguments, Context* context) {
  Request request;
  request.set_reason(arguments.Get("reason"));
  return Send<Response>(&request, arguments, context);
}

absl::Status Reverse(const Arguments& arguments, Context* context) {
  v1::ReverseRecordRequest request;
  TB_ASSIGN_OR_RETURN(const CoverGiven cover, ReadCover(arguments, true));
  request.set_cover(cover.cover);
  request.set_consent(cover.consent);
  request.set_requested_by(cover.requested_by);
  request.set_reason(arguments.Get("reason"));
  return Send<v1::ReverseRecordResponse>(&request, arguments, context);
}

absl::Status Decide(const Arguments& arguments, Context* context) {
  v1::DecideRecordRequest request;
  TB_ASSIGN_OR_RETURN(const v1::Decision decision, ParseEnum<v1::Decision>(arguments.Get("decision")));
  request.set_decision(decision);
  if ((decision == v1::DECISION_AMEND) != arguments.Has("measured")) {
    return InvalidText({"--measured 用于、且只用于 amend", "--measured belongs to amend, and only to it"});
  }
  if (arguments.Has("measured")) {
    TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("measured")));
    request.set_measured_minutes(minutes);
  }
  request.set_reason(arguments.Get("reason"));
  return Send<v1::DecideRecordResponse>(&request, arguments, context);
}

}  // namespace

std::vector<Command> RecordChangeCommands() {
  const Argument record = {ArgumentKind::kPlace, "record", {"记录编号", "number of the record"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  std::vector<Argument> reverse = {record, reason};
  for (Argument& argument : CoverArguments(true)) {
    reverse.push_back(std::move(argument));
  }
  return {
      {"record",
       "check-out",
       {"签退：服务现在结束", "check out: the service ends now"},
       {record},
       true,
       &Plain<v1::CheckOutRequest, v1::CheckOutResponse>},
      {"record",
       "reject",
       {"驳回（可更正后重新登记）", "refuse a record (it may be recorded anew, corrected)"},
       {record, reason},
       true,
       &WithReason<v1::RejectRecordRequest, v1::RejectRecordResponse>},
      {"record",
       "withdraw",
       {"撤回还没有确认的记录", "take a record back before it is confirmed"},
       {record, reason},
       true,
       &WithReason<v1::WithdrawRecordRequest, v1::WithdrawRecordResponse>},
      {"record",
       "dispute",
       {"提出异议", "object to a record that is not settled yet"},
       {record, reason},
       true,
       &WithReason<v1::DisputeRecordRequest, v1::DisputeRecordResponse>},
      {"record",
       "decide",
       {"裁定异议", "decide a dispute"},
       {record,
        {ArgumentKind::kPlace, "decision", {"settle 按登记存入、amend 更正后存入、void 作废", "settle, amend or void"}},
        {ArgumentKind::kOption, "measured", {"amend 时：更正后的时长", "with amend: the time that counts"}},
        reason},
       true,
       &Decide},
      {"record",
       "settle",
       {"公示期满后存入", "settle a record whose notice period is over"},
       {record},
       true,
       &Plain<v1::SettleRecordRequest, v1::SettleRecordResponse>},
      {"record", "reverse", {"冲正已存入的记录", "take a settled record's hours back"}, std::move(reverse), true, &Reverse},
  };
}

}  // namespace timebank::cli
