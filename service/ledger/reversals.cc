// Reversals of many records: proposed, decided by a second person, carried out record by record as the due index asks for it.
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/due.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_change.h"
#include "service/ledger/reversal_life.h"
#include "service/ledger/star_rows.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::Reason;
using model::RecordId;
using model::ReversalId;
using model::ReversalItemState;
using model::ReversalState;
using Event = model::ChangeReversal::Event;

ReversalState StateOf(const rec::Reversal& row) { return static_cast<ReversalState>(row.state()); }

// Each record of a list waits under the moment of the decision, so that the scheduler takes as many at a time as it takes of anything.
std::string DueKey(Work& work, const rec::Reversal& row, RecordId record) {
  return keys::Due(work.bank_id(), model::RecordTime(row.decided_time()), model::DueKind::kReversalStep, record.value());
}

absl::StatusOr<rec::Reversal> RequireReversal(Work& work, ReversalId id) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::Reversal> row,
                      LoadRow<rec::Reversal>(work.rows(), keys::Reversal(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kReversalNotFound, {{"reversal", IdText(id.value())}});
  }
  return *std::move(row);
}

// Every record of the list exists, is settled, and is on no other list that is still open.
absl::Status RequireList(Work& work, const std::vector<RecordId>& records) {
  for (const RecordId id : records) {
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Record> row,
                        LoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), id)));
    if (!row.has_value()) {
      return work.Refuse(Reason::kRecordNotFound, {{"record", IdText(id.value())}});
    }
    const auto state = static_cast<model::RecordState>(row->state());
    if (state != model::RecordState::kSettled) {
      return work.Refuse(Reason::kRecordWrongState,
                         {{"record", IdText(id.value())}, {"state", std::string(model::NameOf(state))}});
    }
  }
  for (const RecordId id : records) {
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> open, work.rows().Get(keys::ReversalOfRecord(work.bank_id(), id)));
    if (open.has_value()) {
      return work.Refuse(Reason::kRecordInReversal,
                         {{"record", IdText(id.value())}, {"reversal", IdText(keys::LastId(*open))}});
    }
  }
  return absl::OkStatus();
}

// Nobody proposes or decides on her own service, nor on care that she had, paid for or ordered.
absl::Status RequireNotOnList(Work& work, const std::vector<RecordId>& records) {
  std::set<model::MemberId> volunteers;
  std::set<model::MemberId> others;
  for (const RecordId id : records) {
    TB_ASSIGN_OR_RETURN(const rec::Record row, MustLoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), id)));
    volunteers.emplace(row.service().volunteer());
    others.emplace(row.service().beneficiary());
    if (row.order() != 0) {
      TB_ASSIGN_OR_RETURN(const rec::Order order, RequireOrder(work, model::OrderId(row.order())));
      TB_ASSIGN_OR_RETURN(const std::vector<model::MemberId> side, EldersSide(work, order));
      others.insert(side.begin(), side.end());
    }
  }
  for (const model::MemberId volunteer : volunteers) {
    TB_ASSIGN_OR_RETURN(const bool is, ActorIsMember(work, volunteer));
    if (is) {
      return work.Refuse(Reason::kReversalPersonIsVolunteer);
    }
  }
  return RequireNotParty(work, {others.begin(), others.end()});
}

absl::StatusOr<std::vector<RecordId>> RecordsOf(Work& work, ReversalId id) {
  std::vector<RecordId> records;
  const std::string prefix = keys::ReversalItems(work.bank_id(), id);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    records.emplace_back(keys::LastId(it->key()));
  }
  TB_RETURN_IF_ERROR(it->status());
  return records;
}

ReversalEvent EventOf(Event event) {
  switch (event) {
    case Event::kApprove:
      return ReversalEvent::kApprove;
    case Event::kReject:
      return ReversalEvent::kReject;
    case Event::kWithdraw:
      break;
  }
  return ReversalEvent::kWithdraw;
}

// Who decides is neither the proposer nor anybody whom the list is about. Who takes it back may be anybody.
absl::Status RequireMayDecide(Work& work, const rec::Reversal& row, const std::vector<RecordId>& records) {
  TB_ASSIGN_OR_RETURN(const bool proposer, ActorIsPerson(work, row.proposer()));
  if (proposer) {
    return work.Refuse(Reason::kReversalDeciderIsProposer);
  }
  return RequireNotOnList(work, records);
}

// Reverses one record as by a command of its own; of an order of care, the order.
absl::Status ReverseOne(Work& work, const rec::Reversal& row, RecordId record) {
  const model::CoverChoice cover{static_cast<model::Cover>(row.cover()), row.consent(), row.proposer(), row.decider()};
  TB_ASSIGN_OR_RETURN(const rec::Record of, MustLoadRow<rec::Record>(work.rows(), keys::Record(work.bank_id(), record)));
  if (of.order() != 0) {
    model::ChangeOrder command;
    command.order = model::OrderId(of.order());
    command.event = model::ChangeOrder::Event::kReverse;
    command.reason = row.reason();
    command.cover = cover;
    return Decide(work, command);
  }
  model::ChangeRecord command;
  command.record = record;
  command.event = model::ChangeRecord::Event::kReverse;
  command.reason = row.reason();
  command.cover = cover;
  return Decide(work, command);
}

