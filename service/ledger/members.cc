// Members and kinship.
#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/no_shows.h"
#include "service/ledger/notes.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::KinshipState;
using model::MemberState;
using KinshipEvent = model::ChangeKinship::Event;
using MemberEvent = model::ChangeMember::Event;

// Suspension and consent.
struct MemberChange {
  MemberState to = MemberState::kActive;
  bool consent = false;
};

// Whether somebody born on that day may be a member only with a guardian's consent.
bool NeedsGuardian(int32_t birth, const model::Rules& rules, model::Day today) {
  return base::AgeOn(base::DayFromNumber(birth), base::DayFromNumber(today.value())) < rules.registration_age_alone;
}

// Likewise, by the rules of today. Their version stands on the entry where they do.
absl::StatusOr<bool> IsChild(Work& work, const rec::Member& row) {
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.PeekRulesOn(work.today()));
  if (!NeedsGuardian(row.birth(), *rules, work.today())) {
    return false;
  }
  TB_RETURN_IF_ERROR(work.RulesOn(work.today()).status());
  return true;
}

bool AboutConsent(MemberEvent event) { return event == MemberEvent::kConsent || event == MemberEvent::kConsentWithdrawn; }

// What becomes of a member; nullopt when that cannot be now.
std::optional<MemberChange> ChangeOf(const rec::Member& row, MemberEvent event) {
  const auto state = static_cast<MemberState>(row.state());
  if (AboutConsent(event)) {
    const bool here = state == MemberState::kActive || state == MemberState::kSuspended;
    const bool consent = event == MemberEvent::kConsent;
    return here && consent != row.guardian_consent() ? std::make_optional(MemberChange{state, consent}) : std::nullopt;
  }
  const MemberLifeStep* const step =
      FindMemberLifeStep(state, event == MemberEvent::kSuspend ? MemberLifeEvent::kSuspend : MemberLifeEvent::kResume);
  return step != nullptr ? std::make_optional(MemberChange{step->to, row.guardian_consent()}) : std::nullopt;
}

struct KinshipStep {
  KinshipState from;
  KinshipEvent event;
  KinshipState to;
};

constexpr std::array kKinshipSteps = {
    KinshipStep{KinshipState::kProposed, KinshipEvent::kProve, KinshipState::kProved},
    KinshipStep{KinshipState::kProved, KinshipEvent::kBind, KinshipState::kBound},
    KinshipStep{KinshipState::kProposed, KinshipEvent::kRevoke, KinshipState::kRevoked},
    KinshipStep{KinshipState::kProved, KinshipEvent::kRevoke, KinshipState::kRevoked},
    KinshipStep{KinshipState::kBound, KinshipEvent::kRevoke, KinshipState::kRevoked},
};

// Whether somebody with the number of this registration is the same person: by the ID number when both have one, else by name and date of
// birth.
bool IsSamePerson(const model::RegisterMember& command, const rec::Member& row) {
  if (!command.id_index.empty() && !row.id_index().empty()) {
    return command.id_index == row.id_index();
  }
  return !command.name_index.empty() && command.name_index == row.name_index() && command.birth.value() == row.birth();
}

// Whom the registration is about, if she is registered already; 0: nobody. Refuses when its number is another person's. What is found by the
// number alone says so, for whoever may not know of that person.
struct Registered {
  uint64_t member = 0;
  bool by_number = false;
};

absl::StatusOr<Registered> FindRegistered(Work& work, const model::RegisterMember& command) {
  if (!command.external_number.empty()) {
    TB_ASSIGN_OR_RETURN(const uint64_t holder,
                        FindId(work.rows(), work.bank_id(), keys::NameKind::kExternalNumber, command.external_number));
    if (holder != 0) {
      const model::MemberId id(holder);
      TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), id)));
      if (!IsSamePerson(command, row)) {
        return work.Refuse(model::Reason::kExternalNumberTaken,
                           {{"number", command.external_number}, {"member", model::MemberNumber(id)}});
      }
      return Registered{holder, true};
    }
  }
  Registered registered;
  if (!command.id_index.empty()) {
    TB_ASSIGN_OR_RETURN(registered.member,
                        FindId(work.rows(), work.bank_id(), keys::NameKind::kNationalId, command.id_index));
  }
  return registered;
}

// Asked last: whoever tries whether somebody is registered, and is wrong, has registered that person, which is on record.
absl::Status RequireNewPerson(Work& work, const model::RegisterMember& command, const Registered& registered) {
  if (registered.member == 0) {
    return absl::OkStatus();
  }
  std::vector<std::pair<std::string, std::string>> metadata = {
      {"member", model::MemberNumber(model::MemberId(registered.member))}};
  if (registered.by_number) {
    metadata.emplace_back("number", command.external_number);
  }
  return work.Refuse(model::Reason::kMemberExists, std::move(metadata));
}

