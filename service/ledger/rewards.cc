// The catalogue of the points shop: rewards, their stock and its counting.
#include "service/ledger/rewards.h"

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/merkle/hash.h"

namespace timebank::ledger {

using model::Day;
using model::Reason;

absl::StatusOr<rec::Reward> RequireReward(Work& work, model::RewardId id) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::Reward> row, LoadRow<rec::Reward>(work.rows(), keys::Reward(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kRewardNotFound, {{"reward", IdText(id.value())}});
  }
  return *std::move(row);
}

Day PeriodStart(Day day, int64_t months) {
  const absl::CivilDay civil = base::DayFromNumber(day.value());
  const int month = (civil.month() - 1) / static_cast<int>(months) * static_cast<int>(months) + 1;
  return Day(base::DayNumber(absl::CivilDay(civil.year(), month, 1)));
}

std::string PickupDigest(absl::string_view salt, absl::string_view mac) {
  const merkle::Hash hash = merkle::Sha256(absl::StrCat(salt, mac));
  return std::string(hash.begin(), hash.end());
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

absl::Status Decide(Work& work, const model::CreateReward& command) {
  TB_ASSIGN_OR_RETURN(const FoundCenter center, RequireCenter(work, command.center));
  const Day from = command.from.value_or(work.today());
  const Day until = command.until.value_or(kNoLastDay);
  if (until < from) {
    return work.Refuse(Reason::kRewardEndsBeforeStart);
  }

  const model::RewardId id(work.sequence().value());
  work.Describe(model::EntryKind::kRewardCreated, id.value(), work.today());
  work.entry().set_scope(center.row.scope());
  rec::Reward* row = work.entry().mutable_reward();
  row->set_center(center.id.value());
  row->set_display_name(command.display_name);
  row->set_price(command.price.value());
  row->set_stock(command.stock);
  row->set_limit(command.limit);
  row->set_first_day(from.value());
  row->set_last_day(until.value());
  work.Save(keys::Reward(work.bank_id(), id), *row);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeReward& command) {
  TB_ASSIGN_OR_RETURN(rec::Reward row, RequireReward(work, command.reward));
  const Day from = command.from.value_or(Day(row.first_day()));
  const Day until = command.no_end ? kNoLastDay : command.until.value_or(Day(row.last_day()));
  if (until < from) {
    return work.Refuse(Reason::kRewardEndsBeforeStart);
  }

  work.Describe(model::EntryKind::kRewardChanged, command.reward.value(), work.today());
  work.entry().set_reason(command.reason);
  if (!command.display_name.empty()) {
    row.set_display_name(command.display_name);
  }
  row.set_price(command.price.value_or(model::Points(row.price())).value());
  row.set_limit(command.limit.value_or(row.limit()));
  row.set_first_day(from.value());
  row.set_last_day(until.value());
  row.set_withdrawn(command.withdrawn.value_or(row.withdrawn()));
  *work.entry().mutable_reward() = row;
  work.Save(keys::Reward(work.bank_id(), command.reward), row);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CountStock& command) {
  TB_ASSIGN_OR_RETURN(rec::Reward row, RequireReward(work, command.reward));

  work.Describe(model::EntryKind::kStockCounted, command.reward.value(), work.today());
  work.entry().set_reason(command.reason);
  rec::StockCount* count = work.entry().mutable_stock_count();
  count->set_before(row.stock());
  count->set_counted(command.counted);
  row.set_stock(command.counted);
  work.Save(keys::Reward(work.bank_id(), command.reward), row);
  return absl::OkStatus();
}

}  // namespace timebank::ledger
