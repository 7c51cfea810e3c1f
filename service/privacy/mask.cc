#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/utf8.h"
#include "service/privacy/sealer.h"

namespace timebank::privacy {
namespace {

constexpr size_t kIdCharacters = 18;
constexpr size_t kDigitsInARow = 15;
// A phone with so many digits shows three and four of them; a shorter one two, and never so that fewer than four are hidden.
constexpr size_t kPhoneDigitsLong = 11;
constexpr size_t kPhoneDigitsShown = 2;
constexpr size_t kPhoneDigitsHidden = 4;

// The first `head` and the last `tail` bytes, a star for each byte between. REQUIRES: head + tail <= text.size().
std::string Mask(absl::string_view text, size_t head, size_t tail) {
  return absl::StrCat(text.substr(0, head), std::string(text.size() - head - tail, '*'), text.substr(text.size() - tail));
}

// What people put between the groups of a long number.
bool IsGroupEnd(char32_t character) { return character == '-' || u_isUWhiteSpace(static_cast<UChar32>(character)) != 0; }

// "X", also in lower case and full width.
bool IsCheckX(char32_t character) {
  return character == 'X' || character == 'x' || character == 0xFF38 || character == 0xFF58;
}

}  // namespace

std::string MaskNationalId(absl::string_view national_id) {
  return national_id.size() < kIdCharacters ? std::string(national_id.size(), '*') : Mask(national_id, 0, 4);
}

std::string MaskPhone(absl::string_view phone) {
  // A star stands for a digit, so that a second masking changes nothing.
  const auto digits = static_cast<size_t>(std::count_if(
      phone.begin(), phone.end(), [](char c) { return c == '*' || absl::ascii_isdigit(static_cast<unsigned char>(c)); }));
  if (digits >= kPhoneDigitsLong) {
    return Mask(phone, 3, 4);
  }
  return Mask(phone, 0, digits < kPhoneDigitsHidden + kPhoneDigitsShown ? 0 : kPhoneDigitsShown);
}

std::string MaskName(absl::string_view name) {
  constexpr size_t kStarsMost = 2;
  absl::string_view rest = name;
  char32_t character = 0;
  if (!base::ConsumeCharacter(&rest, &character)) {
    return std::string();
  }
  const absl::string_view first = name.substr(0, name.size() - rest.size());
  size_t others = 0;
  while (base::ConsumeCharacter(&rest, &character)) {
    ++others;
  }
  return others == 0 ? "*" : absl::StrCat(first, std::string(std::min(others, kStarsMost), '*'));
}

Person Masked(const Person& person) {
  return {MaskName(person.name), person.gender, MaskNationalId(person.national_id), MaskPhone(person.phone), {}};
}

bool IsNationalId(absl::string_view text) {
  if (text.size() != kIdCharacters) {
    return false;
  }
  // ISO 7064 MOD 11-2: position i counts from the right, the check character included, with the weight 2^i modulo 11.
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i + 1 < kIdCharacters; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) {
      return false;
    }
    sum += (text[i] - '0') * kWeights[i];
  }
  const std::string birth = absl::StrCat(text.substr(6, 4), "-", text.substr(10, 2), "-", text.substr(12, 2));
  const char check = absl::ascii_toupper(static_cast<unsigned char>(text.back()));
  return base::ParseIsoDay(birth).has_value() && check == "10X98765432"[sum % 11];
}

bool HoldsNationalId(absl::string_view text) {
  if (text.size() < kDigitsInARow) {
    return false;
  }
  size_t in_a_row = 0;
  std::string grouped;  // the last characters that may belong to one number, without what stands between its groups
  char32_t character = 0;
  while (base::ConsumeCharacter(&text, &character)) {
    const int digit = u_charDigitValue(static_cast<UChar32>(character));
    if (digit < 0 && IsGroupEnd(character)) {
      in_a_row = 0;
      continue;
    }
    if (digit < 0 && !IsCheckX(character)) {
      in_a_row = 0;
      grouped.clear();
      continue;
    }
    in_a_row = digit < 0 ? 0 : in_a_row + 1;
    grouped.push_back(digit < 0 ? 'X' : static_cast<char>('0' + digit));
    if (grouped.size() > kIdCharacters) {
      grouped.erase(0, 1);
    }
    if (in_a_row == kDigitsInARow || IsNationalId(grouped)) {
      return true;
    }
  }
  return false;
}

}  // namespace timebank::privacy
