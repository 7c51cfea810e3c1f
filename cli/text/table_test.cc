#include "cli/text/table.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "cli/text/csv.h"
#include "cli/text/hours.h"
#include "cli/text/language.h"

namespace timebank::cli {
namespace {

std::string Printed(const Table& table, Format format) {
  std::ostringstream out;
  EXPECT_TRUE(Print(table, format, out).ok());
  return out.str();
}

Table Balances() {
  return Table{{{"member", "会员"},
                {"name", "姓名", Align::kLeft, 8},
                {"balance_minutes", "余额", Align::kRight},
                {"active", "在册"}},
               {{Cell::Word("M00001"), Cell::Word("张三"), MinutesCell(750, Language::kChinese), Cell::Flag("是", true)},
                {Cell::Word("M2"), Cell::Word("欧阳娜娜子"), MinutesCell(-30, Language::kChinese), Cell()}}};
}

TEST(TableTest, AlignsChineseColumns) {
  EXPECT_EQ(Printed(Balances(), Format::kTable),
            "会员    姓名           余额  在册\n"
            "------  -------  ----------  ----\n"
            "M00001  张三     12小时30分  是\n"
            "M2      欧阳娜…       -30分\n");
}

TEST(TableTest, CsvHasKeysAndPlainValues) {
  EXPECT_EQ(Printed(Balances(), Format::kCsv),
            "member,name,balance_minutes,active\n"
            "M00001,张三,750,true\n"
            "M2,欧阳娜娜子,-30,\n");
}

TEST(TableTest, JsonKeepsTypesAndOrder) {
  const std::string text = Printed(Balances(), Format::kJson);
  const auto json = nlohmann::ordered_json::parse(text);
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0].dump(), R"({"member":"M00001","name":"张三","balance_minutes":750,"active":true})");
  EXPECT_TRUE(json[1]["active"].is_null());
  EXPECT_EQ(text.back(), '\n');
}

TEST(TableTest, JsonNumbersAreExactAtTheEnds) {
  const Table table{{{"n", "N"}}, {{Cell::Number(std::numeric_limits<int64_t>::min())}}};
  EXPECT_NE(Printed(table, Format::kJson).find("-9223372036854775808"), std::string::npos);
}

TEST(TableTest, EmptyTableIsStillWellFormed) {
  const Table table{{{"member", "Member"}}, {}};
  EXPECT_EQ(Printed(table, Format::kTable), "Member\n------\n");
  EXPECT_EQ(Printed(table, Format::kCsv), "member\n");
  EXPECT_EQ(Printed(table, Format::kJson), "[]\n");
}

TEST(TableTest, HostileValuesAreShownEscapedAndKeptExactForPrograms) {
  const std::string hostile = "a\x1b[2J\nb,\"c\"";
  const Table table{{{"note", "Note"}, {"state", "State"}}, {{Cell::Word(hostile), Cell::ShownWord("已入账", "SETTLED")}}};
  EXPECT_NE(Printed(table, Format::kTable).find("a\\x1b[2J\\nb,\"c\"  已入账\n"), std::string::npos);
  const std::string csv = Printed(table, Format::kCsv);
  absl::StatusOr<CsvReader> reader = CsvReader::Open(csv);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->Next()->fields, (std::vector<std::string>{hostile, "SETTLED"}));
  EXPECT_EQ(nlohmann::json::parse(Printed(table, Format::kJson))[0]["note"], hostile);
}

TEST(TableTest, InvalidUtf8DoesNotBreakJson) {
  const Table table{{{"note", "Note"}}, {{Cell::Word("a\xff")}}};
  EXPECT_EQ(nlohmann::json::parse(Printed(table, Format::kJson))[0]["note"], "a\uFFFD");
}

TEST(TableTest, FailedStreamIsTold) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(Print(Balances(), Format::kTable, out).code(), absl::StatusCode::kUnavailable);
}

TEST(TableTest, ParsesFormats) {
  EXPECT_EQ(*ParseFormat("table"), Format::kTable);
  EXPECT_EQ(*ParseFormat("csv"), Format::kCsv);
  EXPECT_EQ(*ParseFormat("json"), Format::kJson);
  EXPECT_EQ(ParseFormat("xml").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace timebank::cli
