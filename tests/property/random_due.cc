// What time may ask for: mostly what is really due, sometimes too early, twice, or of the wrong thing.
#include <algorithm>
#include <iterator>

#include "tests/property/random_commands.h"

namespace timebank::property {

RandomCommands::Body RandomCommands::DueBody() {
  model::RunDue body;
  if (OneIn(4)) {
    body = OneIn(2) ? ReversalDue() : GrantDue();
  } else if (OneIn(3)) {
    body = OneIn(2) ? PointsDue() : RewardDue();
  } else if (OneIn(2)) {
    body = OrderDue();
  } else if (OneIn(3)) {
    body.kind = model::DueKind::kStarNotice;
    body.id = AnyStar();
    const auto found = model_->stars().find(body.id);
    body.due = model::StartOf(model::Day(found == model_->stars().end() ? 20'000 : found->second.until + 1));
  } else if (OneIn(3)) {
    // A check-in, mostly one that nobody checked out.
    body.kind = model::DueKind::kCheckInExpiry;
    body.id = AnyRecord();
    for (const auto& [id, service] : model_->services()) {
      if (service.state == model::RecordState::kCheckedIn && !service.of_order && !OneIn(8)) {
        body.id = id;
        break;
      }
    }
    const auto found = model_->services().find(body.id);
    const int32_t day =
        found == model_->services().end() ? 20'000 : model::DayOf(model::Minute(found->second.start)).value();
    body.due = model::StartOf(model::Day(day + 32));
  } else if (OneIn(2)) {
    body.kind = model::DueKind::kRecordNotice;
    body.id = AnyRecord();
    const auto found = model_->services().find(body.id);
    body.due = model::StartOf(model::Day(found == model_->services().end() ? 20'000 : found->second.notice_until + 1));
  } else {
    body.kind = model::DueKind::kHoldExpiry;
    body.id = AnyHold();
    const auto found = model_->holds().find(body.id);
    body.due = model::StartOf(model::Day(found == model_->holds().end() ? 20'000 : found->second.expires + 1));
  }
  if (OneIn(10)) {
    body.due = body.due + model::RecordTime(Pick<int64_t>({-1, 1, 86'400'000'000, INT32_MIN}));
  }
  if (OneIn(20)) {
    body.kind = static_cast<model::DueKind>(Roll(20));
  }
  return body;
}

}  // namespace timebank::property