void SaveMember(Work& work, model::MemberId id, const model::RegisterMember& command, const rec::Member& row) {
  work.bank().set_member_count(id.value());
  work.Save(keys::Member(work.bank_id(), id), row);
  work.Put(keys::Person(work.bank_id(), id), command.sealed_person);
  if (!command.id_index.empty()) {
    work.Put(keys::Name(work.bank_id(), keys::NameKind::kNationalId, command.id_index), keys::EncodeId(id.value()));
  }
  if (!command.external_number.empty()) {
    work.Put(keys::Name(work.bank_id(), keys::NameKind::kExternalNumber, command.external_number),
             keys::EncodeId(id.value()));
  }
  if (!command.person_index.empty()) {
    work.Put(keys::PersonIndex(work.bank_id(), command.person_index, id), "");
  }
}

// Refuses when the two are kin already, in whichever direction, unless that kinship was revoked.
absl::Status RequireNoKinship(Work& work, model::MemberId member, model::MemberId relative) {
  const std::string prefix = keys::KinshipsOf(work.bank_id(), member);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const model::KinshipId id(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(const rec::Kinship other, MustLoadRow<rec::Kinship>(work.rows(), keys::Kinship(work.bank_id(), id)));
    const bool same_pair = other.member() == relative.value() || other.relative() == relative.value();
    if (same_pair && other.state() != static_cast<uint32_t>(KinshipState::kRevoked)) {
      return work.Refuse(model::Reason::kKinshipExists, {{"kinship", IdText(id.value())}});
    }
  }
  return it->status();
}

}  // namespace

absl::Status RequireGuardian(Work& work, const rec::Member& row) {
  if (row.guardian_consent()) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const bool child, IsChild(work, row));
  if (!child) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  return work.Refuse(model::Reason::kGuardianConsentMissing, {{"minimum", absl::StrCat(rules->registration_age_alone)}});
}

