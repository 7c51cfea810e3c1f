#include "service/model/nouns.h"

namespace timebank::model {

absl::string_view NameOf(RecordState state) {
  switch (state) {
    case RecordState::kCheckedIn:
      return "CHECKED_IN";
    case RecordState::kRecorded:
      return "RECORDED";
    case RecordState::kConfirmed:
      return "CONFIRMED";
    case RecordState::kNoticed:
      return "NOTICED";
    case RecordState::kSettled:
      return "SETTLED";
    case RecordState::kReversed:
      return "REVERSED";
    case RecordState::kRejected:
      return "REJECTED";
    case RecordState::kWithdrawn:
      return "WITHDRAWN";
    case RecordState::kDisputed:
      return "DISPUTED";
    case RecordState::kVoided:
      return "VOIDED";
  }
  return "UNKNOWN";
}

absl::string_view NameOf(KinshipState state) {
  switch (state) {
    case KinshipState::kProposed:
      return "PROPOSED";
    case KinshipState::kProved:
      return "PROVED";
    case KinshipState::kBound:
      return "BOUND";
    case KinshipState::kRevoked:
      return "REVOKED";
  }
  return "UNKNOWN";
}

absl::string_view NameOf(MemberState state) {
  switch (state) {
    case MemberState::kActive:
      return "ACTIVE";
    case MemberState::kSuspended:
      return "SUSPENDED";
    case MemberState::kClosing:
      return "CLOSING";
    case MemberState::kClosed:
      return "CLOSED";
    case MemberState::kDeceased:
      return "DECEASED";
    case MemberState::kMerged:
      return "MERGED";
    case MemberState::kErased:
      return "ERASED";
  }
  return "UNKNOWN";
}

absl::string_view NameOf(RewardOrderState state) {
  switch (state) {
    case RewardOrderState::kPlaced:
      return "PLACED";
    case RewardOrderState::kCollected:
      return "COLLECTED";
    case RewardOrderState::kCancelled:
      return "CANCELLED";
    case RewardOrderState::kExpired:
      return "EXPIRED";
    case RewardOrderState::kLocked:
      return "LOCKED";
  }
  return "UNKNOWN";
}

}  // namespace timebank::model
