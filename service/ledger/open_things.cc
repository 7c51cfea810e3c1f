#include "service/ledger/open_things.h"

#include <cstdint>
#include <string>
#include <vector>

#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/grant_rows.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_life.h"
#include "service/ledger/record_life.h"
#include "service/ledger/reward_life.h"
#include "service/ledger/star_measure.h"

namespace timebank::ledger {
namespace {

using model::MemberId;

// `center`: where somebody can end it; 0: where the member is.
absl::Status RefuseOpen(Work& work, MemberId member, absl::string_view what, uint64_t id, uint64_t center = 0) {
  TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), member)));
  const model::CenterId place(center == 0 ? row.center() : center);
  TB_ASSIGN_OR_RETURN(const rec::Center at, MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), place)));
  return work.Refuse(model::Reason::kMemberHasOpen, {{"member", model::MemberNumber(member)},
                                                     {"what", std::string(what)},
                                                     {"id", IdText(id)},
                                                     {"center", at.display_name()}});
}

// The ids at the end of the keys of an index.
absl::StatusOr<std::vector<uint64_t>> IdsUnder(const Work& work, const std::string& prefix) {
  std::vector<uint64_t> ids;
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    ids.push_back(keys::LastId(it->key()));
  }
  TB_RETURN_IF_ERROR(it->status());
  return ids;
}

absl::Status RequireNoRecords(Work& work, MemberId member) {
  const std::string prefix = keys::DaysOf(work.bank_id(), member);
  std::vector<uint64_t> records;
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::VolunteerDay day;
    if (!day.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored day cannot be read");
    }
    for (const rec::Slot& slot : day.slots()) {
      if (!slot.freed()) {
        records.push_back(slot.record());
      }
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  for (const uint64_t id : records) {
    TB_ASSIGN_OR_RETURN(const rec::Record row,
                        MustLoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), model::RecordId(id))));
    const auto state = static_cast<model::RecordState>(row.state());
    if (IsOpen(state) || IsPending(state)) {
      return RefuseOpen(work, member, "RECORD", id, row.service().center());
    }
  }
  return absl::OkStatus();
}

absl::Status RequireNoOrders(Work& work, MemberId member) {
  TB_ASSIGN_OR_RETURN(const std::vector<uint64_t> orders, IdsUnder(work, keys::OrdersOf(work.bank_id(), member)));
  for (const uint64_t id : orders) {
    TB_ASSIGN_OR_RETURN(const rec::Order row,
                        MustLoadRow<rec::Order>(work.rows(), keys::Order(work.bank_id(), model::OrderId(id))));
    if (!IsEnded(static_cast<model::OrderState>(row.state()))) {
      return RefuseOpen(work, member, "ORDER", id, row.center());
    }
  }
  TB_ASSIGN_OR_RETURN(const std::vector<uint64_t> series, IdsUnder(work, keys::AllRecurringOf(work.bank_id(), member)));
  for (const uint64_t id : series) {
    TB_ASSIGN_OR_RETURN(const rec::Recurring row,
                        MustLoadRow<rec::Recurring>(work.rows(), keys::Recurring(work.bank_id(), model::RecurringId(id))));
    if (row.state() != static_cast<uint32_t>(model::RecurringState::kEnded)) {
      return RefuseOpen(work, member, "RECURRING_ORDER", id, row.center());
    }
  }
  TB_ASSIGN_OR_RETURN(const std::vector<uint64_t> purchases, IdsUnder(work, keys::RewardOrdersOf(work.bank_id(), member)));
  for (const uint64_t id : purchases) {
    TB_ASSIGN_OR_RETURN(
        const rec::RewardOrder row,
        MustLoadRow<rec::RewardOrder>(work.rows(), keys::RewardOrder(work.bank_id(), model::RewardOrderId(id))));
    if (IsOpen(static_cast<model::RewardOrderState>(row.state()))) {
      TB_ASSIGN_OR_RETURN(
          const rec::Reward reward,
          MustLoadRow<rec::Reward>(work.rows(), keys::Reward(work.bank_id(), model::RewardId(row.reward()))));
      return RefuseOpen(work, member, "REWARD_ORDER", id, reward.center());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireNothingOpen(Work& work, MemberId member) {
  TB_ASSIGN_OR_RETURN(const std::vector<uint64_t> holds, IdsUnder(work, keys::HoldsOf(work.bank_id(), member)));
  for (const uint64_t id : holds) {
    // An order's hold ends with its order: that is what has to be named.
    TB_ASSIGN_OR_RETURN(const rec::Hold row,
                        MustLoadRow<rec::Hold>(work.rows(), keys::Hold(work.bank_id(), model::HoldId(id))));
    if (row.order() == 0) {
      return RefuseOpen(work, member, "HOLD", id);
    }
  }
  TB_RETURN_IF_ERROR(RequireNoOrders(work, member));
  TB_RETURN_IF_ERROR(RequireNoRecords(work, member));
  TB_ASSIGN_OR_RETURN(const rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));
  if (standing.application() != 0) {
    return RefuseOpen(work, member, "STAR_APPLICATION", standing.application());
  }
  TB_ASSIGN_OR_RETURN(const model::GrantId grant, OpenGrantOf(work, member));
  return grant.value() == 0 ? absl::OkStatus() : RefuseOpen(work, member, "GRANT", grant.value());
}

}  // namespace timebank::ledger
