#include "service/server/set_up.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/privacy/sealer.h"
#include "service/queries/queries.h"

namespace timebank::server {
namespace {

constexpr absl::string_view kMark = "tbs.";
constexpr size_t kCredentialChars = 47;  // the mark, and 32 bytes in web-safe base64

std::string PathIn(const std::string& folder) { return absl::StrCat(folder, "/", kSetUpFile); }

absl::Status Fault(absl::string_view what, const std::string& path) {
  return absl::InternalError(absl::StrCat("cannot ", what, " ", path, ": ", strerror(errno)));
}

// Whether any bank has a token: somebody was let in already.
absl::StatusOr<bool> AnyToken(const store::Store& store) {
  const queries::Queries queries(&store);
  queries::PageRequest page;
  page.size = 1000;
  do {
    TB_ASSIGN_OR_RETURN(const queries::Page<queries::BankView> banks, queries.Banks(page));
    for (const queries::BankView& bank : banks.rows) {
      queries::PageRequest one;
      one.size = 1;
      TB_ASSIGN_OR_RETURN(const queries::Page<queries::TokenView> tokens, queries.Tokens(bank.id, one));
      if (!tokens.rows.empty()) {
        return true;
      }
    }
    page.token = banks.next;
  } while (!page.token.empty());
  return false;
}

absl::StatusOr<std::string> ReadCredential(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return Fault("look at", path);
  }
  if (!S_ISREG(status.st_mode) || (status.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(path, " can be read by others; remove it, and a new one is made"));
  }
  std::ifstream file(path);
  std::string credential;
  std::getline(file, credential);
  credential = std::string(absl::StripAsciiWhitespace(credential));
  if (credential.size() != kCredentialChars || !absl::StartsWith(credential, kMark)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " holds no credential; remove it, and a new one is made"));
  }
  return credential;
}

absl::StatusOr<std::string> MakeCredential(const std::string& path) {
  std::string secret;
  absl::WebSafeBase64Escape(privacy::Sealer::RandomSalt() + privacy::Sealer::RandomSalt(), &secret);
  std::string credential = absl::StrCat(kMark, secret);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    return Fault("make", path);
  }
  const std::string line = credential + "\n";
  const bool written = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(file) == 0;
  close(file);
  if (!written) {
    unlink(path.c_str());
    return Fault("write", path);
  }
  return credential;
}

}  // namespace

absl::StatusOr<std::string> OpenSetUp(const std::string& folder, const store::Store& store, bool again) {
  const std::string path = PathIn(folder);
  TB_ASSIGN_OR_RETURN(const bool any, AnyToken(store));
  if (any && !again) {
    EndSetUp(folder);
    return std::string();
  }
  base::Log(base::LogLevel::kInfo, "waiting for the first administrator: timebank admin set-up --file FILE",
            {{"file", path}});
  return std::filesystem::exists(path) ? ReadCredential(path) : MakeCredential(path);
}

void EndSetUp(const std::string& folder) { unlink(PathIn(folder).c_str()); }

}  // namespace timebank::server
