#include "service/ledger/order_place.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/kinships.h"
#include "service/ledger/notes.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::MemberId;
using model::Minute;
using model::Reason;

constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

// Hours pay for the payer's own care and for that of bound kin; for others only where the rules say so.
absl::Status RequireKin(Work& work, const OrderRequest& request, const model::Rules& rules) {
  if (request.payer.id == request.beneficiary.id || rules.care_for_others != 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const std::optional<FoundKinship> kinship,
                      FindBoundKinship(work, request.payer.id, request.beneficiary.id));
  if (kinship.has_value()) {
    // Of a series, who started it: time makes its orders in her name.
    return RequireNotProver(work, *kinship, request.payer.id, request.row.requester());
  }
  return work.Refuse(Reason::kBeneficiaryNotKin, {{"member", model::MemberNumber(request.payer.id)},
                                                  {"beneficiary", model::MemberNumber(request.beneficiary.id)}});
}

}  // namespace

absl::StatusOr<OrderRequest> RequireParties(Work& work, const model::RequestOrder& command) {
  OrderRequest request;
  if (!command.beneficiary.empty()) {
    TB_ASSIGN_OR_RETURN(request.beneficiary, RequireMember(work, command.beneficiary, Reason::kBeneficiaryNotFound));
  }
  FoundCenter center;
  if (!command.center.empty()) {
    TB_ASSIGN_OR_RETURN(center, RequireCenter(work, command.center));
  }
  TB_ASSIGN_OR_RETURN(request.payer, RequireMember(work, command.payer, Reason::kMemberNotFound));
  if (command.beneficiary.empty()) {
    request.beneficiary = request.payer;
  }
  if (command.center.empty()) {
    center.id = model::CenterId(request.beneficiary.row.center());
    TB_ASSIGN_OR_RETURN(center.row, MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), center.id)));
  }
  request.scope = model::ScopeId(center.row.scope());
  request.row.set_payer(request.payer.id.value());
  request.row.set_beneficiary(request.beneficiary.id.value());
  request.row.set_center(center.id.value());
  request.row.set_category(command.category);
  request.row.set_start(command.start.value());
  request.row.set_planned(command.planned.value());
  request.row.set_requester(work.actor());
  TB_RETURN_IF_ERROR(RequireNoteAbout(work, command.note, request.beneficiary.id));
  request.note = command.note.sealed;
  request.row.set_note_digest(NoteDigest(command.note));
  return request;
}

absl::Status RequireMayOrder(Work& work, OrderRequest& request) {
  TB_ASSIGN_OR_RETURN(const MemberId actor, ActingMember(work));
  if (actor == request.payer.id) {
    return absl::OkStatus();
  }
  if (actor.value() != 0) {
    return RequireAgent(work, actor, request);
  }
  // Care for herself on another's hours she asks for as any kin does, whatever she does beside that.
  TB_ASSIGN_OR_RETURN(const MemberId person, PersonNamed(work, work.actor()));
  if (person.value() != 0 && person == request.beneficiary.id && person != request.payer.id) {
    return RequireAgent(work, person, request);
  }
  // Staff orders for everybody; for an elder whose proxy she is, within what the elder allowed her.
  TB_ASSIGN_OR_RETURN(request.proxy, FindProxyOfActor(work, request.payer.id));
  if (request.proxy.has_value()) {
    request.row.set_proxy(request.proxy->id.value());
  }
  return absl::OkStatus();
}

absl::Status RequireAgent(Work& work, MemberId agent, OrderRequest& request) {
  TB_ASSIGN_OR_RETURN(request.proxy, FindBoundProxy(work, request.payer.id, agent));
  if (!request.proxy.has_value()) {
    return work.Refuse(Reason::kNotProxy, {{"member", model::MemberNumber(request.payer.id)}});
  }
  request.row.set_proxy(request.proxy->id.value());
  return absl::OkStatus();
}

absl::Status RequireNotFarAhead(Work& work, const OrderRequest& request) {
  const Day day = model::DayOf(Minute(request.row.start()));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(day));
  const Day latest(work.today().value() + static_cast<int32_t>(rules->order_ahead_days));
  return day > latest ? work.Refuse(Reason::kOrderTooFarAhead, {{"latest", DayText(latest)}}) : absl::OkStatus();
}

absl::Status RequireOrderable(Work& work, OrderRequest& request) {
  rec::Order& row = request.row;
  if (row.start() < work.time().value() / kMicrosPerMinute) {
    return work.Refuse(Reason::kOrderStartsInPast);
  }
  const Day day = model::DayOf(Minute(row.start()));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(day));
  if (row.planned() < rules->shortest_minutes) {
    return work.Refuse(Reason::kRecordTooShort, {{"minimum", absl::StrCat(rules->shortest_minutes)}});
  }
  TB_RETURN_IF_ERROR(RequireActive(work, request.payer));
  TB_RETURN_IF_ERROR(RequireActive(work, request.beneficiary));
  if (request.proxy.has_value()) {
    FoundMember agent;
    agent.id = MemberId(request.proxy->row.agent());
    TB_ASSIGN_OR_RETURN(agent.row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), agent.id)));
    TB_RETURN_IF_ERROR(RequireActive(work, agent));
  }
  TB_RETURN_IF_ERROR(RequireKin(work, request, *rules));
  if (request.proxy.has_value()) {
    TB_RETURN_IF_ERROR(RequireWithinLimits(work, *request.proxy, row));
  }
  const int age = base::AgeOn(base::DayFromNumber(request.beneficiary.row.birth()), base::DayFromNumber(day.value()));
  if (age < rules->spending_age) {
    return work.Refuse(Reason::kBeneficiaryTooYoung, {{"minimum", absl::StrCat(rules->spending_age)}});
  }
  row.set_state(static_cast<uint32_t>(model::OrderState::kRequested));
  row.set_expires(day.value() + static_cast<int32_t>(rules->order_expiry_days));
  row.set_record_time(work.time().value());
  row.set_change_time(work.time().value());
  return absl::OkStatus();
}

absl::Status PrepareOrder(Work& work, model::OrderId id, OrderRequest& request, Books& books) {
  TB_RETURN_IF_ERROR(CountProxyMinutes(work, request.row, request.row.planned(), &request.count));
  return PlaceOrderHold(work, id, request.row, books);
}

absl::Status WriteOrder(Work& work, model::OrderId id, const OrderRequest& request, Books& books) {
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(request.row.center()))));
  work.Describe(model::EntryKind::kOrderRequested, id.value(), model::DayOf(Minute(request.row.start())));
  work.entry().set_scope(center.scope());
  SaveOrder(work, id, std::nullopt, request.row);
  SaveOrderHold(work, id);
  SaveProxyCount(work, request.count);
  std::string note = request.note;
  if (request.row.recurring() != 0) {
    // The note of a series is that of each of its orders, as long as it was not erased.
    TB_ASSIGN_OR_RETURN(
        const std::optional<rec::Note> of_series,
        LoadRow<rec::Note>(work.rows(), keys::OrderNote(work.bank_id(), model::OrderId(request.row.recurring()))));
    note = of_series.value_or(rec::Note()).sealed();
  }
  SaveOrderNote(work, id, request.beneficiary.id, note);
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
