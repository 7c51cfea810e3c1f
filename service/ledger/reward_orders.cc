// Orders of the points shop, as reward_life.h lays them out: points and goods are taken in one entry, and spent or given back in one.
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/reward_life.h"
#include "service/ledger/rewards.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Day;
using model::Reason;
using model::RewardOrderState;

model::AccountId HeldPoints(model::MemberId member) {
  return {model::MemberOwner(member), model::Asset::kPoints, AccountKind::kHeld};
}

std::string DueKey(Work& work, model::RewardOrderId id, const rec::RewardOrder& row) {
  return keys::Due(work.bank_id(), model::StartOf(Day(row.last_day() + 1)), model::DueKind::kRewardOrderExpiry, id.value());
}

// What a member has of a reward from orders since `since` that stand.
absl::StatusOr<int64_t> TakenSince(Work& work, model::MemberId member, model::RewardId reward, Day since) {
  int64_t taken = 0;
  auto it = work.rows().Scan(keys::RewardOrdersSince(work.bank_id(), member, since),
                             base::PrefixEnd(keys::RewardOrdersOf(work.bank_id(), member)));
  for (; it->Valid(); it->Next()) {
    const model::RewardOrderId id(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(const rec::RewardOrder order,
                        MustLoadRow<rec::RewardOrder>(work.rows(), keys::RewardOrder(work.bank_id(), id)));
    const auto state = static_cast<RewardOrderState>(order.state());
    if (order.reward() == reward.value() && (IsOpen(state) || state == RewardOrderState::kCollected)) {
      taken += order.quantity();
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return taken;
}

absl::Status RequireUnderLimit(Work& work, model::MemberId member, const model::PlaceRewardOrder& command,
                               const rec::Reward& reward, const model::Rules& rules) {
  const int64_t limit = reward.limit() > 0 ? reward.limit() : rules.reward_limit;
  if (limit == 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const int64_t taken,
                      TakenSince(work, member, command.reward, PeriodStart(work.today(), rules.reward_limit_months)));
  if (taken + command.quantity > limit) {
    return work.Refuse(Reason::kRewardLimitReached, {{"limit", absl::StrCat(limit)},
                                                     {"months", absl::StrCat(rules.reward_limit_months)},
                                                     {"taken", absl::StrCat(taken)}});
  }
  return absl::OkStatus();
}

absl::Status RequireOffered(Work& work, const model::PlaceRewardOrder& command, const rec::Reward& reward) {
  const int32_t today = work.today().value();
  if (reward.withdrawn() || today < reward.first_day() || today > reward.last_day()) {
    return work.Refuse(Reason::kRewardNotOffered, {{"reward", IdText(command.reward.value())}});
  }
  if (command.quantity > reward.stock()) {
    return work.Refuse(Reason::kRewardOutOfStock, {{"stock", absl::StrCat(reward.stock())}});
  }
  return absl::OkStatus();
}

// A member acts for herself, or as the bound proxy of an elder. Who is no member is staff.
absl::Status RequireOwn(Work& work, model::MemberId member) {
  TB_ASSIGN_OR_RETURN(const model::MemberId actor, ActingMember(work));
  if (actor.value() == 0 || actor == member) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const bool proxy, ActsFor(work, member, actor));
  return proxy ? absl::OkStatus() : work.Refuse(Reason::kRewardNotYours);
}

// An order while it is being changed.
struct Change {
  model::RewardOrderId id;
  rec::RewardOrder row;
  model::MemberId member() const { return model::MemberId(row.member()); }
  RewardOrderState state() const { return static_cast<RewardOrderState>(row.state()); }
};

absl::StatusOr<Change> RequireOrder(Work& work, model::RewardOrderId id) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::RewardOrder> row,
                      LoadRow<rec::RewardOrder>(work.rows(), keys::RewardOrder(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kRewardOrderNotFound, {{"order", IdText(id.value())}});
  }
  return Change{id, *std::move(row)};
}

absl::Status ApplyEffect(Work& work, const Change& change, RewardOrderEffect effect, Books& books, PointsLots& points) {
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(change.row.day())));
  switch (effect) {
    case RewardOrderEffect::kNone:
      return absl::OkStatus();
    case RewardOrderEffect::kRedeem:
      TB_RETURN_IF_ERROR(books.Post(HeldPoints(change.member()), -change.row.points()));
      return books.Post(BankPoints(AccountKind::kRedeemed), change.row.points());
    case RewardOrderEffect::kLapse:
      if (rules->reward_expiry_returns_points == 0) {
        TB_RETURN_IF_ERROR(books.Post(HeldPoints(change.member()), -change.row.points()));
        return books.Post(BankPoints(AccountKind::kExpired), change.row.points());
      }
      break;
    case RewardOrderEffect::kRestore:
      break;
  }
  std::vector<PointsSlice> slices;
  for (const rec::PointsSlice& slice : change.row.slices()) {
    slices.push_back({Day(slice.last_day()), slice.amount()});
  }
  return points.Return(slices, HeldPoints(change.member()));
}

