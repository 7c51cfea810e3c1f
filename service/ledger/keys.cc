#include "service/ledger/keys.h"

#include "absl/strings/ascii.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/merkle/hash.h"

namespace timebank::ledger::keys {
namespace {

constexpr size_t kIdBytes = 8;
constexpr size_t kDayBytes = 4;

// Appends parts to a key; one call a part keeps the layouts below readable.
class Key {
 public:
  Key(char table, absl::string_view bank) {
    bytes_.reserve(64);
    bytes_.push_back(table);
    base::AppendString(&bytes_, bank);
  }
  Key& Byte(uint8_t value) {
    bytes_.push_back(static_cast<char>(value));
    return *this;
  }
  Key& Id(uint64_t value) {
    base::AppendUint64(&bytes_, value);
    return *this;
  }
  Key& Day(model::Day day) {
    base::AppendInt32(&bytes_, day.value());
    return *this;
  }
  Key& Bytes(absl::string_view value) {
    bytes_.append(value.data(), value.size());
    return *this;
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace

std::string TableOf(char table, absl::string_view bank) { return Key(table, bank).Take(); }

std::string Bank(absl::string_view bank) { return TableOf('b', bank); }
std::string AllBanks() { return "b"; }
std::string BankOf(absl::string_view key) {
  std::string bank;
  if (key.empty() || key[0] != 'b') {
    return bank;
  }
  key.remove_prefix(1);
  return base::ConsumeString(&key, &bank) && key.empty() ? bank : "";
}

std::string Tree(absl::string_view bank) { return TableOf('t', bank); }
std::string Entry(absl::string_view bank, model::Sequence sequence) { return Key('j', bank).Id(sequence.value()).Take(); }
std::string Request(absl::string_view bank, absl::string_view request_id) {
  const merkle::Hash hash = merkle::Sha256(request_id);
  return Key('i', bank).Bytes(absl::string_view(reinterpret_cast<const char*>(hash.data()), 16)).Take();
}
std::string RuleSet(absl::string_view bank, uint32_t version) {
  std::string key = TableOf('r', bank);
  base::AppendUint32(&key, version);
  return key;
}
std::string Name(absl::string_view bank, NameKind kind, absl::string_view text) {
  const std::string name = kind == NameKind::kNationalId ? std::string(text) : absl::AsciiStrToLower(text);
  return Key('x', bank).Byte(static_cast<uint8_t>(kind)).Bytes(name).Take();
}

std::string Scope(absl::string_view bank, model::ScopeId id) { return Key('s', bank).Id(id.value()).Take(); }
std::string Center(absl::string_view bank, model::CenterId id) { return Key('c', bank).Id(id.value()).Take(); }
std::string Member(absl::string_view bank, model::MemberId id) { return Key('m', bank).Id(id.value()).Take(); }
std::string Person(absl::string_view bank, model::MemberId id) { return Key('p', bank).Id(id.value()).Take(); }
std::string PersonIndexAll(absl::string_view bank, absl::string_view index) { return Key('f', bank).Bytes(index).Take(); }
std::string PersonIndex(absl::string_view bank, absl::string_view index, model::MemberId id) {
  return Key('f', bank).Bytes(index).Id(id.value()).Take();
}
std::string MergedInto(absl::string_view bank, model::MemberId survivor) {
  return Key('Z', bank).Id(survivor.value()).Take();
}
std::string Merged(absl::string_view bank, model::MemberId survivor, model::MemberId member) {
  return Key('Z', bank).Id(survivor.value()).Id(member.value()).Take();
}
std::string Kinship(absl::string_view bank, model::KinshipId id) { return Key('k', bank).Id(id.value()).Take(); }
std::string KinshipsOf(absl::string_view bank, model::MemberId id) { return Key('K', bank).Id(id.value()).Take(); }
std::string KinshipOf(absl::string_view bank, model::MemberId member, model::KinshipId id) {
  return Key('K', bank).Id(member.value()).Id(id.value()).Take();
}

std::string Record(absl::string_view bank, model::RecordId id) { return Key('R', bank).Id(id.value()).Take(); }
std::string Note(absl::string_view bank, model::RecordId id) { return Key('n', bank).Id(id.value()).Take(); }
std::string NotesAbout(absl::string_view bank, model::MemberId member) { return Key('Y', bank).Id(member.value()).Take(); }
std::string RecordNoteAbout(absl::string_view bank, model::MemberId member, model::RecordId id) {
  return Key('Y', bank).Id(member.value()).Byte(0).Id(id.value()).Take();
}
std::string OrderNoteAbout(absl::string_view bank, model::MemberId member, model::OrderId id) {
  return Key('Y', bank).Id(member.value()).Byte(1).Id(id.value()).Take();
}
std::string EntryText(absl::string_view bank, model::MemberId about, model::Sequence entry) {
  return Key('Y', bank).Id(about.value()).Byte(2).Id(entry.value()).Take();
}
TextOf TextOfKey(absl::string_view key) {
  TB_CHECK(key.size() > kIdBytes);
  return static_cast<TextOf>(key[key.size() - kIdBytes - 1]);
}
std::string DaysOf(absl::string_view bank, model::MemberId volunteer) { return Key('d', bank).Id(volunteer.value()).Take(); }
std::string VolunteerDay(absl::string_view bank, model::MemberId volunteer, model::Day day) {
  return Key('d', bank).Id(volunteer.value()).Day(day).Take();
}
std::string CenterRecords(absl::string_view bank, model::CenterId center, bool open) {
  return Key('q', bank).Id(center.value()).Byte(open ? 0 : 1).Take();
}
std::string CenterDay(absl::string_view bank, model::CenterId center, bool open, model::Day day) {
  return Key('q', bank).Id(center.value()).Byte(open ? 0 : 1).Day(day).Take();
}
std::string CenterRecord(absl::string_view bank, model::CenterId center, bool open, model::Day day, model::RecordId id) {
  return Key('q', bank).Id(center.value()).Byte(open ? 0 : 1).Day(day).Id(id.value()).Take();
}

std::string Book(absl::string_view bank, model::Owner owner) {
  return Key('a', bank).Byte(static_cast<uint8_t>(owner.kind)).Id(owner.id).Take();
}
std::string LinesOf(absl::string_view bank, model::AccountId account) {
  return Key('l', bank)
      .Byte(static_cast<uint8_t>(account.owner.kind))
      .Id(account.owner.id)
      .Byte(static_cast<uint8_t>(account.asset))
      .Byte(static_cast<uint8_t>(account.kind))
      .Take();
}
std::string Line(absl::string_view bank, model::AccountId account, model::Sequence sequence) {
  std::string key = LinesOf(bank, account);
  base::AppendUint64(&key, sequence.value());
  return key;
}
std::string LotsOf(absl::string_view bank, model::MemberId member) { return Key('o', bank).Id(member.value()).Take(); }
std::string LotsFrom(absl::string_view bank, model::MemberId member, model::Provenance provenance) {
  return Key('o', bank).Id(member.value()).Byte(static_cast<uint8_t>(provenance)).Take();
}
std::string Lot(absl::string_view bank, model::MemberId member, model::Provenance provenance, model::Sequence origin) {
  return Key('o', bank).Id(member.value()).Byte(static_cast<uint8_t>(provenance)).Id(origin.value()).Take();
}
std::string Hold(absl::string_view bank, model::HoldId id) { return Key('h', bank).Id(id.value()).Take(); }
std::string HoldsOf(absl::string_view bank, model::MemberId member) { return Key('H', bank).Id(member.value()).Take(); }
std::string HoldOf(absl::string_view bank, model::MemberId member, model::HoldId id) {
  return Key('H', bank).Id(member.value()).Id(id.value()).Take();
}

std::string StarApplication(absl::string_view bank, model::StarApplicationId id) {
  return Key('S', bank).Id(id.value()).Take();
}
std::string StarApplicationsIn(absl::string_view bank, model::StarState state) {
  return Key('T', bank).Byte(static_cast<uint8_t>(state)).Take();
}
std::string StarApplicationIn(absl::string_view bank, model::StarState state, model::StarApplicationId id) {
  return Key('T', bank).Byte(static_cast<uint8_t>(state)).Id(id.value()).Take();
}
std::string StarAward(absl::string_view bank, model::StarAwardId id) { return Key('U', bank).Id(id.value()).Take(); }
std::string StarStanding(absl::string_view bank, model::MemberId member) { return Key('v', bank).Id(member.value()).Take(); }
std::string CalendarDay(absl::string_view bank, model::Day day) { return Key('z', bank).Day(day).Take(); }

std::string Due(absl::string_view bank, model::RecordTime due, model::DueKind kind, uint64_t id) {
  TB_CHECK(due.value() >= 0);
  return Key('u', bank).Id(static_cast<uint64_t>(due.value())).Byte(static_cast<uint8_t>(kind)).Id(id).Take();
}
std::string DueBefore(absl::string_view bank, model::RecordTime end) {
  TB_CHECK(end.value() >= 0);
  return Key('u', bank).Id(static_cast<uint64_t>(end.value())).Take();
}
DueRow DueRowOf(absl::string_view key) {
  TB_CHECK(key.size() > 2 * kIdBytes + 1);
  DueRow row;
  row.id = LastId(key);
  key.remove_suffix(kIdBytes);
  row.kind = static_cast<model::DueKind>(key.back());
  key.remove_suffix(1);
  row.due = model::RecordTime(static_cast<int64_t>(LastId(key)));
  return row;
}

std::string PointsLotsOf(absl::string_view bank, model::MemberId member) { return Key('P', bank).Id(member.value()).Take(); }
std::string PointsLot(absl::string_view bank, model::MemberId member, model::Day last_day) {
  return Key('P', bank).Id(member.value()).Day(last_day).Take();
}

std::string Order(absl::string_view bank, model::OrderId id) { return Key('O', bank).Id(id.value()).Take(); }
std::string OrderNote(absl::string_view bank, model::OrderId id) { return Key('V', bank).Id(id.value()).Take(); }
std::string BoardDay(absl::string_view bank, model::Day day) { return Key('B', bank).Day(day).Take(); }
std::string BoardOrder(absl::string_view bank, model::Day day, model::OrderId id) {
  return Key('B', bank).Day(day).Id(id.value()).Take();
}
std::string OrdersOf(absl::string_view bank, model::MemberId member) { return Key('g', bank).Id(member.value()).Take(); }
std::string OrderOf(absl::string_view bank, model::MemberId member, model::OrderId id) {
  return Key('g', bank).Id(member.value()).Id(id.value()).Take();
}
std::string DutiesOf(absl::string_view bank, model::MemberId volunteer) {
  return Key('G', bank).Id(volunteer.value()).Take();
}
std::string DutyOf(absl::string_view bank, model::MemberId volunteer, model::OrderId id) {
  return Key('G', bank).Id(volunteer.value()).Id(id.value()).Take();
}
std::string Principals(absl::string_view bank) { return Key('A', bank).Byte(0).Take(); }
std::string Principal(absl::string_view bank, absl::string_view name) {
  std::string key = Principals(bank);
  key.append(name.data(), name.size());
  return key;
}
std::string PrincipalOf(absl::string_view bank, absl::string_view key) {
  key.remove_prefix(Principals(bank).size());
  return std::string(key);
}
std::string Tokens(absl::string_view bank) { return Key('A', bank).Byte(1).Take(); }
std::string TokenByDigest(absl::string_view bank, absl::string_view digest) {
  std::string key = Tokens(bank);
  key.append(digest.data(), digest.size());
  return key;
}
std::string TokenIds(absl::string_view bank) { return Key('A', bank).Byte(2).Take(); }
std::string TokenById(absl::string_view bank, model::TokenId id) { return Key('A', bank).Byte(2).Id(id.value()).Take(); }
std::string TokensOf(absl::string_view bank, absl::string_view principal) {
  std::string key = Key('A', bank).Byte(3).Take();
  base::AppendString(&key, absl::AsciiStrToLower(principal));
  return key;
}
std::string TokenOf(absl::string_view bank, absl::string_view principal, model::TokenId id) {
  std::string key = TokensOf(bank, principal);
  base::AppendUint64(&key, id.value());
  return key;
}
std::string Proxies(absl::string_view bank) { return Key('D', bank).Byte(0).Take(); }
std::string Proxy(absl::string_view bank, model::ProxyId id) { return Key('D', bank).Byte(0).Id(id.value()).Take(); }
std::string ProxyMonths(absl::string_view bank) { return Key('D', bank).Byte(1).Take(); }
std::string ProxyMonth(absl::string_view bank, model::ProxyId id, uint32_t month) {
  std::string key = Key('D', bank).Byte(1).Id(id.value()).Take();
  base::AppendUint32(&key, month);
  return key;
}
std::string ProxiesOf(absl::string_view bank, model::MemberId member) {
  return Key('E', bank).Byte(0).Id(member.value()).Take();
}
std::string ProxyOf(absl::string_view bank, model::MemberId member, model::ProxyId id) {
  return Key('E', bank).Byte(0).Id(member.value()).Id(id.value()).Take();
}
std::string Recurring(absl::string_view bank, model::RecurringId id) { return Key('F', bank).Byte(0).Id(id.value()).Take(); }
std::string AllRecurringOf(absl::string_view bank, model::MemberId member) {
  return Key('E', bank).Byte(1).Id(member.value()).Take();
}
std::string RecurringOf(absl::string_view bank, model::MemberId member, model::RecurringId id) {
  return Key('E', bank).Byte(1).Id(member.value()).Id(id.value()).Take();
}
std::string NoShowsIn(absl::string_view bank, uint32_t year) {
  std::string key = TableOf('C', bank);
  base::AppendUint32(&key, year);
  return key;
}
std::string NoShows(absl::string_view bank, uint32_t year, model::MemberId member) {
  std::string key = NoShowsIn(bank, year);
  base::AppendUint64(&key, member.value());
  return key;
}

std::string Reward(absl::string_view bank, model::RewardId id) { return Key('Q', bank).Id(id.value()).Take(); }
std::string RewardOrder(absl::string_view bank, model::RewardOrderId id) { return Key('w', bank).Id(id.value()).Take(); }
std::string RewardOrdersOf(absl::string_view bank, model::MemberId member) {
  return Key('W', bank).Id(member.value()).Take();
}
std::string RewardOrdersSince(absl::string_view bank, model::MemberId member, model::Day day) {
  return Key('W', bank).Id(member.value()).Day(day).Take();
}
std::string RewardOrderOf(absl::string_view bank, model::MemberId member, model::Day day, model::RewardOrderId id) {
  return Key('W', bank).Id(member.value()).Day(day).Id(id.value()).Take();
}
std::string OpenRewardOrders(absl::string_view bank, model::CenterId center) {
  return Key('y', bank).Id(center.value()).Take();
}
std::string OpenRewardOrder(absl::string_view bank, model::CenterId center, model::RewardOrderId id) {
  return Key('y', bank).Id(center.value()).Id(id.value()).Take();
}

std::string Reversal(absl::string_view bank, model::ReversalId id) { return Key('I', bank).Id(id.value()).Take(); }
std::string ReversalItems(absl::string_view bank, model::ReversalId id) { return Key('J', bank).Id(id.value()).Take(); }
std::string ReversalItem(absl::string_view bank, model::ReversalId id, model::RecordId record) {
  return Key('J', bank).Id(id.value()).Id(record.value()).Take();
}
std::string ReversalOfRecord(absl::string_view bank, model::RecordId record) {
  return Key('M', bank).Id(record.value()).Take();
}
std::string Grant(absl::string_view bank, model::GrantId id) { return Key('e', bank).Id(id.value()).Take(); }
std::string GrantsOf(absl::string_view bank, model::MemberId member) { return Key('N', bank).Id(member.value()).Take(); }
std::string GrantOf(absl::string_view bank, model::MemberId member, model::GrantId id) {
  return Key('N', bank).Id(member.value()).Id(id.value()).Take();
}
std::string GrantIssue(absl::string_view bank, model::Sequence issue) { return Key('X', bank).Id(issue.value()).Take(); }

uint64_t LastId(absl::string_view key) {
  TB_CHECK(key.size() >= kIdBytes);
  key.remove_prefix(key.size() - kIdBytes);
  uint64_t id = 0;
  TB_CHECK(base::ConsumeUint64(&key, &id));
  return id;
}

model::Day DayBeforeLastId(absl::string_view key) {
  TB_CHECK(key.size() >= kIdBytes + kDayBytes);
  return LastDay(key.substr(0, key.size() - kIdBytes));
}

model::Day LastDay(absl::string_view key) {
  TB_CHECK(key.size() >= kDayBytes);
  key.remove_prefix(key.size() - kDayBytes);
  int32_t day = 0;
  TB_CHECK(base::ConsumeInt32(&key, &day));
  return model::Day(day);
}

model::Provenance ProvenanceOf(absl::string_view key) {
  TB_CHECK(key.size() > kIdBytes);
  return static_cast<model::Provenance>(key[key.size() - kIdBytes - 1]);
}

std::string EncodeId(uint64_t id) {
  std::string value;
  base::AppendUint64(&value, id);
  return value;
}

}  // namespace timebank::ledger::keys
