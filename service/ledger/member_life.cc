#include "service/ledger/member_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::MemberState;
using V = MemberLifeEvent;
using K = model::EntryKind;

constexpr std::array kSteps = {
    MemberLifeStep{S::kActive, V::kSuspend, S::kSuspended, false, K::kMemberChanged},
    MemberLifeStep{S::kSuspended, V::kResume, S::kActive, false, K::kMemberChanged},
    MemberLifeStep{S::kActive, V::kClose, S::kClosing, false, K::kMemberClosing},
    MemberLifeStep{S::kSuspended, V::kClose, S::kClosing, false, K::kMemberClosing},
    MemberLifeStep{S::kClosing, V::kReopen, S::kActive, false, K::kMemberReopened},
    MemberLifeStep{S::kClosed, V::kReopen, S::kActive, false, K::kMemberReopened},
    MemberLifeStep{S::kDeceased, V::kReopen, S::kActive, false, K::kMemberReopened},
    MemberLifeStep{S::kClosing, V::kFinish, S::kClosed, true, K::kMemberClosed},
    MemberLifeStep{S::kActive, V::kDeath, S::kDeceased, false, K::kMemberDied},
    MemberLifeStep{S::kSuspended, V::kDeath, S::kDeceased, false, K::kMemberDied},
    MemberLifeStep{S::kClosing, V::kDeath, S::kDeceased, false, K::kMemberDied},
    MemberLifeStep{S::kDeceased, V::kEstate, S::kClosed, true, K::kEstateSettled},
    MemberLifeStep{S::kActive, V::kMerge, S::kMerged, true, K::kMembersMerged},
    MemberLifeStep{S::kSuspended, V::kMerge, S::kMerged, true, K::kMembersMerged},
    MemberLifeStep{S::kClosed, V::kErase, S::kErased, true, K::kMemberErased},
    MemberLifeStep{S::kMerged, V::kErase, S::kErased, true, K::kMemberErased},
};

}  // namespace

const MemberLifeStep* FindMemberLifeStep(S from, V event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const MemberLifeStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

bool IsEmptied(S state) { return state == S::kClosed || state == S::kMerged || state == S::kErased; }

bool IsOver(S state) { return IsEmptied(state) || state == S::kDeceased; }

}  // namespace timebank::ledger
