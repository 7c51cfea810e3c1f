#include "service/ledger/star_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::StarState;
using V = StarEvent;
using F = StarEffect;
using K = model::EntryKind;

constexpr std::array kSteps = {
    StarStep{S::kSubmitted, V::kApprove, S::kReviewed, F::kNone, K::kStarReviewed},
    StarStep{S::kSubmitted, V::kReject, S::kRejected, F::kNone, K::kStarRejected},
    StarStep{S::kSubmitted, V::kWithdraw, S::kWithdrawn, F::kNone, K::kStarWithdrawn},
    StarStep{S::kSubmitted, V::kStop, S::kStopped, F::kNone, K::kServiceReversed},
    StarStep{S::kReviewed, V::kPublish, S::kNoticed, F::kStartClock, K::kStarNoticed},
    StarStep{S::kReviewed, V::kReject, S::kRejected, F::kNone, K::kStarRejected},
    StarStep{S::kReviewed, V::kWithdraw, S::kWithdrawn, F::kNone, K::kStarWithdrawn},
    StarStep{S::kReviewed, V::kStop, S::kStopped, F::kNone, K::kServiceReversed},
    StarStep{S::kNoticed, V::kObject, S::kObjected, F::kStopClock, K::kStarObjected},
    StarStep{S::kNoticed, V::kPass, S::kPassed, F::kNone, K::kStarPassed},
    // Between the last day of the notice and the scheduler's next look.
    StarStep{S::kNoticed, V::kAward, S::kAwarded, F::kAward, K::kStarAwarded},
    StarStep{S::kNoticed, V::kWithdraw, S::kWithdrawn, F::kNone, K::kStarWithdrawn},
    StarStep{S::kNoticed, V::kStop, S::kStopped, F::kNone, K::kServiceReversed},
    // By somebody else: the clock stands still already, and one decision is about all that objected.
    StarStep{S::kObjected, V::kObject, S::kObjected, F::kNone, K::kStarObjected},
    StarStep{S::kObjected, V::kDismiss, S::kNoticed, F::kResumeClock, K::kStarNoticed},
    StarStep{S::kObjected, V::kUphold, S::kRejected, F::kNone, K::kStarRejected},
    StarStep{S::kObjected, V::kWithdraw, S::kWithdrawn, F::kNone, K::kStarWithdrawn},
    StarStep{S::kObjected, V::kStop, S::kStopped, F::kNone, K::kServiceReversed},
    StarStep{S::kPassed, V::kAward, S::kAwarded, F::kAward, K::kStarAwarded},
    StarStep{S::kPassed, V::kReject, S::kRejected, F::kNone, K::kStarRejected},
    StarStep{S::kPassed, V::kWithdraw, S::kWithdrawn, F::kNone, K::kStarWithdrawn},
    StarStep{S::kPassed, V::kStop, S::kStopped, F::kNone, K::kServiceReversed},
};

using A = model::AwardState;
using E = AwardEvent;

constexpr std::array kAwardSteps = {
    AwardStep{A::kActive, E::kDoubt, A::kUnderReview},  AwardStep{A::kActive, E::kSupersede, A::kSuperseded},
    AwardStep{A::kUnderReview, E::kKeep, A::kActive},   AwardStep{A::kUnderReview, E::kRevoke, A::kRevoked},
    AwardStep{A::kSuperseded, E::kRestore, A::kActive},
};

template <typename Steps, typename State, typename Event>
auto Find(const Steps& steps, State from, Event event) {
  const auto* found =
      std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return step.from == from && step.event == event; });
  return found == steps.end() ? nullptr : found;
}

}  // namespace

const StarStep* FindStep(model::StarState from, StarEvent event) { return Find(kSteps, from, event); }

bool IsOpen(model::StarState state) {
  return state == S::kSubmitted || state == S::kReviewed || state == S::kNoticed || state == S::kObjected ||
         state == S::kPassed;
}

const AwardStep* FindStep(model::AwardState from, AwardEvent event) { return Find(kAwardSteps, from, event); }

bool IsInForce(model::AwardState state) { return state == A::kActive || state == A::kUnderReview; }

}  // namespace timebank::ledger
