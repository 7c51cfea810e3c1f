#include "service/ledger/registry_facts.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/model/nouns.h"

namespace timebank::ledger {
namespace {

absl::Status OutOfTurn(const rec::Entry& entry) {
  return absl::InternalError(
      absl::StrCat("entry ", entry.sequence(), ": what it creates or changes is not the next or not there"));
}

absl::Status Wrong(absl::string_view noun, uint64_t id, absl::string_view what) {
  return absl::InternalError(absl::StrCat(noun, " ", id, ": ", what));
}

// Ids count from 1 without gaps; what was created does not change by being created again.
template <typename Id, typename Row>
absl::Status TakeNext(const rec::Entry& entry, uint64_t id, const Row& row, std::map<Id, Row>& rows) {
  const bool next = id == rows.size() + 1 && rows.emplace(static_cast<Id>(id), row).second;
  return next ? absl::OkStatus() : OutOfTurn(entry);
}

// A text beside the journal that the entry has the digest of.
void TakeText(const rec::Entry& entry, uint64_t about, const std::string& digest, RegistryFacts& facts) {
  if (!digest.empty()) {
    facts.texts.emplace(about, entry.sequence());
  }
}

// A consent that comes on file comes with who gave it.
absl::Status TakeConsent(const rec::Entry& entry, bool given, const std::string& digest, rec::Member* row,
                         RegistryFacts& facts) {
  const bool comes = given && !row->guardian_consent();
  if (comes == digest.empty()) {
    return Wrong("entry", entry.sequence(), "a guardian's consent without its text, or a text without consent");
  }
  TakeText(entry, entry.subject(), digest, facts);
  row->set_consented(comes ? entry.sequence() : given ? row->consented() : 0);
  row->set_guardian_consent(given);
  return absl::OkStatus();
}

absl::Status TakeMember(const rec::Entry& entry, RegistryFacts& facts) {
  const rec::MemberRegistered& body = entry.member_registered();
  rec::Member row;
  TB_RETURN_IF_ERROR(TakeConsent(entry, body.guardian_consent(), body.consent_digest(), &row, facts));
  row.set_external_number(body.external_number());
  row.set_center(body.center());
  row.set_state(static_cast<uint32_t>(model::MemberState::kActive));
  row.set_registered(entry.sequence());
  row.set_registered_day(entry.effective_day());
  return TakeNext(entry, entry.subject(), row, facts.members);
}

absl::Status TakeMemberChange(const rec::Entry& entry, RegistryFacts& facts) {
  const auto found = facts.members.find(entry.subject());
  if (found == facts.members.end()) {
    return OutOfTurn(entry);
  }
  const rec::MemberChanged& body = entry.member_changed();
  found->second.set_state(body.state());
  return TakeConsent(entry, body.guardian_consent(), body.consent_digest(), &found->second, facts);
}

bool IsMemberStep(uint32_t before, const rec::Entry& entry) {
  for (int event = 0; event < kMemberLifeEvents; ++event) {
    const MemberLifeStep* const step =
        FindMemberLifeStep(static_cast<model::MemberState>(before), static_cast<MemberLifeEvent>(event));
    if (step != nullptr && static_cast<uint32_t>(step->kind) == entry.kind() &&
        static_cast<uint32_t>(step->to) == entry.member_life().state()) {
      return true;
    }
  }
  return false;
}

// The end of a membership, and back.
absl::Status TakeMemberLife(const rec::Entry& entry, RegistryFacts& facts) {
  const auto found = facts.members.find(entry.subject());
  if (found == facts.members.end() || !IsMemberStep(found->second.state(), entry)) {
    return OutOfTurn(entry);
  }
  const rec::MemberLife& life = entry.member_life();
  const bool begun = life.state() == static_cast<uint32_t>(model::MemberState::kDeceased) ||
                     life.state() == static_cast<uint32_t>(model::MemberState::kClosing);
  const bool merged = life.state() == static_cast<uint32_t>(model::MemberState::kMerged);
  if (merged != facts.members.contains(life.survivor())) {
    return OutOfTurn(entry);
  }
  found->second.set_state(life.state());
  found->second.set_merged_into(life.survivor());
  if (merged) {
    facts.merged[life.survivor()].push_back(entry.subject());
  }
  if (!merged) {
    found->second.set_begun_by(begun ? entry.actor() : std::string());
  }
  return absl::OkStatus();
}

// What tells who the member was is gone, under every number of hers.
absl::Status TakeErasure(const rec::Entry& entry, RegistryFacts& facts) {
  const auto found = facts.members.find(entry.subject());
  if (found == facts.members.end() || found->second.merged_into() != 0) {
    return OutOfTurn(entry);
  }
  for (const uint64_t number : NumbersOf(facts, entry.subject())) {
    rec::Member& member = facts.members[number];
    if (FindMemberLifeStep(static_cast<model::MemberState>(member.state()), MemberLifeEvent::kErase) == nullptr) {
      return OutOfTurn(entry);
    }
    member.set_state(static_cast<uint32_t>(model::MemberState::kErased));
    member.clear_external_number();
    member.clear_consented();
    facts.texts.erase(facts.texts.lower_bound({number, 0}), facts.texts.lower_bound({number + 1, 0}));
  }
  return absl::OkStatus();
}

bool IsErased(const rec::Member& facts) { return facts.state() == static_cast<uint32_t>(model::MemberState::kErased); }

absl::Status TakeKinship(const rec::Entry& entry, RegistryFacts& facts) {
  const bool known = facts.kinships.contains(entry.subject());
  if (known != (entry.kind() == static_cast<uint32_t>(model::EntryKind::kKinshipChanged))) {
    return OutOfTurn(entry);
  }
  facts.kinships[entry.subject()] = entry.kinship();
  for (const uint64_t side : {entry.kinship().member(), entry.kinship().relative()}) {
    const auto member = facts.members.find(side);
    if (member == facts.members.end()) {
      return OutOfTurn(entry);
    }
    member->second.set_kinship_count(member->second.kinship_count() + (known ? 0 : 1));
  }
  return absl::OkStatus();
}

// Calls `visit(rest of the key behind the bank, value)` for every row of a table.
absl::Status ForEach(const store::Reader& reader, absl::string_view bank, char table,
                     const std::function<absl::Status(absl::string_view rest, absl::string_view value)>& visit) {
  const std::string prefix = keys::TableOf(table, bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    TB_RETURN_IF_ERROR(visit(it->key().substr(prefix.size()), it->value()));
  }
  return it->status();
}

// The rows of a table are those of the facts, byte for byte, and no others.
template <typename Id, typename Row>
absl::Status CheckRows(const store::Reader& reader, absl::string_view bank, char table, absl::string_view noun,
                       const std::map<Id, Row>& facts, const std::function<std::string(Id)>& key) {
  for (const auto& [id, row] : facts) {
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> stored, reader.Get(key(id)));
    if (stored != row.SerializeAsString()) {
      return Wrong(noun, id, "differs from the journal");
    }
  }
  size_t rows = 0;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, table, [&](absl::string_view, absl::string_view) {
    ++rows;
    return absl::OkStatus();
  }));
  return rows == facts.size()
             ? absl::OkStatus()
             : absl::InternalError(absl::StrCat("there are rows of a ", noun, " that the journal does not know"));
}

