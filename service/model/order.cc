#include "service/model/order.h"

namespace timebank::model {

absl::string_view NameOf(OrderState state) {
  switch (state) {
    case OrderState::kRequested:
      return "REQUESTED";
    case OrderState::kDispatched:
      return "DISPATCHED";
    case OrderState::kAccepted:
      return "ACCEPTED";
    case OrderState::kInService:
      return "IN_SERVICE";
    case OrderState::kDone:
      return "DONE";
    case OrderState::kConfirmed:
      return "CONFIRMED";
    case OrderState::kCancelled:
      return "CANCELLED";
    case OrderState::kExpired:
      return "EXPIRED";
    case OrderState::kNoShow:
      return "NO_SHOW";
    case OrderState::kDisputed:
      return "DISPUTED";
    case OrderState::kVoided:
      return "VOIDED";
    case OrderState::kReversed:
      return "REVERSED";
  }
  return "UNKNOWN";
}

absl::string_view NameOf(ProxyState state) {
  switch (state) {
    case ProxyState::kProposed:
      return "PROPOSED";
    case ProxyState::kProved:
      return "PROVED";
    case ProxyState::kBound:
      return "BOUND";
    case ProxyState::kRevoked:
      return "REVOKED";
  }
  return "UNKNOWN";
}

absl::string_view NameOf(RecurringState state) {
  switch (state) {
    case RecurringState::kActive:
      return "ACTIVE";
    case RecurringState::kPaused:
      return "PAUSED";
    case RecurringState::kEnded:
      return "ENDED";
  }
  return "UNKNOWN";
}

}  // namespace timebank::model
