#include "service/privacy/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"

namespace timebank::privacy {
namespace {

// An open file, closed with the object.
class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0) : descriptor_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (ok()) {
      close(descriptor_);
    }
  }
  bool ok() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

absl::Status Fault(absl::string_view what, const std::string& path) {
  const int error = errno;
  return absl::InternalError(absl::StrCat("cannot ", what, " ", path, ": ", strerror(error)));
}

absl::Status Refused(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the key file ", path, " ", why));
}

absl::StatusOr<Key> ReadKey(const File& file, const std::string& path) {
  struct stat status {};
  if (fstat(file.descriptor(), &status) != 0) {
    return Fault("look at the key file", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return Refused(path, "is no regular file");
  }
  if ((status.st_mode & 077) != 0) {
    return Refused(path, "can be read or written by others; take their rights away: chmod 600");
  }
  Key key{};
  if (status.st_size != static_cast<off_t>(key.size())) {
    return Refused(path, "has another length than a key; restore it from a backup");
  }
  size_t have = 0;
  while (have < key.size()) {
    const ssize_t got = read(file.descriptor(), key.data() + have, key.size() - have);
    if (got <= 0) {
      return Fault("read the key file", path);
    }
    have += static_cast<size_t>(got);
  }
  return key;
}

// Written beside and linked into place, so that the name never stands for half a key, and never replaces one.
absl::Status MakeKey(const std::string& path) {
  const Key key = RandomKey();
  const std::string beside = path + ".new";
  unlink(beside.c_str());
  {
    const File file(beside, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!file.ok()) {
      return Fault("make the key file", beside);
    }
    if (write(file.descriptor(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
        fsync(file.descriptor()) != 0) {
      return Fault("write the key file", beside);
    }
  }
  if (link(beside.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    return Fault("put in place the key file", path);
  }
  unlink(beside.c_str());
  return SyncFolderOf(path);
}

}  // namespace

absl::Status SyncFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const File file(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  if (!file.ok() || fsync(file.descriptor()) != 0) {
    return Fault("sync the folder of", path);
  }
  return absl::OkStatus();
}

absl::StatusOr<Key> ReadOrMakeKey(const std::string& path, bool create) {
  for (bool made = false;; made = true) {
    const File file(path, O_RDONLY | O_NOFOLLOW);
    if (file.ok()) {
      return ReadKey(file, path);
    }
    if (errno != ENOENT) {
      return Fault("open the key file", path);
    }
    if (!create || made) {
      return Refused(path,
                     "is missing; without it the personal fields stored here cannot be read. Restore it from a backup");
    }
    TB_RETURN_IF_ERROR(MakeKey(path));
  }
}

absl::Status DestroyKey(const std::string& path) {
  {
    const File file(path, O_WRONLY | O_NOFOLLOW);
    if (!file.ok() && errno == ENOENT) {
      return absl::OkStatus();
    }
    const std::string over = RandomBytes(sizeof(Key));
    if (!file.ok() || write(file.descriptor(), over.data(), over.size()) != static_cast<ssize_t>(over.size()) ||
        fsync(file.descriptor()) != 0) {
      return Fault("write over the key file", path);
    }
  }
  if (unlink(path.c_str()) != 0) {
    return Fault("remove the key file", path);
  }
  return SyncFolderOf(path);
}

}  // namespace timebank::privacy
