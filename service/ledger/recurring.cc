// Recurring orders: the same care every week. Hours are held only for the next few weeks; time makes one order after the other.
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

// When the order of the next day is made: so many weeks before it as the rules hold hours for.
absl::Status SetDue(Work& work, rec::Recurring& row) {
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(row.next())));
  const auto ahead = static_cast<int32_t>(rules->recurring_weeks) * kDaysPerWeek;
  row.set_due(model::StartOf(Day(row.next() - ahead)).value());
  return absl::OkStatus();
}

// The order of the series' next day, as if it were asked for now.
absl::StatusOr<OrderRequest> NextRequest(Work& work, RecurringId id, const rec::Recurring& row) {
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
  request.row.set_start(StartOn(row, row.next()).value());
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
  TB_RETURN_IF_ERROR(SetDue(work, row));
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
    TB_RETURN_IF_ERROR(SetDue(work, row));
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
  row.set_next(row.next() + kDaysPerWeek);
  const RecurringStep* const step = FindRecurringStep(static_cast<RecurringState>(before.state()),
                                                      IsOver(row) ? RecurringEvent::kMakeLast : RecurringEvent::kMake);
  TB_CHECK(step != nullptr);  // a row of the due index waits only while it is active
  row.set_state(static_cast<uint32_t>(step->to));
  TB_RETURN_IF_ERROR(SetDue(work, row));
  TB_ASSIGN_OR_RETURN(OrderRequest request, NextRequest(work, id, before));
  Books books(&work);
  const model::OrderId order(work.sequence().value());
  const absl::Status placeable = RequirePlaceable(work, MemberId(before.agent()), order, request, books);
  const std::optional<model::Rejection> rejection = work.TakeRejection();
  if (!placeable.ok() && !rejection.has_value()) {
    return placeable;
  }
  if (rejection.has_value()) {
    // Time refuses nothing: that week stays without an order, and the journal says why.
    row.set_skipped(before.next());
    row.set_skip_reason(static_cast<uint32_t>(rejection->reason));
    work.Describe(step->kind, number, Day(before.next()));
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
