// What the reads return: plain values, with people's personal fields still sealed.
#ifndef TIMEBANK_QUERIES_VIEWS_H_
#define TIMEBANK_QUERIES_VIEWS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/model/grant.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/rejection.h"
#include "service/model/reversal.h"
#include "service/model/rules.h"

namespace timebank::queries {

struct BankView {
  std::string id;
  std::string display_name;
  uint64_t member_count = 0;
  uint64_t entry_count = 0;
  std::array<uint8_t, 32> tree_root{};
};

struct RuleSetView {
  uint32_t version = 0;
  model::Day effective_from;
  model::Rules rules;
};

struct ScopeView {
  std::string code;
  std::string display_name;
  model::ScopeLevel level = model::ScopeLevel::kCommunity;
  std::string parent_code;
};

struct CenterView {
  std::string code;
  std::string display_name;
  std::string scope_code;
};

struct MemberView {
  model::MemberId id;
  std::string external_number;
  std::string sealed_person;
  model::Day birth;
  model::MemberState state = model::MemberState::kActive;
  bool guardian_consent = false;
  model::Sequence consented;    // the entry that put it on file; 0: none is
  model::MemberId merged_into;  // 0: none
  std::string center_code;
  std::string center_name;
  model::Sequence registered;
};

struct KinshipView {
  model::KinshipId id;
  model::MemberId member;
  model::MemberId relative;
  model::Relation relation = model::Relation::kSpouse;
  model::KinshipState state = model::KinshipState::kProposed;
};

// The few things of a member that a list shows.
struct PersonView {
  model::MemberId id;  // 0: nobody
  std::string external_number;
  std::string sealed_person;
};

struct RecordView {
  model::RecordId id;
  PersonView volunteer;
  PersonView beneficiary;
  std::string center_code;
  std::string center_name;
  std::string category;
  model::Minute start;
  model::Minute end;
  std::string sealed_note;  // empty when there is none, or it was erased
  model::RecordState state = model::RecordState::kRecorded;
  model::Evidence evidence = model::Evidence::kAttested;
  model::Minutes measured;
  model::Minutes credited;
  model::Minutes pool;
  uint32_t rule_set_version = 0;
  bool late = false;
  std::string recorder;
  std::string first_approver;
  std::string confirmer;
  std::string reason;
  model::Day notice_until;  // 0: none
  model::RecordId replaces;
  model::Sequence settled;
  model::Sequence reversed;
  model::RecordTime record_time;
  std::vector<std::string> disputers;
};

// A text about somebody.
struct NoteView {
  enum class Of : uint8_t {
    kRecord,
    kOrder,    // or a recurring one
    kGrant,    // of a step of it
    kConsent,  // of a guardian; the id is the member's
  } of = Of::kRecord;
  uint64_t id = 0;
  std::string sealed;
};

struct CenterDayView {
  CenterView center;
  uint64_t records = 0;
  uint64_t unconfirmed = 0;
  uint64_t waiting = 0;
  uint64_t settled = 0;
  uint64_t undone = 0;
  uint64_t volunteers = 0;
  uint64_t unconfirmed_total = 0;
  model::Minutes measured;
  model::Minutes credited;
  model::Minutes pool;
};

struct BalanceView {
  PersonView member;
  model::Minutes available;
  model::Minutes held;
  model::Minutes service;
  model::Minutes pending;
  model::Minutes pool;
  model::Minutes received;
  model::Points points;
  model::Minutes owed;
  // Of available and held.
  model::Minutes granted;
  model::Minutes donated;
  model::Minutes gifted;
};

struct StatementLineView {
  model::Sequence sequence;
  model::RecordTime record_time;
  model::Day effective;
  model::EntryKind kind = model::EntryKind::kServiceSettled;
  int64_t amount = 0;
  int64_t balance_after = 0;
  uint64_t origin = 0;   // record or hold, by kind
  bool of_pool = false;  // the other side is the pool, and origin says nothing
  std::string category;
  std::string center_name;
  std::string reason;
  model::Minutes owed;       // added to what the member owes; of hours alone
  model::Minutes above_cap;  // of the service, what the pool got, or gave back; of hours alone
};

struct StatementView {
  PersonView member;
  int64_t opening = 0;
  int64_t closing = 0;
  model::Minutes owed;  // now; of hours alone
  std::vector<StatementLineView> lines;
};

struct AccountView {
  model::AccountKind kind = model::AccountKind::kIssuance;
  model::Asset asset = model::Asset::kHours;
  int64_t balance = 0;
};

struct LotView {
  model::Sequence sequence;
  model::Provenance provenance = model::Provenance::kEarned;
  model::Minutes original;
  model::Minutes remaining;
  // What brought them: as of a statement line of that entry.
  model::EntryKind kind = model::EntryKind::kServiceSettled;
  uint64_t origin = 0;
  bool of_pool = false;
  std::optional<model::Day> expires;
};

struct HoldView {
  model::HoldId id;
  model::Minutes amount;
  model::Day expires;
  std::string reason;
};

struct PostingView {
  model::AccountId account;
  std::string owner_code;  // of a centre
  int64_t amount = 0;
};

struct CoverView {
  model::Cover cover = model::Cover::kNone;
  model::Minutes member;
  model::Minutes pool;
  std::string consent;
  std::string requested_by;
  std::string decided_by;
};

struct EntryView {
  model::Sequence sequence;
  model::RecordTime record_time;
  model::Day effective;
  model::EntryKind kind = model::EntryKind::kRefused;
  uint64_t subject = 0;
  std::string subject_code;  // of a scope or centre
  std::string actor;
  std::string role;
  uint32_t rule_set_version = 0;
  std::string request_id;
  std::string reason;  // as given, or the name of the rejection
  std::vector<PostingView> postings;
  model::ReversalId reversal;      // that the entry carries out; 0: none
  std::optional<CoverView> cover;  // who stood in for hours that were spent
  model::Minutes owed;             // added to the hours that the volunteer owes
  model::RecordId revealed_note;   // of the record whose note was shown; 0: none
  model::GrantId revealed_grant;   // likewise, why it was given
  model::Sequence reverses;
  std::array<uint8_t, 32> leaf_hash{};
};

struct ReasonView {
  size_t precedence = 0;  // from 1
  const model::ReasonText* text = nullptr;
};

struct DueView {
  model::RecordTime due;
  model::DueKind kind = model::DueKind::kRecordNotice;
  uint64_t id = 0;
};

// One page of a list. `next` is empty on the last page.
template <typename T>
struct Page {
  std::vector<T> rows;
  std::string next;
};

struct PageRequest {
  size_t size = 0;    // already bounded: 1 to limits::kPageMost
  std::string token;  // as given out with the page before; empty for the first
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_VIEWS_H_
