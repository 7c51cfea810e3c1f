// Applications for stars and what becomes of them, mostly in the order in which people do it.
#include "absl/strings/str_cat.h"
#include "tests/property/random_commands.h"

namespace timebank::property {

RandomCommands::Body RandomCommands::StarBody() {
  using Event = model::ChangeStar::Event;
  using AwardEvent = model::ChangeAward::Event;
  const std::string scope =
      OneIn(4) ? Pick<std::string>({"s1", "d1", "d2", "nowhere"}) : Pick<std::string>({"d1", "p1", "p1"});
  switch (Roll(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return model::SubmitStar{AnyMember(), static_cast<int>(1 + Roll(OneIn(3) ? 5 : 2))};
    case 4: {
      model::SetCalendar body;
      const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
      for (uint64_t count = 1 + Roll(3); count > 0; --count) {
        body.days.push_back(
            {model::Day(today - (OneIn(6) ? 1 : 0) + static_cast<int32_t>(Roll(6))), static_cast<model::DayKind>(Roll(3))});
      }
      body.reason = "reason";
      return body;
    }
    case 5:
    case 6:
    case 7:
    case 8:
      return model::AwardStar{model::StarApplicationId(AnyStar()), scope, absl::StrCat("N", Roll(60))};
    case 9:
      return model::ChangeAward{model::StarAwardId(AnyMedal()), AwardEvent::kOpenReview, "", "reason"};
    case 10:
    case 11:
      return model::ChangeAward{model::StarAwardId(AnyMedal()), Pick<AwardEvent>({AwardEvent::kKeep, AwardEvent::kRevoke}),
                                scope, "reason"};
    default:
      break;
  }
  model::ChangeStar body;
  body.application = model::StarApplicationId(AnyStar());
  // What would come next, where there is one.
  const auto found = model_->stars().find(body.application.value());
  const auto state = found == model_->stars().end() ? model::StarState::kSubmitted : found->second.state;
  const Event next = state == model::StarState::kSubmitted  ? Event::kApprove
                     : state == model::StarState::kReviewed ? Event::kPublish
                     : state == model::StarState::kObjected ? Pick<Event>({Event::kDismiss, Event::kDismiss, Event::kUphold})
                                                            : Event::kObject;
  body.event = OneIn(4) ? static_cast<Event>(Roll(7)) : next;
  body.reason = body.event == Event::kApprove || body.event == Event::kPublish ? "" : "reason";
  return body;
}

}  // namespace timebank::property
