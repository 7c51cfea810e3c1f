// Who sees a member in the clear, and the end of what tells who a member was.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/notes.h"
#include "service/ledger/open_things.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::MemberState;
using model::Reason;

// A member by number, also one whose number stands for another now: the personal data of the old number is still there.
absl::StatusOr<FoundMember> RequireNumber(Work& work, const model::MemberRef& ref) {
  FoundMember found;
  TB_ASSIGN_OR_RETURN(found.id, FindMember(work.rows(), work.bank_id(), ref));
  TB_ASSIGN_OR_RETURN(std::optional<rec::Member> row,
                      LoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), found.id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kMemberNotFound, {{"member", absl::AsciiStrToUpper(ref)}});
  }
  found.row = *std::move(row);
  if (found.row.state() == static_cast<uint32_t>(MemberState::kErased)) {
    return work.Refuse(Reason::kMemberErased, {{"member", model::MemberNumber(found.id)}});
  }
  return found;
}

// The entry is all there is to it.
absl::Status NoteLook(Work& work, const model::MemberRef& ref, const std::string& purpose, model::EntryKind kind) {
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireNumber(work, ref));
  work.Describe(kind, member.id.value(), work.today());
  work.entry().set_reason(purpose);
  return absl::OkStatus();
}

// One number of the person, and the texts about it.
struct Erased {
  FoundMember member;
  TextsAbout texts;
};

// `person`: of her numbers the one that was not merged into another.
absl::Status RequireEnded(Work& work, const FoundMember& person) {
  const auto state = static_cast<MemberState>(person.row.state());
  const std::string number = model::MemberNumber(person.id);
  if (state == MemberState::kDeceased) {
    return work.Refuse(Reason::kEraseEstateOpen, {{"member", number}});
  }
  if (FindMemberLifeStep(state, MemberLifeEvent::kErase) == nullptr) {
    return work.Refuse(Reason::kEraseNotEnded, {{"member", number}, {"state", std::string(model::NameOf(state))}});
  }
  return absl::OkStatus();
}

// Everything that tells who somebody was: all numbers of the person, for each would tell of the others.
absl::StatusOr<std::vector<Erased>> LoadNumbers(Work& work, const model::MemberRef& ref) {
  TB_ASSIGN_OR_RETURN(const FoundMember named, RequireNumber(work, ref));
  TB_ASSIGN_OR_RETURN(const std::vector<model::MemberId> numbers, NumbersOf(work.rows(), work.bank_id(), named.id));
  std::vector<Erased> erased;
  for (const model::MemberId id : numbers) {
    Erased& one = erased.emplace_back();
    one.member.id = id;
    TB_ASSIGN_OR_RETURN(one.member.row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), id)));
    TB_ASSIGN_OR_RETURN(one.texts, FindTextsAbout(work, id));
  }
  TB_RETURN_IF_ERROR(RequireEnded(work, erased[0].member));
  // With the person goes what tells that a name of staff is hers.
  TB_RETURN_IF_ERROR(RequireNotParty(work, {erased[0].member.id}));
  for (const Erased& one : erased) {
    TB_RETURN_IF_ERROR(RequireNothingOpen(work, one.member.id));
  }
  return erased;
}

// What stands for the person in the list of who may do what: accounts that were linked to her, and tokens under her number.
struct Access {
  std::vector<std::pair<std::string, rec::Principal>> linked;  // by key
  std::vector<rec::Token> tokens;
};

absl::StatusOr<Access> LoadAccess(Work& work, const std::vector<Erased>& erased) {
  Access access;
  const std::string prefix = keys::Principals(work.bank_id());
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::Principal row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored row cannot be read");
    }
    if (std::any_of(erased.begin(), erased.end(),
                    [&row](const Erased& one) { return one.member.id.value() == row.member(); })) {
      access.linked.emplace_back(std::string(it->key()), std::move(row));
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  for (const Erased& one : erased) {
    const std::string tokens = keys::TokensOf(work.bank_id(), model::MemberNumber(one.member.id));
    auto token = work.rows().Scan(tokens, base::PrefixEnd(tokens));
    for (; token->Valid(); token->Next()) {
      TB_ASSIGN_OR_RETURN(const std::optional<std::string> digest,
                          work.rows().Get(keys::TokenById(work.bank_id(), model::TokenId(keys::LastId(token->key())))));
      TB_ASSIGN_OR_RETURN(
          rec::Token row,
          MustLoadRow<rec::Token>(work.rows(), keys::TokenByDigest(work.bank_id(), digest.value_or(std::string()))));
      if (row.revoked() == 0) {
        access.tokens.push_back(std::move(row));
      }
    }
    TB_RETURN_IF_ERROR(token->status());
  }
  return access;
}

