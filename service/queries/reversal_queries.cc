// Reversals of many records: what stands where.
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

ReversalView View(model::ReversalId id, const rec::Reversal& row) {
  ReversalView view;
  view.id = id;
  view.state = static_cast<model::ReversalState>(row.state());
  view.reason = row.reason();
  view.cover = static_cast<model::Cover>(row.cover());
  view.consent = row.consent();
  view.proposer = row.proposer();
  view.decider = row.decider();
  view.decision_reason = row.decision_reason();
  view.total = row.total();
  view.reversed = row.reversed();
  view.skipped = row.skipped();
  view.record_time = model::RecordTime(row.record_time());
  view.decided_time = model::RecordTime(row.decided_time());
  return view;
}

// Why a record was passed over stands in the entry that did so.
absl::StatusOr<std::optional<model::Rejection>> RefusalIn(const Lookup& lookup, uint64_t sequence) {
  TB_ASSIGN_OR_RETURN(const rec::Entry entry, ledger::MustLoadRow<rec::Entry>(
                                                  lookup.reader(), keys::Entry(lookup.bank(), model::Sequence(sequence))));
  const rec::Refusal& refusal = entry.reversal_step().refusal();
  std::optional<model::Rejection> found;
  if (entry.reversal_step().has_refusal() && !model::ReasonFromNumber(refusal.reason(), &found.emplace().reason)) {
    return absl::DataLossError("a record was passed over for no reason there is");
  }
  for (const rec::NameValue& pair : refusal.metadata()) {
    found->metadata.emplace_back(pair.name(), pair.value());
  }
  return found;
}

absl::StatusOr<ReversalItemView> ViewItem(const Lookup& lookup, model::RecordId id, const rec::ReversalItem& row) {
  TB_ASSIGN_OR_RETURN(const rec::Record record,
                      ledger::MustLoadRow<rec::Record>(lookup.reader(), keys::Record(lookup.bank(), id)));
  ReversalItemView view;
  view.record = id;
  TB_ASSIGN_OR_RETURN(view.volunteer, lookup.Person(model::MemberId(record.service().volunteer())));
  view.day = model::DayOf(model::Minute(record.service().start()));
  view.credited = model::Minutes(record.credited());
  view.state = static_cast<model::ReversalItemState>(row.state());
  view.entry = model::Sequence(row.entry());
  if (view.state == model::ReversalItemState::kSkipped) {
    TB_ASSIGN_OR_RETURN(view.refusal, RefusalIn(lookup, row.entry()));
  }
  return view;
}

}  // namespace

absl::StatusOr<ReversalView> Queries::Reversal(absl::string_view bank, model::ReversalId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Reversal> row,
                      ledger::LoadRow<rec::Reversal>(*snapshot_, keys::Reversal(bank, id)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no reversal ", id.value()));
  }
  return View(id, *row);
}

absl::StatusOr<Page<ReversalItemView>> Queries::ReversalItems(absl::string_view bank, model::ReversalId id,
                                                              const PageRequest& page) const {
  TB_RETURN_IF_ERROR(Reversal(bank, id).status());
  const Lookup lookup(*snapshot_, bank);
  return WalkPrefix<ReversalItemView>(
      *snapshot_, keys::ReversalItems(bank, id), absl::StrCat("reversal/", bank, "/", id.value()), page,
      [&](absl::string_view key, absl::string_view value, std::vector<ReversalItemView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::ReversalItem row, ParseRow<rec::ReversalItem>(value));
        TB_ASSIGN_OR_RETURN(ReversalItemView view, ViewItem(lookup, model::RecordId(keys::LastId(key)), row));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<ReversalView>> Queries::Reversals(absl::string_view bank, std::optional<model::ReversalState> state,
                                                      const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  const std::string text = absl::StrCat("reversals/", bank, "/", state.has_value() ? static_cast<int>(*state) : 0);
  return WalkPrefix<ReversalView>(
      *snapshot_, keys::TableOf('I', bank), text, page,
      [&](absl::string_view key, absl::string_view value, std::vector<ReversalView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Reversal row, ParseRow<rec::Reversal>(value));
        if (!state.has_value() || row.state() == static_cast<uint32_t>(*state)) {
          rows.push_back(View(model::ReversalId(keys::LastId(key)), row));
        }
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
