#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/utf8.h"
#include "service/privacy/digits.h"
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

// What people put between the groups of an ID number.
bool JoinsId(char32_t character) {
  return MayJoin(character) || character == ',' || character == U'，' || character == U'、';
}

// "X", also in lower case and full width.
bool IsCheckX(char32_t character) {
  return character == 'X' || character == 'x' || character == 0xFF38 || character == 0xFF58;
}

// The two digits with which the codes of provinces begin: no year of our days has them, so that lists of days are no ID numbers.
bool IsProvince(absl::string_view digits) {
  static constexpr absl::string_view kLast[] = {"", "12345", "123", "1234567", "123456", "01234", "12345", "1", "123", "1"};
  return kLast[digits[0] - '0'].find(digits[1]) != absl::string_view::npos;
}

// The last digits that may belong to one number, without what stands between its groups.
class Grouped {
 public:
  // `start`: a number may begin with this character.
  void Add(char character, bool start) {
    characters_.push_back(character);
    starts_.push_back(start ? '1' : '0');
    if (characters_.size() > kIdCharacters) {
      characters_.erase(0, 1);
      starts_.erase(0, 1);
    }
  }
  void Clear() {
    characters_.clear();
    starts_.clear();
  }
  // Whether they are a right ID number from its begin.
  bool IsId() const { return IsNationalId(characters_) && starts_[0] == '1' && IsProvince(characters_); }

 private:
  std::string characters_;
  std::string starts_;
};

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
  enum class In { kNone, kFigures, kWords } in = In::kNone;  // of a group of digits
  size_t in_a_row = 0;
  Grouped grouped;
  char32_t character = 0;
  while (base::ConsumeCharacter(&text, &character)) {
    const int digit = DigitOf(character);
    const bool check = digit < 0 && IsCheckX(character);
    const In now = digit < 0 && !check ? In::kNone : check ? in : PlainDigitOf(character) < 0 ? In::kWords : In::kFigures;
    // Between figures that follow each other no number ends; digits in words are dictated without a break, with other words around.
    if (now != in && grouped.IsId()) {
      return true;
    }
    if (digit < 0 && !check) {
      in_a_row = 0;
      if (!JoinsId(character)) {
        grouped.Clear();
      }
    } else {
      in_a_row = now == In::kFigures && !check ? in_a_row + 1 : 0;
      grouped.Add(check ? 'X' : static_cast<char>('0' + digit), now != in || now == In::kWords);
      if (in_a_row == kDigitsInARow || ((check || now == In::kWords) && grouped.IsId())) {
        return true;
      }
    }
    in = now;
  }
  return grouped.IsId();
}

}  // namespace timebank::privacy
