// The whole program but for `main`.
#ifndef TIMEBANK_CLI_RUN_H_
#define TIMEBANK_CLI_RUN_H_

#include <ostream>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace timebank::cli {

// Runs the command that `words` (without the program's name) make, prints results to `out` and everything else to `err`.
// Reads environment variables; takes SIGINT and SIGTERM for the time of an import, so that it can stop between two batches.
ExitCode Run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

// Whether nobody reads the other end of a pipe or socket any more, as behind "| head". False for files and terminals.
bool ReaderIsGone(int descriptor);

// Prints what went wrong, and what to do next when that is known.
void PrintError(const absl::Status& status, Language language, std::ostream& err);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_RUN_H_
