// The whole key map: every key of the store is made here.
//
//   key    := table bank rest            ; bank := AppendString of its id, so that one bank's rows of a table lie together
//   table  := one letter, below; frozen
//   id     := 8 bytes big-endian         ; day := 4 bytes, sign bit flipped, big-endian (base/coding.h)
//
//   table  rest                                  value (timebank.record.v1)
//   b                                            Bank
//   t                                            TreeHead
//   j      sequence                              Entry: the journal; the rest is derived from it, but for what is personal
//   i      16 bytes of SHA-256(request id)       Request
//   r      version (4 bytes)                     RuleSet
//   x      kind (1 byte) text                    id (8 bytes): from codes, names and numbers to ids; kinds below
//   s      scope                                 Scope
//   c      center                                Center
//   m      member                                Member
//   p      member                                sealed person (opaque)
//   f      16 bytes of person index, member      empty: finds a person by name, birth year and last four
//   Z      member member                         empty: the second number was merged into the first
//   k      kinship                               Kinship
//   K      member kinship                        empty
//   R      record                                Record
//   n      record                                Note
//   d      volunteer day                         VolunteerDay
//   q      center 0 day record                   empty: open records (checked in, recorded)
//   q      center 1 day record                   empty: all others
//   a      owner kind (1 byte) owner             Book
//   l      owner kind, owner, asset, account, sequence   Line
//   o      member provenance (1 byte) origin     Lot, in the order of spending
//   h      hold                                  Hold
//   H      member hold                           empty: open holds
//   S      star application                      StarApplication
//   T      state (1 byte, model::StarState) star application   empty: applications by state
//   U      star award                            StarAward
//   v      member                                StarStanding
//   z      day                                   CalendarDay: a listed day
//   u      time (8 bytes big-endian, microseconds) kind (1 byte, model::DueKind) id   empty: at this time something is to be done
//                                                there; put and deleted by whoever owns the life cycle, in the same commit
//   P      member day                            PointsLot, by last day: the order of spending
//   O      order                                 Order
//   V      order                                 Note: the private one
//   B      day of its start, order               empty: the board of orders that want a volunteer
//   g      member order                          empty: orders in which the member pays, is cared for, or serves
//   G      volunteer order                       empty: orders dispatched to the volunteer and not finished
//   D      0 proxy                               Proxy
//   D      1 proxy, month (4 bytes, 202611)      ProxyMonth
//   E      0 member proxy                        empty: proxies in which the member is either side
//   E      1 member series                       empty: recurring orders for which the member pays, or is cared for
//   F      0 series                              Recurring
//   C      year (4 bytes) member                 NoShows
//   Q      reward                                Reward
//   w      order                                 RewardOrder
//   W      member day order                      empty: a member's orders, by the day they were placed
//   y      center order                          empty: open orders, which wait to be collected there
//   I      reversal                              Reversal: of many records
//   J      reversal record                       ReversalItem
//   M      record                                id (8 bytes): the reversal that is proposed or decided and still has it before it
//   e      grant                                 Grant
//   N      member grant                          empty
//   Y      member 0 record                       empty: notes of records that are about the member
//   Y      member 1 order                        empty: likewise, of orders and of recurring ones
//   Y      member 2 entry                        Note: the private text of that entry, which is about the member: why she is in need, a
//                                                reason of a step of her grant, a guardian's consent
//   X      entry that issued                     GrantIssue: granted hours that end, while any of them remain
//   A      0 principal                           Principal
//   A      1 16 bytes of the secret's digest     Token
//   A      2 token                               16 bytes: the digest under which the token stands
//   A      3 string (AppendString) token         empty: tokens by the principal for which they stand
//
// Kinds of x: 's' scope code, 'c' centre code or folded name, 'e' external number, 'i' keyed digest of an ID number, 'n' number
// of a star award. Names are lower-case as far as they are ASCII.
#ifndef TIMEBANK_LEDGER_KEYS_H_
#define TIMEBANK_LEDGER_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "service/model/access.h"
#include "service/model/grant.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/order.h"
#include "service/model/reversal.h"
#include "service/model/star.h"

