#include "service/server/data_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/privacy/member_keys.h"
#include "service/privacy/slot_file.h"
#include "service/store/rocksdb_store.h"

namespace timebank::server {
namespace {

namespace fs = std::filesystem;

constexpr char kStore[] = "store";
constexpr char kKeys[] = "keys";
constexpr char kKey[] = "personal.key";
constexpr char kMemberKeys[] = "members.keys";

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

// The keys that the rows of members name.
absl::StatusOr<privacy::MemberKeys::KeyIds> NamedKeys(const store::Reader& reader) {
  privacy::MemberKeys::KeyIds named;
  const std::string banks = ledger::keys::AllBanks();
  auto bank = reader.Scan(banks, base::PrefixEnd(banks));
  for (; bank->Valid(); bank->Next()) {
    const std::string persons = ledger::keys::TableOf('p', ledger::keys::BankOf(bank->key()));
    auto person = reader.Scan(persons, base::PrefixEnd(persons));
    for (; person->Valid(); person->Next()) {
      if (const std::optional<privacy::KeyId> key = privacy::Sealer::KeyOf(person->value())) {
        named.insert(*key);
      }
    }
    TB_RETURN_IF_ERROR(person->status());
  }
  TB_RETURN_IF_ERROR(bank->status());
  return named;
}

// What is lost, why as far as that can be told, and what a person can do.
std::string LossText(const privacy::MemberKeys::Loss& loss) {
  std::string text = absl::StrCat("the keys of ", loss.missing,
                                  " members are missing, so that nobody could read who they are; nothing was changed. ");
  if (loss.store_is_older) {
    absl::StrAppend(&text, "The store is older than ", kMemberKeys,
                    ": members were erased after it was copied, and their keys are destroyed for good. Put the newer store "
                    "back if there is one; never an older ",
                    kMemberKeys, ", which revives who was erased. ");
  }
  if (loss.damaged > 0) {
    absl::StrAppend(&text, loss.damaged, " slots of ", kMemberKeys,
                    " are damaged. Put back an undamaged copy of it that is as new as the store. ");
  }
  if (!loss.store_is_older && loss.damaged == 0) {
    absl::StrAppend(&text, kMemberKeys, " is older than the store, or slots of it were lost. Put back the ", kMemberKeys,
                    " that was beside this store last. ");
  }
  absl::StrAppend(&text,
                  "Only when there is none, start once with --accept-missing-keys: it is remembered, these members stay "
                  "without a name, and looks at them are refused with PERSONAL_DATA_LOST");
  return text;
}

// Keys without their store: it was not mounted, or moved away. A new one in its place would stand in the way of the old one's return.
absl::Status CheckStoreIsThere(const fs::path& folder) {
  std::error_code error;
  const fs::path store = folder / kStore;
  return !fs::exists(folder / kMemberKeys, error) || (fs::is_directory(store, error) && !fs::is_empty(store, error))
             ? absl::OkStatus()
             : absl::FailedPreconditionError(absl::StrCat(store.string(), " is missing or empty, but ", kMemberKeys,
                                                          " is there: put the store back where it was; nothing was changed. "
                                                          "Only when it is lost for good, and with it "
                                                          "all members, move ",
                                                          kMemberKeys, " away to begin anew"));
}

}  // namespace

absl::StatusOr<DataFolder> OpenDataFolder(const std::string& path, const KeysPlace& keys, bool accept_missing) {
  const fs::path folder(path);
  std::error_code error;
  if (fs::exists(folder, error)) {
    if (!fs::is_directory(folder, error)) {
      return absl::FailedPreconditionError(absl::StrCat(path, " is no folder"));
    }
    TB_RETURN_IF_ERROR(CheckStoreIsThere(folder));
    TB_RETURN_IF_ERROR(CheckOurs(folder));
  }
  TB_RETURN_IF_ERROR(MakePrivate(folder));
  TB_RETURN_IF_ERROR(SyncParent(folder));
  DataFolder result;
  // The store first: it keeps a second server out before that could make a key.
  TB_ASSIGN_OR_RETURN(result.store, store::OpenRocksDbStore((folder / kStore).string()));
  const fs::path secrets = keys.folder.empty() ? folder / kKeys : fs::path(keys.folder);
  if (keys.folder.empty() || !fs::exists(secrets, error)) {
    TB_RETURN_IF_ERROR(MakePrivate(secrets));
    TB_RETURN_IF_ERROR(SyncParent(secrets));
  }
  // Before any key is made or looked at.
  TB_ASSIGN_OR_RETURN(result.claim, privacy::KeysClaim::Take(secrets.string(), result.store->id()));
  const bool is_new = result.store->applied().position == 0;
  const privacy::KeyPlaces places = {(secrets / kKey).string(), secrets.string(), (folder / kMemberKeys).string(),
                                     result.store->id(), keys.token};
  const bool all_lost = accept_missing && !is_new && privacy::HoldsNoSlots(places.member_keys);
  if (all_lost) {
    base::Log(base::LogLevel::kError, "member_keys_file_lost", {{"path", places.member_keys}});
    fs::remove(places.member_keys, error);
  }
  TB_ASSIGN_OR_RETURN(result.sealer, privacy::Sealer::Open(places, is_new, all_lost));
  TB_RETURN_IF_ERROR(result.claim->Keep());
  return result;
}

absl::Status SettleKeys(const DataFolder& folder, const KeyDecisions& decisions) {
  privacy::MemberKeys& keys = folder.sealer->keys();
  const std::unique_ptr<store::Snapshot> snapshot = folder.store->TakeSnapshot();
  TB_ASSIGN_OR_RETURN(const privacy::MemberKeys::KeyIds named, NamedKeys(*snapshot));
  const privacy::MemberKeys::Loss loss = keys.LossOf(named, snapshot->position());
  if (loss.missing > 0) {
    base::Log(base::LogLevel::kError, "member_keys_missing", {{"members", absl::StrCat(loss.missing)}});
    if (!decisions.accept_missing) {
      return absl::FailedPreconditionError(LossText(loss));
    }
    TB_RETURN_IF_ERROR(keys.AcceptLoss(named, snapshot->position()));
  }
  if (loss.missing + loss.accepted > 0) {
    base::Log(base::LogLevel::kWarning, "member_keys_lost", {{"members", absl::StrCat(loss.missing + loss.accepted)}});
  }
  TB_ASSIGN_OR_RETURN(const privacy::MemberKeys::Swept swept,
                      keys.Sweep(named, snapshot->position(), decisions.destroy_unnamed));
  if (swept.destroyed > 0) {
    base::Log(base::LogLevel::kInfo, "keys_of_erased_destroyed", {{"keys", absl::StrCat(swept.destroyed)}});
  }
  if (swept.unnamed > 0) {
    // Registrations that the end of a process cut off, or an older store or older keys were put back.
    base::Log(base::LogLevel::kWarning, "keys_of_nobody_kept", {{"keys", absl::StrCat(swept.unnamed)}});
  }
  // What is missing might yet be found, wrapped under a master that a rotation would destroy: but nothing is, or a person said otherwise.
  keys.Resume();
  return absl::OkStatus();
}

}  // namespace timebank::server
