#include "service/ledger/star_life.h"

#include <gtest/gtest.h>

#include <set>

#include "service/base/civil.h"
#include "service/ledger/calendar.h"
#include "service/ledger/keys.h"
#include "service/ledger/star_measure.h"
#include "service/ledger/test_bank.h"

namespace timebank::ledger {
namespace {

using model::AwardState;
using model::StarState;

TEST(StarLifeTest, WhatIsOpenCanBeLeftAndWhatIsNotCannot) {
  for (int from = 1; from <= model::kStarStates; ++from) {
    const auto state = static_cast<StarState>(from);
    int ways_out = 0;
    for (int event = 0; event < kStarEvents; ++event) {
      const StarStep* step = FindStep(state, static_cast<StarEvent>(event));
      ways_out += step == nullptr ? 0 : 1;
      if (step != nullptr) {
        EXPECT_EQ(step->effect == StarEffect::kAward, step->to == StarState::kAwarded);
        EXPECT_EQ(step->effect == StarEffect::kStopClock, step->to == StarState::kObjected && step->from != step->to);
        EXPECT_EQ(step->effect == StarEffect::kStartClock || step->effect == StarEffect::kResumeClock,
                  step->to == StarState::kNoticed);
      }
    }
    EXPECT_EQ(ways_out > 0, IsOpen(state)) << model::NameOf(state);
    // Hours may be reversed, and people may change their minds, at any time before the end.
    EXPECT_EQ(FindStep(state, StarEvent::kStop) != nullptr, IsOpen(state));
    EXPECT_EQ(FindStep(state, StarEvent::kWithdraw) != nullptr, IsOpen(state));
  }
}

TEST(StarLifeTest, AnAwardComesOnlyAfterANotice) {
  std::set<StarState> without_notice = {StarState::kSubmitted};
  for (int round = 0; round < model::kStarStates; ++round) {
    for (int event = 0; event < kStarEvents; ++event) {
      for (const StarState from : std::set<StarState>(without_notice)) {
        const StarStep* step = FindStep(from, static_cast<StarEvent>(event));
        if (step != nullptr && step->to != StarState::kNoticed) {
          without_notice.insert(step->to);
        }
      }
    }
  }
  EXPECT_EQ(without_notice.count(StarState::kAwarded), 0u);
  EXPECT_EQ(without_notice.count(StarState::kPassed), 0u);
}

TEST(StarLifeTest, ARevokedAwardStaysRevoked) {
  for (int event = 0; event < kAwardEvents; ++event) {
    EXPECT_EQ(FindStep(AwardState::kRevoked, static_cast<AwardEvent>(event)), nullptr);
    // Nothing is revoked without a review.
    for (const AwardState from : {AwardState::kActive, AwardState::kSuperseded}) {
      const AwardStep* step = FindStep(from, static_cast<AwardEvent>(event));
      EXPECT_TRUE(step == nullptr || step->to != AwardState::kRevoked);
    }
  }
}

TEST(CalendarTest, WorkingDaysWithHolidaysAndWhatMakesUpForThem) {
  TestBank bank;
  const model::RecordTime now = LocalTime(2026, 9, 1);
  bank.Apply(MakeCommand("1", "wang", model::CreateBank{"Bank", {}}), now);
  const auto rows = [&bank] { return bank.Rows(); };
  // A plain week: Monday the 7th of September 2026.
  EXPECT_TRUE(*IsWorkingDay(*rows(), "xt", LocalDate(2026, 9, 7)));
  EXPECT_FALSE(*IsWorkingDay(*rows(), "xt", LocalDate(2026, 9, 12)));
  EXPECT_FALSE(*IsWorkingDay(*rows(), "xt", LocalDate(2026, 9, 13)));
  EXPECT_EQ(*WorkingDayAfter(*rows(), "xt", LocalDate(2026, 9, 7), 5), LocalDate(2026, 9, 14));
  EXPECT_EQ(*WorkingDayAfter(*rows(), "xt", LocalDate(2026, 9, 12), 1), LocalDate(2026, 9, 14));
  model::SetCalendar holidays;
  for (int day = 1; day <= 7; ++day) {
    holidays.days.push_back({LocalDate(2026, 10, day), model::DayKind::kHoliday});
  }
  holidays.days.push_back({LocalDate(2026, 10, 10), model::DayKind::kWorkday});
  bank.Apply(MakeCommand("2", "wang", holidays), now);
  EXPECT_EQ(*WorkingDayAfter(*rows(), "xt", LocalDate(2026, 9, 30), 1), LocalDate(2026, 10, 8));
  EXPECT_EQ(*WorkingDayAfter(*rows(), "xt", LocalDate(2026, 9, 30), 3), LocalDate(2026, 10, 10));
  EXPECT_EQ(*WorkingDaysIn(*rows(), "xt", LocalDate(2026, 9, 28), LocalDate(2026, 10, 11)), 6);
  EXPECT_EQ(*WorkingDaysIn(*rows(), "xt", LocalDate(2026, 10, 2), LocalDate(2026, 10, 1)), 0);
  EXPECT_EQ(*WorkingDaysIn(*rows(), "xt", LocalDate(2026, 10, 3), LocalDate(2026, 10, 3)), 0);
}

TEST(StarMeasureTest, BandsByRule) {
  model::Rules rules = model::ShippedRules();
  EXPECT_EQ(StarLevelReached(rules, model::Minutes(100 * 60 - 1)), 0);
  EXPECT_EQ(StarLevelReached(rules, model::Minutes(100 * 60)), 1);
  EXPECT_EQ(StarLevelReached(rules, model::Minutes(1000 * 60)), 4);
  EXPECT_EQ(StarLevelReached(rules, model::Minutes(1500 * 60)), 5);
  EXPECT_EQ(StarAuthority(rules, 2), model::ScopeLevel::kDistrict);
  EXPECT_EQ(StarAuthority(rules, 3), model::ScopeLevel::kCity);
  EXPECT_EQ(StarAuthority(rules, 5), model::ScopeLevel::kProvince);
}

}  // namespace
}  // namespace timebank::ledger
