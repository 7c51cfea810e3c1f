// Part of CheckBank: the due index.
#ifndef TIMEBANK_LEDGER_CHECK_DUE_H_
#define TIMEBANK_LEDGER_CHECK_DUE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/ledger/journal_facts.h"
#include "service/store/store.h"

namespace timebank::ledger {

// The rows of the due index are those of what waits for its time, and no others. INTERNAL naming the first that is wrong.
absl::Status CheckDue(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_CHECK_DUE_H_
