// What a caller asks the ledger to do, as values that the edge has checked field by field: lengths, UTF-8, ranges of numbers and
// dates are right; whether the things named exist and the rules allow it, only the ledger knows.
#ifndef TIMEBANK_MODEL_COMMAND_H_
#define TIMEBANK_MODEL_COMMAND_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "service/model/access.h"
#include "service/model/grant.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/order.h"
#include "service/model/private_text.h"
#include "service/model/reversal.h"
#include "service/model/star.h"

namespace timebank::model {

// A member or external number as written by the caller, folded (base/fold.h); empty means nobody.
using MemberRef = std::string;
// A code or a display name as written by the caller, folded.
using CenterRef = std::string;

struct CreateBank {
  std::string display_name;
  std::vector<std::pair<std::string, int64_t>> rules;
};
struct CreateRuleSet {
  Day effective_from;
  std::vector<std::pair<std::string, int64_t>> rules;
};
struct CreateScope {
  std::string code;
  std::string display_name;
  ScopeLevel level = ScopeLevel::kCommunity;
  std::string parent_code;  // empty: a root
};
struct CreateCenter {
  std::string code;  // empty: the ledger gives one
  std::string display_name;
  std::string scope_code;
  std::string name_key = {};  // the display name folded: what CenterRef is looked up by; empty: the display name itself
};
struct RegisterMember {
  std::string external_number;
  CenterRef center;
  Day birth;
  PrivateText consent;        // a guardian's; sealed under the key that is made for the person, and so about nobody yet
  std::string sealed_person;  // name, gender, ID number, phone, sealed by service/privacy; opaque here
  Digest person_digest{};     // salted digest of what is sealed; what the journal commits to
  std::string id_index;       // keyed digest of the ID number; empty when there is none
  std::string person_index;   // keyed digest of name, birth year and last four of the ID number; empty likewise
  std::string name_index;     // keyed digest of the name
};
struct ChangeMember {
  MemberRef member;
  enum class Event { kSuspend, kResume, kConsent, kConsentWithdrawn } event = Event::kSuspend;
  std::string reason;
  PrivateText consent = PrivateText();  // kConsent: a guardian's
};
struct ProposeKinship {
  MemberRef member;
  MemberRef relative;
  Relation relation = Relation::kSpouse;
};
struct ChangeKinship {
  KinshipId kinship;
  enum class Event { kProve, kBind, kRevoke } event = Event::kProve;
  std::string reason;
};
struct CreateRecord {
  MemberRef volunteer;
  std::string volunteer_name_index;  // keyed digest of the name on the list; empty when it names none
  MemberRef beneficiary;
  CenterRef center;
  std::string category;
  Minute start;
  Minute end;
  PrivateText note;
  RecordId replaces;  // 0: none
};
struct CheckIn {
  MemberRef volunteer;
  MemberRef beneficiary;
  CenterRef center;
  std::string category;
  Minutes planned;
};
// One step in the life of a record. Which fields count depends on the event.
struct ChangeRecord {
  RecordId record;
  enum class Event { kCheckOut, kConfirm, kReject, kWithdraw, kDispute, kDecide, kSettle, kReverse } event = Event::kConfirm;
  Decision decision = Decision::kSettle;  // kDecide
  Minutes amended;                        // kDecide with kAmend
  std::string reason;                     // all but kCheckOut, kConfirm and kSettle
  CoverChoice cover = CoverChoice();      // kReverse: who stands in for hours that are spent
};
struct PlaceHold {
  MemberRef member;
  Minutes amount;
  Day expires;
  std::string reason;
};
struct CloseHold {
  HoldId hold;
  Minutes consumed;  // 0: all is released
  std::string reason;
};

// Points given or taken by hand, by somebody other than the member.
struct AwardPoints {
  MemberRef member;
  Points amount;
  std::string reason;
};
struct DeductPoints {
  MemberRef member;
  Points amount;
  std::string reason;
};
// Services of a period earn `percent` of the points they would earn without it.
struct CreateCampaign {
  std::string display_name;
  std::string category;  // empty: every kind of service
  int64_t percent = 100;
  Day from;
  Day until;  // inclusive
};
// Something that can be had for points.
struct CreateReward {
  CenterRef center;
  std::string display_name;
  Points price;
  int64_t stock = 0;
  int64_t limit = 0;         // per member and period; 0: as the rules say
  std::optional<Day> from;   // nullopt: today
  std::optional<Day> until;  // inclusive; nullopt: no end
};
// What is not set stays.
struct ChangeReward {
  RewardId reward;
  std::string display_name;  // empty: it stays
  std::optional<Points> price;
  std::optional<int64_t> limit;
  std::optional<Day> from;
  std::optional<Day> until;
  bool no_end = false;  // instead of `until`
  std::optional<bool> withdrawn;
  std::string reason;
};
struct CountStock {
  RewardId reward;
  int64_t counted = 0;
  std::string reason;
};
// The pickup code itself never comes here: the ledger keeps SHA-256(salt || mac), where `mac` is the code's digest under the bank's key.
struct PlaceRewardOrder {
  RewardId reward;
  MemberRef member;
  int64_t quantity = 1;
  std::string code_salt;    // 16 bytes that belong to the request, made at the edge
  std::string code_digest;  // 32 bytes
};
struct CollectRewardOrder {
  RewardOrderId order;
  std::string code_mac;  // of the code that was brought
};
struct CancelRewardOrder {
  RewardOrderId order;
  std::string reason;
};

// Today becomes its last day; one that has not begun never begins.
struct EndCampaign {
  CampaignId campaign;
  std::string reason;
};

// What time does by itself: the one command that the scheduler submits. It names a row of the due index; what is to be done
// there is the affair of the kind.
struct RunDue {
  DueKind kind = DueKind::kRecordNotice;
  uint64_t id = 0;  // of the record, hold, ... by kind
  RecordTime due;
};

// Care for a member, paid with the hours of `payer`: herself, or one of her kin.
struct RequestOrder {
  MemberRef payer;
  MemberRef beneficiary;  // empty: the payer
  CenterRef center;       // empty: the beneficiary's
  std::string category;
  Minute start;
  Minutes planned;
  PrivateText note;  // for the matched volunteer and the centre alone
};
// One step in the life of an order. Which fields count depends on the event.
struct ChangeOrder {
  OrderId order;
  enum class Event {
    kRoute,     // to another centre
    kDispatch,  // to a volunteer, and to another centre when one is named
    kAccept,    // by the volunteer it was dispatched to, or, with `volunteer` set, straight from the board
    kDecline,   // back to the board
    kStart,     // at `start`, or now when that is 0
    kFinish,    // with the actual `minutes`, or all since the start when that is 0
    kConfirm,
    kCancel,     // by the side that ordered
    kStandDown,  // by the volunteer
    kNoShow,     // of `side`
    kDispute,
    kDecide,
    kReverse,
  } event = Event::kConfirm;
  MemberRef volunteer;
  CenterRef center;
  Minute start;
  Minutes minutes;                         // kFinish, and kDecide with kAmend
  OrderSide side = OrderSide::kVolunteer;  // kNoShow
  Decision decision = Decision::kSettle;   // kDecide
  std::string reason;
  CoverChoice cover = CoverChoice();  // kReverse: who stands in for hours that are spent
};
// What one side thinks of the other after a confirmed order.
struct EvaluateOrder {
  OrderId order;
  OrderSide by = OrderSide::kElder;
  int64_t score = 0;  // 1 to 5
};

// Who may order for an elder, and how much. The limits are the elder's; 0 and an empty list: none.
struct ProposeProxy {
  MemberRef elder;
  MemberRef agent;
  Minutes order_minutes;  // of one order
  Minutes month_minutes;  // of the orders of one month
  Day until;              // last day, inclusive
  std::vector<std::string> categories;
};
struct ChangeProxy {
  ProxyId proxy;
  enum class Event { kProve, kBind, kRevoke } event = Event::kProve;
  std::string reason;
};
// The same care every seven days from `first` on.
struct StartRecurring {
  MemberRef payer;
  MemberRef beneficiary;  // empty: the payer
  CenterRef center;       // empty: the beneficiary's
  std::string category;
  Day first;
  Day until;                  // inclusive; 0: for ever
  int32_t minute_of_day = 0;  // local
  Minutes planned;
  PrivateText note;
};
struct ChangeRecurring {
  RecurringId recurring;
  enum class Event { kPause, kResume, kEnd } event = Event::kPause;
  std::string reason;
};
// The list that shall be reversed, with one reason and one way to cover what is spent. Frozen: the decision is about this list.
struct ProposeReversal {
  std::vector<RecordId> records;  // each once
  std::string reason;
  CoverChoice cover = CoverChoice();
};
// A step in the life of such a list.
struct ChangeReversal {
  ReversalId reversal;
  enum class Event { kApprove, kReject, kWithdraw } event = Event::kApprove;
  std::string reason;
};

// A look at somebody in the clear, or a copy of everything about somebody: only the entry that says so. `purpose` is its reason.
struct RevealMember {
  MemberRef member;
  std::string purpose;
};
struct ExportMember {
  MemberRef member;
  std::string purpose;
};
// Likewise, at a private text about somebody: the note of `record`, or why `grant` was given. One of them is set.
struct RevealText {
  RecordId record;
  GrantId grant;
  std::string purpose;
};
// The end of what tells who a member was.
struct EraseMember {
  MemberRef member;
  std::string reason;
};

struct Command {
  std::string bank;
  std::string request_id;
  // Keyed digest of content and caller: tells a retry from another request under the same id.
  std::array<uint8_t, 16> fingerprint{};
  std::string actor;  // folded, so that one person has one spelling
  std::string role;
  std::variant<CreateBank, CreateRuleSet, CreateScope, CreateCenter, RegisterMember, ChangeMember, ProposeKinship,
               ChangeKinship, CreateRecord, CheckIn, ChangeRecord, PlaceHold, CloseHold, RunDue, AwardPoints, DeductPoints,
               CreateCampaign, EndCampaign, RequestOrder, ChangeOrder, EvaluateOrder, CreateReward, ChangeReward, CountStock,
               PlaceRewardOrder, CollectRewardOrder, CancelRewardOrder, SetCalendar, SubmitStar, ChangeStar, AwardStar,
               ChangeAward, ProposeProxy, ChangeProxy, StartRecurring, ChangeRecurring, GiveHours, DonateHours,
               GivePoolHours, ProposeGrant, ChangeGrant, ChangeMembership, MergeMembers, ProposeReversal, ChangeReversal,
               GrantRole, RevokeRole, LinkPrincipal, CreateToken, RevokeToken, UseToken, NoteAttempt, RevealMember,
               ExportMember, EraseMember, RevealText>
      body;
  std::string actor_name_index;  // keyed digest of the actor as a name, like RegisterMember::name_index; may be empty
  // From where it was asked: "unix" or an IP address, and by which token; empty and 0 where everybody at the address is trusted.
  std::string origin;
  TokenId credential;
  // The RPC that asks, and what it names, as NoteAttempt has them: for the entry of a refusal. Empty where the service itself asks.
  std::string method;
  std::string thing;
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_COMMAND_H_
