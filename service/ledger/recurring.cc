// Recurring orders: the same care every week. Hours are held only for the next few weeks; time makes one order after the other.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_place.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"
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

Minute StartOn(const rec::Recurring& row, int32_t day) {
  return Minute(model::StartOf(Day(day)).value() / 60'000'000 + row.minute_of_day());
}

bool IsActive(const rec::Recurring& row) { return row.state() == static_cast<uint32_t>(RecurringState::kActive); }

std::string DueKey(const Work& work, RecurringId id, const rec::Recurring& row) {
  return keys::Due(work.bank_id(), model::RecordTime(row.due()), model::DueKind::kRecurringOrder, id.value());
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
  request.agent = MemberId(row.agent());
  return request;
}

}  // namespace

absl::Status Decide(Work& work, const model::StartRecurring& command) {
  model::RequestOrder first;
  first.payer = command.payer;
  first.beneficiary = command.beneficiary;
  first.center = command.center;
  first.category = command.category;
  TB_ASSIGN_OR_RETURN(OrderRequest request, RequireParties(work, first));
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
  row.set_agent(request.agent.value());
  if (command.until.value() != 0 && command.until < command.first) {
    return work.Refuse(Reason::kRecurringEndsBeforeStart);
  }
  TB_RETURN_IF_ERROR(RequireOrderable(work, request));
  TB_RETURN_IF_ERROR(SetDue(work, row));
  if (!command.note.text.empty()) {
    row.set_note_digest(std::string(command.note.digest.begin(), command.note.digest.end()));
  }

  const RecurringId id(work.sequence().value());
  work.Describe(model::EntryKind::kRecurringStarted, id.value(), command.first);
  work.entry().set_scope(request.scope.value());
  *work.entry().mutable_recurring() = row;
  work.Save(keys::Recurring(work.bank_id(), id), row);
  for (const MemberId member : {request.payer.id, request.beneficiary.id}) {
    work.Put(keys::RecurringOf(work.bank_id(), member, id), "");
  }
  work.Put(DueKey(work, id, row), "");
  if (!command.note.text.empty()) {
    rec::Note note;
    note.set_text(command.note.text);
    note.set_salt(command.note.salt);
    work.Save(keys::OrderNote(work.bank_id(), model::OrderId(id.value())), note);
  }
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::EndRecurring& command) {
  const std::string key = keys::Recurring(work.bank_id(), command.recurring);
  const std::string id = IdText(command.recurring.value());
  TB_ASSIGN_OR_RETURN(std::optional<rec::Recurring> row, LoadRow<rec::Recurring>(work.rows(), key));
  if (!row.has_value()) {
    return work.Refuse(Reason::kRecurringNotFound, {{"recurring", id}});
  }
  if (!IsActive(*row)) {
    return work.Refuse(Reason::kRecurringEnded, {{"recurring", id}});
  }
  rec::Order parties;
  parties.set_payer(row->payer());
  parties.set_beneficiary(row->beneficiary());
  TB_RETURN_IF_ERROR(RequireActor(work, parties, {true, false, true}));

  work.Describe(model::EntryKind::kRecurringEnded, command.recurring.value(), work.today());
  work.entry().set_reason(command.reason);
  work.Delete(DueKey(work, command.recurring, *row));
  row->set_state(static_cast<uint32_t>(RecurringState::kEnded));
  *work.entry().mutable_recurring() = *row;
  work.Save(key, *row);
  return absl::OkStatus();
}

absl::Status MakeRecurringOrder(Work& work, uint64_t number, model::RecordTime) {
  const RecurringId id(number);
  TB_ASSIGN_OR_RETURN(const rec::Recurring before,
                      MustLoadRow<rec::Recurring>(work.rows(), keys::Recurring(work.bank_id(), id)));
  rec::Recurring row = before;
  row.set_next(row.next() + kDaysPerWeek);
  const bool over = row.until() != 0 && row.next() > row.until();
  row.set_state(static_cast<uint32_t>(over ? RecurringState::kEnded : RecurringState::kActive));
  TB_RETURN_IF_ERROR(SetDue(work, row));
  TB_ASSIGN_OR_RETURN(OrderRequest request, NextRequest(work, id, before));
  Books books(&work);
  absl::Status placeable = RequireAgentStill(work, request);
  if (placeable.ok()) {
    placeable = RequireOrderable(work, request);
  }
  const model::OrderId order(work.sequence().value());
  if (placeable.ok()) {
    placeable = PrepareOrder(work, order, request, books);
  }
  const std::optional<model::Rejection> rejection = work.TakeRejection();
  if (!placeable.ok() && !rejection.has_value()) {
    return placeable;
  }
  if (rejection.has_value()) {
    // Time refuses nothing: that week stays without an order, and the journal says why.
    work.Describe(model::EntryKind::kRecurringSkipped, number, Day(before.next()));
    const absl::string_view name = model::TextOf(rejection->reason).name;
    work.entry().set_reason(std::string(name.data(), name.size()));
    *work.entry().mutable_recurring() = row;
  } else {
    TB_RETURN_IF_ERROR(WriteOrder(work, order, request, books));
    *work.entry().mutable_order()->mutable_recurring() = row;
  }
  work.Delete(DueKey(work, id, before));
  if (!over) {
    work.Put(DueKey(work, id, row), "");
  }
  work.Save(keys::Recurring(work.bank_id(), id), row);
  return absl::OkStatus();
}

}  // namespace timebank::ledger
