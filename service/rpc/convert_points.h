// Points and campaigns: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_POINTS_H_
#define TIMEBANK_RPC_CONVERT_POINTS_H_

#include "service/queries/points_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/points.pb.h"

namespace timebank::rpc {

void ToAwardPoints(const v1::AwardPointsRequest& request, Conversion* conversion, model::Command* command);
void ToDeductPoints(const v1::DeductPointsRequest& request, Conversion* conversion, model::Command* command);
void ToCreateCampaign(const v1::CreateCampaignRequest& request, Conversion* conversion, model::Command* command);
void ToEndCampaign(const v1::EndCampaignRequest& request, Conversion* conversion, model::Command* command);

// All but the name of the person.
void FillPointsBalance(absl::string_view bank, const queries::PointsBalanceView& view, model::Day today,
                       v1::GetPointsBalanceResponse* response);
void FillExpiringPoints(absl::string_view bank, const queries::ExpiringPointsView& view, v1::ExpiringPoints* row);
void FillCampaign(absl::string_view bank, const queries::CampaignView& view, v1::Campaign* campaign);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_POINTS_H_
