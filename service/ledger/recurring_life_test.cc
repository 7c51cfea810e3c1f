#include "service/ledger/recurring_life.h"

#include <gtest/gtest.h>

#include <set>

namespace timebank::ledger {
namespace {

using model::RecurringState;

TEST(RecurringLifeTest, TimeActsOnlyWhileItIsActiveAndNothingFollowsOnItsEnd) {
  std::set<RecurringState> reached = {RecurringState::kActive};
  for (int from = 1; from <= kRecurringStates; ++from) {
    const auto state = static_cast<RecurringState>(from);
    for (int number = 0; number < kRecurringEvents; ++number) {
      const auto event = static_cast<RecurringEvent>(number);
      const RecurringStep* step = FindRecurringStep(state, event);
      const bool times = event == RecurringEvent::kMake || event == RecurringEvent::kMakeLast;
      const bool expected = event == RecurringEvent::kEnd      ? state != RecurringState::kEnded
                            : event == RecurringEvent::kResume ? state == RecurringState::kPaused
                                                               : state == RecurringState::kActive;
      ASSERT_EQ(step != nullptr, expected) << from << " " << number;
      if (step == nullptr) {
        continue;
      }
      EXPECT_EQ(step->from, state);
      EXPECT_EQ(step->event, event);
      EXPECT_EQ(step->to == RecurringState::kEnded, event == RecurringEvent::kEnd || event == RecurringEvent::kMakeLast);
      EXPECT_EQ(step->kind == model::EntryKind::kRecurringSkipped, times);
      reached.insert(step->to);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kRecurringStates));
}

}  // namespace
}  // namespace timebank::ledger
