#include "service/ledger/reversal_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::ReversalState;
using V = ReversalEvent;
using K = model::EntryKind;

constexpr std::array kSteps = {
    ReversalLifeStep{S::kProposed, V::kApprove, S::kDecided, K::kReversalDecided},
    ReversalLifeStep{S::kProposed, V::kReject, S::kRejected, K::kReversalRejected},
    ReversalLifeStep{S::kProposed, V::kWithdraw, S::kWithdrawn, K::kReversalWithdrawn},
    ReversalLifeStep{S::kDecided, V::kCarryOut, S::kDecided, std::nullopt},
    ReversalLifeStep{S::kDecided, V::kFinish, S::kDone, std::nullopt},
};

}  // namespace

const ReversalLifeStep* FindReversalStep(model::ReversalState from, ReversalEvent event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const ReversalLifeStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

bool IsOpen(model::ReversalState state) { return state == S::kProposed || state == S::kDecided; }

}  // namespace timebank::ledger
