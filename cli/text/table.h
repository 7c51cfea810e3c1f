// One table, printed for people (aligned), for spreadsheets (CSV) or for programs (JSON).
#ifndef TIMEBANK_CLI_TEXT_TABLE_H_
#define TIMEBANK_CLI_TEXT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/text/display.h"

namespace timebank::cli {

enum class Format { kTable, kCsv, kJson };

// "table", "csv" or "json"; INVALID_ARGUMENT for anything else.
absl::StatusOr<Format> ParseFormat(absl::string_view name);

// What stands in one place of a table: words for people, and the value for programs where that is something else.
class Cell {
 public:
  // Nothing: empty in a table and in CSV, null in JSON.
  Cell() = default;
  // The same text everywhere.
  static Cell Word(std::string text);
  // A number everywhere.
  static Cell Number(int64_t value);
  // true or false in CSV and JSON, `shown` in a table.
  static Cell Flag(std::string shown, bool value);
  // `shown` in a table, the number in CSV and JSON.
  static Cell ShownNumber(std::string shown, int64_t value);
  // `shown` in a table, `value` in CSV and JSON: a translated state, say, beside its stable name.
  static Cell ShownWord(std::string shown, std::string value);

  using Value = std::variant<std::monostate, std::string, int64_t, bool>;
  const std::string& shown() const { return shown_; }
  const Value& value() const { return value_; }

 private:
  Cell(std::string shown, Value value) : shown_(std::move(shown)), value_(std::move(value)) {}

  std::string shown_;
  Value value_;
};

struct Column {
  std::string key;    // Stable English snake_case: the CSV header and the JSON key. Different from the other columns'.
  std::string title;  // The heading for people, in their language.
  Align align = Align::kLeft;
  size_t max_width = 0;  // Longer texts are cut in the aligned table alone; 0 is no limit.
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

// kTable: headings, a rule, a line for each row; widths count Chinese characters as two columns, values are sanitised.
// kCsv: RFC 4180 in UTF-8 without a byte order mark, lines end in LF, the header are the keys.
// kJson: an array of objects in the order of the columns; bytes that are not UTF-8 are replaced by U+FFFD.
// Each ends with a line feed. OutputError() when `out` does not take it (a full disk, a closed pipe).
// REQUIRES: each row has as many cells as there are columns.
[[nodiscard]] absl::Status Print(const Table& table, Format format, std::ostream& out);

// UNAVAILABLE: a stream did not take what was written to it.
absl::Status OutputError();

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_TABLE_H_
