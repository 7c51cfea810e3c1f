#include "service/privacy/digits.h"

#include <unicode/uchar.h>

#include <string_view>

namespace timebank::privacy {

int PlainDigitOf(char32_t character) { return u_charDigitValue(static_cast<UChar32>(character)); }

int DigitOf(char32_t character) {
  constexpr std::u32string_view kChinese = U"零一二三四五六七八九";
  if (const size_t digit = kChinese.find(character); digit != kChinese.npos) {
    return static_cast<int>(digit);
  }
  switch (character) {
    case U'〇':
      return 0;
    case U'幺':
      return 1;
    default:
      return PlainDigitOf(character);
  }
}

bool MayJoin(char32_t character) {
  constexpr std::u32string_view kDots = U"./\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff0f";
  const auto point = static_cast<UChar32>(character);
  const auto type = u_charType(point);
  return u_isUWhiteSpace(point) != 0 || type == U_DASH_PUNCTUATION || type == U_START_PUNCTUATION ||
         type == U_END_PUNCTUATION || type == U_CONNECTOR_PUNCTUATION || kDots.find(character) != kDots.npos;
}

}  // namespace timebank::privacy
