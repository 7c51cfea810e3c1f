#include "cli/text/csv.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/text/language.h"
#include "cli/text/width.h"

namespace timebank::cli {
namespace {

namespace error {

absl::Status Empty() { return InvalidText({"文件是空的：没有表头", "the file is empty: there is no header line"}); }

absl::Status OpenQuote(int64_t line, int64_t rows) {
  return InvalidText({absl::StrCat("第 ", line, " 行开始的引号没有结束，文件可能被截断；此前读到 ", rows, " 行数据"),
                      absl::StrCat("the quote that begins on line ", line,
                                   " is never closed; the file may be cut off. Data rows read before it: ", rows)});
}

absl::Status TooManyRows(int64_t limit, int64_t line) {
  return InvalidText(
      {absl::StrCat("数据超过 ", limit, " 行，从第 ", line, " 行起没有读取；请分成几个文件"),
       absl::StrCat("more than ", limit, " data rows; nothing was read from line ", line, " on. Split the file")});
}

absl::Status FieldTooLong(size_t field, size_t limit) {
  return InvalidText({absl::StrCat("第 ", field, " 列的内容超过 ", limit, " 字节；可能有多余的引号"),
                      absl::StrCat("field ", field, " is longer than ", limit, " bytes; there may be a stray quote")});
}

absl::Status TooManyFields(size_t limit) {
  return InvalidText({absl::StrCat("超过 ", limit, " 列"), absl::StrCat("more than ", limit, " fields")});
}

absl::Status TextAfterQuote(size_t field) {
  return InvalidText(
      {absl::StrCat("第 ", field, " 列的右引号之后还有内容；引号内的引号要写两个"),
       absl::StrCat("field ", field, " goes on after its closing quote; a quote within quotes is written twice")});
}

absl::Status FieldCount(const CsvRow& row, size_t expected) {
  const std::string lines = row.line == row.last_line ? absl::StrCat(row.line) : absl::StrCat(row.line, "-", row.last_line);
  return InvalidText(
      {absl::StrCat("有 ", row.fields.size(), " 列，表头有 ", expected, " 列（文件第 ", lines, " 行）"),
       absl::StrCat(row.fields.size(), " fields where the header has ", expected, " (line ", lines, " of the file)")});
}

}  // namespace error

// Counted outside quotes in the first line that is not empty; a tie goes to the comma, then to the semicolon.
char DetectSeparator(absl::string_view text) {
  constexpr char kSeparators[] = {',', ';', '\t'};
  size_t counts[] = {0, 0, 0};
  bool quoted = false;
  bool started = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '\n' || c == '\r')) {
      if (started) {
        break;
      }
    } else if (!quoted) {
      for (size_t i = 0; i < std::size(kSeparators); ++i) {
        counts[i] += c == kSeparators[i] ? 1 : 0;
      }
    }
    started = started || !absl::ascii_isspace(static_cast<unsigned char>(c));
  }
  return kSeparators[std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts)];
}

void SetStatus(absl::Status status, CsvRow* row) {
  if (row->status.ok()) {  // The first fault of a row explains the others.
    row->status = std::move(status);
  }
}

bool NeedsQuotes(const std::string& field) {
  return field.find_first_of(",\"\r\n") != std::string::npos || Trim(field).size() != field.size();
}

}  // namespace

absl::StatusOr<CsvReader> CsvReader::Open(absl::string_view text, CsvLimits limits) {
  CsvReader reader(text, limits);
  reader.separator_ = DetectSeparator(text);
  std::optional<CsvRow> header = reader.ReadRecord();
  if (!reader.status_.ok()) {
    return reader.status_;
  }
  if (!header.has_value()) {
    return error::Empty();
  }
  if (!header->status.ok()) {
    return header->status;
  }
  reader.header_ = std::move(header->fields);
  return reader;
}

