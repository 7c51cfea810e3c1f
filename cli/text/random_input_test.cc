// Random input through decoding and CSV: nothing crashes, everything ends, and what is written is read back.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "cli/text/columns.h"
#include "cli/text/csv.h"
#include "cli/text/date_time.h"
#include "cli/text/display.h"
#include "cli/text/encoding.h"
#include "cli/text/language.h"
#include "cli/text/width.h"

namespace timebank::cli {
namespace {

class RandomInputTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("TIMEBANK_TEST_SEED");
    const auto seed = given == nullptr ? std::random_device()() : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    std::cout << "TIMEBANK_TEST_SEED=" << seed << std::endl;
    random_.seed(seed);
  }
  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  std::string Bytes(size_t length) {
    std::string bytes;
    for (size_t i = 0; i < length; ++i) {
      bytes.push_back(static_cast<char>(Below(256)));
    }
    return bytes;
  }
  std::string Pieces(const std::vector<std::string>& pieces, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      text += pieces[Below(pieces.size())];
    }
    return text;
  }

  std::mt19937 random_;
};

const std::vector<std::string>& CsvPieces() {
  static const auto* const kPieces =
      new std::vector<std::string>{"\"", "\"\"", ",",  ",",  ";",      "\t", "\n",     "\r\n",  "\r",         " ",
                                   "a",  "1",    "张", "，", "\u3000", "😀",  "\u202e", "\x1b[", "2026-03-05", "９：０５"};
  return *kPieces;
}

// Reads to the end, checking what the contract says of each row, and gives the number of rows.
int64_t ReadThrough(const std::string& text) {
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  if (!reader.ok()) {
    EXPECT_FALSE(TextOf(reader.status()).zh.empty());
    return 0;
  }
  int64_t rows = 0;
  int64_t line = 0;
  while (const std::optional<CsvRow> row = reader->Next()) {
    EXPECT_EQ(row->number, ++rows);
    EXPECT_GT(row->line, line);
    EXPECT_GE(row->last_line, row->line);
    EXPECT_TRUE(!row->status.ok() || row->fields.size() == reader->header().size());
    line = row->last_line;
  }
  EXPECT_FALSE(reader->Next().has_value()) << "the end stays the end";
  return rows;
}

TEST_F(RandomInputTest, BytesNeverCrash) {
  int decoded_count = 0;
  for (int round = 0; round < 20'000; ++round) {
    const absl::StatusOr<DecodedText> decoded = DecodeText(Bytes(Below(round % 10 == 0 ? 300 : 12)));
    if (decoded.ok()) {
      ++decoded_count;
      EXPECT_EQ(Sanitize(decoded->text).find('\x1b'), std::string::npos);
      EXPECT_TRUE(DecodeText(decoded->text).ok()) << "what was decoded is UTF-8";
      ReadThrough(decoded->text);
    } else {
      EXPECT_NE(TextOf(decoded.status()).zh, TextOf(decoded.status()).en);
    }
  }
  EXPECT_GT(decoded_count, 0);
}

TEST_F(RandomInputTest, CsvLikeTextNeverCrashes) {
  int64_t rows = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = Pieces(CsvPieces(), Below(60));
    rows += ReadThrough(text);
    const absl::StatusOr<DecodedText> decoded = DecodeText(text);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->text, text);
    EXPECT_LE(DisplayWidth(Truncate(Sanitize(text), 20)), 20U);
  }
  EXPECT_GT(rows, 0);
}

TEST_F(RandomInputTest, WhatIsWrittenIsReadBack) {
  for (int round = 0; round < 3'000; ++round) {
    const size_t width = 1 + Below(5);
    std::vector<std::vector<std::string>> rows(1 + Below(8));
    std::string text;
    for (std::vector<std::string>& row : rows) {
      for (size_t i = 0; i < width; ++i) {
        std::string field = Pieces(CsvPieces(), Below(6));
        std::erase(field, '\r');  // Line breaks are read as "\n".
        row.push_back(field);
      }
    }
    rows.front().assign(width, "head");  // The separator is taken from the header.
    for (const std::vector<std::string>& row : rows) {
      AppendCsvRow(row, &text);
    }
    absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
    ASSERT_TRUE(reader.ok()) << text;
    for (size_t i = 1; i < rows.size(); ++i) {
      const std::optional<CsvRow> row = reader->Next();
      ASSERT_TRUE(row.has_value()) << text;
      EXPECT_TRUE(row->status.ok()) << row->status;
      EXPECT_EQ(row->fields, rows[i]) << text;
    }
    EXPECT_FALSE(reader->Next().has_value());
    EXPECT_TRUE(reader->status().ok());
  }
}

TEST_F(RandomInputTest, ParsersAnswerEverything) {
  const std::vector<std::string> pieces = {"2026", "3",  "05", "年",   "月", "日", "-", "/", ".",  ":",  "：", "时",
                                           "分",   "点", "半", "小时", "h",  "m",  " ", "9", "24", "00", "T",  "\xff"};
  int times = 0;
  int durations = 0;
  for (int round = 0; round < 100'000; ++round) {
    const std::string text = Pieces(pieces, 1 + Below(6));
    const absl::StatusOr<absl::CivilDay> day = ParseDay(text);
    EXPECT_TRUE(!day.ok() || (day->year() >= kMinYear && day->year() <= kMaxYear)) << text;
    const absl::StatusOr<int> time = ParseTimeOfDay(text);
    times += time.ok() ? 1 : 0;
    EXPECT_TRUE(!time.ok() || (*time >= 0 && *time <= kMinutesPerDay)) << text;
    const absl::StatusOr<int64_t> duration = ParseDuration(text);
    durations += duration.ok() ? 1 : 0;
    EXPECT_TRUE(!duration.ok() || (*duration >= 0 && *duration <= kMaxDurationMinutes)) << text;
    const absl::StatusOr<ColumnMap<RecordColumn>> columns = MatchRecordColumns({text});
    EXPECT_FALSE(columns.ok());
  }
  EXPECT_GT(times, 0);
  EXPECT_GT(durations, 0);
}

}  // namespace
}  // namespace timebank::cli
