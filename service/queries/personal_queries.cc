// What a copy of everything about one member needs beyond the other reads.
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/model/limits.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

// What a row of table Y tells of.
absl::StatusOr<NoteView> ViewText(const store::Reader& reader, absl::string_view bank, model::MemberId member,
                                  const std::string& key) {
  NoteView view;
  view.id = keys::LastId(key);
  std::string text = key;
  switch (keys::TextOfKey(key)) {
    case keys::TextOf::kRecord:
      text = keys::Note(bank, model::RecordId(view.id));
      break;
    case keys::TextOf::kOrder:
      view.of = NoteView::Of::kOrder;
      text = keys::OrderNote(bank, model::OrderId(view.id));
      break;
    case keys::TextOf::kEntry: {
      TB_ASSIGN_OR_RETURN(const rec::Entry entry,
                          ledger::MustLoadRow<rec::Entry>(reader, keys::Entry(bank, model::Sequence(view.id))));
      view.of = entry.has_grant_changed() ? NoteView::Of::kGrant : NoteView::Of::kConsent;
      view.id = entry.has_grant_changed() ? entry.subject() : member.value();
      break;
    }
  }
  TB_ASSIGN_OR_RETURN(const rec::Note row, ledger::MustLoadRow<rec::Note>(reader, text));
  view.sealed = row.sealed();
  return view;
}

}  // namespace

absl::StatusOr<PersonView> Queries::Person(absl::string_view bank, absl::string_view member) const {
  PersonView view;
  TB_ASSIGN_OR_RETURN(const model::MemberId id, ledger::FindMember(*snapshot_, bank, member));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Member> row,
                      ledger::LoadRow<rec::Member>(*snapshot_, keys::Member(bank, id)));
  if (!row.has_value()) {
    return view;
  }
  view.id = id;
  view.external_number = row->external_number();
  TB_ASSIGN_OR_RETURN(std::optional<std::string> sealed, snapshot_->Get(keys::Person(bank, id)));
  view.sealed_person = std::move(sealed).value_or("");
  return view;
}

absl::StatusOr<std::vector<PersonView>> Queries::NumbersOfPerson(absl::string_view bank, absl::string_view member) const {
  std::vector<PersonView> views;
  TB_ASSIGN_OR_RETURN(const PersonView named, Person(bank, member));
  if (named.id.value() == 0) {
    return views;
  }
  TB_ASSIGN_OR_RETURN(const std::vector<model::MemberId> numbers, ledger::NumbersOf(*snapshot_, bank, named.id));
  for (const model::MemberId number : numbers) {
    TB_ASSIGN_OR_RETURN(PersonView view, Person(bank, model::MemberNumber(number)));
    views.push_back(std::move(view));
  }
  return views;
}

absl::StatusOr<Page<RecordView>> Queries::RecordsFor(absl::string_view bank, model::MemberId beneficiary,
                                                     const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  return WalkPrefix<RecordView>(
      *snapshot_, keys::TableOf('R', bank), absl::StrCat("recordsFor/", bank, "/", beneficiary.value()), page,
      [&](absl::string_view key, absl::string_view value, std::vector<RecordView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Record row, ParseRow<rec::Record>(value));
        if (row.service().beneficiary() != beneficiary.value()) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(RecordView view, lookup.Record(model::RecordId(keys::LastId(key))));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<model::MemberId> Queries::ExportedMember(absl::string_view bank, model::Sequence export_entry,
                                                        absl::string_view reader, model::RecordTime now) const {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Entry> entry,
                      ledger::LoadRow<rec::Entry>(*snapshot_, keys::Entry(bank, export_entry)));
  const bool open = entry.has_value() && entry->kind() == static_cast<uint32_t>(model::EntryKind::kMemberExported) &&
                    entry->actor() == reader &&
                    now.value() - entry->record_time() <= model::limits::kExportOpenMinutes * int64_t{60'000'000};
  return open ? absl::StatusOr<model::MemberId>(model::MemberId(entry->subject()))
              : absl::NotFoundError(absl::StrCat("There is no export ", export_entry.value(), "."));
}

absl::StatusOr<std::string> Queries::EntryText(absl::string_view bank, model::MemberId about, model::Sequence entry) const {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Note> row,
                      ledger::LoadRow<rec::Note>(*snapshot_, keys::EntryText(bank, about, entry)));
  return row.has_value() ? row->sealed() : std::string();
}

absl::StatusOr<Page<NoteView>> Queries::Notes(absl::string_view bank, model::MemberId member,
                                              const PageRequest& page) const {
  return WalkPrefix<NoteView>(*snapshot_, keys::NotesAbout(bank, member), absl::StrCat("notes/", bank, "/", member.value()),
                              page,
                              [&](absl::string_view key, absl::string_view, std::vector<NoteView>& rows) -> absl::Status {
                                TB_ASSIGN_OR_RETURN(NoteView view, ViewText(*snapshot_, bank, member, std::string(key)));
                                rows.push_back(std::move(view));
                                return absl::OkStatus();
                              });
}

}  // namespace timebank::queries
