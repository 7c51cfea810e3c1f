// Who orders for whom.
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

}  // namespace

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
        {ArgumentKind::kPlaces, "category", {"只限这些类别的服务，默认不限", "only these kinds of care; any when left out"}},
        {ArgumentKind::kOption, "per-order", {"每单最多多久", "longest order"}},
        {ArgumentKind::kOption, "per-month", {"每月最多多久", "most in a month"}},
        {ArgumentKind::kOption, "until", {"最后一天", "last day"}}},
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
