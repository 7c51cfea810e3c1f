// The steps of a record after it was recorded, as record_life.h lays them out.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/keys.h"
#include "service/ledger/objections.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_change.h"
#include "service/ledger/record_life.h"
#include "service/ledger/star_measure.h"
#include "service/ledger/star_rows.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::Minute;
using model::Minutes;
using model::Reason;
using model::RecordState;
using Event = model::ChangeRecord::Event;

constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

using Change = RecordChange;

bool Amends(const Change& change) {
  return change.command.event == Event::kDecide && change.command.decision == model::Decision::kAmend;
}

RecordEvent FirstEvent(const Change& change) {
  const bool lacks_first = change.row.service().late() && change.row.first_approver().empty();
  switch (change.command.event) {
    case Event::kCheckOut:
      return RecordEvent::kCheckOut;
    case Event::kConfirm:
      return change.row.service().late() && change.row.first_approver().empty() ? RecordEvent::kApproveFirst
                                                                                : RecordEvent::kConfirm;
    case Event::kReject:
      return RecordEvent::kReject;
    case Event::kWithdraw:
      return RecordEvent::kWithdraw;
    case Event::kDispute:
      return RecordEvent::kDispute;
    case Event::kDecide:
      switch (change.command.decision) {
        case model::Decision::kSettle:
          return lacks_first ? RecordEvent::kReturn : RecordEvent::kUphold;
        case model::Decision::kAmend:
          return lacks_first ? RecordEvent::kReturn : RecordEvent::kAmend;
        case model::Decision::kVoid:
          return RecordEvent::kVoid;
      }
      break;
    case Event::kSettle:
      return RecordEvent::kSettle;
    case Event::kReverse:
      return RecordEvent::kReverse;
  }
  TB_CHECK(false);
  std::abort();
}

// Who may not approve or decide: the recorder, the volunteer (by name or whichever number), the first approver as the second, who
// disputed as who decides.
absl::Status RequireOtherPerson(Work& work, const Change& change) {
  TB_ASSIGN_OR_RETURN(const bool recorder, ActorIsPerson(work, change.row.recorder()));
  if (recorder) {
    return work.Refuse(Reason::kRecorderIsConfirmer);
  }
  TB_ASSIGN_OR_RETURN(const bool volunteer, ActorIsMember(work, change.volunteer()));
  if (volunteer) {
    return work.Refuse(Reason::kVolunteerIsConfirmer);
  }
  TB_ASSIGN_OR_RETURN(const bool first_approver, ActorIsPerson(work, change.row.first_approver()));
  if (first_approver) {
    return work.Refuse(Reason::kFirstApproverIsSecond);
  }
  TB_ASSIGN_OR_RETURN(const bool disputer, ActorObjected(work, change.row.disputer(), change.row.more_disputers()));
  return disputer && change.state() == RecordState::kDisputed ? work.Refuse(Reason::kDisputerIsDecider) : absl::OkStatus();
}

// The minute in which a service ends that is checked out now, or whose end is told.
int64_t CheckOutAt(const Work& work, const Change& change) {
  return change.end.value() != 0 ? change.end.value()
                                 : std::min(change.row.service().end(), work.time().value() / kMicrosPerMinute);
}

absl::Status CheckStep(Work& work, const Change& change, RecordEvent event) {
  switch (event) {
    case RecordEvent::kApproveFirst:
    case RecordEvent::kConfirm:
      // By whom she was cared for too: nobody knows better.
      TB_RETURN_IF_ERROR(RequireOtherPerson(work, change));
      break;
    case RecordEvent::kUphold:
    case RecordEvent::kAmend:
    case RecordEvent::kVoid:
    case RecordEvent::kReturn:
      TB_RETURN_IF_ERROR(RequireOtherPerson(work, change));
      TB_RETURN_IF_ERROR(RequireNotParty(work, {change.beneficiary()}));
      break;
    case RecordEvent::kReverse:
      TB_RETURN_IF_ERROR(RequireNotParty(work, {change.volunteer(), change.beneficiary()}));
      break;
    case RecordEvent::kReject:
      TB_RETURN_IF_ERROR(RequireNotParty(work, {change.volunteer()}));
      break;
    case RecordEvent::kDispute:
      if (change.state() == RecordState::kDisputed) {
        TB_RETURN_IF_ERROR(RequireNewObjection(work, change.row.disputer(), change.row.more_disputers()));
      }
      break;
    case RecordEvent::kSettle:
      if (change.row.notice_until() >= work.today().value()) {
        return work.Refuse(Reason::kNoticeNotOver, {{"until", DayText(Day(change.row.notice_until()))}});
      }
      break;
    case RecordEvent::kCheckOut: {
      if (CheckOutAt(work, change) - change.row.service().start() < change.rules->shortest_minutes) {
        return work.Refuse(Reason::kRecordTooShort, {{"minimum", absl::StrCat(change.rules->shortest_minutes)}});
      }
      break;
    }
    default:
      break;
  }
  if (Amends(change)) {
    if (change.command.amended.value() < change.rules->shortest_minutes) {
      return work.Refuse(Reason::kRecordTooShort, {{"minimum", absl::StrCat(change.rules->shortest_minutes)}});
    }
    if (change.command.amended.value() > change.row.measured()) {
      return work.Refuse(Reason::kAmendedAboveRecorded, {{"maximum", absl::StrCat(change.row.measured())}});
    }
  }
  return absl::OkStatus();
}

