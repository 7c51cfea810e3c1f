// Recording a service: from a list, or by check-in.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/keys.h"
#include "service/ledger/notes.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_change.h"
#include "service/ledger/record_life.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::Minute;
using model::Reason;

constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

// Who, for whom, where: what a list and a check-in have in common.
struct Parties {
  FoundMember volunteer;
  model::MemberId beneficiary;
  FoundCenter center;
};

absl::StatusOr<Parties> RequireParties(Work& work, const model::MemberRef& volunteer, absl::string_view name_index,
                                       const model::MemberRef& beneficiary, const model::CenterRef& center) {
  Parties parties;
  TB_ASSIGN_OR_RETURN(parties.volunteer, RequireMember(work, volunteer, Reason::kVolunteerNotFound));
  if (!name_index.empty() && parties.volunteer.row.name_index() != name_index) {
    return work.Refuse(Reason::kVolunteerNameMismatch, {{"member", absl::AsciiStrToUpper(volunteer)}});
  }
  if (!beneficiary.empty()) {
    TB_ASSIGN_OR_RETURN(parties.beneficiary, RequireMemberId(work, beneficiary, Reason::kBeneficiaryNotFound));
  }
  TB_ASSIGN_OR_RETURN(parties.center, RequireCenter(work, center));
  return parties;
}

absl::Status RequireOldEnough(Work& work, const rec::Member& volunteer, const model::Rules& rules, Day day) {
  const int age = base::AgeOn(base::DayFromNumber(volunteer.birth()), base::DayFromNumber(day.value()));
  if (age < rules.earning_age_guarded) {
    return work.Refuse(Reason::kVolunteerTooYoung, {{"minimum", absl::StrCat(rules.earning_age_guarded)}});
  }
  if (age < rules.earning_age && !volunteer.guardian_consent()) {
    return work.Refuse(Reason::kGuardianConsentMissing, {{"minimum", absl::StrCat(rules.earning_age)}});
  }
  return absl::OkStatus();
}

// A service lies on the day it begins; one that runs past midnight is found from the next day too.
absl::StatusOr<std::vector<rec::VolunteerDay>> DaysAround(Work& work, model::MemberId volunteer, Minute start, Minute end) {
  std::vector<rec::VolunteerDay> days;
  const int32_t first = model::DayOf(start).value() - 1;
  const int32_t last = model::DayOf(Minute(end.value() - 1)).value();
  for (int32_t day = first; day <= last; ++day) {
    TB_ASSIGN_OR_RETURN(std::optional<rec::VolunteerDay> row,
                        LoadRow<rec::VolunteerDay>(work.rows(), keys::VolunteerDay(work.bank_id(), volunteer, Day(day))));
    days.push_back(row.has_value() ? *std::move(row) : rec::VolunteerDay());
  }
  return days;
}

// Refuses what is recorded already, then what overlaps (half-open: touching is fine). An undone record that says the same
// counts as recorded, so that a list loaded twice never brings it back, unless the new one says that it replaces one.
// Gives the day of the service as it stands.
absl::StatusOr<rec::VolunteerDay> RequireFreeTime(Work& work, const rec::Service& service) {
  TB_ASSIGN_OR_RETURN(std::vector<rec::VolunteerDay> days, DaysAround(work, model::MemberId(service.volunteer()),
                                                                      Minute(service.start()), Minute(service.end())));
  std::vector<const rec::Slot*> slots;
  for (const rec::VolunteerDay& day : days) {
    for (const rec::Slot& slot : day.slots()) {
      slots.push_back(&slot);
    }
  }
  uint64_t same = 0;
  auto same_state = model::RecordState::kRecorded;
  uint64_t overlapping = 0;
  for (const rec::Slot* const candidate : slots) {
    const rec::Slot& slot = *candidate;
    if (slot.start() >= service.end() || slot.end() <= service.start() || (slot.freed() && service.replaces() != 0)) {
      continue;
    }
    if (!slot.freed() && overlapping == 0) {
      overlapping = slot.record();
    }
    if (slot.start() == service.start() && slot.end() == service.end()) {
      TB_ASSIGN_OR_RETURN(
          const rec::Record other,
          MustLoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), model::RecordId(slot.record()))));
      if (other.service().beneficiary() == service.beneficiary() && other.service().category() == service.category()) {
        same = slot.record();
        same_state = static_cast<model::RecordState>(other.state());
      }
    }
  }
  if (same != 0) {
    return work.Refuse(Reason::kRecordDuplicate,
                       {{"record", IdText(same)}, {"state", std::string(model::NameOf(same_state))}});
  }
  if (overlapping != 0) {
    return work.Refuse(Reason::kRecordOverlap, {{"record", IdText(overlapping)}});
  }
  return std::move(days[1]);  // the one before it comes first
}

