// Small enumerations of the nouns. Their values are stored and equal those of timebank.v1: frozen.
#ifndef TIMEBANK_MODEL_NOUNS_H_
#define TIMEBANK_MODEL_NOUNS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "service/model/ids.h"

namespace timebank::model {

enum class Asset : uint8_t { kHours = 1, kPoints = 2 };

enum class OwnerKind : uint8_t { kBank = 1, kCenter = 2, kMember = 3 };

// Only kIssuance may be negative.
enum class AccountKind : uint8_t {
  kAvailable = 1,
  kHeld = 2,
  kCenter = 3,
  kIssuance = 4,
  kPool = 5,
  kCareDelivered = 6,
  kExpired = 7,
  kGrantFund = 8,
  kSuspense = 9,
  kRedeemed = 20,
};

// Who owns an account: the bank itself (id 0), a centre, or a member.
struct Owner {
  OwnerKind kind = OwnerKind::kBank;
  uint64_t id = 0;
  friend auto operator<=>(const Owner&, const Owner&) = default;
};
inline Owner BankOwner() { return {OwnerKind::kBank, 0}; }
inline Owner MemberOwner(MemberId id) { return {OwnerKind::kMember, id.value()}; }

struct AccountId {
  Owner owner;
  Asset asset = Asset::kHours;
  AccountKind kind = AccountKind::kAvailable;
  friend auto operator<=>(const AccountId&, const AccountId&) = default;
};

// In the order in which hours are spent.
enum class Provenance : uint8_t { kGranted = 1, kDonated = 2, kGifted = 3, kEarned = 4 };

enum class ScopeLevel : uint8_t { kCommunity = 1, kSubdistrict = 2, kDistrict = 3, kCity = 4, kProvince = 5 };

enum class MemberState : uint8_t {
  kActive = 1,
  kSuspended = 2,
  kClosing = 3,
  kClosed = 4,
  kDeceased = 5,
  kMerged = 6,  // into another number of the same person
  kErased = 7,  // what tells who it was is destroyed
};
inline constexpr int kMemberStates = 7;

enum class Relation : uint8_t { kSpouse = 1, kParent = 2, kChild = 3, kGrandparent = 4, kGrandchild = 5 };

enum class KinshipState : uint8_t { kProposed = 1, kProved = 2, kBound = 3, kRevoked = 4 };

enum class Evidence : uint8_t { kAttested = 1, kVerified = 2 };

enum class RecordState : uint8_t {
  kCheckedIn = 1,
  kRecorded = 2,
  kConfirmed = 3,
  kNoticed = 4,
  kSettled = 5,
  kReversed = 6,
  kRejected = 7,
  kWithdrawn = 8,
  kDisputed = 9,
  kVoided = 10,
};

enum class Decision : uint8_t { kSettle = 1, kAmend = 2, kVoid = 3 };

enum class RewardOrderState : uint8_t { kPlaced = 1, kCollected = 2, kCancelled = 3, kExpired = 4, kLocked = 5 };

enum class EntryKind : uint8_t {
  kBankCreated = 1,
  kRuleSetCreated = 2,
  kScopeCreated = 3,
  kCenterCreated = 4,
  kMemberRegistered = 5,
  kMemberChanged = 6,
  kKinshipProposed = 7,
  kKinshipChanged = 8,
  kServiceRecorded = 9,
  kCheckedIn = 10,
  kCheckedOut = 11,
  kServiceApproved = 12,
  kServiceConfirmed = 13,
  kServiceSettled = 14,
  kServiceRejected = 15,
  kServiceWithdrawn = 16,
  kServiceDisputed = 17,
  kServiceVoided = 18,
  kServiceReversed = 19,
  kHoldPlaced = 20,
  kHoldClosed = 21,
  kRefused = 22,
  kPointsAwarded = 40,
  kPointsDeducted = 41,
  kPointsExpired = 42,
  kCampaignCreated = 43,
  kCampaignEnded = 44,
  kRewardCreated = 45,
  kRewardChanged = 46,
  kStockCounted = 47,
  kRewardOrdered = 48,
  kRewardCollected = 49,
  kRewardCodeMissed = 50,
  kRewardCancelled = 51,
  kRewardOrderExpired = 52,
  kHoldExpired = 60,
  kOrderRequested = 90,
  kOrderRouted = 91,
  kOrderDispatched = 92,
  kOrderAccepted = 93,
  kOrderDeclined = 94,
  kOrderStarted = 95,
  kOrderFinished = 96,
  kOrderConfirmed = 97,
  kOrderCancelled = 98,
  kOrderExpired = 99,
  kOrderNoShow = 100,
  kOrderDisputed = 101,
  kOrderVoided = 102,
  kOrderReversed = 103,
  kOrderEvaluated = 104,
  kCalendarSet = 61,
  kStarSubmitted = 62,
  kStarReviewed = 63,
  kStarNoticed = 64,
  kStarObjected = 65,
  kStarPassed = 66,
  kStarRejected = 67,
  kStarWithdrawn = 68,
  kStarAwarded = 69,
  kStarReviewOpened = 70,
  kStarKept = 71,
  kStarRevoked = 72,
  kProxyProposed = 105,
  kProxyChanged = 106,
  kRecurringStarted = 107,
  kRecurringEnded = 108,
  kRecurringSkipped = 109,
  kRecurringPaused = 110,
  kRecurringResumed = 111,
  kReversalProposed = 140,
  kReversalDecided = 141,
  kReversalRejected = 142,
  kReversalWithdrawn = 143,
  kReversalSkipped = 144,
  kHoursGiven = 120,
  kHoursDonated = 121,
  kPoolHoursGiven = 122,
  kGrantProposed = 123,
  kGrantApproved = 124,
  kGrantRenewed = 125,
  kGrantEnded = 126,
  kGrantIssued = 127,
  kGrantSkipped = 128,
  kGrantedHoursEnded = 129,
  kMemberClosing = 130,
  kMemberReopened = 131,
  kMemberClosed = 132,
  kMemberDied = 133,
  kEstateSettled = 134,
  kMembersMerged = 135,
  kRoleGranted = 160,
  kRoleRevoked = 161,
  kPrincipalLinked = 162,
  kTokenCreated = 163,
  kTokenRevoked = 164,
  kTokenUsed = 165,
  kAttemptNoted = 166,
  kMemberRevealed = 150,
  kMemberExported = 151,
  kMemberErased = 152,
};

// What a row of the due index asks for: what time does by itself once the row's time has come.
enum class DueKind : uint8_t {
  kRecordNotice = 1,       // the public notice of a service record ends: its hours settle
  kHoldExpiry = 2,         // the last day of a hold is over: it is released
  kStarNotice = 3,         // the public notice of a star ends
  kPointsExpiry = 4,       // a lot of points expires
  kRewardOrderExpiry = 5,  // goods were not fetched in time
  kOrderExpiry = 6,        // nobody took or began an order of care in time
  kOrderAutoConfirm = 7,   // nobody confirmed a finished order in time
  kGrantIssue = 8,         // a grant's next hours are issued
  kRecurringOrder = 9,     // a recurring order makes its next one
  kGrantExpiry = 10,       // granted hours that were not spent end
  kReversalStep = 14,      // a record of a decided reversal of many is reversed
  kCheckInExpiry = 15,     // nobody checked out in time: the record is withdrawn
};

// UPPER_SNAKE names, for metadata of refusals.
absl::string_view NameOf(RecordState state);
absl::string_view NameOf(KinshipState state);
absl::string_view NameOf(MemberState state);
absl::string_view NameOf(RewardOrderState state);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_NOUNS_H_
