#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/date_time.h"
#include "service/base/status.h"
#include "timebank/v1/account.pb.h"

namespace timebank::cli {
namespace {

absl::Status Place(const Arguments& arguments, Context* context) {
  v1::CreateHoldRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("amount")));
  request.set_minutes(minutes);
  TB_ASSIGN_OR_RETURN(*request.mutable_expire_date(), IsoDay(arguments.Get("expires")));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  v1::CreateHoldResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("hold", {"预留编号", "Hold"}));
}

absl::Status Close(const Arguments& arguments, Context* context) {
  v1::CloseHoldRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t consumed, ParseDuration(arguments.Has("consumed") ? arguments.Get("consumed") : "0"));
  request.set_consumed_minutes(consumed);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("holds", arguments.Get("hold")));
  v1::CloseHoldResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("hold", {"预留编号", "Hold"}));
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListHoldsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("hold", {"编号", "Hold"}), context->Col("minutes", {"预留", "Reserved"}, Align::kRight),
                   context->Col("expire_date", {"到期日", "Expires"}), context->Col("reason", {"原因", "Reason"})};
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListHoldsResponse>(context->client(), request, [&table, context](const v1::ListHoldsResponse& page) {
        for (const v1::Hold& hold : page.holds()) {
          table.rows.push_back({Cell::Word(IdOf(hold.name())), context->Minutes(hold.minutes()),
                                Cell::Word(hold.expire_date()), Cell::Word(hold.reason())});
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> HoldCommands() {
  const Argument member = {ArgumentKind::kPlace, "member", {"会员编号", "member number"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  return {
      {"hold",
       "place",
       {"预留时间", "reserve hours of a member"},
       {member,
        {ArgumentKind::kPlace, "amount", {"多少，如 2小时、90", "how much, as 2h or 90 (minutes)"}},
        {ArgumentKind::kNeeded, "expires", {"可以使用的最后一天", "the last day on which it can be consumed"}},
        reason},
       true,
       &Place},
      {"hold",
       "close",
       {"结束预留：使用一部分，其余释放", "end a hold: consume a part, release the rest"},
       {{ArgumentKind::kPlace, "hold", {"预留编号", "number of the hold"}},
        {ArgumentKind::kOption, "consumed", {"使用了多少；不写则全部释放", "how much was consumed; none when left out"}},
        reason},
       true,
       &Close},
      {"hold", "list", {"列出会员的预留", "list the open holds of a member"}, {member}, false, &List},
  };
}

}  // namespace timebank::cli
