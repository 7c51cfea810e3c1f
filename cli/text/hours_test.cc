#include "cli/text/hours.h"

#include <gtest/gtest.h>

#include <limits>

namespace timebank::cli {
namespace {

TEST(HoursTest, ReadsAsPeopleSayIt) {
  EXPECT_EQ(FormatMinutes(750, Language::kChinese), "12小时30分");
  EXPECT_EQ(FormatMinutes(750, Language::kEnglish), "12 h 30 min");
  EXPECT_EQ(FormatMinutes(120, Language::kChinese), "2小时");
  EXPECT_EQ(FormatMinutes(120, Language::kEnglish), "2 h");
  EXPECT_EQ(FormatMinutes(30, Language::kChinese), "30分");
  EXPECT_EQ(FormatMinutes(0, Language::kChinese), "0分");
  EXPECT_EQ(FormatMinutes(0, Language::kEnglish, Sign::kAlways), "0 min");
}

TEST(HoursTest, SignsStandInFront) {
  EXPECT_EQ(FormatMinutes(-90, Language::kChinese), "-1小时30分");
  EXPECT_EQ(FormatMinutes(-30, Language::kEnglish, Sign::kAlways), "-30 min");
  EXPECT_EQ(FormatMinutes(90, Language::kEnglish, Sign::kAlways), "+1 h 30 min");
  EXPECT_EQ(FormatMinutes(std::numeric_limits<int64_t>::min(), Language::kChinese), "-153722867280912930小时8分");
}

TEST(HoursTest, CellKeepsPlainMinutes) {
  const Cell cell = MinutesCell(750, Language::kChinese);
  EXPECT_EQ(cell.shown(), "12小时30分");
  EXPECT_EQ(std::get<int64_t>(cell.value()), 750);
}

TEST(HoursTest, CoinsAreCutToHundredths) {
  EXPECT_EQ(FormatCoins(60, 6), "6");
  EXPECT_EQ(FormatCoins(75, 6), "7.5");
  EXPECT_EQ(FormatCoins(20, 1), "0.33");
  EXPECT_EQ(FormatCoins(61, 3), "3.05");
  EXPECT_EQ(FormatCoins(-20, 1), "-0.33");
  EXPECT_EQ(FormatCoins(0, 6), "0");
  EXPECT_EQ(CoinsCell(60, 1).shown(), "");
  EXPECT_EQ(CoinsCell(90, 6).shown(), "9");
}

}  // namespace
}  // namespace timebank::cli
