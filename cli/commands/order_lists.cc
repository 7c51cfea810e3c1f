// Care orders: what is read.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/order.pb.h"

namespace timebank::cli {
namespace {

Cell Moment(const google::protobuf::Timestamp& moment) { return Cell::Word(FormatMoment(moment)); }

Cell Score(int32_t score) { return score == 0 ? Cell() : Cell::Number(score); }

std::vector<Column> Columns(const Context& context) {
  const Align right = Align::kRight;
  return {context.Col("order", {"订单", "Order"}, right),
          context.Col("state", {"状态", "State"}),
          context.Col("start", {"预约时间", "When"}),
          context.Col("planned_minutes", {"预约时长", "Ordered"}, right),
          context.Col("category", {"类别", "Category"}),
          context.Col("beneficiary", {"服务对象", "For"}),
          context.Col("beneficiary_name", {"姓名", "Name"}),
          context.Col("volunteer", {"志愿者", "Volunteer"}),
          context.Col("volunteer_name", {"志愿者姓名", "Volunteer's name"}),
          context.Col("center_name", {"网点", "Centre"}),
          context.Col("actual_minutes", {"实际时长", "Served"}, right)};
}

std::vector<Cell> Row(const v1::Order& order, const Context& context) {
  return {Cell::Word(IdOf(order.name())),
          EnumCell(order.state(), context.language()),
          Moment(order.start_time()),
          context.Minutes(order.planned_minutes()),
          Cell::Word(order.category()),
          Cell::Word(order.beneficiary()),
          Cell::Word(order.beneficiary_name()),
          Cell::Word(order.volunteer()),
          Cell::Word(order.volunteer_name()),
          Cell::Word(order.center_name()),
          context.Minutes(order.actual_minutes())};
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetOrderRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("orders", arguments.Get("order")));
  v1::GetOrderResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  const v1::Order& order = response.order();
  Table table{Columns(*context), {Row(order, *context)}};
  const std::vector<std::pair<Column, Cell>> more = {
      {context->Col("payer", {"付出时间的会员", "Whose hours pay"}), Cell::Word(order.payer())},
      {context->Col("payer_name", {"其姓名", "Their name"}), Cell::Word(order.payer_name())},
      {context->Col("paid_minutes", {"已支付", "Paid"}), context->Minutes(order.paid_minutes())},
      {context->Col("pool_minutes", {"其中记入公益池", "Of it to the pool"}), context->Minutes(order.pool_minutes())},
      {context->Col("expire_date", {"最晚完成日", "Ends at the latest"}), Cell::Word(order.expire_date())},
      {context->Col("confirm_time", {"自动验收时间", "Confirms itself at"}), Moment(order.confirm_time())},
      {context->Col("record", {"服务记录", "Record"}), Cell::Word(IdOf(order.record()))},
      {context->Col("ended_by", {"由哪一方造成", "Ended by"}), EnumCell(order.ended_by(), context->language())},
      {context->Col("volunteer_score", {"对志愿者的评价", "Score of the volunteer"}), Score(order.volunteer_score())},
      {context->Col("elder_score", {"对服务对象的评价", "Score of the elder"}), Score(order.elder_score())},
      {context->Col("has_note", {"有备注", "Has a note"}), FlagCell(order.has_note(), context->language())},
      {context->Col("requester", {"下单人", "Ordered by"}), Cell::Word(order.requester())},
      {context->Col("proxy", {"经由代理", "By the proxy"}), Cell::Word(IdOf(order.proxy()))},
      {context->Col("recurring", {"周期订单", "Of the recurring order"}), Cell::Word(IdOf(order.recurring()))},
      {context->Col("record_time", {"下单时间", "Ordered at"}), Moment(order.record_time())},
      {context->Col("reason", {"原因", "Reason"}), Cell::Word(order.reason())},
  };
  for (const auto& [column, cell] : more) {
    table.columns.push_back(column);
    table.rows[0].push_back(cell);
  }
  return context->PrintOne(table);
}

absl::Status Note(const Arguments& arguments, Context* context) {
  v1::GetOrderNoteRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("orders", arguments.Get("order")));
  v1::GetOrderNoteResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  Table table;
  table.columns = {context->Col("order", {"订单", "Order"}), context->Col("note", {"备注", "Note"})};
  table.rows = {{Cell::Word(IdOf(request.name())), Cell::Word(response.note())}};
  return context->PrintOne(table);
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListOrdersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::OrderState state, ParseEnum<v1::OrderState>(arguments.Get("state")));
    request.set_state(state);
  }
  Table table;
  table.columns = Columns(*context);
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListOrdersResponse>(context->client(), request, [&table, context](const v1::ListOrdersResponse& page) {
        for (const v1::Order& order : page.orders()) {
          table.rows.push_back(Row(order, *context));
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status Board(const Arguments& arguments, Context* context) {
  v1::ListOpenOrdersRequest request;
  request.set_scope(arguments.Get("scope"));
  if (arguments.Has("distance")) {
    TB_ASSIGN_OR_RETURN(const int64_t distance, WholeNumber(arguments.Get("distance"), 0));
    request.set_distance(static_cast<int32_t>(std::min<int64_t>(distance, 20)));
  }
  request.set_category(arguments.Get("category"));
  const std::string& from = arguments.Has("date") ? arguments.Get("date") : arguments.Get("from");
  const std::string& to = arguments.Has("date") ? arguments.Get("date") : arguments.Get("to");
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(from));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(to));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("order", {"订单", "Order"}, Align::kRight),
                   context->Col("start", {"预约时间", "When"}),
                   context->Col("planned_minutes", {"时长", "How long"}, Align::kRight),
                   context->Col("category", {"类别", "Category"}),
                   context->Col("center_name", {"网点", "Centre"}),
                   context->Col("distance", {"距离", "Distance"}, Align::kRight)};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListOpenOrdersResponse>(
      context->client(), request, [&table, context](const v1::ListOpenOrdersResponse& page) {
        for (const v1::OpenOrder& open : page.orders()) {
          const v1::Order& order = open.order();
          table.rows.push_back({Cell::Word(IdOf(order.name())), Moment(order.start_time()),
                                context->Minutes(order.planned_minutes()), Cell::Word(order.category()),
                                Cell::Word(order.center_name()), Cell::Number(open.distance())});
        }
        return true;
      }));
  return context->Print(table);
}

