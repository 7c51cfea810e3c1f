// Hours taken back, as plainly as it can be said.
#include <algorithm>

#include "tests/property/plain_model.h"

namespace timebank::property {

using model::Cover;
using model::RecordState;
using model::ReversalState;

// Why nobody stands in for what is missing.
PlainModel::Refusal PlainModel::Uncovered(const model::CoverChoice& cover, int64_t missing, int64_t from_pool) const {
  switch (cover.cover) {
    case Cover::kNone:
      return Reason::kHoursAlreadySpent;
    case Cover::kDebt:
      return bank_pool_ < from_pool ? Refusal(Reason::kPoolCannotCover) : std::nullopt;
    case Cover::kPool:
      return bank_pool_ < from_pool + missing ? Refusal(Reason::kPoolCannotCover) : std::nullopt;
    case Cover::kAuthority:
      break;
  }
  const bool asked = cover.requested_by.empty() || ActorIs(cover.requested_by);
  return cover.decided_by.empty() && asked ? Refusal(Reason::kCoverDeciderIsParty) : std::nullopt;
}

PlainModel::Refusal PlainModel::Reverse(Service& service, const model::CoverChoice& cover, int64_t surplus) {
  const uint64_t owner = Root(service.volunteer);
  Person& person = people_[owner];
  const int64_t own = service.credited - service.debt_paid;
  const int64_t from_pool = service.to_pool + surplus;
  const int64_t missing = std::max<int64_t>(0, own - person.available);
  const int64_t pool_missing = std::max<int64_t>(0, from_pool - bank_pool_);
  if (missing + pool_missing > 0) {
    if (const Refusal refused = Uncovered(cover, missing, from_pool); refused.has_value()) {
      return refused;
    }
  }
  person.available -= own - missing;
  TakeHours(owner, own - missing, service.settled);
  person.hours_owed += service.debt_paid + (cover.cover == Cover::kDebt ? missing : 0);
  person.service -= service.counted;
  person.pool -= service.to_pool;
  bank_pool_ -= from_pool - pool_missing + (cover.cover == Cover::kPool ? missing : 0);
  TakePointsBack(service);
  service.state = RecordState::kReversed;
  StarsAfterReversal(owner);
  Answer(service, false);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::OnList(const Batch& batch) const {
  bool others = false;
  for (const uint64_t id : batch.records) {
    const Service& service = services_.at(id);
    if (IsParty({service.volunteer})) {
      return Reason::kReversalPersonIsVolunteer;
    }
    others = others || IsParty({service.beneficiary});
    for (const auto& [number, order] : orders_) {
      others = others || (order.record == id && PersonBehind(actor_) != 0 && IsElders(order, PersonBehind(actor_)));
    }
  }
  return others ? Refusal(Reason::kActorIsParty) : std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ProposeReversal& command) {
  for (const model::RecordId id : command.records) {
    const auto found = services_.find(id.value());
    if (found == services_.end()) {
      return Reason::kRecordNotFound;
    }
    if (found->second.state != RecordState::kSettled) {
      return Reason::kRecordWrongState;
    }
  }
  Batch batch;
  for (const model::RecordId id : command.records) {
    for (const auto& [number, other] : batches_) {
      if (other.waiting.contains(id.value())) {
        return Reason::kRecordInReversal;
      }
    }
    batch.records.push_back(id.value());
    batch.waiting.insert(id.value());
  }
  if (const Refusal listed = OnList(batch); listed.has_value()) {
    return listed;
  }
  batch.cover = command.cover;
  batch.proposer = actor_;
  answer_.subject = entries_ + 1;
  batches_[answer_.subject] = batch;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeReversal& command) {
  using Event = model::ChangeReversal::Event;
  const auto found = batches_.find(command.reversal.value());
  if (found == batches_.end()) {
    return Reason::kReversalNotFound;
  }
  Batch& batch = found->second;
  if (batch.state != ReversalState::kProposed) {
    return Reason::kReversalWrongState;
  }
  answer_.subject = found->first;
  if (command.event == Event::kWithdraw) {
    batch.state = ReversalState::kWithdrawn;
    batch.waiting.clear();
    return std::nullopt;
  }
  if (ActorIs(batch.proposer)) {
    return Reason::kReversalDeciderIsProposer;
  }
  if (const Refusal listed = OnList(batch); listed.has_value()) {
    return listed;
  }
  batch.decider = actor_;
  if (command.event == Event::kReject) {
    batch.state = ReversalState::kRejected;
    batch.waiting.clear();
  } else {
    batch.state = ReversalState::kDecided;
    batch.decided = now_;
  }
  return std::nullopt;
}

// One record of a list; one that cannot be reversed is passed over.
PlainModel::Refusal PlainModel::ReverseNext(const model::RunDue& command) {
  for (auto& [number, batch] : batches_) {
    if (batch.state != ReversalState::kDecided || batch.decided != command.due.value() ||
        !batch.waiting.contains(command.id)) {
      continue;
    }
    batch.waiting.erase(command.id);
    if (batch.waiting.empty()) {
      batch.state = ReversalState::kDone;
    }
    model::CoverChoice cover = batch.cover;
    cover.requested_by = batch.proposer;
    cover.decided_by = batch.decider;
    Service& service = services_[command.id];
    Refusal refused = Reason::kRecordWrongState;
    if (service.state == RecordState::kSettled) {
      Care* order = nullptr;
      for (auto& [id, care] : orders_) {
        if (care.record == command.id) {
          order = &care;
          answer_.subject = id;
        }
      }
      refused = order != nullptr ? ReverseCare(*order, cover) : Reverse(service, cover, 0);
    }
    if (refused.has_value()) {
      answer_.subject = number;
    }
    return std::nullopt;
  }
  return Reason::kNothingDue;
}

}  // namespace timebank::property
