// What commands about giving share.
#ifndef TIMEBANK_CLI_COMMANDS_GIVING_H_
#define TIMEBANK_CLI_COMMANDS_GIVING_H_

#include "cli/commands/context.h"
#include "cli/text/table.h"
#include "timebank/v1/pool.pb.h"

namespace timebank::cli {

// Where hours went, to stand behind a receipt.
Table GivenTable(const v1::GivenResult& given, const Context& context);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_GIVING_H_
