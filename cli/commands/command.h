// The tree of commands as a table: noun → verb, what each takes, what it does.
#ifndef TIMEBANK_CLI_COMMANDS_COMMAND_H_
#define TIMEBANK_CLI_COMMANDS_COMMAND_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/text/language.h"

namespace timebank::cli {

class Context;

// How a value is given.
enum class ArgumentKind {
  kPlace,          // By its place, one value, required.
  kOptionalPlace,  // By its place, one value or none.
  kPlaces,         // By its place, any number of values; whether some are needed is the command's affair.
  kSwitch,         // --name
  kOption,         // --name VALUE
  kNeeded,         // --name VALUE, required.
  kOptions,        // --name VALUE, any number of times.
};

struct Argument {
  ArgumentKind kind;
  std::string name;  // "birth-date"; places are shown in capitals.
  Text help;
};

// What was given, by flag or by environment variable.
class Arguments {
 public:
  // The one value; empty when it was not given.
  const std::string& Get(const std::string& name) const;
  const std::vector<std::string>& All(const std::string& name) const;
  bool Has(const std::string& name) const { return !All(name).empty(); }

  void Add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

struct Command {
  std::string noun;  // May have two words: "admin token". Empty for a verb that stands alone: "balance".
  std::string verb;
  Text summary;
  std::vector<Argument> arguments;
  // Takes --request-id.
  bool writes = false;
  std::function<absl::Status(const Arguments&, Context*)> run;
};

struct Noun {
  std::string name;
  Text summary;
};

// --purpose: for what somebody looks at personal data.
Argument PurposeArgument();

// Every noun, in the order of the help.
const std::vector<Noun>& AllNouns();

// Every command, those of one noun together.
const std::vector<Command>& AllCommands();

// The parts of AllCommands(), one file each.
std::vector<Command> BankCommands();
std::vector<Command> RuleCommands();
std::vector<Command> ScopeCommands();
std::vector<Command> CenterCommands();
std::vector<Command> MemberCommands();
std::vector<Command> KinshipCommands();
std::vector<Command> RecordCommands();
std::vector<Command> RecordChangeCommands();
std::vector<Command> RecordConfirmCommands();
std::vector<Command> HoldCommands();
std::vector<Command> OrderCommands();
std::vector<Command> OrderListCommands();
std::vector<Command> RecurringCommands();
std::vector<Command> ProxyCommands();
std::vector<Command> AccountCommands();
std::vector<Command> StatementCommands();
std::vector<Command> ImportCommands();
std::vector<Command> AdminCommands();
std::vector<Command> ReportCommands();
std::vector<Command> PointsCommands();
std::vector<Command> CampaignCommands();
std::vector<Command> RewardCommands();
std::vector<Command> RewardOrderCommands();
std::vector<Command> StarCommands();
std::vector<Command> StarChangeCommands();
std::vector<Command> CalendarCommands();
std::vector<Command> RuleSimulateCommands();
std::vector<Command> ReversalCommands();
std::vector<Command> ReasonCommands();
std::vector<Command> GivingCommands();
std::vector<Command> GrantCommands();
std::vector<Command> MembershipCommands();
std::vector<Command> AccessCommands();
std::vector<Command> AuditCommands();
std::vector<Command> PersonalCommands();

// --- What several commands share.

// "2026-03-05" from a day as people write it; empty stays empty.
absl::StatusOr<std::string> IsoDay(const std::string& text);

// INVALID_ARGUMENT when a period of days, as IsoDay gives them, ends before it begins. Either end may be empty.
absl::Status CheckPeriod(const std::string& from, const std::string& to);

// A whole number of at least `least`. INVALID_ARGUMENT otherwise.
absl::StatusOr<int64_t> WholeNumber(const std::string& text, int64_t least);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_COMMAND_H_
