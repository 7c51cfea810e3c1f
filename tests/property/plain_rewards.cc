// The points shop, as plainly as it can be said.
#include <algorithm>

#include "absl/time/civil_time.h"
#include "tests/property/plain_model.h"

namespace timebank::property {

using State = model::RewardOrderState;

PlainModel::Refusal PlainModel::Do(const model::CreateReward& command) {
  const auto center = centers_.find(command.center);
  if (center == centers_.end()) {
    return Reason::kCenterNotFound;
  }
  const int32_t first = command.from.has_value() ? command.from->value() : today();
  const int32_t last = command.until.has_value() ? command.until->value() : INT32_MAX;
  if (last < first) {
    return Reason::kRewardEndsBeforeStart;
  }
  answer_.subject = entries_ + 1;
  goods_[answer_.subject] = {command.price.value(), command.stock, command.limit, first, last, false};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeReward& command) {
  const auto found = goods_.find(command.reward.value());
  if (found == goods_.end()) {
    return Reason::kRewardNotFound;
  }
  Good good = found->second;
  good.price = command.price.has_value() ? command.price->value() : good.price;
  good.limit = command.limit.value_or(good.limit);
  good.first = command.from.has_value() ? command.from->value() : good.first;
  good.last = command.no_end ? INT32_MAX : command.until.has_value() ? command.until->value() : good.last;
  good.withdrawn = command.withdrawn.value_or(good.withdrawn);
  if (good.last < good.first) {
    return Reason::kRewardEndsBeforeStart;
  }
  found->second = good;
  answer_.subject = found->first;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CountStock& command) {
  const auto found = goods_.find(command.reward.value());
  if (found == goods_.end()) {
    return Reason::kRewardNotFound;
  }
  found->second.stock = command.counted;
  answer_.subject = found->first;
  return std::nullopt;
}

// Units of a reward that a member had since the period began in which today lies.
int64_t PlainModel::TakenThisPeriod(uint64_t member, uint64_t reward) const {
  const absl::CivilDay now = absl::CivilDay(1970, 1, 1) + today();
  const int months = static_cast<int>(RulesOn(today()).reward_limit_months);
  absl::CivilDay start(now.year(), 1, 1);
  while (absl::CivilDay(start.year(), start.month() + months, 1) <= now) {
    start = absl::CivilDay(start.year(), start.month() + months, 1);
  }
  int64_t taken = 0;
  for (const auto& [id, purchase] : purchases_) {
    const bool stands = purchase.state != State::kCancelled && purchase.state != State::kExpired;
    const bool counts = stands && purchase.member == member && purchase.reward == reward;
    taken += counts && absl::CivilDay(1970, 1, 1) + purchase.day >= start ? purchase.quantity : 0;
  }
  return taken;
}

bool PlainModel::IsOthers(uint64_t member) const {
  const uint64_t actor = ActorAsMember();
  return actor != 0 && actor != member && !ActsFor(member, actor);
}

PlainModel::Refusal PlainModel::Do(const model::PlaceRewardOrder& command) {
  const auto found = goods_.find(command.reward.value());
  const uint64_t member = Find(command.member);
  if (found == goods_.end()) {
    return Reason::kRewardNotFound;
  }
  if (const Refusal gone = Gone(member, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  Good& good = found->second;
  Person& person = people_[member];
  const model::Rules& rules = RulesOn(today());
  const int64_t limit = good.limit > 0 ? good.limit : rules.reward_limit;
  const int64_t price = good.price * command.quantity;
  const Refusal idle = NotActive(member);
  const Refusal wrong = IsOthers(member)                                                ? Refusal(Reason::kRewardNotYours)
                        : idle.has_value()                                              ? idle
                        : good.withdrawn || today() < good.first || today() > good.last ? Refusal(Reason::kRewardNotOffered)
                        : good.stock < command.quantity                                 ? Refusal(Reason::kRewardOutOfStock)
                        : limit > 0 && TakenThisPeriod(member, found->first) + command.quantity > limit
                            ? Refusal(Reason::kRewardLimitReached)
                        : SpendablePoints(person) < price ? Refusal(Reason::kPointsTooLow)
                                                          : std::nullopt;
  if (wrong.has_value()) {
    return wrong;
  }
  Purchase purchase;
  purchase.reward = found->first;
  purchase.member = member;
  purchase.quantity = command.quantity;
  purchase.points = price;
  purchase.slices = SpendPoints(person, price);
  purchase.day = today();
  purchase.last = today() + static_cast<int32_t>(rules.reward_pickup_days);
  purchase.attempts = rules.pickup_attempts;
  purchase.salt = command.code_salt;
  good.stock -= command.quantity;
  person.points_held += price;
  answer_.subject = entries_ + 1;
  purchases_[answer_.subject] = purchase;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CollectRewardOrder& command) {
  const auto found = purchases_.find(command.order.value());
  if (found == purchases_.end()) {
    return Reason::kRewardOrderNotFound;
  }
  Purchase& purchase = found->second;
  if (IsOthers(purchase.member)) {
    return Reason::kRewardNotYours;
  }
  if (IsParty({purchase.member}) || ProxyOfActor(purchase.member) != 0) {
    return Reason::kActorIsParty;
  }
  const bool open = purchase.state == State::kPlaced || purchase.state == State::kLocked;
  if (open && today() > purchase.last) {
    return Reason::kRewardOrderLapsed;
  }
  if (purchase.state != State::kPlaced) {
    return Reason::kRewardOrderWrongState;
  }
  answer_.subject = found->first;
  // Random commands use the salt as the code.
  if (command.code_mac != purchase.salt) {
    purchase.state = --purchase.attempts == 0 ? State::kLocked : State::kPlaced;
    return std::nullopt;
  }
  people_[purchase.member].points_held -= purchase.points;
  purchase.state = State::kCollected;
  return std::nullopt;
}

void PlainModel::GiveBack(Purchase& purchase, State to, bool points) {
  Person& person = people_[purchase.member];
  goods_[purchase.reward].stock += purchase.quantity;
  person.points_held -= purchase.points;
  purchase.state = to;
  if (!points) {
    return;
  }
  // What is owed is paid first, out of what has expired meanwhile before anything else.
  for (auto& [last_day, amount] : purchase.slices) {
    const int64_t paid = std::min(amount, person.points_owed);
    person.points_owed -= paid;
    (last_day < today() ? person.expired_points : person.points)[last_day] += amount - paid;
  }
}

PlainModel::Refusal PlainModel::Do(const model::CancelRewardOrder& command) {
  const auto found = purchases_.find(command.order.value());
  if (found == purchases_.end()) {
    return Reason::kRewardOrderNotFound;
  }
  if (IsOthers(found->second.member)) {
    return Reason::kRewardNotYours;
  }
  if (found->second.state != State::kPlaced && found->second.state != State::kLocked) {
    return Reason::kRewardOrderWrongState;
  }
  answer_.subject = found->first;
  GiveBack(found->second, State::kCancelled, true);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::ExpirePurchase(const model::RunDue& command) {
  const auto found = purchases_.find(command.id);
  if (found == purchases_.end() || (found->second.state != State::kPlaced && found->second.state != State::kLocked) ||
      model::StartOf(model::Day(found->second.last + 1)) != command.due) {
    return Reason::kNothingDue;
  }
  GiveBack(found->second, State::kExpired, RulesOn(found->second.day).reward_expiry_returns_points == 1);
  return std::nullopt;
}

}  // namespace timebank::property
