#include "service/ledger/order_life.h"

#include <gtest/gtest.h>

#include <set>

namespace timebank::ledger {
namespace {

using model::OrderState;

// Calls `visit` for every pair of state and event that is a step.
template <typename Visit>
void ForEachStep(const Visit& visit) {
  for (int from = 1; from <= kOrderStates; ++from) {
    for (int event = 0; event < kOrderEvents; ++event) {
      const OrderStep* step = FindOrderStep(static_cast<OrderState>(from), static_cast<OrderEvent>(event));
      if (step != nullptr) {
        EXPECT_EQ(step->from, static_cast<OrderState>(from));
        EXPECT_EQ(step->event, static_cast<OrderEvent>(event));
        visit(*step);
      }
    }
  }
}

TEST(OrderLifeTest, TheHoldIsClosedOnceAndOnlyByAnEnd) {
  ForEachStep([](const OrderStep& step) {
    const bool closes =
        step.effect == OrderEffect::kSettle || step.effect == OrderEffect::kRelease || step.effect == OrderEffect::kVoid;
    EXPECT_EQ(closes, !IsEnded(step.from) && IsEnded(step.to)) << model::NameOf(step.from) << " " << model::NameOf(step.to);
    EXPECT_EQ(step.effect == OrderEffect::kTakeBack, IsEnded(step.from));
    EXPECT_EQ(step.effect == OrderEffect::kOpen, step.to == OrderState::kInService);
    EXPECT_EQ(step.effect == OrderEffect::kMeasure, step.to == OrderState::kDone);
    EXPECT_EQ(step.effect == OrderEffect::kPart, IsDuty(step.from) && IsOnBoard(step.to));
  });
}

TEST(OrderLifeTest, TimeEndsWhatNobodyBeganOrFinishedAndNothingElse) {
  for (int from = 1; from <= kOrderStates; ++from) {
    const auto state = static_cast<OrderState>(from);
    EXPECT_EQ(FindOrderStep(state, OrderEvent::kExpire) != nullptr, CanExpire(state)) << model::NameOf(state);
    EXPECT_EQ(CanExpire(state), !IsEnded(state) && state != OrderState::kDone && state != OrderState::kDisputed);
    EXPECT_EQ(FindOrderStep(state, OrderEvent::kAutoConfirm) != nullptr, state == OrderState::kDone);
  }
}

TEST(OrderLifeTest, WhatHasEndedStaysSoUnlessItIsReversed) {
  ForEachStep([](const OrderStep& step) {
    if (IsEnded(step.from)) {
      EXPECT_EQ(step.from, OrderState::kConfirmed);
      EXPECT_EQ(step.to, OrderState::kReversed);
    }
  });
}

TEST(OrderLifeTest, EveryStateIsReached) {
  std::set<OrderState> reached = {OrderState::kRequested};
  for (int round = 0; round < kOrderStates; ++round) {
    ForEachStep([&reached](const OrderStep& step) {
      if (reached.contains(step.from)) {
        reached.insert(step.to);
      }
    });
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kOrderStates));
}

TEST(OrderLifeTest, EveryStepThatPeopleTakeIsSomebodys) {
  for (int event = 0; event < kOrderEvents; ++event) {
    const OrderActors actors = ActorsOf(static_cast<OrderEvent>(event));
    const bool of_time =
        event == static_cast<int>(OrderEvent::kExpire) || event == static_cast<int>(OrderEvent::kAutoConfirm);
    EXPECT_EQ(actors.staff, !of_time) << event;
    EXPECT_FALSE((actors.elder || actors.volunteer) && !actors.staff) << event;
  }
  // Nobody confirms what she did herself, and nobody finishes what was done for her.
  EXPECT_FALSE(ActorsOf(OrderEvent::kConfirm).volunteer);
  EXPECT_FALSE(ActorsOf(OrderEvent::kFinish).elder);
}

}  // namespace
}  // namespace timebank::ledger
