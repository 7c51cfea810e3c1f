// Grants to elders in need.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/grant.pb.h"

namespace timebank::cli {
namespace {

Column GrantColumn(const Context& context) { return context.Col("grant", {"发放编号", "Grant"}); }

// A month is written "2026-12", or as any day in it.
absl::StatusOr<std::string> DayInMonth(const std::string& text) {
  const std::string typed = NarrowTrimmed(text);
  const bool month = typed.size() == 7 && (typed[4] == '-' || typed[4] == '/');
  return IsoDay(month ? absl::StrCat(typed.substr(0, 4), "-", typed.substr(5), "-01") : text);
}

absl::Status Create(const Arguments& arguments, Context* context) {
  v1::CreateGrantRequest request;
  TB_ASSIGN_OR_RETURN(const v1::Hardship hardship, ParseEnum<v1::Hardship>(arguments.Get("class")));
  request.set_hardship(hardship);
  TB_ASSIGN_OR_RETURN(const int64_t minutes, ParseDuration(arguments.Get("monthly")));
  request.set_monthly_minutes(minutes);
  TB_ASSIGN_OR_RETURN(*request.mutable_first_date(), DayInMonth(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_review_date(), IsoDay(arguments.Get("review")));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  v1::CreateGrantResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), GrantColumn(*context));
}

absl::Status Approve(const Arguments& arguments, Context* context) {
  v1::ApproveGrantRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("grants", arguments.Get("grant")));
  v1::ApproveGrantResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), GrantColumn(*context));
}

absl::Status Renew(const Arguments& arguments, Context* context) {
  v1::RenewGrantRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_review_date(), IsoDay(arguments.Get("review")));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("grants", arguments.Get("grant")));
  v1::RenewGrantResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), GrantColumn(*context));
}

absl::Status End(const Arguments& arguments, Context* context) {
  v1::EndGrantRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("grants", arguments.Get("grant")));
  v1::EndGrantResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), GrantColumn(*context));
}

std::vector<Column> GrantColumns(const Context& context) {
  const Align right = Align::kRight;
  return {GrantColumn(context),
          context.Col("member", {"会员编号", "Member"}),
          context.Col("display_name", {"姓名", "Name"}),
          context.Col("monthly_minutes", {"每月", "A month"}, right),
          context.Col("first_month", {"首月", "First month"}),
          context.Col("review_date", {"复核日期", "Review"}),
          context.Col("state", {"状态", "State"}),
          context.Col("next_month", {"下次发放", "Next"}),
          context.Col("months", {"已发月数", "Months"}, right),
          context.Col("issued_minutes", {"已发放", "Issued"}, right),
          context.Col("skipped_months", {"跳过月数", "Skipped"}, right),
          context.Col("last_skip", {"上次跳过原因", "Last one skipped because"})};
}

std::vector<Cell> GrantRow(const v1::Grant& grant, const Context& context) {
  return {Cell::Word(IdOf(grant.name())),
          Cell::Word(IdOf(grant.member())),
          Cell::Word(grant.display_name()),
          context.Minutes(grant.monthly_minutes()),
          Cell::Word(grant.first_month()),
          Cell::Word(grant.review_date()),
          EnumCell(grant.state(), context.language()),
          Cell::Word(grant.next_month()),
          Cell::Number(grant.months()),
          context.Minutes(grant.issued_minutes()),
          Cell::Number(grant.skipped_months()),
          EnumCell(grant.last_skip(), context.language())};
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetGrantRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("grants", arguments.Get("grant")));
  v1::GetGrantResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  const v1::Grant& grant = response.grant();
  Table table;
  table.columns = GrantColumns(*context);
  table.rows.push_back(GrantRow(grant, *context));
  const std::vector<std::pair<Column, std::string>> more = {
      {context->Col("maker", {"提出人", "Proposed by"}), grant.maker()},
      {context->Col("checker", {"批准人", "Approved by"}), grant.checker()}};
  for (const auto& [column, value] : more) {
    table.columns.push_back(column);
    table.rows[0].push_back(Cell::Word(value));
  }
  return context->PrintOne(table);
}

