// The quick look at every bank when a store is opened.
#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

absl::Status CheckHead(const store::Reader& reader, const std::string& bank, const rec::Bank& row) {
  TB_ASSIGN_OR_RETURN(const merkle::CompactRange tree, LoadTree(reader, bank));
  const model::Sequence last(row.entry_count());
  TB_ASSIGN_OR_RETURN(const rec::Entry entry, MustLoadRow<rec::Entry>(reader, keys::Entry(bank, last)));
  TB_ASSIGN_OR_RETURN(const auto beyond, reader.Get(keys::Entry(bank, model::Sequence(last.value() + 1))));
  const bool fits = tree.size() == last.value() && entry.sequence() == last.value() &&
                    entry.record_time() == row.last_record_time() && !beyond.has_value();
  return fits ? absl::OkStatus() : absl::DataLossError("bank, tree and journal do not end at the same entry");
}

absl::Status ForEachBank(const store::Reader& reader,
                         const std::function<absl::Status(const std::string& bank, const rec::Bank& row)>& visit) {
  const std::string prefix = keys::AllBanks();
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::Bank row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("the row of a bank cannot be read");
    }
    TB_RETURN_IF_ERROR(visit(keys::BankOf(it->key()), row));
  }
  return it->status();
}

}  // namespace

absl::Status CheckHeads(const store::Reader& reader) {
  return ForEachBank(reader, [&](const std::string& bank, const rec::Bank& row) {
    const absl::Status status = CheckHead(reader, bank, row);
    return status.ok() ? status : absl::DataLossError(absl::StrCat("bank ", bank, ": ", status.message()));
  });
}

absl::StatusOr<model::RecordTime> LatestRecordTime(const store::Reader& reader) {
  model::RecordTime latest;
  TB_RETURN_IF_ERROR(ForEachBank(reader, [&](const std::string&, const rec::Bank& row) {
    latest = std::max(latest, model::RecordTime(row.last_record_time()));
    return absl::OkStatus();
  }));
  return latest;
}

}  // namespace timebank::ledger
