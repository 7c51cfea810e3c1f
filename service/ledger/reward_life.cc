#include "service/ledger/reward_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::RewardOrderState;
using V = RewardOrderEvent;
using F = RewardOrderEffect;
using K = model::EntryKind;

constexpr std::array kSteps = {
    RewardOrderStep{S::kPlaced, V::kCollect, S::kCollected, F::kRedeem, K::kRewardCollected},
    RewardOrderStep{S::kPlaced, V::kMiss, S::kPlaced, F::kNone, K::kRewardCodeMissed},
    RewardOrderStep{S::kPlaced, V::kLastMiss, S::kLocked, F::kNone, K::kRewardCodeMissed},
    RewardOrderStep{S::kPlaced, V::kCancel, S::kCancelled, F::kRestore, K::kRewardCancelled},
    RewardOrderStep{S::kPlaced, V::kExpire, S::kExpired, F::kLapse, K::kRewardOrderExpired},
    RewardOrderStep{S::kLocked, V::kCancel, S::kCancelled, F::kRestore, K::kRewardCancelled},
    RewardOrderStep{S::kLocked, V::kExpire, S::kExpired, F::kLapse, K::kRewardOrderExpired},
};

}  // namespace

const RewardOrderStep* FindRewardOrderStep(model::RewardOrderState from, RewardOrderEvent event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const RewardOrderStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

bool IsOpen(model::RewardOrderState state) { return state == S::kPlaced || state == S::kLocked; }

}  // namespace timebank::ledger
