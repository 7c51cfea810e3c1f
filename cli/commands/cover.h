// Who stands in for hours that a reversal takes back and that were already spent: the flags that several commands share.
#ifndef TIMEBANK_CLI_COMMANDS_COVER_H_
#define TIMEBANK_CLI_COMMANDS_COVER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/commands/command.h"
#include "timebank/v1/common.pb.h"

namespace timebank::cli {

// --cover and --consent; with `asked`, --requested-by as well.
std::vector<Argument> CoverArguments(bool asked);

// What was given. INVALID_ARGUMENT when the consent to a debt, or who asked for a decision (with `asked`), is missing, or was given for
// another cover.
struct CoverGiven {
  v1::Cover cover = v1::COVER_UNSPECIFIED;
  std::string consent;
  std::string requested_by;
};
absl::StatusOr<CoverGiven> ReadCover(const Arguments& arguments, bool asked);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_COVER_H_
