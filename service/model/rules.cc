#include "service/model/rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "service/model/limits.h"

namespace timebank::model {

namespace {

constexpr int64_t kRoundings[] = {1, 15, 30, 60};

constexpr RuleField kFields[] = {
    // Beijing, Shanghai, Nanjing, Qingdao: an hour is an hour for every kind of service; elsewhere nursing counts threefold.
    {"default_weight_percent",
     &Rules::default_weight_percent,
     100,
     1,
     kCategoryWeightMost,
     {},
     "每 100 分钟服务记入的分钟数",
     "minutes credited per 100 minutes of service"},
    // Changsha Yuhua counts six coins an hour.
    {"coins_per_hour", &Rules::coins_per_hour, 1, 1, 60, {}, "每小时折合的时间币", "time coins per credited hour"},
    {"rounding_minutes", &Rules::rounding_minutes, 30, 1, 60, kRoundings, "记入时长向下取整的单位（分钟）",
     "credited minutes are rounded down to a multiple of this"},
    {"shortest_minutes",
     &Rules::shortest_minutes,
     30,
     1,
     480,
     {},
     "可计入的最短服务（分钟）",
     "shortest service that counts, minutes"},
    // Korea: eight hours; others two.
    {"daily_cap_minutes",
     &Rules::daily_cap_minutes,
     480,
     0,
     1440,
     {},
     "每人每日最多记入（分钟，0 为不限）；超出部分记入公益时间池",
     "most credited per member and day, minutes, 0 for none; the rest goes to the pool"},
    // Nanjing and Guangzhou set 1,500 hours (90,000 minutes).
    {"total_cap_minutes",
     &Rules::total_cap_minutes,
     0,
     0,
     100000000,
     {},
     "每人最多存有（分钟，0 为不限）；超出部分记入公益时间池",
     "most a member holds, minutes, 0 for none; the rest goes to the pool"},
    // National volunteer rules: 18 alone, 14 with consent.
    {"earning_age", &Rules::earning_age, 18, 0, 120, {}, "可独立参加服务的年龄", "age from which one earns alone"},
    {"earning_age_guarded",
     &Rules::earning_age_guarded,
     14,
     0,
     120,
     {},
     "经监护人同意可参加服务的年龄",
     "age from which one earns with a guardian's consent"},
    // Personal Information Protection Law art. 31: data of children under 14.
    {"registration_age_alone",
     &Rules::registration_age_alone,
     14,
     14,
     18,
     {},
     "不满此年龄登记须有监护人同意",
     "below this age registration needs a guardian's consent"},
    // Elder-rights law art. 2; Shanghai 65.
    {"spending_age", &Rules::spending_age, 60, 0, 120, {}, "可使用时间的年龄", "age from which hours can be spent"},
    // Korea one to three months; Wuhan two approvers.
    {"late_entry_days",
     &Rules::late_entry_days,
     30,
     0,
     36500,
     {},
     "服务后多少天内可由一人确认；更晚须两人确认",
     "days after the service within which one approver is enough"},
    // Dongying publicises hours before they count.
    {"notice_days",
     &Rules::notice_days,
     0,
     0,
     365,
     {},
     "确认后公示天数（0 为不公示）",
     "days of public notice before hours settle, 0 for none"},
};

}  // namespace

absl::Span<const RuleField> RuleFields() { return kFields; }

Rules ShippedRules() {
  Rules rules;
  for (const RuleField& field : RuleFields()) {
    rules.*field.value = field.shipped;
  }
  return rules;
}

const RuleField* FindRule(absl::string_view name) {
  for (const RuleField& field : RuleFields()) {
    if (field.name == name) {
      return &field;
    }
  }
  return nullptr;
}

std::optional<RuleError> SetRule(absl::string_view name, int64_t value, Rules* rules) {
  absl::string_view category = name;
  if (absl::ConsumePrefix(&category, kCategoryWeightPrefix)) {
    if (category.empty()) {
      return RuleError::kUnknown;
    }
    if (value < 1 || value > kCategoryWeightMost) {
      return RuleError::kOutOfRange;
    }
    if (rules->category_weight_percent.size() >= limits::kCategoryWeights &&
        !rules->category_weight_percent.contains(std::string(category))) {
      return RuleError::kOutOfRange;
    }
    rules->category_weight_percent[std::string(category)] = value;
    return std::nullopt;
  }
  const RuleField* field = FindRule(name);
  if (field == nullptr) {
    return RuleError::kUnknown;
  }
  const bool listed =
      field->allowed.empty() || std::find(field->allowed.begin(), field->allowed.end(), value) != field->allowed.end();
  if (value < field->minimum || value > field->maximum || !listed) {
    return RuleError::kOutOfRange;
  }
  rules->*field->value = value;
  return std::nullopt;
}

Minutes CreditedMinutes(const Rules& rules, absl::string_view category, Minutes measured) {
  const auto own = rules.category_weight_percent.find(std::string(category));
  const int64_t weight = own == rules.category_weight_percent.end() ? rules.default_weight_percent : own->second;
  const int64_t weighted = measured.value() * weight / 100;
  return Minutes(weighted - weighted % rules.rounding_minutes);
}

}  // namespace timebank::model
