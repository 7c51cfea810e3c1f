// Typed access to rows: the messages of timebank.record.v1 under the keys of keys.h.
#ifndef TIMEBANK_LEDGER_ROWS_H_
#define TIMEBANK_LEDGER_ROWS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/base/status.h"
#include "service/store/store.h"
#include "service/store/working_rows.h"

namespace timebank::ledger {

// The row's message; nullopt when there is no such row. DATA_LOSS when the bytes are not such a message; else the store's
// errors.
template <typename Row>
absl::StatusOr<std::optional<Row>> LoadRow(const store::Reader& reader, absl::string_view key) {
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, reader.Get(key));
  std::optional<Row> row;
  if (bytes.has_value() && !row.emplace().ParseFromString(*bytes)) {
    return absl::DataLossError("a stored row cannot be read");
  }
  return row;
}

// The same, without a copy of the bytes.
template <typename Row>
absl::StatusOr<std::optional<Row>> LoadRow(const store::WorkingRows& rows, absl::string_view key) {
  TB_ASSIGN_OR_RETURN(const std::optional<absl::string_view> bytes, rows.Find(key));
  std::optional<Row> row;
  if (bytes.has_value() && !row.emplace().ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    return absl::DataLossError("a stored row cannot be read");
  }
  return row;
}

// A row that must exist because another row names it: DATA_LOSS when it does not.
template <typename Row, typename Rows>
absl::StatusOr<Row> MustLoadRow(const Rows& rows, absl::string_view key) {
  TB_ASSIGN_OR_RETURN(std::optional<Row> row, LoadRow<Row>(rows, key));
  if (!row.has_value()) {
    return absl::DataLossError("a row that another one names is missing");
  }
  return *std::move(row);
}

template <typename Row>
void SaveRow(store::WorkingRows& rows, absl::string_view key, const Row& row) {
  row.AppendToString(&rows.PutAtEnd(key));
}

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_ROWS_H_
