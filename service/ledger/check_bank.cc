// The rows of a bank against the facts of its journal.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/check_due.h"
#include "service/ledger/check_orders.h"
#include "service/ledger/invariants.h"
#include "service/ledger/journal_facts.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_life.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using model::RecordState;

absl::Status Wrong(absl::string_view noun, uint64_t id, absl::string_view what) {
  return absl::InternalError(absl::StrCat(noun, " ", id, ": ", what));
}

// Calls `visit(key, row)` for every row of a table.
template <typename Row>
absl::Status ForEach(const store::Reader& reader, absl::string_view bank, char table,
                     const std::function<absl::Status(absl::string_view key, const Row& row)>& visit) {
  const std::string prefix = keys::TableOf(table, bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    Row row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::InternalError(absl::StrCat("table ", std::string(1, table), ": a row cannot be read"));
    }
    TB_RETURN_IF_ERROR(visit(it->key(), row));
  }
  return it->status();
}

absl::StatusOr<uint64_t> CountRows(const store::Reader& reader, absl::string_view bank, char table) {
  const std::string prefix = keys::TableOf(table, bank);
  uint64_t count = 0;
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    ++count;
  }
  TB_RETURN_IF_ERROR(it->status());
  return count;
}

absl::Status CheckHead(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, MustLoadRow<rec::Bank>(reader, keys::Bank(bank)));
  TB_ASSIGN_OR_RETURN(const rec::TreeHead head, MustLoadRow<rec::TreeHead>(reader, keys::Tree(bank)));
  const merkle::Hash root = facts.tree.Root();
  if (row.entry_count() != facts.entries || head.size() != facts.entries || row.last_record_time() != facts.last_time) {
    return absl::InternalError("the bank does not end where its journal does");
  }
  if (head.root() != std::string(root.begin(), root.end())) {
    return absl::InternalError("the tree head is not that of the journal");
  }
  TB_ASSIGN_OR_RETURN(const uint64_t requests, CountRows(reader, bank, 'i'));
  TB_ASSIGN_OR_RETURN(const uint64_t members, CountRows(reader, bank, 'm'));
  if (requests != facts.entries || members != facts.registry.members.size() || row.member_count() != members) {
    return absl::InternalError("requests or members are more or fewer than the journal says");
  }
  return absl::OkStatus();
}

absl::Status CheckBalances(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<model::AccountId, int64_t> stored;
  TB_RETURN_IF_ERROR(ForEach<rec::Book>(reader, bank, 'a', [&](absl::string_view key, const rec::Book& book) {
    const model::Owner owner{static_cast<model::OwnerKind>(key[key.size() - 9]), keys::LastId(key)};
    for (const rec::Balance& balance : book.balances()) {
      stored[{owner, static_cast<model::Asset>(balance.asset()), static_cast<model::AccountKind>(balance.account())}] =
          balance.amount();
    }
    return AboveFloors(owner, book) ? absl::OkStatus() : Wrong("owner", owner.id, "an account is below its floor");
  }));
  if (stored != facts.balances) {
    return absl::InternalError("balances differ from the sums of the postings");
  }
  std::map<std::string, rec::Line> lines = facts.lines;
  TB_RETURN_IF_ERROR(ForEach<rec::Line>(reader, bank, 'l', [&](absl::string_view key, const rec::Line& line) {
    const auto found = lines.find(std::string(key));
    if (found == lines.end() || found->second.amount() != line.amount() || found->second.balance() != line.balance()) {
      return Wrong("entry", keys::LastId(key), "a statement line differs from its posting");
    }
    lines.erase(found);
    return absl::OkStatus();
  }));
  return lines.empty() ? absl::OkStatus() : absl::InternalError("statement lines are missing");
}