// 475 as "4.75".
std::string Mean(const v1::VolunteerSuggestion& one) {
  return absl::StrFormat("%d.%02d", one.mean_score_percent() / 100, one.mean_score_percent() % 100);
}

// The reasons in one phrase that can be read out.
std::string Why(const v1::VolunteerSuggestion& one, const Context& context) {
  const Text free = one.free() ? Text{"届时有空", "free then"} : Text{"届时已有安排", "busy then"};
  const Text kind =
      one.never_served() ? Text{"还没有服务过", "never served yet"}
      : one.services() == 0
          ? Text{"半年内没有服务过", "no service in half a year"}
          : Text{absl::StrCat("做过同类服务 ", one.category_services(), " 次"),
                 absl::StrCat(one.category_services(),
                              one.category_services() == 1 ? " service of this kind" : " services of this kind")};
  const Text near = one.distance() == 0
                        ? Text{"同一区域", "same scope"}
                        : Text{absl::StrCat("相距 ", one.distance(), " 级"),
                               absl::StrCat(one.distance(), one.distance() == 1 ? " step away" : " steps away")};
  const std::string mean = Mean(one);
  const Text judged = one.evaluations() == 0 ? Text{"尚无评价", "not evaluated yet"}
                                             : Text{absl::StrCat("评价 ", mean), absl::StrCat("evaluation ", mean)};
  const std::string comma = context.Pick({"，", ", "});
  return absl::StrCat(context.Pick(free), comma, context.Pick(kind), comma, context.Pick(near), comma, context.Pick(judged));
}

