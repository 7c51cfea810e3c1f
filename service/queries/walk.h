// One page out of ordered ranges of keys.
#ifndef TIMEBANK_QUERIES_WALK_H_
#define TIMEBANK_QUERIES_WALK_H_

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/queries/page_token.h"
#include "service/queries/views.h"
#include "service/store/store.h"

namespace timebank::queries {

// A range of keys; `end` empty means to the last key.
struct KeyRange {
  std::string begin;
  std::string end;
};

// Visits keys of the ranges, which ascend, from where the token says until the page is full. `visit` appends to the page's rows what it
// wants to show of a key: one row, or none. At most limits::kPageScanMost keys are looked at, so that a page may be short and
// still not the last.
template <typename T>
absl::StatusOr<Page<T>> WalkRanges(
    const store::Reader& reader, const std::vector<KeyRange>& ranges, absl::string_view filter, const PageRequest& request,
    const std::function<absl::Status(absl::string_view key, absl::string_view value, std::vector<T>& rows)>& visit) {
  Page<T> page;
  TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(filter, request.token));
  size_t looked_at = 0;
  for (const KeyRange& range : ranges) {
    if (!range.end.empty() && place >= range.end) {
      continue;
    }
    auto it = reader.Scan(std::max(place, range.begin), range.end);
    for (; it->Valid(); it->Next()) {
      if (page.rows.size() >= request.size || looked_at >= model::limits::kPageScanMost) {
        page.next = MakePageToken(filter, it->key());
        return page;
      }
      ++looked_at;
      TB_RETURN_IF_ERROR(visit(it->key(), it->value(), page.rows));
    }
    TB_RETURN_IF_ERROR(it->status());
  }
  return page;
}

// Every key that begins with `prefix`.
template <typename T>
absl::StatusOr<Page<T>> WalkPrefix(
    const store::Reader& reader, const std::string& prefix, absl::string_view filter, const PageRequest& request,
    const std::function<absl::Status(absl::string_view key, absl::string_view value, std::vector<T>& rows)>& visit) {
  return WalkRanges<T>(reader, {{prefix, base::PrefixEnd(prefix)}}, filter, request, visit);
}

// The message in a row's bytes. DATA_LOSS when it is none.
template <typename Row>
absl::StatusOr<Row> ParseRow(absl::string_view bytes) {
  Row row;
  if (!row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored row cannot be read");
  }
  return row;
}

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_WALK_H_
