// Banks, rules, scopes, centres.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_life.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

absl::StatusOr<BankView> ViewBank(const store::Reader& reader, absl::string_view id, const rec::Bank& row) {
  BankView view;
  view.id = std::string(id);
  view.display_name = row.display_name();
  view.member_count = row.member_count();
  view.entry_count = row.entry_count();
  TB_ASSIGN_OR_RETURN(const rec::TreeHead head, ledger::MustLoadRow<rec::TreeHead>(reader, keys::Tree(id)));
  std::copy_n(head.root().begin(), std::min(head.root().size(), view.tree_root.size()), view.tree_root.begin());
  return view;
}

absl::StatusOr<rec::Bank> LoadBank(const store::Reader& reader, absl::string_view bank) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::Bank> row, ledger::LoadRow<rec::Bank>(reader, keys::Bank(bank)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no bank ", bank));
  }
  return *std::move(row);
}

absl::StatusOr<RuleSetView> ViewRuleSet(const store::Reader& reader, absl::string_view bank, uint32_t version) {
  TB_ASSIGN_OR_RETURN(const rec::RuleSet row, ledger::MustLoadRow<rec::RuleSet>(reader, keys::RuleSet(bank, version)));
  return RuleSetView{row.version(), model::Day(row.effective_from()), ledger::RulesFromRow(row)};
}

// Adds one record to the sums of its centre's day.
void Count(const rec::Record& record, CenterDayView& day, std::set<uint64_t>& volunteers) {
  const auto state = static_cast<model::RecordState>(record.state());
  if (ledger::IsUndone(state)) {
    ++day.undone;
    return;
  }
  ++day.records;
  volunteers.insert(record.service().volunteer());
  day.measured += model::Minutes(record.measured());
  if (ledger::IsOpen(state)) {
    ++day.unconfirmed;
  } else if (state == model::RecordState::kSettled) {
    ++day.settled;
    day.credited += model::Minutes(record.credited());
    day.pool += model::Minutes(record.pool());
  } else {
    ++day.waiting;
  }
}

}  // namespace

Queries::Queries(const store::Store* store) : snapshot_(store->TakeSnapshot()) {}
Queries::~Queries() = default;

absl::StatusOr<model::Sequence> Queries::SequenceOf(absl::string_view bank) const {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Bank> row, ledger::LoadRow<rec::Bank>(*snapshot_, keys::Bank(bank)));
  return model::Sequence(row.has_value() ? row->entry_count() : 0);
}

absl::StatusOr<BankView> Queries::Bank(absl::string_view bank) const {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, LoadBank(*snapshot_, bank));
  return ViewBank(*snapshot_, bank, row);
}

absl::StatusOr<Page<BankView>> Queries::Banks(const PageRequest& page) const {
  return WalkPrefix<BankView>(
      *snapshot_, keys::AllBanks(), "banks", page,
      [this](absl::string_view key, absl::string_view value, std::vector<BankView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Bank row, ParseRow<rec::Bank>(value));
        TB_ASSIGN_OR_RETURN(BankView view, ViewBank(*snapshot_, keys::BankOf(key), row));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<RuleSetView> Queries::RuleSetOn(absl::string_view bank, model::Day day) const {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, LoadBank(*snapshot_, bank));
  return ViewRuleSet(*snapshot_, bank, ledger::RuleVersionOn(row, day));
}

absl::StatusOr<Page<RuleSetView>> Queries::RuleSets(absl::string_view bank, const PageRequest& page) const {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, LoadBank(*snapshot_, bank));
  const std::string filter = absl::StrCat("ruleSets/", bank);
  TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(filter, page.token));
  uint32_t version = static_cast<uint32_t>(row.rule_versions_size());
  if (!place.empty()) {
    absl::string_view bytes = place;
    if (!base::ConsumeUint32(&bytes, &version) || version == 0 ||
        version > static_cast<uint32_t>(row.rule_versions_size())) {
      return absl::InvalidArgumentError("page_token is not one of this list and filter");
    }
  }
  Page<RuleSetView> result;
  for (; version >= 1 && result.rows.size() < page.size; --version) {
    TB_ASSIGN_OR_RETURN(RuleSetView view, ViewRuleSet(*snapshot_, bank, version));
    result.rows.push_back(std::move(view));
  }
  if (version >= 1) {
    std::string next;
    base::AppendUint32(&next, version);
    result.next = MakePageToken(filter, next);
  }
  return result;
}

absl::StatusOr<Page<ScopeView>> Queries::Scopes(absl::string_view bank, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  return WalkPrefix<ScopeView>(
      *snapshot_, keys::TableOf('s', bank), absl::StrCat("scopes/", bank), page,
      [&](absl::string_view, absl::string_view value, std::vector<ScopeView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Scope row, ParseRow<rec::Scope>(value));
        ScopeView view{row.code(), row.display_name(), static_cast<model::ScopeLevel>(row.level()), ""};
        if (row.parent() != 0) {
          TB_ASSIGN_OR_RETURN(view.parent_code, lookup.ScopeCode(model::ScopeId(row.parent())));
        }
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<CenterView>> Queries::Centers(absl::string_view bank, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  return WalkPrefix<CenterView>(
      *snapshot_, keys::TableOf('c', bank), absl::StrCat("centers/", bank), page,
      [&](absl::string_view key, absl::string_view, std::vector<CenterView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(CenterView view, lookup.Center(model::CenterId(keys::LastId(key))));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<CenterDayView> Queries::CenterDay(absl::string_view bank, absl::string_view center, model::Day day) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::CenterId id, lookup.CenterByRef(center));
  CenterDayView view;
  TB_ASSIGN_OR_RETURN(view.center, lookup.Center(id));
  std::set<uint64_t> volunteers;
  for (const bool open : {true, false}) {
    const std::string prefix = keys::CenterDay(bank, id, open, day);
    auto it = snapshot_->Scan(prefix, base::PrefixEnd(prefix));
    for (; it->Valid(); it->Next()) {
      TB_ASSIGN_OR_RETURN(
          const rec::Record record,
          ledger::MustLoadRow<rec::Record>(*snapshot_, keys::Record(bank, model::RecordId(keys::LastId(it->key())))));
      Count(record, view, volunteers);
    }
    TB_RETURN_IF_ERROR(it->status());
  }
  view.volunteers = volunteers.size();
  const std::string waiting = keys::CenterRecords(bank, id, true);
  auto it = snapshot_->Scan(waiting, base::PrefixEnd(waiting));
  for (; it->Valid(); it->Next()) {
    ++view.unconfirmed_total;
  }
  TB_RETURN_IF_ERROR(it->status());
  return view;
}

}  // namespace timebank::queries
