#include "service/server/data_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/store/rocksdb_store.h"

namespace timebank::server {
namespace {

namespace fs = std::filesystem;

constexpr char kStore[] = "store";
constexpr char kKeys[] = "keys";
constexpr char kKey[] = "personal.key";

absl::Status Fault(absl::string_view what, const fs::path& path, const std::error_code& error) {
  return absl::InternalError(absl::StrCat("cannot ", what, " ", path.string(), ": ", error.message()));
}

// A folder that somebody keeps other things in is left alone: its rights are about to be changed.
absl::Status CheckOurs(const fs::path& folder) {
  std::error_code error;
  bool empty = true;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (name == kStore || name == kKeys) {
      return absl::OkStatus();
    }
    empty = false;
  }
  if (error) {
    return Fault("read the folder", folder, error);
  }
  return empty ? absl::OkStatus()
               : absl::FailedPreconditionError(
                     absl::StrCat(folder.string(), " holds other files; name an empty or a new folder with --data"));
}

// Makes the folder with mode 0700, or sets that mode.
absl::Status MakePrivate(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  return error ? Fault("make the folder", folder, error) : absl::OkStatus();
}

// Puts the folder's own entry on the disk, so that a power cut does not lose it with all that is inside.
absl::Status SyncParent(const fs::path& folder) {
  const int descriptor = open(fs::absolute(folder).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) {
    close(descriptor);
  }
  return synced ? absl::OkStatus() : Fault("sync the folder above", folder, error);
}

}  // namespace

absl::StatusOr<DataFolder> OpenDataFolder(const std::string& path) {
  const fs::path folder(path);
  std::error_code error;
  if (fs::exists(folder, error)) {
    if (!fs::is_directory(folder, error)) {
      return absl::FailedPreconditionError(absl::StrCat(path, " is no folder"));
    }
    TB_RETURN_IF_ERROR(CheckOurs(folder));
  }
  TB_RETURN_IF_ERROR(MakePrivate(folder));
  TB_RETURN_IF_ERROR(SyncParent(folder));
  DataFolder result;
  // The store first: it keeps a second server out before that could make a key.
  TB_ASSIGN_OR_RETURN(result.store, store::OpenRocksDbStore((folder / kStore).string()));
  TB_RETURN_IF_ERROR(MakePrivate(folder / kKeys));
  TB_RETURN_IF_ERROR(SyncParent(folder / kKeys));
  const bool is_new = result.store->applied().position == 0;
  TB_ASSIGN_OR_RETURN(result.sealer, privacy::Sealer::Open((folder / kKeys / kKey).string(), is_new));
  return result;
}

}  // namespace timebank::server
