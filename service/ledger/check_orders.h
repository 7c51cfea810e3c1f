// The part of CheckBank that is about care orders.
#ifndef TIMEBANK_LEDGER_CHECK_ORDERS_H_
#define TIMEBANK_LEDGER_CHECK_ORDERS_H_

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/ledger/journal_facts.h"
#include "service/store/store.h"

namespace timebank::ledger {

// INTERNAL naming the first order that is not as the journal says, or whose hold, board, duty or index is not as the order says.
absl::Status CheckOrders(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);

// Adds to the running numbers of members, by id, what follows from orders: evaluations, and care that was reversed.
void SumOrders(const JournalFacts& facts, std::map<uint64_t, rec::Book>& sums);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_CHECK_ORDERS_H_
