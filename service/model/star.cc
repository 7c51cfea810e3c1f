#include "service/model/star.h"

namespace timebank::model {

absl::string_view NameOf(StarState state) {
  switch (state) {
    case StarState::kSubmitted:
      return "SUBMITTED";
    case StarState::kReviewed:
      return "REVIEWED";
    case StarState::kNoticed:
      return "NOTICED";
    case StarState::kObjected:
      return "OBJECTED";
    case StarState::kPassed:
      return "PASSED";
    case StarState::kAwarded:
      return "AWARDED";
    case StarState::kRejected:
      return "REJECTED";
    case StarState::kWithdrawn:
      return "WITHDRAWN";
    case StarState::kStopped:
      return "STOPPED";
  }
  return "UNKNOWN";
}

absl::string_view NameOf(AwardState state) {
  switch (state) {
    case AwardState::kActive:
      return "ACTIVE";
    case AwardState::kUnderReview:
      return "UNDER_REVIEW";
    case AwardState::kSuperseded:
      return "SUPERSEDED";
    case AwardState::kRevoked:
      return "REVOKED";
  }
  return "UNKNOWN";
}

}  // namespace timebank::model
