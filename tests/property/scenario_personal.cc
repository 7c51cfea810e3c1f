// The words of scenarios that are about personal data: who sees it, notes, its end.
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

size_t CountOf(const store::Reader& reader, const std::string& prefix) {
  size_t rows = 0;
  for (auto it = reader.Scan(prefix, base::PrefixEnd(prefix)); it->Valid(); it->Next()) {
    ++rows;
  }
  return rows;
}

}  // namespace

std::optional<Scenario::Body> Scenario::PersonalOf(const ScenarioLine& line) const {
  if (line.verb == "reveal") {
    return model::RevealMember{line.subject, "purpose"};
  }
  if (line.verb == "reveal-note") {
    return model::RevealText{model::RecordId(IdOf(records_, line.Get("record"))), {}, "purpose"};
  }
  if (line.verb == "reveal-grant") {
    return model::RevealText{{}, model::GrantId(IdOf(grants_, line.Get("grant"))), "purpose"};
  }
  if (line.verb == "copy") {
    return model::ExportMember{line.subject, "purpose"};
  }
  if (line.verb == "erase") {
    return model::EraseMember{line.subject, "reason"};
  }
  return std::nullopt;
}

// `note=TEXT`, as below.
model::PrivateText Scenario::NoteOf(const ScenarioLine& line, const std::string& about) const {
  return line.Get("note").empty() ? model::PrivateText() : TextAbout(line, line.Get("note"), about);
}

// Sealed under the key of `note-about=`, or of whom the line is about.
model::PrivateText Scenario::TextAbout(const ScenarioLine& line, const std::string& text, const std::string& about) const {
  model::PrivateText note;
  note.sealed = absl::StrCat("sealed ", text);
  note.digest.fill(0x5e);
  note.about = *ledger::FindMember(*bank_.Rows(), bank_id_, line.Get("note-about", about));
  return note;
}

// `state=`, `person=yes|no`: what is sealed of her; `number=` at the centre, `born=`, `notes=` about her.
std::string Scenario::ShowPerson(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const model::MemberId id = *ledger::FindMember(*rows, bank_id_, line.subject);
  const auto row = ledger::MustLoadRow<rec::Member>(*rows, keys::Member(bank_id_, id));
  TB_CHECK(row.ok());
  const std::map<std::string, std::string> shown = {
      {"state", std::string(model::NameOf(static_cast<model::MemberState>(row->state())))},
      {"person", rows->Get(keys::Person(bank_id_, id))->has_value() ? "yes" : "no"},
      {"number", row->external_number().empty() ? "-" : row->external_number()},
      {"born", base::FormatIsoDay(base::DayFromNumber(row->birth()))},
      {"notes", absl::StrCat(CountOf(*rows, keys::NotesAbout(bank_id_, id)))}};
  for (const auto& [name, value] : line.fields) {
    TB_CHECK(shown.contains(name));
    if (shown.at(name) != value) {
      return absl::StrCat("got ", name, "=", shown.at(name));
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

}  // namespace timebank::property
