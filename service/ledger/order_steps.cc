// The steps of an order after it was placed, as order_life.h lays them out.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/grant_rows.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/no_shows.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/person.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_change.h"
#include "service/ledger/star_rows.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::MemberId;
using model::Minute;
using model::Minutes;
using model::OrderSide;
using model::OrderState;
using model::Reason;
using Event = model::ChangeOrder::Event;

constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;
constexpr int64_t kMicrosPerDay = 1440 * kMicrosPerMinute;

// An order while it is being changed.
struct Change {
  model::ChangeOrder command;
  model::OrderId id;
  OrderEvent event = OrderEvent::kConfirm;
  const OrderStep* step = nullptr;
  rec::Order before;
  rec::Order row;
  std::optional<FoundMember> volunteer;  // named by the command
  std::optional<FoundCenter> center;     // likewise
  std::optional<RecordChange> record;    // the linked one, once a step touches it
  std::optional<rec::Service> service;   // the one that begins, and the volunteer's day before it
  rec::VolunteerDay volunteer_day;

  Day day() const { return model::DayOf(Minute(row.start())); }
};

OrderEvent EventOf(const model::ChangeOrder& command) {
  switch (command.event) {
    case Event::kRoute:
      return OrderEvent::kRoute;
    case Event::kDispatch:
      return command.volunteer.empty() ? OrderEvent::kRoute : OrderEvent::kDispatch;
    case Event::kAccept:
      return command.volunteer.empty() ? OrderEvent::kAccept : OrderEvent::kTake;
    case Event::kDecline:
      return OrderEvent::kDecline;
    case Event::kStart:
      return OrderEvent::kStart;
    case Event::kFinish:
      return OrderEvent::kFinish;
    case Event::kConfirm:
      return OrderEvent::kConfirm;
    case Event::kCancel:
      return OrderEvent::kCancel;
    case Event::kStandDown:
      return OrderEvent::kStandDown;
    case Event::kNoShow:
      return command.side == OrderSide::kVolunteer ? OrderEvent::kVolunteerNoShow : OrderEvent::kElderNoShow;
    case Event::kDispute:
      return OrderEvent::kDispute;
    case Event::kDecide:
      return command.decision == model::Decision::kSettle  ? OrderEvent::kUphold
             : command.decision == model::Decision::kAmend ? OrderEvent::kAmend
                                                           : OrderEvent::kVoid;
    case Event::kReverse:
      return OrderEvent::kReverse;
  }
  TB_CHECK(false);
  std::abort();
}

std::string MinuteText(Minute minute) {
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(minute.value() * 60), base::BankTimeZone());
}

// Refuses when the volunteer has another order at that time that she accepted.
absl::Status RequireNoOtherDuty(Work& work, MemberId volunteer, const Change& change) {
  const std::string prefix = keys::DutiesOf(work.bank_id(), volunteer);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const model::OrderId id(keys::LastId(it->key()));
    if (id == change.id) {
      continue;
    }
    TB_ASSIGN_OR_RETURN(const rec::Order other, MustLoadRow<rec::Order>(work.rows(), keys::Order(work.bank_id(), id)));
    const bool meets =
        other.start() < change.row.start() + change.row.planned() && change.row.start() < other.start() + other.planned();
    if (meets && StateOf(other) != OrderState::kDispatched) {
      return work.Refuse(Reason::kVolunteerBusy,
                         {{"member", model::MemberNumber(volunteer)}, {"order", IdText(id.value())}});
    }
  }
  return it->status();
}

// Of whom the order is given to, and again of who accepts it: much may have happened in between.
absl::Status CheckVolunteer(Work& work, const Change& change) {
  FoundMember volunteer;
  if (change.volunteer.has_value()) {
    volunteer = *change.volunteer;
  } else {
    volunteer.id = MemberId(change.row.volunteer());
    TB_ASSIGN_OR_RETURN(volunteer.row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), volunteer.id)));
  }
  // Who ordered for an elder, as her proxy or as staff, would otherwise earn the very hours that she spends.
  TB_ASSIGN_OR_RETURN(std::vector<MemberId> others, EldersSide(work, change.row));
  TB_ASSIGN_OR_RETURN(const MemberId requester, PersonNamed(work, change.row.requester()));
  others.push_back(requester);
  if (std::find(others.begin(), others.end(), volunteer.id) != others.end()) {
    return work.Refuse(Reason::kOrderVolunteerIsParty);
  }
  TB_RETURN_IF_ERROR(RequireMayServe(work, volunteer, change.day()));
  return RequireNoOtherDuty(work, volunteer.id, change);
}

