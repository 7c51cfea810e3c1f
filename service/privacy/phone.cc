#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "service/base/utf8.h"
#include "service/privacy/digits.h"
#include "service/privacy/sealer.h"

namespace timebank::privacy {
namespace {

constexpr size_t kMobileDigits = 11;
// Of the longest number with the code of the country in front, as 0086 and a mobile number.
constexpr size_t kDigitsMost = 15;

// Digits in a row.
struct Group {
  std::string digits;
  bool joined = false;  // only what may stand between the groups of one number stands between this one and the group before
  bool hyphen = false;  // and that is one hyphen
};

std::vector<Group> GroupsOf(absl::string_view text) {
  std::vector<Group> groups;
  char32_t character = 0;
  bool in_group = false;
  bool in_words = false;  // the group is of Chinese digits: 张三13812345678 has one of each kind
  bool joins = false;
  std::string between;
  while (base::ConsumeCharacter(&text, &character)) {
    const int digit = DigitOf(character);
    if (digit < 0) {
      joins = (in_group || joins) && MayJoin(character);
      between.push_back(character == '-' ? '-' : ' ');
      in_group = false;
      continue;
    }
    const bool word = PlainDigitOf(character) < 0;
    if (!in_group || word != in_words) {
      groups.push_back({"", in_group || joins, !in_group && joins && between == "-"});
      in_group = true;
      in_words = word;
      between.clear();
    }
    groups.back().digits.push_back(static_cast<char>('0' + digit));
  }
  return groups;
}

int ValueOf(const Group& group) {
  int value = 0;
  return absl::SimpleAtoi(group.digits, &value) ? value : 0;
}

// Whether a day is written from this group on, as 2026-11-20.
bool IsDay(const std::vector<Group>& groups, size_t at) {
  return at + 2 < groups.size() && groups[at].digits.size() == 4 && groups[at + 1].hyphen && groups[at + 2].hyphen &&
         groups[at + 1].digits.size() <= 2 && groups[at + 2].digits.size() <= 2 && ValueOf(groups[at + 1]) <= 12 &&
         ValueOf(groups[at + 2]) <= 31;
}

bool IsMobile(absl::string_view digits) {
  if (digits.size() > kMobileDigits) {
    absl::ConsumePrefix(&digits, "00");
    if (!absl::ConsumePrefix(&digits, "86")) {
      absl::ConsumePrefix(&digits, "0");
    }
  }
  return digits.size() == kMobileDigits && digits[0] == '1' && digits[1] >= '3';
}

// How many digits the area code has with which a number begins; 0 when it begins with none.
size_t AreaCode(absl::string_view digits) {
  if (digits.size() < 3 || digits[0] != '0') {
    return 0;
  }
  return absl::StartsWith(digits, "010") || digits[1] == '2' ? 3 : digits[1] >= '3' && digits.size() >= 4 ? 4 : 0;
}

// `first`: the digits before anything stands between them, which are the area code alone or the whole number.
bool IsLandline(absl::string_view digits, size_t first) {
  const size_t area = AreaCode(digits);
  if (area == 0 || (first != area && first != digits.size())) {
    return false;
  }
  const absl::string_view own = digits.substr(area);
  return (own.size() == 7 || own.size() == 8) && own[0] >= '2' && own[0] <= '8';
}

}  // namespace

bool HoldsPhone(absl::string_view text) {
  std::vector<Group> groups = GroupsOf(text);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (IsDay(groups, i)) {
      // Nothing before a day, in it or after it belongs to one number with it.
      groups[i] = Group();
      groups[i + 1] = Group();
      groups[i + 2] = Group();
      if (i + 3 < groups.size()) {
        groups[i + 3].joined = false;
      }
    }
  }
  constexpr size_t kFirstLeast = 3;
  for (size_t i = 0; i < groups.size(); ++i) {
    std::string digits;
    for (size_t j = i; j < groups.size() && (j == i || groups[j].joined) && digits.size() <= kDigitsMost; ++j) {
      digits += groups[j].digits;
      if (groups[i].digits.size() >= kFirstLeast && (IsMobile(digits) || IsLandline(digits, groups[i].digits.size()))) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace timebank::privacy
