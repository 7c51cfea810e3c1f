// The points shop: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_REWARD_H_
#define TIMEBANK_RPC_CONVERT_REWARD_H_

#include "service/queries/reward_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/reward.pb.h"

namespace timebank::rpc {

void ToCreateReward(const v1::CreateRewardRequest& request, Conversion* conversion, model::Command* command);
void ToUpdateReward(const v1::UpdateRewardRequest& request, Conversion* conversion, model::Command* command);
void ToCountStock(const v1::CountStockRequest& request, Conversion* conversion, model::Command* command);
// Makes the pickup code, which stays in the conversion; only its digest goes into the command.
void ToCreateRewardOrder(const v1::CreateRewardOrderRequest& request, Conversion* conversion, model::Command* command);
void ToCollectRewardOrder(const v1::CollectRewardOrderRequest& request, Conversion* conversion, model::Command* command);
void ToCancelRewardOrder(const v1::CancelRewardOrderRequest& request, Conversion* conversion, model::Command* command);

void FillReward(absl::string_view bank, const queries::RewardView& view, v1::Reward* reward);
// All but the name of the person.
void FillRewardOrder(absl::string_view bank, const queries::RewardOrderView& view, v1::RewardOrder* order);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_REWARD_H_
