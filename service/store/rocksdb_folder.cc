#include "service/store/rocksdb_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/base/status.h"
#include "service/store/journal_folder.h"

namespace timebank::store {
namespace {

absl::Status FromErrno(int error, absl::string_view doing) {
  const std::string text = absl::StrCat(doing, ": ", absl::ErrnoToStatus(error, "").message());
  if (error == ENOENT) {
    return absl::NotFoundError(absl::StrCat(text, " (create the parent folder first)"));
  }
  if (error == EACCES || error == EPERM || error == EROFS) {
    return absl::PermissionDeniedError(text);
  }
  return error == ENOSPC ? absl::ResourceExhaustedError(text) : absl::FailedPreconditionError(text);
}

absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) {
    return FromErrno(errno, absl::StrCat("open folder ", path));
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) {
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  ::closedir(folder);
  return names;
}

// Makes the folder if it is absent. Its name is synced too: files that are safe in a folder nobody can find are lost.
absl::Status MakeFolder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    return errno == EEXIST ? absl::OkStatus() : FromErrno(errno, absl::StrCat("create folder ", path));
  }
  const int folder = ::open((path + "/..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return FromErrno(errno, absl::StrCat("open the parent folder of ", path));
  }
  const int error = ::fsync(folder) == 0 ? 0 : errno;
  ::close(folder);
  return error == 0 ? absl::OkStatus() : FromErrno(error, absl::StrCat("sync the parent folder of ", path));
}

absl::Status RequireRoom(const std::string& path, uint64_t wanted) {
  struct statvfs of {};
  if (::statvfs(path.c_str(), &of) != 0) {
    return FromErrno(errno, absl::StrCat("look for room in ", path));
  }
  const uint64_t room = uint64_t{of.f_bavail} * of.f_frsize;
  return room >= wanted ? absl::OkStatus()
                        : absl::ResourceExhaustedError(absl::StrCat(path, ": the disk has ", room >> 20, " MiB left, and ",
                                                                    wanted >> 20, " are needed to start"));
}

// What a very first start may have left behind when it was interrupted before CURRENT was in place.
bool IsLeftByFirstStart(absl::string_view name) {
  return name == "log" || name == "LOCK" || name == "IDENTITY" || name == "MANIFEST-000001" || name == "LOG" ||
         absl::StartsWith(name, "LOG.old.") || absl::EndsWith(name, ".dbtmp");
}

// Checks that the folder is empty or a whole database.
absl::Status CheckFiles(const std::string& path) {
  TB_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFolder(path));
  bool tables = false;
  bool current = false;
  bool others = false;
  for (const std::string& name : names) {
    tables = tables || absl::EndsWith(name, ".sst");
    current = current || name == "CURRENT";
    others = others || !IsLeftByFirstStart(name);
  }
  if (!current && tables) {
    return absl::DataLossError(absl::StrCat(path, ": the file CURRENT is missing"));
  }
  if (!current && others) {
    return absl::FailedPreconditionError(absl::StrCat(path, " holds other files; choose an empty folder"));
  }
  return current ? absl::OkStatus() : CheckLogIsNew(absl::StrCat(path, "/log"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksDbFolder>> RocksDbFolder::Open(const std::string& path, uint64_t room) {
  TB_RETURN_IF_ERROR(MakeFolder(path));
  const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) {
    return FromErrno(errno, absl::StrCat("open folder ", path));
  }
  std::unique_ptr<RocksDbFolder> folder(new RocksDbFolder(file));
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return FromErrno(errno, absl::StrCat("write to folder ", path));
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? absl::UnavailableError(absl::StrCat(path, " is in use by another process"))
                                : FromErrno(errno, absl::StrCat("lock folder ", path));
  }
  TB_RETURN_IF_ERROR(CheckFiles(path));
  TB_RETURN_IF_ERROR(RequireRoom(path, room));
  return folder;
}

RocksDbFolder::~RocksDbFolder() { ::close(file_); }

}  // namespace timebank::store
