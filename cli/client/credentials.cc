#include "cli/client/credentials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "cli/text/system_error.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kProfileChars = 64;

absl::Status FileFault(const std::string& path, const Text& what) {
  const Text why = SystemError(errno);
  return WithExitCode(TextError(absl::StatusCode::kFailedPrecondition, {absl::StrCat(what.zh, " ", path, "：", why.zh),
                                                                        absl::StrCat(what.en, " ", path, ": ", why.en)}),
                      ExitCode::kFile);
}

fs::path Folder() {
  for (const auto& [variable, below] : {std::pair<const char*, const char*>{"TIMEBANK_PROFILES", ""},
                                        {"XDG_CONFIG_HOME", "timebank"},
                                        {"HOME", ".config/timebank"}}) {
    const char* const value = std::getenv(variable);
    if (value != nullptr && *value != '\0') {
      return *below == '\0' ? fs::path(value) : fs::path(value) / below;
    }
  }
  return ".timebank";
}

absl::StatusOr<fs::path> PathOf(const std::string& profile) {
  const bool fits = !profile.empty() && profile.size() <= kProfileChars && profile.front() != '.' &&
                    std::all_of(profile.begin(), profile.end(),
                                [](unsigned char c) { return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-'; });
  if (!fits) {
    return InvalidText({"--profile 的名称须为 1 到 64 个字母、数字、点、下划线或连字符",
                        "--profile takes a name of 1 to 64 characters out of A-Z a-z 0-9 . _ -"});
  }
  return Folder() / (profile + ".token");
}

// What is typed meanwhile is not shown.
class Hidden {
 public:
  Hidden() : shown_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (shown_) {
      termios quiet = before_;
      quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
  }
  ~Hidden() {
    if (shown_) {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
      std::cerr << std::endl;
    }
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  termios before_{};
  bool shown_;
};

std::string FirstLine(std::istream& in) {
  std::string line;
  std::getline(in, line);
  return std::string(absl::StripAsciiWhitespace(line));
}

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadCredential(const std::string& profile) {
  TB_ASSIGN_OR_RETURN(const fs::path path, PathOf(profile));
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? absl::StatusOr<std::optional<std::string>>(std::nullopt)
                                               : FileFault(path.string(), {"读不了凭证文件", "cannot read the credential"});
  }
  if ((status.st_mode & 077) != 0) {
    return WithExitCode(
        TextError(absl::StatusCode::kFailedPrecondition,
                  {absl::StrCat("别人也能读凭证文件 ", path.string(), "，请先执行 chmod 600"),
                   absl::StrCat("others can read the credential ", path.string(), "; run chmod 600 on it first")}),
        ExitCode::kFile);
  }
  TB_ASSIGN_OR_RETURN(std::string credential, CredentialIn(path.string()));
  return std::optional<std::string>(std::move(credential));
}

absl::Status SaveCredential(const std::string& profile, const std::string& credential) {
  TB_ASSIGN_OR_RETURN(const fs::path path, PathOf(profile));
  std::error_code error;
  // A folder that is there already is its owner's to open or close; the file is for nobody else in any case.
  if (fs::create_directories(path.parent_path(), error)) {
    fs::permissions(path.parent_path(), fs::perms::owner_all, error);
  }
  const std::string beside = path.string() + ".new";
  unlink(beside.c_str());
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const Text what = {"写不了凭证文件", "cannot write the credential"};
  if (file < 0) {
    return FileFault(beside, what);
  }
  const std::string line = credential + "\n";
  const bool written = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(file) == 0;
  close(file);
  return written && rename(beside.c_str(), path.c_str()) == 0 ? absl::OkStatus() : FileFault(path.string(), what);
}

absl::StatusOr<bool> RemoveCredential(const std::string& profile) {
  TB_ASSIGN_OR_RETURN(const fs::path path, PathOf(profile));
  if (unlink(path.c_str()) == 0) {
    return true;
  }
  return errno == ENOENT ? absl::StatusOr<bool>(false)
                         : FileFault(path.string(), {"删不了凭证文件", "cannot remove the credential"});
}

absl::StatusOr<std::string> CredentialIn(const std::string& path) {
  std::string credential;
  if (path == "-") {
    const Hidden hidden;
    credential = FirstLine(std::cin);
  } else {
    std::ifstream file(path);
    if (!file.is_open()) {
      return FileFault(path, {"读不了凭证文件", "cannot read the credential"});
    }
    credential = FirstLine(file);
  }
  const bool visible = !credential.empty() && std::all_of(credential.begin(), credential.end(),
                                                          [](unsigned char c) { return absl::ascii_isgraph(c); });
  return visible ? absl::StatusOr<std::string>(std::move(credential))
                 : InvalidText({"这里没有凭证：应为一行文字", "there is no credential there: it is one line of text"});
}

bool StaysOnThisMachine(const std::string& address) {
  return absl::StartsWith(address, "unix:") || absl::StartsWith(address, "127.0.0.1:") ||
         absl::StartsWith(address, "[::1]:") || absl::StartsWith(address, "localhost:");
}

}  // namespace timebank::cli