// When the service began: now, or at a time that is told afterwards.
absl::Status CheckStart(Work& work, Change& change) {
  const Minute now(work.time().value() / kMicrosPerMinute);
  const bool told = change.command.start.value() != 0;
  const Minute start = told ? change.command.start : now;
  if (start > now) {
    return work.Refuse(Reason::kRecordInFuture);
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(model::DayOf(start)));
  // Later than this a record would need two approvers, and an order is confirmed by one.
  const int64_t late = (model::StartOf(work.today()).value() - rules->late_entry_days * kMicrosPerDay) / kMicrosPerMinute;
  const Minute earliest(std::max(change.row.record_time() / kMicrosPerMinute, late));
  if (start < earliest) {
    return work.Refuse(Reason::kOrderStartTooEarly, {{"earliest", MinuteText(earliest)}});
  }
  rec::Service& service = change.service.emplace();
  service.set_volunteer(change.row.volunteer());
  service.set_beneficiary(change.row.beneficiary());
  service.set_center(change.row.center());
  service.set_category(change.row.category());
  service.set_start(start.value());
  service.set_end(start.value() + change.row.planned());
  service.set_evidence(static_cast<uint32_t>(told ? model::Evidence::kAttested : model::Evidence::kVerified));
  FoundMember volunteer;
  volunteer.id = MemberId(change.row.volunteer());
  TB_ASSIGN_OR_RETURN(volunteer.row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), volunteer.id)));
  TB_ASSIGN_OR_RETURN(change.volunteer_day, RequireCanServe(work, volunteer, service));
  return absl::OkStatus();
}

// The linked record takes the step that goes with the order's, with the record's own checks of who may.
absl::Status StepLinked(Work& work, Change& change, RecordEvent event, Books& books) {
  model::ChangeRecord command;
  command.record = model::RecordId(change.row.record());
  command.reason = change.command.reason;
  if (change.event == OrderEvent::kAmend) {
    command.event = model::ChangeRecord::Event::kDecide;
    command.decision = model::Decision::kAmend;
    command.amended = change.command.minutes;
  }
  TB_ASSIGN_OR_RETURN(change.record, LoadRecordChange(work, command));
  RecordChange& record = *change.record;
  if (change.event == OrderEvent::kFinish && change.command.minutes.value() != 0) {
    record.end = Minute(record.row.service().start() + change.command.minutes.value());
  }
  if (change.event == OrderEvent::kReverse) {
    record.command.cover = change.command.cover;
    record.paid = Minutes(change.row.consumed());
    record.surplus = Minutes(change.row.surplus());
  } else {
    record.paid = change.event == OrderEvent::kAmend ? change.command.minutes : Minutes(record.row.measured());
  }
  return StepRecord(work, record, event, books);
}

// Whether a person did two of: ordering, accepting in the volunteer's name, finishing. Then nobody else has seen to it that the order is
// wanted, or was served.
absl::StatusOr<bool> TookThrough(Work& work, const rec::Order& row, const std::string& name) {
  TB_ASSIGN_OR_RETURN(const bool ordered, AreOnePerson(work, row.requester(), name));
  TB_ASSIGN_OR_RETURN(bool accepted, AreOnePerson(work, row.accepter(), name));
  TB_ASSIGN_OR_RETURN(const bool finished, AreOnePerson(work, row.finisher(), name));
  if (accepted) {
    TB_ASSIGN_OR_RETURN(const MemberId person, PersonNamed(work, name));
    TB_ASSIGN_OR_RETURN(const MemberId volunteer, ResolveMember(work, MemberId(row.volunteer())));
    accepted = person != volunteer;
  }
  return int{ordered} + int{accepted} + int{finished} > 1;
}