absl::Status CheckMember(const store::Reader& reader, absl::string_view bank, uint64_t id, const rec::Member& facts) {
  TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(reader, keys::Member(bank, model::MemberId(id))));
  const bool equal = row.external_number() == facts.external_number() && row.center() == facts.center() &&
                     row.guardian_consent() == facts.guardian_consent() && row.state() == facts.state() &&
                     row.registered() == facts.registered() && row.registered_day() == facts.registered_day() &&
                     row.kinship_count() == facts.kinship_count() && row.merged_into() == facts.merged_into() &&
                     row.begun_by() == facts.begun_by() && row.consented() == facts.consented();
  if (!equal) {
    return Wrong("member", id, "differs from the journal");
  }
  TB_ASSIGN_OR_RETURN(const auto person, reader.Get(keys::Person(bank, model::MemberId(id))));
  if (!IsErased(facts)) {
    return person.has_value() ? absl::OkStatus() : Wrong("member", id, "has no person");
  }
  const absl::CivilDay birth = base::DayFromNumber(row.birth());
  const bool erased = !person.has_value() && row.name_index().empty() && row.id_index().empty() &&
                      row.person_index().empty() && birth.month() == 1 && birth.day() == 1;
  return erased ? absl::OkStatus() : Wrong("member", id, "is erased, and something of the person is still there");
}

