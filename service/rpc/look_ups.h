// Who tries whether somebody is a certain person: by looking her up by name, year of birth and the end of the ID number, or by a name that is
// written beside the number of somebody out of reach. All of that stands in the journal, and who is wrong too often has to wait.
#ifndef TIMEBANK_RPC_LOOK_UPS_H_
#define TIMEBANK_RPC_LOOK_UPS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "service/auth/auth.h"
#include "service/commands/sequencer.h"
#include "service/model/command.h"
#include "service/model/ids.h"
#include "service/rpc/edge.h"
#include "service/rpc/guard.h"

namespace timebank::rpc {

// Thread-safe.
class LookUps {
 public:
  // So many in an hour may be wrong.
  static constexpr int kMissesMost = 20;

  // RESOURCE_EXHAUSTED when the caller was wrong too often in the hour before `now`.
  absl::Status Allow(const std::string& bank, const auth::Principal& caller, model::RecordTime now);

  // Counts a look-up, and has it journaled: by whom, when, and what was found (0: nobody), never what was asked for. ABORTED when the
  // sequencer did not take that, and the answer must not leave.
  absl::Status Note(commands::Sequencer* sequencer, const std::string& bank, const auth::Principal& caller,
                    const std::string& method, model::MemberId found, model::RecordTime now);

  // Counts one that was wrong and that the journal tells of anyway.
  void Missed(const std::string& bank, const auth::Principal& caller, model::RecordTime now);

 private:
  struct Misses {
    int count = 0;
    model::RecordTime since;
  };

  std::mutex mutex_;
  std::unordered_map<std::string, Misses> misses_;  // by bank and principal
};

// The names that the records of one call give to volunteers out of the caller's reach. Not thread-safe.
class NamesTried {
 public:
  // So many names a volunteer: a list has one for each, which may be spelt in two ways.
  static constexpr size_t kNamesMost = 2;

  // Both must outlive this.
  NamesTried(const Edge& edge, Doorkeeper* doorkeeper) : edge_(edge), doorkeeper_(doorkeeper) {}

  // RESOURCE_EXHAUSTED when the command tries one name too many; the errors of the store. `referred`: as of Guard.
  absl::Status Allow(const model::Command& command, const std::vector<NamedField>& referred, const auth::Principal& caller);

  // Of whom the command that was asked for last tries a name: "members/V000000017"; empty when that is nobody's number.
  const std::string& thing() const { return thing_; }

 private:
  // However the number is written, and whichever of the numbers of one person it is.
  absl::Status Resolve(const model::Command& command, const model::MemberRef& volunteer);

  const Edge& edge_;
  Doorkeeper* const doorkeeper_;
  std::optional<queries::Queries> queries_;             // taken when somebody out of reach is named
  std::string thing_;                                   // of the last command that tried a name
  std::map<std::string, std::set<std::string>> names_;  // digests, by thing, else by the number as written
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_LOOK_UPS_H_