absl::Status ApplyEffect(Work& work, Change& change, RecordEffect effect, Books& books) {
  switch (effect) {
    case RecordEffect::kBank:
      return BankHours(work, change, books);
    case RecordEffect::kTakeBack:
      return TakeBackHours(work, change, books);
    case RecordEffect::kNone:
    case RecordEffect::kMeasure:
    case RecordEffect::kDrop:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

// Fields that a step writes on the record, beside its state.
void NoteStep(Work& work, Change& change, RecordEvent event) {
  const model::ChangeRecord& command = change.command;
  if (!command.reason.empty()) {
    change.row.set_reason(command.reason);
    work.entry().set_reason(command.reason);
  }
  if (Amends(change)) {
    change.row.set_measured(command.amended.value());
  }
  switch (event) {
    case RecordEvent::kApproveFirst:
    case RecordEvent::kReturn:
      change.row.set_first_approver(work.actor());
      break;
    case RecordEvent::kConfirm:
    case RecordEvent::kUphold:
    case RecordEvent::kAmend:
      change.row.set_confirmer(work.actor());
      break;
    case RecordEvent::kDispute:
      if (change.state() == RecordState::kDisputed) {
        change.row.add_more_disputers(work.actor());
      } else {
        change.row.set_disputer(work.actor());
        change.row.clear_more_disputers();
      }
      break;
    case RecordEvent::kPublish:
      change.row.set_notice_until(work.today().value() + static_cast<int32_t>(change.rules->notice_days) - 1);
      break;
    case RecordEvent::kCheckOut: {
      rec::Service* service = change.row.mutable_service();
      service->set_end(CheckOutAt(work, change));
      change.row.set_measured(Measured(*service).value());
      *work.entry().mutable_service() = *service;
      break;
    }
    default:
      break;
  }
}

// The slot follows the record: its end once that is known, freed once the record is undone.
void FollowSlot(Change& change) {
  for (rec::Slot& slot : *change.volunteer_day.mutable_slots()) {
    if (slot.record() == change.id.value()) {
      slot.set_end(change.row.service().end());
      slot.set_freed(IsUndone(change.state()));
    }
  }
}

absl::Status FollowPending(Books& books, const Change& change) {
  const int64_t before = IsPending(change.before) ? change.measured_before.value() : 0;
  const int64_t after = IsPending(change.state()) ? change.row.measured() : 0;
  if (before == after) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(model::MemberOwner(change.volunteer())));
  book->set_pending(book->pending() + after - before);
  return absl::OkStatus();
}

// The end of the notice stands in the due index for as long as the record is in its notice period.
void FollowNotice(Work& work, const Change& change) {
  const std::string key = keys::Due(work.bank_id(), model::StartOf(Day(change.row.notice_until() + 1)),
                                    model::DueKind::kRecordNotice, change.id.value());
  if (change.before == RecordState::kNoticed) {
    work.Delete(key);
  }
  if (change.state() == RecordState::kNoticed) {
    work.Put(key, "");
  }
}

}  // namespace

std::string CheckInDue(absl::string_view bank, model::RecordId id, Day day, const model::Rules& rules) {
  const Day last(day.value() + 1 + static_cast<int32_t>(rules.late_entry_days));
  return keys::Due(bank, model::StartOf(Day(last.value() + 1)), model::DueKind::kCheckInExpiry, id.value());
}

