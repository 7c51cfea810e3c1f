#include "service/rpc/convert_points.h"

#include <utility>

#include "service/model/limits.h"
#include "service/model/rules.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

// By hand, both ways.
template <typename Body, typename Request>
void ByHand(const Request& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  Body body;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.member = std::move(name.key);
  body.amount = model::Points(fields.Range("points", request.points(), 1, limits::kAmountMost));
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

}  // namespace

void ToAwardPoints(const v1::AwardPointsRequest& request, Conversion* conversion, model::Command* command) {
  ByHand<model::AwardPoints>(request, conversion, command);
}
void ToDeductPoints(const v1::DeductPointsRequest& request, Conversion* conversion, model::Command* command) {
  ByHand<model::DeductPoints>(request, conversion, command);
}

void ToCreateCampaign(const v1::CreateCampaignRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateCampaign body;
  command->bank = fields.Bank("parent", request.parent());
  body.display_name = fields.Name("display_name", request.display_name());
  body.category = fields.Text("category", request.category(), 0, limits::kCategoryChars);
  body.percent = fields.Range("percent", request.percent(), 0, limits::kCampaignPercentMost);
  body.from = fields.Date("from_date", request.from_date());
  body.until = fields.Date("until_date", request.until_date());
  command->body = std::move(body);
}

void ToEndCampaign(const v1::EndCampaignRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::EndCampaign body;
  Named<uint64_t> name = fields.Numbered("name", request.name(), "campaigns");
  command->bank = std::move(name.bank);
  body.campaign = model::CampaignId(name.key);
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillPointsBalance(absl::string_view bank, const queries::PointsBalanceView& view, model::Day today,
                       v1::GetPointsBalanceResponse* response) {
  response->set_name(MemberName(bank, view.member.id));
  response->set_spendable_points(view.spendable.value());
  response->set_held_points(view.held.value());
  response->set_owed_points(view.owed.value());
  for (const queries::PointsLotView& from : view.lots) {
    v1::PointsLot* lot = response->add_lots();
    lot->set_points(from.remaining.value());
    lot->set_expire_date(from.last_day == model::kPointsForEver ? std::string() : ToDate(from.last_day));
    lot->set_lapsed(from.last_day < today);
  }
}

void FillExpiringPoints(absl::string_view bank, const queries::ExpiringPointsView& view, v1::ExpiringPoints* row) {
  row->set_member(MemberName(bank, view.member.id));
  row->set_external_number(view.member.external_number);
  row->set_points(view.points.value());
  row->set_expire_date(ToDate(view.last_day));
}

void FillCampaign(absl::string_view bank, const queries::CampaignView& view, v1::Campaign* campaign) {
  campaign->set_name(ResourceName(bank, "campaigns", view.id.value()));
  campaign->set_display_name(view.display_name);
  campaign->set_category(view.category);
  campaign->set_percent(static_cast<int32_t>(view.percent));
  campaign->set_from_date(ToDate(view.from));
  campaign->set_until_date(ToDate(view.until));
}

}  // namespace timebank::rpc
