// Who sees a member in the clear, and the end of what tells who a member was.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/notes.h"
#include "service/ledger/open_things.h"
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

absl::Status RequireEnded(Work& work, const FoundMember& member) {
  const auto state = static_cast<MemberState>(member.row.state());
  const std::string number = model::MemberNumber(member.id);
  if (state == MemberState::kDeceased) {
    return work.Refuse(Reason::kEraseEstateOpen, {{"member", number}});
  }
  if (FindMemberLifeStep(state, MemberLifeEvent::kErase) == nullptr) {
    return work.Refuse(Reason::kEraseNotEnded, {{"member", number}, {"state", std::string(model::NameOf(state))}});
  }
  return RequireNothingOpen(work, member.id);
}

// The request that registered the member with its fingerprint, a digest over all personal fields: somebody who has its key could try
// persons on it. Without one, no request equals it.
struct Registration {
  std::string key;
  rec::Request row;
};

absl::StatusOr<Registration> LoadRegistration(Work& work, const FoundMember& member) {
  TB_ASSIGN_OR_RETURN(
      const rec::Entry entry,
      MustLoadRow<rec::Entry>(work.rows(), keys::Entry(work.bank_id(), model::Sequence(member.row.registered()))));
  Registration result;
  result.key = keys::Request(work.bank_id(), entry.request_id());
  TB_ASSIGN_OR_RETURN(result.row, MustLoadRow<rec::Request>(work.rows(), result.key));
  return result;
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
  TB_ASSIGN_OR_RETURN(FoundMember member, RequireNumber(work, command.member));
  TB_RETURN_IF_ERROR(RequireEnded(work, member));
  TB_ASSIGN_OR_RETURN(const TextsAbout texts, FindTextsAbout(work, member.id));
  TB_ASSIGN_OR_RETURN(Registration registration, LoadRegistration(work, member));

  work.Describe(model::EntryKind::kMemberErased, member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  work.entry().mutable_member_erased()->set_notes(texts.texts);
  for (const std::vector<std::string>& rows : {texts.rows, IndexRows(work, member)}) {
    for (const std::string& key : rows) {
      work.Delete(key);
    }
  }
  work.Delete(keys::Person(work.bank_id(), member.id));
  registration.row.clear_fingerprint();
  work.Save(registration.key, registration.row);
  rec::Member& row = member.row;
  row.set_state(static_cast<uint32_t>(MemberState::kErased));
  row.clear_external_number();
  row.clear_name_index();
  row.clear_id_index();
  row.clear_person_index();
  row.clear_consented();
  // Reports by age still need about when; the day would help to tell who.
  row.set_birth(base::DayNumber(absl::CivilDay(base::DayFromNumber(row.birth()).year(), 1, 1)));
  work.Save(keys::Member(work.bank_id(), member.id), row);
  return absl::OkStatus();
}

}  // namespace timebank::ledger