absl::Status SaveRecordChange(Work& work, Change& change) {
  work.entry().set_scope(change.scope.value());
  work.entry().mutable_result()->set_state(change.row.state());
  work.entry().mutable_result()->set_awaits_second_approval(change.state() == RecordState::kRecorded &&
                                                            change.row.service().late());
  work.entry().mutable_result()->set_credited(change.row.credited());
  work.entry().mutable_result()->set_pool(change.row.pool());
  work.entry().mutable_result()->set_debt_paid(change.row.debt_paid());
  const model::CenterId center(change.row.service().center());
  work.Save(keys::Record(work.bank_id(), change.id), change.row);
  work.Save(keys::VolunteerDay(work.bank_id(), change.volunteer(), change.day), change.volunteer_day);
  const bool open = IsOpen(change.state());
  if (IsOpen(change.before) != open) {
    work.Delete(keys::CenterRecord(work.bank_id(), center, !open, change.day, change.id));
    work.Put(keys::CenterRecord(work.bank_id(), center, open, change.day, change.id), "");
  }
  if (change.before != change.state()) {
    FollowNotice(work, change);
    if (change.before == RecordState::kCheckedIn && change.row.order() == 0) {
      work.Delete(CheckInDue(work.bank_id(), change.id, change.day, *change.rules));
    }
  }
  change.points->Write();
  return change.state() == RecordState::kReversed ? StarsAfterReversal(work, change.owner, change.service_left)
                                                  : absl::OkStatus();
}

absl::Status SettleAfterNotice(Work& work, uint64_t id, model::RecordTime) {
  model::ChangeRecord command;
  command.record = model::RecordId(id);
  command.event = Event::kSettle;
  return Decide(work, command);
}

absl::Status ExpireCheckIn(Work& work, uint64_t id, model::RecordTime) {
  model::ChangeRecord command;
  command.record = model::RecordId(id);
  TB_ASSIGN_OR_RETURN(RecordChange change, LoadRecordChange(work, command));
  Books books(&work);
  TB_RETURN_IF_ERROR(StepRecord(work, change, RecordEvent::kExpire, books));
  TB_RETURN_IF_ERROR(SaveRecordChange(work, change));
  books.Write();
  return absl::OkStatus();
}

absl::StatusOr<RecordChange> LoadRecordChange(Work& work, const model::ChangeRecord& command) {
  RecordChange change;
  change.command = command;
  change.id = command.record;
  TB_ASSIGN_OR_RETURN(std::optional<rec::Record> found,
                      LoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), command.record)));
  if (!found.has_value()) {
    return work.Refuse(Reason::kRecordNotFound, {{"record", IdText(command.record.value())}});
  }
  change.row = *std::move(found);
  change.before = change.state();
  change.measured_before = Minutes(change.row.measured());
  change.day = model::DayOf(Minute(change.row.service().start()));
  TB_ASSIGN_OR_RETURN(change.rules, work.RulesOn(change.day));
  TB_ASSIGN_OR_RETURN(
      change.volunteer_day,
      MustLoadRow<rec::VolunteerDay>(work.rows(), keys::VolunteerDay(work.bank_id(), change.volunteer(), change.day)));
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(change.row.service().center()))));
  change.scope = model::ScopeId(center.scope());
  return change;
}

absl::Status StepRecord(Work& work, RecordChange& change, RecordEvent event, Books& books) {
  const RecordStep* step = FindStep(change.state(), event);
  if (step == nullptr) {
    return work.Refuse(Reason::kRecordWrongState,
                       {{"record", IdText(change.id.value())}, {"state", std::string(model::NameOf(change.state()))}});
  }
  TB_RETURN_IF_ERROR(CheckStep(work, change, event));
  if (!change.points.has_value()) {
    change.owner = change.volunteer();
    if (event == RecordEvent::kReverse) {
      TB_ASSIGN_OR_RETURN(change.owner, ResolveMember(work, change.volunteer()));
    }
    change.points.emplace(&work, &books, change.owner);
  }
  while (true) {
    NoteStep(work, change, event);
    TB_RETURN_IF_ERROR(ApplyEffect(work, change, step->effect, books));
    change.row.set_state(static_cast<uint32_t>(step->to));
    work.Describe(step->kind, change.id.value(), change.day);
    if (change.state() != RecordState::kConfirmed) {
      break;
    }
    // A confirmed record goes on at once: into its notice period, unless it has had that, or straight to the account.
    const bool notice = change.rules->notice_days > 0 && change.row.notice_until() == 0 && change.row.order() == 0;
    event = notice ? RecordEvent::kPublish : RecordEvent::kSettle;
    step = FindStep(change.state(), event);
    TB_CHECK(step != nullptr);
  }
  FollowSlot(change);
  return FollowPending(books, change);
}

absl::Status Decide(Work& work, const model::ChangeRecord& command) {
  TB_ASSIGN_OR_RETURN(RecordChange change, LoadRecordChange(work, command));
  if (change.row.order() != 0) {
    return work.Refuse(Reason::kRecordOfOrder,
                       {{"record", IdText(change.id.value())}, {"order", IdText(change.row.order())}});
  }
  Books books(&work);
  TB_RETURN_IF_ERROR(StepRecord(work, change, FirstEvent(change), books));
  TB_RETURN_IF_ERROR(SaveRecordChange(work, change));
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
