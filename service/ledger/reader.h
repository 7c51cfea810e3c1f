// Look-ups that the rules and the queries share: from what people write to ids and rows.
#ifndef TIMEBANK_LEDGER_READER_H_
#define TIMEBANK_LEDGER_READER_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/merkle/compact_range.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/rules.h"
#include "service/store/store.h"

namespace timebank::ledger {

// The id under a name of table x; 0 when there is none.
absl::StatusOr<uint64_t> FindId(const store::Reader& reader, absl::string_view bank, keys::NameKind kind,
                                absl::string_view text);

// The member behind a member number or an external number; 0 when there is none. A well-formed member number is not checked
// for existence.
absl::StatusOr<model::MemberId> FindMember(const store::Reader& reader, absl::string_view bank, absl::string_view ref);

// Every number of the person who has this one: that for which it stands, and all that were merged into that. REQUIRES: it is a member's.
absl::StatusOr<std::vector<model::MemberId>> NumbersOf(const store::Reader& reader, absl::string_view bank,
                                                       model::MemberId member);

// The right edge of a bank's tree. DATA_LOSS when the row is missing, cannot be read, or names another root than its edge
// makes.
absl::StatusOr<merkle::CompactRange> LoadTree(const store::Reader& reader, absl::string_view bank);

// The version in force on a day: the one written last of those that begin on or before it, so that a new version also replaces
// pending ones of later days. REQUIRES: the bank has versions.
uint32_t RuleVersionOn(const rec::Bank& bank, model::Day day);

model::Rules RulesFromRow(const rec::RuleSet& row);
rec::RuleSet RowFromRules(const model::Rules& rules, uint32_t version, model::Day effective_from);

// Balance of an account in its owner's book; 0 when it was never posted to.
int64_t BalanceIn(const rec::Book& book, model::Asset asset, model::AccountKind kind);

// Minutes of a service as measured.
inline model::Minutes Measured(const rec::Service& service) { return model::Minutes(service.end() - service.start()); }

// The record that an entry with a result changes: an order's entry is about the order, and its record comes along.
inline uint64_t RecordOf(const rec::Entry& entry) {
  return entry.has_order() ? entry.order().order().record() : entry.subject();
}
// The service that an entry tells of; nullptr when it tells of none.
inline const rec::Service* ServiceOf(const rec::Entry& entry) {
  return entry.has_service() ? &entry.service() : entry.order().has_service() ? &entry.order().service() : nullptr;
}

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_READER_H_
