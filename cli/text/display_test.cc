#include "cli/text/display.h"

#include <gtest/gtest.h>

#include <string>

namespace timebank::cli {
namespace {

TEST(DisplayTest, WidthCountsTerminalColumns) {
  EXPECT_EQ(DisplayWidth(""), 0U);
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("志愿者"), 6U);
  EXPECT_EQ(DisplayWidth("Ａ："), 4U);                // Full width.
  EXPECT_EQ(DisplayWidth("ｱ"), 1U);                   // Half width.
  EXPECT_EQ(DisplayWidth("\U00020BB7"), 2U);          // A Chinese character beyond the basic plane.
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);             // Combining accent.
  EXPECT_EQ(DisplayWidth("\u1112\u1161\u11AB"), 2U);  // One Korean syllable of three parts.
  EXPECT_EQ(DisplayWidth("😀"), 2U);
  EXPECT_EQ(DisplayWidth("\u200B\uFEFF"), 0U);
  EXPECT_EQ(DisplayWidth("…±"), 2U);
  EXPECT_EQ(DisplayWidth("\xFF\xFE"), 2U);  // Not UTF-8.
}

TEST(DisplayTest, PadsOnTheSideAsked) {
  EXPECT_EQ(Pad("张三", 6, Align::kLeft), "张三  ");
  EXPECT_EQ(Pad("张三", 6, Align::kRight), "  张三");
  EXPECT_EQ(Pad("张三丰", 4, Align::kLeft), "张三丰");
}

TEST(DisplayTest, TruncatesWithoutPartingCharacters) {
  EXPECT_EQ(Truncate("张三丰", 6), "张三丰");
  EXPECT_EQ(Truncate("张三丰", 5), "张三…");
  EXPECT_EQ(Truncate("张三丰", 4), "张…");
  EXPECT_EQ(Truncate("张三丰", 1), "…");
  EXPECT_EQ(Truncate("张三丰", 0), "");
  EXPECT_EQ(Truncate("ae\u0301xyz", 3), "ae\u0301…");
  for (size_t width = 0; width < 12; ++width) {
    EXPECT_LE(DisplayWidth(Truncate("a张😀e\u0301三丰bcd", width)), width);
  }
}

TEST(DisplayTest, SanitizesWhatATerminalWouldObey) {
  EXPECT_EQ(Sanitize("张三 abc 😀"), "张三 abc 😀");
  EXPECT_EQ(Sanitize("a\x1b[31mred"), "a\\x1b[31mred");
  EXPECT_EQ(Sanitize("a\nb\rc\td\x7f"), "a\\nb\\rc\\td\\x7f");
  EXPECT_EQ(Sanitize("\u009b2J"), "\\u009b2J");
  EXPECT_EQ(Sanitize("\u202eabc\u2066\u2028"), "\\u202eabc\\u2066\\u2028");
  EXPECT_EQ(Sanitize("a\xff\xe5\xbc"), "a\\xff\\xe5\\xbc");
  EXPECT_EQ(Sanitize(std::string("a\0b", 3)), "a\\x00b");
}

TEST(DisplayTest, QuotesMaskLongNumbers) {
  EXPECT_EQ(QuoteForMessage("2026-13-01"), "\"2026-13-01\"");
  EXPECT_EQ(QuoteForMessage("99910819530711945X"), "\"***X\"");
  EXPECT_EQ(QuoteForMessage("电话１３８００００００００。"), "\"电话***。\"");
  EXPECT_EQ(QuoteForMessage("1234567890"), "\"1234567890\"");
  EXPECT_EQ(QuoteForMessage("很长的内容", 5), "\"很长…\"");
  EXPECT_EQ(QuoteForMessage("a\nb"), "\"a\\nb\"");
}

TEST(DisplayTest, OnlyRunsOfTheGivenLengthAreMasked) {
  EXPECT_EQ(MaskLongNumbers("编号 11010519491231002X 不存在", 15), "编号 ***X 不存在");
  EXPECT_EQ(MaskLongNumbers("123456789012", 15), "123456789012");
  EXPECT_EQ(MaskLongNumbers("123456789012"), "***");
}

}  // namespace
}  // namespace timebank::cli
