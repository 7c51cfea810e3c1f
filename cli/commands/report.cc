// Reports, with charts for people.
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/chart.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/report.pb.h"

namespace timebank::cli {
namespace {

constexpr size_t kBarWidth = 24;

// The last column of a table for people: a bar for each row. Spreadsheets and programs draw their own.
class Bars {
 public:
  Bars(const Context& context, Table* table) : shown_(context.format() == Format::kTable), table_(table) {
    if (shown_) {
      table_->columns.push_back(context.Col("chart", {"", ""}));
    }
  }
  void Add(std::vector<Cell> row, int64_t value) {
    values_.push_back(value);
    table_->rows.push_back(std::move(row));
  }
  void Draw() {
    if (!shown_ || values_.empty()) {
      return;
    }
    const int64_t most = *std::max_element(values_.begin(), values_.end());
    for (size_t i = 0; i < values_.size(); ++i) {
      table_->rows[i].push_back(Cell::Word(Bar(values_[i], most, kBarWidth)));
    }
  }

 private:
  const bool shown_;
  Table* const table_;
  std::vector<int64_t> values_;
};

absl::Status DayEnd(const Arguments& arguments, Context* context) {
  v1::GetDayEndRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_date(), IsoDay(arguments.Get("date")));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("centers", arguments.Get("center")));
  v1::GetDayEndResponse day;
  TB_RETURN_IF_ERROR(context->Read(request, &day));
  const Align right = Align::kRight;
  Table table;
  table.columns = {context->Col("center", {"网点代码", "Centre"}),
                   context->Col("display_name", {"网点名称", "Name"}),
                   context->Col("date", {"入账日期", "Day of booking"}),
                   context->Col("opening_count", {"日初待确认", "Waiting when the day began"}, right),
                   context->Col("opening_minutes", {"日初待确认时长", "Their time"}, right),
                   context->Col("opened_count", {"当日登记", "Came"}, right),
                   context->Col("left_count", {"当日办理", "Left"}, right),
                   context->Col("closing_count", {"日终待确认", "Waiting when it ends"}, right),
                   context->Col("closing_minutes", {"日终待确认时长", "Their time"}, right),
                   context->Col("settled_count", {"当日存入次数", "Settled"}, right),
                   context->Col("credited_minutes", {"记入志愿者", "Credited to volunteers"}, right),
                   context->Col("pool_minutes", {"入公益时间池", "To the pool"}, right),
                   context->Col("undone_count", {"驳回、撤回、作废", "Rejected, withdrawn, voided"}, right),
                   context->Col("reversed_count", {"冲正次数", "Reversed"}, right),
                   context->Col("reversed_minutes", {"冲正时长", "Time taken back"}, right),
                   context->Col("sequence", {"账簿序号", "Journal entry"}, right)};
  table.rows.push_back({Cell::Word(IdOf(day.name())), Cell::Word(day.display_name()), Cell::Word(day.date()),
                        Cell::Number(day.opening_count()), context->Minutes(day.opening_minutes()),
                        Cell::Number(day.opened_count()), Cell::Number(day.left_count()), Cell::Number(day.closing_count()),
                        context->Minutes(day.closing_minutes()), Cell::Number(day.settled_count()),
                        context->Minutes(day.credited_minutes()), context->Minutes(day.pool_minutes()),
                        Cell::Number(day.undone_count()), Cell::Number(day.reversed_count()),
                        context->Minutes(day.reversed_minutes()), Cell::Number(day.sequence())});
  return context->PrintOne(table);
}

std::vector<Cell> StatisticsCells(const Context& context, const v1::StatisticsRow& row, Cell key) {
  return {std::move(key),
          Cell::Word(row.display_name()),
          Cell::Number(row.service_count()),
          Cell::Number(row.volunteer_count()),
          context.Minutes(row.service_minutes()),
          context.Minutes(row.credited_minutes()),
          context.Minutes(row.pool_minutes())};
}

