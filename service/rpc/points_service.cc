// Points and campaigns: the RPCs of PointsService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/convert_points.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/points.pb.h"

namespace timebank::rpc {
namespace {

absl::Status GetPointsBalance(const v1::GetPointsBalanceRequest& request, Reading* reading,
                              v1::GetPointsBalanceResponse* response) {
  const Named<model::MemberRef> name = reading->fields.MemberName("name", request.name());
  const model::Day today = reading->DateOrToday("name", "");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::PointsBalanceView view, reading->queries().PointsBalance(name.bank, name.key, today));
  TB_ASSIGN_OR_RETURN(const privacy::Person person, reading->Masked(view.member.sealed_person));
  FillPointsBalance(name.bank, view, today, response);
  response->set_display_name(person.name);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListExpiringPoints(const v1::ListExpiringPointsRequest& request, Reading* reading,
                                v1::ListExpiringPointsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const int64_t days = reading->fields.Range("within_days", request.within_days(), 0, model::limits::kForewarningDays);
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  const model::Day today = reading->DateOrToday("within_days", "");
  const model::Day last(today.value() + static_cast<int32_t>(days));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::ExpiringPointsView> views,
                      reading->queries().ExpiringPoints(bank, today, last, page));
  for (const queries::ExpiringPointsView& view : views.rows) {
    TB_ASSIGN_OR_RETURN(const privacy::Person person, reading->Masked(view.member.sealed_person));
    v1::ExpiringPoints* row = response->add_rows();
    FillExpiringPoints(bank, view, row);
    row->set_display_name(person.name);
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListCampaigns(const v1::ListCampaignsRequest& request, Reading* reading, v1::ListCampaignsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::CampaignView> views, reading->queries().Campaigns(bank, page));
  for (const queries::CampaignView& view : views.rows) {
    FillCampaign(bank, view, response->add_campaigns());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddPointsService(Methods* methods) {
  methods->Read(&GetPointsBalance);
  methods->Read(&ListExpiringPoints);
  methods->Write<v1::AwardPointsResponse>(&ToAwardPoints);
  methods->Write<v1::DeductPointsResponse>(&ToDeductPoints);
  methods->Write<v1::CreateCampaignResponse>(&ToCreateCampaign);
  methods->Write<v1::EndCampaignResponse>(&ToEndCampaign);
  methods->Read(&ListCampaigns);
}

}  // namespace timebank::rpc
