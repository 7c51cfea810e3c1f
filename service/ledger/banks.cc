// Banks, rules, scopes and centres.
#include <array>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"
#include "service/model/rules.h"

namespace timebank::ledger {
namespace {

// The first version applies to every service a bank can ever be told of.
constexpr int32_t kFirstDay = -25567;  // 1900-01-01

absl::Status ChangeRules(Work& work, const std::vector<std::pair<std::string, int64_t>>& changes, model::Rules* rules) {
  // An unknown name anywhere in the list comes before a value out of range: the precedence of the reasons.
  model::Rules scratch = *rules;
  for (const auto& [name, value] : changes) {
    if (model::SetRule(name, value, &scratch) == model::RuleError::kUnknown) {
      return work.Refuse(model::Reason::kRuleUnknown, {{"rule", name}});
    }
  }
  for (const auto& [name, value] : changes) {
    const std::optional<model::RuleError> error = model::SetRule(name, value, rules);
    if (error == model::RuleError::kOutOfRange) {
      const model::CategoryRule* of_category = model::FindCategoryRule(name);
      const model::RuleField* field = model::FindRule(name);
      return work.Refuse(model::Reason::kRuleOutOfRange,
                         {{"rule", name},
                          {"minimum", absl::StrCat(of_category ? of_category->minimum : field->minimum)},
                          {"maximum", absl::StrCat(of_category ? of_category->maximum : field->maximum)}});
    }
  }
  if (rules->earning_age_guarded > rules->earning_age) {
    return work.Refuse(model::Reason::kRuleOutOfRange,
                       {{"rule", "earning_age_guarded"}, {"minimum", "0"}, {"maximum", absl::StrCat(rules->earning_age)}});
  }
  return absl::OkStatus();
}

// The code of a centre that brings none: "c" and its id, or the next number when somebody took that code by hand.
absl::StatusOr<std::string> FreeCenterCode(Work& work, uint64_t id) {
  for (uint64_t number = id;; ++number) {
    std::string code = absl::StrCat("c", number);
    TB_ASSIGN_OR_RETURN(const uint64_t taken, FindId(work.rows(), work.bank_id(), keys::NameKind::kCenter, code));
    if (taken == 0) {
      return code;
    }
  }
}

void SaveRules(Work& work, const rec::RuleSet& row) {
  rec::RuleVersion* version = work.bank().add_rule_versions();
  version->set_version(row.version());
  version->set_effective_from(row.effective_from());
  work.Save(keys::RuleSet(work.bank_id(), row.version()), row);
}

}  // namespace

absl::Status Decide(Work& work, const model::CreateBank& command) {
  if (work.state().exists) {
    return work.Refuse(model::Reason::kBankExists, {{"bank", work.bank_id()}});
  }
  model::Rules rules = model::ShippedRules();
  TB_RETURN_IF_ERROR(ChangeRules(work, command.rules, &rules));

  work.Describe(model::EntryKind::kBankCreated, 0, work.today());
  rec::BankCreated* body = work.entry().mutable_bank_created();
  body->set_id(work.bank_id());
  body->set_display_name(command.display_name);
  *body->mutable_rule_set() = RowFromRules(rules, 1, model::Day(kFirstDay));
  work.state().exists = true;
  work.bank().set_display_name(command.display_name);
  SaveRules(work, body->rule_set());
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CreateRuleSet& command) {
  const uint32_t base = RuleVersionOn(work.bank(), command.effective_from);
  TB_ASSIGN_OR_RETURN(const rec::RuleSet row, MustLoadRow<rec::RuleSet>(work.rows(), keys::RuleSet(work.bank_id(), base)));
  model::Rules rules = RulesFromRow(row);
  TB_RETURN_IF_ERROR(ChangeRules(work, command.rules, &rules));
  const model::Day earliest(work.today().value() + 1);
  if (command.effective_from < earliest) {
    return work.Refuse(model::Reason::kRuleSetNotInFuture, {{"earliest", DayText(earliest)}});
  }

  const uint32_t version = static_cast<uint32_t>(work.bank().rule_versions_size()) + 1;
  work.Describe(model::EntryKind::kRuleSetCreated, version, command.effective_from);
  *work.entry().mutable_rule_set_created() = RowFromRules(rules, version, command.effective_from);
  SaveRules(work, work.entry().rule_set_created());
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CreateScope& command) {
  TB_ASSIGN_OR_RETURN(const uint64_t taken, FindId(work.rows(), work.bank_id(), keys::NameKind::kScope, command.code));
  if (taken != 0) {
    return work.Refuse(model::Reason::kScopeExists, {{"code", command.code}});
  }
  rec::Scope row;
  row.set_code(command.code);
  row.set_display_name(command.display_name);
  row.set_level(static_cast<uint32_t>(command.level));
  if (!command.parent_code.empty()) {
    TB_ASSIGN_OR_RETURN(const uint64_t parent,
                        FindId(work.rows(), work.bank_id(), keys::NameKind::kScope, command.parent_code));
    if (parent == 0) {
      return work.Refuse(model::Reason::kScopeNotFound, {{"scope", command.parent_code}});
    }
    TB_ASSIGN_OR_RETURN(const rec::Scope above,
                        MustLoadRow<rec::Scope>(work.rows(), keys::Scope(work.bank_id(), model::ScopeId(parent))));
    if (above.level() <= row.level()) {
      return work.Refuse(model::Reason::kScopeLevelNotBelowParent);
    }
    row.set_parent(parent);
  }

  const uint64_t id = work.bank().scope_count() + 1;
  work.Describe(model::EntryKind::kScopeCreated, id, work.today());
  *work.entry().mutable_scope_created() = row;
  work.bank().set_scope_count(id);
  work.Save(keys::Scope(work.bank_id(), model::ScopeId(id)), row);
  work.Put(keys::Name(work.bank_id(), keys::NameKind::kScope, command.code), keys::EncodeId(id));
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CreateCenter& command) {
  const uint64_t id = work.bank().center_count() + 1;
  rec::Center row;
  row.set_code(command.code);
  if (command.code.empty()) {
    TB_ASSIGN_OR_RETURN(*row.mutable_code(), FreeCenterCode(work, id));
  }
  row.set_display_name(command.display_name);
  const std::array<std::string, 2> names = {row.code(), command.name_key.empty() ? row.display_name() : command.name_key};
  for (const std::string& name : names) {
    TB_ASSIGN_OR_RETURN(const uint64_t taken, FindId(work.rows(), work.bank_id(), keys::NameKind::kCenter, name));
    if (taken != 0) {
      return work.Refuse(model::Reason::kCenterExists, {{"center", name}});
    }
  }
  TB_ASSIGN_OR_RETURN(const uint64_t scope, FindId(work.rows(), work.bank_id(), keys::NameKind::kScope, command.scope_code));
  if (scope == 0) {
    return work.Refuse(model::Reason::kScopeNotFound, {{"scope", command.scope_code}});
  }
  row.set_scope(scope);

  work.Describe(model::EntryKind::kCenterCreated, id, work.today());
  work.entry().set_scope(scope);
  *work.entry().mutable_center_created() = row;
  work.bank().set_center_count(id);
  work.Save(keys::Center(work.bank_id(), model::CenterId(id)), row);
  for (const std::string& name : names) {
    work.Put(keys::Name(work.bank_id(), keys::NameKind::kCenter, name), keys::EncodeId(id));
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
