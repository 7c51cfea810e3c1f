#include "service/ledger/grant_life.h"

#include <gtest/gtest.h>

namespace timebank::ledger {
namespace {

using model::GrantState;

// All pairs: exactly these are steps.
TEST(GrantLifeTest, EveryPair) {
  for (int from = 1; from <= model::kGrantStates; ++from) {
    for (int event = 0; event < kGrantEvents; ++event) {
      const auto state = static_cast<GrantState>(from);
      const auto what = static_cast<GrantEvent>(event);
      const GrantStep* const step = FindGrantStep(state, what);
      const bool proposed = state == GrantState::kProposed && (what == GrantEvent::kApprove || what == GrantEvent::kEnd);
      const bool active = state == GrantState::kActive && what != GrantEvent::kApprove;
      ASSERT_EQ(step != nullptr, proposed || active) << from << " " << event;
      if (step == nullptr) {
        continue;
      }
      EXPECT_EQ(step->to == GrantState::kEnded, what == GrantEvent::kEnd);
      EXPECT_NE(step->to, GrantState::kProposed);
      // Hours flow only with the word of a second person.
      EXPECT_EQ(step->by_checker, what == GrantEvent::kApprove || what == GrantEvent::kRenew);
    }
  }
}

}  // namespace
}  // namespace timebank::ledger