absl::Status RequireReplaceable(Work& work, const rec::Service& service, const std::optional<rec::Record>& replaced) {
  if (!replaced.has_value()) {
    return absl::OkStatus();
  }
  if (replaced->service().volunteer() != service.volunteer() ||
      !IsUndone(static_cast<model::RecordState>(replaced->state()))) {
    return work.Refuse(Reason::kReplacedRecordDiffers, {{"record", IdText(service.replaces())}});
  }
  return absl::OkStatus();
}

absl::Status RequireTimes(Work& work, const model::CreateRecord& command, const model::Rules& rules) {
  if (command.end.value() > work.time().value() / kMicrosPerMinute) {
    return work.Refuse(Reason::kRecordInFuture);
  }
  if (command.end <= command.start) {
    return work.Refuse(Reason::kRecordEndsBeforeStart);
  }
  const int64_t measured = (command.end - command.start).value();
  if (measured > model::limits::kServiceMinutesMost) {
    return work.Refuse(Reason::kRecordTooLong, {{"maximum", absl::StrCat(model::limits::kServiceMinutesMost)}});
  }
  if (measured < rules.shortest_minutes) {
    return work.Refuse(Reason::kRecordTooShort, {{"minimum", absl::StrCat(rules.shortest_minutes)}});
  }
  return absl::OkStatus();
}

rec::Service DraftService(const Parties& parties, const std::string& category, Minute start, Minute end,
                          model::Evidence evidence) {
  rec::Service service;
  service.set_volunteer(parties.volunteer.id.value());
  service.set_beneficiary(parties.beneficiary.value());
  service.set_center(parties.center.id.value());
  service.set_category(category);
  service.set_start(start.value());
  service.set_end(end.value());
  service.set_evidence(static_cast<uint32_t>(evidence));
  return service;
}

absl::Status RequireNotOneself(Work& work, const Parties& parties) {
  return parties.volunteer.id == parties.beneficiary ? work.Refuse(Reason::kRecordToOneself) : absl::OkStatus();
}

// Effects common to all: entry, row, the volunteer's day, the centre's index, pending minutes.
absl::Status SaveNewRecord(Work& work, model::ScopeId scope, const rec::Service& service, model::RecordState state,
                           rec::VolunteerDay volunteer_day, uint64_t order = 0) {
  Books books(&work);
  const model::RecordId id(work.sequence().value());
  const Day day = model::DayOf(Minute(service.start()));
  const model::MemberId volunteer(service.volunteer());
  rec::Record row;
  *row.mutable_service() = service;
  row.set_state(static_cast<uint32_t>(state));
  row.set_rule_set_version(work.entry().rule_set_version());
  row.set_recorder(work.actor());
  row.set_record_time(work.time().value());
  row.set_order(order);
  if (IsPending(state)) {
    row.set_measured(Measured(service).value());
    TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(model::MemberOwner(volunteer)));
    book->set_pending(book->pending() + row.measured());
  }
  rec::Slot* slot = volunteer_day.add_slots();
  slot->set_record(id.value());
  slot->set_start(service.start());
  slot->set_end(service.end());

  const bool checked_in = state == model::RecordState::kCheckedIn;
  work.Describe(checked_in ? model::EntryKind::kCheckedIn : model::EntryKind::kServiceRecorded, id.value(), day);
  work.entry().set_scope(scope.value());
  *work.entry().mutable_service() = service;
  work.entry().mutable_result()->set_state(row.state());
  work.entry().mutable_result()->set_awaits_second_approval(service.late());
  work.Save(keys::Record(work.bank_id(), id), row);
  work.Save(keys::VolunteerDay(work.bank_id(), volunteer, day), volunteer_day);
  work.Put(keys::CenterRecord(work.bank_id(), model::CenterId(service.center()), true, day, id), "");
  if (checked_in && order == 0) {
    TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(day));
    work.Put(CheckInDue(work.bank_id(), id, day, *rules), "");
  }
  books.Write();
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireMayServe(Work& work, const FoundMember& volunteer, Day day) {
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(day));
  TB_RETURN_IF_ERROR(RequireOldEnough(work, volunteer.row, *rules, day));
  return RequireActive(work, volunteer);
}

