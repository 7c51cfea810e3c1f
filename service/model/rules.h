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
  // Category -> minutes credited per 100 measured.
  absl::btree_map<std::string, int64_t> category_weight_percent;

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

// What we ship.
Rules ShippedRules();

// The row of a rule, nullptr when there is none (category weights have none).
const RuleField* FindRule(absl::string_view name);

enum class RuleError { kUnknown, kOutOfRange };
// Changes one rule by name, "category_weight_percent.助浴" included. Returns why not, and leaves `rules` alone.
std::optional<RuleError> SetRule(absl::string_view name, int64_t value, Rules* rules);

// Minutes credited for a service of `measured` minutes, before caps: weighted, then rounded down.
Minutes CreditedMinutes(const Rules& rules, absl::string_view category, Minutes measured);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_RULES_H_
