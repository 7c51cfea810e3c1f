#include "cli/text/date_time.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"
#include "cli/text/language.h"

namespace timebank::cli {
namespace {

void ExpectBilingual(const absl::Status& status, absl::string_view input) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << input;
  EXPECT_NE(TextOf(status).zh, TextOf(status).en) << input;
}

TEST(DateTimeTest, ReadsDaysAsPeopleWriteThem) {
  for (const char* text : {"2026-03-05",
                           "2026-3-5",
                           "2026/3/5",
                           "2026/03/05",
                           "2026.3.5",
                           "2026年3月5日",
                           "2026年03月05日",
                           "2026 年 3 月 5 日",
                           "2026年3月5号",
                           "20260305",
                           "２０２６年３月５日",
                           "２０２６／３／５",
                           "２０２６－０３－０５",
                           " 2026-03-05\t",
                           "\u30002026/3/5\u00A0",
                           "2026/3/5 0:00",
                           "2026-03-05 00:00:00",
                           "2026-03-05T00:00:00",
                           "2026-03-05 00:00:00.000",
                           "2026年3月5日 0:00",
                           "2026/3/5 ０：００"}) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay(text);
    ASSERT_TRUE(day.ok()) << text << ": " << day.status();
    EXPECT_EQ(*day, absl::CivilDay(2026, 3, 5)) << text;
  }
  EXPECT_EQ(*ParseDay("2024-02-29"), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(*ParseDay("1900-01-01"), absl::CivilDay(1900, 1, 1));
  EXPECT_EQ(*ParseDay("2200-12-31"), absl::CivilDay(2200, 12, 31));
}

TEST(DateTimeTest, RefusesWhatIsNoDay) {
  for (const char* text : {"",
                           " ",
                           "昨天",
                           "2026",
                           "2026-03",
                           "2026年3月",
                           "26/3/5",
                           "5/3/2026",
                           "2026-3/5",
                           "2026-03-05x",
                           "2026-03-05T",
                           "2026-03-05 0",
                           "2026-03-050:00",
                           "20260305 00",
                           "2026030",
                           "202603055",
                           "46086",
                           "-2026-03-05",
                           "2026--3-5",
                           "2026-003-05",
                           "2026 3 5",
                           "2026年3-5",
                           "99999999999999999999",
                           "2026-03-05 00:00:"}) {
    ExpectBilingual(ParseDay(text).status(), text);
  }
}

TEST(DateTimeTest, SaysWhatIsWrongWithADay) {
  const auto english = [](absl::string_view text) { return TextOf(ParseDay(text).status()).en; };
  for (const char* text :
       {"2026-02-30", "2025/2/29", "2026-00-05", "2026-13-01", "20260431", "2026年3月32日", "2026-03-00"}) {
    EXPECT_NE(english(text).find("no such day"), std::string::npos) << text;
    ExpectBilingual(ParseDay(text).status(), text);
  }
  for (const char* text : {"1899-12-31", "2201-01-01", "0000-01-01", "9999-12-31", "02260305"}) {
    EXPECT_NE(english(text).find("must be within 1900 to 2200"), std::string::npos) << text;
    ExpectBilingual(ParseDay(text).status(), text);
  }
  for (const char* text : {"2026/3/5 9:30", "2026-03-05 00:00:01", "2026-03-05T23:59", "2026-03-05 00:00:00.5"}) {
    EXPECT_NE(english(text).find("time of day after the date"), std::string::npos) << text;
    ExpectBilingual(ParseDay(text).status(), text);
  }
}

TEST(DateTimeTest, EveryDayOfTheRangeReadsBackInEveryStyle) {
  for (absl::CivilDay day(kMinYear, 1, 1); day.year() <= kMaxYear; ++day) {
    const int year = static_cast<int>(day.year());
    for (const std::string& text : {absl::StrFormat("%04d-%02d-%02d", year, day.month(), day.day()),
                                    absl::StrFormat("%d/%d/%d", year, day.month(), day.day()),
                                    absl::StrFormat("%d年%d月%d日", year, day.month(), day.day()),
                                    absl::StrFormat("%04d%02d%02d", year, day.month(), day.day())}) {
      const absl::StatusOr<absl::CivilDay> read = ParseDay(text);
      ASSERT_TRUE(read.ok()) << text << ": " << read.status();
      ASSERT_EQ(*read, day) << text;
    }
  }
}

TEST(DateTimeTest, EveryMinuteReadsBackInEveryStyle) {
  for (int minute = 0; minute <= kMinutesPerDay; ++minute) {
    for (const std::string& text :
         {absl::StrFormat("%d:%02d", minute / 60, minute % 60), absl::StrFormat("%02d：%02d:00", minute / 60, minute % 60),
          absl::StrFormat("%d时%d分", minute / 60, minute % 60)}) {
      const absl::StatusOr<int> read = ParseTimeOfDay(text);
      ASSERT_TRUE(read.ok()) << text << ": " << read.status();
      ASSERT_EQ(*read, minute) << text;
    }
  }
}

TEST(DateTimeTest, MessagesHoldNoIdNumber) {
  EXPECT_EQ(TextOf(ParseDay("99910819530711945X").status()).en.find("1081953"), std::string::npos);
}

TEST(DateTimeTest, ReadsTimesAsPeopleWriteThem) {
  for (const char* text : {"9:05", "09:05", "９：０５", "０９：０５", "9时5分", "9时05分", "9点5分", "９时５分", "09:05:00",
                           "0905", "9.05", "9;05", "9；05", "上午9点5分", "早上9:05", " 9:05 ", "\u30009：05"}) {
    const absl::StatusOr<int> time = ParseTimeOfDay(text);
    ASSERT_TRUE(time.ok()) << text << ": " << time.status();
    EXPECT_EQ(*time, 9 * 60 + 5) << text;
  }
  EXPECT_EQ(*ParseTimeOfDay("下午3点半"), 15 * 60 + 30);
  EXPECT_EQ(*ParseTimeOfDay("下午 15:30"), 15 * 60 + 30);
  EXPECT_EQ(*ParseTimeOfDay("中午12点"), 720);
  EXPECT_EQ(*ParseTimeOfDay("中午1点"), 780);
  EXPECT_EQ(*ParseTimeOfDay("晚上8点"), 1200);
  EXPECT_EQ(*ParseTimeOfDay("凌晨1点"), 60);
  EXPECT_EQ(*ParseTimeOfDay("2400"), kMinutesPerDay);
  EXPECT_EQ(*ParseTimeOfDay("9点"), 540);
  EXPECT_EQ(*ParseTimeOfDay("9时"), 540);
  EXPECT_EQ(*ParseTimeOfDay("9点整"), 540);
  EXPECT_EQ(*ParseTimeOfDay("9点半"), 570);
  EXPECT_EQ(*ParseTimeOfDay("0:00"), 0);
  EXPECT_EQ(*ParseTimeOfDay("23:59"), 1439);
  EXPECT_EQ(*ParseTimeOfDay("24:00"), kMinutesPerDay);
  EXPECT_EQ(*ParseTimeOfDay("24点"), kMinutesPerDay);
}

TEST(DateTimeTest, RefusesWhatIsNoTime) {
  for (const char* text :
       {"",         "9",   "905",   "9:5",  "9:",    ":05",  "9:05:", "9:05:0", "9:05pm",          "9点5",
        "9点半5分", "9.5", "09050", "上午", "-9:05", "九点", "9:050", "009:05", "2026-03-05 9:05", "9:05-10:00"}) {
    ExpectBilingual(ParseTimeOfDay(text).status(), text);
  }
  for (const char* text : {"24:01", "25:00", "9:60", "9时60分", "24点半", "99:99", "24:00:01", "9:05:60"}) {
    EXPECT_NE(TextOf(ParseTimeOfDay(text).status()).en.find("no such time"), std::string::npos) << text;
    ExpectBilingual(ParseTimeOfDay(text).status(), text);
  }
  for (const char* text : {"上午13点", "上午12点", "晚上1点", "晚上12点", "凌晨9点", "下午0点"}) {
    EXPECT_NE(TextOf(ParseTimeOfDay(text).status()).en.find("may mean two"), std::string::npos) << text;
    ExpectBilingual(ParseTimeOfDay(text).status(), text);
  }
  EXPECT_NE(TextOf(ParseTimeOfDay("9:05:30").status()).zh.find("精确到秒"), std::string::npos);
}

TEST(DateTimeTest, ReadsDurationsAsPeopleWriteThem) {
  for (const char* text :
       {"1.5小时", "90分钟", "1小时30分", "1小时30分钟", "1h30m", "1H30M", "90", "９０", "１．５小时", "1.5h", "1.50 hours",
        "90min", "90 minutes", "1 h 30 min", "1个小时30分", " 90 分 ", "90.0分钟"}) {
    const absl::StatusOr<int64_t> minutes = ParseDuration(text);
    ASSERT_TRUE(minutes.ok()) << text << ": " << minutes.status();
    EXPECT_EQ(*minutes, 90) << text;
  }
  EXPECT_EQ(*ParseDuration("0"), 0);
  EXPECT_EQ(*ParseDuration("0.1小时"), 6);
  EXPECT_EQ(*ParseDuration("1.25h"), 75);
  EXPECT_EQ(*ParseDuration("2时"), 120);
  EXPECT_EQ(*ParseDuration("1000000000"), kMaxDurationMinutes);
}

TEST(DateTimeTest, SaysWhatIsWrongWithADuration) {
  const auto expect = [](absl::string_view text, absl::string_view english) {
    ExpectBilingual(ParseDuration(text).status(), text);
    EXPECT_NE(TextOf(ParseDuration(text).status()).en.find(std::string(english)), std::string::npos)
        << text << ": " << TextOf(ParseDuration(text).status()).en;
  };
  for (const char* text :
       {"", "一小时", "1.", ".5小时", "1.5小时30分", "1h60m", "1h30", "1h30m5", "1天", "h", "1,5h", "1e3", "90分1小时"}) {
    expect(text, "is not a duration");
  }
  for (const char* text : {"-90", "+1h", "－１小时"}) {
    expect(text, "no sign");
  }
  for (const char* text : {"1.33h", "0.001小时", "90.5", "1.1234567h"}) {
    expect(text, "whole number of minutes");
  }
  for (const char* text : {"1000000001", "1000000000000000000", "99999999999999999999999h", "16666667h"}) {
    expect(text, "too large");
  }
}

TEST(DateTimeTest, ASpreadsheetsDayNumberIsNamed) {
  const Text text = TextOf(ParseDay("46342").status());
  EXPECT_NE(text.zh.find("Excel 的日期序号（相当于 2026-11-16）"), std::string::npos) << text.zh;
  EXPECT_NE(text.en.find("2026-11-16"), std::string::npos);
}

TEST(DateTimeTest, BareNumbersLackAUnit) {
  EXPECT_TRUE(IsBareNumber("90"));
  EXPECT_TRUE(IsBareNumber(" １．５ "));
  EXPECT_FALSE(IsBareNumber("90分"));
  EXPECT_FALSE(IsBareNumber("1h"));
  EXPECT_FALSE(IsBareNumber(""));
}

}  // namespace
}  // namespace timebank::cli
