#include "service/privacy/keys_claim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"

namespace timebank::privacy {
namespace {

constexpr char kStart[] = "store ";

absl::Status Fault(absl::string_view what, const std::string& path) {
  const int error = errno;
  return absl::InternalError(absl::StrCat("cannot ", what, " ", path, ": ", strerror(error)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeysClaim>> KeysClaim::Take(const std::string& folder, const std::array<uint8_t, 16>& store) {
  const std::string path = folder + "/owner";
  const std::string id =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(store.data()), store.size()));
  std::unique_ptr<KeysClaim> claim(new KeysClaim(path, absl::StrCat(kStart, id, "\n")));
  claim->folder_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat status {};
  if (claim->folder_ < 0 || fstat(claim->folder_, &status) != 0) {
    return Fault("open", folder);
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("others may write to the folder of keys ", folder,
                                                      ", and so remove or replace keys; take that right away: chmod go-w"));
  }
  // The folder and not a file of it: who removes the file, or puts it back from a backup, lets nobody in.
  if (flock(claim->folder_, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK
               ? absl::UnavailableError(absl::StrCat("another server uses the folder of keys ", folder,
                                                     "; stop it first, or name a folder of its own for each with --keys. A "
                                                     "copy of a data folder that is to ",
                                                     "run beside the first needs a copy of its folder of keys as well"))
               : Fault("lock", folder);
  }
  claim->descriptor_ = openat(claim->folder_, "owner", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (claim->descriptor_ < 0) {
    return Fault("open", path);
  }
  std::string line(claim->line_.size() + 1, '\0');
  const ssize_t got = pread(claim->descriptor_, line.data(), line.size(), 0);
  if (got < 0) {
    return Fault("read", path);
  }
  line.resize(static_cast<size_t>(got));
  claim->kept_ = line == claim->line_;
  // What is cut short was never synced: the first start ended on the way.
  if (claim->kept_ || (line.size() < claim->line_.size() && absl::StartsWith(claim->line_, line))) {
    return claim;
  }
  if (!absl::StartsWith(line, kStart) || line.size() != claim->line_.size()) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is damaged: it says whose keys lie in this folder. When they are this store's, remove it and start again"));
  }
  return absl::FailedPreconditionError(absl::StrCat("the folder of keys ", folder, " belongs to another store, as ", path,
                                                    " says: a rotation by one would destroy what the other needs. Name a "
                                                    "folder of this store's own with --keys (an empty ",
                                                    "one for a new store). This store is ", id, "; nothing was changed"));
}

KeysClaim::~KeysClaim() {
  for (const int descriptor : {descriptor_, folder_}) {
    if (descriptor >= 0) {
      close(descriptor);
    }
  }
}

absl::Status KeysClaim::Keep() {
  if (kept_) {
    return absl::OkStatus();
  }
  if (pwrite(descriptor_, line_.data(), line_.size(), 0) != static_cast<ssize_t>(line_.size()) || fsync(descriptor_) != 0) {
    return Fault("write", path_);
  }
  kept_ = true;
  return SyncFolderOf(path_);
}

}  // namespace timebank::privacy
