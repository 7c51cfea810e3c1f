// What a bank's journal alone says the state should be: the other half of every comparison in CheckBank.
#ifndef TIMEBANK_LEDGER_JOURNAL_FACTS_H_
#define TIMEBANK_LEDGER_JOURNAL_FACTS_H_

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/registry_facts.h"
#include "service/ledger/star_facts.h"
#include "service/merkle/compact_range.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/store/store.h"

namespace timebank::ledger {

struct RecordFacts {
  rec::Service service;  // as last measured
  model::RecordState state = model::RecordState::kRecorded;
  int64_t credited = 0;
  int64_t pool = 0;
  uint64_t settled = 0;
  uint64_t reversed = 0;
  int64_t record_time = 0;
  std::string recorder;
  std::string first_approver;
  std::string confirmer;
  int64_t points = 0;
  int32_t points_expire = 0;
  uint64_t order = 0;
  int64_t debt_paid = 0;
};

// A reversal of many records.
struct BatchFacts {
  rec::Reversal row;
  std::map<uint64_t, rec::ReversalItem> items;  // by record
};

struct JournalFacts {
  uint64_t entries = 0;
  int64_t last_time = 0;
  merkle::CompactRange tree;
  std::map<model::AccountId, int64_t> balances;
  std::map<std::string, rec::Line> lines;  // by key
  std::map<std::string, int64_t> lots;     // remaining, by key
  std::map<uint64_t, rec::Hold> holds;
  std::map<uint64_t, RecordFacts> records;
  StarFacts stars;
  RegistryFacts registry;
  std::map<uint64_t, uint64_t> reversals;             // reversed entry -> its reversal
  std::map<std::string, rec::PointsLot> points_lots;  // by key
  std::map<uint64_t, int64_t> points_owed;            // by member
  std::map<uint64_t, rec::Campaign> campaigns;
  std::map<uint64_t, rec::Order> orders;
  std::map<std::string, rec::NoShows> no_shows;  // by key
  std::map<uint64_t, rec::Proxy> proxies;
  std::map<uint64_t, rec::Recurring> recurring;
  std::map<uint64_t, rec::Reward> rewards;
  std::map<uint64_t, rec::RewardOrder> reward_orders;
  std::map<uint64_t, int64_t> hours_owed;            // by member
  std::map<uint64_t, BatchFacts> batches;            // reversals of many
  std::map<std::string, rec::Principal> principals;  // by name
  std::map<uint64_t, rec::Token> tokens;
  std::map<uint64_t, rec::Grant> grants;
  std::map<uint64_t, std::pair<uint64_t, rec::GrantChanged>>
      grant_issues;  // by issuing entry: the grant, and what was issued
};

// The member that a number stands for, as far as the journal was read.
uint64_t RootOf(const JournalFacts& facts, uint64_t member);

// Reads the journal from its first entry. INTERNAL naming the entry that breaks a rule of the journal itself (see
// CheckBank).
absl::StatusOr<JournalFacts> ReadJournal(const store::Reader& reader, absl::string_view bank);

// What one entry says of points. INTERNAL naming the entry that breaks a rule: a part of ReadJournal.
absl::Status TakePoints(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts);

// Likewise of the points shop.
absl::Status TakeRewards(const rec::Entry& entry, JournalFacts& facts);
absl::Status CheckRewards(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);

// Likewise of hours that are owed, of who stood in for hours that were spent, and of reversals of many.
absl::Status TakeOwed(absl::string_view bank, const rec::Entry& entry, uint64_t volunteer, JournalFacts& facts);
absl::Status TakeReversals(const rec::Entry& entry, JournalFacts& facts);
absl::Status CheckReversals(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);
// Likewise of hours that change hands, grants, and what those had who left.
absl::Status TakeGiving(const rec::Entry& entry, JournalFacts& facts);
absl::Status CheckGiving(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);

// Likewise of roles and tokens.
absl::Status TakeAccess(const rec::Entry& entry, JournalFacts& facts);
absl::Status CheckAccess(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);

// The rows about points against the facts: a part of CheckBank.
absl::Status CheckPoints(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_JOURNAL_FACTS_H_
