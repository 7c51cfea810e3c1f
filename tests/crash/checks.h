// What must hold after a crash, seen from outside and from inside.
#ifndef TIMEBANK_CRASH_CHECKS_H_
#define TIMEBANK_CRASH_CHECKS_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/crash/load.h"
#include "tests/e2e/client.h"
#include "timebank/v1/account.pb.h"

namespace timebank::crash {

// Every request that was answered stands in the journal as it was answered; nothing stands there that nobody sent (`others`
// counts the entries that were made before the load); records and journal agree. Each thing that does not hold is a failure.
void CheckAnswers(const std::vector<std::unique_ptr<LoadClient>>& clients, const std::vector<v1::Entry>& journal,
                  size_t others);

// The centre's list holds each record of the journal once.
void CheckRecords(const e2e::Client& client, const std::string& bank, const std::vector<v1::Entry>& journal);

// Opens a copy of a data folder's store, made below `scratch`, and checks all invariants of every bank in it. The number of
// banks. REQUIRES: no server writes to it.
int CheckStore(const std::string& data, const std::string& scratch);

}  // namespace timebank::crash

#endif  // TIMEBANK_CRASH_CHECKS_H_
