#include "service/model/grant.h"

#include "service/base/civil.h"

namespace timebank::model {

absl::string_view NameOf(GrantState state) {
  switch (state) {
    case GrantState::kProposed:
      return "PROPOSED";
    case GrantState::kActive:
      return "ACTIVE";
    case GrantState::kEnded:
      return "ENDED";
  }
  return "UNKNOWN";
}

Day FirstOfMonth(Day day) {
  return Day(base::DayNumber(absl::CivilDay(absl::CivilMonth(base::DayFromNumber(day.value())))));
}

Day MonthsAfter(Day first_of_month, int64_t months) {
  return Day(base::DayNumber(absl::CivilDay(absl::CivilMonth(base::DayFromNumber(first_of_month.value())) + months)));
}

}  // namespace timebank::model
