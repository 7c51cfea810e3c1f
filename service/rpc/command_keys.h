// What commands need of the keys of members: made before those who are registered, there for notes, destroyed after those who are erased.
#ifndef TIMEBANK_RPC_COMMAND_KEYS_H_
#define TIMEBANK_RPC_COMMAND_KEYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/model/command.h"
#include "service/model/outcome.h"
#include "service/privacy/member_keys.h"
#include "service/rpc/edge.h"

namespace timebank::rpc {

// The keys of the commands of one call. Copyable, since it waits with the call for the outcome.
class CommandKeys {
 public:
  // Seals the notes of the commands, and puts on the disk, with one sync, the keys of those they register and which keys erasures are to end.
  // After an error (of the store, or of the disk with the keys) the commands must not be submitted.
  static absl::StatusOr<CommandKeys> Prepare(const Edge& edge, std::vector<model::Command>* commands);

  // Nothing was submitted.
  void Drop(const Edge& edge) const;
  // REQUIRES: outcomes[i] is that of the i-th command. Gives back the keys of those who were not registered, and destroys those of the erased;
  // an error when that could not be put on the disk.
  absl::Status Settle(const Edge& edge, const std::vector<model::Outcome>& outcomes) const;

 private:
  // Puts all on the disk; an error too when a key that was made is not there.
  absl::Status Keep(const Edge& edge) const;

  struct OfCommand {
    size_t command = 0;
    std::string bank;
    std::optional<privacy::KeyId> key;  // empty when the member to erase has none
    bool erases = false;                // else it was made for the command
  };
  std::vector<OfCommand> keys_;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_COMMAND_KEYS_H_
