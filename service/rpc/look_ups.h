// Looking a person up by name, year of birth and the end of the ID number: every look-up stands in the journal, and who finds nobody too
// often has to wait, so that nobody tries persons.
#ifndef TIMEBANK_RPC_LOOK_UPS_H_
#define TIMEBANK_RPC_LOOK_UPS_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "service/auth/auth.h"
#include "service/commands/sequencer.h"
#include "service/model/ids.h"

namespace timebank::rpc {

// Thread-safe.
class LookUps {
 public:
  // So many in an hour may find nobody.
  static constexpr int kMissesMost = 20;

  // RESOURCE_EXHAUSTED when the caller found nobody too often in the hour before `now`.
  absl::Status Allow(const std::string& bank, const auth::Principal& caller, model::RecordTime now);

  // Counts a look-up, and has it journaled: by whom, when, and what was found (0: nobody), never what was asked for. ABORTED when the
  // sequencer did not take that, and the answer must not leave.
  absl::Status Note(commands::Sequencer* sequencer, const std::string& bank, const auth::Principal& caller,
                    const std::string& method, model::MemberId found, model::RecordTime now);

 private:
  struct Misses {
    int count = 0;
    model::RecordTime since;
  };

  std::mutex mutex_;
  std::unordered_map<std::string, Misses> misses_;  // by bank and principal
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_LOOK_UPS_H_
