#include "service/ledger/member_life.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace timebank::ledger {
namespace {

using S = model::MemberState;
using V = MemberLifeEvent;

// All pairs: exactly these are steps, and they lead there.
TEST(MemberLifeTest, EveryPair) {
  const std::map<std::pair<S, V>, S> steps = {
      {{S::kActive, V::kSuspend}, S::kSuspended}, {{S::kSuspended, V::kResume}, S::kActive},
      {{S::kActive, V::kClose}, S::kClosing},     {{S::kSuspended, V::kClose}, S::kClosing},
      {{S::kClosing, V::kReopen}, S::kActive},    {{S::kClosed, V::kReopen}, S::kActive},
      {{S::kDeceased, V::kReopen}, S::kActive},   {{S::kClosing, V::kFinish}, S::kClosed},
      {{S::kActive, V::kDeath}, S::kDeceased},    {{S::kSuspended, V::kDeath}, S::kDeceased},
      {{S::kClosing, V::kDeath}, S::kDeceased},   {{S::kDeceased, V::kEstate}, S::kClosed},
      {{S::kActive, V::kMerge}, S::kMerged},      {{S::kSuspended, V::kMerge}, S::kMerged},
      {{S::kClosed, V::kErase}, S::kErased},      {{S::kMerged, V::kErase}, S::kErased}};
  for (int from = 1; from <= model::kMemberStates; ++from) {
    for (int event = 0; event < kMemberLifeEvents; ++event) {
      const std::pair<S, V> pair = {static_cast<S>(from), static_cast<V>(event)};
      const MemberLifeStep* const step = FindMemberLifeStep(pair.first, pair.second);
      const auto expected = steps.find(pair);
      ASSERT_EQ(step != nullptr, expected != steps.end()) << from << " " << event;
      if (step != nullptr) {
        EXPECT_EQ(step->to, expected->second) << from << " " << event;
        // The accounts are emptied exactly by what leads to where nobody has anything.
        EXPECT_EQ(step->empties, IsEmptied(step->to)) << from << " " << event;
      }
    }
  }
}

TEST(MemberLifeTest, ItIsOverForWhoHasLeftOrDiedOrHasAnotherNumber) {
  for (const S state : {S::kActive, S::kSuspended, S::kClosing}) {
    EXPECT_FALSE(IsOver(state)) << static_cast<int>(state);
  }
  for (const S state : {S::kClosed, S::kDeceased, S::kMerged, S::kErased}) {
    EXPECT_TRUE(IsOver(state)) << static_cast<int>(state);
  }
}

TEST(MemberLifeTest, NobodyComesBackFromAMergerOrAnErasure) {
  for (int event = 0; event < kMemberLifeEvents; ++event) {
    const MemberLifeStep* const step = FindMemberLifeStep(S::kMerged, static_cast<V>(event));
    EXPECT_TRUE(step == nullptr || step->to == S::kErased);
    EXPECT_EQ(FindMemberLifeStep(S::kErased, static_cast<V>(event)), nullptr);
  }
}

}  // namespace
}  // namespace timebank::ledger
