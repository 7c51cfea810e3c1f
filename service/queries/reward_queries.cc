// The points shop: its catalogue and its orders.
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Day;

namespace {

absl::StatusOr<RewardView> ViewReward(Lookup& lookup, model::RewardId id, const rec::Reward& row) {
  RewardView view;
  view.id = id;
  view.display_name = row.display_name();
  TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(row.center())));
  view.center_code = center.code;
  view.center_name = center.display_name;
  view.price = model::Points(row.price());
  view.stock = row.stock();
  view.limit = row.limit();
  view.from = Day(row.first_day());
  view.until = Day(row.last_day());
  view.withdrawn = row.withdrawn();
  return view;
}

absl::StatusOr<RewardOrderView> ViewOrder(Lookup& lookup, model::RewardOrderId id, const rec::RewardOrder& row) {
  RewardOrderView view;
  view.id = id;
  view.reward = model::RewardId(row.reward());
  TB_ASSIGN_OR_RETURN(const rec::Reward reward,
                      ledger::MustLoadRow<rec::Reward>(lookup.reader(), keys::Reward(lookup.bank(), view.reward)));
  TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(reward.center())));
  view.reward_name = reward.display_name();
  view.center_name = center.display_name;
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(model::MemberId(row.member())));
  view.quantity = row.quantity();
  view.points = model::Points(row.points());
  view.state = static_cast<model::RewardOrderState>(row.state());
  view.day = Day(row.day());
  view.collect_until = Day(row.last_day());
  view.attempts_left = row.attempts_left();
  return view;
}

bool Orderable(const rec::Reward& row, Day day) {
  return !row.withdrawn() && row.first_day() <= day.value() && day.value() <= row.last_day();
}

}  // namespace

absl::StatusOr<RewardView> Queries::Reward(absl::string_view bank, model::RewardId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Reward> row,
                      ledger::LoadRow<rec::Reward>(*snapshot_, keys::Reward(bank, id)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no reward ", id.value()));
  }
  return ViewReward(lookup, id, *row);
}

absl::StatusOr<Page<RewardView>> Queries::Rewards(absl::string_view bank, const RewardFilter& filter,
                                                  const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  model::CenterId center;
  if (!filter.center.empty()) {
    TB_ASSIGN_OR_RETURN(center, lookup.CenterByRef(filter.center));
  }
  const std::string text = absl::StrCat("rewards/", bank, "/", center.value(), "/", filter.orderable_on.has_value());
  return WalkPrefix<RewardView>(
      *snapshot_, keys::TableOf('Q', bank), text, page,
      [&](absl::string_view key, absl::string_view value, std::vector<RewardView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Reward row, ParseRow<rec::Reward>(value));
        if ((center.value() != 0 && row.center() != center.value()) ||
            (filter.orderable_on.has_value() && !Orderable(row, *filter.orderable_on))) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(RewardView view, ViewReward(lookup, model::RewardId(keys::LastId(key)), row));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<RewardOrderView> Queries::RewardOrder(absl::string_view bank, model::RewardOrderId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::RewardOrder> row,
                      ledger::LoadRow<rec::RewardOrder>(*snapshot_, keys::RewardOrder(bank, id)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no reward order ", id.value()));
  }
  return ViewOrder(lookup, id, *row);
}

absl::StatusOr<Page<RewardOrderView>> Queries::RewardOrders(absl::string_view bank, const RewardOrderFilter& filter,
                                                            const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  std::string prefix = keys::TableOf('w', bank);
  std::string of = "all";
  if (!filter.center.empty()) {
    TB_ASSIGN_OR_RETURN(const model::CenterId center, lookup.CenterByRef(filter.center));
    prefix = keys::OpenRewardOrders(bank, center);
    of = absl::StrCat("center/", center.value());
  } else if (!filter.member.empty()) {
    TB_ASSIGN_OR_RETURN(const model::MemberId member, lookup.MemberByRef(filter.member));
    prefix = keys::RewardOrdersOf(bank, member);
    of = absl::StrCat("member/", member.value());
  }
  const std::string text =
      absl::StrCat("rewardOrders/", bank, "/", of, "/", filter.state.has_value() ? static_cast<int>(*filter.state) : 0);
  return WalkPrefix<RewardOrderView>(
      *snapshot_, prefix, text, page,
      [&](absl::string_view key, absl::string_view, std::vector<RewardOrderView>& rows) -> absl::Status {
        const model::RewardOrderId id(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const rec::RewardOrder row,
                            ledger::MustLoadRow<rec::RewardOrder>(*snapshot_, keys::RewardOrder(bank, id)));
        if (!filter.state.has_value() || static_cast<model::RewardOrderState>(row.state()) == *filter.state) {
          TB_ASSIGN_OR_RETURN(RewardOrderView view, ViewOrder(lookup, id, row));
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
