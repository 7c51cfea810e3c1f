#include "service/base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace timebank::base {
namespace {

std::vector<char32_t> Characters(absl::string_view text) {
  std::vector<char32_t> result;
  char32_t character = 0;
  while (ConsumeCharacter(&text, &character)) {
    result.push_back(character);
  }
  if (!text.empty()) {
    result.push_back(0xFFFFFFFF);
  }
  return result;
}

TEST(Utf8, ReadsEachLengthAtItsEnds) {
  EXPECT_EQ(Characters("\x01\x7F"), (std::vector<char32_t>{0x01, 0x7F}));
  EXPECT_EQ(Characters("\xC2\x80\xDF\xBF"), (std::vector<char32_t>{0x80, 0x7FF}));
  EXPECT_EQ(Characters("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"),
            (std::vector<char32_t>{0x800, 0xD7FF, 0xE000, 0xFFFF}));
  EXPECT_EQ(Characters("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), (std::vector<char32_t>{0x10000, 0x10FFFF}));
  EXPECT_EQ(Characters("张😀"), (std::vector<char32_t>{0x5F20, 0x1F600}));
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  for (const std::string bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x20", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE4\xBD",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    absl::string_view in = bad;
    char32_t character = 7;
    EXPECT_FALSE(ConsumeCharacter(&in, &character)) << bad.size();
    EXPECT_EQ(in, bad);
    EXPECT_EQ(character, 7u);
  }
}

TEST(Utf8, KnowsControlCharacters) {
  for (char32_t control : {0x00, 0x09, 0x0A, 0x1B, 0x1F, 0x7F, 0x80, 0x9F, 0x2028, 0x2029}) {
    EXPECT_TRUE(IsControl(control)) << static_cast<uint32_t>(control);
  }
  for (char32_t plain : {0x20, 0x7E, 0xA0, 0x4E00, 0x200D, 0x1F600}) {
    EXPECT_FALSE(IsControl(plain)) << static_cast<uint32_t>(plain);
  }
}

TEST(Utf8, StripsSpacesAround) {
  EXPECT_EQ(StripSpaces("　 \t张 三\xC2\xA0　\n"), "张 三");
  EXPECT_EQ(StripSpaces("　　"), "");
  EXPECT_EQ(StripSpaces(""), "");
  EXPECT_EQ(StripSpaces("a"), "a");
}

}  // namespace
}  // namespace timebank::base