// Every note is found by whom it is about, who is not erased; and nothing is found that is not there.
absl::Status CheckNotes(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  size_t notes = 0;
  for (const char table : {'n', 'V'}) {
    TB_RETURN_IF_ERROR(ForEach(reader, bank, table, [&](absl::string_view, absl::string_view) {
      ++notes;
      return absl::OkStatus();
    }));
  }
  size_t found = 0;
  size_t texts = 0;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, 'Y', [&](absl::string_view rest, absl::string_view) -> absl::Status {
    const uint64_t id = keys::LastId(rest);
    const uint64_t about = keys::LastId(rest.substr(0, rest.size() - 9));
    const keys::TextOf of = keys::TextOfKey(rest);
    if (of == keys::TextOf::kEntry) {
      ++texts;
      return facts.texts.contains({about, id}) ? absl::OkStatus() : Wrong("member", about, "has a text that no entry knows");
    }
    TB_ASSIGN_OR_RETURN(const auto note, reader.Get(of == keys::TextOf::kOrder ? keys::OrderNote(bank, model::OrderId(id))
                                                                               : keys::Note(bank, model::RecordId(id))));
    const auto member = facts.members.find(about);
    ++found;
    return note.has_value() && member != facts.members.end() && !IsErased(member->second)
               ? absl::OkStatus()
               : Wrong("member", about, "is told to have a note that is not there, or should not be");
  }));
  if (texts != facts.texts.size()) {
    return absl::InternalError("a text is gone that an entry has the digest of");
  }
  return found == notes ? absl::OkStatus() : absl::InternalError("there are notes about nobody");
}

// Every number that was merged is found under the one that remained, and no other.
absl::Status CheckMerged(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  size_t indexed = 0;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, 'Z', [&](absl::string_view rest, absl::string_view) {
    const uint64_t member = keys::LastId(rest);
    const auto found = facts.members.find(member);
    ++indexed;
    return found != facts.members.end() && found->second.merged_into() == keys::LastId(rest.substr(0, rest.size() - 8))
               ? absl::OkStatus()
               : Wrong("member", member, "is listed under a number into which it was not merged");
  }));
  size_t merged = 0;
  for (const auto& [survivor, members] : facts.merged) {
    merged += members.size();
  }
  return indexed == merged ? absl::OkStatus() : absl::InternalError("merged numbers are missing in their index");
}

absl::Status CheckKinshipIndex(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  size_t indexed = 0;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, 'K', [&](absl::string_view rest, absl::string_view) {
    const uint64_t id = keys::LastId(rest);
    const uint64_t member = keys::LastId(rest.substr(0, rest.size() - 8));
    const auto found = facts.kinships.find(id);
    const bool side =
        found != facts.kinships.end() && (found->second.member() == member || found->second.relative() == member);
    ++indexed;
    return side ? absl::OkStatus() : Wrong("kinship", id, "is listed for somebody who is not in it");
  }));
  return indexed == 2 * facts.kinships.size() ? absl::OkStatus()
                                              : absl::InternalError("kinships are missing in their index");
}

// Every name the journal knows leads to its bearer; and no row of the index leads to nobody, or two of one kind to one person.
absl::Status CheckNames(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  using keys::NameKind;
  const auto leads = [&](NameKind kind, const std::string& name, uint64_t id) -> absl::Status {
    TB_ASSIGN_OR_RETURN(const uint64_t found, FindId(reader, bank, kind, name));
    return found == id ? absl::OkStatus() : absl::InternalError(absl::StrCat("a name leads to ", found, " instead of ", id));
  };
  size_t numbers = 0;
  for (const auto& [id, scope] : facts.scopes) TB_RETURN_IF_ERROR(leads(NameKind::kScope, scope.code(), id));
  for (const auto& [id, center] : facts.centers) {
    TB_RETURN_IF_ERROR(leads(NameKind::kCenter, center.code(), id));
    // Found by the folded form of its name, or as it is written when no folded one was given.
    if (!leads(NameKind::kCenter, base::Fold(center.display_name()), id).ok()) {
      TB_RETURN_IF_ERROR(leads(NameKind::kCenter, center.display_name(), id));
    }
  }
  for (const auto& [id, member] : facts.members) {
    if (!member.external_number().empty()) {
      TB_RETURN_IF_ERROR(leads(NameKind::kExternalNumber, member.external_number(), id));
      ++numbers;
    }
  }
  std::map<std::pair<char, uint64_t>, size_t> bearers;  // names of a kind, by whom they lead to
  std::map<char, size_t> of_kind;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, 'x', [&](absl::string_view rest, absl::string_view value) {
    ++bearers[{rest[0], keys::LastId(value)}];
    ++of_kind[rest[0]];
    return absl::OkStatus();
  }));
  for (const auto& [bearer, names] : bearers) {
    const auto& [kind, id] = bearer;
    const bool center = kind == static_cast<char>(NameKind::kCenter);
    const bool national_id = kind == static_cast<char>(NameKind::kNationalId);
    const auto member = national_id ? facts.members.find(id) : facts.members.end();
    const bool known = !national_id || (member != facts.members.end() && !IsErased(member->second));
    if (names > (center ? 2u : 1u) || (center && !facts.centers.contains(id)) || !known) {
      return absl::InternalError(absl::StrCat("names of kind ", std::string(1, kind), " lead wrongly to ", id));
    }
  }
  const bool complete = of_kind[static_cast<char>(NameKind::kScope)] == facts.scopes.size() &&
                        of_kind[static_cast<char>(NameKind::kExternalNumber)] == numbers;
  return complete ? absl::OkStatus() : absl::InternalError("there are names of nobody");
}

