#include "service/ledger/order_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::OrderState;
using V = OrderEvent;
using F = OrderEffect;
using K = model::EntryKind;

constexpr std::array kSteps = {
    OrderStep{S::kRequested, V::kRoute, S::kRequested, F::kNone, K::kOrderRouted},
    OrderStep{S::kRequested, V::kDispatch, S::kDispatched, F::kMatch, K::kOrderDispatched},
    OrderStep{S::kRequested, V::kTake, S::kAccepted, F::kMatch, K::kOrderAccepted},
    OrderStep{S::kRequested, V::kCancel, S::kCancelled, F::kRelease, K::kOrderCancelled},
    OrderStep{S::kRequested, V::kExpire, S::kExpired, F::kRelease, K::kOrderExpired},
    OrderStep{S::kDispatched, V::kRoute, S::kRequested, F::kPart, K::kOrderRouted},
    OrderStep{S::kDispatched, V::kDispatch, S::kDispatched, F::kMatch, K::kOrderDispatched},
    OrderStep{S::kDispatched, V::kAccept, S::kAccepted, F::kNone, K::kOrderAccepted},
    OrderStep{S::kDispatched, V::kDecline, S::kRequested, F::kPart, K::kOrderDeclined},
    OrderStep{S::kDispatched, V::kCancel, S::kCancelled, F::kRelease, K::kOrderCancelled},
    OrderStep{S::kDispatched, V::kExpire, S::kExpired, F::kRelease, K::kOrderExpired},
    OrderStep{S::kAccepted, V::kDecline, S::kRequested, F::kPart, K::kOrderDeclined},
    OrderStep{S::kAccepted, V::kStart, S::kInService, F::kOpen, K::kOrderStarted},
    OrderStep{S::kAccepted, V::kCancel, S::kCancelled, F::kRelease, K::kOrderCancelled},
    OrderStep{S::kAccepted, V::kStandDown, S::kCancelled, F::kRelease, K::kOrderCancelled},
    OrderStep{S::kAccepted, V::kExpire, S::kExpired, F::kRelease, K::kOrderExpired},
    OrderStep{S::kAccepted, V::kVolunteerNoShow, S::kNoShow, F::kRelease, K::kOrderNoShow},
    OrderStep{S::kAccepted, V::kElderNoShow, S::kNoShow, F::kRelease, K::kOrderNoShow},
    OrderStep{S::kInService, V::kFinish, S::kDone, F::kMeasure, K::kOrderFinished},
    OrderStep{S::kInService, V::kExpire, S::kExpired, F::kRelease, K::kOrderExpired},
    OrderStep{S::kInService, V::kElderNoShow, S::kNoShow, F::kRelease, K::kOrderNoShow},
    OrderStep{S::kDone, V::kConfirm, S::kConfirmed, F::kSettle, K::kOrderConfirmed},
    OrderStep{S::kDone, V::kAutoConfirm, S::kConfirmed, F::kSettle, K::kOrderConfirmed},
    OrderStep{S::kDone, V::kDispute, S::kDisputed, F::kDispute, K::kOrderDisputed},
    OrderStep{S::kDisputed, V::kDispute, S::kDisputed, F::kDispute, K::kOrderDisputed},
    OrderStep{S::kDisputed, V::kUphold, S::kConfirmed, F::kSettle, K::kOrderConfirmed},
    OrderStep{S::kDisputed, V::kAmend, S::kConfirmed, F::kSettle, K::kOrderConfirmed},
    OrderStep{S::kDisputed, V::kVoid, S::kVoided, F::kVoid, K::kOrderVoided},
    OrderStep{S::kConfirmed, V::kReverse, S::kReversed, F::kTakeBack, K::kOrderReversed},
};

constexpr OrderActors kElder = {true, false, true};
constexpr OrderActors kVolunteer = {false, true, true};
constexpr OrderActors kAnyParty = {true, true, true};
constexpr OrderActors kStaff = {false, false, true};

}  // namespace

const OrderStep* FindOrderStep(model::OrderState from, OrderEvent event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const OrderStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

OrderActors ActorsOf(OrderEvent event) {
  switch (event) {
    case OrderEvent::kConfirm:
    case OrderEvent::kCancel:
    case OrderEvent::kVolunteerNoShow:
      return kElder;
    case OrderEvent::kTake:
    case OrderEvent::kAccept:
    case OrderEvent::kDecline:
    case OrderEvent::kStandDown:
    case OrderEvent::kStart:
    case OrderEvent::kFinish:
    case OrderEvent::kElderNoShow:
      return kVolunteer;
    case OrderEvent::kDispute:
      return kAnyParty;
    case OrderEvent::kRoute:
    case OrderEvent::kDispatch:
    case OrderEvent::kUphold:
    case OrderEvent::kAmend:
    case OrderEvent::kVoid:
    case OrderEvent::kReverse:
      return kStaff;
    case OrderEvent::kAutoConfirm:
    case OrderEvent::kExpire:
      break;
  }
  return {};
}

bool IsEnded(model::OrderState state) {
  return state == S::kConfirmed || state == S::kCancelled || state == S::kExpired || state == S::kNoShow ||
         state == S::kVoided || state == S::kReversed;
}

bool IsOnBoard(model::OrderState state) { return state == S::kRequested; }

bool IsDuty(model::OrderState state) { return state == S::kDispatched || state == S::kAccepted || state == S::kInService; }

bool CanExpire(model::OrderState state) {
  return state == S::kRequested || state == S::kDispatched || state == S::kAccepted || state == S::kInService;
}

}  // namespace timebank::ledger
