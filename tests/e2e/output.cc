#include "tests/e2e/output.h"

#include <gmock/gmock.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <sstream>

namespace timebank::e2e {
namespace {

int ColumnsOf(UChar32 character) {
  const int kind = u_charType(character);
  if (kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_FORMAT_CHAR) {
    return 0;
  }
  const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

// Marks the terminal columns in which the line is not blank.
void MarkUsed(const std::string& line, std::vector<bool>* used) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(line);
  size_t column = 0;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 character = text.char32At(i);
    const auto columns = static_cast<size_t>(ColumnsOf(character));
    used->resize(std::max(used->size(), column + columns), false);
    if (character != ' ') {
      std::fill_n(used->begin() + static_cast<std::ptrdiff_t>(column), columns, true);
    }
    column += columns;
  }
}

}  // namespace

std::vector<std::vector<std::string>> ParseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      row.back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      row.emplace_back();
    } else if (!quoted && c == '\n') {
      rows.push_back(row);
      row.assign(1, "");
    } else if (quoted || c != '\r') {
      row.back() += c;
    }
  }
  EXPECT_FALSE(quoted) << "an open quote";
  EXPECT_TRUE(row.size() == 1 && row[0].empty()) << "the last line has no end";
  return rows;
}

std::vector<std::map<std::string, std::string>> CsvRows(const std::string& text) {
  const std::vector<std::vector<std::string>> rows = ParseCsv(text);
  std::vector<std::map<std::string, std::string>> result;
  for (size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].size(), rows[0].size()) << "row " << i;
    std::map<std::string, std::string>& named = result.emplace_back();
    for (size_t j = 0; j < std::min(rows[i].size(), rows[0].size()); ++j) {
      named[rows[0][j]] = rows[i][j];
    }
  }
  return result;
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    line += &field == &fields.front() ? "" : ",";
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) {
      line += c == '"' ? "\"\"" : std::string(1, c);
    }
    line += '"';
  }
  return line + "\r\n";
}

std::string ToGbk(const std::string& utf8) {
  UErrorCode error = U_ZERO_ERROR;
  std::string gbk(utf8.size() * 2 + 16, '\0');
  const int32_t size = ucnv_convert("GBK", "UTF-8", gbk.data(), static_cast<int32_t>(gbk.size()), utf8.data(),
                                    static_cast<int32_t>(utf8.size()), &error);
  EXPECT_TRUE(U_SUCCESS(error)) << u_errorName(error);
  gbk.resize(static_cast<size_t>(std::max(size, 0)));
  return gbk;
}

int AlignedBlocks(const std::string& table) {
  std::vector<bool> used;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    MarkUsed(line, &used);
  }
  int blocks = 0;
  for (size_t column = 0; column < used.size(); ++column) {
    blocks += used[column] && (column == 0 || !used[column - 1]) ? 1 : 0;
  }
  return blocks;
}

}  // namespace timebank::e2e