absl::Status Decide(Work& work, const model::RegisterMember& command) {
  TB_ASSIGN_OR_RETURN(const Registered registered, FindRegistered(work, command));
  if (command.birth > work.today()) {
    return work.Refuse(model::Reason::kBirthDateInFuture);
  }
  if (work.bank().member_count() >= model::limits::kMembersPerBank) {
    return work.Refuse(model::Reason::kBankFull);
  }
  TB_ASSIGN_OR_RETURN(const FoundCenter center, RequireCenter(work, command.center));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  if (NeedsGuardian(command.birth.value(), *rules, work.today()) && command.consent.sealed.empty()) {
    return work.Refuse(model::Reason::kGuardianConsentMissing, {{"minimum", absl::StrCat(rules->registration_age_alone)}});
  }
  TB_RETURN_IF_ERROR(RequireNewPerson(work, command, registered));

  const model::MemberId id(work.bank().member_count() + 1);
  work.Describe(model::EntryKind::kMemberRegistered, id.value(), work.today());
  work.entry().set_scope(center.row.scope());
  rec::MemberRegistered* body = work.entry().mutable_member_registered();
  body->set_external_number(command.external_number);
  body->set_center(center.id.value());
  body->set_guardian_consent(!command.consent.sealed.empty());
  body->set_consent_digest(NoteDigest(command.consent));
  body->set_person_digest(std::string(command.person_digest.begin(), command.person_digest.end()));
  rec::Member row;
  row.set_external_number(command.external_number);
  row.set_birth(command.birth.value());
  row.set_registered_day(work.today().value());
  row.set_state(static_cast<uint32_t>(MemberState::kActive));
  row.set_guardian_consent(body->guardian_consent());
  row.set_consented(row.guardian_consent() ? work.sequence().value() : 0);
  row.set_center(center.id.value());
  row.set_name_index(command.name_index);
  row.set_id_index(command.id_index);
  row.set_person_index(command.person_index);
  row.set_registered(work.sequence().value());
  SaveMember(work, id, command, row);
  SaveEntryText(work, id, command.consent.sealed);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeMember& command) {
  TB_ASSIGN_OR_RETURN(FoundMember member, RequireMember(work, command.member, model::Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireNoteAbout(work, command.consent, member.id));
  std::optional<MemberChange> change = ChangeOf(member.row, command.event);
  if (!change.has_value()) {
    const auto state = static_cast<MemberState>(member.row.state());
    return work.Refuse(model::Reason::kMemberWrongState,
                       {{"member", model::MemberNumber(member.id)}, {"state", std::string(model::NameOf(state))}});
  }
  if (command.event == MemberEvent::kResume || command.event == MemberEvent::kConsent) {
    TB_RETURN_IF_ERROR(RequireNotParty(work, {member.id}));
  }
  if (command.event == MemberEvent::kResume) {
    TB_RETURN_IF_ERROR(RequireGuardian(work, member.row));
  }
  if (command.event == MemberEvent::kConsentWithdrawn && change->to == MemberState::kActive) {
    // Without the consent a child is no active member.
    TB_ASSIGN_OR_RETURN(const bool child, IsChild(work, member.row));
    change->to = child ? MemberState::kSuspended : change->to;
  }

  NoShowCount no_shows;
  if (!AboutConsent(command.event)) {
    TB_RETURN_IF_ERROR(EndReviewOf(work, member.id, &no_shows));
  }

  work.Describe(model::EntryKind::kMemberChanged, member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  member.row.set_state(static_cast<uint32_t>(change->to));
  member.row.set_guardian_consent(change->consent);
  if (AboutConsent(command.event)) {
    member.row.set_consented(change->consent ? work.sequence().value() : 0);
  }
  rec::MemberChanged* body = work.entry().mutable_member_changed();
  body->set_state(member.row.state());
  body->set_guardian_consent(member.row.guardian_consent());
  body->set_consent_digest(NoteDigest(command.consent));
  SaveEntryText(work, member.id, command.consent.sealed);
  work.Save(keys::Member(work.bank_id(), member.id), member.row);
  if (!no_shows.key.empty()) {
    body->set_ended_review(true);
    work.Save(no_shows.key, no_shows.row);
  }
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ProposeKinship& command) {
  TB_ASSIGN_OR_RETURN(FoundMember member, RequireMember(work, command.member, model::Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(FoundMember relative, RequireMember(work, command.relative, model::Reason::kMemberNotFound));
  if (member.id == relative.id) {
    return work.Refuse(model::Reason::kKinshipToOneself);
  }
  TB_RETURN_IF_ERROR(RequireNoKinship(work, member.id, relative.id));
  const uint32_t most = static_cast<uint32_t>(model::limits::kKinshipsPerMember);
  if (member.row.kinship_count() >= most || relative.row.kinship_count() >= most) {
    return work.Refuse(model::Reason::kTooManyKinships, {{"maximum", absl::StrCat(most)}});
  }

  const model::KinshipId id(work.sequence().value());
  work.Describe(model::EntryKind::kKinshipProposed, id.value(), work.today());
  rec::Kinship* row = work.entry().mutable_kinship();
  row->set_member(member.id.value());
  row->set_relative(relative.id.value());
  row->set_relation(static_cast<uint32_t>(command.relation));
  row->set_state(static_cast<uint32_t>(KinshipState::kProposed));
  work.Save(keys::Kinship(work.bank_id(), id), *row);
  for (FoundMember* side : {&member, &relative}) {
    side->row.set_kinship_count(side->row.kinship_count() + 1);
    work.Save(keys::Member(work.bank_id(), side->id), side->row);
    work.Put(keys::KinshipOf(work.bank_id(), side->id, id), "");
  }
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeKinship& command) {
  const std::string key = keys::Kinship(work.bank_id(), command.kinship);
  TB_ASSIGN_OR_RETURN(std::optional<rec::Kinship> row, LoadRow<rec::Kinship>(work.rows(), key));
  const std::string id = IdText(command.kinship.value());
  if (!row.has_value()) {
    return work.Refuse(model::Reason::kKinshipNotFound, {{"kinship", id}});
  }
  const auto state = static_cast<KinshipState>(row->state());
  const auto step = std::find_if(kKinshipSteps.begin(), kKinshipSteps.end(), [&](const KinshipStep& candidate) {
    return candidate.from == state && candidate.event == command.event;
  });
  if (step == kKinshipSteps.end()) {
    return work.Refuse(model::Reason::kKinshipWrongState, {{"kinship", id}, {"state", std::string(model::NameOf(state))}});
  }
  if (command.event != KinshipEvent::kRevoke) {
    TB_RETURN_IF_ERROR(RequireNotParty(work, {model::MemberId(row->member()), model::MemberId(row->relative())}));
  }

  work.Describe(model::EntryKind::kKinshipChanged, command.kinship.value(), work.today());
  work.entry().set_reason(command.reason);
  row->set_state(static_cast<uint32_t>(step->to));
  if (command.event == KinshipEvent::kProve) {
    row->set_prover(work.actor());
  }
  *work.entry().mutable_kinship() = *row;
  work.Save(key, *row);
  return absl::OkStatus();
}

}  // namespace timebank::ledger
