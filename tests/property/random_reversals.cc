// Reversals of many records, and who stands in for what is spent.
#include <set>

#include "tests/property/random_commands.h"

namespace timebank::property {

model::CoverChoice RandomCommands::AnyCover() {
  model::CoverChoice choice;
  choice.cover = static_cast<model::Cover>(Roll(4));
  if (choice.cover == model::Cover::kDebt) {
    choice.consent = "signed";
  }
  if (choice.cover == model::Cover::kAuthority) {
    choice.requested_by = AnyActor();
  }
  return choice;
}

RandomCommands::Body RandomCommands::ReversalBody() {
  using Event = model::ChangeReversal::Event;
  if (!model_->batches().empty() && !OneIn(3)) {
    return model::ChangeReversal{
        model::ReversalId(AnyId(model_->batches())),
        Pick<Event>({Event::kApprove, Event::kApprove, Event::kApprove, Event::kReject, Event::kWithdraw}), "reason"};
  }
  model::ProposeReversal body;
  body.reason = "reason";
  body.cover = AnyCover();
  body.cover.requested_by.clear();
  std::set<uint64_t> seen;
  const uint64_t most = 1 + Roll(4);
  for (const auto& [id, service] : model_->services()) {
    if (seen.size() < most && service.state == model::RecordState::kSettled && OneIn(5)) {
      seen.insert(id);
    }
  }
  if (seen.empty() || OneIn(15)) {
    seen.insert(AnyRecord());
  }
  for (const uint64_t id : seen) {
    body.records.emplace_back(id);
  }
  return body;
}

// A record that waits on a decided list, most often.
model::RunDue RandomCommands::ReversalDue() {
  model::RunDue body;
  body.kind = model::DueKind::kReversalStep;
  for (const auto& [id, batch] : model_->batches()) {
    if (batch.state == model::ReversalState::kDecided && !batch.waiting.empty() && !OneIn(4)) {
      body.id = *batch.waiting.begin();
      body.due = model::RecordTime(batch.decided);
      return body;
    }
  }
  body.id = AnyRecord();
  body.due = model::RecordTime(clock_);
  return body;
}

}  // namespace timebank::property
