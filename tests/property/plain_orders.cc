// Care orders, as plainly as they can be said.
#include <algorithm>

#include "tests/property/plain_model.h"

namespace timebank::property {
namespace {

using model::OrderSide;
using model::OrderState;
using model::RecordState;
using Event = model::ChangeOrder::Event;

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;

int32_t DayOfMinute(int64_t minute) { return model::DayOf(model::Minute(minute)).value(); }

}  // namespace

PlainModel::Refusal PlainModel::Do(const model::RequestOrder& command) {
  Care order;
  Refusal wrong = FindParties(command, &order);
  if (!wrong.has_value()) {
    wrong = NoteWrong(command.note, order.beneficiary);
  }
  if (!wrong.has_value()) {
    wrong = MayOrder(&order, ActorAsMember());
  }
  if (!wrong.has_value()) {
    wrong = TooFarAhead(order);
  }
  if (!wrong.has_value()) {
    wrong = Orderable(order);
  }
  if (wrong.has_value()) {
    return wrong;
  }
  if (people_[order.payer].available < order.planned) {
    return Reason::kBalanceTooLow;
  }
  PlaceCare(order);
  return std::nullopt;
}

// A member number that nobody has is no name of staff.
uint64_t PlainModel::ActorAsMember() const {
  const uint64_t id = model::ParseMemberNumber(actor_).value();
  return id != 0 ? id : Find(actor_);
}

bool PlainModel::IsElders(const Care& order, uint64_t person) const {
  const bool agent = order.proxy != 0 && Root(proxies_.at(order.proxy).agent) == person;
  return Root(order.payer) == person || Root(order.beneficiary) == person || agent;
}

PlainModel::Refusal PlainModel::NotHerStep(const Care& order, bool elder, bool volunteer) const {
  const uint64_t actor = ActorAsMember();
  if (actor == 0) {
    const uint64_t person = PersonBehind(actor_);
    const bool serves = order.volunteer != 0 && Root(order.volunteer) == person;
    const bool acts_for = !(volunteer && serves) && ProxyOfActor(order.payer) != 0;
    const bool other_side = (!elder && (IsElders(order, person) || acts_for)) || (!volunteer && serves);
    return person != 0 && other_side ? Refusal(Reason::kActorIsParty) : std::nullopt;
  }
  const bool elders =
      actor == order.payer || actor == order.beneficiary || (actor != order.volunteer && ActsFor(order.payer, actor));
  const bool hers = (elder && elders) || (volunteer && actor == order.volunteer);
  return hers ? Refusal() : Reason::kOrderNotYours;
}

void PlainModel::Release(uint64_t id, Care& order, int64_t consumed, OrderState to) {
  Person& person = people_[order.payer];
  person.held -= order.planned;
  person.available += order.planned - consumed;
  person.received += consumed;
  order.taken = TakeHours(order.payer, consumed);
  holds_[id].closed = true;
  Wake(order.payer);
  order.consumed = consumed;
  order.state = to;
}

PlainModel::Refusal PlainModel::Match(uint64_t id, Care& order, uint64_t volunteer, OrderState to) {
  const bool elders = volunteer == order.payer || volunteer == order.beneficiary ||
                      (order.proxy != 0 && proxies_[order.proxy].agent == volunteer);
  if (elders || PersonBehind(order.requester) == volunteer) {
    return Reason::kOrderVolunteerIsParty;
  }
  if (const Refusal young = TooYoung(people_[volunteer], DayOfMinute(order.start)); young.has_value()) {
    return young;
  }
  if (const Refusal idle = NotActive(volunteer); idle.has_value()) {
    return idle;
  }
  for (const auto& [other_id, other] : orders_) {
    const bool taken = other.state == OrderState::kAccepted || other.state == OrderState::kInService;
    if (other_id != id && other.volunteer == volunteer && taken && other.start < order.start + order.planned &&
        order.start < other.start + other.planned) {
      return Reason::kVolunteerBusy;
    }
  }
  order.volunteer = volunteer;
  order.state = to;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::StartCare(Care& order, int64_t told) {
  const int64_t start = told == 0 ? this_minute() : told;
  if (start > this_minute()) {
    return Reason::kRecordInFuture;
  }
  const int32_t day = DayOfMinute(start);
  const bool late = today() > day + RulesOn(day).late_entry_days;
  if (start < order.requested || late) {
    return Reason::kOrderStartTooEarly;
  }
  if (const Refusal young = TooYoung(people_[order.volunteer], day); young.has_value()) {
    return young;
  }
  if (const Refusal idle = NotActive(order.volunteer); idle.has_value()) {
    return idle;
  }
  Service service;
  service.volunteer = order.volunteer;
  service.beneficiary = order.beneficiary;
  service.category = order.category;
  service.start = start;
  service.end = start + order.planned;
  service.state = RecordState::kCheckedIn;
  if (const Refusal taken = TimeTaken(service, false); taken.has_value()) {
    return taken;
  }
  service.of_order = true;
  service.recorder = actor_;
  order.record = entries_ + 1;
  services_[order.record] = service;
  Answer(service, false);
  order.state = OrderState::kInService;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::FinishCare(Care& order, int64_t minutes) {
  Service& service = services_[order.record];
  if (service.start + minutes > this_minute()) {
    return Reason::kRecordInFuture;
  }
  if (minutes > order.planned) {
    return Reason::kOrderActualAbovePlanned;
  }
  const int64_t end = minutes == 0 ? std::min(service.end, this_minute()) : service.start + minutes;
  const model::Rules& rules = RulesOn(DayOfMinute(service.start));
  if (end - service.start < rules.shortest_minutes) {
    return Reason::kRecordTooShort;
  }
  service.end = end;
  service.measured = end - service.start;
  service.state = RecordState::kRecorded;
  people_[service.volunteer].pending += service.measured;
  Answer(service, false);
  order.actual = service.measured;
  order.finisher = actor_;
  order.state = OrderState::kDone;
  const bool waits = rules.order_confirm_days == 0 || TookThrough(order, actor_);
  order.confirm_due = waits ? 0 : now_ + rules.order_confirm_days * kMicrosPerDay;
  return std::nullopt;
}

bool PlainModel::TookThrough(const Care& order, const std::string& name) const {
  const bool serves = PersonBehind(name) == Root(order.volunteer);
  return (AreOne(order.requester, name) ? 1 : 0) + (AreOne(order.accepter, name) && !serves ? 1 : 0) +
             (AreOne(order.finisher, name) ? 1 : 0) >=
         2;
}

PlainModel::Refusal PlainModel::SettleCare(uint64_t id, Care& order, int64_t minutes) {
  Service& service = services_[order.record];
  if (ActorIs(order.finisher) || TookThrough(order, actor_)) {
    return Reason::kFinisherIsConfirmer;
  }
  if (const Refusal person = MayNotConfirm(service); person.has_value()) {
    return person;
  }
  if (minutes < RulesOn(DayOfMinute(service.start)).shortest_minutes && minutes != service.measured) {
    return Reason::kRecordTooShort;
  }
  if (minutes > service.measured) {
    return Reason::kAmendedAboveRecorded;
  }
  people_[service.volunteer].pending -= service.measured;
  service.measured = minutes;
  Settle(service);
  order.surplus = std::max<int64_t>(0, minutes - service.credited - service.to_pool);
  bank_pool_ += order.surplus;
  Answer(service, false);
  order.actual = minutes;
  Release(id, order, minutes, OrderState::kConfirmed);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::DecideCare(uint64_t id, Care& order, const model::ChangeOrder& command) {
  Service& service = services_[order.record];
  switch (command.decision) {
    case model::Decision::kSettle:
      return SettleCare(id, order, service.measured);
    case model::Decision::kAmend: {
      const bool hers = ActorIs(order.finisher) || TookThrough(order, actor_);
      const Refusal person = hers ? Refusal(Reason::kFinisherIsConfirmer) : MayNotConfirm(service);
      const bool brief = command.minutes.value() < RulesOn(DayOfMinute(service.start)).shortest_minutes;
      return person.has_value() ? person
             : brief            ? Refusal(Reason::kRecordTooShort)
                                : SettleCare(id, order, command.minutes.value());
    }
    case model::Decision::kVoid:
      if (const Refusal person = MayNotConfirm(service); person.has_value()) {
        return person;
      }
      Drop(service, RecordState::kVoided);
      Release(id, order, 0, OrderState::kVoided);
      return std::nullopt;
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::ReverseCare(Care& order, const model::CoverChoice& cover) {
  const uint64_t payer = Root(order.payer);
  if (payer == Root(order.volunteer)) {
    return Reason::kOrderVolunteerIsParty;
  }
  if (people_[payer].state == model::MemberState::kClosed || people_[payer].state == model::MemberState::kErased) {
    return Reason::kMemberWrongState;
  }
  if (const Refusal refused = Reverse(services_[order.record], cover, order.surplus); refused.has_value()) {
    return refused;
  }
  people_[payer].available += order.consumed;
  people_[payer].received -= order.consumed;
  ReturnHours(payer, order.taken);
  for (const auto& [judged, score] :
       {std::pair(Root(order.volunteer), order.volunteer_score), std::pair(Root(order.beneficiary), order.elder_score)}) {
    people_[judged].evaluations -= score == 0 ? 0 : 1;
    people_[judged].evaluation_sum -= score;
  }
  order.state = OrderState::kReversed;
  return std::nullopt;
}

void PlainModel::EndCare(uint64_t id, Care& order, OrderState to) {
  if (order.record != 0) {
    Drop(services_[order.record], RecordState::kWithdrawn);
  }
  Release(id, order, 0, to);
}

PlainModel::Refusal PlainModel::NoShow(uint64_t id, Care& order) {
  if (order.start > this_minute()) {
    return Reason::kNoShowTooEarly;
  }
  EndCare(id, order, OrderState::kNoShow);
  return std::nullopt;
}

// What the step asks for: the states in which it can be taken, and whose it is.
PlainModel::Refusal PlainModel::MayChange(const Care& order, const model::ChangeOrder& command, bool take) const {
  using S = OrderState;
  struct Row {
    std::vector<S> states;
    bool elder;
    bool volunteer;
  };
  const bool elder_absent = command.side == OrderSide::kElder;
  const std::map<Event, Row> rows = {
      {Event::kRoute, {{S::kRequested, S::kDispatched}, false, false}},
      {Event::kDispatch, {{S::kRequested, S::kDispatched}, false, false}},
      {Event::kAccept, {{take ? S::kRequested : S::kDispatched}, false, true}},
      {Event::kDecline, {{S::kDispatched, S::kAccepted}, false, true}},
      {Event::kStart, {{S::kAccepted}, false, true}},
      {Event::kFinish, {{S::kInService}, false, true}},
      {Event::kConfirm, {{S::kDone}, true, false}},
      {Event::kCancel, {{S::kRequested, S::kDispatched, S::kAccepted}, true, false}},
      {Event::kStandDown, {{S::kAccepted}, false, true}},
      {Event::kNoShow, {{S::kAccepted, elder_absent ? S::kInService : S::kAccepted}, !elder_absent, elder_absent}},
      {Event::kDispute, {{S::kDone, S::kDisputed}, true, true}},
      {Event::kDecide, {{S::kDisputed}, false, false}},
      {Event::kReverse, {{S::kConfirmed}, false, false}},
  };
  const Row& row = rows.at(command.event);
  if (std::find(row.states.begin(), row.states.end(), order.state) == row.states.end()) {
    return Reason::kOrderWrongState;
  }
  Care asked = order;
  asked.volunteer = take ? Find(command.volunteer) : order.volunteer;
  return NotHerStep(asked, row.elder, row.volunteer);
}

PlainModel::Refusal PlainModel::Do(const model::ChangeOrder& command) {
  const uint64_t volunteer = Find(command.volunteer);
  if (const Refusal gone = Gone(volunteer, Reason::kVolunteerNotFound); !command.volunteer.empty() && gone.has_value()) {
    return gone;
  }
  if (!command.center.empty() && !centers_.contains(command.center)) {
    return Reason::kCenterNotFound;
  }
  const auto found = orders_.find(command.order.value());
  if (found == orders_.end()) {
    return Reason::kOrderNotFound;
  }
  const uint64_t id = found->first;
  Care& order = found->second;
  const bool take = command.event == Event::kAccept && volunteer != 0 && volunteer != order.volunteer;
  if (const Refusal refused = MayChange(order, command, take); refused.has_value()) {
    return refused;
  }
  answer_.subject = id;
  return Change(id, order, command, volunteer);
}

PlainModel::Refusal PlainModel::Change(uint64_t id, Care& order, const model::ChangeOrder& command, uint64_t volunteer) {
  switch (command.event) {
    case Event::kDispatch:
      if (volunteer != 0) {
        return Match(id, order, volunteer, OrderState::kDispatched);
      }
      [[fallthrough]];
    case Event::kRoute:
    case Event::kDecline:
      order.volunteer = 0;
      order.accepter.clear();
      order.state = OrderState::kRequested;
      return std::nullopt;
    case Event::kAccept:
      if (ActorAsMember() != 0 && order.start + order.planned < this_minute()) {
        return Reason::kOrderOver;
      }
      if (const Refusal refused = Match(id, order, volunteer == 0 ? order.volunteer : volunteer, OrderState::kAccepted);
          refused.has_value()) {
        return refused;
      }
      order.accepter = actor_;
      return std::nullopt;
    case Event::kStart:
      return StartCare(order, command.start.value());
    case Event::kFinish:
      return FinishCare(order, command.minutes.value());
    case Event::kConfirm:
      return SettleCare(id, order, services_[order.record].measured);
    case Event::kCancel:
    case Event::kStandDown:
      EndCare(id, order, OrderState::kCancelled);
      return std::nullopt;
    case Event::kNoShow:
      return NoShow(id, order);
    case Event::kDispute: {
      const Refusal refused = Dispute(services_[order.record]);
      order.state = refused.has_value() ? order.state : OrderState::kDisputed;
      return refused;
    }
    case Event::kDecide:
      return DecideCare(id, order, command);
    case Event::kReverse:
      return ReverseCare(order, command.cover);
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::EvaluateOrder& command) {
  const auto found = orders_.find(command.order.value());
  if (found == orders_.end()) {
    return Reason::kOrderNotFound;
  }
  Care& order = found->second;
  const bool by_elder = command.by == OrderSide::kElder;
  if (order.state != OrderState::kConfirmed) {
    return Reason::kOrderWrongState;
  }
  if (const Refusal others = NotHerStep(order, by_elder, !by_elder); others.has_value()) {
    return others;
  }
  int64_t& score = by_elder ? order.volunteer_score : order.elder_score;
  if (score != 0) {
    return Reason::kOrderEvaluated;
  }
  score = command.score;
  Person& judged = people_[Root(by_elder ? order.volunteer : order.beneficiary)];
  ++judged.evaluations;
  judged.evaluation_sum += command.score;
  answer_.subject = found->first;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::ExpireCare(uint64_t id, int64_t due) {
  const auto found = orders_.find(id);
  if (found == orders_.end() || due != model::StartOf(model::Day(found->second.expires + 1)).value()) {
    return Reason::kNothingDue;
  }
  if (found->second.state > OrderState::kInService) {
    return Reason::kNothingDue;
  }
  EndCare(id, found->second, OrderState::kExpired);
  answer_.subject = id;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::AutoConfirmCare(uint64_t id, int64_t due) {
  const auto found = orders_.find(id);
  if (found == orders_.end() || found->second.state != OrderState::kDone || found->second.confirm_due != due || due == 0) {
    return Reason::kNothingDue;
  }
  answer_.subject = id;
  return SettleCare(id, found->second, services_[found->second.record].measured);
}

}  // namespace timebank::property
