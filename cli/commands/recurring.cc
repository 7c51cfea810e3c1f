// Orders that come back every week.
#include <map>
#include <string>

#include "absl/strings/str_format.h"
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

template <v1::RecurringOrderState kState>
absl::Status ChangeSeries(const Arguments& arguments, Context* context) {
  v1::ChangeRecurringOrderRequest request;
  request.set_state(kState);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("recurringOrders", arguments.Get("recurring")));
  v1::ChangeRecurringOrderResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("recurring", {"周期订单编号", "Recurring order"}));
}

// Why a week has no order, in the words of a column.
Cell SkipCell(const std::string& reason, Language language) {
  static const auto* const words = new std::map<std::string, Text>{
      {"BALANCE_TOO_LOW", {"时间不够", "not enough hours"}},
      {"MEMBER_NOT_ACTIVE", {"会员已停用", "a member is suspended"}},
      {"BENEFICIARY_NOT_KIN", {"不再是亲属", "no longer bound kin"}},
      {"BENEFICIARY_TOO_YOUNG", {"年龄不到", "too young"}},
      {"NOT_PROXY", {"代理已解除", "the proxy was revoked"}},
      {"PROXY_ENDED", {"代理已到期", "the proxy has ended"}},
      {"PROXY_CATEGORY", {"代理不含此类服务", "kind of care not allowed to the proxy"}},
      {"PROXY_ORDER_TOO_LONG", {"超过代理每单限度", "above the proxy's limit of an order"}},
      {"PROXY_MONTH_TOO_LONG", {"超过代理每月限度", "above the proxy's limit of a month"}},
      {"RECORD_TOO_SHORT", {"短于最短服务", "shorter than the shortest service"}},
      {"ORDER_STARTS_IN_PAST", {"时间已过", "its time had passed"}},
  };
  const auto found = words->find(reason);
  return found == words->end() ? Cell::Word(reason) : Cell::ShownWord(found->second.Pick(language), reason);
}

absl::Status Series(const Arguments& arguments, Context* context) {
  v1::ListRecurringOrdersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("recurring", {"编号", "Series"}, Align::kRight),
                   context->Col("state", {"状态", "State"}),
                   context->Col("first_date", {"第一次", "First"}),
                   context->Col("time", {"几点", "At"}),
                   context->Col("planned_minutes", {"时长", "How long"}, Align::kRight),
                   context->Col("category", {"类别", "Category"}),
                   context->Col("payer", {"付出时间的会员", "Whose hours pay"}),
                   context->Col("beneficiary", {"服务对象", "For"}),
                   context->Col("center_name", {"网点", "Centre"}),
                   context->Col("next_date", {"下一单日期", "Next order for"}),
                   context->Col("next_time", {"生成时间", "Made at"}),
                   context->Col("until_date", {"截止", "Until"}),
                   context->Col("skipped_date", {"最近一次未下单", "Last without an order"}),
                   context->Col("skipped_reason", {"原因", "Why"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListRecurringOrdersResponse>(
      context->client(), request, [&table, context](const v1::ListRecurringOrdersResponse& page) {
        for (const v1::RecurringOrder& one : page.recurring_orders()) {
          const std::string time = absl::StrFormat("%02d:%02d", one.minute_of_day() / 60, one.minute_of_day() % 60);
          table.rows.push_back({Cell::Word(IdOf(one.name())), EnumCell(one.state(), context->language()),
                                Cell::Word(one.first_date()), Cell::Word(time), context->Minutes(one.planned_minutes()),
                                Cell::Word(one.category()), Cell::Word(one.payer()), Cell::Word(one.beneficiary()),
                                Cell::Word(one.center_name()), Cell::Word(one.next_date()),
                                Cell::Word(FormatMoment(one.next_time())), Cell::Word(one.until_date()),
                                Cell::Word(one.skipped_date()), SkipCell(one.skipped_reason(), context->language())});
        }
        return true;
      }));
  return context->Print(table);
}

// Every week without an order, of all series of a member.
absl::Status Skipped(const Arguments& arguments, Context* context) {
  v1::ListRecurringOrdersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("recurring", {"周期订单", "Series"}, Align::kRight),
                   context->Col("category", {"类别", "Category"}),
                   context->Col("beneficiary", {"服务对象", "For"}),
                   context->Col("date", {"哪一天没有下单", "Day without an order"}),
                   context->Col("reason", {"原因", "Why"}),
                   context->Col("retry_time", {"何时再试", "Tried again at"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListRecurringOrdersResponse>(
      context->client(), request, [&table, context](const v1::ListRecurringOrdersResponse& page) {
        for (const v1::RecurringOrder& one : page.recurring_orders()) {
          for (const v1::SkippedWeek& week : one.skipped_weeks()) {
            table.rows.push_back({Cell::Word(IdOf(one.name())), Cell::Word(one.category()), Cell::Word(one.beneficiary()),
                                  Cell::Word(week.date()), SkipCell(week.reason(), context->language()),
                                  week.has_retry_time() ? Cell::Word(FormatMoment(week.retry_time())) : Cell()});
          }
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> RecurringCommands() {
  const Argument recurring = {ArgumentKind::kPlace, "recurring", {"周期订单编号", "number of the recurring order"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
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
       "pause",
       {"暂停周期订单（已下的单不变）", "pause a recurring order (orders that were made stay)"},
       {recurring, reason},
       true,
       &ChangeSeries<v1::RECURRING_ORDER_STATE_PAUSED>},
      {"order",
       "resume",
       {"恢复周期订单（暂停期间的不补）", "let a paused recurring order go on (weeks that passed are not made up for)"},
       {recurring, reason},
       true,
       &ChangeSeries<v1::RECURRING_ORDER_STATE_ACTIVE>},
      {"order",
       "stop",
       {"停止周期订单（已下的单不变）", "end a recurring order (orders that were made stay)"},
       {recurring, reason},
       true,
       &ChangeSeries<v1::RECURRING_ORDER_STATE_ENDED>},
      {"order",
       "series",
       {"列出会员的周期订单", "list the recurring orders of a member"},
       {{ArgumentKind::kPlace, "member", {"会员编号", "member number"}}},
       false,
       &Series},
      {"order",
       "skipped",
       {"周期订单中没有下单的各周及原因", "the weeks for which a recurring order has made no order, and why"},
       {{ArgumentKind::kPlace, "member", {"会员编号", "member number"}}},
       false,
       &Skipped},
  };
}

}  // namespace timebank::cli
