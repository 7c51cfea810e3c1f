// For tests: one command of the tree against a fake service.
#ifndef TIMEBANK_CLI_COMMANDS_COMMAND_TEST_BASE_H_
#define TIMEBANK_CLI_COMMANDS_COMMAND_TEST_BASE_H_

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/fake_client.h"

namespace timebank::cli {

class CommandTestBase : public testing::Test {
 protected:
  // Values by the name of the argument.
  using Given = std::map<std::string, std::vector<std::string>>;

  // What it prints is in out_ and err_ afterwards, and nothing else. NOT_FOUND when there is no such command.
  absl::Status Run(const std::string& noun, const std::string& verb, const Given& given, Format format = Format::kTable,
                   Language language = Language::kEnglish) {
    out_.str("");
    err_.str("");
    ContextSettings settings;
    settings.bank = bank_;
    settings.actor = "li";
    settings.request_id = request_id_;
    settings.format = format;
    settings.language = language;
    settings.out = &out_;
    settings.err = &err_;
    settings.client = &client_;
    Context context(std::move(settings));
    Arguments arguments;
    for (const auto& [name, values] : given) {
      for (const std::string& value : values) {
        arguments.Add(name, value);
      }
    }
    for (const Command& command : AllCommands()) {
      if (command.noun == noun && command.verb == verb) {
        return command.run(arguments, &context);
      }
    }
    return absl::NotFoundError(noun + " " + verb);
  }

  // Each argument with one value.
  static Given Once(const std::map<std::string, std::string>& given) {
    Given result;
    for (const auto& [name, value] : given) {
      result[name] = {value};
    }
    return result;
  }

  FakeClient client_;
  std::string bank_ = "xt";
  std::string request_id_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_COMMAND_TEST_BASE_H_
