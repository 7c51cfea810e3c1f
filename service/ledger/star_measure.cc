#include "service/ledger/star_measure.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_format.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/ledger/star_life.h"

namespace timebank::ledger {
namespace {

using model::Rules;

constexpr int64_t Rules::*kBands[] = {&Rules::star_1_hours, &Rules::star_2_hours, &Rules::star_3_hours, &Rules::star_4_hours,
                                      &Rules::star_5_hours};
constexpr int64_t Rules::*kAuthorities[] = {&Rules::star_1_authority, &Rules::star_2_authority, &Rules::star_3_authority,
                                            &Rules::star_4_authority, &Rules::star_5_authority};

constexpr model::Day kEver(std::numeric_limits<int32_t>::min());

// So many months later, on the same day of the month; where that month is too short, on the first of the next.
model::Day AfterMonths(model::Day day, int64_t months) {
  const absl::CivilDay from = base::DayFromNumber(day.value());
  const absl::CivilMonth month = absl::CivilMonth(from) + months;
  return model::Day(
      base::DayNumber(std::min(absl::CivilDay(month.year(), month.month(), from.day()), absl::CivilDay(month + 1))));
}

}  // namespace

model::Minutes StarBand(const Rules& rules, int level) {
  TB_CHECK(level >= 1 && level <= model::kStarLevels);
  return model::Minutes(rules.*kBands[level - 1] * 60);
}

model::ScopeLevel StarAuthority(const Rules& rules, int level) {
  TB_CHECK(level >= 1 && level <= model::kStarLevels);
  return static_cast<model::ScopeLevel>(rules.*kAuthorities[level - 1]);
}

int StarLevelReached(const Rules& rules, model::Minutes service) {
  int reached = 0;
  for (int level = 1; level <= model::kStarLevels; ++level) {
    reached = service >= StarBand(rules, level) ? level : reached;
  }
  return reached;
}

absl::StatusOr<rec::StarStanding> LoadStanding(const store::Reader& reader, absl::string_view bank, model::MemberId member) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::StarStanding> row,
                      LoadRow<rec::StarStanding>(reader, keys::StarStanding(bank, member)));
  return row.has_value() ? *std::move(row) : rec::StarStanding();
}

absl::StatusOr<int> StarLevelOf(const store::Reader& reader, absl::string_view bank, model::MemberId member) {
  TB_ASSIGN_OR_RETURN(const rec::StarStanding standing, LoadStanding(reader, bank, member));
  const rec::StarStanding::Held* held = InForce(standing);
  return held == nullptr ? 0 : static_cast<int>(held->level());
}

const rec::StarStanding::Held* InForce(const rec::StarStanding& standing) {
  for (const rec::StarStanding::Held& held : standing.held()) {
    if (IsInForce(static_cast<model::AwardState>(held.state()))) {
      return &held;
    }
  }
  return nullptr;
}

const rec::StarStanding::Held* HeldAt(const rec::StarStanding& standing, int level) {
  for (const rec::StarStanding::Held& held : standing.held()) {
    if (held.level() == static_cast<uint32_t>(level)) {
      return &held;
    }
  }
  return nullptr;
}

model::Day FirstDayByMembership(const Rules& rules, const rec::Member& member, const rec::StarStanding& standing) {
  if (rules.star_membership_months == 0 || !standing.held().empty()) {
    return kEver;
  }
  return AfterMonths(model::Day(member.registered_day()), rules.star_membership_months);
}

model::Day FirstDayByYears(const Rules& rules, const rec::StarStanding& standing) {
  model::Day first = kEver;
  for (const rec::StarStanding::Held& held : standing.held()) {
    if (rules.star_years_between > 0 && held.state() != static_cast<uint32_t>(model::AwardState::kRevoked)) {
      first = std::max(first, AfterMonths(model::Day(held.awarded()), 12 * rules.star_years_between));
    }
  }
  return first;
}

int64_t MeanEvaluation(const rec::Book& book) {
  return book.evaluations() == 0 ? 0 : book.evaluation_sum() * 100 / book.evaluations();
}

bool EvaluationTooLow(const Rules& rules, int64_t mean) { return mean != 0 && mean < rules.star_least_evaluation; }

std::string EvaluationText(int64_t hundredths) { return absl::StrFormat("%d.%02d", hundredths / 100, hundredths % 100); }

absl::StatusOr<bool> ScopeCovers(const store::Reader& reader, absl::string_view bank, model::ScopeId wide,
                                 model::ScopeId narrow) {
  // Ends: a scope's parent is of a higher level.
  for (model::ScopeId at = narrow; at.value() != 0;) {
    if (at == wide) {
      return true;
    }
    TB_ASSIGN_OR_RETURN(const rec::Scope row, MustLoadRow<rec::Scope>(reader, keys::Scope(bank, at)));
    at = model::ScopeId(row.parent());
  }
  return false;
}

}  // namespace timebank::ledger
