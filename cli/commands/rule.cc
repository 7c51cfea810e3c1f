#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/rule_values.h"
#include "cli/names.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "service/base/status.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::cli {

absl::StatusOr<v1::Rule> ParseRuleChange(const std::string& text) {
  const std::string narrow = NarrowTrimmed(text);
  const size_t sign = narrow.rfind('=');
  v1::Rule rule;
  int64_t value = 0;
  if (sign == std::string::npos || sign == 0 || !absl::SimpleAtoi(narrow.substr(sign + 1), &value)) {
    const std::string quoted = QuoteForMessage(text);
    return InvalidText({absl::StrCat(quoted, " 应写成 规则名=整数，例如 spending_age=65"),
                        absl::StrCat(quoted, " must be NAME=NUMBER, as spending_age=65")});
  }
  rule.set_name(std::string(Trim(narrow.substr(0, sign))));
  rule.set_value(value);
  return rule;
}

namespace {

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetRuleSetRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  TB_ASSIGN_OR_RETURN(*request.mutable_date(), IsoDay(arguments.Get("date")));
  v1::GetRuleSetResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  const v1::RuleSet& set = response.rule_set();
  Table table;
  table.columns = {context->Col("name", {"规则", "Rule"}), context->Col("value", {"值", "Value"}, Align::kRight),
                   context->Col("minimum", {"最小", "Least"}, Align::kRight),
                   context->Col("maximum", {"最大", "Most"}, Align::kRight),
                   context->Col("description", {"说明", "Meaning"})};
  for (const v1::Rule& rule : set.rules()) {
    table.rows.push_back({Cell::Word(rule.name()), Cell::Number(rule.value()), Cell::Number(rule.minimum()),
                          Cell::Number(rule.maximum()),
                          Cell::Word(context->Pick({rule.description_zh(), rule.description_en()}))});
  }
  context->Say({absl::StrCat("规则第 ", set.version(), " 版，自 ", set.effective_from(), " 起生效"),
                absl::StrCat("Version ", set.version(), " of the rules, in force from ", set.effective_from())});
  return context->Print(table);
}

absl::Status Set(const Arguments& arguments, Context* context) {
  v1::CreateRuleSetRequest request;
  if (!arguments.Has("change")) {
    return InvalidText({"请写出要改的规则，例如 timebank rule set spending_age=65 --from 2027-01-01",
                        "say what changes, as in: timebank rule set spending_age=65 --from 2027-01-01"});
  }
  for (const std::string& change : arguments.All("change")) {
    TB_ASSIGN_OR_RETURN(*request.add_rules(), ParseRuleChange(change));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_effective_from(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateRuleSetResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("version", {"规则版本", "Version"}));
}

// Only what differs from the version before is worth reading.
std::string Changes(const v1::RuleSet& set, const v1::RuleSet* before) {
  std::string text;
  for (const v1::Rule& rule : set.rules()) {
    bool same = before == nullptr;
    for (int i = 0; before != nullptr && i < before->rules_size(); ++i) {
      same = same || (before->rules(i).name() == rule.name() && before->rules(i).value() == rule.value());
    }
    if (!same) {
      absl::StrAppend(&text, text.empty() ? "" : " ", rule.name(), "=", rule.value());
    }
  }
  return text;
}

absl::Status History(const Arguments&, Context* context) {
  v1::ListRuleSetsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  std::vector<v1::RuleSet> sets;
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListRuleSetsResponse>(context->client(), request, [&sets](const v1::ListRuleSetsResponse& page) {
        sets.insert(sets.end(), page.rule_sets().begin(), page.rule_sets().end());
        return true;
      }));
  Table table;
  table.columns = {context->Col("version", {"版本", "Version"}, Align::kRight),
                   context->Col("effective_from", {"生效日期", "In force from"}),
                   context->Col("changes", {"改动", "Changes"})};
  for (size_t i = 0; i < sets.size(); ++i) {
    table.rows.push_back({Cell::Number(sets[i].version()), Cell::Word(sets[i].effective_from()),
                          Cell::Word(Changes(sets[i], i + 1 < sets.size() ? &sets[i + 1] : nullptr))});
  }
  return context->Print(table);
}

}  // namespace

std::vector<Command> RuleCommands() {
  return {
      {"rule",
       "show",
       {"查看某日生效的规则", "show the rules in force on a day"},
       {{ArgumentKind::kOption, "date", {"日期，默认今天", "the day; today when left out"}}},
       false,
       &Show},
      {"rule",
       "set",
       {"从某日起改变规则（不影响以前）", "change rules from a day on (the past stays as it is)"},
       {{ArgumentKind::kPlaces, "change", {"规则名=值，可写多个", "NAME=VALUE, any number"}},
        {ArgumentKind::kNeeded, "from", {"从哪一天起生效，最早明天", "the first day in force, tomorrow at the earliest"}}},
       true,
       &Set},
      {"rule", "history", {"列出规则的所有版本", "list every version"}, {}, false, &History},
  };
}

}  // namespace timebank::cli
