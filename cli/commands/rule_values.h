// Rules as people type them: NAME=VALUE.
#ifndef TIMEBANK_CLI_COMMANDS_RULE_VALUES_H_
#define TIMEBANK_CLI_COMMANDS_RULE_VALUES_H_

#include <string>

#include "absl/status/statusor.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::cli {

// "spending_age=65", also with spaces, full-width characters and "＝". INVALID_ARGUMENT when it has another form; whether
// such a rule exists and takes the value is for the service to say.
absl::StatusOr<v1::Rule> ParseRuleChange(const std::string& text);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_RULE_VALUES_H_
