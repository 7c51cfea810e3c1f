// Small enumerations of care orders. Their values are stored and equal those of timebank.v1: frozen.
#ifndef TIMEBANK_MODEL_ORDER_H_
#define TIMEBANK_MODEL_ORDER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "service/base/strong_int.h"

namespace timebank::model {

// An order and the hold that pays for it bear the same number: that of the entry that placed both.
using OrderId = base::StrongInt<struct OrderIdTag, uint64_t>;

// Named by the entry that proposed or started them.
using ProxyId = base::StrongInt<struct ProxyIdTag, uint64_t>;
using RecurringId = base::StrongInt<struct RecurringIdTag, uint64_t>;

enum class OrderState : uint8_t {
  kRequested = 1,
  kDispatched = 2,
  kAccepted = 3,
  kInService = 4,
  kDone = 5,
  kConfirmed = 6,
  kCancelled = 7,
  kExpired = 8,
  kNoShow = 9,
  kDisputed = 10,
  kVoided = 11,
  kReversed = 12,
};

// The two parties of an order: who is cared for, with whoever pays or orders for her, and who comes.
enum class OrderSide : uint8_t { kElder = 1, kVolunteer = 2 };

enum class ProxyState : uint8_t { kProposed = 1, kProved = 2, kBound = 3, kRevoked = 4 };

enum class RecurringState : uint8_t { kActive = 1, kPaused = 2, kEnded = 3 };

// UPPER_SNAKE names, for metadata of refusals.
absl::string_view NameOf(OrderState state);
absl::string_view NameOf(ProxyState state);
absl::string_view NameOf(RecurringState state);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_ORDER_H_
