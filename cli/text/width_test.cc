#include "cli/text/width.h"

#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <string>

namespace timebank::cli {
namespace {

TEST(WidthTest, TrimsEveryKindOfSpaceAtTheEndsAlone) {
  EXPECT_EQ(Trim(" \t\r\n张 三\u3000\u00A0 "), "张 三");
  EXPECT_EQ(Trim("\uFEFF编号\u200B"), "编号");
  EXPECT_EQ(Trim("欧阳\u3000娜"), "欧阳\u3000娜");
  EXPECT_EQ(Trim("\u3000 \u00A0"), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(WidthTest, NarrowsFullWidthFormsAndNothingElse) {
  EXPECT_EQ(NarrowWidth("０９：０５"), "09:05");
  EXPECT_EQ(NarrowWidth("２０２６／３／５"), "2026/3/5");
  EXPECT_EQ(NarrowWidth("Ｍ０００１ｚ～！"), "M0001z~!");
  EXPECT_EQ(NarrowWidth("a\u3000b\u00A0c"), "a b c");
  EXPECT_EQ(NarrowWidth("①㎡ﬁ年，"), "①㎡ﬁ年,");
  EXPECT_EQ(NarrowWidth("\xEF\xBC"), "\xEF\xBC");
  EXPECT_EQ(NarrowTrimmed("\u3000９点\u3000"), "9点");
}

TEST(WidthTest, AgreesWithNfkcOnEveryFullWidthAsciiForm) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(code);
  ASSERT_TRUE(U_SUCCESS(code));
  for (UChar32 c = 0xFF01; c <= 0xFF5E; ++c) {
    std::string wide;
    std::string expected;
    icu::UnicodeString(c).toUTF8String(wide);
    nfkc->normalize(icu::UnicodeString(c), code).toUTF8String(expected);
    EXPECT_EQ(NarrowWidth(wide), expected) << std::hex << c;
  }
}

TEST(WidthTest, CellsAreTakenAsTheyAreShown) {
  EXPECT_EQ(CellText("=\"2026-11-16\""), "2026-11-16");
  EXPECT_EQ(CellText(" 'M00044 "), "M00044");
  EXPECT_EQ(CellText("＇M00044"), "M00044");
  EXPECT_EQ(CellText("=A1"), "=A1");
  EXPECT_EQ(CellText("=\""), "=\"");
  EXPECT_EQ(CellText("朱'杰"), "朱'杰");
  EXPECT_EQ(CellText(""), "");
}

}  // namespace
}  // namespace timebank::cli
