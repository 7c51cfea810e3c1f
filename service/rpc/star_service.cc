// Stars: the RPCs of StarService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/convert_star.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/star.pb.h"

namespace timebank::rpc {
namespace {

absl::StatusOr<std::string> NameOf(const queries::PersonView& person, const Reading& reading) {
  TB_ASSIGN_OR_RETURN(privacy::Person unsealed, reading.Masked(person.sealed_person));
  return std::move(unsealed.name);
}

absl::Status ListStarCandidates(const v1::ListStarCandidatesRequest& request, Reading* reading,
                                v1::ListStarCandidatesResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::StarCandidateFilter filter;
  filter.center = request.center().empty() ? std::string() : fields.Center("center", request.center());
  filter.close = model::Minutes(fields.Range("close_minutes", request.close_minutes(), 0, 6'000'000));
  filter.today = reading->DateOrToday("date", "");
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::StarNeedsView> views,
                      reading->queries().StarCandidates(bank, filter, page));
  for (const queries::StarNeedsView& view : views.rows) {
    TB_ASSIGN_OR_RETURN(std::string name, NameOf(view.member, *reading));
    FillStarNeeds(bank, view, std::move(name), response->add_candidates());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetStarNeeds(const v1::GetStarNeedsRequest& request, Reading* reading, v1::GetStarNeedsResponse* response) {
  const Named<model::MemberRef> name = reading->fields.MemberName("name", request.name());
  const model::Day today = reading->DateOrToday("date", "");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::StarNeedsView view, reading->queries().StarNeeds(name.bank, name.key, today));
  TB_ASSIGN_OR_RETURN(std::string member, NameOf(view.member, *reading));
  FillStarNeeds(name.bank, view, std::move(member), response->mutable_needs());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetStarApplication(const v1::GetStarApplicationRequest& request, Reading* reading,
                                v1::GetStarApplicationResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "starApplications");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::StarApplicationView view,
                      reading->queries().StarApplication(name.bank, model::StarApplicationId(name.key)));
  TB_ASSIGN_OR_RETURN(std::string member, NameOf(view.member, *reading));
  FillStarApplication(name.bank, view, std::move(member), response->mutable_star_application());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListStarApplications(const v1::ListStarApplicationsRequest& request, Reading* reading,
                                  v1::ListStarApplicationsResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::StarFilter filter;
  if (request.state() != v1::STAR_STATE_UNSPECIFIED) {
    filter.state = static_cast<model::StarState>(fields.Choice("state", request.state(), v1::StarState_MAX));
  }
  filter.scope_code = request.scope_code().empty() ? std::string() : fields.Code("scope_code", request.scope_code());
  filter.member = request.member().empty() ? std::string() : fields.Member("member", request.member());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::StarApplicationView> views,
                      reading->queries().StarApplications(bank, filter, page));
  for (const queries::StarApplicationView& view : views.rows) {
    TB_ASSIGN_OR_RETURN(std::string member, NameOf(view.member, *reading));
    FillStarApplication(bank, view, std::move(member), response->add_star_applications());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetStarAward(const v1::GetStarAwardRequest& request, Reading* reading, v1::GetStarAwardResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "starAwards");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::StarAwardView view,
                      reading->queries().StarAward(name.bank, model::StarAwardId(name.key)));
  TB_ASSIGN_OR_RETURN(std::string member, NameOf(view.member, *reading));
  FillStarAward(name.bank, view, std::move(member), response->mutable_star_award());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListStarAwards(const v1::ListStarAwardsRequest& request, Reading* reading,
                            v1::ListStarAwardsResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::StarAwardFilter filter;
  if (request.state() != v1::STAR_AWARD_STATE_UNSPECIFIED) {
    filter.state = static_cast<model::AwardState>(fields.Choice("state", request.state(), v1::StarAwardState_MAX));
  }
  filter.level = static_cast<int>(fields.Range("level", request.level(), 0, model::kStarLevels));
  filter.scope_code = request.scope_code().empty() ? std::string() : fields.Code("scope_code", request.scope_code());
  filter.member = request.member().empty() ? std::string() : fields.Member("member", request.member());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::StarAwardView> views, reading->queries().StarAwards(bank, filter, page));
  for (const queries::StarAwardView& view : views.rows) {
    TB_ASSIGN_OR_RETURN(std::string member, NameOf(view.member, *reading));
    FillStarAward(bank, view, std::move(member), response->add_star_awards());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

template <typename View>
absl::Status Publish(const queries::Page<View>& views, const Reading& reading, v1::ListStarPublicationResponse* response) {
  for (const View& view : views.rows) {
    TB_ASSIGN_OR_RETURN(const std::string name, NameOf(view.member, reading));
    FillPublished(view, std::move(name), response->add_stars());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading.sequence());
  return absl::OkStatus();
}

absl::Status ListStarPublication(const v1::ListStarPublicationRequest& request, Reading* reading,
                                 v1::ListStarPublicationResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  const int level = static_cast<int>(fields.Range("level", request.level(), 0, model::kStarLevels));
  const std::string scope = request.scope_code().empty() ? std::string() : fields.Code("scope_code", request.scope_code());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  if (request.awarded()) {
    queries::StarAwardFilter filter;
    filter.in_force = true;
    filter.level = level;
    filter.scope_code = scope;
    TB_ASSIGN_OR_RETURN(const auto views, reading->queries().StarAwards(bank, filter, page));
    return Publish(views, *reading, response);
  }
  queries::StarFilter filter;
  filter.state = model::StarState::kNoticed;
  filter.level = level;
  filter.scope_code = scope;
  TB_ASSIGN_OR_RETURN(const auto views, reading->queries().StarApplications(bank, filter, page));
  return Publish(views, *reading, response);
}

}  // namespace

void AddStarService(Methods* methods) {
  methods->Read(&ListStarCandidates);
  methods->Read(&GetStarNeeds);
  methods->Write<v1::CreateStarApplicationResponse>(&ToCreateStarApplication);
  methods->Batch<v1::BatchCreateStarApplicationsRequest, v1::BatchCreateStarApplicationsResponse>(&ToCreateStarApplication);
  methods->Write<v1::ApproveStarApplicationResponse>(&ToApproveStarApplication);
  methods->Write<v1::RejectStarApplicationResponse>(&ToRejectStarApplication);
  methods->Write<v1::PublishStarApplicationResponse>(&ToPublishStarApplication);
  methods->Write<v1::ObjectStarApplicationResponse>(&ToObjectStarApplication);
  methods->Write<v1::DecideStarObjectionResponse>(&ToDecideStarObjection);
  methods->Write<v1::WithdrawStarApplicationResponse>(&ToWithdrawStarApplication);
  methods->Read(&GetStarApplication);
  methods->Read(&ListStarApplications);
  methods->Write<v1::CreateStarAwardResponse>(&ToCreateStarAward);
  methods->Write<v1::OpenStarReviewResponse>(&ToOpenStarReview);
  methods->Write<v1::DecideStarReviewResponse>(&ToDecideStarReview);
  methods->Read(&GetStarAward);
  methods->Read(&ListStarAwards);
  methods->Read(&ListStarPublication);
}

}  // namespace timebank::rpc