absl::Status CheckLotsAndHolds(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<uint64_t, int64_t> in_lots;  // by member
  std::map<std::string, int64_t> lots;
  TB_RETURN_IF_ERROR(ForEach<rec::Lot>(reader, bank, 'o', [&](absl::string_view key, const rec::Lot& lot) {
    lots[std::string(key)] = lot.remaining();
    in_lots[keys::LastId(key.substr(0, key.size() - 9))] += lot.remaining();
    return lot.remaining() > 0 && lot.remaining() <= lot.original() ? absl::OkStatus()
                                                                    : absl::InternalError("a lot is empty or grew");
  }));
  for (const auto& [key, remaining] : facts.lots) {
    const auto found = lots.find(key);
    if (remaining != (found == lots.end() ? 0 : found->second)) {
      return absl::InternalError("a lot differs from the journal");
    }
  }
  std::map<uint64_t, int64_t> held;  // by member
  uint64_t open = 0;
  for (const auto& [id, hold] : facts.holds) {
    TB_ASSIGN_OR_RETURN(const rec::Hold row, MustLoadRow<rec::Hold>(reader, keys::Hold(bank, model::HoldId(id))));
    if (row.SerializeAsString() != hold.SerializeAsString()) {
      return Wrong("hold", id, "differs from the journal");
    }
    const std::string index = keys::HoldOf(bank, model::MemberId(hold.member()), model::HoldId(id));
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> listed, reader.Get(index));
    if (listed.has_value() == hold.closed()) {
      return Wrong("hold", id, "the index of open holds has it wrong");
    }
    if (!hold.closed()) {
      held[hold.member()] += hold.amount();
      ++open;
    }
  }
  TB_ASSIGN_OR_RETURN(const uint64_t holds, CountRows(reader, bank, 'h'));
  TB_ASSIGN_OR_RETURN(const uint64_t indexed, CountRows(reader, bank, 'H'));
  if (holds != facts.holds.size() || indexed != open) {
    return absl::InternalError("the index of open holds differs from the holds");
  }
  for (const auto& [account, balance] : facts.balances) {
    const bool hours_held = account.asset == model::Asset::kHours && account.kind == model::AccountKind::kHeld;
    if (hours_held && balance != held[account.owner.id]) {
      return Wrong("member", account.owner.id, "held hours are not those of the open holds");
    }
    if (account.asset == model::Asset::kHours && account.owner.kind == model::OwnerKind::kMember) {
      in_lots[account.owner.id] -= balance;
    }
  }
  for (const auto& [member, difference] : in_lots) {
    if (difference != 0) {
      return Wrong("member", member, "lots do not equal available plus held hours");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPersons(uint64_t id, const rec::Record& row, const RecordFacts& facts) {
  if (row.recorder() != facts.recorder || row.first_approver() != facts.first_approver ||
      row.confirmer() != facts.confirmer) {
    return Wrong("record", id, "its recorder, first approver or confirmer is not the one of the journal");
  }
  if (!row.confirmer().empty() && (row.confirmer() == row.recorder() || row.confirmer() == row.first_approver())) {
    return Wrong("record", id, "it was confirmed by its recorder, or twice by one person");
  }
  if (row.service().volunteer() == row.service().beneficiary()) {
    return Wrong("record", id, "somebody served oneself");
  }
  return absl::OkStatus();
}

absl::Status CheckRecord(const store::Reader& reader, absl::string_view bank, uint64_t id, const rec::Record& row,
                         const RecordFacts& facts) {
  if (row.service().SerializeAsString() != facts.service.SerializeAsString() ||
      row.state() != static_cast<uint32_t>(facts.state) || row.credited() != facts.credited || row.pool() != facts.pool ||
      row.settled() != facts.settled || row.reversed() != facts.reversed || row.points() != facts.points ||
      row.points_expire() != facts.points_expire || row.order() != facts.order || row.debt_paid() != facts.debt_paid) {
    return Wrong("record", id, "differs from the journal");
  }
  TB_RETURN_IF_ERROR(CheckPersons(id, row, facts));
  constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;
  const bool attested = row.service().evidence() == static_cast<uint32_t>(model::Evidence::kAttested);
  // An order's record is opened while it lasts; that it ended before it was finished is seen there.
  if (attested && row.order() == 0 && row.service().end() > facts.record_time / kMicrosPerMinute) {
    return Wrong("record", id, "its service ends after it was recorded");
  }
  const model::Day day = model::DayOf(model::Minute(row.service().start()));
  const model::CenterId center(row.service().center());
  for (const bool open : {false, true}) {
    TB_ASSIGN_OR_RETURN(const auto indexed, reader.Get(keys::CenterRecord(bank, center, open, day, model::RecordId(id))));
    if (indexed.has_value() != (open == IsOpen(facts.state))) {
      return Wrong("record", id, "its centre's index has it in the wrong place");
    }
  }
  TB_ASSIGN_OR_RETURN(
      const rec::VolunteerDay volunteer_day,
      MustLoadRow<rec::VolunteerDay>(reader, keys::VolunteerDay(bank, model::MemberId(row.service().volunteer()), day)));
  const bool listed = std::any_of(volunteer_day.slots().begin(), volunteer_day.slots().end(), [&](const rec::Slot& slot) {
    return slot.record() == id && slot.start() == row.service().start() && slot.end() == row.service().end() &&
           slot.freed() == IsUndone(facts.state);
  });
  return listed ? absl::OkStatus() : Wrong("record", id, "the volunteer's day does not have it as it is");
}

absl::Status CheckRunningNumbers(const store::Reader& reader, absl::string_view bank,
                                 std::map<uint64_t, rec::Book> expected) {
  TB_RETURN_IF_ERROR(ForEach<rec::Book>(reader, bank, 'a', [&](absl::string_view key, const rec::Book& book) {
    if (static_cast<model::OwnerKind>(key[key.size() - 9]) != model::OwnerKind::kMember) {
      return absl::OkStatus();
    }
    const uint64_t member = keys::LastId(key);
    const rec::Book sums = expected[member];
    expected.erase(member);
    const bool equal = book.service() == sums.service() && book.pending() == sums.pending() && book.pool() == sums.pool() &&
                       book.received() == sums.received() && book.evaluations() == sums.evaluations() &&
                       book.evaluation_sum() == sums.evaluation_sum() && book.hours_owed() == sums.hours_owed();
    return equal ? absl::OkStatus() : Wrong("member", member, "running numbers differ from the records and holds");
  }));
  for (const auto& [member, sums] : expected) {
    if (sums.ByteSizeLong() != 0) {
      return Wrong("member", member, "has minutes and no book");
    }
  }
  return absl::OkStatus();
}

// One volunteer's services that were not undone, by begin; the half-open intervals must not meet.
using Times = std::map<int64_t, int64_t>;

absl::Status CheckTimes(uint64_t volunteer, const Times& times) {
  int64_t free_from = INT64_MIN;
  for (const auto& [start, end] : times) {
    if (start < free_from) {
      return Wrong("member", volunteer, "is in two places at once");
    }
    free_from = end;
  }
  return absl::OkStatus();
}

// What a volunteer's day sums up of its records.
struct DaySums {
  int slots = 0;
  int64_t counted = 0;
};

absl::Status CheckDays(const store::Reader& reader, absl::string_view bank, std::map<std::string, DaySums> expected) {
  TB_RETURN_IF_ERROR(ForEach<rec::VolunteerDay>(reader, bank, 'd', [&](absl::string_view key, const rec::VolunteerDay& day) {
    const auto found = expected.find(std::string(key));
    if (found == expected.end() || day.slots_size() != found->second.slots || day.counted() != found->second.counted) {
      return absl::InternalError("a volunteer's day differs from its records");
    }
    expected.erase(found);
    return absl::OkStatus();
  }));
  return expected.empty() ? absl::OkStatus() : absl::InternalError("a volunteer's day is missing");
}

// The running numbers of a merged number are those of the one that remains.
void JoinMerged(const JournalFacts& facts, std::map<uint64_t, rec::Book>& sums) {
  for (const auto& [member, row] : facts.registry.members) {
    if (row.merged_into() == 0) {
      continue;
    }
    const rec::Book from = sums[member];
    rec::Book& to = sums[RootOf(facts, member)];
    to.set_service(to.service() + from.service());
    to.set_pending(to.pending() + from.pending());
    to.set_pool(to.pool() + from.pool());
    to.set_received(to.received() + from.received());
    to.set_evaluations(to.evaluations() + from.evaluations());
    to.set_evaluation_sum(to.evaluation_sum() + from.evaluation_sum());
    sums.erase(member);
  }
}

absl::Status CheckRecords(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<uint64_t, Times> busy;  // by volunteer
  std::map<uint64_t, rec::Book> sums;
  std::map<std::string, DaySums> days;  // by key
  uint64_t count = 0;
  TB_RETURN_IF_ERROR(ForEach<rec::Record>(reader, bank, 'R', [&](absl::string_view key, const rec::Record& row) {
    const uint64_t id = keys::LastId(key);
    const auto found = facts.records.find(id);
    if (found == facts.records.end()) {
      return Wrong("record", id, "is not in the journal");
    }
    ++count;
    TB_RETURN_IF_ERROR(CheckRecord(reader, bank, id, row, found->second));
    const auto state = static_cast<RecordState>(row.state());
    const uint64_t volunteer = row.service().volunteer();
    const model::Day day = model::DayOf(model::Minute(row.service().start()));
    DaySums& of_day = days[keys::VolunteerDay(bank, model::MemberId(volunteer), day)];
    ++of_day.slots;
    rec::Book& sum = sums[volunteer];
    sum.set_pending(sum.pending() + (IsPending(state) ? row.measured() : 0));
    if (state == RecordState::kSettled) {
      sum.set_service(sum.service() + row.counted());
      sum.set_pool(sum.pool() + row.pool());
      of_day.counted += row.counted();
    }
    if (!IsUndone(state) && !busy[volunteer].emplace(row.service().start(), row.service().end()).second) {
      return Wrong("record", id, "its volunteer is in two places at once");
    }
    return absl::OkStatus();
  }));
  TB_ASSIGN_OR_RETURN(const uint64_t indexed, CountRows(reader, bank, 'q'));
  if (count != facts.records.size() || indexed != count) {
    return absl::InternalError("records of the journal are missing, or a centre's index has more");
  }
  for (const auto& [volunteer, times] : busy) {
    TB_RETURN_IF_ERROR(CheckTimes(volunteer, times));
  }
  for (const auto& [id, hold] : facts.holds) {
    rec::Book& sum = sums[hold.member()];
    sum.set_received(sum.received() + hold.consumed());
  }
  SumOrders(facts, sums);
  for (const auto& [member, owed] : facts.hours_owed) {
    sums[member].set_hours_owed(owed);
  }
  JoinMerged(facts, sums);
  TB_RETURN_IF_ERROR(CheckDays(reader, bank, std::move(days)));
  return CheckRunningNumbers(reader, bank, std::move(sums));
}

}  // namespace

absl::Status CheckBank(const store::Reader& reader, absl::string_view bank) {
  TB_ASSIGN_OR_RETURN(const JournalFacts facts, ReadJournal(reader, bank));
  TB_RETURN_IF_ERROR(CheckHead(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckRegistry(reader, bank, facts.registry));
  TB_RETURN_IF_ERROR(CheckBalances(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckLotsAndHolds(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckRecords(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckOrders(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckDue(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckReversals(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckPoints(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckGiving(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckAccess(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckStars(reader, bank, facts.stars));
  return CheckRewards(reader, bank, facts);
}

}  // namespace timebank::ledger
