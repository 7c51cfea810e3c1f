#include "service/ledger/reward_life.h"

#include <gtest/gtest.h>

#include <set>

namespace timebank::ledger {
namespace {

using model::RewardOrderState;

constexpr int kStates = 5;

TEST(RewardLifeTest, EveryOpenOrderEndsOnceAndForEver) {
  std::set<RewardOrderState> reached = {RewardOrderState::kPlaced};
  for (int from = 1; from <= kStates; ++from) {
    const auto state = static_cast<RewardOrderState>(from);
    int ends = 0;
    for (int event = 0; event < kRewardOrderEvents; ++event) {
      const RewardOrderStep* step = FindRewardOrderStep(state, static_cast<RewardOrderEvent>(event));
      if (step == nullptr) {
        continue;
      }
      EXPECT_EQ(step->from, state);
      EXPECT_EQ(step->event, static_cast<RewardOrderEvent>(event));
      // What was held is spent or goes back exactly where an order ends.
      EXPECT_EQ(step->effect != RewardOrderEffect::kNone, !IsOpen(step->to));
      ends += IsOpen(step->to) ? 0 : 1;
      reached.insert(step->to);
    }
    EXPECT_EQ(ends > 0, IsOpen(state));
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kStates));
}

TEST(RewardLifeTest, ALockedOrderTakesNoCode) {
  for (const RewardOrderEvent event : {RewardOrderEvent::kCollect, RewardOrderEvent::kMiss, RewardOrderEvent::kLastMiss}) {
    EXPECT_EQ(FindRewardOrderStep(RewardOrderState::kLocked, event), nullptr);
    EXPECT_NE(FindRewardOrderStep(RewardOrderState::kPlaced, event), nullptr);
  }
}

}  // namespace
}  // namespace timebank::ledger