absl::Status Finish(Work& work, Change& change, Books& books) {
  TB_ASSIGN_OR_RETURN(
      const rec::Record record,
      MustLoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), model::RecordId(change.row.record()))));
  const int64_t minutes = change.command.minutes.value();
  if (record.service().start() + minutes > work.time().value() / kMicrosPerMinute) {
    return work.Refuse(Reason::kRecordInFuture);
  }
  if (minutes > change.row.planned()) {
    return work.Refuse(Reason::kOrderActualAbovePlanned, {{"maximum", absl::StrCat(change.row.planned())}});
  }
  TB_RETURN_IF_ERROR(StepLinked(work, change, RecordEvent::kCheckOut, books));
  change.row.set_actual(change.record->row.measured());
  change.row.set_finisher(work.actor());
  // What one person took through waits for another.
  TB_ASSIGN_OR_RETURN(const bool alone, TookThrough(work, change.row, work.actor()));
  const int64_t days = alone ? 0 : change.record->rules->order_confirm_days;
  change.row.set_confirm_due(days == 0 ? 0 : work.time().value() + days * kMicrosPerDay);
  return absl::OkStatus();
}

absl::Status Settle(Work& work, Change& change, Books& books) {
  const RecordEvent event = change.event == OrderEvent::kUphold  ? RecordEvent::kUphold
                            : change.event == OrderEvent::kAmend ? RecordEvent::kAmend
                                                                 : RecordEvent::kConfirm;
  TB_RETURN_IF_ERROR(StepLinked(work, change, event, books));
  change.row.set_actual(change.record->row.measured());
  change.row.set_consumed(change.record->paid.value());
  change.row.set_surplus(change.record->surplus.value());
  change.row.set_settled(work.sequence().value());
  return CloseOrderHold(work, change.id, change.record->paid, books);
}

// The elder can get hours back: she has not left, and has not become one with the volunteer by a merger.
absl::Status RequireCanTakeBack(Work& work, const rec::Order& row) {
  TB_ASSIGN_OR_RETURN(const MemberId payer, ResolveMember(work, MemberId(row.payer())));
  TB_ASSIGN_OR_RETURN(const MemberId volunteer, ResolveMember(work, MemberId(row.volunteer())));
  if (payer == volunteer) {
    return work.Refuse(Reason::kOrderVolunteerIsParty);
  }
  TB_ASSIGN_OR_RETURN(const rec::Member member, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), payer)));
  const auto state = static_cast<model::MemberState>(member.state());
  if (IsEmptied(state)) {
    return work.Refuse(Reason::kMemberWrongState,
                       {{"member", model::MemberNumber(payer)}, {"state", std::string(model::NameOf(state))}});
  }
  return absl::OkStatus();
}

// What the two thought of each other says nothing once the service did not take place.
absl::Status TakeBackScores(Work& work, const rec::Order& row, Books& books) {
  for (const auto& [judged, score] :
       {std::pair(row.volunteer(), row.volunteer_score()), std::pair(row.beneficiary(), row.elder_score())}) {
    if (score != 0) {
      TB_ASSIGN_OR_RETURN(const MemberId member, ResolveMember(work, MemberId(judged)));
      TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(model::MemberOwner(member)));
      book->set_evaluations(book->evaluations() - 1);
      book->set_evaluation_sum(book->evaluation_sum() - score);
    }
  }
  return absl::OkStatus();
}

// The elder gets back what was consumed, in the lots it came from; the hold stays closed.
absl::Status TakeBack(Work& work, Change& change, Books& books) {
  TB_RETURN_IF_ERROR(RequireCanTakeBack(work, change.row));
  TB_RETURN_IF_ERROR(StepLinked(work, change, RecordEvent::kReverse, books));
  TB_ASSIGN_OR_RETURN(const MemberId payer, ResolveMember(work, MemberId(change.row.payer())));
  TB_ASSIGN_OR_RETURN(
      const rec::Entry settled,
      MustLoadRow<rec::Entry>(work.rows(), keys::Entry(work.bank_id(), model::Sequence(change.row.settled()))));
  TB_RETURN_IF_ERROR(books.ReturnLots(payer, settled));
  TB_RETURN_IF_ERROR(TakeBackScores(work, change.row, books));
  const model::Owner owner = model::MemberOwner(payer);
  TB_RETURN_IF_ERROR(books.Post({owner, model::Asset::kHours, model::AccountKind::kAvailable}, change.row.consumed()));
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(owner));
  book->set_received(book->received() - change.row.consumed());
  change.row.set_reversed(work.sequence().value());
  return absl::OkStatus();
}

