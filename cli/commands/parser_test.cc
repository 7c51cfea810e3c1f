#include "cli/commands/parser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace timebank::cli {
namespace {

absl::StatusOr<Parsed> Parse(const std::vector<std::string>& words) { return ParseCommandLine(words, Language::kEnglish); }

TEST(ParserTest, EveryCommandIsWordedInBothLanguages) {
  std::set<std::string> seen;
  for (const Command& command : AllCommands()) {
    EXPECT_TRUE(seen.insert(command.noun + " " + command.verb).second) << command.noun << " " << command.verb;
    EXPECT_FALSE(command.summary.zh.empty() || command.summary.en.empty()) << command.verb;
    EXPECT_TRUE(static_cast<bool>(command.run)) << command.verb;
    for (const Argument& argument : command.arguments) {
      EXPECT_FALSE(argument.help.zh.empty() || argument.help.en.empty()) << command.verb << " " << argument.name;
    }
  }
}

// The tree takes each command as the table declares it, and every flag stands in its help beside its variable.
TEST(ParserTest, EveryCommandParsesAndEveryFlagHasItsVariable) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> words = absl::StrSplit(command.noun, ' ', absl::SkipEmpty());
    words.push_back(command.verb);
    std::vector<std::string> asking = words;
    asking.push_back("--help");
    const absl::StatusOr<Parsed> help = Parse(asking);
    ASSERT_TRUE(help.ok()) << help.status();
    for (const Argument& argument : command.arguments) {
      const bool place = argument.kind == ArgumentKind::kPlace || argument.kind == ArgumentKind::kOptionalPlace ||
                         argument.kind == ArgumentKind::kPlaces;
      if (place) {
        words.push_back("7");
      } else {
        EXPECT_NE(help->help.find(EnvironmentName(argument.name)), std::string::npos) << argument.name;
        words.push_back("--" + argument.name);
        if (argument.kind != ArgumentKind::kSwitch) {
          words.push_back("7");
        }
      }
    }
    EXPECT_EQ(help->help.find("--request-id TEXT") != std::string::npos, command.writes) << command.verb;
    const absl::StatusOr<Parsed> parsed = Parse(words);
    ASSERT_TRUE(parsed.ok()) << command.noun << " " << command.verb << ": " << parsed.status();
    EXPECT_EQ(parsed->command, &command);
    for (const Argument& argument : command.arguments) {
      EXPECT_TRUE(parsed->arguments.Has(argument.name)) << argument.name;
    }
  }
}

TEST(ParserTest, GlobalFlagsStandAnywhere) {
  const absl::StatusOr<Parsed> parsed = Parse({"--bank", "xt", "record", "confirm", "1", "2", "-o", "json", "--as", "李明"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->flags.bank, "xt");
  EXPECT_EQ(parsed->flags.output, "json");
  EXPECT_EQ(parsed->flags.actor, "李明");
  EXPECT_EQ(parsed->flags.server, kDefaultServer);
  EXPECT_EQ(parsed->arguments.All("record"), (std::vector<std::string>{"1", "2"}));
}

TEST(ParserTest, VariablesStandInForFlagsAndFlagsWin) {
  setenv("TIMEBANK_SERVER", "unix:/tmp/none", 1);
  setenv("TIMEBANK_CENTER", "宁康", 1);
  const absl::StatusOr<Parsed> parsed = Parse({"record", "list"});
  const absl::StatusOr<Parsed> flag = Parse({"record", "list", "--center", "向阳"});
  unsetenv("TIMEBANK_SERVER");
  unsetenv("TIMEBANK_CENTER");
  ASSERT_TRUE(parsed.ok() && flag.ok());
  EXPECT_EQ(parsed->flags.server, "unix:/tmp/none");
  EXPECT_EQ(parsed->arguments.Get("center"), "宁康");
  EXPECT_EQ(flag->arguments.Get("center"), "向阳");
}

TEST(ParserTest, WrongUsageIsSaidInBothLanguages) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{},
                                                                                     {"record"},
                                                                                     {"nonsense"},
                                                                                     {"member", "show"},
                                                                                     {"balance"},
                                                                                     {"record", "list", "--nonsense"},
                                                                                     {"member", "register"}}) {
    const absl::StatusOr<Parsed> parsed = Parse(words);
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(TextOf(parsed.status()).zh, TextOf(parsed.status()).en);
    EXPECT_NE(TextOf(parsed.status()).en.find("--help"), std::string::npos);
  }
}

TEST(ParserTest, TextThatIsNotUtf8IsRefused) {
  const absl::StatusOr<Parsed> parsed = Parse({"member", "show", "\xc0\xee\xc3\xf7"});
  ASSERT_FALSE(parsed.ok());
  EXPECT_NE(parsed.status().message().find("UTF-8"), std::string::npos);
}

TEST(ParserTest, HelpComesInChinese) {
  const absl::StatusOr<Parsed> parsed = ParseCommandLine({"--help"}, Language::kChinese);
  ASSERT_TRUE(parsed.ok());
  EXPECT_NE(parsed->help.find("用法"), std::string::npos);
  EXPECT_NE(parsed->help.find("退出码"), std::string::npos);
  EXPECT_NE(parsed->help.find("服务记录"), std::string::npos);
}

TEST(ParserTest, LanguageIsKnownBeforeParsing) {
  EXPECT_EQ(LanguageFlag({"record", "--lang", "zh"}), "zh");
  EXPECT_EQ(LanguageFlag({"--lang=en"}), "en");
  EXPECT_EQ(LanguageFlag({"record", "--lang"}), "");
}

TEST(ParserTest, VersionIsPrinted) {
  const absl::StatusOr<Parsed> parsed = Parse({"version"});
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->help.rfind("timebank ", 0), 0U);
}

TEST(ParserTest, WrongUsageIsWordedInChinese) {
  const auto chinese = [](const std::vector<std::string>& words) {
    return TextOf(ParseCommandLine(words, Language::kChinese).status()).zh;
  };
  EXPECT_EQ(chinese({"frob"}), "没有这个命令：frob。用法见：timebank --help");
  EXPECT_EQ(chinese({"record", "frob"}), "没有这个命令：frob。用法见：timebank record --help");
  EXPECT_EQ(chinese({}), "缺少命令。用法见：timebank --help");
  EXPECT_EQ(chinese({"balance"}), "缺少 MEMBER。用法见：timebank balance --help");
  EXPECT_EQ(chinese({"record", "show", "7", "--decision", "settle"}),
            "不认识 --decision settle。用法见：timebank record show --help");
  EXPECT_EQ(chinese({"record", "list", "--center"}), "--center 后面缺少内容。用法见：timebank record list --help");
  EXPECT_EQ(chinese({"record", "show", "7", "11010519491231002X"}), "不认识 ***X。用法见：timebank record show --help");
  EXPECT_EQ(chinese({"record", "confirm", "--all=maybe"}).find("onversion"), std::string::npos);
}

TEST(ParserTest, VariablesThatAreNotUtf8AreRefused) {
  setenv("TIMEBANK_CENTER", "\xc0\xee", 1);
  const absl::StatusOr<Parsed> parsed = Parse({"record", "list"});
  unsetenv("TIMEBANK_CENTER");
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace timebank::cli
