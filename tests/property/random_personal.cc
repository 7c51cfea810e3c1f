// Looks at members in the clear, erasures, and notes.
#include "absl/strings/str_cat.h"
#include "tests/property/random_commands.h"

namespace timebank::property {

model::PrivateText RandomCommands::AnyNote(const std::string& about) {
  return OneIn(3) ? AnyText(about) : model::PrivateText();
}

// A text about whom the command is about; now and then, when the edge looked too early, about somebody else or nobody.
model::PrivateText RandomCommands::AnyText(const std::string& about) {
  model::PrivateText note;
  note.sealed = absl::StrCat("sealed ", requests_);
  note.digest.fill(static_cast<uint8_t>(requests_));
  note.about = model::MemberId(model_->Find(about));
  if (OneIn(20)) {
    note.about = model::MemberId(Roll(9));
  }
  return note;
}

RandomCommands::Body RandomCommands::PersonalBody() {
  switch (Roll(8)) {
    case 6:
      return model::RevealText{model::RecordId(AnyId(model_->services())), {}, "purpose"};
    case 7:
      return model::RevealText{{}, model::GrantId(AnyId(model_->allowances())), "purpose"};
    case 0:
      return model::RevealMember{OneIn(2) ? AnyMember() : AnyGuest(), "purpose"};
    case 1:
      return model::ExportMember{AnyGuest(), "purpose"};
    case 2:
      return model::EraseMember{AnyGuest(), "reason"};
    default:
      break;
  }
  // Mostly one that may be, or already was.
  model::EraseMember body{AnyGuest(), "reason"};
  for (const auto& [id, person] : model_->people()) {
    const bool ended = person.state == model::MemberState::kClosed || person.state == model::MemberState::kMerged;
    if (id > 8 && (ended || (person.state == model::MemberState::kErased && OneIn(8))) && OneIn(2)) {
      body.member = model::MemberNumber(model::MemberId(id));
    }
  }
  return body;
}

}  // namespace timebank::property