namespace timebank::ledger::keys {

std::string Bank(absl::string_view bank);
// All banks: the prefix of their rows; and the id behind such a key (empty when it is not one).
std::string AllBanks();
std::string BankOf(absl::string_view key);

std::string Tree(absl::string_view bank);
std::string Entry(absl::string_view bank, model::Sequence sequence);
std::string Request(absl::string_view bank, absl::string_view request_id);
std::string RuleSet(absl::string_view bank, uint32_t version);

enum class NameKind : char { kScope = 's', kCenter = 'c', kExternalNumber = 'e', kNationalId = 'i', kStarNumber = 'n' };
std::string Name(absl::string_view bank, NameKind kind, absl::string_view text);

std::string Scope(absl::string_view bank, model::ScopeId id);
std::string Center(absl::string_view bank, model::CenterId id);
std::string Member(absl::string_view bank, model::MemberId id);
std::string Person(absl::string_view bank, model::MemberId id);
std::string PersonIndexAll(absl::string_view bank, absl::string_view index);
std::string PersonIndex(absl::string_view bank, absl::string_view index, model::MemberId id);
std::string MergedInto(absl::string_view bank, model::MemberId survivor);
std::string Merged(absl::string_view bank, model::MemberId survivor, model::MemberId member);
std::string Kinship(absl::string_view bank, model::KinshipId id);
std::string KinshipsOf(absl::string_view bank, model::MemberId id);
std::string KinshipOf(absl::string_view bank, model::MemberId member, model::KinshipId id);

std::string Record(absl::string_view bank, model::RecordId id);
std::string Note(absl::string_view bank, model::RecordId id);
std::string NotesAbout(absl::string_view bank, model::MemberId member);
std::string RecordNoteAbout(absl::string_view bank, model::MemberId member, model::RecordId id);
std::string OrderNoteAbout(absl::string_view bank, model::MemberId member, model::OrderId id);
std::string EntryText(absl::string_view bank, model::MemberId about, model::Sequence entry);
// Of what a key of table Y tells. REQUIRES: a key of table Y, or its end from the member on.
enum class TextOf : uint8_t { kRecord = 0, kOrder = 1, kEntry = 2 };
TextOf TextOfKey(absl::string_view key);
std::string DaysOf(absl::string_view bank, model::MemberId volunteer);
std::string VolunteerDay(absl::string_view bank, model::MemberId volunteer, model::Day day);
std::string CenterRecords(absl::string_view bank, model::CenterId center, bool open);
std::string CenterDay(absl::string_view bank, model::CenterId center, bool open, model::Day day);
std::string CenterRecord(absl::string_view bank, model::CenterId center, bool open, model::Day day, model::RecordId id);

std::string Book(absl::string_view bank, model::Owner owner);
std::string LinesOf(absl::string_view bank, model::AccountId account);
std::string Line(absl::string_view bank, model::AccountId account, model::Sequence sequence);
std::string LotsOf(absl::string_view bank, model::MemberId member);
std::string LotsFrom(absl::string_view bank, model::MemberId member, model::Provenance provenance);
std::string Lot(absl::string_view bank, model::MemberId member, model::Provenance provenance, model::Sequence origin);
std::string Hold(absl::string_view bank, model::HoldId id);
std::string HoldsOf(absl::string_view bank, model::MemberId member);
std::string HoldOf(absl::string_view bank, model::MemberId member, model::HoldId id);

std::string StarApplication(absl::string_view bank, model::StarApplicationId id);
std::string StarApplicationsIn(absl::string_view bank, model::StarState state);
std::string StarApplicationIn(absl::string_view bank, model::StarState state, model::StarApplicationId id);
std::string StarAward(absl::string_view bank, model::StarAwardId id);
std::string StarStanding(absl::string_view bank, model::MemberId member);
std::string CalendarDay(absl::string_view bank, model::Day day);

// REQUIRES: `due` is not before 1970.
std::string Due(absl::string_view bank, model::RecordTime due, model::DueKind kind, uint64_t id);
// Every row of the bank's due index before `end`: from TableOf('u', bank) to this.
std::string DueBefore(absl::string_view bank, model::RecordTime end);
// What a key of table u says.
struct DueRow {
  model::RecordTime due;
  model::DueKind kind = model::DueKind::kRecordNotice;
  uint64_t id = 0;
  friend bool operator==(const DueRow&, const DueRow&) = default;
};
// REQUIRES: a key of table u.
DueRow DueRowOf(absl::string_view key);
std::string PointsLotsOf(absl::string_view bank, model::MemberId member);
std::string PointsLot(absl::string_view bank, model::MemberId member, model::Day last_day);
std::string Order(absl::string_view bank, model::OrderId id);
std::string OrderNote(absl::string_view bank, model::OrderId id);
std::string BoardDay(absl::string_view bank, model::Day day);
std::string BoardOrder(absl::string_view bank, model::Day day, model::OrderId id);
std::string OrdersOf(absl::string_view bank, model::MemberId member);
std::string OrderOf(absl::string_view bank, model::MemberId member, model::OrderId id);
std::string DutiesOf(absl::string_view bank, model::MemberId volunteer);
std::string DutyOf(absl::string_view bank, model::MemberId volunteer, model::OrderId id);
std::string Proxies(absl::string_view bank);
std::string Proxy(absl::string_view bank, model::ProxyId id);
std::string ProxyMonths(absl::string_view bank);
std::string ProxyMonth(absl::string_view bank, model::ProxyId id, uint32_t month);
std::string ProxiesOf(absl::string_view bank, model::MemberId member);
std::string ProxyOf(absl::string_view bank, model::MemberId member, model::ProxyId id);
std::string Recurring(absl::string_view bank, model::RecurringId id);
std::string AllRecurringOf(absl::string_view bank, model::MemberId member);
std::string RecurringOf(absl::string_view bank, model::MemberId member, model::RecurringId id);
std::string NoShowsIn(absl::string_view bank, uint32_t year);
std::string NoShows(absl::string_view bank, uint32_t year, model::MemberId member);
std::string Reward(absl::string_view bank, model::RewardId id);
std::string RewardOrder(absl::string_view bank, model::RewardOrderId id);
std::string RewardOrdersOf(absl::string_view bank, model::MemberId member);
std::string RewardOrdersSince(absl::string_view bank, model::MemberId member, model::Day day);
std::string RewardOrderOf(absl::string_view bank, model::MemberId member, model::Day day, model::RewardOrderId id);
std::string OpenRewardOrders(absl::string_view bank, model::CenterId center);
std::string OpenRewardOrder(absl::string_view bank, model::CenterId center, model::RewardOrderId id);
std::string Reversal(absl::string_view bank, model::ReversalId id);
std::string ReversalItems(absl::string_view bank, model::ReversalId id);
std::string ReversalItem(absl::string_view bank, model::ReversalId id, model::RecordId record);
std::string ReversalOfRecord(absl::string_view bank, model::RecordId record);
std::string Grant(absl::string_view bank, model::GrantId id);
std::string GrantsOf(absl::string_view bank, model::MemberId member);
std::string GrantOf(absl::string_view bank, model::MemberId member, model::GrantId id);
std::string GrantIssue(absl::string_view bank, model::Sequence issue);

std::string Principals(absl::string_view bank);
std::string Principal(absl::string_view bank, absl::string_view name);
// REQUIRES: a key that begins with Principals(bank).
std::string PrincipalOf(absl::string_view bank, absl::string_view key);
std::string Tokens(absl::string_view bank);
std::string TokenByDigest(absl::string_view bank, absl::string_view digest);
std::string TokenIds(absl::string_view bank);
std::string TokenById(absl::string_view bank, model::TokenId id);
std::string TokensOf(absl::string_view bank, absl::string_view principal);
std::string TokenOf(absl::string_view bank, absl::string_view principal, model::TokenId id);

// Every row of a table of a bank: the prefix of its keys.
std::string TableOf(char table, absl::string_view bank);

// The id in the last eight bytes of a key; the day in the four before them. REQUIRES: the key has them.
uint64_t LastId(absl::string_view key);
model::Day DayBeforeLastId(absl::string_view key);
// The day in the last four bytes of a key.
model::Day LastDay(absl::string_view key);
// Of a key of table o.
model::Provenance ProvenanceOf(absl::string_view key);

// Value of a row of table x.
std::string EncodeId(uint64_t id);

}  // namespace timebank::ledger::keys

#endif  // TIMEBANK_LEDGER_KEYS_H_
