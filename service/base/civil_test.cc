#include "service/base/civil.h"

#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace timebank::base {
namespace {

absl::Time Utc(int year, int month, int day, int hour, int minute, int second) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), absl::UTCTimeZone());
}

TEST(CivilTest, TheDayChangesAtMidnightInChina) {
  EXPECT_EQ(LocalDay(Utc(2026, 3, 4, 15, 59, 59)), absl::CivilDay(2026, 3, 4));
  EXPECT_EQ(LocalDay(Utc(2026, 3, 4, 16, 0, 0) - absl::Nanoseconds(1)), absl::CivilDay(2026, 3, 4));
  EXPECT_EQ(LocalDay(Utc(2026, 3, 4, 16, 0, 0)), absl::CivilDay(2026, 3, 5));
  EXPECT_EQ(LocalDay(Utc(2025, 12, 31, 16, 0, 0)), absl::CivilDay(2026, 1, 1));
  EXPECT_EQ(LocalDay(Utc(2024, 2, 28, 20, 0, 0)), absl::CivilDay(2024, 2, 29));
}

TEST(CivilTest, ThereIsNoDaylightSavingEvenWhereChinaOnceHadIt) {
  // Clocks in China stood one hour ahead in the summers of 1986 to 1991; the bank's day does not.
  EXPECT_EQ(LocalDay(Utc(1988, 7, 1, 15, 30, 0)), absl::CivilDay(1988, 7, 1));
  EXPECT_EQ(LocalDay(Utc(1988, 7, 1, 16, 0, 0)), absl::CivilDay(1988, 7, 2));
}

TEST(CivilTest, DayNumbersCountFrom1970) {
  EXPECT_EQ(DayNumber(absl::CivilDay(1970, 1, 1)), 0);
  EXPECT_EQ(DayNumber(absl::CivilDay(1970, 1, 2)), 1);
  EXPECT_EQ(DayNumber(absl::CivilDay(1969, 12, 31)), -1);
  EXPECT_EQ(DayNumber(absl::CivilDay(2000, 3, 1)), 11017);
  EXPECT_EQ(DayNumber(absl::CivilDay(2026, 3, 5)), 20517);
  for (int32_t number = -40000; number < 40000; ++number) {
    ASSERT_EQ(DayNumber(DayFromNumber(number)), number);
  }
}

TEST(CivilTest, IsoDaysComeBack) {
  for (absl::string_view text :
       {"2026-03-05", "2024-02-29", "2000-02-29", "1926-12-31", "2026-01-01", "0001-01-01", "9999-12-31"}) {
    const std::optional<absl::CivilDay> day = ParseIsoDay(text);
    ASSERT_TRUE(day.has_value()) << text;
    EXPECT_EQ(FormatIsoDay(*day), text);
  }
  EXPECT_EQ(ParseIsoDay("2026-03-05"), absl::CivilDay(2026, 3, 5));
}

TEST(CivilTest, RefusesDaysThatDoNotExist) {
  for (absl::string_view text : {"2026-02-30", "2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-13-01",
                                 "2026-00-10", "2026-01-00", "2026-01-32"}) {
    EXPECT_EQ(ParseIsoDay(text), std::nullopt) << text;
  }
}

TEST(CivilTest, RefusesEveryOtherWayOfWriting) {
  for (absl::string_view text :
       {"", "2026", "2026-3-5", "2026/03/05", "20260305", "2026-03-05 ", " 2026-03-05", "2026-03-05T00:00", "26-03-05",
        "-026-03-05", "+026-03-05", "2026-+3-05", "2026- 3-05", "2026-03- 5", "2026-0a-05", "2026年3月5日", "２０２６-03-05",
        "99999-03-05", "2026-03-0x"}) {
    EXPECT_EQ(ParseIsoDay(text), std::nullopt) << text;
  }
  const std::string with_nul("2026-03-0\0", 10);
  EXPECT_EQ(ParseIsoDay(with_nul), std::nullopt) << absl::CEscape(with_nul);
}

TEST(CivilTest, AYearOfAgeIsCompleteOnTheBirthday) {
  const absl::CivilDay birth(1966, 11, 20);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2026, 11, 19)), 59);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2026, 11, 20)), 60);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2026, 11, 21)), 60);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2027, 1, 1)), 60);
  EXPECT_EQ(AgeOn(birth, birth), 0);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(1967, 11, 19)), 0);
}

TEST(CivilTest, OneBornOnALeapDayIsAYearOlderOnTheFirstOfMarchOfACommonYear) {
  const absl::CivilDay birth(1964, 2, 29);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2026, 2, 28)), 61);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2026, 3, 1)), 62);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2024, 2, 28)), 59);
  EXPECT_EQ(AgeOn(birth, absl::CivilDay(2024, 2, 29)), 60);
}

TEST(CivilTest, AgeBeforeBirthIsNegative) { EXPECT_LT(AgeOn(absl::CivilDay(2026, 3, 5), absl::CivilDay(2026, 3, 4)), 0); }

}  // namespace
}  // namespace timebank::base
