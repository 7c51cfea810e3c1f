// Recurring orders: the same care every week. Hours are held only for the next few weeks; time makes one order after the other.
#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/keys.h"
#include "service/ledger/notes.h"
#include "service/ledger/order_place.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/recurring_life.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"
#include "service/model/rejection.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::MemberId;
using model::Minute;
using model::Reason;
using model::RecurringId;
using model::RecurringState;

constexpr int32_t kDaysPerWeek = 7;
constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

Minute StartOn(const rec::Recurring& row, int32_t day) {
  return Minute(model::StartOf(Day(day)).value() / kMicrosPerMinute + row.minute_of_day());
}

bool IsActive(const rec::Recurring& row) { return row.state() == static_cast<uint32_t>(RecurringState::kActive); }

bool IsOver(const rec::Recurring& row) { return row.until() != 0 && row.next() > row.until(); }

std::string DueKey(const Work& work, RecurringId id, const rec::Recurring& row) {
  return keys::Due(work.bank_id(), model::RecordTime(row.due()), model::DueKind::kRecurringOrder, id.value());
}

void SaveRecurring(Work& work, RecurringId id, const rec::Recurring* before, const rec::Recurring& after) {
  if (before != nullptr && IsActive(*before)) {
    work.Delete(DueKey(work, id, *before));
  }
  if (IsActive(after)) {
    work.Put(DueKey(work, id, after), "");
  }
  work.Save(keys::Recurring(work.bank_id(), id), after);
}

// A bounded number of rows, because nothing takes one away again.
absl::Status RequireRoomForRecurring(Work& work, MemberId member) {
  const std::string prefix = keys::AllRecurringOf(work.bank_id(), member);
  size_t count = 0;
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    ++count;
  }
  TB_RETURN_IF_ERROR(it->status());
  constexpr size_t kMost = model::limits::kRecurringOfMember;
  return count < kMost ? absl::OkStatus() : work.Refuse(Reason::kTooManyRecurring, {{"maximum", absl::StrCat(kMost)}});
}

// When the series is seen to next: when the order of its next day is made, so many weeks before it as the rules hold hours for, or a
// skipped week is tried again before that. False when neither will be.
absl::StatusOr<bool> SetDue(Work& work, rec::Recurring& row) {
  std::optional<int64_t> due;
  if (!IsOver(row)) {
    TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(row.next())));
    const auto ahead = static_cast<int32_t>(rules->recurring_weeks) * kDaysPerWeek;
    due = model::StartOf(Day(row.next() - ahead)).value();
  }
  for (const rec::SkippedWeek& week : row.skipped_weeks()) {
    if (const std::optional<model::RecordTime> retry = NextTry(week); retry.has_value()) {
      due = std::min(due.value_or(retry->value()), retry->value());
    }
  }
  row.set_due(due.value_or(0));
  return due.has_value();
}

// The skipped week that this run tries again; nullptr when it is the turn of the next day.
const rec::SkippedWeek* WeekOfRun(const rec::Recurring& row) {
  const auto found = std::find_if(row.skipped_weeks().begin(), row.skipped_weeks().end(),
                                  [&row](const auto& week) { return NextTry(week) == model::RecordTime(row.due()); });
  return found == row.skipped_weeks().end() ? nullptr : &*found;
}

// The list of weeks without an order after one of them was tried. What has only become too late keeps the reason it had before.
void NoteTry(Work& work, int32_t day, std::optional<Reason> refused, rec::Recurring& row) {
  auto& weeks = *row.mutable_skipped_weeks();
  auto found = std::find_if(weeks.begin(), weeks.end(), [day](const rec::SkippedWeek& week) { return week.day() == day; });
  if (!refused.has_value()) {
    if (found != weeks.end()) {
      weeks.erase(found);
    }
  } else if (found != weeks.end()) {
    const bool late = *refused == Reason::kOrderStartsInPast;
    found->set_reason(late ? found->reason() : static_cast<uint32_t>(*refused));
    found->set_tried(work.time().value());
  } else {
    rec::SkippedWeek* const week = weeks.Add();
    week->set_day(day);
    week->set_reason(static_cast<uint32_t>(*refused));
    week->set_tried(work.time().value());
    if (weeks.size() > model::limits::kSkippedWeeks) {
      weeks.erase(weeks.begin());
    }
  }
  row.set_skipped(weeks.empty() ? 0 : weeks.rbegin()->day());
  row.set_skip_reason(weeks.empty() ? 0 : weeks.rbegin()->reason());
}

