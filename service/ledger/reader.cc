#include "service/ledger/reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {

absl::StatusOr<uint64_t> FindId(const store::Reader& reader, absl::string_view bank, keys::NameKind kind,
                                absl::string_view text) {
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(keys::Name(bank, kind, text)));
  if (!value.has_value()) {
    return uint64_t{0};
  }
  absl::string_view bytes = *value;
  uint64_t id = 0;
  if (!base::ConsumeUint64(&bytes, &id) || !bytes.empty()) {
    return absl::DataLossError("a stored id cannot be read");
  }
  return id;
}

absl::StatusOr<model::MemberId> FindMember(const store::Reader& reader, absl::string_view bank, absl::string_view ref) {
  const model::MemberId by_number = model::ParseMemberNumber(absl::AsciiStrToUpper(ref));
  if (by_number.value() != 0 || ref.empty()) {
    return by_number;
  }
  TB_ASSIGN_OR_RETURN(const uint64_t id, FindId(reader, bank, keys::NameKind::kExternalNumber, ref));
  return model::MemberId(id);
}

absl::StatusOr<std::vector<model::MemberId>> NumbersOf(const store::Reader& reader, absl::string_view bank,
                                                       model::MemberId member) {
  for (model::MemberId into = member; into.value() != 0;) {
    member = into;
    TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(reader, keys::Member(bank, member)));
    into = model::MemberId(row.merged_into());
  }
  std::vector<model::MemberId> numbers = {member};
  for (size_t i = 0; i < numbers.size(); ++i) {
    const std::string prefix = keys::MergedInto(bank, numbers[i]);
    auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
    for (; it->Valid(); it->Next()) {
      numbers.push_back(model::MemberId(keys::LastId(it->key())));
    }
    TB_RETURN_IF_ERROR(it->status());
  }
  return numbers;
}

absl::StatusOr<merkle::CompactRange> LoadTree(const store::Reader& reader, absl::string_view bank) {
  TB_ASSIGN_OR_RETURN(const rec::TreeHead head, MustLoadRow<rec::TreeHead>(reader, keys::Tree(bank)));
  std::vector<merkle::Hash> edge;
  for (const std::string& bytes : head.edge()) {
    merkle::Hash& hash = edge.emplace_back();
    if (bytes.size() != hash.size()) {
      return absl::DataLossError("a stored tree head cannot be read");
    }
    std::copy(bytes.begin(), bytes.end(), hash.begin());
  }
  TB_ASSIGN_OR_RETURN(merkle::CompactRange tree, merkle::CompactRange::FromEdge(head.size(), std::move(edge)));
  const merkle::Hash root = tree.Root();
  if (head.root() != std::string(root.begin(), root.end())) {
    return absl::DataLossError("a stored tree head names another root than its edge makes");
  }
  return tree;
}

uint32_t RuleVersionOn(const rec::Bank& bank, model::Day day) {
  TB_CHECK(bank.rule_versions_size() > 0);
  uint32_t version = bank.rule_versions(0).version();
  for (const rec::RuleVersion& candidate : bank.rule_versions()) {
    if (candidate.effective_from() <= day.value()) {
      version = candidate.version();
    }
  }
  return version;
}

model::Rules RulesFromRow(const rec::RuleSet& row) {
  model::Rules rules = model::ShippedRules();
  for (const rec::RuleValue& value : row.values()) {
    // A stored rule was checked when it was written; one this program does not know any more has no effect.
    model::SetRule(value.name(), value.value(), &rules);
  }
  return rules;
}

rec::RuleSet RowFromRules(const model::Rules& rules, uint32_t version, model::Day effective_from) {
  rec::RuleSet row;
  row.set_version(version);
  row.set_effective_from(effective_from.value());
  for (const model::RuleField& field : model::RuleFields()) {
    rec::RuleValue* value = row.add_values();
    value->set_name(std::string(field.name));
    value->set_value(rules.*field.value);
  }
  for (const model::CategoryRule& rule : model::CategoryRules()) {
    for (const auto& [category, percent] : rules.*rule.values) {
      rec::RuleValue* value = row.add_values();
      value->set_name(absl::StrCat(rule.prefix, category));
      value->set_value(percent);
    }
  }
  return row;
}

int64_t BalanceIn(const rec::Book& book, model::Asset asset, model::AccountKind kind) {
  for (const rec::Balance& balance : book.balances()) {
    if (balance.asset() == static_cast<uint32_t>(asset) && balance.account() == static_cast<uint32_t>(kind)) {
      return balance.amount();
    }
  }
  return 0;
}

}  // namespace timebank::ledger
