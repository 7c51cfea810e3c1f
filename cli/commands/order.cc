// Care orders: what is written.
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/cover.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "timebank/v1/order.pb.h"

namespace timebank::cli {
namespace {

absl::Status PrintOrder(const v1::Receipt& receipt, Context* context) {
  return context->PrintReceipt(receipt, context->Col("order", {"订单编号", "Order"}));
}

// The moment of a day and a time of day, as typed.
absl::StatusOr<int64_t> MomentOf(const std::string& date, const std::string& time) {
  TB_ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(date));
  TB_ASSIGN_OR_RETURN(const int minute, ParseTimeOfDay(time));
  return absl::ToUnixSeconds(absl::FromCivil(day, base::BankTimeZone())) + int64_t{minute} * 60;
}

absl::StatusOr<v1::OrderSide> SideOf(const std::string& text) { return ParseEnum<v1::OrderSide>(text); }

absl::Status Request(const Arguments& arguments, Context* context) {
  v1::CreateOrderRequest request;
  request.set_payer(NarrowTrimmed(arguments.Get("member")));
  request.set_beneficiary(NarrowTrimmed(arguments.Get("for")));
  request.set_center(arguments.Get("center"));
  request.set_category(arguments.Get("category"));
  TB_ASSIGN_OR_RETURN(const int64_t start, MomentOf(arguments.Get("date"), arguments.Get("start")));
  request.mutable_start_time()->set_seconds(start);
  TB_ASSIGN_OR_RETURN(const int64_t planned, ParseDuration(arguments.Get("duration")));
  request.set_planned_minutes(planned);
  request.set_note(arguments.Get("note"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return PrintOrder(response.receipt(), context);
}

// A step of which the request has been filled in, but for the order.
template <typename Response, typename Request>
absl::Status Send(const Arguments& arguments, Context* context, Request request) {
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("orders", arguments.Get("order")));
  if constexpr (requires { request.set_reason(""); }) {
    request.set_reason(arguments.Get("reason"));
  }
  Response response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return PrintOrder(response.receipt(), context);
}

absl::Status Route(const Arguments& arguments, Context* context) {
  v1::RouteOrderRequest request;
  request.set_center(arguments.Get("center"));
  return Send<v1::RouteOrderResponse>(arguments, context, request);
}

absl::Status Dispatch(const Arguments& arguments, Context* context) {
  v1::DispatchOrderRequest request;
  request.set_volunteer(NarrowTrimmed(arguments.Get("volunteer")));
  request.set_center(arguments.Get("to-center"));
  return Send<v1::DispatchOrderResponse>(arguments, context, request);
}

absl::Status Accept(const Arguments& arguments, Context* context) {
  v1::AcceptOrderRequest request;
  request.set_volunteer(NarrowTrimmed(arguments.Get("volunteer")));
  return Send<v1::AcceptOrderResponse>(arguments, context, request);
}

absl::Status Decline(const Arguments& arguments, Context* context) {
  return Send<v1::DeclineOrderResponse>(arguments, context, v1::DeclineOrderRequest());
}

absl::Status Start(const Arguments& arguments, Context* context) {
  v1::StartOrderRequest request;
  if (arguments.Has("at") != arguments.Has("date")) {
    return InvalidText({"--date 和 --at 须一起写", "--date and --at go together"});
  }
  if (arguments.Has("at")) {
    TB_ASSIGN_OR_RETURN(const int64_t start, MomentOf(arguments.Get("date"), arguments.Get("at")));
    request.mutable_start_time()->set_seconds(start);
  }
  return Send<v1::StartOrderResponse>(arguments, context, request);
}

absl::Status Finish(const Arguments& arguments, Context* context) {
  v1::FinishOrderRequest request;
  if (arguments.Has("actual")) {
    TB_ASSIGN_OR_RETURN(const int64_t actual, ParseDuration(arguments.Get("actual")));
    request.set_actual_minutes(actual);
  }
  return Send<v1::FinishOrderResponse>(arguments, context, request);
}

absl::Status Confirm(const Arguments& arguments, Context* context) {
  return Send<v1::ConfirmOrderResponse>(arguments, context, v1::ConfirmOrderRequest());
}

absl::Status Cancel(const Arguments& arguments, Context* context) {
  v1::CancelOrderRequest request;
  TB_ASSIGN_OR_RETURN(const v1::OrderSide side, SideOf(arguments.Has("side") ? arguments.Get("side") : "elder"));
  request.set_side(side);
  return Send<v1::CancelOrderResponse>(arguments, context, request);
}

absl::Status NoShow(const Arguments& arguments, Context* context) {
  v1::ReportNoShowRequest request;
  TB_ASSIGN_OR_RETURN(const v1::OrderSide side, SideOf(arguments.Get("side")));
  request.set_side(side);
  return Send<v1::ReportNoShowResponse>(arguments, context, request);
}

absl::Status Dispute(const Arguments& arguments, Context* context) {
  return Send<v1::DisputeOrderResponse>(arguments, context, v1::DisputeOrderRequest());
}

absl::Status Decide(const Arguments& arguments, Context* context) {
  v1::DecideOrderRequest request;
  TB_ASSIGN_OR_RETURN(const v1::Decision decision, ParseEnum<v1::Decision>(arguments.Get("decision")));
  request.set_decision(decision);
  if (arguments.Has("actual")) {
    TB_ASSIGN_OR_RETURN(const int64_t actual, ParseDuration(arguments.Get("actual")));
    request.set_actual_minutes(actual);
  }
  return Send<v1::DecideOrderResponse>(arguments, context, request);
}

absl::Status Reverse(const Arguments& arguments, Context* context) {
  v1::ReverseOrderRequest request;
  TB_ASSIGN_OR_RETURN(const CoverGiven cover, ReadCover(arguments, true));
  request.set_cover(cover.cover);
  request.set_consent(cover.consent);
  request.set_requested_by(cover.requested_by);
  return Send<v1::ReverseOrderResponse>(arguments, context, request);
}

absl::Status Evaluate(const Arguments& arguments, Context* context) {
  v1::EvaluateOrderRequest request;
  TB_ASSIGN_OR_RETURN(const v1::OrderSide side, SideOf(arguments.Get("side")));
  request.set_side(side);
  TB_ASSIGN_OR_RETURN(const int64_t score, WholeNumber(arguments.Get("score"), 1));
  if (score > 5) {
    return InvalidText({"评价须为 1 到 5", "a score is 1 to 5"});
  }
  request.set_score(static_cast<int32_t>(score));
  return Send<v1::EvaluateOrderResponse>(arguments, context, request);
}

const Argument& OrderPlace() {
  static const auto* const argument = new Argument{ArgumentKind::kPlace, "order", {"订单编号", "number of the order"}};
  return *argument;
}

std::vector<Command> Ends() {
  const Argument& order = OrderPlace();
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  std::vector<Argument> reverse = {order, reason};
  for (Argument& argument : CoverArguments(true)) {
    reverse.push_back(std::move(argument));
  }
  const Argument side = {
      ArgumentKind::kNeeded, "side", {"哪一方：elder 服务对象、volunteer 志愿者", "which side: elder or volunteer"}};
  return {
      {"order",
       "cancel",
       {"取消未完成的订单，释放时间", "end an order that is not finished, and release its hours"},
       {order,
        {ArgumentKind::kOption,
         "side",
         {"由哪一方取消：elder（默认）、volunteer", "who cancels: elder (when left out) or volunteer"}},
        reason},
       true,
       &Cancel},
      {"order",
       "no-show",
       {"登记一方爽约，释放时间", "say that one side did not show up, and release the hours"},
       {order, side, reason},
       true,
       &NoShow},
      {"order", "dispute", {"对完成的服务提出异议", "object to what was finished"}, {order, reason}, true, &Dispute},
      {"order",
       "decide",
       {"对异议作出决定", "decide on an objection"},
       {order,
        {ArgumentKind::kNeeded,
         "decision",
         {"settle 按完成的时长、amend 改为 --actual、void 作废", "settle as finished, amend to --actual, or void"}},
        {ArgumentKind::kOption, "actual", {"更正后的时长，如 1小时", "the right time, as 1h"}},
        reason},
       true,
       &Decide},
      {"order",
       "reverse",
       {"冲正已验收的订单：时间退回", "take a confirmed order back: the hours return"},
       std::move(reverse),
       true,
       &Reverse},
      {"order",
       "evaluate",
       {"一方评价另一方，1 到 5", "one side's opinion of the other, 1 to 5"},
       {order,
        {ArgumentKind::kPlace, "score", {"1 差 … 5 好", "1 bad to 5 good"}},
        {ArgumentKind::kNeeded, "side", {"谁来评价：elder、volunteer", "who evaluates: elder or volunteer"}}},
       true,
       &Evaluate},
  };
}

Command RequestCommand() {
  return {"order",
          "request",
          {"订购养老服务，预留时间", "order care and reserve the hours"},
          {{ArgumentKind::kPlace, "member", {"用谁的时间：会员编号", "whose hours pay: member number"}},
           {ArgumentKind::kOption,
            "for",
            {"为哪位亲属订：会员编号，默认本人", "for which relative: member number; the member when left out"}},
           {ArgumentKind::kNeeded, "category", {"服务类别", "kind of care"}},
           {ArgumentKind::kNeeded, "date", {"日期", "day"}},
           {ArgumentKind::kNeeded, "start", {"几点开始", "time of day"}},
           {ArgumentKind::kNeeded, "duration", {"多久，如 2小时", "how long, as 2h"}},
           {ArgumentKind::kOption,
            "center",
            {"由哪个网点安排，默认服务对象所在网点", "centre that sees to it; that of who is cared for when left out"}},
           {ArgumentKind::kOption,
            "note",
            {"只给志愿者和网点看的备注：门禁、方言", "note for the volunteer and the centre alone: door code, dialect"}}},
          true,
          &Request};
}

}  // namespace

std::vector<Command> OrderCommands() {
  const Argument& order = OrderPlace();
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  std::vector<Command> commands = {
      RequestCommand(),
      {"order",
       "route",
       {"转给另一个网点", "send an order to another centre"},
       {order, {ArgumentKind::kNeeded, "center", {"网点", "centre"}}},
       true,
       &Route},
      {"order",
       "dispatch",
       {"派给志愿者", "give an order to a volunteer"},
       {order,
        {ArgumentKind::kPlace, "volunteer", {"志愿者编号", "number of the volunteer"}},
        {ArgumentKind::kOption, "to-center", {"同时转给另一个网点", "and to another centre as well"}}},
       true,
       &Dispatch},
      {"order",
       "accept",
       {"接单", "accept an order"},
       {order,
        {ArgumentKind::kOption,
         "volunteer",
         {"从公告板直接接单的志愿者编号", "number of a volunteer who takes it from the board"}}},
       true,
       &Accept},
      {"order", "decline", {"退单，回到公告板", "give an order back to the board"}, {order, reason}, true, &Decline},
      {"order",
       "start",
       {"服务开始", "the service begins"},
       {order,
        {ArgumentKind::kOption, "date", {"事后补记：哪一天", "told afterwards: which day"}},
        {ArgumentKind::kOption, "at", {"事后补记：几点", "told afterwards: time of day"}}},
       true,
       &Start},
      {"order",
       "finish",
       {"服务完成", "the service is over"},
       {order,
        {ArgumentKind::kOption, "actual", {"实际时长，默认从开始到现在", "time served; since the start when left out"}}},
       true,
       &Finish},
      {"order",
       "confirm",
       {"验收：支付时间，存入志愿者账户", "confirm: the hours are paid and banked"},
       {order},
       true,
       &Confirm},
  };
  for (Command& command : Ends()) {
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace timebank::cli
