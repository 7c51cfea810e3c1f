#include "service/model/ids.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/model/limits.h"

namespace timebank::model {
namespace {

constexpr int64_t kMinutesPerDay = 24 * 60;
constexpr int64_t kLocalOffsetMinutes = 8 * 60;
constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;
constexpr size_t kNumberDigits = 8;

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// ISO 7064 MOD 11,10: product starts at 10; for each digit, sum modulo 10 (0 counts as 10), doubled modulo 11.
char CheckDigit(absl::string_view digits) {
  int product = 10;
  for (char c : digits) {
    int sum = (product + (c - '0')) % 10;
    if (sum == 0) {
      sum = 10;
    }
    product = sum * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

}  // namespace

Day DayOf(Minute minute) {
  return Day(static_cast<int32_t>(FloorDivide(minute.value() + kLocalOffsetMinutes, kMinutesPerDay)));
}

Day DayOf(RecordTime time) { return DayOf(Minute(FloorDivide(time.value(), kMicrosPerMinute))); }

RecordTime StartOf(Day day) {
  return RecordTime((int64_t{day.value()} * kMinutesPerDay - kLocalOffsetMinutes) * kMicrosPerMinute);
}

std::string MemberNumber(MemberId id) {
  TB_CHECK(id.value() >= 1 && id.value() <= limits::kMembersPerBank);
  const std::string digits = absl::StrFormat("%08d", id.value());
  return absl::StrCat("V", digits, std::string(1, CheckDigit(digits)));
}

MemberId ParseMemberNumber(absl::string_view text) {
  if (text.size() != kNumberDigits + 2 || text[0] != 'V') {
    return MemberId(0);
  }
  uint64_t id = 0;
  for (char c : text.substr(1)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return MemberId(0);
    }
  }
  for (char c : text.substr(1, kNumberDigits)) {
    id = id * 10 + static_cast<uint64_t>(c - '0');
  }
  return CheckDigit(text.substr(1, kNumberDigits)) == text.back() ? MemberId(id) : MemberId(0);
}

}  // namespace timebank::model
