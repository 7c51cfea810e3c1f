#include "service/rpc/convert_bank.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/model/limits.h"
#include "service/model/rules.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

}  // namespace

RuleChanges ReadRules(const google::protobuf::RepeatedPtrField<v1::Rule>& rules, int least, Fields* fields) {
  // Long enough for every name of the table and for a category behind its prefix.
  constexpr size_t kNameMost = model::kCategoryWeightPrefix.size() + limits::kCategoryChars;
  if (rules.size() < least || static_cast<size_t>(rules.size()) > limits::kRuleChanges) {
    fields->Fail("rules", absl::StrCat("须为 ", least, " 到 ", limits::kRuleChanges, " 条"),
                 absl::StrCat("must have ", least, " to ", limits::kRuleChanges, " rules"));
    return {};
  }
  RuleChanges changes;
  changes.reserve(static_cast<size_t>(rules.size()));
  for (const v1::Rule& rule : rules) {
    changes.emplace_back(fields->Text("rules", rule.name(), 1, kNameMost), rule.value());
  }
  return changes;
}

namespace {

void AddRule(absl::string_view name, int64_t value, int64_t minimum, int64_t maximum, absl::string_view zh,
             absl::string_view en, v1::RuleSet* rule_set) {
  v1::Rule* rule = rule_set->add_rules();
  rule->set_name(std::string(name));
  rule->set_value(value);
  rule->set_minimum(minimum);
  rule->set_maximum(maximum);
  rule->set_description_zh(std::string(zh));
  rule->set_description_en(std::string(en));
}

}  // namespace

void ToCreateBank(const v1::CreateBankRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateBank body;
  command->bank = fields.BankId("bank_id", request.bank_id());
  body.display_name = fields.Name("display_name", request.display_name());
  body.rules = ReadRules(request.rules(), 0, &fields);
  command->body = std::move(body);
}

void ToCreateRuleSet(const v1::CreateRuleSetRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateRuleSet body;
  command->bank = fields.Bank("parent", request.parent());
  body.effective_from = fields.Date("effective_from", request.effective_from());
  body.rules = ReadRules(request.rules(), 1, &fields);
  command->body = std::move(body);
}

void FillBank(const queries::BankView& view, v1::Bank* bank) {
  bank->set_name(BankName(view.id));
  bank->set_display_name(view.display_name);
  bank->set_member_count(static_cast<int64_t>(view.member_count));
  bank->set_entry_count(static_cast<int64_t>(view.entry_count));
  bank->set_tree_root(view.tree_root.data(), view.tree_root.size());
}

void FillRuleSet(const queries::RuleSetView& view, v1::RuleSet* rule_set) {
  rule_set->set_version(static_cast<int32_t>(view.version));
  rule_set->set_effective_from(ToDate(view.effective_from));
  for (const model::RuleField& field : model::RuleFields()) {
    AddRule(field.name, view.rules.*field.value, field.minimum, field.maximum, field.zh, field.en, rule_set);
  }
  for (const model::CategoryRule& rule : model::CategoryRules()) {
    for (const auto& [category, percent] : view.rules.*rule.values) {
      AddRule(absl::StrCat(rule.prefix, category), percent, rule.minimum, rule.maximum,
              absl::StrReplaceAll(rule.zh, {{"{category}", category}}),
              absl::StrReplaceAll(rule.en, {{"{category}", category}}), rule_set);
    }
  }
}

}  // namespace timebank::rpc
