// Why the system would not let a file be read or written, in both languages.
#ifndef TIMEBANK_CLI_TEXT_SYSTEM_ERROR_H_
#define TIMEBANK_CLI_TEXT_SYSTEM_ERROR_H_

#include "cli/text/language.h"

namespace timebank::cli {

// Of an errno. Those that people meet have words of our own; any other has the system's in both languages, with its number in Chinese.
Text SystemError(int number);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_SYSTEM_ERROR_H_
