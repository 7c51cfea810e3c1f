#include "service/ledger/record_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::RecordState;
using V = RecordEvent;
using F = RecordEffect;
using K = model::EntryKind;

constexpr std::array kSteps = {
    RecordStep{S::kCheckedIn, V::kCheckOut, S::kRecorded, F::kMeasure, K::kCheckedOut},
    RecordStep{S::kCheckedIn, V::kWithdraw, S::kWithdrawn, F::kDrop, K::kServiceWithdrawn},
    RecordStep{S::kCheckedIn, V::kExpire, S::kWithdrawn, F::kDrop, K::kServiceWithdrawn},
    RecordStep{S::kRecorded, V::kApproveFirst, S::kRecorded, F::kNone, K::kServiceApproved},
    RecordStep{S::kRecorded, V::kConfirm, S::kConfirmed, F::kNone, K::kServiceConfirmed},
    RecordStep{S::kRecorded, V::kReject, S::kRejected, F::kDrop, K::kServiceRejected},
    RecordStep{S::kRecorded, V::kWithdraw, S::kWithdrawn, F::kDrop, K::kServiceWithdrawn},
    RecordStep{S::kRecorded, V::kDispute, S::kDisputed, F::kNone, K::kServiceDisputed},
    RecordStep{S::kConfirmed, V::kPublish, S::kNoticed, F::kNone, K::kServiceConfirmed},
    RecordStep{S::kConfirmed, V::kSettle, S::kSettled, F::kBank, K::kServiceSettled},
    RecordStep{S::kNoticed, V::kSettle, S::kSettled, F::kBank, K::kServiceSettled},
    RecordStep{S::kNoticed, V::kDispute, S::kDisputed, F::kNone, K::kServiceDisputed},
    RecordStep{S::kDisputed, V::kDispute, S::kDisputed, F::kNone, K::kServiceDisputed},
    RecordStep{S::kDisputed, V::kUphold, S::kConfirmed, F::kNone, K::kServiceConfirmed},
    RecordStep{S::kDisputed, V::kAmend, S::kConfirmed, F::kNone, K::kServiceConfirmed},
    RecordStep{S::kDisputed, V::kReturn, S::kRecorded, F::kNone, K::kServiceApproved},
    RecordStep{S::kDisputed, V::kVoid, S::kVoided, F::kDrop, K::kServiceVoided},
    RecordStep{S::kSettled, V::kReverse, S::kReversed, F::kTakeBack, K::kServiceReversed},
};

}  // namespace

const RecordStep* FindStep(model::RecordState from, RecordEvent event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const RecordStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

bool IsUndone(model::RecordState state) {
  return state == S::kReversed || state == S::kRejected || state == S::kWithdrawn || state == S::kVoided;
}

bool IsOpen(model::RecordState state) { return state == S::kCheckedIn || state == S::kRecorded; }

bool IsPending(model::RecordState state) {
  return state == S::kRecorded || state == S::kConfirmed || state == S::kNoticed || state == S::kDisputed;
}

}  // namespace timebank::ledger
