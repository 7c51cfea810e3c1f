// Notes, which may be personal: sealed, beside the journal, and found by whom they are about, so that they can be erased.
#ifndef TIMEBANK_LEDGER_NOTES_H_
#define TIMEBANK_LEDGER_NOTES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/work.h"
#include "service/model/command.h"
#include "service/model/ids.h"

namespace timebank::ledger {

// Refuses with NOTE_ABOUT_ANOTHER when there is a note and it was sealed under the key of somebody else than `about`, or of nobody, or when
// that key is destroyed: the number on the request led to another member when the edge looked, a moment ago. REQUIRES: `about` exists.
absl::Status RequireNoteAbout(Work& work, const model::PrivateText& note, model::MemberId about);

// The digest as entries hold it; empty when there is no note.
std::string NoteDigest(const model::PrivateText& note);

// Keep a note; nothing is kept of an empty one.
void SaveRecordNote(Work& work, model::RecordId id, model::MemberId about, const std::string& sealed);
// Of an order, or of a recurring one under its number.
void SaveOrderNote(Work& work, model::OrderId id, model::MemberId about, const std::string& sealed);

// The keys of all rows that hold notes about the member, or tell of them; an index row and a note each.
absl::StatusOr<std::vector<std::string>> NoteRowsAbout(Work& work, model::MemberId member);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_NOTES_H_
