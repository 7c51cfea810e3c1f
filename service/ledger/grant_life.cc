#include "service/ledger/grant_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::GrantState;
using V = GrantEvent;
using K = model::EntryKind;

constexpr std::array kSteps = {
    GrantStep{S::kProposed, V::kApprove, S::kActive, true, K::kGrantApproved},
    GrantStep{S::kProposed, V::kEnd, S::kEnded, false, K::kGrantEnded},
    GrantStep{S::kActive, V::kRenew, S::kActive, true, K::kGrantRenewed},
    GrantStep{S::kActive, V::kEnd, S::kEnded, false, K::kGrantEnded},
    GrantStep{S::kActive, V::kIssue, S::kActive, false, K::kGrantIssued},
    GrantStep{S::kActive, V::kSkip, S::kActive, false, K::kGrantSkipped},
};

}  // namespace

const GrantStep* FindGrantStep(S from, V event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const GrantStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

}  // namespace timebank::ledger
