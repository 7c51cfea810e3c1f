#include "cli/text/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/text/language.h"

namespace timebank::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Reading {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
  absl::Status end;
};

Reading ReadAll(absl::string_view text, CsvLimits limits = {}) {
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text, limits);
  if (!reader.ok()) {
    return {{}, {}, reader.status()};
  }
  Reading reading;
  reading.header = reader->header();
  while (std::optional<CsvRow> row = reader->Next()) {
    reading.rows.push_back(*std::move(row));
  }
  reading.end = reader->status();
  return reading;
}

TEST(CsvTest, ReadsQuotesLineBreaksAndPlaces) {
  const Reading reading = ReadAll("a,b\n1,\"x, \"\"y\"\"\nz\"\n2,\n\"\",3\n");
  ASSERT_TRUE(reading.end.ok()) << reading.end;
  EXPECT_THAT(reading.header, ElementsAre("a", "b"));
  ASSERT_EQ(reading.rows.size(), 3U);
  EXPECT_THAT(reading.rows[0].fields, ElementsAre("1", "x, \"y\"\nz"));
  EXPECT_THAT(reading.rows[1].fields, ElementsAre("2", ""));
  EXPECT_THAT(reading.rows[2].fields, ElementsAre("", "3"));
  EXPECT_EQ(reading.rows[0].number, 1);
  EXPECT_EQ(reading.rows[0].line, 2);
  EXPECT_EQ(reading.rows[0].last_line, 3);
  EXPECT_EQ(reading.rows[1].number, 2);
  EXPECT_EQ(reading.rows[1].line, 4);
  EXPECT_EQ(reading.rows[1].last_line, 4);
}

TEST(CsvTest, EveryLineEndReadsTheSame) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Reading reading = ReadAll("a,b" + end + "1,\"x" + end + "y\"" + end + "2,3");
    ASSERT_TRUE(reading.end.ok());
    ASSERT_EQ(reading.rows.size(), 2U);
    EXPECT_THAT(reading.rows[0].fields, ElementsAre("1", "x\ny"));
    EXPECT_THAT(reading.rows[1].fields, ElementsAre("2", "3"));
    EXPECT_EQ(reading.rows[1].line, 4);
    EXPECT_EQ(reading.rows[1].last_line, 4);
  }
}

TEST(CsvTest, EmptyLinesDoNotCount) {
  const Reading reading = ReadAll("\n\na,b\n\n1,2\n  \n\n3,4\n\n\r\n");
  ASSERT_TRUE(reading.end.ok());
  ASSERT_EQ(reading.rows.size(), 2U);
  EXPECT_EQ(reading.rows[1].number, 2);
  EXPECT_EQ(reading.rows[1].line, 8);
}

TEST(CsvTest, RowsOfSeparatorsAloneAreBlank) {
  const Reading reading = ReadAll("a,b\n1,2\n,\n \t,\u3000\n");
  ASSERT_EQ(reading.rows.size(), 3U);
  EXPECT_FALSE(reading.rows[0].blank);
  EXPECT_TRUE(reading.rows[1].blank);
  EXPECT_TRUE(reading.rows[2].blank);
}

TEST(CsvTest, SeparatorComesFromTheHeader) {
  EXPECT_EQ(CsvReader::Open("a,b;c,d\n")->separator(), ',');
  EXPECT_EQ(CsvReader::Open("a;b;c\n1,1;2;3\n")->separator(), ';');
  EXPECT_EQ(CsvReader::Open("a\tb\n")->separator(), '\t');
  EXPECT_EQ(CsvReader::Open("\"a,b,c\";d\n")->separator(), ';');
  EXPECT_EQ(CsvReader::Open("编号，姓名\n")->header().size(), 1U);
  const Reading reading = ReadAll("a;b\n1,5；6，7;\"x;y\"\n");
  ASSERT_EQ(reading.rows.size(), 1U);
  EXPECT_THAT(reading.rows[0].fields, ElementsAre("1,5；6，7", "x;y"));
}

