#include "service/model/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "service/model/limits.h"

namespace timebank::model {
namespace {

TEST(RulesTest, TheTableIsSound) {
  std::set<std::string> names;
  for (const RuleField& field : RuleFields()) {
    EXPECT_TRUE(names.insert(std::string(field.name)).second) << field.name;
    EXPECT_LT(field.minimum, field.maximum) << field.name;
    EXPECT_FALSE(field.zh.empty()) << field.name;
    EXPECT_FALSE(field.en.empty()) << field.name;
    EXPECT_EQ(FindRule(field.name), &field);
    // What we ship is allowed.
    Rules rules;
    EXPECT_EQ(SetRule(field.name, field.shipped, &rules), std::nullopt) << field.name;
    EXPECT_EQ(rules.*field.value, field.shipped);
    EXPECT_EQ(ShippedRules().*field.value, field.shipped);
  }
  EXPECT_TRUE(ShippedRules().category_weight_percent.empty());
}

TEST(RulesTest, TheShippedValuesAreThoseOfTheDomain) {
  const Rules rules = ShippedRules();
  EXPECT_EQ(rules.default_weight_percent, 100);
  EXPECT_EQ(rules.coins_per_hour, 1);
  EXPECT_EQ(rules.rounding_minutes, 30);
  EXPECT_EQ(rules.shortest_minutes, 30);
  EXPECT_EQ(rules.daily_cap_minutes, 480);
  EXPECT_EQ(rules.total_cap_minutes, 0);
  EXPECT_EQ(rules.earning_age, 18);
  EXPECT_EQ(rules.earning_age_guarded, 14);
  EXPECT_EQ(rules.registration_age_alone, 14);
  EXPECT_EQ(rules.spending_age, 60);
  EXPECT_EQ(rules.late_entry_days, 30);
  EXPECT_EQ(rules.notice_days, 0);
  EXPECT_EQ(rules.points_per_hour, 10);
  EXPECT_EQ(rules.default_points_percent, 100);
  EXPECT_EQ(rules.points_validity_years, 2);
}

TEST(RulesTest, EveryFieldKeepsToItsBounds) {
  for (const RuleField& field : RuleFields()) {
    Rules rules = ShippedRules();
    const Rules before = rules;
    for (const int64_t beyond : {field.minimum - 1, field.maximum + 1, INT64_MIN, INT64_MAX}) {
      EXPECT_EQ(SetRule(field.name, beyond, &rules), RuleError::kOutOfRange) << field.name << " " << beyond;
      EXPECT_EQ(rules, before) << field.name;
    }
    for (const int64_t end : {field.minimum, field.maximum}) {
      EXPECT_EQ(SetRule(field.name, end, &rules), std::nullopt) << field.name << " " << end;
      EXPECT_EQ(rules.*field.value, end);
    }
  }
}

TEST(RulesTest, OnlyListedValuesWhereThereIsAList) {
  const RuleField* rounding = FindRule("rounding_minutes");
  ASSERT_NE(rounding, nullptr);
  EXPECT_EQ(rounding->allowed, (std::vector<int64_t>{1, 15, 30, 60}));
  for (const RuleField& field : RuleFields()) {
    if (field.allowed.empty()) {
      continue;
    }
    for (int64_t value = field.minimum; value <= field.maximum; ++value) {
      Rules rules = ShippedRules();
      const bool listed = std::find(field.allowed.begin(), field.allowed.end(), value) != field.allowed.end();
      EXPECT_EQ(SetRule(field.name, value, &rules).has_value(), !listed) << field.name << " " << value;
      EXPECT_EQ(rules == ShippedRules(), !listed || value == field.shipped);
    }
  }
}

TEST(RulesTest, UnknownNames) {
  Rules rules = ShippedRules();
  for (const char* name : {"", "rounding", "Rounding_minutes", "rounding_minutes ", "category_weight_percent",
                           "category_weight_percent.", "category_weight_percent助浴"}) {
    EXPECT_EQ(SetRule(name, 1, &rules), RuleError::kUnknown) << name;
    EXPECT_EQ(FindRule(name), nullptr) << name;
  }
  EXPECT_EQ(rules, ShippedRules());
}

TEST(RulesTest, CategoryWeights) {
  Rules rules = ShippedRules();
  EXPECT_EQ(SetRule("category_weight_percent.助浴", 0, &rules), RuleError::kOutOfRange);
  EXPECT_EQ(SetRule("category_weight_percent.助浴", 1001, &rules), RuleError::kOutOfRange);
  EXPECT_EQ(SetRule("category_weight_percent.助浴", INT64_MIN, &rules), RuleError::kOutOfRange);
  EXPECT_EQ(rules, ShippedRules());
  EXPECT_EQ(SetRule("category_weight_percent.助浴", 1, &rules), std::nullopt);
  EXPECT_EQ(SetRule("category_weight_percent.助浴", 1000, &rules), std::nullopt);
  EXPECT_EQ(rules.category_weight_percent.at("助浴"), 1000);
  EXPECT_EQ(rules.category_weight_percent.size(), 1u);
}

TEST(RulesTest, CategoryWeightsAreBounded) {
  Rules rules = ShippedRules();
  for (size_t i = 0; i < limits::kCategoryWeights; ++i) {
    ASSERT_EQ(SetRule(absl::StrCat("category_weight_percent.c", i), 100, &rules), std::nullopt);
  }
  EXPECT_EQ(SetRule("category_weight_percent.one more", 100, &rules), RuleError::kOutOfRange);
  EXPECT_EQ(SetRule("category_weight_percent.c0", 200, &rules), std::nullopt);
  EXPECT_EQ(rules.category_weight_percent.size(), limits::kCategoryWeights);
}

TEST(RulesTest, CategoryRulesKeepToTheirBounds) {
  for (const CategoryRule& rule : CategoryRules()) {
    const std::string name = absl::StrCat(rule.prefix, "助浴");
    EXPECT_EQ(FindCategoryRule(name), &rule);
    EXPECT_EQ(FindCategoryRule(rule.prefix), nullptr);
    EXPECT_EQ(FindRule(rule.prefix), nullptr);
    Rules rules = ShippedRules();
    EXPECT_EQ(SetRule(name, rule.minimum - 1, &rules), RuleError::kOutOfRange);
    EXPECT_EQ(SetRule(name, rule.maximum + 1, &rules), RuleError::kOutOfRange);
    EXPECT_EQ(rules, ShippedRules());
    EXPECT_EQ(SetRule(name, rule.minimum, &rules), std::nullopt);
    EXPECT_EQ((rules.*rule.values).at("助浴"), rule.minimum);
  }
}

TEST(EarnedPointsTest, EachPercentageCountsAndAPartIsLeftOut) {
  Rules rules = ShippedRules();
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(60), 0, 100), Points(10));
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(65), 0, 100), Points(10));
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(66), 0, 100), Points(11));
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(60), 3, 100), Points(13));
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(60), 5, 200), Points(30));
  rules.category_points_percent["助餐"] = 150;
  // 10 points, half more, a tenth more of that, and half of that: 8.25.
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(60), 1, 50), Points(8));
  EXPECT_EQ(EarnedPoints(rules, "助浴", Minutes(60), 1, 50), Points(5));
  rules.points_per_hour = 0;
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(1440), 5, 1000), Points(0));
  // The most that the rules can say fits.
  rules.points_per_hour = rules.points_star_5_percent = rules.category_points_percent["助餐"] = 1000;
  EXPECT_EQ(EarnedPoints(rules, "助餐", Minutes(14400), 5, 1000), Points(int64_t{240} * 1000 * 10 * 11 * 10));
}

