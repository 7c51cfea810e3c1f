#include "service/model/rejection.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"

namespace timebank::model {
namespace {

// The words in braces.
std::multiset<std::string> PlacesIn(absl::string_view wording) {
  std::multiset<std::string> places;
  for (size_t open = wording.find('{'); open != absl::string_view::npos; open = wording.find('{', open + 1)) {
    const size_t close = wording.find('}', open);
    EXPECT_NE(close, absl::string_view::npos) << wording;
    places.insert(std::string(wording.substr(open + 1, close - open - 1)));
  }
  return places;
}

bool HasChinese(absl::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    // UTF-8 of U+4E00 to U+9FFF begins with E4 to E9.
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead >= 0xe4 && lead <= 0xe9) {
      return true;
    }
  }
  return false;
}

TEST(RejectionTest, NumbersAreUnique) {
  std::set<uint32_t> numbers;
  for (const ReasonText& text : AllReasons()) {
    EXPECT_TRUE(numbers.insert(static_cast<uint32_t>(text.reason)).second) << text.name;
  }
  EXPECT_GT(AllReasons().size(), 40u);
}

TEST(RejectionTest, NamesAreUpperSnakeAndUnique) {
  std::set<absl::string_view> names;
  for (const ReasonText& text : AllReasons()) {
    EXPECT_TRUE(names.insert(text.name).second) << text.name;
    EXPECT_EQ(text.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), absl::string_view::npos) << text.name;
    EXPECT_NE(text.name.front(), '_');
    EXPECT_NE(text.name.back(), '_');
    EXPECT_EQ(text.name.find("__"), absl::string_view::npos) << text.name;
    EXPECT_LE(text.name.size(), 63u) << "google.rpc.ErrorInfo allows no more";
  }
}

TEST(RejectionTest, BothWordingsSpeakOfTheSame) {
  for (const ReasonText& text : AllReasons()) {
    EXPECT_TRUE(HasChinese(text.zh)) << text.name;
    EXPECT_FALSE(HasChinese(text.en)) << text.name;
    EXPECT_TRUE(absl::EndsWith(text.zh, "。")) << text.zh;
    EXPECT_TRUE(absl::EndsWith(text.en, ".")) << text.en;
    EXPECT_EQ(PlacesIn(text.zh), PlacesIn(text.en)) << text.name;
  }
}

TEST(RejectionTest, DefinitelyNotAppliedSaysEveryCode) {
  const std::set<absl::StatusCode> allowed = {absl::StatusCode::kAlreadyExists, absl::StatusCode::kInvalidArgument,
                                              absl::StatusCode::kFailedPrecondition, absl::StatusCode::kNotFound};
  for (const ReasonText& text : AllReasons()) {
    EXPECT_TRUE(allowed.contains(text.code)) << text.name;
    EXPECT_EQ(text.code == absl::StatusCode::kNotFound, absl::EndsWith(text.name, "_NOT_FOUND")) << text.name;
  }
}

TEST(RejectionTest, FoundByNumber) {
  std::map<uint32_t, Reason> known;
  for (const ReasonText& text : AllReasons()) {
    known[static_cast<uint32_t>(text.reason)] = text.reason;
    EXPECT_EQ(&TextOf(text.reason), &text);
  }
  for (uint32_t number = 0; number < 1000; ++number) {
    Reason reason = Reason::kBankFull;
    EXPECT_EQ(ReasonFromNumber(number, &reason), known.contains(number)) << number;
    if (known.contains(number)) {
      EXPECT_EQ(reason, known[number]);
    }
  }
  Reason reason = Reason::kBankFull;
  EXPECT_FALSE(ReasonFromNumber(65536 + 1, &reason));
  EXPECT_EQ(reason, Reason::kBankFull);
}

TEST(RejectionTest, TheMetadataIsFilledIn) {
  const Rejection refused{Reason::kRuleOutOfRange, {{"rule", "rounding_minutes"}, {"minimum", "1"}, {"maximum", "60"}}};
  EXPECT_EQ(MessageEn(refused), "The rule rounding_minutes takes an allowed value from 1 to 60.");
  EXPECT_EQ(MessageZh(refused), "规则 rounding_minutes 的值须在 1 到 60 之间，且为允许的取值。");
  // A value that looks like a place is not filled in again.
  EXPECT_EQ(MessageEn({Reason::kVolunteerNotFound, {{"member", "{member}"}}}),
            "There is no volunteer with the number {member}; register the person first, or check the number.");
  EXPECT_EQ(MessageEn({Reason::kRecordToOneself, {}}), "Nobody serves oneself.");
}

TEST(RejectionTest, StatesAndMinutesAreWords) {
  EXPECT_EQ(MessageEn({Reason::kOrderWrongState, {{"order", "32"}, {"state", "IN_SERVICE"}}}),
            "The order 32 is being served; that cannot be done now.");
  EXPECT_EQ(MessageZh({Reason::kOrderWrongState, {{"order", "32"}, {"state", "IN_SERVICE"}}}),
            "服务订单 32 现在是“服务中”，这一步办不了。");
  EXPECT_EQ(MessageEn({Reason::kRecurringWrongState, {{"recurring", "7"}, {"state", "PAUSED"}}}),
            "The recurring order 7 is paused; that cannot be done now.");
  EXPECT_EQ(MessageEn({Reason::kBalanceTooLow, {{"available", "420"}}}), "Only 7 hours are available.");
  EXPECT_EQ(MessageZh({Reason::kBalanceTooLow, {{"available", "425"}}}), "能用的时间只有 7 小时 5 分钟，不够。");
  EXPECT_EQ(MessageEn({Reason::kBalanceTooLow, {{"available", "59"}}}), "Only 59 minutes are available.");
  // Points are no minutes.
  EXPECT_EQ(MessageEn({Reason::kPointsTooLow, {{"available", "420"}}}), "Only 420 points can be spent.");
}

TEST(RejectionTest, EqualityLooksAtTheMetadata) {
  const Rejection one{Reason::kRecordNotFound, {{"record", "1"}}};
  EXPECT_EQ(one, (Rejection{Reason::kRecordNotFound, {{"record", "1"}}}));
  EXPECT_NE(one, (Rejection{Reason::kRecordNotFound, {{"record", "2"}}}));
  EXPECT_NE(one, (Rejection{Reason::kHoldNotFound, {{"record", "1"}}}));
}

}  // namespace
}  // namespace timebank::model
