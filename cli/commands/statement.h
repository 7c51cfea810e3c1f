// The passbook, for the commands that show one.
#ifndef TIMEBANK_CLI_COMMANDS_STATEMENT_H_
#define TIMEBANK_CLI_COMMANDS_STATEMENT_H_

#include "absl/status/status.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "timebank/v1/common.pb.h"

namespace timebank::cli {

// Prints the passbook of `member` in the period `from` to `to`, which are arguments. Errors as in Client::Call, and DATA_LOSS when it does
// not add up.
absl::Status PrintStatement(const Arguments& arguments, v1::Asset asset, Context* context);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_STATEMENT_H_
