#include "service/queries/journal_walk.h"

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

constexpr uint64_t kEntriesBetweenQuestions = 1024;

}  // namespace

absl::StatusOr<uint64_t> FirstBookedOn(const store::Reader& reader, absl::string_view bank, uint64_t entries,
                                       model::Day day) {
  uint64_t low = 1;
  uint64_t high = entries + 1;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    TB_ASSIGN_OR_RETURN(const rec::Entry entry,
                        ledger::MustLoadRow<rec::Entry>(reader, keys::Entry(bank, model::Sequence(middle))));
    if (model::DayOf(model::RecordTime(entry.record_time())) < day) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::StatusOr<uint64_t> LastBookedBy(const store::Reader& reader, absl::string_view bank, model::Day day) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Bank> row, ledger::LoadRow<rec::Bank>(reader, keys::Bank(bank)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no bank ", bank));
  }
  TB_ASSIGN_OR_RETURN(const uint64_t next, FirstBookedOn(reader, bank, row->entry_count(), model::Day(day.value() + 1)));
  return next - 1;
}

absl::Status WalkJournal(const store::Reader& reader, absl::string_view bank, uint64_t first, uint64_t last,
                         const GoOn& go_on, const std::function<absl::Status(const rec::Entry&)>& visit) {
  auto it = reader.Scan(keys::Entry(bank, model::Sequence(first)), keys::Entry(bank, model::Sequence(last + 1)));
  rec::Entry entry;
  for (uint64_t sequence = first; sequence <= last; ++sequence, it->Next()) {
    if (sequence % kEntriesBetweenQuestions == 0 && !go_on()) {
      return absl::DeadlineExceededError("the report takes longer than its deadline allows");
    }
    if (!it->Valid()) {
      TB_RETURN_IF_ERROR(it->status());
      return absl::DataLossError("an entry of the journal is missing");
    }
    if (!entry.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())) || entry.sequence() != sequence) {
      return absl::DataLossError("an entry of the journal cannot be read");
    }
    TB_RETURN_IF_ERROR(visit(entry));
  }
  return absl::OkStatus();
}

}  // namespace timebank::queries
