#include "service/model/reversal.h"

namespace timebank::model {

absl::string_view NameOf(ReversalState state) {
  switch (state) {
    case ReversalState::kProposed:
      return "REVERSAL_PROPOSED";
    case ReversalState::kDecided:
      return "REVERSAL_DECIDED";
    case ReversalState::kDone:
      return "REVERSAL_DONE";
    case ReversalState::kRejected:
      return "REJECTED";
    case ReversalState::kWithdrawn:
      return "WITHDRAWN";
  }
  return "";
}

}  // namespace timebank::model
