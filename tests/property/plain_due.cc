// What time does, as plainly as it can be said.
#include "tests/property/plain_model.h"

namespace timebank::property {

using model::RecordState;

PlainModel::Refusal PlainModel::ExpireCheckIn(const model::RunDue& command) {
  const auto found = services_.find(command.id);
  if (found == services_.end() || found->second.state != RecordState::kCheckedIn || found->second.of_order) {
    return Reason::kNothingDue;
  }
  const model::Day day = model::DayOf(model::Minute(found->second.start));
  const int64_t days = 2 + RulesOn(day.value()).late_entry_days;
  if (model::StartOf(day).value() + days * 86'400'000'000 != command.due.value()) {
    return Reason::kNothingDue;
  }
  Drop(found->second, RecordState::kWithdrawn);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::RunDue& command) {
  const auto midnight_after = [](int32_t day) { return (int64_t{day} + 1) * 86'400'000'000 - int64_t{8} * 3'600'000'000; };
  answer_.subject = command.id;
  if (command.due.value() > now_) {
    return Reason::kNothingDue;
  }
  if (command.kind == model::DueKind::kRecordNotice) {
    const auto found = services_.find(command.id);
    if (found == services_.end() || found->second.state != RecordState::kNoticed ||
        midnight_after(found->second.notice_until) != command.due.value()) {
      return Reason::kNothingDue;
    }
    people_[found->second.volunteer].pending -= found->second.measured;
    Settle(found->second);
    Answer(found->second, false);
    return std::nullopt;
  }
  if (command.kind == model::DueKind::kCheckInExpiry) {
    return ExpireCheckIn(command);
  }
  if (command.kind == model::DueKind::kHoldExpiry) {
    const auto found = holds_.find(command.id);
    if (found == holds_.end() || found->second.closed || found->second.order != 0 ||
        midnight_after(found->second.expires) != command.due.value()) {
      return Reason::kNothingDue;
    }
    people_[found->second.member].held -= found->second.amount;
    people_[found->second.member].available += found->second.amount;
    found->second.closed = true;
    Wake(found->second.member);
    return std::nullopt;
  }
  if (command.kind == model::DueKind::kPointsExpiry) {
    return ExpirePoints(command);
  }
  if (command.kind == model::DueKind::kOrderExpiry) {
    return ExpireCare(command.id, command.due.value());
  }
  if (command.kind == model::DueKind::kRecurringOrder) {
    return RunSeries(command.id, command.due.value());
  }
  if (command.kind == model::DueKind::kOrderAutoConfirm) {
    return AutoConfirmCare(command.id, command.due.value());
  }
  if (command.kind == model::DueKind::kRewardOrderExpiry) {
    return ExpirePurchase(command);
  }
  if (command.kind == model::DueKind::kReversalStep) {
    return ReverseNext(command);
  }
  if (command.kind == model::DueKind::kStarNotice) {
    const auto found = stars_.find(command.id);
    if (found == stars_.end() || found->second.state != model::StarState::kNoticed ||
        midnight_after(found->second.until) != command.due.value()) {
      return Reason::kNothingDue;
    }
    found->second.state = model::StarState::kPassed;
    return std::nullopt;
  }
  return command.kind == model::DueKind::kGrantIssue    ? IssueGrant(command)
         : command.kind == model::DueKind::kGrantExpiry ? EndGranted(command)
                                                        : Reason::kNothingDue;
}

}  // namespace timebank::property
