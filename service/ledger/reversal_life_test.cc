#include "service/ledger/reversal_life.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace timebank::ledger {
namespace {

using S = model::ReversalState;
using V = ReversalEvent;

TEST(ReversalLifeTest, EveryPairIsAsThePlanSays) {
  const std::map<std::pair<S, V>, S> plan = {{{S::kProposed, V::kApprove}, S::kDecided},
                                             {{S::kProposed, V::kReject}, S::kRejected},
                                             {{S::kProposed, V::kWithdraw}, S::kWithdrawn},
                                             {{S::kDecided, V::kCarryOut}, S::kDecided},
                                             {{S::kDecided, V::kFinish}, S::kDone}};
  std::set<S> reached = {S::kProposed};
  for (int state = 1; state <= model::kReversalStates; ++state) {
    for (int event = 0; event < kReversalEvents; ++event) {
      const std::pair<S, V> pair = {static_cast<S>(state), static_cast<V>(event)};
      const ReversalLifeStep* step = FindReversalStep(pair.first, pair.second);
      const auto planned = plan.find(pair);
      ASSERT_EQ(step != nullptr, planned != plan.end()) << state << " " << event;
      if (step != nullptr) {
        EXPECT_EQ(step->to, planned->second);
        // Persons act in entries of their own, the service within the entries of records.
        EXPECT_EQ(step->kind.has_value(), pair.first == S::kProposed);
        reached.insert(step->to);
      }
    }
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(model::kReversalStates));
}

TEST(ReversalLifeTest, WhatHasEndedStays) {
  for (const S state : {S::kDone, S::kRejected, S::kWithdrawn}) {
    EXPECT_FALSE(IsOpen(state));
    for (int event = 0; event < kReversalEvents; ++event) {
      EXPECT_EQ(FindReversalStep(state, static_cast<V>(event)), nullptr);
    }
  }
  EXPECT_TRUE(IsOpen(S::kProposed));
  EXPECT_TRUE(IsOpen(S::kDecided));
}

}  // namespace
}  // namespace timebank::ledger