absl::StatusOr<rec::VolunteerDay> RequireCanServe(Work& work, const FoundMember& volunteer, const rec::Service& service) {
  TB_RETURN_IF_ERROR(RequireMayServe(work, volunteer, model::DayOf(Minute(service.start()))));
  return RequireFreeTime(work, service);
}

absl::Status OpenLinkedRecord(Work& work, const rec::Service& service, rec::VolunteerDay volunteer_day, uint64_t order) {
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(service.center()))));
  return SaveNewRecord(work, model::ScopeId(center.scope()), service, model::RecordState::kCheckedIn,
                       std::move(volunteer_day), order);
}

absl::Status Decide(Work& work, const model::CreateRecord& command) {
  TB_ASSIGN_OR_RETURN(const Parties parties, RequireParties(work, command.volunteer, command.volunteer_name_index,
                                                            command.beneficiary, command.center));
  std::optional<rec::Record> replaced;
  if (command.replaces.value() != 0) {
    TB_ASSIGN_OR_RETURN(replaced, LoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), command.replaces)));
    if (!replaced.has_value()) {
      return work.Refuse(Reason::kRecordNotFound, {{"record", IdText(command.replaces.value())}});
    }
  }
  // About the one who is cared for; where nobody is named, about the volunteer.
  const model::MemberId about = parties.beneficiary.value() != 0 ? parties.beneficiary : parties.volunteer.id;
  TB_RETURN_IF_ERROR(RequireNoteAbout(work, command.note, about));
  const Day day = model::DayOf(command.start);
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(day));
  TB_RETURN_IF_ERROR(RequireTimes(work, command, *rules));
  TB_RETURN_IF_ERROR(RequireNotOneself(work, parties));
  TB_RETURN_IF_ERROR(RequireOldEnough(work, parties.volunteer.row, *rules, day));
  TB_RETURN_IF_ERROR(RequireActive(work, parties.volunteer));
  rec::Service service = DraftService(parties, command.category, command.start, command.end, model::Evidence::kAttested);
  service.set_late(work.today().value() - day.value() > rules->late_entry_days);
  service.set_replaces(command.replaces.value());
  service.set_note_digest(NoteDigest(command.note));
  TB_ASSIGN_OR_RETURN(rec::VolunteerDay volunteer_day, RequireFreeTime(work, service));
  TB_RETURN_IF_ERROR(RequireReplaceable(work, service, replaced));

  const model::RecordId id(work.sequence().value());
  TB_RETURN_IF_ERROR(SaveNewRecord(work, model::ScopeId(parties.center.row.scope()), service, model::RecordState::kRecorded,
                                   std::move(volunteer_day)));
  SaveRecordNote(work, id, about, command.note.sealed);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CheckIn& command) {
  TB_ASSIGN_OR_RETURN(const Parties parties,
                      RequireParties(work, command.volunteer, "", command.beneficiary, command.center));
  const Minute start(work.time().value() / kMicrosPerMinute);
  const Minute end(start.value() + command.planned.value());
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  TB_RETURN_IF_ERROR(RequireNotOneself(work, parties));
  TB_RETURN_IF_ERROR(RequireOldEnough(work, parties.volunteer.row, *rules, work.today()));
  TB_RETURN_IF_ERROR(RequireActive(work, parties.volunteer));
  const rec::Service service = DraftService(parties, command.category, start, end, model::Evidence::kVerified);
  TB_ASSIGN_OR_RETURN(rec::VolunteerDay volunteer_day, RequireFreeTime(work, service));
  return SaveNewRecord(work, model::ScopeId(parties.center.row.scope()), service, model::RecordState::kCheckedIn,
                       std::move(volunteer_day));
}

}  // namespace timebank::ledger