void NoteRefusal(const model::Rejection& rejection, rec::Refusal* refusal) {
  refusal->set_reason(static_cast<uint32_t>(rejection.reason));
  for (const auto& [name, value] : rejection.metadata) {
    rec::NameValue* pair = refusal->add_metadata();
    pair->set_name(name);
    pair->set_value(value);
  }
}

}  // namespace

absl::Status Decide(Work& work, const model::ProposeReversal& command) {
  TB_RETURN_IF_ERROR(RequireList(work, command.records));
  TB_RETURN_IF_ERROR(RequireNotOnList(work, command.records));

  const ReversalId id(work.sequence().value());
  work.Describe(model::EntryKind::kReversalProposed, id.value(), work.today());
  work.entry().set_reason(command.reason);
  rec::Reversal* row = work.entry().mutable_reversal()->mutable_reversal();
  row->set_state(static_cast<uint32_t>(ReversalState::kProposed));
  row->set_reason(command.reason);
  row->set_cover(static_cast<uint32_t>(command.cover.cover));
  row->set_consent(command.cover.consent);
  row->set_proposer(work.actor());
  row->set_total(command.records.size());
  row->set_record_time(work.time().value());
  rec::ReversalItem item;
  item.set_state(static_cast<uint32_t>(ReversalItemState::kPending));
  for (const RecordId record : command.records) {
    work.entry().mutable_reversal()->add_records(record.value());
    work.Save(keys::ReversalItem(work.bank_id(), id, record), item);
    work.Put(keys::ReversalOfRecord(work.bank_id(), record), keys::EncodeId(id.value()));
  }
  work.Save(keys::Reversal(work.bank_id(), id), *row);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeReversal& command) {
  TB_ASSIGN_OR_RETURN(rec::Reversal row, RequireReversal(work, command.reversal));
  const ReversalLifeStep* const step = FindReversalStep(StateOf(row), EventOf(command.event));
  if (step == nullptr) {
    return work.Refuse(Reason::kReversalWrongState, {{"reversal", IdText(command.reversal.value())},
                                                     {"state", std::string(model::NameOf(StateOf(row)))}});
  }
  TB_ASSIGN_OR_RETURN(const std::vector<RecordId> records, RecordsOf(work, command.reversal));
  if (command.event != Event::kWithdraw) {
    TB_RETURN_IF_ERROR(RequireMayDecide(work, row, records));
  }

  row.set_state(static_cast<uint32_t>(step->to));
  row.set_decision_reason(command.reason);
  if (command.event != Event::kWithdraw) {
    row.set_decider(work.actor());
  }
  if (step->to == ReversalState::kDecided) {
    row.set_decided_time(work.time().value());
  }
  work.Describe(*step->kind, command.reversal.value(), work.today());
  work.entry().set_reason(command.reason);
  *work.entry().mutable_reversal()->mutable_reversal() = row;
  work.Save(keys::Reversal(work.bank_id(), command.reversal), row);
  for (const RecordId record : records) {
    if (step->to == ReversalState::kDecided) {
      work.Put(DueKey(work, row, record), "");
    } else {
      work.Delete(keys::ReversalOfRecord(work.bank_id(), record));
    }
  }
  return absl::OkStatus();
}

absl::Status ReverseNext(Work& work, uint64_t id, model::RecordTime) {
  const RecordId record(id);
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> open,
                      work.rows().Get(keys::ReversalOfRecord(work.bank_id(), record)));
  if (!open.has_value()) {
    return absl::DataLossError("a record is due to be reversed and on no list");
  }
  const ReversalId reversal(keys::LastId(*open));
  TB_ASSIGN_OR_RETURN(rec::Reversal row, MustLoadRow<rec::Reversal>(work.rows(), keys::Reversal(work.bank_id(), reversal)));
  const bool last = row.reversed() + row.skipped() + 1 == row.total();
  const ReversalLifeStep* const step =
      FindReversalStep(StateOf(row), last ? ReversalEvent::kFinish : ReversalEvent::kCarryOut);
  if (step == nullptr) {
    return absl::DataLossError("a record is due to be reversed and its list is not decided");
  }

  // What cannot be reversed is passed over and told: the others do not wait for it.
  const absl::Status reversed = ReverseOne(work, row, record);
  rec::ReversalStep note;
  note.set_reversal(reversal.value());
  note.set_record(record.value());
  if (const std::optional<model::Rejection> rejection = work.TakeRejection(); rejection.has_value()) {
    work.DropDraft();
    work.Describe(model::EntryKind::kReversalSkipped, reversal.value(), work.today());
    work.entry().set_reason(row.reason());
    NoteRefusal(*rejection, note.mutable_refusal());
  } else {
    TB_RETURN_IF_ERROR(reversed);
  }
  *work.entry().mutable_reversal_step() = note;
  row.set_state(static_cast<uint32_t>(step->to));
  row.set_reversed(row.reversed() + (note.has_refusal() ? 0 : 1));
  row.set_skipped(row.skipped() + (note.has_refusal() ? 1 : 0));
  rec::ReversalItem item;
  item.set_state(static_cast<uint32_t>(note.has_refusal() ? ReversalItemState::kSkipped : ReversalItemState::kReversed));
  item.set_entry(work.sequence().value());
  work.Save(keys::Reversal(work.bank_id(), reversal), row);
  work.Save(keys::ReversalItem(work.bank_id(), reversal, record), item);
  work.Delete(keys::ReversalOfRecord(work.bank_id(), record));
  work.Delete(DueKey(work, row, record));
  return absl::OkStatus();
}

}  // namespace timebank::ledger
