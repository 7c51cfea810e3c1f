#include "service/ledger/notes.h"

#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"

namespace timebank::ledger {
namespace {

void SaveNote(Work& work, const std::string& key, const std::string& index, const std::string& sealed) {
  if (sealed.empty()) {
    return;
  }
  rec::Note row;
  row.set_sealed(sealed);
  work.Save(key, row);
  work.Put(index, "");
}

}  // namespace

absl::Status RequireNoteAbout(Work& work, const model::PrivateText& note, model::MemberId about) {
  if (note.sealed.empty()) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), about)));
  const bool erased = row.state() == static_cast<uint32_t>(model::MemberState::kErased);
  return note.about == about && !erased ? absl::OkStatus() : work.Refuse(model::Reason::kNoteAboutAnother);
}

std::string NoteDigest(const model::PrivateText& note) {
  return note.sealed.empty() ? std::string() : std::string(note.digest.begin(), note.digest.end());
}

void SaveRecordNote(Work& work, model::RecordId id, model::MemberId about, const std::string& sealed) {
  SaveNote(work, keys::Note(work.bank_id(), id), keys::RecordNoteAbout(work.bank_id(), about, id), sealed);
}

void SaveOrderNote(Work& work, model::OrderId id, model::MemberId about, const std::string& sealed) {
  SaveNote(work, keys::OrderNote(work.bank_id(), id), keys::OrderNoteAbout(work.bank_id(), about, id), sealed);
}

void SaveEntryText(Work& work, model::MemberId about, const std::string& sealed) {
  if (!sealed.empty()) {
    rec::Note row;
    row.set_sealed(sealed);
    work.Save(keys::EntryText(work.bank_id(), about, work.sequence()), row);
  }
}

absl::StatusOr<TextsAbout> FindTextsAbout(Work& work, model::MemberId member) {
  TextsAbout found;
  const std::string prefix = keys::NotesAbout(work.bank_id(), member);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const uint64_t id = keys::LastId(it->key());
    ++found.texts;
    found.rows.push_back(std::string(it->key()));
    switch (keys::TextOfKey(it->key())) {
      case keys::TextOf::kRecord:
        found.rows.push_back(keys::Note(work.bank_id(), model::RecordId(id)));
        break;
      case keys::TextOf::kOrder:
        found.rows.push_back(keys::OrderNote(work.bank_id(), model::OrderId(id)));
        break;
      case keys::TextOf::kEntry:
        break;
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return found;
}

}  // namespace timebank::ledger