absl::Status ApplyEffect(Work& work, Change& change, Books& books) {
  switch (change.step->effect) {
    case OrderEffect::kNone:
      return absl::OkStatus();
    case OrderEffect::kMatch:
      change.row.set_volunteer(change.volunteer->id.value());
      return absl::OkStatus();
    case OrderEffect::kPart:
      change.row.clear_volunteer();
      return absl::OkStatus();
    case OrderEffect::kOpen:
      change.row.set_record(work.sequence().value());
      return absl::OkStatus();
    case OrderEffect::kMeasure:
      return Finish(work, change, books);
    case OrderEffect::kSettle:
      return Settle(work, change, books);
    case OrderEffect::kRelease:
      if (change.row.record() != 0) {
        TB_RETURN_IF_ERROR(StepLinked(work, change, RecordEvent::kWithdraw, books));
      }
      return CloseOrderHold(work, change.id, Minutes(0), books);
    case OrderEffect::kDispute:
      return StepLinked(work, change, RecordEvent::kDispute, books);
    case OrderEffect::kVoid:
      TB_RETURN_IF_ERROR(StepLinked(work, change, RecordEvent::kVoid, books));
      return CloseOrderHold(work, change.id, Minutes(0), books);
    case OrderEffect::kTakeBack:
      return TakeBack(work, change, books);
  }
  return absl::OkStatus();
}

// Staff may still enter what was done, from a paper list; a member cannot take what is over.
absl::Status RequireNotOver(Work& work, const Change& change) {
  TB_ASSIGN_OR_RETURN(const MemberId actor, ActingMember(work));
  const bool over = change.row.start() + change.row.planned() < work.time().value() / kMicrosPerMinute;
  return actor.value() != 0 && over ? work.Refuse(Reason::kOrderOver) : absl::OkStatus();
}

// Who stated the minutes does not confirm them, nor who took the order through so far.
absl::Status RequireNotFinisher(Work& work, const Change& change) {
  TB_ASSIGN_OR_RETURN(const bool finisher, ActorIsPerson(work, change.row.finisher()));
  TB_ASSIGN_OR_RETURN(const bool through, TookThrough(work, change.row, work.actor()));
  return finisher || through ? work.Refuse(Reason::kFinisherIsConfirmer) : absl::OkStatus();
}