// "2026-03 ▂▅█ 2026-11": how the months went, for people.
void SayTrend(const v1::GetStatisticsResponse& response, Context* context) {
  std::vector<int64_t> minutes;
  for (const v1::StatisticsRow& row : response.rows()) {
    minutes.push_back(row.service_minutes());
  }
  if (context->format() == Format::kTable && minutes.size() > 1) {
    const std::string line =
        absl::StrCat(response.rows().begin()->key(), " ", Sparkline(minutes), " ", response.rows().rbegin()->key());
    context->Say({line, line});
  }
}

absl::Status Statistics(const Arguments& arguments, Context* context) {
  v1::GetStatisticsRequest request;
  TB_ASSIGN_OR_RETURN(const v1::StatisticsDimension dimension, ParseEnum<v1::StatisticsDimension>(arguments.Get("by")));
  request.set_dimension(dimension);
  request.set_scope_code(arguments.Get("scope"));
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("to")));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  TB_ASSIGN_OR_RETURN(*request.mutable_as_of_date(), IsoDay(arguments.Get("as-of")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::GetStatisticsResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  const Align right = Align::kRight;
  Table table;
  table.columns = {context->Col("key", WordsOf(dimension)),
                   context->Col("display_name", {"名称", "Name"}),
                   context->Col("service_count", {"服务次数", "Services"}, right),
                   context->Col("volunteer_count", {"志愿者人数", "Volunteers"}, right),
                   context->Col("service_minutes", {"服务时长", "Service hours"}, right),
                   context->Col("credited_minutes", {"记入志愿者", "Credited"}, right),
                   context->Col("pool_minutes", {"入公益时间池", "To the pool"}, right)};
  const bool scopes = dimension == v1::STATISTICS_DIMENSION_SCOPE;
  if (scopes) {
    table.columns.push_back(context->Col("subtotal", {"小计（含下级）", "Sum of what follows"}));
    table.columns.push_back(context->Col("depth", {"层", "Level"}, right));
  }
  Bars bars(*context, &table);
  for (const v1::StatisticsRow& row : response.rows()) {
    const std::string indented = absl::StrCat(std::string(2 * static_cast<size_t>(row.depth()), ' '), row.key());
    std::vector<Cell> cells = StatisticsCells(*context, row, Cell::ShownWord(indented, row.key()));
    if (scopes) {
      cells.push_back(FlagCell(row.subtotal(), context->language()));
      cells.push_back(Cell::Number(row.depth()));
    }
    // Bars are for what adds up.
    bars.Add(std::move(cells), row.subtotal() ? 0 : row.service_minutes());
  }
  bars.Draw();
  if (context->format() == Format::kTable) {
    table.rows.push_back(StatisticsCells(*context, response.total(), Cell::Word(context->Pick({"合计", "total"}))));
    table.rows.back().resize(table.columns.size());
  }
  context->Say({absl::StrCat("已存入的服务，截至 ", response.as_of_date(), " 日终"),
                absl::StrCat("Settled services, as of the end of ", response.as_of_date())});
  TB_RETURN_IF_ERROR(context->Print(table));
  if (dimension == v1::STATISTICS_DIMENSION_MONTH) {
    SayTrend(response, context);
  }
  return absl::OkStatus();
}

// 1234 as "12.34%".
Cell PercentCell(int64_t basis_points) {
  return Cell::ShownNumber(absl::StrFormat("%d.%02d%%", basis_points / 100, basis_points % 100), basis_points);
}

Table SolvencyTotals(const v1::GetSolvencyResponse& report, const Context& context) {
  Table table;
  const Align right = Align::kRight;
  table.columns = {context.Col("as_of_date", {"截至", "As of the end of"}),
                   context.Col("outstanding_minutes", {"会员持有的时间", "Hours outstanding"}, right),
                   context.Col("held_minutes", {"其中已预留", "Of these held"}, right),
                   context.Col("due_minutes", {"其中已可支取", "Of these due now"}, right),
                   context.Col("spending_age", {"可支取年龄", "Spending age"}, right),
                   context.Col("issued_minutes", {"累计发行", "Issued so far"}, right),
                   context.Col("redeemed_minutes", {"累计支取", "Redeemed so far"}, right),
                   context.Col("redemption_ratio_basis_points", {"支取比例", "Redemption ratio"}, right),
                   context.Col("pool_minutes", {"公益时间池", "Community pool"}, right),
                   context.Col("pool_cover_basis_points", {"时间池对可支取的覆盖", "Pool to what is due"}, right),
                   context.Col("sequence", {"账簿序号", "Journal entry"}, right)};
  table.rows.push_back({Cell::Word(report.as_of_date()), context.Minutes(report.outstanding_minutes()),
                        context.Minutes(report.held_minutes()), context.Minutes(report.due_minutes()),
                        Cell::Number(report.spending_age()), context.Minutes(report.issued_minutes()),
                        context.Minutes(report.redeemed_minutes()), PercentCell(report.redemption_ratio_basis_points()),
                        context.Minutes(report.pool_minutes()), PercentCell(report.pool_cover_basis_points()),
                        Cell::Number(report.sequence())});
  return table;
}

template <typename Rows, typename Key>
absl::Status PrintOutstanding(const Rows& rows, const Column& head, Key key, Context* context) {
  Table table;
  table.columns = {head, context->Col("member_count", {"人数", "Members"}, Align::kRight),
                   context->Col("minutes", {"持有时间", "Hours"}, Align::kRight)};
  Bars bars(*context, &table);
  for (const auto& row : rows) {
    bars.Add({key(row), Cell::Number(row.member_count()), context->Minutes(row.minutes())}, row.minutes());
  }
  bars.Draw();
  return context->Print(table);
}

absl::Status Solvency(const Arguments& arguments, Context* context) {
  v1::GetSolvencyRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_as_of_date(), IsoDay(arguments.Get("as-of")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  const std::string by = arguments.Get("by");
  if (!by.empty() && by != "age" && by != "year") {
    return InvalidText({"--by 应为 age 或 year", "--by must be age or year"});
  }
  v1::GetSolvencyResponse report;
  TB_RETURN_IF_ERROR(context->Read(request, &report));
  // A program wants one table; people see how the numbers come about.
  const bool people = context->format() == Format::kTable;
  if (by.empty()) {
    TB_RETURN_IF_ERROR(context->PrintOne(SolvencyTotals(report, *context)));
  }
  if (by == "age" || (by.empty() && people)) {
    context->Say({"按会员年龄", "By the age of the owners"});
    TB_RETURN_IF_ERROR(PrintOutstanding(
        report.by_age(), context->Col("age_band", {"年龄", "Age"}),
        [](const v1::OutstandingByAge& row) { return Cell::Word(row.age_band()); }, context));
  }
  if (by == "year" || (by.empty() && people)) {
    context->Say({"按可支取的年份", "By the year in which they can fall due"});
    TB_RETURN_IF_ERROR(PrintOutstanding(
        report.by_year(), context->Col("year", {"年份", "Year"}),
        [](const v1::OutstandingByYear& row) { return Cell::Number(row.year()); }, context));
  }
  return absl::OkStatus();
}

absl::Status Inactive(const Arguments& arguments, Context* context) {
  v1::ListInactiveMembersRequest request;
  if (arguments.Has("days")) {
    TB_ASSIGN_OR_RETURN(const int64_t days, WholeNumber(arguments.Get("days"), 1));
    request.set_days(static_cast<int32_t>(std::min<int64_t>(days, INT32_MAX)));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_as_of_date(), IsoDay(arguments.Get("as-of")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("member", {"会员编号", "Member"}), context->Col("display_name", {"姓名", "Name"}),
                   context->Col("center_name", {"网点", "Centre"}),
                   context->Col("last_service_date", {"最近一次服务", "Last service"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListInactiveMembersResponse>(
      context->client(), request, [&table](const v1::ListInactiveMembersResponse& page) {
        for (const v1::InactiveMember& member : page.members()) {
          table.rows.push_back({Cell::Word(IdOf(member.name())), Cell::Word(member.display_name()),
                                Cell::Word(member.center_name()), Cell::Word(member.last_service_date())});
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status NoShows(const Arguments& arguments, Context* context) {
  v1::GetNoShowsRequest request;
  if (arguments.Has("year")) {
    TB_ASSIGN_OR_RETURN(const int64_t year, WholeNumber(arguments.Get("year"), 1900));
    request.set_year(static_cast<int32_t>(std::min<int64_t>(year, 2200)));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_as_of_date(), IsoDay(arguments.Get("as-of")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  const Align right = Align::kRight;
  Table table;
  table.columns = {context->Col("member", {"会员", "Member"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("as_volunteer", {"作为志愿者", "As a volunteer"}, right),
                   context->Col("as_elder", {"作为服务对象", "As an elder"}, right),
                   context->Col("judged", {"其中已审查", "Of these reviewed"}, right),
                   context->Col("review", {"须审查是否暂停", "Suspension under review"})};
  Bars bars(*context, &table);
  std::string as_of;
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::GetNoShowsResponse>(context->client(), request, [&](const v1::GetNoShowsResponse& page) {
        as_of = page.as_of_date();
        for (const v1::NoShowCount& count : page.counts()) {
          bars.Add(
              {Cell::Word(count.member()), Cell::Word(count.display_name()), Cell::Number(count.as_volunteer()),
               Cell::Number(count.as_elder()), Cell::Number(count.judged()), FlagCell(count.review(), context->language())},
              count.as_volunteer() + count.as_elder());
        }
        return true;
      }));
  bars.Draw();
  context->Say({absl::StrCat("爽约，截至 ", as_of, " 日终"), absl::StrCat("No-shows, as of the end of ", as_of)});
  return context->Print(table);
}

Argument AsOf() {
  return {ArgumentKind::kOption, "as-of", {"截至哪一天日终，默认今天", "as of the end of this day; today when left out"}};
}

}  // namespace

std::vector<Command> ReportCommands() {
  return {
      {"report",
       "day-end",
       {"网点某日的日终对账，按入账日期", "a centre's day-end reconciliation, by day of booking"},
       {{ArgumentKind::kPlace, "center", {"网点代码或名称", "code or name of the centre"}},
        {ArgumentKind::kOption, "date", {"日期，默认今天", "the day; today when left out"}}},
       false,
       &DayEnd},
      {"report",
       "statistics",
       {"已存入服务的统计", "settled services, added up"},
       {{ArgumentKind::kNeeded,
         "by",
         {"scope 区域、center 网点、category 类别、volunteer-age 志愿者年龄、month 月份",
          "scope, center, category, volunteer-age or month"}},
        {ArgumentKind::kOption, "from", {"从哪一天的服务", "first day of service"}},
        {ArgumentKind::kOption, "to", {"到哪一天的服务（含）", "last day of service, inclusive"}},
        {ArgumentKind::kOption, "scope", {"只看这个区域及其下级", "only this scope and those below it"}},
        AsOf()},
       false,
       &Statistics},
      {"report",
       "solvency",
       {"会员还可支取的时间，及其保障", "the hours members can still redeem, and what covers them"},
       {AsOf(),
        {ArgumentKind::kOption, "by", {"只要一张明细表：age 年龄或 year 年份", "only one of the tables: age or year"}}},
       false,
       &Solvency},
      {"report",
       "inactive",
       {"做过服务、近期没有服务的会员", "members who served before, and not lately"},
       {{ArgumentKind::kOption, "days", {"多少天内没有服务，默认 365", "for so many days; 365 when left out"}}, AsOf()},
       false,
       &Inactive},
      {"report",
       "no-shows",
       {"一年内的爽约，及须审查是否暂停的会员", "who did not show up in a year, and whose suspension was under review"},
       {{ArgumentKind::kOption,
         "year",
         {"哪一年的订单，默认截止日所在的年", "year of the orders; that of the day when left out"}},
        AsOf()},
       false,
       &NoShows},
  };
}

}  // namespace timebank::cli
