// The points shop: the RPCs of RewardService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_reward.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/reward.pb.h"

namespace timebank::rpc {
namespace {

absl::Status GetReward(const v1::GetRewardRequest& request, Reading* reading, v1::GetRewardResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "rewards");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::RewardView view, reading->queries().Reward(name.bank, model::RewardId(name.key)));
  FillReward(name.bank, view, response->mutable_reward());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListRewards(const v1::ListRewardsRequest& request, Reading* reading, v1::ListRewardsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  queries::RewardFilter filter;
  if (!request.center().empty()) {
    filter.center = reading->fields.Center("center", request.center());
  }
  if (!request.show_all()) {
    filter.orderable_on = reading->DateOrToday("show_all", "");
  }
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::RewardView> views, reading->queries().Rewards(bank, filter, page));
  for (const queries::RewardView& view : views.rows) {
    FillReward(bank, view, response->add_rewards());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status AddOrder(const std::string& bank, const queries::RewardOrderView& view, const Reading& reading,
                      v1::RewardOrder* order) {
  TB_ASSIGN_OR_RETURN(const privacy::Person person, reading.Masked(view.member.sealed_person));
  FillRewardOrder(bank, view, order);
  order->set_member_name(person.name);
  return absl::OkStatus();
}

absl::Status GetRewardOrder(const v1::GetRewardOrderRequest& request, Reading* reading,
                            v1::GetRewardOrderResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "rewardOrders");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::RewardOrderView view,
                      reading->queries().RewardOrder(name.bank, model::RewardOrderId(name.key)));
  TB_RETURN_IF_ERROR(AddOrder(name.bank, view, *reading, response->mutable_order()));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListRewardOrders(const v1::ListRewardOrdersRequest& request, Reading* reading,
                              v1::ListRewardOrdersResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::RewardOrderFilter filter;
  if (!request.center().empty() && !request.member().empty()) {
    fields.Fail("center", "与会员编号只能填一项", "and member cannot both be set");
  } else if (!request.center().empty()) {
    filter.center = fields.Center("center", request.center());
  } else if (!request.member().empty()) {
    filter.member = fields.Member("member", request.member());
  }
  if (request.state() != v1::REWARD_ORDER_STATE_UNSPECIFIED) {
    filter.state = static_cast<model::RewardOrderState>(fields.Choice("state", request.state(), v1::RewardOrderState_MAX));
  }
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::RewardOrderView> views,
                      reading->queries().RewardOrders(bank, filter, page));
  for (const queries::RewardOrderView& view : views.rows) {
    TB_RETURN_IF_ERROR(AddOrder(bank, view, *reading, response->add_orders()));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddRewardService(Methods* methods) {
  methods->Write<v1::CreateRewardResponse>(&ToCreateReward);
  methods->Write<v1::UpdateRewardResponse>(&ToUpdateReward);
  methods->Write<v1::CountStockResponse>(&ToCountStock);
  methods->Read(&GetReward);
  methods->Read(&ListRewards);
  methods->Write<v1::CreateRewardOrderResponse>(&ToCreateRewardOrder);
  methods->Write<v1::CollectRewardOrderResponse>(&ToCollectRewardOrder);
  methods->Write<v1::CancelRewardOrderResponse>(&ToCancelRewardOrder);
  methods->Read(&GetRewardOrder);
  methods->Read(&ListRewardOrders);
}

}  // namespace timebank::rpc