absl::Status Reveal(const Arguments& arguments, Context* context) {
  v1::RevealGrantRequest request;
  request.set_purpose(arguments.Get("purpose"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("grants", arguments.Get("grant")));
  v1::RevealGrantResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  Table table;
  table.columns = {GrantColumn(*context), context->Col("hardship", {"困难类别", "Hardship"}),
                   context->Col("reason", {"提出原因", "Proposed because"}),
                   context->Col("last_reason", {"最近一步的原因", "Reason of the last step"}),
                   context->Col("sequence", {"账簿序号", "Journal entry"}, Align::kRight)};
  table.rows = {{Cell::Word(IdOf(request.name())), EnumCell(response.grounds().hardship(), context->language()),
                 Cell::Word(response.grounds().reason()), Cell::Word(response.last_reason()),
                 Cell::Number(response.receipt().sequence())}};
  return context->PrintLook(table);
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListGrantsRequest request;
  request.set_member(arguments.Get("member"));
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::GrantState state, ParseEnum<v1::GrantState>(arguments.Get("state")));
    request.set_state(state);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_review_before_date(), IsoDay(arguments.Get("review-before")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = GrantColumns(*context);
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListGrantsResponse>(context->client(), request, [&table, context](const v1::ListGrantsResponse& page) {
        for (const v1::Grant& grant : page.grants()) {
          table.rows.push_back(GrantRow(grant, *context));
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> GrantCommands() {
  const Argument grant = {ArgumentKind::kPlace, "grant", {"发放编号", "number of the grant"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（加密保存）", "why (stored sealed)"}};
  const Argument review = {ArgumentKind::kNeeded,
                           "review",
                           {"复核日期：最后可发放的一天", "review date: the last day on which something is issued"}};
  return {
      {"grant",
       "create",
       {"提出给困难老人按月发放时间（须另一人批准）", "propose monthly hours for an elder in need; somebody else approves"},
       {{ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}},
        {ArgumentKind::kNeeded,
         "class",
         {"困难类别：低收入、三无、失能、高龄、失独、其他", "low-income, no-kin, disabled, oldest, lost-child, other"}},
        {ArgumentKind::kNeeded, "monthly", {"每月多少，如 10小时", "how much a month, as 10h"}},
        {ArgumentKind::kNeeded, "from", {"首月，如 2026-12", "first month, as 2026-12"}},
        review,
        reason},
       true,
       &Create},
      {"grant",
       "approve",
       {"批准发放（提出人以外的人）", "approve a grant (not by who proposed it)"},
       {grant},
       true,
       &Approve},
      {"grant",
       "renew",
       {"复核后延长（提出人以外的人）", "set a new review date (not by who proposed it)"},
       {grant, review, reason},
       true,
       &Renew},
      {"grant", "end", {"结束发放，或不予批准", "end a grant, or turn it down"}, {grant, reason}, true, &End},
      {"grant", "show", {"查看发放", "show a grant"}, {grant}, false, &Show},
      {"grant",
       "reveal",
       {"查看困难类别和原因，须说明用途", "show why a grant was given, for a purpose that is kept"},
       {grant, PurposeArgument()},
       true,
       &Reveal},
      {"grant",
       "list",
       {"列出发放", "list grants"},
       {{ArgumentKind::kOption, "member", {"只列这位会员的", "only of this member"}},
        {ArgumentKind::kOption, "state", {"只列这种状态的，如 active", "only those in this state, as active"}},
        {ArgumentKind::kOption,
         "review-before",
         {"只列复核日期早于这一天的", "only active ones to be reviewed before this day"}}},
       false,
       &List},
  };
}

}  // namespace timebank::cli