TEST(LastDayOfPointsTest, TheThirtyFirstOfDecember) {
  const auto day = [](int year, int month, int of_month) {
    return Day(static_cast<int32_t>(absl::CivilDay(year, month, of_month) - absl::CivilDay(1970, 1, 1)));
  };
  Rules rules = ShippedRules();
  EXPECT_EQ(LastDayOfPoints(rules, day(2026, 1, 1)), day(2027, 12, 31));
  EXPECT_EQ(LastDayOfPoints(rules, day(2026, 12, 31)), day(2027, 12, 31));
  rules.points_validity_years = 1;
  EXPECT_EQ(LastDayOfPoints(rules, day(2026, 12, 31)), day(2026, 12, 31));
  rules.points_validity_years = 0;
  EXPECT_EQ(LastDayOfPoints(rules, day(2026, 12, 31)), kPointsForEver);
}

struct Credit {
  int64_t rounding;
  int64_t weight;
  int64_t measured;
  int64_t credited;
};

TEST(CreditedMinutesTest, WeightedThenRoundedDown) {
  constexpr Credit kCredits[] = {
      {1, 100, 0, 0},        {1, 100, 1, 1},          {1, 100, 59, 59},  {15, 100, 14, 0},   {15, 100, 15, 15},
      {15, 100, 44, 30},     {30, 100, 29, 0},        {30, 100, 30, 30}, {30, 100, 59, 30},  {30, 100, 60, 60},
      {30, 100, 1440, 1440}, {60, 100, 59, 0},        {60, 100, 60, 60}, {60, 100, 119, 60}, {30, 300, 10, 30},
      {30, 300, 19, 30},     {30, 300, 20, 60},       {60, 300, 39, 60}, {60, 300, 40, 120}, {1, 300, 1, 3},
      {1, 150, 1, 1},        {1, 150, 3, 4},          {30, 50, 119, 30}, {30, 50, 120, 60},  {1, 1, 99, 0},
      {1, 1, 100, 1},        {30, 1000, 1440, 14400},
  };
  for (const Credit& credit : kCredits) {
    Rules rules = ShippedRules();
    rules.rounding_minutes = credit.rounding;
    rules.default_weight_percent = credit.weight;
    EXPECT_EQ(CreditedMinutes(rules, "助餐", Minutes(credit.measured)), Minutes(credit.credited))
        << credit.rounding << " " << credit.weight << " " << credit.measured;
    // A weight of the category's own counts instead.
    rules.default_weight_percent = 7;
    rules.category_weight_percent["助餐"] = credit.weight;
    EXPECT_EQ(CreditedMinutes(rules, "助餐", Minutes(credit.measured)), Minutes(credit.credited));
    if (credit.weight != 7 && credit.rounding == 1 && credit.measured > 0) {
      EXPECT_EQ(CreditedMinutes(rules, "助浴", Minutes(credit.measured)), Minutes(credit.measured * 7 / 100));
    }
  }
}

}  // namespace
}  // namespace timebank::model