TEST(CsvTest, RowOfAnotherLengthIsBadAndReadingGoesOn) {
  const Reading reading = ReadAll("a,b\n1\n1,2,3\n4,5\n");
  ASSERT_TRUE(reading.end.ok());
  ASSERT_EQ(reading.rows.size(), 3U);
  EXPECT_EQ(TextOf(reading.rows[0].status).en, "1 fields where the header has 2 (line 2 of the file)");
  EXPECT_THAT(TextOf(reading.rows[1].status).zh, HasSubstr("有 3 列，表头有 2 列"));
  EXPECT_TRUE(reading.rows[2].status.ok());
  EXPECT_EQ(reading.rows[2].number, 3);
}

TEST(CsvTest, TextAfterClosingQuoteIsBadButKept) {
  const Reading reading = ReadAll("a,b\n\"他说\"好\"了\",2\n3,4\n");
  ASSERT_EQ(reading.rows.size(), 2U);
  EXPECT_THAT(TextOf(reading.rows[0].status).en, HasSubstr("field 1 goes on after its closing quote"));
  EXPECT_THAT(reading.rows[0].fields, ElementsAre("他说好\"了\"", "2"));
  EXPECT_TRUE(reading.rows[1].status.ok());
}

TEST(CsvTest, QuoteWithinPlainFieldIsText) {
  const Reading reading = ReadAll("a,b\n5\" tube,x\n");
  ASSERT_EQ(reading.rows.size(), 1U);
  EXPECT_TRUE(reading.rows[0].status.ok());
  EXPECT_THAT(reading.rows[0].fields, ElementsAre("5\" tube", "x"));
}

TEST(CsvTest, OpenQuoteEndsReadingAfterTheRowsBefore) {
  const Reading reading = ReadAll("a,b\n1,\"x\ny\"\n3,\"cut off\n5,6\n");
  ASSERT_EQ(reading.rows.size(), 1U);
  EXPECT_EQ(reading.end.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(TextOf(reading.end).en, HasSubstr("begins on line 4"));
  EXPECT_THAT(TextOf(reading.end).en, HasSubstr("read before it: 1"));
  EXPECT_THAT(TextOf(reading.end).zh, HasSubstr("第 4 行开始的引号没有结束"));
}

TEST(CsvTest, NoHeaderIsAnError) {
  for (const char* text : {"", "\n\r\n", "   \n", "\"a,b\n1,2\n"}) {
    EXPECT_EQ(ReadAll(text).end.code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_THAT(ReadAll("a,b").rows, IsEmpty());
  EXPECT_TRUE(ReadAll("a,b").end.ok());
}

TEST(CsvTest, LimitsAreTold) {
  const CsvLimits limits{.field_bytes = 4, .fields = 3, .rows = 2};
  const Reading reading = ReadAll("a,b\n12345,\"123\n5\"\n1,2,3,4,5\n7,8\n", limits);
  ASSERT_EQ(reading.rows.size(), 2U);
  EXPECT_THAT(TextOf(reading.rows[0].status).en, HasSubstr("field 1 is longer than 4 bytes"));
  EXPECT_THAT(reading.rows[0].fields, ElementsAre("1234", "123\n"));
  EXPECT_THAT(TextOf(reading.rows[1].status).en, HasSubstr("more than 3 fields"));
  EXPECT_THAT(reading.rows[1].fields, ElementsAre("1", "2", "3"));
  EXPECT_THAT(TextOf(reading.end).en, HasSubstr("more than 2 data rows; nothing was read from line 5 on"));
  EXPECT_THAT(TextOf(ReadAll("a,b,c,d\n", limits).end).en, HasSubstr("more than 3 fields"));
  EXPECT_TRUE(ReadAll("a,b\n1,2\n3,4\n\n\n", limits).end.ok()) << "exactly the limit is allowed";
}

TEST(CsvTest, WriterQuotesWhatNeedsIt) {
  std::string out;
  AppendCsvRow({"1", "a,b", "say \"x\"", "two\nlines", " edge", "", "=1+1"}, &out);
  AppendCsvRow({""}, &out);
  EXPECT_EQ(out, "1,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" edge\",,=1+1\n\"\"\n");
}

}  // namespace
}  // namespace timebank::cli
