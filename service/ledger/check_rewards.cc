// The points shop: what the journal says of it, and the rows against it.
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/journal_facts.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/reward_life.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using Kind = model::EntryKind;
using model::RewardOrderState;

absl::Status Broken(const rec::Entry& entry, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", entry.sequence(), ": ", what));
}

absl::Status Wrong(absl::string_view noun, uint64_t id, absl::string_view what) {
  return absl::InternalError(absl::StrCat(noun, " ", id, ": ", what));
}

absl::Status TakeOrder(const rec::Entry& entry, JournalFacts& facts) {
  const rec::RewardOrder& order = entry.reward_order();
  const bool placed = entry.kind() == static_cast<uint32_t>(Kind::kRewardOrdered);
  const auto before = facts.reward_orders.find(entry.subject());
  const auto reward = facts.rewards.find(order.reward());
  if (reward == facts.rewards.end() || placed != (before == facts.reward_orders.end())) {
    return Broken(entry, "its order is placed twice, never, or of no reward");
  }
  if (!placed && !IsOpen(static_cast<RewardOrderState>(before->second.state()))) {
    return Broken(entry, "its order had ended");
  }
  const auto state = static_cast<RewardOrderState>(order.state());
  const bool back = state == RewardOrderState::kCancelled || state == RewardOrderState::kExpired;
  reward->second.set_stock(reward->second.stock() + (placed ? -order.quantity() : back ? order.quantity() : 0));
  if (reward->second.stock() < 0) {
    return Broken(entry, "it takes more than there is in stock");
  }
  facts.reward_orders[entry.subject()] = order;
  return absl::OkStatus();
}

absl::Status CheckOrders(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<uint64_t, int64_t> held;  // by member
  uint64_t open = 0;
  for (const auto& [id, order] : facts.reward_orders) {
    const model::RewardOrderId order_id(id);
    TB_ASSIGN_OR_RETURN(const rec::RewardOrder row,
                        MustLoadRow<rec::RewardOrder>(reader, keys::RewardOrder(bank, order_id)));
    if (row.SerializeAsString() != order.SerializeAsString()) {
      return Wrong("reward order", id, "differs from the journal");
    }
    const model::CenterId center(facts.rewards.at(order.reward()).center());
    TB_ASSIGN_OR_RETURN(const auto waits, reader.Get(keys::OpenRewardOrder(bank, center, order_id)));
    TB_ASSIGN_OR_RETURN(const auto of_member, reader.Get(keys::RewardOrderOf(bank, model::MemberId(order.member()),
                                                                             model::Day(order.day()), order_id)));
    const bool is_open = IsOpen(static_cast<RewardOrderState>(order.state()));
    if (waits.has_value() != is_open || !of_member.has_value()) {
      return Wrong("reward order", id, "an index has it wrong");
    }
    held[order.member()] += is_open ? order.points() : 0;
    open += is_open ? 1 : 0;
  }
  for (const auto& [account, balance] : facts.balances) {
    const bool held_points = account.asset == model::Asset::kPoints && account.kind == model::AccountKind::kHeld;
    if (held_points && balance != held[account.owner.id]) {
      return Wrong("member", account.owner.id, "held points are not those of the open orders");
    }
    held[account.owner.id] = held_points ? 0 : held[account.owner.id];
  }
  for (const auto& [member, points] : held) {
    if (points != 0) {
      return Wrong("member", member, "open orders hold points that no account has");
    }
  }
  const std::pair<char, uint64_t> counts[] = {
      {'w', facts.reward_orders.size()}, {'W', facts.reward_orders.size()}, {'y', open}};
  for (const auto& [table, rows] : counts) {
    uint64_t count = 0;
    const std::string prefix = keys::TableOf(table, bank);
    auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
    for (; it->Valid(); it->Next()) {
      ++count;
    }
    TB_RETURN_IF_ERROR(it->status());
    if (count != rows) {
      return absl::InternalError(absl::StrCat("table ", std::string(1, table), ": other orders than in the journal"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeRewards(const rec::Entry& entry, JournalFacts& facts) {
  if (entry.has_reward()) {
    const bool created = entry.kind() == static_cast<uint32_t>(Kind::kRewardCreated);
    const auto found = facts.rewards.find(entry.subject());
    if (created != (found == facts.rewards.end()) || (!created && found->second.stock() != entry.reward().stock())) {
      return Broken(entry, "its reward is created twice, never, or has another stock");
    }
    facts.rewards[entry.subject()] = entry.reward();
  }
  if (entry.has_stock_count()) {
    const auto found = facts.rewards.find(entry.subject());
    if (found == facts.rewards.end() || found->second.stock() != entry.stock_count().before()) {
      return Broken(entry, "it counts another stock than there was");
    }
    found->second.set_stock(entry.stock_count().counted());
  }
  return entry.has_reward_order() ? TakeOrder(entry, facts) : absl::OkStatus();
}

absl::Status CheckRewards(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  uint64_t count = 0;
  const std::string prefix = keys::TableOf('Q', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next(), ++count) {
    const auto found = facts.rewards.find(keys::LastId(it->key()));
    if (found == facts.rewards.end() || found->second.SerializeAsString() != it->value()) {
      return Wrong("reward", keys::LastId(it->key()), "differs from the journal");
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  if (count != facts.rewards.size()) {
    return absl::InternalError("rewards of the journal are missing");
  }
  return CheckOrders(reader, bank, facts);
}

}  // namespace timebank::ledger
