// Who orders for whom, and orders that come back every week.
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/proxy.pb.h"

namespace timebank::cli {
namespace {

absl::Status Propose(const Arguments& arguments, Context* context) {
  v1::CreateProxyRequest request;
  request.set_elder(NarrowTrimmed(arguments.Get("elder")));
  request.set_agent(NarrowTrimmed(arguments.Get("agent")));
  if (arguments.Has("per-order")) {
    TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("per-order")));
    request.set_order_minutes(minutes);
  }
  if (arguments.Has("per-month")) {
    TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("per-month")));
    request.set_month_minutes(minutes);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_until_date(), IsoDay(arguments.Get("until")));
  for (const std::string& category : arguments.All("category")) {
    request.add_categories(category);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateProxyResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("proxy", {"代理编号", "Proxy"}));
}

template <v1::ProxyState kState>
absl::Status Change(const Arguments& arguments, Context* context) {
  v1::ChangeProxyRequest request;
  request.set_state(kState);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("proxies", arguments.Get("proxy")));
  v1::ChangeProxyResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("proxy", {"代理编号", "Proxy"}));
}

// Empty where there is no limit.
Cell Limit(int64_t minutes, const Context& context) { return minutes == 0 ? Cell() : context.Minutes(minutes); }

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListProxiesRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("proxy", {"编号", "Proxy"}, Align::kRight),
                   context->Col("elder", {"老人", "Elder"}),
                   context->Col("agent", {"代理人", "Acts for her"}),
                   context->Col("state", {"状态", "State"}),
                   context->Col("order_minutes", {"每单最多", "Per order"}, Align::kRight),
                   context->Col("month_minutes", {"每月最多", "Per month"}, Align::kRight),
                   context->Col("until_date", {"截止", "Until"}),
                   context->Col("categories", {"类别", "Kinds of care"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListProxiesResponse>(
      context->client(), request, [&table, context](const v1::ListProxiesResponse& page) {
        for (const v1::Proxy& proxy : page.proxies()) {
          table.rows.push_back({Cell::Word(IdOf(proxy.name())), Cell::Word(proxy.elder()), Cell::Word(proxy.agent()),
                                EnumCell(proxy.state(), context->language()), Limit(proxy.order_minutes(), *context),
                                Limit(proxy.month_minutes(), *context), Cell::Word(proxy.until_date()),
                                Cell::Word(absl::StrJoin(proxy.categories(), " "))});
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status Repeat(const Arguments& arguments, Context* context) {
  v1::CreateRecurringOrderRequest request;
  request.set_payer(NarrowTrimmed(arguments.Get("member")));
  request.set_beneficiary(NarrowTrimmed(arguments.Get("for")));
  request.set_center(arguments.Get("center"));
  request.set_category(arguments.Get("category"));
  TB_ASSIGN_OR_RETURN(*request.mutable_first_date(), IsoDay(arguments.Get("first")));
  TB_ASSIGN_OR_RETURN(*request.mutable_until_date(), IsoDay(arguments.Get("until")));
  TB_ASSIGN_OR_RETURN(const int minute, ParseTimeOfDay(arguments.Get("start")));
  request.set_minute_of_day(minute);
  TB_ASSIGN_OR_RETURN(const int64_t planned, ParseDuration(arguments.Get("duration")));
  request.set_planned_minutes(planned);
  request.set_note(arguments.Get("note"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateRecurringOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("recurring", {"周期订单编号", "Recurring order"}));
}

absl::Status Stop(const Arguments& arguments, Context* context) {
  v1::EndRecurringOrderRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("recurringOrders", arguments.Get("recurring")));
  v1::EndRecurringOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("recurring", {"周期订单编号", "Recurring order"}));
}

absl::Status Series(const Arguments& arguments, Context* context) {
  v1::ListRecurringOrdersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("recurring", {"编号", "Series"}, Align::kRight),
                   context->Col("active", {"进行中", "Active"}),
                   context->Col("first_date", {"第一次", "First"}),
                   context->Col("time", {"几点", "At"}),
                   context->Col("planned_minutes", {"时长", "How long"}, Align::kRight),
                   context->Col("category", {"类别", "Category"}),
                   context->Col("payer", {"付出时间的会员", "Whose hours pay"}),
                   context->Col("beneficiary", {"服务对象", "For"}),
                   context->Col("center_name", {"网点", "Centre"}),
                   context->Col("next_date", {"下一单日期", "Next order for"}),
                   context->Col("next_time", {"生成时间", "Made at"}),
                   context->Col("until_date", {"截止", "Until"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListRecurringOrdersResponse>(
      context->client(), request, [&table, context](const v1::ListRecurringOrdersResponse& page) {
        for (const v1::RecurringOrder& one : page.recurring_orders()) {
          const std::string time = absl::StrFormat("%02d:%02d", one.minute_of_day() / 60, one.minute_of_day() % 60);
          table.rows.push_back({Cell::Word(IdOf(one.name())), FlagCell(one.active(), context->language()),
                                Cell::Word(one.first_date()), Cell::Word(time), context->Minutes(one.planned_minutes()),
                                Cell::Word(one.category()), Cell::Word(one.payer()), Cell::Word(one.beneficiary()),
                                Cell::Word(one.center_name()), Cell::Word(one.next_date()),
                                Cell::Word(FormatMoment(one.next_time())), Cell::Word(one.until_date())});
        }
        return true;
      }));
  return context->Print(table);
}

std::vector<Command> Recurring() {
  return {
      {"order",
       "repeat",
       {"每周同一时间的服务，逐周下单", "the same care every week, ordered week by week"},
       {{ArgumentKind::kPlace, "member", {"用谁的时间：会员编号", "whose hours pay: member number"}},
        {ArgumentKind::kOption, "for", {"为哪位亲属，默认本人", "for which relative; the member when left out"}},
        {ArgumentKind::kNeeded, "category", {"服务类别", "kind of care"}},
        {ArgumentKind::kNeeded, "first", {"第一次的日期，以后每 7 天", "first day; then every seventh"}},
        {ArgumentKind::kOption, "until", {"最后一天", "last day"}},
        {ArgumentKind::kNeeded, "start", {"几点开始", "time of day"}},
        {ArgumentKind::kNeeded, "duration", {"多久，如 2小时", "how long, as 2h"}},
        {ArgumentKind::kOption, "center", {"由哪个网点安排", "centre that sees to it"}},
        {ArgumentKind::kOption, "note", {"只给志愿者和网点看的备注", "note for the volunteer and the centre alone"}}},
       true,
       &Repeat},
      {"order",
       "stop",
       {"停止周期订单（已下的单不变）", "end a recurring order (orders that were made stay)"},
       {{ArgumentKind::kPlace, "recurring", {"周期订单编号", "number of the recurring order"}},
        {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}}},
       true,
       &Stop},
      {"order",
       "series",
       {"列出会员的周期订单", "list the recurring orders of a member"},
       {{ArgumentKind::kPlace, "member", {"会员编号", "member number"}}},
       false,
       &Series},
  };
}

}  // namespace

std::vector<Command> RecurringCommands() { return Recurring(); }

std::vector<Command> ProxyCommands() {
  const Argument proxy = {ArgumentKind::kPlace, "proxy", {"代理编号", "number of the proxy"}};
  const Argument reason = {
      ArgumentKind::kNeeded, "reason", {"原因或凭证（不写个人信息）", "why, or which document (no personal data)"}};
  return {
      {"proxy",
       "propose",
       {"提出由谁代老人下单，及老人定的限度", "say who may order for an elder, within which limits"},
       {{ArgumentKind::kPlace, "elder", {"老人的会员编号", "member number of the elder"}},
        {ArgumentKind::kPlace, "agent", {"代理人的会员编号", "member number of who acts for her"}},
        {ArgumentKind::kOption, "per-order", {"每单最多多久", "longest order"}},
        {ArgumentKind::kOption, "per-month", {"每月最多多久", "most in a month"}},
        {ArgumentKind::kOption, "until", {"最后一天", "last day"}},
        {ArgumentKind::kOption, "category", {"只限此类服务", "only this kind of care"}}},
       true,
       &Propose},
      {"proxy", "prove", {"已核对凭证", "a document was seen"}, {proxy, reason}, true, &Change<v1::PROXY_STATE_PROVED>},
      {"proxy", "bind", {"绑定生效", "put it in force"}, {proxy, reason}, true, &Change<v1::PROXY_STATE_BOUND>},
      {"proxy", "revoke", {"解除", "end it"}, {proxy, reason}, true, &Change<v1::PROXY_STATE_REVOKED>},
      {"proxy",
       "list",
       {"列出会员的代理", "list the proxies of a member, on either side"},
       {{ArgumentKind::kPlace, "member", {"会员编号", "member number"}}},
       false,
       &List},
  };
}

}  // namespace timebank::cli
