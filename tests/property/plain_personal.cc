// Who sees a member in the clear, and the end of what tells who a member was, as plainly as it can be said.
#include <variant>

#include "absl/time/civil_time.h"
#include "tests/property/plain_model.h"

namespace timebank::property {

using model::MemberState;

PlainModel::Refusal PlainModel::NotKnown(uint64_t member) const {
  return member == 0                                        ? Refusal(Reason::kMemberNotFound)
         : people_.at(member).state == MemberState::kErased ? Refusal(Reason::kMemberErased)
                                                            : std::nullopt;
}

bool PlainModel::RegistersAnother(const model::Command& command, const Expected& answer) const {
  const auto* const body = std::get_if<model::RegisterMember>(&command.body);
  const auto person = people_.find(answer.subject);
  return body != nullptr && person != people_.end() && person->second.state != MemberState::kErased &&
         (person->second.name_index != body->name_index || person->second.id_index != body->id_index ||
          person->second.birth != body->birth.value());
}

PlainModel::Refusal PlainModel::NoteWrong(const model::PrivateText& note, uint64_t about) const {
  const bool wrong =
      !note.sealed.empty() && (note.about.value() != about || people_.at(about).state == MemberState::kErased);
  return wrong ? Refusal(Reason::kNoteAboutAnother) : std::nullopt;
}

PlainModel::Refusal PlainModel::NoGuardian(const Person& person) const {
  const bool child = AgeOnDay(person.birth, today()) < RulesOn(today()).registration_age_alone;
  return child && !person.consent ? Refusal(Reason::kGuardianConsentMissing) : std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::RevealMember& command) {
  answer_.subject = Find(command.member);
  return NotKnown(answer_.subject);
}

PlainModel::Refusal PlainModel::Do(const model::RevealText& command) {
  if (command.record.value() == 0) {
    const auto grant = allowances_.find(command.grant.value());
    if (grant == allowances_.end()) {
      return Reason::kGrantNotFound;
    }
    answer_.subject = grant->second.member;
    return NotKnown(answer_.subject);
  }
  const auto service = services_.find(command.record.value());
  if (service == services_.end()) {
    return Reason::kRecordNotFound;
  }
  if (!service->second.noted) {
    return Reason::kNoteNotFound;
  }
  answer_.subject = service->second.beneficiary != 0 ? service->second.beneficiary : service->second.volunteer;
  return NotKnown(answer_.subject);
}

PlainModel::Refusal PlainModel::Do(const model::ExportMember& command) {
  answer_.subject = Find(command.member);
  return NotKnown(answer_.subject);
}

void PlainModel::EraseNumber(uint64_t id, Person& person) {
  person.state = MemberState::kErased;
  person.number.clear();
  person.id_index.clear();
  person.name_index.clear();
  const absl::CivilDay epoch(1970, 1, 1);
  person.birth = static_cast<int32_t>(absl::CivilDay((epoch + person.birth).year(), 1, 1) - epoch);
  for (auto& [name, principal] : principals_) {
    if (principal.member == id) {
      principal.member = 0;
    }
  }
  for (auto& [number, token] : tokens_) {
    if (token.principal == model::MemberNumber(model::MemberId(id))) {
      token.revoked = true;
    }
  }
}

PlainModel::Refusal PlainModel::Do(const model::EraseMember& command) {
  const uint64_t named = Find(command.member);
  if (const Refusal unknown = NotKnown(named); unknown.has_value()) {
    return unknown;
  }
  const uint64_t member = Root(named);
  if (people_[member].state == MemberState::kDeceased) {
    return Reason::kEraseEstateOpen;
  }
  if (people_[member].state != MemberState::kClosed) {
    return Reason::kEraseNotEnded;
  }
  if (IsParty({member})) {
    return Reason::kActorIsParty;
  }
  for (const auto& [id, person] : people_) {
    if (Root(id) == member && HasOpen(id)) {
      return Reason::kMemberHasOpen;
    }
  }
  for (auto& [id, person] : people_) {
    if (Root(id) == member) {
      EraseNumber(id, person);
    }
  }
  answer_.subject = member;
  return std::nullopt;
}

}  // namespace timebank::property
