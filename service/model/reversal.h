// Small enumerations and values of reversals. The values are stored and equal those of timebank.v1: frozen.
#ifndef TIMEBANK_MODEL_REVERSAL_H_
#define TIMEBANK_MODEL_REVERSAL_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/strong_int.h"

namespace timebank::model {

// A reversal of many records is named by the sequence of the entry that proposed it.
using ReversalId = base::StrongInt<struct ReversalIdTag, uint64_t>;

// Who stands in for hours that are taken back and were already spent.
enum class Cover : uint8_t {
  kNone = 0,       // nobody: such a reversal is refused
  kDebt = 1,       // the volunteer, who agreed: what she earns later pays it first
  kPool = 2,       // the community pool, now
  kAuthority = 3,  // the bank: the hours stay issued, by decision of somebody other than who asked
};

struct CoverChoice {
  Cover cover = Cover::kNone;
  std::string consent = std::string();       // kDebt: how the member agreed; no personal data
  std::string requested_by = std::string();  // kAuthority: who asked, folded like an actor
  std::string decided_by = std::string();    // empty: the actor of the command
};

enum class ReversalState : uint8_t { kProposed = 1, kDecided = 2, kDone = 3, kRejected = 4, kWithdrawn = 5 };
inline constexpr int kReversalStates = 5;

// What became of one record of a reversal of many.
enum class ReversalItemState : uint8_t { kPending = 1, kReversed = 2, kSkipped = 3 };

// UPPER_SNAKE name, for metadata of refusals.
absl::string_view NameOf(ReversalState state);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_REVERSAL_H_