std::optional<CsvRow> CsvReader::Next() {
  const bool full = rows_ >= limits_.rows;
  std::optional<CsvRow> row = ReadRecord();
  if (!row.has_value()) {
    return std::nullopt;
  }
  if (full) {
    status_ = error::TooManyRows(limits_.rows, row->line);
    text_ = {};
    return std::nullopt;
  }
  row->number = ++rows_;
  if (row->fields.size() != header_.size()) {
    SetStatus(error::FieldCount(*row, header_.size()), &*row);
  }
  row->blank =
      std::all_of(row->fields.begin(), row->fields.end(), [](const std::string& field) { return Trim(field).empty(); });
  return row;
}

std::optional<CsvRow> CsvReader::ReadRecord() {
  while (!text_.empty()) {
    CsvRow row;
    row.line = line_;
    const bool quoted = text_.front() == '"';
    FieldEnd end = FieldEnd::kSeparator;
    while (end == FieldEnd::kSeparator) {
      end = ReadField(&row);
      if (!status_.ok()) {
        text_ = {};
        return std::nullopt;
      }
    }
    row.last_line = end == FieldEnd::kLine ? line_ - 1 : line_;
    const bool empty_line = row.fields.size() == 1 && !quoted && Trim(row.fields.front()).empty();
    if (!empty_line) {
      return row;
    }
  }
  return std::nullopt;
}

CsvReader::FieldEnd CsvReader::ReadField(CsvRow* row) {
  std::string field;
  const bool quoted = !text_.empty() && text_.front() == '"';
  const bool room = row->fields.size() < limits_.fields;
  if (!room) {
    SetStatus(error::TooManyFields(limits_.fields), row);
  }
  const FieldEnd end = quoted ? ReadQuoted(row, &field) : ReadPlain(row, &field);
  if (room) {
    row->fields.push_back(std::move(field));
  }
  return end;
}

CsvReader::FieldEnd CsvReader::ReadQuoted(CsvRow* row, std::string* field) {
  const int64_t first_line = line_;
  text_.remove_prefix(1);
  while (!text_.empty()) {
    if (absl::ConsumePrefix(&text_, "\"\"")) {
      AppendChar('"', row, field);
    } else if (absl::ConsumePrefix(&text_, "\"")) {
      if (!text_.empty() && text_.front() != separator_ && text_.front() != '\r' && text_.front() != '\n') {
        SetStatus(error::TextAfterQuote(row->fields.size() + 1), row);
      }
      return ReadPlain(row, field);
    } else if (TakeLineBreak()) {
      AppendChar('\n', row, field);
    } else {
      AppendChar(text_.front(), row, field);
      text_.remove_prefix(1);
    }
  }
  status_ = error::OpenQuote(first_line, rows_);
  return FieldEnd::kText;
}

CsvReader::FieldEnd CsvReader::ReadPlain(CsvRow* row, std::string* field) {
  while (!text_.empty()) {
    if (TakeLineBreak()) {
      return FieldEnd::kLine;
    }
    const char c = text_.front();
    text_.remove_prefix(1);
    if (c == separator_) {
      return FieldEnd::kSeparator;
    }
    AppendChar(c, row, field);
  }
  return FieldEnd::kText;
}

bool CsvReader::TakeLineBreak() {
  if (absl::ConsumePrefix(&text_, "\r\n") || absl::ConsumePrefix(&text_, "\n") || absl::ConsumePrefix(&text_, "\r")) {
    ++line_;
    return true;
  }
  return false;
}

void CsvReader::AppendChar(char c, CsvRow* row, std::string* field) const {
  if (field->size() < limits_.field_bytes) {
    field->push_back(c);
  } else {
    SetStatus(error::FieldTooLong(row->fields.size() + 1, limits_.field_bytes), row);
  }
}

void AppendCsvRow(const std::vector<std::string>& fields, std::string* out) {
  // A lone empty field would be an empty line, which readers skip.
  const bool lone_empty = fields.size() == 1 && fields.front().empty();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      out->push_back(',');
    }
    if (!lone_empty && !NeedsQuotes(fields[i])) {
      out->append(fields[i]);
      continue;
    }
    out->push_back('"');
    for (const char c : fields[i]) {
      out->append(c == '"' ? 2 : 1, c);
    }
    out->push_back('"');
  }
  out->push_back('\n');
}

}  // namespace timebank::cli
