#include "cli/commands/parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <list>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/exit_code.h"
#include "cli/text/display.h"
#include "cli/text/encoding.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

absl::Status CheckUtf8(const std::string& word) {
  const absl::StatusOr<DecodedText> text = DecodeText(word);
  if (text.ok() && text->encoding == TextEncoding::kUtf8) {
    return absl::OkStatus();
  }
  const std::string quoted = Sanitize(word);
  return InvalidText({absl::StrCat(quoted, " 不是 UTF-8 文字，请把终端设为 UTF-8"),
                      absl::StrCat(quoted, " is not UTF-8; set the terminal to UTF-8")});
}

// "--measured" of "--measured: 1 required TEXT missing", and the words of an error that follow its colon.
std::string BeforeColon(const std::string& text) { return text.substr(0, text.find(':')); }
std::string AfterColon(const std::string& text) {
  const size_t colon = text.find(": ");
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

// Where CLI11 puts what it reads.
struct Slot {
  const Argument* argument;
  std::string one;
  std::vector<std::string> many;
  bool given = false;
};

struct Verb {
  CLI::App* app;
  const Command* command;
  std::list<Slot> slots;  // A list, since CLI11 keeps pointers to them.
  std::string request_id;
};

class Tree {
 public:
  explicit Tree(Language language) : language_(language), app_(Pick({"时间银行", "Time Bank"}), "timebank") {
    app_.footer(ExitCodeHelp().Pick(language));
    app_.require_subcommand(1);
    app_.fallthrough();
    Localise(&app_);
    AddGlobalFlags();
    std::map<std::string, CLI::App*> nouns;
    for (const Noun& noun : AllNouns()) {
      // The words before the last name a noun that came earlier.
      const size_t space = noun.name.rfind(' ');
      CLI::App* const above = space == std::string::npos ? &app_ : nouns.at(noun.name.substr(0, space));
      CLI::App* const group = above->add_subcommand(noun.name.substr(space + 1), Pick(noun.summary));
      group->require_subcommand(1);
      Localise(group);
      nouns[noun.name] = group;
    }
    for (const Command& command : AllCommands()) {
      AddVerb(command, command.noun.empty() ? &app_ : nouns.at(command.noun));
    }
    version_ = app_.add_subcommand("version", Pick({"显示版本", "print the version"}));
    Localise(version_);
  }

  absl::StatusOr<Parsed> Parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // As CLI11 wants them.
    Parsed parsed;
    try {
      app_.parse(words);
    } catch (const CLI::CallForHelp&) {
      parsed.help = app_.help();
      return parsed;
    } catch (const CLI::ParseError& wrong) {
      return WrongUsage(wrong);
    }
    if (version_->parsed()) {
      parsed.help = "timebank " TIMEBANK_VERSION "\n";
      return parsed;
    }
    parsed.flags = flags_;
    TB_RETURN_IF_ERROR(CheckUtf8(flags_.actor));
    for (Verb& verb : verbs_) {
      if (verb.app->parsed()) {
        parsed.command = verb.command;
        parsed.request_id = verb.request_id;
        TB_RETURN_IF_ERROR(Collect(&verb, &parsed.arguments));
      }
    }
    return parsed;
  }

 private:
  const std::string& Pick(const Text& text) const { return text.Pick(language_); }

  void Localise(CLI::App* app) {
    app->set_help_flag("-h,--help", Pick({"显示帮助", "print this help"}))->group(Pick({"选项", "Options"}));
    app->option_defaults()->group(Pick({"选项", "Options"}));
    app->group(Pick({"命令", "Commands"}));
    if (language_ == Language::kChinese) {
      const auto formatter = app->get_formatter();
      formatter->label("Usage", "用法");
      formatter->label("OPTIONS", "选项");
      formatter->label("SUBCOMMAND", "命令");
      formatter->label("SUBCOMMANDS", "命令");
      formatter->label("Positionals", "内容");
      formatter->label("REQUIRED", "（必需）");
      formatter->label("TEXT", "文字");
      formatter->label("Env", "环境变量");
    }
  }

  void AddGlobalFlags() {
    const auto add = [this](const char* names, std::string* value, const Text& help) {
      CLI::Option* const option = app_.add_option(names, *value, Pick(help));
      option->envname(EnvironmentName(option->get_lnames().front()));
    };
    add("--server", &flags_.server,
        {absl::StrCat("服务器地址：主机:端口 或 unix:路径，默认 ", kDefaultServer),
         absl::StrCat("address of the server: HOST:PORT or unix:PATH; ", kDefaultServer, " when left out")});
    add("--tls-ca", &flags_.tls_ca,
        {"用 TLS 连接，并信任此文件（PEM）中的签发机构；写 system 则信任本机已信任的机构",
         "use TLS and trust the authority in this file (PEM), or, as \"system\", those that this machine trusts"});
    add("--client-cert", &flags_.client_cert, {"向服务器出示的证书（PEM）", "certificate to show to the server (PEM)"});
    add("--client-key", &flags_.client_key, {"该证书的私钥（PEM）", "its private key (PEM)"});
    add("--bank", &flags_.bank,
        {"时间银行的代码；只有一家时可以不写", "id of the bank; the only one there is when left out"});
    add("--profile", &flags_.profile,
        {"用本机保存的哪一个令牌（见 timebank login）",
         "which of the tokens kept on this machine to show (see timebank login)"});
    add("--as", &flags_.actor,
        {"经办人，默认为登录名；服务器要求令牌时由令牌决定",
         "who acts; your login name when left out. Where the server wants a token, the token says who"});
    add("-o,--output", &flags_.output, {"输出格式：table、json 或 csv", "how to print: table, json or csv"});
    add("--lang", &flags_.lang, {"语言：zh 或 en；默认依照 LANG", "language: zh or en; as LANG says when left out"});
    add("--timeout", &flags_.timeout, {"最多等待多少秒，默认 30", "wait at most so many seconds; 30 when left out"});
  }

  void AddVerb(const Command& command, CLI::App* parent) {
    CLI::App* const app = parent->add_subcommand(command.verb, Pick(command.summary));
    Localise(app);
    app->footer(
        absl::StrCat(Pick({"通用选项（--server --bank --as --output --lang --timeout）见：timebank --help",
                           "Options of every command (--server --bank --as --output --lang --timeout): timebank --help"}),
                     "\n\n", ExitCodeHelp().Pick(language_)));
    verbs_.push_back({app, &command, {}, ""});
    Verb& verb = verbs_.back();
    for (const Argument& argument : command.arguments) {
      verb.slots.push_back({&argument, "", {}, false});
      AddArgument(&verb.slots.back(), app);
    }
    if (command.writes) {
      app->add_option("--request-id", verb.request_id,
                      Pick({"这次操作的编号；结果不明时用同一个编号再执行一次",
                            "id of this request; use the same one again when the outcome is unknown"}))
          ->envname(EnvironmentName("request-id"));
    }
  }

  void AddArgument(Slot* slot, CLI::App* app) {
    const Argument& argument = *slot->argument;
    const std::string flag = "--" + argument.name;
    const std::string& help = Pick(argument.help);
    switch (argument.kind) {
      case ArgumentKind::kPlace:
      case ArgumentKind::kOptionalPlace:
        app->add_option(absl::AsciiStrToUpper(argument.name), slot->one, help)
            ->required(argument.kind == ArgumentKind::kPlace);
        break;
      case ArgumentKind::kPlaces:
        app->add_option(absl::AsciiStrToUpper(argument.name), slot->many, help);
        break;
      case ArgumentKind::kSwitch:
        app->add_flag(flag, slot->given, help)->envname(EnvironmentName(argument.name));
        break;
      case ArgumentKind::kOption:
      case ArgumentKind::kNeeded:
        app->add_option(flag, slot->one, help)
            ->required(argument.kind == ArgumentKind::kNeeded)
            ->envname(EnvironmentName(argument.name));
        break;
      case ArgumentKind::kOptions:
        // One value each time, so that a place behind it is not taken for another one.
        app->add_option(flag, slot->many, help)->allow_extra_args(false)->envname(EnvironmentName(argument.name));
        break;
    }
  }

  // Words were checked before; variables of the environment come in here.
  static absl::Status Collect(Verb* verb, Arguments* arguments) {
    for (const Slot& slot : verb->slots) {
      std::vector<std::string> values = slot.many;
      if (slot.given) {
        values.emplace_back("true");
      }
      if (!slot.one.empty()) {
        values.push_back(slot.one);
      }
      for (std::string& value : values) {
        TB_RETURN_IF_ERROR(CheckUtf8(value));
        arguments->Add(slot.argument->name, std::move(value));
      }
    }
    return absl::OkStatus();
  }

  // CLI11 words its errors in English only; those that people meet have both wordings here. Words that were typed are shown
  // with long numbers masked.
  absl::Status WrongUsage(const CLI::ParseError& wrong) const {
    const Text text = UsageWords(wrong);
    const std::string more = absl::StrCat(UsedPath(), " --help");
    return InvalidText({absl::StrCat(MaskLongNumbers(text.zh), "。用法见：", more),
                        absl::StrCat(MaskLongNumbers(text.en), ". See: ", more)});
  }

  Text UsageWords(const CLI::ParseError& wrong) const {
    const std::string english = wrong.what();
    const int kind = wrong.get_exit_code();  // The name of an error is, of some, that of the command.
    const std::vector<std::string> unread = app_.remaining(true);
    if (english == "A subcommand is required") {
      // CLI11 misses a command before it looks at the words that are none.
      return unread.empty()                          ? Text{"缺少命令", "a command is missing"}
             : absl::StartsWith(unread.front(), "-") ? Unexpected(unread)
                                                     : Text{absl::StrCat("没有这个命令：", unread.front()),
                                                            absl::StrCat("there is no such command: ", unread.front())};
    }
    if (kind == static_cast<int>(CLI::ExitCodes::RequiredError)) {
      const std::string name(absl::StripSuffix(english, " is required"));
      // A misspelt option is why the right one is missing.
      return unread.empty() ? Text{absl::StrCat("缺少 ", name), english} : Unexpected(unread);
    }
    if (kind == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
      return unread.empty() ? Text{absl::StrCat("不认识 ", AfterColon(english)), english} : Unexpected(unread);
    }
    if (kind == static_cast<int>(CLI::ExitCodes::ArgumentMismatch)) {
      const std::string name = BeforeColon(english);
      return absl::EndsWith(english, " missing")
                 ? Text{absl::StrCat(name, " 后面缺少内容"), absl::StrCat(name, " needs a value")}
                 : Text{absl::StrCat(name, " 只能写一次"), absl::StrCat(name, " can be given only once")};
    }
    if (kind == static_cast<int>(CLI::ExitCodes::ConversionError)) {
      return {absl::StrCat("内容无法识别：", AfterColon(english)), absl::StrCat("cannot be used: ", AfterColon(english))};
    }
    return {"命令写法不对", english};
  }

  static Text Unexpected(const std::vector<std::string>& words) {
    const std::string list = absl::StrJoin(words, " ");
    return {absl::StrCat("不认识 ", list), absl::StrCat("not expected here: ", list)};
  }

  std::string UsedPath() const {
    std::string path = "timebank";
    for (const CLI::App* app = &app_; !app->get_subcommands().empty();) {
      app = app->get_subcommands().front();
      absl::StrAppend(&path, " ", app->get_name());
    }
    return path;
  }

  const Language language_;
  CLI::App app_;
  CLI::App* version_ = nullptr;
  GlobalFlags flags_;
  std::list<Verb> verbs_;
};

}  // namespace

std::string EnvironmentName(const std::string& flag) {
  return absl::StrCat("TIMEBANK_", absl::StrReplaceAll(absl::AsciiStrToUpper(flag), {{"-", "_"}}));
}

std::string LanguageFlag(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    absl::string_view word = words[i];
    if (word == "--lang" && i + 1 < words.size()) {
      return words[i + 1];
    }
    if (absl::ConsumePrefix(&word, "--lang=")) {
      return std::string(word);
    }
  }
  return "";
}

absl::StatusOr<Parsed> ParseCommandLine(const std::vector<std::string>& words, Language language) {
  for (const std::string& word : words) {
    TB_RETURN_IF_ERROR(CheckUtf8(word));
  }
  Tree tree(language);
  return tree.Parse(words);
}

}  // namespace timebank::cli