// One step, all checks but those of the table done.
absl::Status Step(Work& work, Change& change, RewardOrderEvent event, const std::string& reason) {
  const RewardOrderStep* const step = FindRewardOrderStep(change.state(), event);
  if (step == nullptr) {
    return work.Refuse(Reason::kRewardOrderWrongState,
                       {{"order", IdText(change.id.value())}, {"state", std::string(model::NameOf(change.state()))}});
  }
  const model::RewardId reward_id(change.row.reward());
  TB_ASSIGN_OR_RETURN(rec::Reward reward, MustLoadRow<rec::Reward>(work.rows(), keys::Reward(work.bank_id(), reward_id)));
  TB_ASSIGN_OR_RETURN(const rec::Center center,
                      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(reward.center()))));
  Books books(&work);
  PointsLots points(&work, &books, change.member());
  TB_RETURN_IF_ERROR(ApplyEffect(work, change, step->effect, books, points));

  work.Describe(step->kind, change.id.value(), work.today());
  work.entry().set_scope(center.scope());
  work.entry().set_reason(reason);
  if (step->kind == model::EntryKind::kRewardCodeMissed) {
    change.row.set_attempts_left(change.row.attempts_left() - 1);
  }
  if (!IsOpen(step->to)) {
    work.Delete(DueKey(work, change.id, change.row));
    work.Delete(keys::OpenRewardOrder(work.bank_id(), model::CenterId(reward.center()), change.id));
  }
  if (step->effect == RewardOrderEffect::kRestore || step->effect == RewardOrderEffect::kLapse) {
    reward.set_stock(reward.stock() + change.row.quantity());
    work.Save(keys::Reward(work.bank_id(), reward_id), reward);
  }
  change.row.set_state(static_cast<uint32_t>(step->to));
  *work.entry().mutable_reward_order() = change.row;
  work.Save(keys::RewardOrder(work.bank_id(), change.id), change.row);
  points.Write();
  books.Write();
  return absl::OkStatus();
}

void DraftOrder(Work& work, const model::PlaceRewardOrder& command, model::MemberId member, const model::Rules& rules,
                const std::vector<PointsSlice>& slices) {
  rec::RewardOrder* row = work.entry().mutable_reward_order();
  row->set_reward(command.reward.value());
  row->set_member(member.value());
  row->set_quantity(command.quantity);
  row->set_points(SumOf(slices));
  for (const PointsSlice& from : slices) {
    rec::PointsSlice* slice = row->add_slices();
    slice->set_last_day(from.last_day.value());
    slice->set_amount(from.amount);
  }
  row->set_state(static_cast<uint32_t>(RewardOrderState::kPlaced));
  row->set_day(work.today().value());
  row->set_last_day(work.today().value() + static_cast<int32_t>(rules.reward_pickup_days));
  row->set_attempts_left(static_cast<uint32_t>(rules.pickup_attempts));
  row->set_code_salt(command.code_salt);
  row->set_code_digest(command.code_digest);
}

}  // namespace

