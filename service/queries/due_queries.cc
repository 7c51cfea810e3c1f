// What waits for its time.
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;

absl::StatusOr<Page<DueView>> Queries::Due(absl::string_view bank, const DueFilter& filter, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  KeyRange range{keys::TableOf('u', bank), base::PrefixEnd(keys::TableOf('u', bank))};
  if (filter.to.has_value()) {
    const model::RecordTime end = model::StartOf(model::Day(filter.to->value() + 1));
    // Nothing is due before 1970.
    range.end = end.value() < 0 ? range.begin : keys::DueBefore(bank, end);
  }
  const std::string text = absl::StrCat("due/", bank, "/", filter.kind.has_value() ? static_cast<int>(*filter.kind) : 0, "/",
                                        filter.to.has_value() ? absl::StrCat(filter.to->value()) : "");
  return WalkRanges<DueView>(*snapshot_, {range}, text, page,
                             [&](absl::string_view key, absl::string_view, std::vector<DueView>& rows) -> absl::Status {
                               const keys::DueRow row = keys::DueRowOf(key);
                               if (!filter.kind.has_value() || row.kind == *filter.kind) {
                                 rows.push_back({row.due, row.kind, row.id});
                               }
                               return absl::OkStatus();
                             });
}

}  // namespace timebank::queries
