// From the words of a command line to a command and its arguments.
#ifndef TIMEBANK_CLI_COMMANDS_PARSER_H_
#define TIMEBANK_CLI_COMMANDS_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/commands/command.h"
#include "cli/text/language.h"

namespace timebank::cli {

inline constexpr char kDefaultServer[] = "127.0.0.1:7878";

// Flags that every command takes, and their values after parsing.
struct GlobalFlags {
  std::string server = kDefaultServer;
  std::string bank;
  std::string tls_ca;
  std::string client_cert;
  std::string client_key;
  std::string actor;
  std::string profile;  // empty: the usual one, if there is any
  std::string output = "table";
  std::string lang;
  std::string timeout = "30";
};

struct Parsed {
  std::string help;                  // When not empty: the person asked for it; nothing is to be run.
  const Command* command = nullptr;  // Points into AllCommands().
  Arguments arguments;
  std::string request_id;
  GlobalFlags flags;
};

// `words` without the program's name. Environment variables are read from the process. INVALID_ARGUMENT, in both languages,
// for words that make no command, and for text that is not UTF-8.
absl::StatusOr<Parsed> ParseCommandLine(const std::vector<std::string>& words, Language language);

// The variable of a flag: "TIMEBANK_BIRTH_DATE" of "birth-date".
std::string EnvironmentName(const std::string& flag);

// The value of --lang among the words, before anything is parsed: even errors of parsing are worded in the right language.
std::string LanguageFlag(const std::vector<std::string>& words);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_PARSER_H_
