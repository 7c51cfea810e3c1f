// Ordering, proxies and recurring orders, as plainly as they can be said.
#include <algorithm>

#include "absl/time/civil_time.h"
#include "tests/property/plain_model.h"

namespace timebank::property {
namespace {

using model::OrderState;
using model::ProxyState;
using model::RecurringState;

int32_t DayOfMinute(int64_t minute) { return model::DayOf(model::Minute(minute)).value(); }

absl::CivilMonth MonthOf(int64_t minute) { return absl::CivilMonth(absl::CivilDay(1970, 1, 1) + DayOfMinute(minute)); }

bool Ended(OrderState state) {
  return state == OrderState::kConfirmed || state == OrderState::kCancelled || state == OrderState::kExpired ||
         state == OrderState::kNoShow || state == OrderState::kVoided || state == OrderState::kReversed;
}

}  // namespace

PlainModel::Refusal PlainModel::FindParties(const model::RequestOrder& command, Care* order) const {
  order->payer = Find(command.payer);
  order->beneficiary = command.beneficiary.empty() ? order->payer : Find(command.beneficiary);
  order->category = command.category;
  order->start = command.start.value();
  order->planned = command.planned.value();
  order->requester = actor_;
  const Refusal beneficiary = Gone(order->beneficiary, Reason::kBeneficiaryNotFound);
  return !command.beneficiary.empty() && beneficiary.has_value()         ? beneficiary
         : !command.center.empty() && !centers_.contains(command.center) ? Refusal(Reason::kCenterNotFound)
                                                                         : Gone(order->payer, Reason::kMemberNotFound);
}

uint64_t PlainModel::ProxyOf(uint64_t elder, uint64_t agent) const {
  for (const auto& [id, proxy] : proxies_) {
    if (proxy.elder == elder && proxy.agent == agent && proxy.state == ProxyState::kBound) {
      return id;
    }
  }
  return 0;
}

bool PlainModel::ActsFor(uint64_t elder, uint64_t agent) const {
  const uint64_t id = ProxyOf(elder, agent);
  return id != 0 && !NotActive(agent).has_value() && (proxies_.at(id).until == 0 || today() <= proxies_.at(id).until);
}

uint64_t PlainModel::ProxyOfActor(uint64_t elder) const {
  const uint64_t person = PersonBehind(actor_);
  for (const auto& [id, proxy] : proxies_) {
    const bool between = proxy.elder == elder && Root(proxy.agent) == person;
    if (person != 0 && between && proxy.state == ProxyState::kBound) {
      return id;
    }
  }
  return 0;
}

PlainModel::Refusal PlainModel::MayOrder(Care* order, uint64_t actor) const {
  const uint64_t person = PersonBehind(actor_);
  if (actor == 0 && person != 0 && person == order->beneficiary && person != order->payer) {
    actor = person;
  }
  if (actor == 0) {
    order->proxy = ProxyOfActor(order->payer);
  }
  if (actor == 0 || actor == order->payer) {
    return std::nullopt;
  }
  order->proxy = ProxyOf(order->payer, actor);
  return order->proxy == 0 ? Refusal(Reason::kNotProxy) : std::nullopt;
}

PlainModel::Refusal PlainModel::TooFarAhead(const Care& order) const {
  const int32_t day = DayOfMinute(order.start);
  return day > today() + RulesOn(day).order_ahead_days ? Refusal(Reason::kOrderTooFarAhead) : std::nullopt;
}

PlainModel::Refusal PlainModel::Orderable(const Care& order) const {
  if (order.start < this_minute()) {
    return Reason::kOrderStartsInPast;
  }
  const int32_t day = DayOfMinute(order.start);
  const model::Rules& rules = RulesOn(day);
  if (order.planned < rules.shortest_minutes) {
    return Reason::kRecordTooShort;
  }
  for (const uint64_t side :
       {order.payer, order.beneficiary, order.proxy == 0 ? order.payer : proxies_.at(order.proxy).agent}) {
    if (const Refusal idle = NotActive(side); idle.has_value()) {
      return idle;
    }
  }
  if (order.payer != order.beneficiary && rules.care_for_others != 1) {
    const Refusal no_way = NoWay(order.payer, order.beneficiary, order.requester, Reason::kBeneficiaryNotKin);
    if (no_way.has_value()) {
      return no_way;
    }
  }
  if (order.proxy != 0) {
    const Agency& proxy = proxies_.at(order.proxy);
    int64_t used = 0;
    for (const auto& [id, other] : orders_) {
      const bool counts = other.proxy == order.proxy && MonthOf(other.start) == MonthOf(order.start);
      const int64_t kept = other.state == OrderState::kReversed ? 0 : other.consumed;
      used += !counts ? 0 : Ended(other.state) ? kept : other.planned;
    }
    if (proxy.until != 0 && (day > proxy.until || today() > proxy.until)) {
      return Reason::kProxyEnded;
    }
    if (!proxy.categories.empty() &&
        std::find(proxy.categories.begin(), proxy.categories.end(), order.category) == proxy.categories.end()) {
      return Reason::kProxyCategory;
    }
    if (proxy.order_minutes != 0 && order.planned > proxy.order_minutes) {
      return Reason::kProxyOrderTooLong;
    }
    if (proxy.month_minutes != 0 && used + order.planned > proxy.month_minutes) {
      return Reason::kProxyMonthTooLong;
    }
  }
  return AgeOf(order.beneficiary, day) < rules.spending_age ? Refusal(Reason::kBeneficiaryTooYoung) : std::nullopt;
}

void PlainModel::PlaceCare(Care order) {
  const int32_t day = DayOfMinute(order.start);
  people_[order.payer].available -= order.planned;
  people_[order.payer].held += order.planned;
  order.expires = day + static_cast<int32_t>(RulesOn(day).order_expiry_days);
  order.requested = this_minute();
  answer_.subject = entries_ + 1;
  orders_[answer_.subject] = order;
  holds_[answer_.subject] = {order.payer, order.planned, order.expires, false, answer_.subject, ""};
}

PlainModel::Refusal PlainModel::Do(const model::ProposeProxy& command) {
  const uint64_t elder = Find(command.elder);
  const uint64_t agent = Find(command.agent);
  for (const uint64_t side : {elder, agent}) {
    if (const Refusal gone = Gone(side, Reason::kMemberNotFound); gone.has_value()) {
      return gone;
    }
  }
  if (elder == agent) {
    return Reason::kProxyToOneself;
  }
  for (const uint64_t side : {elder, agent}) {
    if (const Refusal idle = NotActive(side); idle.has_value()) {
      return idle;
    }
  }
  for (const auto& [id, proxy] : proxies_) {
    if (proxy.elder == elder && proxy.agent == agent && proxy.state != ProxyState::kRevoked) {
      return Reason::kProxyExists;
    }
  }
  answer_.subject = entries_ + 1;
  proxies_[answer_.subject] = {elder,
                               agent,
                               command.order_minutes.value(),
                               command.month_minutes.value(),
                               command.until.value(),
                               command.categories,
                               ProxyState::kProposed};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeProxy& command) {
  using Event = model::ChangeProxy::Event;
  const auto found = proxies_.find(command.proxy.value());
  if (found == proxies_.end()) {
    return Reason::kProxyNotFound;
  }
  Agency& proxy = found->second;
  const bool allowed = command.event == Event::kProve  ? proxy.state == ProxyState::kProposed
                       : command.event == Event::kBind ? proxy.state == ProxyState::kProved
                                                       : proxy.state != ProxyState::kRevoked;
  if (!allowed) {
    return Reason::kProxyWrongState;
  }
  const uint64_t actor = ActorAsMember();
  if (actor == 0 && command.event != Event::kRevoke && IsParty({proxy.elder, proxy.agent})) {
    return Reason::kActorIsParty;
  }
  const bool elder = actor == proxy.elder && command.event != Event::kProve;
  const bool agent = actor == proxy.agent && command.event == Event::kRevoke;
  if (actor != 0 && !elder && !agent) {
    return Reason::kProxyNotYours;
  }
  proxy.state = command.event == Event::kProve  ? ProxyState::kProved
                : command.event == Event::kBind ? ProxyState::kBound
                                                : ProxyState::kRevoked;
  answer_.subject = found->first;
  return std::nullopt;
}

// The first of the moments before a skipped day at which it is tried after the last try; INT64_MAX: none.
int64_t PlainModel::TriedAgain(int32_t day, int64_t tried) {
  int64_t found = INT64_MAX;
  for (int32_t weeks = 0; weeks < 60; ++weeks) {
    const int64_t moment = model::StartOf(model::Day(day - 7 * weeks)).value() - (60 - weeks) * int64_t{60'000'000};
    found = moment > tried ? moment : found;
  }
  return found;
}

void PlainModel::SetDue(Series& series) const {
  const auto weeks = static_cast<int32_t>(RulesOn(series.day).recurring_weeks);
  const bool over = series.until != 0 && series.day > series.until;
  series.due = over ? INT64_MAX : model::StartOf(model::Day(series.day - 7 * weeks)).value();
  for (const auto& [day, tried] : series.skipped) {
    series.due = std::min(series.due, TriedAgain(day, tried));
  }
}

PlainModel::Refusal PlainModel::Do(const model::StartRecurring& command) {
  model::RequestOrder first;
  first.payer = command.payer;
  first.beneficiary = command.beneficiary;
  first.center = command.center;
  first.category = command.category;
  first.start = model::Minute(model::StartOf(command.first).value() / 60'000'000 + command.minute_of_day);
  first.planned = command.planned;
  Series series;
  Refusal wrong = FindParties(first, &series.next);
  if (!wrong.has_value()) {
    wrong = NoteWrong(command.note, series.next.beneficiary);
  }
  if (!wrong.has_value()) {
    wrong = MayOrder(&series.next, ActorAsMember());
  }
  if (!wrong.has_value() && command.until.value() != 0 && command.until < command.first) {
    wrong = Reason::kRecurringEndsBeforeStart;
  }
  if (!wrong.has_value()) {
    wrong = TooFarAhead(series.next);
  }
  if (!wrong.has_value()) {
    wrong = Orderable(series.next);
  }
  if (wrong.has_value()) {
    return wrong;
  }
  series.agent = series.next.proxy == 0 ? 0 : proxies_.at(series.next.proxy).agent;
  series.until = command.until.value();
  series.day = command.first.value();
  SetDue(series);
  answer_.subject = entries_ + 1;
  series_[answer_.subject] = series;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeRecurring& command) {
  using Event = model::ChangeRecurring::Event;
  const auto found = series_.find(command.recurring.value());
  if (found == series_.end()) {
    return Reason::kRecurringNotFound;
  }
  Series& series = found->second;
  const bool allowed = command.event == Event::kEnd      ? series.state != RecurringState::kEnded
                       : command.event == Event::kResume ? series.state == RecurringState::kPaused
                                                         : series.state == RecurringState::kActive;
  if (!allowed) {
    return Reason::kRecurringWrongState;
  }
  if (const Refusal others = NotHerStep(series.next, true, false); others.has_value()) {
    return others;
  }
  answer_.subject = found->first;
  if (command.event != Event::kResume) {
    series.state = command.event == Event::kPause ? RecurringState::kPaused : RecurringState::kEnded;
    return std::nullopt;
  }
  Series later = series;
  while (later.next.start < this_minute()) {
    NextWeek(later);
  }
  if (later.until != 0 && later.day > later.until) {
    return Reason::kRecurringOver;
  }
  later.state = RecurringState::kActive;
  SetDue(later);
  series = later;
  return std::nullopt;
}

void PlainModel::NextWeek(Series& series) {
  series.day += 7;
  series.next.start += int64_t{7} * 1440;
}

PlainModel::Refusal PlainModel::RunSeries(uint64_t id, int64_t due) {
  const auto found = series_.find(id);
  if (found == series_.end() || found->second.state != RecurringState::kActive || found->second.due != due) {
    return Reason::kNothingDue;
  }
  Series& series = found->second;
  int32_t day = series.day;
  for (const auto& [skipped, tried] : series.skipped) {
    day = TriedAgain(skipped, tried) == due ? skipped : day;
  }
  Care order = series.next;
  order.start += (day - series.day) * int64_t{1440};
  order.proxy = 0;
  Refusal refused = series.agent == 0 ? Refusal() : MayOrder(&order, series.agent);
  if (!refused.has_value()) {
    refused = Orderable(order);
  }
  answer_.subject = id;
  const bool made = !refused.has_value() && people_[order.payer].available >= order.planned;
  if (day == series.day) {
    NextWeek(series);
  }
  series.skipped.erase(day);
  if (made) {
    PlaceCare(order);
  } else {
    series.skipped[day] = now_;
    if (series.skipped.size() > 52) {
      series.skipped.erase(series.skipped.begin());
    }
  }
  SetDue(series);
  if (series.due == INT64_MAX) {
    series.state = RecurringState::kEnded;
  } else {
    series.due = std::max(series.due, due + 1);
  }
  return std::nullopt;
}

}  // namespace timebank::property
