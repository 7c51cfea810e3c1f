#include "service/model/rules.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/model/limits.h"

namespace timebank::model {

namespace {

constexpr int64_t kRoundings[] = {1, 15, 30, 60};
constexpr int64_t kLimitMonths[] = {1, 3, 6, 12};
constexpr int64_t kGrantMonthsMost = 1200;
constexpr int64_t kCategoryPointsMost = 1000;

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
    // Kunshan: points beside hours, more for some kinds of service and for stars.
    {"points_per_hour",
     &Rules::points_per_hour,
     10,
     0,
     1000,
     {},
     "每小时服务所得积分（0 为不积分）",
     "points per hour of service, 0 for none"},
    {"default_points_percent",
     &Rules::default_points_percent,
     100,
     0,
     kCategoryPointsMost,
     {},
     "各类服务的积分倍数（百分比）",
     "points of a kind of service in percent of the usual ones"},
    // Choice: Kunshan names a bonus for each star and not how much.
    {"points_star_1_percent",
     &Rules::points_star_1_percent,
     10,
     0,
     1000,
     {},
     "一星志愿者的积分加成（百分比）",
     "percent more points for one star"},
    {"points_star_2_percent",
     &Rules::points_star_2_percent,
     20,
     0,
     1000,
     {},
     "二星志愿者的积分加成（百分比）",
     "percent more points for two stars"},
    {"points_star_3_percent",
     &Rules::points_star_3_percent,
     30,
     0,
     1000,
     {},
     "三星志愿者的积分加成（百分比）",
     "percent more points for three stars"},
    {"points_star_4_percent",
     &Rules::points_star_4_percent,
     40,
     0,
     1000,
     {},
     "四星志愿者的积分加成（百分比）",
     "percent more points for four stars"},
    {"points_star_5_percent",
     &Rules::points_star_5_percent,
     50,
     0,
     1000,
     {},
     "五星志愿者的积分加成（百分比）",
     "percent more points for five stars"},
    // Japan, Hailin: 31 December of the year after.
    {"points_validity_years",
     &Rules::points_validity_years,
     2,
     0,
     100,
     {},
     "积分有效年数，含取得当年，最后一年 12 月 31 日到期（0 为不过期）",
     "years points last, the year of earning included, to 31 December of the last; 0 for ever"},
    // Choice: who spent the points of a service that is reversed pays them with later ones.
    {"points_reversal_debt",
     &Rules::points_reversal_debt,
     1,
     0,
     1,
     {},
     "冲正服务时已用掉的积分：1 记为欠分、以后先还，0 不追回",
     "points of a reversed service that were spent: 1 owed and paid by later points, 0 let go"},
    // Practice: the paper lists of a weekend come in on Monday, or after a week.
    {"order_expiry_days",
     &Rules::order_expiry_days,
     7,
     0,
     365,
     {},
     "服务订单过了预约日多少天仍未开始或完成即失效",
     "days after its date until an order that nobody began or finished expires"},
    // Choice: a mistyped year does not lock hours away for a lifetime.
    {"order_ahead_days",
     &Rules::order_ahead_days,
     366,
     0,
     3660,
     {},
     "最多可提前多少天预约",
     "days ahead for which care can be ordered at most"},
    // Practice, with notice to the elder.
    {"order_confirm_days",
     &Rules::order_confirm_days,
     3,
     0,
     365,
     {},
     "服务完成后多少天自动验收（0 为不自动）",
     "days after it was finished until an order confirms itself, 0 for never"},
    // Practice: a month ahead.
    {"recurring_weeks",
     &Rules::recurring_weeks,
     4,
     1,
     52,
     {},
     "周期订单提前预留几周的时间",
     "weeks ahead for which a recurring order holds hours"},
    // Longquanyi: five in a year.
    {"no_show_review",
     &Rules::no_show_review,
     5,
     0,
     1000,
     {},
     "一年内爽约几次须审查是否暂停（0 为不审查）",
     "no-shows in a year that open a review of suspension, 0 for none"},
    // Shanghai lets friends be cared for; Beijing and Nanjing Gulou only kin.
    {"care_for_others",
     &Rules::care_for_others,
     0,
     0,
     1,
     {},
     "可否为非亲属的老人使用时间（1 可以，0 不可以）",
     "whether hours pay for the care of others than kin, 1 or 0"},
    // Hailin: at most once a quarter; off where nobody asks for it.
    {"reward_limit",
     &Rules::reward_limit,
     0,
     0,
     1000000,
     {},
     "每位会员每期同一商品最多兑换件数（0 为不限）",
     "most of one reward per member and period, 0 for none"},
    {"reward_limit_months", &Rules::reward_limit_months, 3, 1, 12, kLimitMonths, "限兑期的长度（自然月，3 为季度）",
     "calendar months of such a period, 3 for quarters"},
    // Choice: a month to come by.
    {"reward_pickup_days",
     &Rules::reward_pickup_days,
     30,
     0,
     3650,
     {},
     "兑换后多少天内须领取",
     "days after the order within which goods must be collected"},
    // Choice: nobody loses points for goods that were not fetched.
    {"reward_expiry_returns_points",
     &Rules::reward_expiry_returns_points,
     1,
     0,
     1,
     {},
     "逾期未领取的积分：1 退回，0 不退",
     "points of an order that was not collected: 1 go back, 0 are lost"},
    // Choice: five tries among a hundred million codes.
    {"pickup_attempts",
     &Rules::pickup_attempts,
     5,
     1,
     100,
     {},
     "领取码输错多少次后锁定兑换单",
     "wrong pickup codes until an order is locked"},
    // Ministry of Civil Affairs, record measure of 2012 (民函〔2012〕340号).
    {"star_1_hours", &Rules::star_1_hours, 100, 1, 100000, {}, "一星所需的服务小时数", "settled service hours for star 1"},
    {"star_2_hours", &Rules::star_2_hours, 300, 1, 100000, {}, "二星所需的服务小时数", "settled service hours for star 2"},
    {"star_3_hours", &Rules::star_3_hours, 600, 1, 100000, {}, "三星所需的服务小时数", "settled service hours for star 3"},
    {"star_4_hours", &Rules::star_4_hours, 1000, 1, 100000, {}, "四星所需的服务小时数", "settled service hours for star 4"},
    {"star_5_hours", &Rules::star_5_hours, 1500, 1, 100000, {}, "五星所需的服务小时数", "settled service hours for star 5"},
    // Fujian: districts award 1 and 2, cities 3 and 4, the province 5.
    {"star_1_authority",
     &Rules::star_1_authority,
     3,
     1,
     5,
     {},
     "可授予一星的最低级别（1 社区、2 街道、3 区县、4 市、5 省）",
     "least level that awards star 1 (1 community, 2 subdistrict, 3 district, 4 city, 5 province)"},
    {"star_2_authority",
     &Rules::star_2_authority,
     3,
     1,
     5,
     {},
     "可授予二星的最低级别（1 社区、2 街道、3 区县、4 市、5 省）",
     "least level that awards star 2 (1 community, 2 subdistrict, 3 district, 4 city, 5 province)"},
    {"star_3_authority",
     &Rules::star_3_authority,
     4,
     1,
     5,
     {},
     "可授予三星的最低级别（1 社区、2 街道、3 区县、4 市、5 省）",
     "least level that awards star 3 (1 community, 2 subdistrict, 3 district, 4 city, 5 province)"},
    {"star_4_authority",
     &Rules::star_4_authority,
     4,
     1,
     5,
     {},
     "可授予四星的最低级别（1 社区、2 街道、3 区县、4 市、5 省）",
     "least level that awards star 4 (1 community, 2 subdistrict, 3 district, 4 city, 5 province)"},
    {"star_5_authority",
     &Rules::star_5_authority,
     5,
     1,
     5,
     {},
     "可授予五星的最低级别（1 社区、2 街道、3 区县、4 市、5 省）",
     "least level that awards star 5 (1 community, 2 subdistrict, 3 district, 4 city, 5 province)"},
    // Practice: five working days.
    {"star_notice_working_days",
     &Rules::star_notice_working_days,
     5,
     1,
     60,
     {},
     "星级公示的工作日数（不含公示当日）",
     "working days of public notice before a star, the first day not counted"},
    // Longgang 6 to 12 months.
    {"star_membership_months",
     &Rules::star_membership_months,
     0,
     0,
     120,
     {},
     "首次评星前须登记满的月数",
     "months of membership before the first star"},
    {"star_years_between", &Rules::star_years_between, 0, 0, 10, {}, "两次评星之间须间隔的年数", "years between two stars"},
    // The record measure names "time and quality"; who was not judged yet is not held up.
    {"star_least_evaluation",
     &Rules::star_least_evaluation,
     0,
     0,
     500,
     {},
     "评星所需的平均评价（百分之一分，450 即 4.5 分，0 为不要求；尚无评价的不受限制）",
     "least mean evaluation for a star in hundredths, 450 for 4.5, 0 for none; who was not evaluated yet may apply"},
    // Shanghai lets friends have them; elsewhere only kin.
    {"gifts_to_others",
     &Rules::gifts_to_others,
     0,
     0,
     1,
     {},
     "可否把时间转赠给非亲属（1 可以，0 不可以）",
     "whether hours can be given to others than kin, 1 or 0"},
    // Choice: a gift is for care; hours that wander from hand to hand are traded.
    {"gifted_given_on",
     &Rules::gifted_given_on,
     0,
     0,
     1,
     {},
     "受赠的时间可否再转赠（1 可以，0 不可以）",
     "whether gifted hours can be given on, 1 or 0"},
    // Choice: what must not be given on, or may end, is spent before what was earned.
    {"spend_by_provenance",
     &Rules::spend_by_provenance,
     1,
     0,
     1,
     {},
     "使用时间的顺序：1 先发放、再公益池、再受赠、最后服务所得；0 先存入的先用",
     "order of spending: 1 granted, donated, gifted, then earned hours; 0 the oldest first"},
    // Choice: a promise to elders in need does not hang on what others donate.
    {"grants_from_pool",
     &Rules::grants_from_pool,
     0,
     0,
     1,
     {},
     "困难老人的时间从哪里来：1 公益时间池，0 银行发行",
     "where grants come from: 1 the community pool, 0 issued by the bank"},
    // Hours do not expire in any scheme; a bank may still want granted ones back.
    {"grant_unspent",
     &Rules::grant_unspent,
     0,
     0,
     2,
     {},
     "发放后到期未用的时间：0 保留，1 失效，2 转入公益时间池",
     "granted hours that were not spent in time: 0 stay, 1 expire, 2 go to the pool"},
    {"grant_validity_months",
     &Rules::grant_validity_months,
     12,
     1,
     kGrantMonthsMost,
     {},
     "发放的时间可使用的月数，含发放当月",
     "months in which granted hours can be spent, that of the grant included"},
};

constexpr CategoryRule kCategoryRules[] = {
    {kCategoryWeightPrefix, &Rules::category_weight_percent, 1, kCategoryWeightMost, "每 100 分钟“{category}”记入的分钟数",
     "minutes credited per 100 minutes of {category}"},
    {"category_points_percent.", &Rules::category_points_percent, 0, kCategoryPointsMost, "“{category}”的积分倍数（百分比）",
     "points for {category} in percent of the usual ones"},
};

}  // namespace