absl::Status Suggest(const Arguments& arguments, Context* context) {
  v1::SuggestVolunteersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("orders", arguments.Get("order")));
  request.set_page_size(10);
  if (arguments.Has("most")) {
    TB_ASSIGN_OR_RETURN(const int64_t most, WholeNumber(arguments.Get("most"), 1));
    request.set_page_size(static_cast<int32_t>(std::min<int64_t>(most, kPageRows)));
  }
  v1::SuggestVolunteersResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  const Align right = Align::kRight;
  Table table;
  table.columns = {context->Col("volunteer", {"志愿者", "Volunteer"}),
                   context->Col("volunteer_name", {"姓名", "Name"}),
                   context->Col("center_name", {"网点", "Centre"}),
                   context->Col("free", {"有空", "Free"}),
                   context->Col("category_services", {"同类服务", "Of this kind"}, right),
                   context->Col("services", {"近期服务", "Services"}, right),
                   context->Col("distance", {"距离", "Distance"}, right),
                   context->Col("mean_score_percent", {"评价", "Evaluation"}, right),
                   context->Col("evaluations", {"评价数", "Evaluations"}, right),
                   context->Col("why", {"理由", "Why"})};
  for (const v1::VolunteerSuggestion& one : response.suggestions()) {
    table.rows.push_back({Cell::Word(one.volunteer()), Cell::Word(one.volunteer_name()), Cell::Word(one.center_name()),
                          FlagCell(one.free(), context->language()), Cell::Number(one.category_services()),
                          Cell::Number(one.services()), Cell::Number(one.distance()),
                          one.evaluations() == 0 ? Cell() : Cell::ShownNumber(Mean(one), one.mean_score_percent()),
                          Cell::Number(one.evaluations()), Cell::Word(Why(one, *context))});
  }
  return context->Print(table);
}

absl::Status NoShows(const Arguments& arguments, Context* context) {
  v1::ListNoShowsRequest request;
  if (arguments.Has("year")) {
    TB_ASSIGN_OR_RETURN(const int64_t year, WholeNumber(arguments.Get("year"), 1900));
    request.set_year(static_cast<int32_t>(std::min<int64_t>(year, 2200)));
  }
  request.set_review_only(arguments.Has("review"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("member", {"会员", "Member"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("as_volunteer", {"作为志愿者", "As a volunteer"}, Align::kRight),
                   context->Col("as_elder", {"作为服务对象", "As an elder"}, Align::kRight),
                   context->Col("judged", {"其中已审查", "Of these reviewed"}, Align::kRight),
                   context->Col("review", {"须审查是否暂停", "Suspension under review"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListNoShowsResponse>(
      context->client(), request, [&table, context](const v1::ListNoShowsResponse& page) {
        for (const v1::NoShowCount& count : page.counts()) {
          table.rows.push_back({Cell::Word(count.member()), Cell::Word(count.display_name()),
                                Cell::Number(count.as_volunteer()), Cell::Number(count.as_elder()),
                                Cell::Number(count.judged()), FlagCell(count.review(), context->language())});
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> OrderListCommands() {
  const Argument order = {ArgumentKind::kPlace, "order", {"订单编号", "number of the order"}};
  return {
      {"order", "show", {"查看订单", "show an order"}, {order}, false, &Show},
      {"order",
       "note",
       {"查看备注（只限当事志愿者和网点）", "show the private note (for its volunteer and the centre)"},
       {order},
       false,
       &Note},
      {"order",
       "list",
       {"列出会员的订单", "list the orders of a member, on whichever side"},
       {{ArgumentKind::kPlace, "member", {"会员编号", "member number"}},
        {ArgumentKind::kOption, "state", {"只列此状态，如 done", "only this state, as done"}}},
       false,
       &List},
      {"order",
       "board",
       {"公告板：等待志愿者的订单", "the board: orders that want a volunteer"},
       {{ArgumentKind::kOption, "scope", {"从哪个区域看：区域代码", "looked at from which scope: its code"}},
        {ArgumentKind::kOption,
         "distance",
         {"区域树上最多相距几级，默认 0", "steps in the tree of scopes at most; 0 when left out"}},
        {ArgumentKind::kOption, "category", {"服务类别", "kind of care"}},
        {ArgumentKind::kOption, "date", {"哪一天", "which day"}},
        {ArgumentKind::kOption, "from", {"从哪天", "first day"}},
        {ArgumentKind::kOption, "to", {"到哪天", "last day"}}},
       false,
       &Board},
      {"order",
       "suggest",
       {"推荐志愿者，并说明理由（供工作人员）", "who could serve an order, and why (for staff)"},
       {order, {ArgumentKind::kOption, "most", {"最多几位，默认 10", "how many at most; 10 when left out"}}},
       false,
       &Suggest},
      {"order",
       "no-shows",
       {"列出一年内的爽约", "list who did not show up in a year"},
       {{ArgumentKind::kOption, "year", {"哪一年，默认今年", "which year; this one when left out"}},
        {ArgumentKind::kSwitch, "review", {"只列须审查的", "only those under review"}}},
       false,
       &NoShows},
  };
}

}  // namespace timebank::cli