absl::Status CheckPersons(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  std::map<uint64_t, size_t> indexed;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, 'f', [&](absl::string_view rest, absl::string_view) {
    const uint64_t member = keys::LastId(rest);
    const auto found = facts.members.find(member);
    return ++indexed[member] == 1 && found != facts.members.end() && !IsErased(found->second)
               ? absl::OkStatus()
               : Wrong("member", member, "is found under another person");
  }));
  size_t persons = 0;
  TB_RETURN_IF_ERROR(ForEach(reader, bank, 'p', [&](absl::string_view, absl::string_view) {
    ++persons;
    return absl::OkStatus();
  }));
  const auto there =
      std::count_if(facts.members.begin(), facts.members.end(), [](const auto& member) { return !IsErased(member.second); });
  return persons == static_cast<size_t>(there) ? absl::OkStatus()
                                               : absl::InternalError("there are persons who are no members");
}

absl::Status CheckBankRow(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, MustLoadRow<rec::Bank>(reader, keys::Bank(bank)));
  if (row.scope_count() != facts.scopes.size() || row.center_count() != facts.centers.size() ||
      static_cast<size_t>(row.rule_versions_size()) != facts.rule_sets.size()) {
    return absl::InternalError("the bank counts other scopes, centres or rule sets than its journal");
  }
  for (const rec::RuleVersion& version : row.rule_versions()) {
    const auto found = facts.rule_sets.find(version.version());
    if (found == facts.rule_sets.end() || found->second.effective_from() != version.effective_from()) {
      return Wrong("rule set", version.version(), "is in force from another day than the journal says");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<uint64_t> NumbersOf(const RegistryFacts& facts, uint64_t member) {
  std::vector<uint64_t> numbers = {member};
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (const auto merged = facts.merged.find(numbers[i]); merged != facts.merged.end()) {
      numbers.insert(numbers.end(), merged->second.begin(), merged->second.end());
    }
  }
  return numbers;
}

absl::Status TakeRegistry(const rec::Entry& entry, RegistryFacts& facts) {
  switch (entry.body_case()) {
    case rec::Entry::kBankCreated:
      return TakeNext(entry, 1, entry.bank_created().rule_set(), facts.rule_sets);
    case rec::Entry::kRuleSetCreated:
      return TakeNext(entry, entry.subject(), entry.rule_set_created(), facts.rule_sets);
    case rec::Entry::kScopeCreated:
      return TakeNext(entry, entry.subject(), entry.scope_created(), facts.scopes);
    case rec::Entry::kCenterCreated:
      return TakeNext(entry, entry.subject(), entry.center_created(), facts.centers);
    case rec::Entry::kMemberRegistered:
      return TakeMember(entry, facts);
    case rec::Entry::kMemberChanged:
      return TakeMemberChange(entry, facts);
    case rec::Entry::kMemberLife:
      return TakeMemberLife(entry, facts);
    case rec::Entry::kMemberErased:
      return TakeErasure(entry, facts);
    case rec::Entry::kGrantChanged:
      TakeText(entry, entry.grant_changed().grant().member(), entry.grant_changed().reason_digest(), facts);
      return absl::OkStatus();
    case rec::Entry::kKinship:
      return TakeKinship(entry, facts);
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckRegistry(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts) {
  TB_RETURN_IF_ERROR(CheckBankRow(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckRows<uint32_t>(reader, bank, 'r', "rule set", facts.rule_sets,
                                         [&](uint32_t version) { return keys::RuleSet(bank, version); }));
  TB_RETURN_IF_ERROR(CheckRows<uint64_t>(reader, bank, 's', "scope", facts.scopes,
                                         [&](uint64_t id) { return keys::Scope(bank, model::ScopeId(id)); }));
  TB_RETURN_IF_ERROR(CheckRows<uint64_t>(reader, bank, 'c', "centre", facts.centers,
                                         [&](uint64_t id) { return keys::Center(bank, model::CenterId(id)); }));
  TB_RETURN_IF_ERROR(CheckRows<uint64_t>(reader, bank, 'k', "kinship", facts.kinships,
                                         [&](uint64_t id) { return keys::Kinship(bank, model::KinshipId(id)); }));
  for (const auto& [id, member] : facts.members) TB_RETURN_IF_ERROR(CheckMember(reader, bank, id, member));
  TB_RETURN_IF_ERROR(CheckMerged(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckKinshipIndex(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckPersons(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckNotes(reader, bank, facts));
  return CheckNames(reader, bank, facts);
}

}  // namespace timebank::ledger
