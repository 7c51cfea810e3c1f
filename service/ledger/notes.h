// Notes and other texts that may be personal: sealed, beside the journal, and found by whom they are about, so that they can be erased.
#ifndef TIMEBANK_LEDGER_NOTES_H_
#define TIMEBANK_LEDGER_NOTES_H_

#include <cstdint>
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

// Of the entry that is being written.
void SaveEntryText(Work& work, model::MemberId about, const std::string& sealed);

// All texts about a member.
struct TextsAbout {
  uint64_t texts = 0;
  std::vector<std::string> rows;  // the keys that hold them, or tell of them
};
absl::StatusOr<TextsAbout> FindTextsAbout(Work& work, model::MemberId member);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_NOTES_H_