absl::Span<const RuleField> RuleFields() { return kFields; }
absl::Span<const CategoryRule> CategoryRules() { return kCategoryRules; }

const CategoryRule* FindCategoryRule(absl::string_view name) {
  for (const CategoryRule& rule : CategoryRules()) {
    if (absl::StartsWith(name, rule.prefix) && name.size() > rule.prefix.size()) {
      return &rule;
    }
  }
  return nullptr;
}

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
  if (const CategoryRule* of_category = FindCategoryRule(name); of_category != nullptr) {
    if (value < of_category->minimum || value > of_category->maximum) {
      return RuleError::kOutOfRange;
    }
    absl::btree_map<std::string, int64_t>& values = rules->*of_category->values;
    std::string category(name.substr(of_category->prefix.size()));
    if (values.size() >= limits::kCategoryWeights && !values.contains(category)) {
      return RuleError::kOutOfRange;
    }
    values[std::move(category)] = value;
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

Credit CreditOf(const Rules& rules, absl::string_view category, Minutes measured, Minutes counted_before, Minutes has) {
  const auto below = [](Minutes amount, int64_t cap, Minutes used) {
    return cap == 0 ? amount : std::min(amount, std::max(Minutes(0), Minutes(cap) - used));
  };
  Credit credit;
  credit.worth = CreditedMinutes(rules, category, measured);
  credit.counted = below(credit.worth, rules.daily_cap_minutes, counted_before);
  credit.credited = below(credit.counted, rules.total_cap_minutes, has);
  return credit;
}

Points EarnedPoints(const Rules& rules, absl::string_view category, Minutes counted, int stars, int64_t campaign_percent) {
  const int64_t bonus[] = {0,
                           rules.points_star_1_percent,
                           rules.points_star_2_percent,
                           rules.points_star_3_percent,
                           rules.points_star_4_percent,
                           rules.points_star_5_percent};
  TB_CHECK(stars >= 0 && stars < static_cast<int>(std::size(bonus)));
  const auto own = rules.category_points_percent.find(std::string(category));
  const int64_t percent = own == rules.category_points_percent.end() ? rules.default_points_percent : own->second;
  // At most 14,400 * 1,000 * 1,000 * 1,100 * 1,000, which fits; divided once, so that a part is left out once.
  return Points(counted.value() * rules.points_per_hour * percent * (100 + bonus[stars]) * campaign_percent /
                (int64_t{60} * 100 * 100 * 100));
}

Day LastDayOfPoints(const Rules& rules, Day day) {
  if (rules.points_validity_years == 0) {
    return kPointsForEver;
  }
  const absl::CivilDay earned = base::DayFromNumber(day.value());
  return Day(base::DayNumber(absl::CivilDay(earned.year() + rules.points_validity_years - 1, 12, 31)));
}

}  // namespace timebank::model