// The order of a day of the series, as if it were asked for now.
absl::StatusOr<OrderRequest> RequestFor(Work& work, RecurringId id, const rec::Recurring& row, int32_t day) {
  OrderRequest request;
  request.payer.id = MemberId(row.payer());
  request.beneficiary.id = MemberId(row.beneficiary());
  for (FoundMember* member : {&request.payer, &request.beneficiary}) {
    TB_ASSIGN_OR_RETURN(member->row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), member->id)));
  }
  request.row.set_payer(row.payer());
  request.row.set_beneficiary(row.beneficiary());
  request.row.set_center(row.center());
  request.row.set_category(row.category());
  request.row.set_start(StartOn(row, day).value());
  request.row.set_planned(row.planned());
  request.row.set_requester(row.requester());
  request.row.set_note_digest(row.note_digest());
  request.row.set_recurring(id.value());
  return request;
}

RecurringEvent EventOf(model::ChangeRecurring::Event event) {
  switch (event) {
    case model::ChangeRecurring::Event::kPause:
      return RecurringEvent::kPause;
    case model::ChangeRecurring::Event::kResume:
      return RecurringEvent::kResume;
    case model::ChangeRecurring::Event::kEnd:
      break;
  }
  return RecurringEvent::kEnd;
}

// All the checks of an order, as if its agent asked for it now.
absl::Status RequirePlaceable(Work& work, MemberId agent, model::OrderId id, OrderRequest& request, Books& books) {
  if (agent.value() != 0) {
    TB_RETURN_IF_ERROR(RequireAgent(work, agent, request));
  }
  TB_RETURN_IF_ERROR(RequireOrderable(work, request));
  return PrepareOrder(work, id, request, books);
}

}  // namespace

absl::Status Decide(Work& work, const model::StartRecurring& command) {
  model::RequestOrder first;
  first.payer = command.payer;
  first.beneficiary = command.beneficiary;
  first.center = command.center;
  first.category = command.category;
  TB_ASSIGN_OR_RETURN(OrderRequest request, RequireParties(work, first));
  TB_RETURN_IF_ERROR(RequireNoteAbout(work, command.note, request.beneficiary.id));
  rec::Recurring row;
  row.set_payer(request.payer.id.value());
  row.set_beneficiary(request.beneficiary.id.value());
  row.set_center(request.row.center());
  row.set_category(command.category);
  row.set_first(command.first.value());
  row.set_until(command.until.value());
  row.set_minute_of_day(command.minute_of_day);
  row.set_planned(command.planned.value());
  row.set_state(static_cast<uint32_t>(RecurringState::kActive));
  row.set_requester(work.actor());
  row.set_next(command.first.value());
  request.row.set_start(StartOn(row, row.next()).value());
  request.row.set_planned(row.planned());
  TB_RETURN_IF_ERROR(RequireMayOrder(work, request));
  row.set_agent(request.proxy.has_value() ? request.proxy->row.agent() : 0);
  if (command.until.value() != 0 && command.until < command.first) {
    return work.Refuse(Reason::kRecurringEndsBeforeStart);
  }
  TB_RETURN_IF_ERROR(RequireNotFarAhead(work, request));
  TB_RETURN_IF_ERROR(RequireOrderable(work, request));
  TB_RETURN_IF_ERROR(RequireRoomForRecurring(work, request.payer.id));
  TB_RETURN_IF_ERROR(RequireRoomForRecurring(work, request.beneficiary.id));
  TB_RETURN_IF_ERROR(SetDue(work, row).status());
  row.set_note_digest(NoteDigest(command.note));

  const RecurringId id(work.sequence().value());
  work.Describe(model::EntryKind::kRecurringStarted, id.value(), command.first);
  work.entry().set_scope(request.scope.value());
  *work.entry().mutable_recurring() = row;
  SaveRecurring(work, id, nullptr, row);
  for (const MemberId member : {request.payer.id, request.beneficiary.id}) {
    work.Put(keys::RecurringOf(work.bank_id(), member, id), "");
  }
  SaveOrderNote(work, model::OrderId(id.value()), request.beneficiary.id, command.note.sealed);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeRecurring& command) {
  const std::string id = IdText(command.recurring.value());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Recurring> before,
                      LoadRow<rec::Recurring>(work.rows(), keys::Recurring(work.bank_id(), command.recurring)));
  if (!before.has_value()) {
    return work.Refuse(Reason::kRecurringNotFound, {{"recurring", id}});
  }
  const auto state = static_cast<RecurringState>(before->state());
  const RecurringStep* const step = FindRecurringStep(state, EventOf(command.event));
  if (step == nullptr) {
    return work.Refuse(Reason::kRecurringWrongState, {{"recurring", id}, {"state", std::string(model::NameOf(state))}});
  }
  rec::Order parties;
  parties.set_payer(before->payer());
  parties.set_beneficiary(before->beneficiary());
  TB_RETURN_IF_ERROR(RequireActor(work, parties, {true, false, true}));
  rec::Recurring row = *before;
  row.set_state(static_cast<uint32_t>(step->to));
  if (command.event == model::ChangeRecurring::Event::kResume) {
    // The weeks that went by stay without an order.
    while (StartOn(row, row.next()).value() < work.time().value() / kMicrosPerMinute) {
      row.set_next(row.next() + kDaysPerWeek);
    }
    if (IsOver(row)) {
      return work.Refuse(Reason::kRecurringOver, {{"recurring", id}, {"until", DayText(Day(row.until()))}});
    }
    TB_RETURN_IF_ERROR(SetDue(work, row).status());
  }

  work.Describe(step->kind, command.recurring.value(), work.today());
  work.entry().set_reason(command.reason);
  *work.entry().mutable_recurring() = row;
  SaveRecurring(work, command.recurring, &*before, row);
  return absl::OkStatus();
}

