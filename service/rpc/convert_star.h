// Stars and the calendar: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_STAR_H_
#define TIMEBANK_RPC_CONVERT_STAR_H_

#include "service/queries/star_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/admin.pb.h"
#include "timebank/v1/star.pb.h"

namespace timebank::rpc {

void ToCreateStarApplication(const v1::CreateStarApplicationRequest& request, Conversion* conversion,
                             model::Command* command);
void ToApproveStarApplication(const v1::ApproveStarApplicationRequest& request, Conversion* conversion,
                              model::Command* command);
void ToRejectStarApplication(const v1::RejectStarApplicationRequest& request, Conversion* conversion,
                             model::Command* command);
void ToPublishStarApplication(const v1::PublishStarApplicationRequest& request, Conversion* conversion,
                              model::Command* command);
void ToObjectStarApplication(const v1::ObjectStarApplicationRequest& request, Conversion* conversion,
                             model::Command* command);
void ToDecideStarObjection(const v1::DecideStarObjectionRequest& request, Conversion* conversion, model::Command* command);
void ToWithdrawStarApplication(const v1::WithdrawStarApplicationRequest& request, Conversion* conversion,
                               model::Command* command);
void ToCreateStarAward(const v1::CreateStarAwardRequest& request, Conversion* conversion, model::Command* command);
void ToOpenStarReview(const v1::OpenStarReviewRequest& request, Conversion* conversion, model::Command* command);
void ToDecideStarReview(const v1::DecideStarReviewRequest& request, Conversion* conversion, model::Command* command);
void ToSetCalendar(const v1::SetCalendarRequest& request, Conversion* conversion, model::Command* command);

// `name` is the member's, unsealed.
void FillStarApplication(absl::string_view bank, const queries::StarApplicationView& view, std::string name,
                         v1::StarApplication* application);
void FillStarAward(absl::string_view bank, const queries::StarAwardView& view, std::string name, v1::StarAward* award);
void FillStarNeeds(absl::string_view bank, const queries::StarNeedsView& view, std::string name, v1::StarNeeds* needs);
void FillPublished(const queries::StarApplicationView& view, std::string masked, v1::PublishedStar* star);
void FillPublished(const queries::StarAwardView& view, std::string masked, v1::PublishedStar* star);
void FillCalendarDay(const queries::CalendarDayView& view, v1::CalendarDay* day);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_STAR_H_
