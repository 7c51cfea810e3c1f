#include "service/ledger/lot_walk.h"

#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"

namespace timebank::ledger {

using model::Provenance;

LotWalk LotWalk::Make(const Work& work, model::MemberId member, bool by_provenance) {
  LotWalk walk;
  std::vector<std::string> prefixes = {keys::LotsOf(work.bank_id(), member)};
  if (!by_provenance) {
    // Each provenance is in the order of age: the oldest of the four heads comes first.
    prefixes.clear();
    for (const Provenance provenance :
         {Provenance::kGranted, Provenance::kDonated, Provenance::kGifted, Provenance::kEarned}) {
      prefixes.push_back(keys::LotsFrom(work.bank_id(), member, provenance));
    }
  }
  for (const std::string& prefix : prefixes) {
    walk.scans_.push_back(work.rows().Scan(prefix, base::PrefixEnd(prefix)));
  }
  walk.Choose();
  return walk;
}

void LotWalk::Choose() {
  current_ = nullptr;
  for (const std::unique_ptr<store::Iterator>& scan : scans_) {
    if (scan->Valid() && (current_ == nullptr || keys::LastId(scan->key()) < keys::LastId(current_->key()))) {
      current_ = scan.get();
    }
  }
}

void LotWalk::Next() {
  current_->Next();
  Choose();
}

absl::StatusOr<rec::Lot> LotWalk::Row() const {
  rec::Lot row;
  if (!row.ParseFromArray(current_->value().data(), static_cast<int>(current_->value().size()))) {
    return absl::DataLossError("a stored lot cannot be read");
  }
  return row;
}

absl::Status LotWalk::status() const {
  for (const std::unique_ptr<store::Iterator>& scan : scans_) {
    TB_RETURN_IF_ERROR(scan->status());
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