absl::Status MakeRecurringOrder(Work& work, uint64_t number, model::RecordTime) {
  const RecurringId id(number);
  TB_ASSIGN_OR_RETURN(const rec::Recurring before,
                      MustLoadRow<rec::Recurring>(work.rows(), keys::Recurring(work.bank_id(), id)));
  rec::Recurring row = before;
  const rec::SkippedWeek* const again = WeekOfRun(before);
  const int32_t day = again == nullptr ? before.next() : again->day();
  TB_ASSIGN_OR_RETURN(OrderRequest request, RequestFor(work, id, before, day));
  Books books(&work);
  const model::OrderId order(work.sequence().value());
  const absl::Status placeable = RequirePlaceable(work, MemberId(before.agent()), order, request, books);
  const std::optional<model::Rejection> rejection = work.TakeRejection();
  if (!placeable.ok() && !rejection.has_value()) {
    return placeable;
  }
  NoteTry(work, day, rejection.has_value() ? std::optional(rejection->reason) : std::nullopt, row);
  row.set_next(row.next() + (again == nullptr ? kDaysPerWeek : 0));
  TB_ASSIGN_OR_RETURN(const bool goes_on, SetDue(work, row));
  // One moment is never due twice, though the rules may have changed.
  row.set_due(goes_on ? std::max(row.due(), before.due() + 1) : 0);
  const RecurringStep* const step = FindRecurringStep(static_cast<RecurringState>(before.state()),
                                                      goes_on ? RecurringEvent::kMake : RecurringEvent::kMakeLast);
  TB_CHECK(step != nullptr);  // a row of the due index waits only while it is active
  row.set_state(static_cast<uint32_t>(step->to));
  if (rejection.has_value()) {
    // Time refuses nothing: that week stays without an order for now, and the journal says why.
    work.Describe(step->kind, number, Day(day));
    const absl::string_view name = model::TextOf(rejection->reason).name;
    work.entry().set_reason(std::string(name.data(), name.size()));
    *work.entry().mutable_recurring() = row;
  } else {
    TB_RETURN_IF_ERROR(WriteOrder(work, order, request, books));
    *work.entry().mutable_order()->mutable_recurring() = row;
  }
  SaveRecurring(work, id, &before, row);
  return absl::OkStatus();
}

}  // namespace timebank::ledger
