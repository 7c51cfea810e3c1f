// Points of members.
#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/statement.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/points.pb.h"

namespace timebank::cli {
namespace {

Cell LastDay(const std::string& date, const Context& context) {
  return Cell::ShownWord(date.empty() ? context.Pick({"不过期", "never"}) : date, date);
}

absl::Status Balance(const Arguments& arguments, Context* context) {
  v1::GetPointsBalanceRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::GetPointsBalanceResponse balance;
  TB_RETURN_IF_ERROR(context->Read(request, &balance));
  Table table;
  table.columns = {context->Col("member", {"会员编号", "Member"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("spendable_points", {"可用积分", "Can be spent"}),
                   context->Col("held_points", {"待领取商品占用", "In orders not collected"}),
                   context->Col("owed_points", {"欠分（以后的积分先还）", "Owed (paid by the next points)"}),
                   context->Col("next_expiry_points", {"最先到期的积分", "Next to expire"}),
                   context->Col("next_expire_date", {"到期日", "Expire after"}),
                   context->Col("sequence", {"账簿序号", "As of journal entry"})};
  Cell next_points;
  Cell next_day;
  for (const v1::PointsLot& lot : balance.lots()) {
    if (!lot.lapsed()) {
      next_points = Cell::Number(lot.points());
      next_day = LastDay(lot.expire_date(), *context);
      break;
    }
  }
  table.rows.push_back({Cell::Word(IdOf(balance.name())), Cell::Word(balance.display_name()),
                        Cell::Number(balance.spendable_points()), Cell::Number(balance.held_points()),
                        Cell::Number(balance.owed_points()), next_points, next_day, Cell::Number(balance.sequence())});
  return context->PrintOne(table);
}

absl::Status Lots(const Arguments& arguments, Context* context) {
  v1::GetPointsBalanceRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::GetPointsBalanceResponse balance;
  TB_RETURN_IF_ERROR(context->Read(request, &balance));
  Table table;
  table.columns = {context->Col("expire_date", {"可用到", "Last day"}),
                   context->Col("points", {"积分", "Points"}, Align::kRight), context->Col("lapsed", {"已过期", "Lapsed"})};
  for (const v1::PointsLot& lot : balance.lots()) {
    table.rows.push_back(
        {LastDay(lot.expire_date(), *context), Cell::Number(lot.points()), FlagCell(lot.lapsed(), context->language())});
  }
  return context->Print(table);
}

absl::Status Statement(const Arguments& arguments, Context* context) {
  return PrintStatement(arguments, v1::ASSET_POINTS, context);
}

// Both ways by hand.
template <typename Request, typename Response>
absl::Status ByHand(const Arguments& arguments, Context* context) {
  Request request;
  TB_ASSIGN_OR_RETURN(const int64_t points, WholeNumber(arguments.Get("points"), 1));
  request.set_points(points);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  Response response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("member", {"会员编号", "Member"}));
}

absl::Status Expiring(const Arguments& arguments, Context* context) {
  v1::ListExpiringPointsRequest request;
  int64_t days = 60;
  if (arguments.Has("within")) {
    TB_ASSIGN_OR_RETURN(days, WholeNumber(arguments.Get("within"), 0));
  }
  request.set_within_days(static_cast<int32_t>(std::min<int64_t>(days, INT32_MAX)));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("expire_date", {"可用到", "Last day"}), context->Col("member", {"会员编号", "Member"}),
                   context->Col("external_number", {"网点编号", "Number at the centre"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("points", {"积分", "Points"}, Align::kRight)};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListExpiringPointsResponse>(
      context->client(), request, [&table](const v1::ListExpiringPointsResponse& page) {
        for (const v1::ExpiringPoints& row : page.rows()) {
          table.rows.push_back({Cell::Word(row.expire_date()), Cell::Word(IdOf(row.member())),
                                Cell::Word(row.external_number()), Cell::Word(row.display_name()),
                                Cell::Number(row.points())});
        }
        return true;
      }));
  if (table.rows.empty()) {
    context->Say({absl::StrCat("今后 ", days, " 天内没有积分到期"),
                  absl::StrCat("no points expire within the next ", days, " days")});
  }
  return context->Print(table);
}

}  // namespace

std::vector<Command> PointsCommands() {
  const Argument member = {
      ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}};
  const Argument points = {ArgumentKind::kPlace, "points", {"多少分", "how many points"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  return {
      {"points", "balance", {"会员的积分", "a member's points"}, {member}, false, &Balance},
      {"points",
       "lots",
       {"会员的积分各在哪天到期，按使用顺序", "when a member's points expire, in the order of spending"},
       {member},
       false,
       &Lots},
      {"points",
       "statement",
       {"会员的积分明细", "a member's points, line by line"},
       {member,
        {ArgumentKind::kOption, "from", {"从哪一天入账", "first day of booking"}},
        {ArgumentKind::kOption, "to", {"到哪一天入账（含）", "last day of booking, inclusive"}}},
       false,
       &Statement},
      {"points",
       "award",
       {"奖励积分（须由本人以外的人办理）", "give points by hand (somebody other than the member)"},
       {member, points, reason},
       true,
       &ByHand<v1::AwardPointsRequest, v1::AwardPointsResponse>},
      {"points",
       "deduct",
       {"扣减积分（须由本人以外的人办理）", "take points by hand (somebody other than the member)"},
       {member, points, reason},
       true,
       &ByHand<v1::DeductPointsRequest, v1::DeductPointsResponse>},
      {"points",
       "expiring",
       {"列出谁的积分快到期了", "list whose points expire soon"},
       {{ArgumentKind::kOption, "within", {"多少天之内，默认 60", "within so many days; 60 when left out"}}},
       false,
       &Expiring},
  };
}

}  // namespace timebank::cli
