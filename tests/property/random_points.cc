// Points given and taken by hand, campaigns, and points that are due.
#include "absl/strings/str_cat.h"
#include "tests/property/random_commands.h"

namespace timebank::property {

RandomCommands::Body RandomCommands::PointsBody() {
  const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
  switch (Roll(8)) {
    case 0: {
      model::CreateCampaign body;
      body.display_name = "Campaign";
      body.category = Pick<std::string>({"", "助餐", "助浴"});
      body.percent = Pick<int64_t>({0, 50, 150, 200, 1000});
      body.from = model::Day(today - 1 + static_cast<int32_t>(Roll(6)));
      body.until = model::Day(body.from.value() - 1 + static_cast<int32_t>(Roll(6)));
      // A bank has only so many, and each is looked at whenever a service settles.
      return OneIn(4) ? Body(body) : Body(model::AwardPoints{AnyMember(), model::Points(1), "reason"});
    }
    case 1:
      return model::EndCampaign{model::CampaignId(AnyId(model_->fairs())), "reason"};
    case 2:
    case 3:
    case 4:
      return model::AwardPoints{AnyMember(), model::Points(static_cast<int64_t>(1 + Roll(OneIn(4) ? 500 : 20))), "reason"};
    case 5: {
      // All that somebody has, so that the points of a later reversal are gone.
      const uint64_t id = 1 + Roll(8);
      int64_t all = 0;
      for (const auto& [last_day, remaining] : model_->people().at(id).points) {
        all += last_day < today ? 0 : remaining;
      }
      return model::DeductPoints{absl::StrCat("P", id), model::Points(std::max<int64_t>(1, all)), "reason"};
    }
    default:
      return model::DeductPoints{AnyMember(), model::Points(static_cast<int64_t>(1 + Roll(OneIn(4) ? 500 : 60))), "reason"};
  }
}

model::RunDue RandomCommands::PointsDue() {
  model::RunDue body;
  body.kind = model::DueKind::kPointsExpiry;
  body.id = AnyId(model_->people());
  body.due = model::StartOf(model::Day(20'000));
  const auto found = model_->people().find(body.id);
  if (found != model_->people().end()) {
    for (const auto& [last_day, remaining] : found->second.points) {
      if (remaining > 0 && last_day != INT32_MAX) {
        body.due = model::StartOf(model::Day(last_day + 1));
        break;
      }
    }
  }
  return body;
}

}  // namespace timebank::property