absl::Status CheckStep(Work& work, Change& change) {
  switch (change.event) {
    case OrderEvent::kTake:
    case OrderEvent::kAccept:
      TB_RETURN_IF_ERROR(RequireNotOver(work, change));
      return CheckVolunteer(work, change);
    case OrderEvent::kDispatch:
      return CheckVolunteer(work, change);
    case OrderEvent::kConfirm:
    case OrderEvent::kUphold:
    case OrderEvent::kAmend:
      return RequireNotFinisher(work, change);
    case OrderEvent::kStart:
      return CheckStart(work, change);
    case OrderEvent::kVolunteerNoShow:
    case OrderEvent::kElderNoShow:
      if (change.row.start() > work.time().value() / kMicrosPerMinute) {
        return work.Refuse(Reason::kNoShowTooEarly);
      }
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

// Fields that a step writes on the order, beside its state.
void NoteStep(Work& work, Change& change) {
  if (change.center.has_value()) {
    change.row.set_center(change.center->id.value());
  }
  if (!change.command.reason.empty()) {
    change.row.set_reason(change.command.reason);
  }
  switch (change.event) {
    case OrderEvent::kTake:
    case OrderEvent::kAccept:
      change.row.set_accepter(work.actor());
      break;
    case OrderEvent::kDecline:
      change.row.clear_accepter();
      break;
    case OrderEvent::kCancel:
    case OrderEvent::kElderNoShow:
      change.row.set_ended_by(static_cast<uint32_t>(OrderSide::kElder));
      break;
    case OrderEvent::kStandDown:
    case OrderEvent::kVolunteerNoShow:
      change.row.set_ended_by(static_cast<uint32_t>(OrderSide::kVolunteer));
      break;
    default:
      break;
  }
  change.row.set_state(static_cast<uint32_t>(change.step->to));
  change.row.set_change_time(work.time().value());
}

absl::Status SaveLinked(Work& work, Change& change) {
  if (change.record.has_value()) {
    TB_RETURN_IF_ERROR(SaveRecordChange(work, *change.record));
    if (change.event == OrderEvent::kFinish) {
      change.service = change.record->row.service();
    }
  }
  return absl::OkStatus();
}

absl::Status FindStepOf(Work& work, Change& change) {
  change.step = FindOrderStep(StateOf(change.row), change.event);
  if (change.step == nullptr) {
    return work.Refuse(Reason::kOrderWrongState,
                       {{"order", IdText(change.id.value())}, {"state", std::string(model::NameOf(StateOf(change.row)))}});
  }
  return absl::OkStatus();
}

absl::Status Apply(Work& work, Change& change) {
  TB_RETURN_IF_ERROR(CheckStep(work, change));
  Books books(&work);
  TB_RETURN_IF_ERROR(ApplyEffect(work, change, books));
  ProxyCount count;
  if (IsEnded(change.step->to)) {
    // What is reversed the elder has again, and so the proxy may order it again.
    const int64_t minutes =
        IsEnded(change.step->from) ? -change.row.consumed() : change.row.consumed() - change.row.planned();
    TB_RETURN_IF_ERROR(CountProxyMinutes(work, change.row, minutes, &count));
  }
  NoShowCount no_shows;
  if (change.step->to == OrderState::kNoShow) {
    const bool volunteer = change.event == OrderEvent::kVolunteerNoShow;
    TB_RETURN_IF_ERROR(CountNoShow(work, change.row, volunteer ? OrderSide::kVolunteer : OrderSide::kElder, &no_shows));
  }
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(change.row.center()))));
  NoteStep(work, change);

  if (change.step->effect == OrderEffect::kOpen) {
    TB_RETURN_IF_ERROR(OpenLinkedRecord(work, *change.service, std::move(change.volunteer_day), change.id.value()));
  }
  TB_RETURN_IF_ERROR(SaveLinked(work, change));
  const Day day = change.record.has_value() ? change.record->day : change.day();
  work.Describe(change.step->kind, change.id.value(), day);
  work.entry().set_scope(change.center.has_value() ? change.center->row.scope() : center.scope());
  work.entry().set_reason(change.command.reason);
  if (!no_shows.key.empty()) {
    work.Save(no_shows.key, no_shows.row);
    work.entry().mutable_order()->set_review(no_shows.row.review() == work.sequence().value());
  }
  if (change.service.has_value()) {
    *work.entry().mutable_order()->mutable_service() = *change.service;
  }
  SaveProxyCount(work, count);
  SaveOrder(work, change.id, change.before, change.row);
  if (work.entry().order().has_hold()) {
    SaveOrderHold(work, change.id);
  }
  books.Write();
  return work.entry().order().hold().closed() ? WakeGrantedHours(work, MemberId(change.row.payer())) : absl::OkStatus();
}

// What time does to an order.
absl::Status RunByTime(Work& work, uint64_t id, OrderEvent event) {
  Change change;
  change.id = model::OrderId(id);
  change.event = event;
  TB_ASSIGN_OR_RETURN(change.before, RequireOrder(work, change.id));
  change.row = change.before;
  TB_RETURN_IF_ERROR(FindStepOf(work, change));
  return Apply(work, change);
}

}  // namespace

absl::Status ExpireOrder(Work& work, uint64_t id, model::RecordTime) { return RunByTime(work, id, OrderEvent::kExpire); }

absl::Status AutoConfirmOrder(Work& work, uint64_t id, model::RecordTime) {
  return RunByTime(work, id, OrderEvent::kAutoConfirm);
}

absl::Status Decide(Work& work, const model::ChangeOrder& command) {
  Change change;
  change.command = command;
  change.id = command.order;
  change.event = EventOf(command);
  if (!command.volunteer.empty()) {
    TB_ASSIGN_OR_RETURN(change.volunteer, RequireMember(work, command.volunteer, Reason::kVolunteerNotFound));
  }
  if (!command.center.empty()) {
    TB_ASSIGN_OR_RETURN(change.center, RequireCenter(work, command.center));
  }
  TB_ASSIGN_OR_RETURN(change.before, RequireOrder(work, command.order));
  change.row = change.before;
  if (change.event == OrderEvent::kTake && change.volunteer->id.value() == change.row.volunteer()) {
    change.event = OrderEvent::kAccept;
  }
  TB_RETURN_IF_ERROR(FindStepOf(work, change));
  rec::Order parties = change.row;
  if (change.event == OrderEvent::kTake) {
    parties.set_volunteer(change.volunteer->id.value());
  }
  TB_RETURN_IF_ERROR(RequireActor(work, parties, ActorsOf(change.event)));
  return Apply(work, change);
}

}  // namespace timebank::ledger
