// The points shop: its orders.
#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/reward.pb.h"

namespace timebank::cli {
namespace {

Column OrderColumn(const Context& context) { return context.Col("order", {"兑换单编号", "Order"}); }

// "1234 5678" for people.
std::string Spaced(const std::string& code) {
  return code.size() == 8 ? absl::StrCat(code.substr(0, 4), " ", code.substr(4)) : code;
}

absl::Status Order(const Arguments& arguments, Context* context) {
  v1::CreateRewardOrderRequest request;
  request.set_member(arguments.Get("member"));
  if (arguments.Has("quantity")) {
    TB_ASSIGN_OR_RETURN(const int64_t quantity, WholeNumber(arguments.Get("quantity"), 1));
    request.set_quantity(quantity);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_reward(), context->Name("rewards", arguments.Get("reward")));
  v1::CreateRewardOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  Table more;
  more.columns = {context->Col("points", {"积分", "Points"}), context->Col("pickup_code", {"领取码", "Pickup code"})};
  more.rows.push_back(
      {Cell::Number(response.result().points()),
       response.pickup_code().empty() ? Cell() : Cell::ShownWord(Spaced(response.pickup_code()), response.pickup_code())});
  TB_RETURN_IF_ERROR(context->PrintReceipt(response.receipt(), OrderColumn(*context), more));
  if (response.pickup_code().empty()) {
    context->Warn(
        {"这张兑换单以前已经提交，领取码只显示一次；若已遗失，请取消后重新兑换",
         "this order was placed before, and its code is shown only once; if it is lost, cancel the order and order again"});
  } else {
    context->Warn({"领取码只显示这一次，请交给会员保管", "the code is shown this once only; give it to the member"});
  }
  return absl::OkStatus();
}

absl::Status Collect(const Arguments& arguments, Context* context) {
  v1::CollectRewardOrderRequest request;
  request.set_pickup_code(arguments.Get("code"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("rewardOrders", arguments.Get("order")));
  v1::CollectRewardOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  if (response.result().wrong_code()) {
    const int left = response.result().attempts_left();
    return WithExitCode(
        TextError(
            absl::StatusCode::kFailedPrecondition,
            left > 0
                ? Text{absl::StrCat("领取码不对，没有发放；还可以试 ", left, " 次"),
                       absl::StrCat("the code is wrong, nothing is handed out; ", left, " more tries are allowed")}
                : Text{"领取码不对，没有发放；错误次数已满，兑换单已锁定，只能取消",
                       "the code is wrong, nothing is handed out; that was the last try: the order is locked and can only "
                       "be cancelled"}),
        ExitCode::kRefused);
  }
  Table more;
  more.columns = {context->Col("state", {"状态", "State"}), context->Col("points", {"积分", "Points"})};
  more.rows.push_back({EnumCell(response.result().state(), context->language()), Cell::Number(response.result().points())});
  return context->PrintReceipt(response.receipt(), OrderColumn(*context), more);
}

absl::Status Cancel(const Arguments& arguments, Context* context) {
  v1::CancelRewardOrderRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("rewardOrders", arguments.Get("order")));
  v1::CancelRewardOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), OrderColumn(*context));
}

std::vector<Column> OrderColumns(const Context& context) {
  const Align right = Align::kRight;
  return {OrderColumn(context),
          context.Col("order_date", {"下单日期", "Ordered"}),
          context.Col("member", {"会员编号", "Member"}),
          context.Col("member_name", {"姓名", "Name"}),
          context.Col("reward_name", {"商品", "Reward"}),
          context.Col("quantity", {"件数", "How many"}, right),
          context.Col("points", {"积分", "Points"}, right),
          context.Col("center_name", {"领取网点", "Centre"}),
          context.Col("state", {"状态", "State"}),
          context.Col("collect_until_date", {"领取期限", "Collect until"})};
}

std::vector<Cell> OrderRow(const v1::RewardOrder& order, const Context& context) {
  return {
      Cell::Word(IdOf(order.name())),        Cell::Word(order.order_date()),  Cell::Word(IdOf(order.member())),
      Cell::Word(order.member_name()),       Cell::Word(order.reward_name()), Cell::Number(order.quantity()),
      Cell::Number(order.points()),          Cell::Word(order.center_name()), EnumCell(order.state(), context.language()),
      Cell::Word(order.collect_until_date())};
}

absl::Status Orders(const Arguments& arguments, Context* context) {
  v1::ListRewardOrdersRequest request;
  request.set_center(arguments.Get("center"));
  request.set_member(arguments.Get("member"));
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::RewardOrderState state, ParseEnum<v1::RewardOrderState>(arguments.Get("state")));
    request.set_state(state);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = OrderColumns(*context);
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListRewardOrdersResponse>(context->client(), request,
                                                               [&table, context](const v1::ListRewardOrdersResponse& page) {
                                                                 for (const v1::RewardOrder& order : page.orders()) {
                                                                   table.rows.push_back(OrderRow(order, *context));
                                                                 }
                                                                 return true;
                                                               }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> RewardOrderCommands() {
  const Argument order = {ArgumentKind::kPlace, "order", {"兑换单编号", "number of the order"}};
  return {
      {"reward",
       "order",
       {"用积分兑换商品，显示一次领取码", "order a reward; the pickup code is shown once"},
       {{ArgumentKind::kPlace, "reward", {"商品编号", "number of the reward"}},
        {ArgumentKind::kNeeded, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}},
        {ArgumentKind::kOption, "quantity", {"几件，默认 1", "how many; 1 when left out"}}},
       true,
       &Order},
      {"reward",
       "collect",
       {"凭领取码发放商品", "hand the goods out for the code"},
       {order, {ArgumentKind::kNeeded, "code", {"领取码，8 位数字", "the pickup code, eight digits"}}},
       true,
       &Collect},
      {"reward",
       "cancel",
       {"取消兑换，积分和库存退回", "cancel an order: points and goods go back"},
       {order, {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}}},
       true,
       &Cancel},
      {"reward",
       "orders",
       {"列出兑换单", "list orders"},
       {{ArgumentKind::kOption, "center", {"只列在这个网点待领取的", "only those that wait at this centre"}},
        {ArgumentKind::kOption, "member", {"只列这位会员的", "only of this member"}},
        {ArgumentKind::kOption, "state", {"只列这种状态的，如 placed", "only those in this state, as placed"}}},
       false,
       &Orders},
  };
}

}  // namespace timebank::cli
