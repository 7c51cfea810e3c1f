// The passbook.
#include "cli/commands/statement.h"

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/names.h"
#include "cli/text/hours.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/account.pb.h"

namespace timebank::cli {
namespace {

struct Passbook {
  std::string number;
  std::string name;
  int64_t opening = 0;
  int64_t closing = 0;
  int64_t owed = 0;
  int64_t coins_per_hour = 0;
  std::vector<v1::StatementLine> lines;
};

absl::StatusOr<Passbook> Fetch(const v1::GetStatementRequest& request, Context* context) {
  Passbook passbook;
  bool first = true;
  TB_RETURN_IF_ERROR(ForEachPage<v1::GetStatementResponse>(
      context->client(), request, [&passbook, &first](const v1::GetStatementResponse& page) {
        if (first) {
          passbook.number = IdOf(page.name());
          passbook.name = page.display_name();
          passbook.opening = page.opening_balance();
          passbook.closing = page.closing_balance();
          passbook.owed = page.owed_minutes();
          passbook.coins_per_hour = page.coins_per_hour();
          first = false;
        }
        passbook.lines.insert(passbook.lines.end(), page.lines().begin(), page.lines().end());
        return true;
      }));
  return passbook;
}

// Everybody can add a passbook up; so does this program, before it prints one.
absl::Status CheckSums(const Passbook& passbook) {
  int64_t balance = passbook.opening;
  int64_t wrong = 0;
  for (const v1::StatementLine& line : passbook.lines) {
    if (__builtin_add_overflow(balance, line.amount(), &balance) || balance != line.balance_after()) {
      wrong = line.sequence();
      break;
    }
  }
  if (wrong == 0 && balance == passbook.closing) {
    return absl::OkStatus();
  }
  return WithExitCode(TextError(absl::StatusCode::kDataLoss,
                                {absl::StrCat("存折对不上：从期初余额逐笔相加与",
                                              wrong == 0 ? "期末余额" : absl::StrCat("账簿序号 ", wrong, " 处的余额"),
                                              "不一致，请立即报告管理员"),
                                 absl::StrCat("the passbook does not add up at ",
                                              wrong == 0 ? "its closing balance" : absl::StrCat("journal entry ", wrong),
                                              "; tell the administrator at once")}),
                      ExitCode::kRefused);
}

// Columns that only some passbooks need. Programs always get those of hours, so that they find the same columns each time.
struct Shows {
  bool owed = false;
  bool above_cap = false;
  bool coins = false;
};

Shows WhatShows(const Passbook& passbook, v1::Asset asset, const Context& context) {
  if (asset == v1::ASSET_POINTS) {
    return {};
  }
  Shows shows{context.format() != Format::kTable || passbook.owed != 0, context.format() != Format::kTable,
              context.format() != Format::kTable || passbook.coins_per_hour > 1};
  for (const v1::StatementLine& line : passbook.lines) {
    shows.owed = shows.owed || line.owed_change_minutes() != 0;
    shows.above_cap = shows.above_cap || line.above_cap_minutes() != 0;
  }
  return shows;
}

std::vector<Column> LineColumns(const Context& context, const Shows& shows) {
  const Align right = Align::kRight;
  std::vector<Column> columns = {context.Col("sequence", {"账簿序号", "Entry"}, right),
                                 context.Col("booked", {"入账时间", "Booked"}),
                                 context.Col("service_date", {"服务日期", "Service"}),
                                 context.Col("kind", {"摘要", "What"}),
                                 context.Col("origin", {"来源", "Origin"}),
                                 context.Col("category", {"类别", "Category"}),
                                 context.Col("center_name", {"网点", "Centre"}),
                                 context.Col("reason", {"原因", "Reason"}),
                                 context.Col("in", {"存入", "In"}, right),
                                 context.Col("out", {"支取", "Out"}, right),
                                 context.Col("balance", {"余额", "Balance"}, right)};
  if (shows.owed) {
    columns.push_back(context.Col("owed_change", {"欠账增减", "Owed +/-"}, right));
  }
  if (shows.coins) {
    columns.push_back(context.Col("balance_coins", {"折合时间币", "In coins"}, right));
  }
  if (shows.above_cap) {
    columns.push_back(context.Col("above_cap_minutes", {"超出上限，入公益时间池", "Above a cap, to the pool"}, right));
  }
  for (Column& column : columns) {
    column.max_width = column.key == "center_name" || column.key == "category" ? 20 : column.key == "reason" ? 24 : 0;
  }
  return columns;
}

// "records/17" of "banks/xt/records/17": which bank it is stands above.
std::string ShortOrigin(const std::string& name) { return IsFullName(name) ? name.substr(BankOf(name).size() + 1) : name; }

Table ToTable(const Passbook& passbook, v1::Asset asset, const Context& context) {
  const auto amount = [asset, &context](int64_t value) {
    return asset == v1::ASSET_POINTS ? Cell::Number(value) : context.Minutes(value);
  };
  const auto balance_row = [&](const Text& words, const std::string& kind, int64_t value) -> std::vector<Cell> {
    return {Cell(), Cell(), Cell(),       Cell::ShownWord(context.Pick(words), kind), Cell(), Cell(), Cell(), Cell(),
            Cell(), Cell(), amount(value)};
  };
  const Shows shows = WhatShows(passbook, asset, context);
  const auto change = [&context](int64_t minutes, Sign sign) {
    return minutes == 0 ? Cell::ShownNumber("", 0) : MinutesCell(minutes, context.language(), sign);
  };
  const auto add = [&](std::vector<Cell> row, const v1::StatementLine& line, int64_t balance) {
    if (shows.owed) {
      row.push_back(change(line.owed_change_minutes(), Sign::kAlways));
    }
    if (shows.coins) {
      row.push_back(CoinsCell(balance, passbook.coins_per_hour));
    }
    if (shows.above_cap) {
      row.push_back(change(line.above_cap_minutes(), Sign::kNegativeOnly));
    }
    return row;
  };
  Table table;
  table.columns = LineColumns(context, shows);
  table.rows.push_back(
      add(balance_row({"期初余额", "opening balance"}, "OPENING_BALANCE", passbook.opening), {}, passbook.opening));
  for (const v1::StatementLine& line : passbook.lines) {
    table.rows.push_back(
        add({Cell::Number(line.sequence()), Cell::Word(FormatMoment(line.record_time())), Cell::Word(line.effective_date()),
             EnumCell(line.kind(), context.language()), Cell::Word(ShortOrigin(line.origin())), Cell::Word(line.category()),
             Cell::Word(line.center_name()), Cell::Word(line.reason()),
             line.amount() > 0 || line.above_cap_minutes() > 0 ? amount(line.amount()) : Cell(),
             line.amount() < 0 ? amount(-line.amount()) : Cell(), amount(line.balance_after())},
            line, line.balance_after()));
  }
  table.rows.push_back(
      add(balance_row({"期末余额", "closing balance"}, "CLOSING_BALANCE", passbook.closing), {}, passbook.closing));
  return table;
}

Text Period(const v1::GetStatementRequest& request) {
  const std::string& from = request.from_date();
  const std::string& to = request.to_date();
  return {absl::StrCat(from.empty() ? "开户" : from, " 至 ", to.empty() ? "今天" : to),
          absl::StrCat("from ", from.empty() ? "the first day" : from, " to ", to.empty() ? "today" : to)};
}

}  // namespace

absl::Status PrintStatement(const Arguments& arguments, v1::Asset asset, Context* context) {
  v1::GetStatementRequest request;
  request.set_asset(asset);
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("to")));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  TB_ASSIGN_OR_RETURN(const Passbook passbook, Fetch(request, context));
  TB_RETURN_IF_ERROR(CheckSums(passbook));
  const Text period = Period(request);
  const bool points = asset == v1::ASSET_POINTS;
  context->Say({absl::StrCat(points ? "积分明细  " : "存折  ", passbook.name, "  ", passbook.number, "  ", period.zh),
                absl::StrCat(points ? "Points  " : "Passbook  ", passbook.name, "  ", passbook.number, "  ", period.en)});
  if (passbook.owed != 0) {
    context->Say(
        {absl::StrCat("目前欠账 ", FormatMinutes(passbook.owed, Language::kChinese), "，以后的服务先还"),
         absl::StrCat(FormatMinutes(passbook.owed, Language::kEnglish), " are owed now; later services pay them first")});
  }
  return context->Print(ToTable(passbook, request.asset(), *context));
}

namespace {

absl::Status Statement(const Arguments& arguments, Context* context) {
  v1::Asset asset = v1::ASSET_HOURS;
  if (arguments.Has("asset")) {
    TB_ASSIGN_OR_RETURN(asset, ParseEnum<v1::Asset>(arguments.Get("asset")));
  }
  return PrintStatement(arguments, asset, context);
}

}  // namespace

std::vector<Command> StatementCommands() {
  return {{"",
           "statement",
           {"会员的存折", "a member's passbook"},
           {{ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}},
            {ArgumentKind::kOption, "from", {"从哪一天入账", "first day of booking"}},
            {ArgumentKind::kOption, "to", {"到哪一天入账（含）", "last day of booking, inclusive"}},
            {ArgumentKind::kOption, "asset", {"hours 时间（默认）或 points 积分", "hours (when left out) or points"}}},
           false,
           &Statement}};
}

}  // namespace timebank::cli
