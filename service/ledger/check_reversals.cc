// Hours taken back: what the journal says of who stood in for what was spent, and of reversals of many, and the rows against it.
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/journal_facts.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/reversal_life.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using model::Cover;
using model::ReversalItemState;
using model::ReversalState;
using Kind = model::EntryKind;

absl::Status Broken(const rec::Entry& entry, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", entry.sequence(), ": ", what));
}

absl::Status Wrong(uint64_t id, absl::string_view what) {
  return absl::InternalError(absl::StrCat("reversal ", id, ": ", what));
}

absl::Status CheckCover(const rec::Entry& entry) {
  const rec::HoursCover& cover = entry.hours_cover();
  const auto kind = static_cast<Cover>(cover.cover());
  if (entry.has_hours_cover() && (kind == Cover::kNone || cover.member_minutes() + cover.pool_minutes() <= 0 ||
                                  cover.member_minutes() < 0 || cover.pool_minutes() < 0)) {
    return Broken(entry, "somebody stands in for nothing, or nobody for something");
  }
  if ((kind == Cover::kDebt) == cover.consent().empty() || (kind == Cover::kAuthority) == cover.requested_by().empty() ||
      (kind != Cover::kAuthority && cover.pool_minutes() != 0)) {
    return Broken(entry, "who stands in did not agree, was not asked, or cannot");
  }
  const std::string& decided_by = cover.decided_by().empty() ? entry.actor() : cover.decided_by();
  return kind == Cover::kAuthority && decided_by == cover.requested_by()
             ? Broken(entry, "who asked for the authority's decision took it")
             : absl::OkStatus();
}

// The part of a reversal's entries that a person makes.
absl::Status TakeChange(const rec::Entry& entry, JournalFacts& facts) {
  const rec::Reversal& after = entry.reversal().reversal();
  const auto kind = static_cast<Kind>(entry.kind());
  if (kind == Kind::kReversalProposed) {
    BatchFacts& batch = facts.batches[entry.subject()];
    for (const uint64_t record : entry.reversal().records()) {
      rec::ReversalItem item;
      item.set_state(static_cast<uint32_t>(ReversalItemState::kPending));
      const auto found = facts.records.find(record);
      if (found == facts.records.end() || found->second.state != model::RecordState::kSettled ||
          !batch.items.emplace(record, item).second) {
        return Broken(entry, "it lists what it cannot");
      }
    }
    batch.row = after;
    return entry.subject() == entry.sequence() && after.total() == batch.items.size()
               ? absl::OkStatus()
               : Broken(entry, "its reversal does not begin with it");
  }
  const auto found = facts.batches.find(entry.subject());
  if (found == facts.batches.end()) {
    return Broken(entry, "its reversal was never proposed");
  }
  BatchFacts& batch = found->second;
  bool leads = false;
  for (int event = 0; event < kReversalEvents; ++event) {
    const ReversalLifeStep* step =
        FindReversalStep(static_cast<ReversalState>(batch.row.state()), static_cast<ReversalEvent>(event));
    leads = leads || (step != nullptr && static_cast<uint32_t>(step->to) == after.state() && step->kind == kind);
  }
  if (!leads) {
    return Broken(entry, "its reversal takes a step that there is none of");
  }
  if (kind != Kind::kReversalWithdrawn && (after.decider() == after.proposer() || after.decider() != entry.actor())) {
    return Broken(entry, "one person alone decided a reversal");
  }
  batch.row = after;
  return absl::OkStatus();
}

