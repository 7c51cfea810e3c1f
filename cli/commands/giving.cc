// Gifts from member to member, and the community pool.
#include "cli/commands/giving.h"

#include <string>
#include <utility>
#include <vector>

#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/text/date_time.h"
#include "service/base/status.h"
#include "timebank/v1/pool.pb.h"

namespace timebank::cli {
namespace {

absl::Status Gift(const Arguments& arguments, Context* context) {
  v1::GiveHoursRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("amount")));
  request.set_minutes(minutes);
  request.set_receiver(arguments.Get("to"));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("from")));
  v1::GiveHoursResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("receiver", {"受赠会员", "Receiver"}),
                               GivenTable(response.given(), *context));
}

absl::Status Donate(const Arguments& arguments, Context* context) {
  v1::DonateHoursRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("amount")));
  request.set_minutes(minutes);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::DonateHoursResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("member", {"会员编号", "Member"}));
}

absl::Status GiveOut(const Arguments& arguments, Context* context) {
  v1::GivePoolHoursRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("amount")));
  request.set_minutes(minutes);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::GivePoolHoursResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("member", {"会员编号", "Member"}),
                               GivenTable(response.given(), *context));
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetPoolRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_as_of_date(), IsoDay(arguments.Get("as-of")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::GetPoolResponse pool;
  TB_RETURN_IF_ERROR(context->Read(request, &pool));
  Table table;
  table.columns = {context->Col("as_of_date", {"截至", "As of"}),
                   context->Col("balance_minutes", {"公益时间池余额", "In the community pool"}),
                   context->Col("from_services_minutes", {"收入：服务超出上限等", "In: services, above a cap"}),
                   context->Col("from_donations_minutes", {"收入：捐赠", "In: donations"}),
                   context->Col("from_gifts_minutes", {"收入：转赠和发放超出上限", "In: gifts and grants, above a cap"}),
                   context->Col("from_estates_minutes", {"收入：退出和去世会员", "In: members who left or died"}),
                   context->Col("from_grants_minutes", {"收入：发放后到期未用", "In: granted hours not spent in time"}),
                   context->Col("to_elders_minutes", {"支出：分给老人", "Out: to elders"}),
                   context->Col("to_grants_minutes", {"支出：困难发放", "Out: grants"}),
                   context->Col("other_minutes", {"其他（收入减支出）", "All else, in less out"}),
                   context->Col("sequence", {"账簿序号", "As of journal entry"})};
  table.rows.push_back({Cell::Word(pool.as_of_date()), context->Minutes(pool.balance_minutes()),
                        context->Minutes(pool.from_services_minutes()), context->Minutes(pool.from_donations_minutes()),
                        context->Minutes(pool.from_gifts_minutes()), context->Minutes(pool.from_estates_minutes()),
                        context->Minutes(pool.from_grants_minutes()), context->Minutes(pool.to_elders_minutes()),
                        context->Minutes(pool.to_grants_minutes()), context->Minutes(pool.other_minutes()),
                        Cell::Number(pool.sequence())});
  return context->PrintOne(table);
}

}  // namespace

Table GivenTable(const v1::GivenResult& given, const Context& context) {
  Table table;
  table.columns = {context.Col("credited_minutes", {"会员得到", "To the member"}),
                   context.Col("pool_minutes", {"入公益时间池", "To the pool"})};
  table.rows.push_back({context.Minutes(given.credited_minutes()), context.Minutes(given.pool_minutes())});
  return table;
}

std::vector<Command> GivingCommands() {
  const Argument member = {
      ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}};
  const Argument amount = {ArgumentKind::kPlace, "amount", {"多少，如 2小时、90", "how much, as 2h or 90 (minutes)"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  return {
      {"",
       "gift",
       {"把时间转赠给亲属（规则允许时也可给别人）", "give hours to kin, or to others where the rules allow it"},
       {{ArgumentKind::kPlace, "from", {"转赠的会员", "the member who gives"}},
        {ArgumentKind::kPlace, "to", {"受赠的会员", "the member who gets them"}},
        amount,
        reason},
       true,
       &Gift},
      {"pool",
       "donate",
       {"把会员的时间捐给公益时间池", "give hours of a member to the pool"},
       {member, amount, reason},
       true,
       &Donate},
      {"pool",
       "give",
       {"把公益池的时间分给老人（须由本人以外的人办理）", "give hours of the pool to an elder (somebody else must)"},
       {member, amount, reason},
       true,
       &GiveOut},
      {"pool",
       "show",
       {"公益时间池：余额、从哪里来、到哪里去", "what is in the pool, where it came from and where it went"},
       {{ArgumentKind::kOption, "as-of", {"截至哪一天，默认今天", "as of the end of this day; today when left out"}}},
       false,
       &Show},
  };
}

}  // namespace timebank::cli
