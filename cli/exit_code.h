// What the shell learns from a run of `timebank`. Part of the interface: scripts decide by these numbers.
#ifndef TIMEBANK_CLI_EXIT_CODE_H_
#define TIMEBANK_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "cli/text/language.h"

namespace timebank::cli {

enum class ExitCode : int {
  kDone = 0,
  kUsage = 2,        // What was typed cannot be used; nothing was sent, or the service refused a field.
  kRefused = 3,      // The rules said no. A single command changed nothing; of several items at least one was refused.
  kNotFound = 4,     // What was asked for does not exist.
  kUnreachable = 5,  // No server, or it was too busy; nothing was changed.
  kUnknown = 6,      // It was sent and no answer came: it may have happened or not.
  kStrict = 7,       // An import finished, some rows were refused, and --strict was given.
  kFile = 8,         // A file cannot be read, or an output cannot be written.
};

// The status with that exit code fixed to it. REQUIRES: `status` is not OK.
absl::Status WithExitCode(absl::Status status, ExitCode code);

// The code fixed to the status; without one: kDone for OK, kUsage for INVALID_ARGUMENT, kNotFound for NOT_FOUND,
// kUnreachable for RESOURCE_EXHAUSTED, ABORTED, UNAVAILABLE and UNIMPLEMENTED, kUnknown for DEADLINE_EXCEEDED, CANCELLED,
// INTERNAL, UNKNOWN and DATA_LOSS, else kRefused.
ExitCode ExitCodeOf(const absl::Status& status);

// All codes and their meaning, a line each, for the end of the help.
const Text& ExitCodeHelp();

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_EXIT_CODE_H_
