// The rules of a bank as values, and the one table that names them. Where each default comes from stands in the table.
#ifndef TIMEBANK_MODEL_RULES_H_
#define TIMEBANK_MODEL_RULES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "service/model/ids.h"

namespace timebank::model {

// One version of a bank's rules. A value.
struct Rules {
  int64_t default_weight_percent = 0;  // minutes credited per 100 measured, for a category without a weight of its own
  int64_t coins_per_hour = 0;          // how many coins people call one credited hour; for showing only
  int64_t rounding_minutes = 0;        // credited minutes are rounded down to a multiple
  int64_t shortest_minutes = 0;        // a shorter service is refused
  int64_t daily_cap_minutes = 0;       // credited per member and local date of service; 0: none
  int64_t total_cap_minutes = 0;       // a member's hours, available and held; 0: none
  int64_t earning_age = 0;             // from which one earns alone
  int64_t earning_age_guarded = 0;     // from which one earns with a guardian's consent
  int64_t registration_age_alone = 0;  // below it a guardian's consent is needed to register
  int64_t spending_age = 0;            // from which hours can be spent
  int64_t late_entry_days = 0;         // a service entered more days later needs two approvers
  int64_t notice_days = 0;             // of public notice between confirmation and settlement; 0: none
  int64_t points_per_hour = 0;         // per 60 minutes of service hours, before the percentages below
  int64_t default_points_percent = 0;  // of a category without a percentage of its own
  int64_t points_star_1_percent = 0;   // added for a volunteer of one star, and so on
  int64_t points_star_2_percent = 0;
  int64_t points_star_3_percent = 0;
  int64_t points_star_4_percent = 0;
  int64_t points_star_5_percent = 0;
  int64_t points_validity_years = 0;  // the year of earning is the first, 31 December of the last is the end; 0: for ever
  int64_t points_reversal_debt = 0;   // 1: points of a reversed service that are spent are owed; 0: they are let go
  int64_t order_expiry_days = 0;      // after its day, an order that nobody began or finished expires; 0: with its day
  int64_t order_ahead_days = 0;       // an order, or the first of a series, lies at most so far ahead
  int64_t order_confirm_days = 0;     // after it was finished, an order confirms itself; 0: never
  int64_t recurring_weeks = 0;        // for so many weeks ahead a recurring order holds hours
  int64_t no_show_review = 0;         // no-shows of a member in a year that open a review of suspension; 0: none
  int64_t care_for_others = 0;        // 1: hours also pay for the care of people who are no bound kin
  int64_t reward_limit = 0;           // of one reward per member and period; 0: none
  int64_t reward_limit_months = 0;    // length of that period, in calendar months from January on
  int64_t reward_pickup_days = 0;     // days after that of the order on which it can be collected
  int64_t reward_expiry_returns_points = 0;  // 1: points of an order that was not collected go back; 0: they are lost
  int64_t pickup_attempts = 0;               // wrong codes until an order is locked
  // Settled service hours that each star asks for.
  int64_t star_1_hours = 0;
  int64_t star_2_hours = 0;
  int64_t star_3_hours = 0;
  int64_t star_4_hours = 0;
  int64_t star_5_hours = 0;
  // Least level of scope (ScopeLevel) whose authority may award each star.
  int64_t star_1_authority = 0;
  int64_t star_2_authority = 0;
  int64_t star_3_authority = 0;
  int64_t star_4_authority = 0;
  int64_t star_5_authority = 0;
  int64_t star_notice_working_days = 0;  // of public notice before an award
  int64_t star_membership_months = 0;    // registered before the first star
  int64_t star_years_between = 0;        // between two awards
  int64_t star_least_evaluation = 0;     // mean evaluation that a star asks for, in hundredths; 0: none
  int64_t gifts_to_others = 0;           // 1: hours may be given to people who are no bound kin
  int64_t gifted_given_on = 0;           // 1: hours that were a gift may be given on
  int64_t spend_by_provenance = 0;       // 1: granted before donated before gifted before earned hours; 0: the oldest first
  int64_t grants_from_pool = 0;          // 1: grants come out of the community pool; 0: the bank issues them
  int64_t grant_unspent = 0;             // granted hours not spent in time: 0 stay, 1 expire, 2 go to the pool
  int64_t grant_validity_months = 0;     // in which granted hours can be spent, that of the grant included
  // Category -> minutes credited per 100 measured.
  absl::btree_map<std::string, int64_t> category_weight_percent;
  // Category -> points for 100 that it would earn otherwise.
  absl::btree_map<std::string, int64_t> category_points_percent;

  friend bool operator==(const Rules&, const Rules&) = default;
};

// A row of the table.
struct RuleField {
  absl::string_view name;
  int64_t Rules::*value;
  int64_t shipped;
  int64_t minimum;
  int64_t maximum;
  absl::Span<const int64_t> allowed;  // empty: every value of the range
  absl::string_view zh;
  absl::string_view en;
};

// In the order in which they are shown. Static storage.
absl::Span<const RuleField> RuleFields();

inline constexpr absl::string_view kCategoryWeightPrefix = "category_weight_percent.";
inline constexpr int64_t kCategoryWeightMost = 1000;

// A rule that each category may have for itself: its name is the prefix and the category.
struct CategoryRule {
  absl::string_view prefix;
  absl::btree_map<std::string, int64_t> Rules::*values;
  int64_t minimum;
  int64_t maximum;
  absl::string_view zh;  // with {category}
  absl::string_view en;
};

// In the order in which they are shown. Static storage.
absl::Span<const CategoryRule> CategoryRules();

// The row whose prefix the name has, nullptr when there is none or nothing stands behind the prefix.
const CategoryRule* FindCategoryRule(absl::string_view name);

// What we ship.
Rules ShippedRules();

// The row of a rule, nullptr when there is none (category weights have none).
const RuleField* FindRule(absl::string_view name);

enum class RuleError { kUnknown, kOutOfRange };
// Changes one rule by name, "category_weight_percent.助浴" included. Returns why not, and leaves `rules` alone.
std::optional<RuleError> SetRule(absl::string_view name, int64_t value, Rules* rules);

// Minutes credited for a service of `measured` minutes, before caps: weighted, then rounded down.
Minutes CreditedMinutes(const Rules& rules, absl::string_view category, Minutes measured);

// How the minutes of a service are booked.
struct Credit {
  Minutes worth;     // weighted and rounded
  Minutes counted;   // of those, below the cap of the day: service hours
  Minutes credited;  // of those, below the cap in total: to the member; the rest of `worth` goes to the pool
};
// `counted_before`: service hours of the same member and day so far. `has`: the member's hours, available and held, less what she owes.
Credit CreditOf(const Rules& rules, absl::string_view category, Minutes measured, Minutes counted_before, Minutes has);

// Points for service hours of `counted` minutes by a volunteer of `stars` stars (0 to 5), `campaign_percent` of the usual ones;
// a part of a point is left out. REQUIRES: `counted` is that of one service (at most ten times limits::kServiceMinutesMost).
Points EarnedPoints(const Rules& rules, absl::string_view category, Minutes counted, int stars, int64_t campaign_percent);

// The last day of points earned on `day`.
Day LastDayOfPoints(const Rules& rules, Day day);
inline constexpr Day kPointsForEver = Day(INT32_MAX);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_RULES_H_