absl::Status Decide(Work& work, const model::PlaceRewardOrder& command) {
  TB_ASSIGN_OR_RETURN(rec::Reward reward, RequireReward(work, command.reward));
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireOwn(work, member.id));
  TB_RETURN_IF_ERROR(RequireActive(work, member));
  TB_RETURN_IF_ERROR(RequireOffered(work, command, reward));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  TB_RETURN_IF_ERROR(RequireUnderLimit(work, member.id, command, reward, *rules));
  Books books(&work);
  PointsLots points(&work, &books, member.id);
  TB_ASSIGN_OR_RETURN(const int64_t spendable, points.Spendable());
  const int64_t price = reward.price() * command.quantity;
  if (spendable < price) {
    return work.Refuse(Reason::kPointsTooLow, {{"available", absl::StrCat(spendable)}});
  }
  TB_ASSIGN_OR_RETURN(const std::vector<PointsSlice> slices, points.Take(price, HeldPoints(member.id)));
  TB_ASSIGN_OR_RETURN(const rec::Center center,
                      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(reward.center()))));

  const model::RewardOrderId id(work.sequence().value());
  work.Describe(model::EntryKind::kRewardOrdered, id.value(), work.today());
  work.entry().set_scope(center.scope());
  DraftOrder(work, command, member.id, *rules, slices);
  const rec::RewardOrder& row = work.entry().reward_order();
  reward.set_stock(reward.stock() - command.quantity);
  work.Save(keys::Reward(work.bank_id(), command.reward), reward);
  work.Save(keys::RewardOrder(work.bank_id(), id), row);
  work.Put(keys::RewardOrderOf(work.bank_id(), member.id, work.today(), id), "");
  work.Put(keys::OpenRewardOrder(work.bank_id(), model::CenterId(reward.center()), id), "");
  work.Put(DueKey(work, id, row), "");
  points.Write();
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CollectRewardOrder& command) {
  TB_ASSIGN_OR_RETURN(Change change, RequireOrder(work, command.order));
  TB_RETURN_IF_ERROR(RequireOwn(work, change.member()));
  // The goods are handed over by somebody else.
  TB_RETURN_IF_ERROR(RequireNotParty(work, {change.member()}));
  TB_RETURN_IF_ERROR(RequireNotAgent(work, change.member()));
  if (IsOpen(change.state()) && change.row.last_day() < work.today().value()) {
    return work.Refuse(Reason::kRewardOrderLapsed,
                       {{"order", IdText(command.order.value())}, {"until", DayText(Day(change.row.last_day()))}});
  }
  const bool right = EqualInConstantTime(PickupDigest(change.row.code_salt(), command.code_mac), change.row.code_digest());
  const RewardOrderEvent event = right                             ? RewardOrderEvent::kCollect
                                 : change.row.attempts_left() <= 1 ? RewardOrderEvent::kLastMiss
                                                                   : RewardOrderEvent::kMiss;
  return Step(work, change, event, "");
}

absl::Status Decide(Work& work, const model::CancelRewardOrder& command) {
  TB_ASSIGN_OR_RETURN(Change change, RequireOrder(work, command.order));
  TB_RETURN_IF_ERROR(RequireOwn(work, change.member()));
  return Step(work, change, RewardOrderEvent::kCancel, command.reason);
}

absl::Status ExpireRewardOrder(Work& work, uint64_t id, model::RecordTime) {
  TB_ASSIGN_OR_RETURN(Change change, RequireOrder(work, model::RewardOrderId(id)));
  return Step(work, change, RewardOrderEvent::kExpire, "");
}

}  // namespace timebank::ledger
