#include "cli/run.h"

#include <poll.h>
#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/client/credentials.h"
#include "cli/client/grpc_client.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/parser.h"
#include "cli/refusal.h"
#include "cli/text/display.h"
#include "cli/text/table.h"
#include "cli/text/width.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void Interrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // A second one ends the program at once.
}

std::string LoginName() {
  const passwd* const entry = getpwuid(geteuid());
  return entry != nullptr && entry->pw_name != nullptr ? entry->pw_name : absl::StrCat("uid-", geteuid());
}

absl::StatusOr<absl::Duration> ParseTimeout(const std::string& text) {
  double seconds = 0;
  if (!absl::SimpleAtod(NarrowTrimmed(text), &seconds) || !(seconds > 0) || seconds > 86400) {
    const std::string quoted = QuoteForMessage(text);
    return InvalidText({absl::StrCat("--timeout ", quoted, " 应为大于 0 的秒数"),
                        absl::StrCat("--timeout ", quoted, " must be a number of seconds above 0")});
  }
  return absl::Seconds(seconds);
}

absl::Status CheckTls(const TlsSettings& tls) {
  if (tls.certificate.empty() != tls.key.empty()) {
    return InvalidText({"--client-cert 和 --client-key 须一起给出", "--client-cert and --client-key go together"});
  }
  if (tls.authority.empty() && !tls.certificate.empty()) {
    return InvalidText({"--client-cert 须与 --tls-ca 一起使用", "--client-cert takes TLS: name --tls-ca too"});
  }
  return absl::OkStatus();
}

// Of the profile that was named, or of the usual one, which need not be there.
absl::StatusOr<std::string> CredentialOf(const Parsed& parsed) {
  const std::string& named = parsed.flags.profile;
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> credential, ReadCredential(named.empty() ? kDefaultProfile : named));
  const bool makes_it = parsed.command->noun.empty() && parsed.command->verb == "login";
  const bool sets_up = parsed.command->noun == "admin" && parsed.command->verb == "set-up";
  if (!named.empty() && !credential.has_value() && !makes_it && !sets_up) {
    return InvalidText(
        {absl::StrCat("本机没有保存名为 ", named, " 的令牌。请先登录：timebank login --profile ", named),
         absl::StrCat("no token is kept here as ", named, "; log in first: timebank login --profile ", named)});
  }
  return credential.value_or(std::string());
}

void ReportRetry(int attempt, int attempts, Language language, std::ostream& err) {
  const Text text = {absl::StrCat("连接中断或服务器太忙，正在重试（第 ", attempt, " 次，最多 ", attempts, " 次）"),
                     absl::StrCat("connection lost or server busy, trying again (", attempt, " of ", attempts, ")")};
  err << text.Pick(language) << "\n";
}

absl::Status RunCommand(const Parsed& parsed, Language language, std::ostream& out, std::ostream& err) {
  ContextSettings settings;
  TB_ASSIGN_OR_RETURN(settings.format, ParseFormat(parsed.flags.output));
  TB_ASSIGN_OR_RETURN(const absl::Duration timeout, ParseTimeout(parsed.flags.timeout));
  settings.actor = parsed.flags.actor.empty() ? LoginName() : parsed.flags.actor;
  GrpcSettings connection;
  connection.address = parsed.flags.server;
  connection.tls = {parsed.flags.tls_ca, parsed.flags.client_cert, parsed.flags.client_key};
  TB_RETURN_IF_ERROR(CheckTls(connection.tls));
  settings.profile = parsed.flags.profile.empty() ? kDefaultProfile : parsed.flags.profile;
  TB_ASSIGN_OR_RETURN(connection.credential, CredentialOf(parsed));
  if (!connection.credential.empty() && !parsed.flags.actor.empty()) {
    const Text text = {"注意：出示令牌时，办理人以令牌为准，--as 不起作用（不用令牌的服务器除外）",
                       "note: with a token the token says who acts, and --as does not, but at a server that needs none"};
    err << text.Pick(language) << "\n";
  }
  connection.actor = settings.actor;
  connection.timeout = timeout;
  connection.on_retry = [language, &err](int attempt, int attempts, const absl::Status&) {
    ReportRetry(attempt, attempts, language, err);
  };
  const std::unique_ptr<Client> client = NewGrpcClient(std::move(connection));
  settings.bank = parsed.flags.bank;
  settings.request_id = parsed.request_id;
  settings.language = language;
  settings.out = &out;
  settings.err = &err;
  settings.client = client.get();
  if (parsed.command->noun == "import") {
    std::signal(SIGINT, &Interrupt);
    std::signal(SIGTERM, &Interrupt);
    settings.interrupted = [] { return interrupted != 0; };
  }
  Context context(std::move(settings));
  return parsed.command->run(parsed.arguments, &context);
}

}  // namespace

bool ReaderIsGone(int descriptor) {
  pollfd other = {descriptor, POLLOUT, 0};
  return poll(&other, 1, 0) == 1 && (other.revents & (POLLERR | POLLHUP)) != 0;
}

void PrintError(const absl::Status& status, Language language, std::ostream& err) {
  err << (language == Language::kChinese ? "错误：" : "error: ") << Sanitize(TextOf(status).Pick(language)) << "\n";
  const std::optional<v1::Refusal> refusal = RefusalOf(status);
  const Text next = refusal.has_value() ? NextStep(*refusal) : Text{};
  if (!next.zh.empty()) {
    err << (language == Language::kChinese ? "下一步：" : "what to do: ") << next.Pick(language) << "\n";
  }
}

ExitCode Run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  std::signal(SIGPIPE, SIG_IGN);
  std::string flag = LanguageFlag(words);
  const char* const variable = std::getenv("TIMEBANK_LANG");
  if (flag.empty() && variable != nullptr) {
    flag = variable;
  }
  const Environment environment = [](const char* name) { return static_cast<const char*>(std::getenv(name)); };
  const absl::StatusOr<Language> language = ChooseLanguage(flag, environment);
  if (!language.ok()) {
    PrintError(language.status(), ChooseLanguage("", environment).value_or(Language::kEnglish), err);
    return ExitCodeOf(language.status());
  }
  const absl::StatusOr<Parsed> parsed = ParseCommandLine(words, *language);
  if (!parsed.ok()) {
    PrintError(parsed.status(), *language, err);
    return ExitCodeOf(parsed.status());
  }
  if (!parsed->help.empty()) {
    out << parsed->help << std::flush;
    return ExitCode::kDone;
  }
  absl::Status status = RunCommand(*parsed, *language, out, err);
  out << std::flush;
  if (status.ok() && !out.good()) {
    status = WithExitCode(OutputError(), ExitCode::kFile);
  }
  if (!out.good() && status.message() == OutputError().message() && ReaderIsGone(STDOUT_FILENO)) {
    return ExitCode::kDone;  // Who reads has seen enough.
  }
  if (!status.ok()) {
    PrintError(status, *language, err);
  }
  return ExitCodeOf(status);
}

}  // namespace timebank::cli
