// The points shop: its catalogue.
#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/reward.pb.h"

namespace timebank::cli {
namespace {

absl::Status Create(const Arguments& arguments, Context* context) {
  v1::CreateRewardRequest request;
  request.set_display_name(arguments.Get("name"));
  request.set_center(arguments.Get("center"));
  TB_ASSIGN_OR_RETURN(const int64_t price, WholeNumber(arguments.Get("price"), 1));
  request.set_price(price);
  TB_ASSIGN_OR_RETURN(const int64_t stock, WholeNumber(arguments.Get("stock"), 0));
  request.set_stock(stock);
  if (arguments.Has("limit")) {
    TB_ASSIGN_OR_RETURN(const int64_t limit, WholeNumber(arguments.Get("limit"), 0));
    request.set_limit(limit);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_until_date(), IsoDay(arguments.Get("until")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateRewardResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("reward", {"商品编号", "Reward"}));
}

absl::Status Change(const Arguments& arguments, Context* context) {
  v1::UpdateRewardRequest request;
  if (arguments.Has("withdraw") && arguments.Has("offer")) {
    return InvalidText({"--withdraw 与 --offer 只能写一个", "--withdraw goes not with --offer"});
  }
  if (arguments.Has("name")) {
    request.set_display_name(arguments.Get("name"));
  }
  if (arguments.Has("price")) {
    TB_ASSIGN_OR_RETURN(const int64_t price, WholeNumber(arguments.Get("price"), 1));
    request.set_price(price);
  }
  if (arguments.Has("limit")) {
    TB_ASSIGN_OR_RETURN(const int64_t limit, WholeNumber(arguments.Get("limit"), 0));
    request.set_limit(limit);
  }
  if (arguments.Has("from")) {
    TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  }
  if (arguments.Has("until")) {
    const bool no_end = arguments.Get("until") == "none";
    TB_ASSIGN_OR_RETURN(*request.mutable_until_date(), IsoDay(no_end ? "" : arguments.Get("until")));
  }
  if (arguments.Has("withdraw") || arguments.Has("offer")) {
    request.set_withdrawn(arguments.Has("withdraw"));
  }
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("rewards", arguments.Get("reward")));
  v1::UpdateRewardResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("reward", {"商品编号", "Reward"}));
}

absl::Status Count(const Arguments& arguments, Context* context) {
  v1::CountStockRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t counted, WholeNumber(arguments.Get("counted"), 0));
  request.set_counted(counted);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("rewards", arguments.Get("reward")));
  v1::CountStockResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  Table more;
  more.columns = {context->Col("stock_before", {"账面库存", "Stock before"}),
                  context->Col("stock_counted", {"盘点库存", "Counted"}),
                  context->Col("difference", {"差异", "Difference"})};
  more.rows.push_back({Cell::Number(response.stock_before()), Cell::Number(response.stock_counted()),
                       Cell::Number(response.stock_counted() - response.stock_before())});
  return context->PrintReceipt(response.receipt(), context->Col("reward", {"商品编号", "Reward"}), more);
}

std::vector<Column> RewardColumns(const Context& context) {
  const Align right = Align::kRight;
  return {context.Col("reward", {"编号", "Reward"}),          context.Col("display_name", {"商品", "Name"}),
          context.Col("center_name", {"领取网点", "Centre"}), context.Col("price", {"积分", "Points"}, right),
          context.Col("stock", {"库存", "Stock"}, right),     context.Col("limit", {"每人限兑", "Limit"}, right),
          context.Col("from_date", {"第一天", "First day"}),  context.Col("until_date", {"最后一天", "Last day"}),
          context.Col("withdrawn", {"已下架", "Withdrawn"})};
}

std::vector<Cell> RewardRow(const v1::Reward& reward, const Context& context) {
  return {Cell::Word(IdOf(reward.name())),
          Cell::Word(reward.display_name()),
          Cell::Word(reward.center_name()),
          Cell::Number(reward.price()),
          Cell::Number(reward.stock()),
          reward.limit() == 0 ? Cell::ShownNumber(context.Pick({"按规则", "by rule"}), 0) : Cell::Number(reward.limit()),
          Cell::Word(reward.from_date()),
          Cell::Word(reward.until_date()),
          FlagCell(reward.withdrawn(), context.language())};
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetRewardRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("rewards", arguments.Get("reward")));
  v1::GetRewardResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  Table table;
  table.columns = RewardColumns(*context);
  table.rows.push_back(RewardRow(response.reward(), *context));
  return context->PrintOne(table);
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListRewardsRequest request;
  request.set_center(arguments.Get("center"));
  request.set_show_all(arguments.Has("all"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = RewardColumns(*context);
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListRewardsResponse>(context->client(), request,
                                                          [&table, context](const v1::ListRewardsResponse& page) {
                                                            for (const v1::Reward& reward : page.rewards()) {
                                                              table.rows.push_back(RewardRow(reward, *context));
                                                            }
                                                            return true;
                                                          }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> RewardCommands() {
  const Argument reward = {ArgumentKind::kPlace, "reward", {"商品编号", "number of the reward"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  const Argument limit = {ArgumentKind::kOption,
                          "limit",
                          {"每位会员每期最多几件，0 为按规则 reward_limit",
                           "at most so many per member and period; 0: by the rule reward_limit"}};
  return {
      {"reward",
       "create",
       {"商品上架", "put a reward into the catalogue"},
       {{ArgumentKind::kNeeded, "name", {"商品名称", "what people call it"}},
        {ArgumentKind::kNeeded, "center", {"领取网点的代码或名称", "code or name of the centre where it is collected"}},
        {ArgumentKind::kNeeded, "price", {"每件多少积分", "points for one"}},
        {ArgumentKind::kNeeded, "stock", {"库存件数", "how many there are"}},
        limit,
        {ArgumentKind::kOption,
         "from",
         {"可以兑换的第一天，默认今天", "first day on which it can be ordered; today when left out"}},
        {ArgumentKind::kOption,
         "until",
         {"可以兑换的最后一天（含），不写则一直可以", "last such day, inclusive; no end when left out"}}},
       true,
       &Create},
      {"reward",
       "change",
       {"改变商品（已下的兑换单不变）", "change a reward (orders that were placed stay)"},
       {reward,
        {ArgumentKind::kOption, "name", {"新名称", "new name"}},
        {ArgumentKind::kOption, "price", {"新价格，每件多少积分", "new price of one, in points"}},
        limit,
        {ArgumentKind::kOption, "from", {"可以兑换的第一天", "first day on which it can be ordered"}},
        {ArgumentKind::kOption, "until", {"可以兑换的最后一天，none 为没有", "last such day; none for no end"}},
        {ArgumentKind::kSwitch, "withdraw", {"下架", "take it out of the catalogue"}},
        {ArgumentKind::kSwitch, "offer", {"重新上架", "put it back into the catalogue"}},
        reason},
       true,
       &Change},
      {"reward",
       "count",
       {"盘点库存", "set the stock to what was counted"},
       {reward,
        {ArgumentKind::kPlace, "counted", {"实有件数，不含已预留的", "how many are there, without those put aside"}},
        reason},
       true,
       &Count},
      {"reward", "show", {"查看一件商品", "show one reward"}, {reward}, false, &Show},
      {"reward",
       "list",
       {"列出今天可以兑换的商品", "list what can be ordered today"},
       {{ArgumentKind::kOption, "center", {"只列这个网点的", "only of this centre"}},
        {ArgumentKind::kSwitch, "all", {"也列下架的和不在兑换期的", "also what is withdrawn or not offered today"}}},
       false,
       &List},
  };
}

}  // namespace timebank::cli
