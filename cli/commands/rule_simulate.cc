// Trying rules out on a past period.
#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/rule_values.h"
#include "cli/text/hours.h"
#include "service/base/status.h"
#include "timebank/v1/report.pb.h"

namespace timebank::cli {
namespace {

std::vector<Column> Columns(const Context& context) {
  const Align right = Align::kRight;
  return {context.Col("member", {"会员编号", "Member"}),
          context.Col("display_name", {"姓名", "Name"}),
          context.Col("service_count", {"服务次数", "Services"}, right),
          context.Col("service_minutes", {"服务时长", "Service"}, right),
          context.Col("new_service_minutes", {"改后服务时长", "would be"}, right),
          context.Col("credited_minutes", {"记入时长", "Credited"}, right),
          context.Col("new_credited_minutes", {"改后记入", "would be"}, right),
          context.Col("pool_minutes", {"入公益池", "To the pool"}, right),
          context.Col("new_pool_minutes", {"改后入池", "would be"}, right),
          context.Col("points", {"积分", "Points"}, right),
          context.Col("new_points", {"改后积分", "would be"}, right),
          context.Col("too_young_count", {"年龄不够", "Too young"}, right),
          context.Col("too_short_count", {"时间太短", "Too short"}, right),
          context.Col("star_level", {"达到星级", "Star reached"}, right),
          context.Col("new_star_level", {"改后星级", "would be"}, right)};
}

std::vector<Cell> Row(const Context& context, Cell member, Cell name, const v1::SimulatedSums& sums, Cell star,
                      Cell new_star) {
  return {std::move(member),
          std::move(name),
          Cell::Number(sums.service_count()),
          context.Minutes(sums.service_minutes()),
          context.Minutes(sums.new_service_minutes()),
          context.Minutes(sums.credited_minutes()),
          context.Minutes(sums.new_credited_minutes()),
          context.Minutes(sums.pool_minutes()),
          context.Minutes(sums.new_pool_minutes()),
          Cell::Number(sums.points()),
          Cell::Number(sums.new_points()),
          Cell::Number(sums.too_young_count()),
          Cell::Number(sums.too_short_count()),
          std::move(star),
          std::move(new_star)};
}

void SaySummary(const v1::SimulateRulesResponse& response, Context* context) {
  context->Say({absl::StrCat("试算，没有改动任何数据：共 ", response.total().service_count(), " 次服务，会有变化的会员 ",
                             response.changed_member_count(), " 人；新达到更高星级 ", response.star_gained_count(),
                             " 人，不再达到现有星级 ", response.star_lost_count(), " 人"),
                absl::StrCat("A try-out that changed nothing. Services: ", response.total().service_count(),
                             "; members who would see a change: ", response.changed_member_count(),
                             "; who reach a higher star: ", response.star_gained_count(),
                             "; who no longer reach theirs: ", response.star_lost_count())});
}

absl::Status Simulate(const Arguments& arguments, Context* context) {
  v1::SimulateRulesRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("until")));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  request.set_scope_code(arguments.Get("scope"));
  for (const std::string& change : arguments.All("set")) {
    TB_ASSIGN_OR_RETURN(*request.add_rules(), ParseRuleChange(change));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = Columns(*context);
  v1::SimulateRulesResponse last;
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::SimulateRulesResponse>(context->client(), request, [&](const v1::SimulateRulesResponse& page) {
        for (const v1::SimulatedMember& member : page.members()) {
          table.rows.push_back(Row(*context, Cell::Word(member.member()), Cell::Word(member.display_name()), member.sums(),
                                   Cell::Number(member.star_level()), Cell::Number(member.new_star_level())));
        }
        last = page;
        return true;
      }));
  table.rows.push_back(Row(*context, Cell::ShownWord(context->Pick({"合计（全部服务）", "all services"}), "TOTAL"), Cell(),
                           last.total(), Cell(), Cell()));
  SaySummary(last, context);
  return context->Print(table);
}

}  // namespace

std::vector<Command> RuleSimulateCommands() {
  return {{"rule",
           "simulate",
           {"拿过去一段时间试算：改了规则会怎样（不改动任何数据）", "try rules out on a past period (changes nothing)"},
           {{ArgumentKind::kNeeded, "from", {"服务日期从哪一天", "first day of service"}},
            {ArgumentKind::kNeeded, "until", {"服务日期到哪一天（含）", "last day of service, inclusive"}},
            {ArgumentKind::kOption, "scope", {"只算这个区域及其下级", "only this scope and what lies below"}},
            {ArgumentKind::kOptions, "set", {"规则名=值，可写多次", "NAME=VALUE, any number of times"}}},
           false,
           &Simulate}};
}

}  // namespace timebank::cli