// The part that the service makes: one record.
absl::Status TakeStep(const rec::Entry& entry, JournalFacts& facts) {
  const rec::ReversalStep& step = entry.reversal_step();
  const auto found = facts.batches.find(step.reversal());
  const auto item = found == facts.batches.end() ? std::map<uint64_t, rec::ReversalItem>::iterator()
                                                 : found->second.items.find(step.record());
  if (found == facts.batches.end() || item == found->second.items.end() || item->second.entry() != 0) {
    return Broken(entry, "it does for a reversal what that does not ask for, or did");
  }
  rec::Reversal& row = found->second.row;
  const auto kind = static_cast<Kind>(entry.kind());
  const bool takes = kind == Kind::kServiceReversed || kind == Kind::kOrderReversed;
  if (takes == step.has_refusal() || (!takes && kind != Kind::kReversalSkipped) ||
      (takes && RecordOf(entry) != step.record()) || static_cast<ReversalState>(row.state()) != ReversalState::kDecided) {
    return Broken(entry, "it is no step of its reversal");
  }
  item->second.set_state(static_cast<uint32_t>(takes ? ReversalItemState::kReversed : ReversalItemState::kSkipped));
  item->second.set_entry(entry.sequence());
  row.set_reversed(row.reversed() + (takes ? 1 : 0));
  row.set_skipped(row.skipped() + (takes ? 0 : 1));
  if (row.reversed() + row.skipped() == row.total()) {
    row.set_state(static_cast<uint32_t>(ReversalState::kDone));
  }
  return absl::OkStatus();
}

// A table holds the expected rows and no others.
absl::Status CheckTable(const store::Reader& reader, absl::string_view bank, char table,
                        std::map<std::string, std::string> expected) {
  const std::string prefix = keys::TableOf(table, bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const auto found = expected.find(std::string(it->key()));
    if (found == expected.end() || found->second != it->value()) {
      return Wrong(keys::LastId(it->key()), absl::StrCat("table ", std::string(1, table), " differs from the journal"));
    }
    expected.erase(found);
  }
  TB_RETURN_IF_ERROR(it->status());
  return expected.empty() ? absl::OkStatus()
                          : absl::InternalError(absl::StrCat("a row of table ", std::string(1, table), " is missing"));
}

}  // namespace

absl::Status TakeOwed(absl::string_view bank, const rec::Entry& entry, uint64_t volunteer, JournalFacts& facts) {
  const bool above_cap = entry.result().credited() == 0 && entry.result().pool() > 0;
  if (entry.hours_owed() == 0 && !above_cap) {
    return absl::OkStatus();
  }
  int64_t& owed = facts.hours_owed[volunteer];
  owed += entry.hours_owed();
  if (owed < 0) {
    return Broken(entry, "it pays more hours than are owed");
  }
  // The statement tells of it, and of a service wholly above a cap, also when nothing is posted.
  const model::AccountId account{model::MemberOwner(model::MemberId(volunteer)), model::Asset::kHours,
                                 model::AccountKind::kAvailable};
  const auto balance = facts.balances.find(account);
  rec::Line line;
  line.set_balance(balance == facts.balances.end() ? 0 : balance->second);
  facts.lines.try_emplace(keys::Line(bank, account, model::Sequence(entry.sequence())), line);
  return absl::OkStatus();
}

absl::Status TakeReversals(const rec::Entry& entry, JournalFacts& facts) {
  TB_RETURN_IF_ERROR(CheckCover(entry));
  if (entry.has_reversal()) {
    TB_RETURN_IF_ERROR(TakeChange(entry, facts));
  }
  const bool skipped = entry.kind() == static_cast<uint32_t>(Kind::kReversalSkipped);
  return entry.has_reversal_step() || skipped ? TakeStep(entry, facts) : absl::OkStatus();
}

absl::Status CheckReversals(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<std::string, std::string> rows;
  std::map<std::string, std::string> items;
  std::map<std::string, std::string> open;
  for (const auto& [number, batch] : facts.batches) {
    const model::ReversalId id(number);
    rows[keys::Reversal(bank, id)] = batch.row.SerializeAsString();
    const bool waits = IsOpen(static_cast<ReversalState>(batch.row.state()));
    for (const auto& [record, item] : batch.items) {
      items[keys::ReversalItem(bank, id, model::RecordId(record))] = item.SerializeAsString();
      if (waits && item.entry() == 0 &&
          !open.emplace(keys::ReversalOfRecord(bank, model::RecordId(record)), keys::EncodeId(number)).second) {
        return Wrong(number, "one of its records is on another open list");
      }
    }
  }
  TB_RETURN_IF_ERROR(CheckTable(reader, bank, 'I', std::move(rows)));
  TB_RETURN_IF_ERROR(CheckTable(reader, bank, 'J', std::move(items)));
  return CheckTable(reader, bank, 'M', std::move(open));
}

}  // namespace timebank::ledger
