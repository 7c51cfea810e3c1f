#include "service/privacy/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
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

// What the file holds, when it is its owner's alone and `least` to `most` bytes long.
absl::StatusOr<std::string> ReadSecret(const File& file, const std::string& path, size_t least, size_t most) {
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
  const auto size = static_cast<size_t>(status.st_size);
  if (size < least || size > most) {
    return Refused(path, least == most ? "has another length than a key; restore it from a backup"
                                       : "is empty, or too long for a secret that is typed");
  }
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = read(file.descriptor(), bytes.data() + have, bytes.size() - have);
    if (got <= 0) {
      return Fault("read the key file", path);
    }
    have += static_cast<size_t>(got);
  }
  return bytes;
}

absl::StatusOr<Key> ReadKey(const File& file, const std::string& path) {
  Key key{};
  TB_ASSIGN_OR_RETURN(std::string bytes, ReadSecret(file, path, key.size(), key.size()));
  std::copy(bytes.begin(), bytes.end(), key.begin());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

}  // namespace

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
  absl::Status status;
  if (link(beside.c_str(), path.c_str()) != 0) {
    status = errno == EEXIST ? absl::AlreadyExistsError(absl::StrCat("there is a key file ", path, " already"))
                             : Fault("put in place the key file", path);
  }
  unlink(beside.c_str());
  TB_RETURN_IF_ERROR(status);
  return SyncFolderOf(path);
}

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
    if (const absl::Status status = MakeKey(path); !status.ok() && !absl::IsAlreadyExists(status)) {
      return status;
    }
  }
}

absl::Status DestroyKey(const std::string& path) {
  // The name first: what is half written over must not be taken for another key.
  if (rename(path.c_str(), (path + kKeyGoing).c_str()) != 0 && errno != ENOENT) {
    return Fault("take the name from the key file", path);
  }
  TB_RETURN_IF_ERROR(SyncFolderOf(path));
  return EndDestruction(path);
}

absl::Status EndDestruction(const std::string& path) {
  const std::string going = path + kKeyGoing;
  {
    const File file(going, O_WRONLY | O_NOFOLLOW);
    if (!file.ok() && errno == ENOENT) {
      return absl::OkStatus();
    }
    const std::string over = RandomBytes(sizeof(Key));
    if (!file.ok() || write(file.descriptor(), over.data(), over.size()) != static_cast<ssize_t>(over.size()) ||
        fsync(file.descriptor()) != 0) {
      return Fault("write over the key file", going);
    }
  }
  if (unlink(going.c_str()) != 0) {
    return Fault("remove the key file", going);
  }
  return SyncFolderOf(path);
}

absl::StatusOr<std::string> ReadPin(const std::string& path) {
  constexpr size_t kMost = 256;
  const File file(path, O_RDONLY);
  if (!file.ok()) {
    return errno == ENOENT ? Refused(path, "is missing") : Fault("open the key file", path);
  }
  TB_ASSIGN_OR_RETURN(std::string pin, ReadSecret(file, path, 1, kMost));
  pin.erase(std::find_if(pin.begin(), pin.end(), [](char c) { return c == '\n' || c == '\r'; }), pin.end());
  return pin.empty() ? absl::StatusOr<std::string>(Refused(path, "begins with an empty line")) : pin;
}

}  // namespace timebank::privacy