void EndAccess(Work& work, Access access) {
  for (auto& [key, row] : access.linked) {
    row.clear_member();
    work.Save(key, row);
  }
  for (rec::Token& row : access.tokens) {
    row.set_revoked(work.time().value());
    work.Save(keys::TokenByDigest(work.bank_id(), row.digest()), row);
  }
}

// The rows by which the person is found.
std::vector<std::string> IndexRows(Work& work, const FoundMember& member) {
  std::vector<std::string> rows;
  if (!member.row.id_index().empty()) {
    rows.push_back(keys::Name(work.bank_id(), keys::NameKind::kNationalId, member.row.id_index()));
  }
  if (!member.row.external_number().empty()) {
    rows.push_back(keys::Name(work.bank_id(), keys::NameKind::kExternalNumber, member.row.external_number()));
  }
  if (!member.row.person_index().empty()) {
    rows.push_back(keys::PersonIndex(work.bank_id(), member.row.person_index(), member.id));
  }
  return rows;
}

void EraseNumber(Work& work, const Erased& one) {
  for (const std::vector<std::string>& rows : {one.texts.rows, IndexRows(work, one.member)}) {
    for (const std::string& key : rows) {
      work.Delete(key);
    }
  }
  work.Delete(keys::Person(work.bank_id(), one.member.id));
  rec::Member row = one.member.row;
  row.set_state(static_cast<uint32_t>(MemberState::kErased));
  row.clear_external_number();
  row.clear_name_index();
  row.clear_id_index();
  row.clear_person_index();
  row.clear_consented();
  // Reports by age still need about when; the day would help to tell who.
  row.set_birth(base::DayNumber(absl::CivilDay(base::DayFromNumber(row.birth()).year(), 1, 1)));
  work.Save(keys::Member(work.bank_id(), one.member.id), row);
}

// Of the record's note, whom it is about.
absl::StatusOr<model::MemberId> AboutRecord(Work& work, model::RecordId id) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Record> row,
                      LoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kRecordNotFound, {{"record", IdText(id.value())}});
  }
  const rec::Service& service = row->service();
  if (service.note_digest().empty()) {
    return work.Refuse(Reason::kNoteNotFound, {{"record", IdText(id.value())}});
  }
  return model::MemberId(service.beneficiary() != 0 ? service.beneficiary() : service.volunteer());
}

absl::StatusOr<model::MemberId> AboutGrant(Work& work, model::GrantId id) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Grant> row,
                      LoadRow<rec::Grant>(work.rows(), keys::Grant(work.bank_id(), id)));
  return row.has_value() ? absl::StatusOr<model::MemberId>(model::MemberId(row->member()))
                         : work.Refuse(Reason::kGrantNotFound, {{"grant", IdText(id.value())}});
}

}  // namespace

absl::Status Decide(Work& work, const model::RevealMember& command) {
  return NoteLook(work, command.member, command.purpose, model::EntryKind::kMemberRevealed);
}

absl::Status Decide(Work& work, const model::RevealText& command) {
  const bool of_record = command.record.value() != 0;
  TB_ASSIGN_OR_RETURN(const model::MemberId about,
                      of_record ? AboutRecord(work, command.record) : AboutGrant(work, command.grant));
  TB_RETURN_IF_ERROR(NoteLook(work, model::MemberNumber(about), command.purpose, model::EntryKind::kMemberRevealed));
  rec::TextRevealed* const text = work.entry().mutable_text_revealed();
  text->set_record(command.record.value());
  text->set_grant(command.grant.value());
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ExportMember& command) {
  return NoteLook(work, command.member, command.purpose, model::EntryKind::kMemberExported);
}

absl::Status Decide(Work& work, const model::EraseMember& command) {
  TB_ASSIGN_OR_RETURN(const std::vector<Erased> erased, LoadNumbers(work, command.member));
  TB_ASSIGN_OR_RETURN(Access access, LoadAccess(work, erased));

  work.Describe(model::EntryKind::kMemberErased, erased[0].member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  uint64_t texts = 0;
  for (const Erased& one : erased) {
    texts += one.texts.texts;
    EraseNumber(work, one);
  }
  work.entry().mutable_member_erased()->set_notes(texts);
  EndAccess(work, std::move(access));
  return absl::OkStatus();
}

}  // namespace timebank::ledger
