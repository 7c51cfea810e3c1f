// The lots of a member, one after the other.
#ifndef TIMEBANK_LEDGER_LOT_WALK_H_
#define TIMEBANK_LEDGER_LOT_WALK_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/ledger/work.h"
#include "service/model/nouns.h"
#include "service/store/store.h"

namespace timebank::ledger {

// In the order of spending: by provenance and then age, or by age alone. Not thread-safe; `work` outlives this, and its lots must not
// change meanwhile.
class LotWalk {
 public:
  static LotWalk Make(const Work& work, model::MemberId member, bool by_provenance);

  // False at the end.
  bool Valid() const { return current_ != nullptr; }
  void Next();
  // REQUIRES: Valid(), here and below.
  absl::string_view key() const { return current_->key(); }
  // DATA_LOSS when it cannot be read.
  absl::StatusOr<rec::Lot> Row() const;
  // OK, or why the walk ended early.
  absl::Status status() const;

 private:
  LotWalk() = default;
  void Choose();

  std::vector<std::unique_ptr<store::Iterator>> scans_;
  store::Iterator* current_ = nullptr;
};

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_LOT_WALK_H_
