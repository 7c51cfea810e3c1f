// Tables in text as RFC 4180 has them and as spreadsheets write them.
#ifndef TIMEBANK_CLI_TEXT_CSV_H_
#define TIMEBANK_CLI_TEXT_CSV_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::cli {

struct CsvLimits {
  size_t field_bytes = size_t{64} << 10;
  size_t fields = 256;
  int64_t rows = 1'000'000;
};

struct CsvRow {
  int64_t number = 0;               // Data rows from 1; the header and empty lines do not count, bad rows do.
  int64_t line = 0;                 // The line of the file, from 1, on which the row begins.
  int64_t last_line = 0;            // The line on which it ends; later than `line` when a quoted field holds line breaks.
  std::vector<std::string> fields;  // Not trimmed. Line breaks within quotes are "\n", however the file wrote them.
  bool blank = false;               // Every field is empty or white space: spreadsheets leave such rows behind their tables.
  // OK, or INVALID_ARGUMENT for a bad row: another number of fields than the header, text after a closing quote, a field or
  // a number of fields beyond the limits (`fields` then holds what was within them).
  absl::Status status;
};

// Reads rows one after the other. The separator is the one of comma, semicolon and tab that occurs most in the header; a
// full-width comma never separates. Lines end in CRLF, LF or CR. Not thread-safe.
class CsvReader {
 public:
  // Reads the header. INVALID_ARGUMENT when the text holds no line, or the header has an open quote or breaks the limits.
  // REQUIRES: `text` outlives the reader.
  static absl::StatusOr<CsvReader> Open(absl::string_view text, CsvLimits limits = {});

  const std::vector<std::string>& header() const { return header_; }
  char separator() const { return separator_; }

  // The next row, good or bad; nothing at the end, and then status() tells which end it was.
  std::optional<CsvRow> Next();

  // OK as long as rows come and after the last of them. INVALID_ARGUMENT when a quote is never closed (the message names the
  // line it began on: the file was cut off, or the quote is a stray one) or when there are more rows than the limit; what
  // comes from there on is not read.
  const absl::Status& status() const { return status_; }

 private:
  enum class FieldEnd { kSeparator, kLine, kText };

  CsvReader(absl::string_view text, CsvLimits limits) : text_(text), limits_(limits) {}

  // Each reads one field at the front of the text. A fault of the row goes into row->status, an open quote into status_.
  FieldEnd ReadField(CsvRow* row);
  FieldEnd ReadQuoted(CsvRow* row, std::string* field);
  FieldEnd ReadPlain(CsvRow* row, std::string* field);
  // Takes a line break of any kind off the front, counting the line.
  bool TakeLineBreak();
  void AppendChar(char c, CsvRow* row, std::string* field) const;
  // One record; nothing at the end of the text or after an open quote.
  std::optional<CsvRow> ReadRecord();

  absl::string_view text_;  // What is not read yet.
  CsvLimits limits_;
  std::vector<std::string> header_;
  char separator_ = ',';
  int64_t line_ = 1;
  int64_t rows_ = 0;
  absl::Status status_;
};

// Appends one line. A field is quoted when it holds a comma, a quote, a line break, or white space at an end; lines end in
// LF. Nothing is put before "=" or "@": these files are read by programs, and a changed value would be a wrong one.
void AppendCsvRow(const std::vector<std::string>& fields, std::string* out);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_CSV_H_
