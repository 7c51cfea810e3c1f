#include "cli/text/table.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/text/csv.h"
#include "cli/text/language.h"
#include "service/base/check.h"

namespace timebank::cli {
namespace {

constexpr absl::string_view kGap = "  ";

std::string PlainValue(const Cell& cell) {
  if (const auto* word = std::get_if<std::string>(&cell.value())) {
    return *word;
  }
  if (const auto* number = std::get_if<int64_t>(&cell.value())) {
    return absl::StrCat(*number);
  }
  if (const auto* flag = std::get_if<bool>(&cell.value())) {
    return *flag ? "true" : "false";
  }
  return "";
}

nlohmann::ordered_json JsonValue(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> nlohmann::ordered_json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return nullptr;
        } else {
          return value;
        }
      },
      cell.value());
}

std::string Shown(const std::string& text, const Column& column) {
  const std::string safe = Sanitize(text);
  return column.max_width == 0 ? safe : Truncate(safe, column.max_width);
}

// The last column is not padded on its right, so that lines do not end in spaces.
void AppendLine(const std::vector<std::string>& texts, const std::vector<Column>& columns, const std::vector<size_t>& widths,
                std::string* out) {
  std::string line;
  for (size_t i = 0; i < texts.size(); ++i) {
    absl::StrAppend(&line, i == 0 ? "" : kGap, Pad(texts[i], widths[i], columns[i].align));
  }
  line.erase(line.find_last_not_of(' ') + 1);
  absl::StrAppend(out, line, "\n");
}

std::string AlignedText(const Table& table) {
  std::vector<std::string> titles;
  std::vector<size_t> widths;
  for (const Column& column : table.columns) {
    titles.push_back(Sanitize(column.title));
    widths.push_back(DisplayWidth(titles.back()));
  }
  std::vector<std::vector<std::string>> lines;
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      line.push_back(Shown(row[i].shown(), table.columns[i]));
      widths[i] = std::max(widths[i], DisplayWidth(line.back()));
    }
  }
  std::vector<std::string> rules;
  for (const size_t width : widths) {
    rules.emplace_back(width, '-');
  }
  std::string out;
  AppendLine(titles, table.columns, widths, &out);
  AppendLine(rules, table.columns, widths, &out);
  for (const std::vector<std::string>& line : lines) {
    AppendLine(line, table.columns, widths, &out);
  }
  return out;
}

std::string CsvText(const Table& table) {
  std::string out;
  std::vector<std::string> fields;
  for (const Column& column : table.columns) {
    fields.push_back(column.key);
  }
  AppendCsvRow(fields, &out);
  for (const std::vector<Cell>& row : table.rows) {
    fields.clear();
    for (const Cell& cell : row) {
      fields.push_back(PlainValue(cell));
    }
    AppendCsvRow(fields, &out);
  }
  return out;
}

std::string JsonText(const Table& table) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const std::vector<Cell>& row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (size_t i = 0; i < row.size(); ++i) {
      object[table.columns[i].key] = JsonValue(row[i]);
    }
    array.push_back(std::move(object));
  }
  return array.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string Render(const Table& table, Format format) {
  switch (format) {
    case Format::kTable:
      return AlignedText(table);
    case Format::kCsv:
      return CsvText(table);
    case Format::kJson:
      return JsonText(table);
  }
  TB_CHECK(false);
}

}  // namespace

absl::StatusOr<Format> ParseFormat(absl::string_view name) {
  if (name == "table") {
    return Format::kTable;
  }
  if (name == "csv") {
    return Format::kCsv;
  }
  if (name == "json") {
    return Format::kJson;
  }
  const std::string quoted = QuoteForMessage(name);
  return InvalidText({"输出格式 " + quoted + " 不可用，请用 table、csv 或 json",
                      "unknown output format " + quoted + "; use table, csv or json"});
}

Cell Cell::Word(std::string text) {
  std::string value = text;
  return Cell(std::move(text), std::move(value));
}

Cell Cell::Number(int64_t value) { return Cell(absl::StrCat(value), value); }

Cell Cell::Flag(std::string shown, bool value) { return Cell(std::move(shown), value); }

Cell Cell::ShownNumber(std::string shown, int64_t value) { return Cell(std::move(shown), value); }

Cell Cell::ShownWord(std::string shown, std::string value) { return Cell(std::move(shown), std::move(value)); }

absl::Status OutputError() {
  return TextError(absl::StatusCode::kUnavailable,
                   {"输出没有写完，请检查磁盘是否已满", "the output could not be written; the disk may be full"});
}

absl::Status Print(const Table& table, Format format, std::ostream& out) {
  for (const std::vector<Cell>& row : table.rows) {
    TB_CHECK(row.size() == table.columns.size());
  }
  out << Render(table, format) << std::flush;
  if (!out.good()) {
    return OutputError();
  }
  return absl::OkStatus();
}

}  // namespace timebank::cli
