#include "service/model/ids.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/model/limits.h"

namespace timebank::model {
namespace {

// The check of ISO 7064 MOD 11,10 as the standard states it, over all digits with the check digit: written apart from the
// code.
bool IsSound(absl::string_view digits) {
  int product = 10;
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    const int sum = (product + digits[i] - '0') % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (product + digits.back() - '0') % 10 == 1;
}

TEST(MemberNumberTest, AgreesWithTheStandard) {
  // The standard's own example: 0794 has the check digit 5.
  for (char digit = '0'; digit <= '9'; ++digit) {
    EXPECT_EQ(IsSound(absl::StrCat("0794", std::string(1, digit))), digit == '5') << digit;
  }
  for (const uint64_t id : {1u, 2u, 9u, 10u, 794u, 12345678u, 99999999u}) {
    const std::string number = MemberNumber(MemberId(id));
    ASSERT_EQ(number.size(), 10u);
    EXPECT_EQ(number[0], 'V');
    EXPECT_TRUE(IsSound(number.substr(1))) << number;
    EXPECT_EQ(ParseMemberNumber(number), MemberId(id));
  }
  EXPECT_EQ(MemberNumber(MemberId(1)), "V000000011");
  EXPECT_EQ(MemberNumber(MemberId(limits::kMembersPerBank)).substr(0, 9), "V99999999");
}

TEST(MemberNumberTest, EverySingleWrongDigitIsNoticed) {
  std::mt19937_64 random(20261120);
  for (int round = 0; round < 2000; ++round) {
    const std::string number = MemberNumber(MemberId(1 + random() % limits::kMembersPerBank));
    for (size_t place = 1; place < number.size(); ++place) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string wrong = number;
        wrong[place] = digit;
        EXPECT_EQ(ParseMemberNumber(wrong) == MemberId(0), digit != number[place]) << wrong << " for " << number;
      }
    }
  }
}

// MOD 11,10 misses 10 of 450 swaps, each of two digits that follow one another; everything else it notices.
TEST(MemberNumberTest, SwappedNeighboursAreNoticed) {
  std::mt19937_64 random(20261121);
  int swaps = 0;
  int missed = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string number = MemberNumber(MemberId(1 + random() % limits::kMembersPerBank));
    for (size_t place = 1; place + 1 < number.size(); ++place) {
      if (number[place] == number[place + 1]) {
        continue;
      }
      std::string wrong = number;
      std::swap(wrong[place], wrong[place + 1]);
      ++swaps;
      if (ParseMemberNumber(wrong) != MemberId(0)) {
        ++missed;
        const int distance = std::abs(number[place] - number[place + 1]);
        EXPECT_TRUE(distance == 1 || distance == 9) << wrong << " for " << number;
      }
    }
  }
  EXPECT_LT(missed * 1000, swaps * 30);
}

TEST(MemberNumberTest, OtherFormsAreNobody) {
  const std::string good = MemberNumber(MemberId(12345678));
  for (const std::string& text :
       {std::string(), std::string("V"), good.substr(1), good.substr(0, 9), good + "0", "v" + good.substr(1), " " + good,
        good + " ", "W" + good.substr(1), "V1234567８" + good.substr(9), std::string("V-12345678"),
        std::string("V+1234567 "), std::string("V1234\0005678", 10), std::string(10, 'V'), std::string(10, '\xff')}) {
    EXPECT_EQ(ParseMemberNumber(text), MemberId(0)) << text;
  }
  // Nobody has the number 0, whatever its check digit.
  for (char digit = '0'; digit <= '9'; ++digit) {
    EXPECT_EQ(ParseMemberNumber(absl::StrCat("V00000000", std::string(1, digit))), MemberId(0));
  }
}

TEST(DayOfTest, TheDayChangesAtMidnightInChina) {
  // 1970-01-01T00:00 in China is eight hours before the epoch.
  EXPECT_EQ(DayOf(Minute(-8 * 60)), Day(0));
  EXPECT_EQ(DayOf(Minute(-8 * 60 - 1)), Day(-1));
  EXPECT_EQ(DayOf(Minute(0)), Day(0));
  EXPECT_EQ(DayOf(Minute(16 * 60 - 1)), Day(0));
  EXPECT_EQ(DayOf(Minute(16 * 60)), Day(1));
  EXPECT_EQ(DayOf(Minute(-8 * 60 - 1440)), Day(-1));
  EXPECT_EQ(DayOf(Minute(-8 * 60 - 1441)), Day(-2));
}

TEST(DayOfTest, MomentsAndMinutesAgree) {
  for (const int64_t minute : {-1000000, -481, -480, -479, -1, 0, 1, 959, 960, 30000000}) {
    EXPECT_EQ(DayOf(RecordTime(minute * 60'000'000)), DayOf(Minute(minute))) << minute;
    EXPECT_EQ(DayOf(RecordTime(minute * 60'000'000 + 59'999'999)), DayOf(Minute(minute))) << minute;
  }
}

TEST(DayOfTest, AgreesWithTheCalendar) {
  std::mt19937_64 random(20261122);
  const absl::CivilDay first(limits::kYearLeast, 1, 1);
  const int64_t days = absl::CivilDay(limits::kYearMost, 12, 31) - first;
  for (int round = 0; round < 20000; ++round) {
    const absl::CivilDay day = first + static_cast<int64_t>(random() % static_cast<uint64_t>(days));
    const int minute_of_day = static_cast<int>(random() % 1440);
    const absl::Time moment =
        absl::FromCivil(absl::CivilMinute(day.year(), day.month(), day.day(), 0, minute_of_day), base::BankTimeZone());
    EXPECT_EQ(DayOf(Minute(absl::ToUnixSeconds(moment) / 60)), Day(base::DayNumber(day))) << day << " " << minute_of_day;
  }
}

}  // namespace
}  // namespace timebank::model
