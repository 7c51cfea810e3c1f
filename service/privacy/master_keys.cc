#include "service/privacy/master_keys.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

#include "absl/base/thread_annotations.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"

namespace timebank::privacy {
namespace {

constexpr char kSilentPayload[] = "timebank.privacy/silent";

// The id in a file's name; 0 when it is no master key.
uint32_t IdOf(absl::string_view file) {
  uint32_t id = 0;
  return absl::ConsumePrefix(&file, "master-") && absl::ConsumeSuffix(&file, ".key") && absl::SimpleAtoi(file, &id) &&
                 absl::StrCat(id) == file
             ? id
             : 0;
}

class MasterFiles final : public MasterKeys {
 public:
  explicit MasterFiles(std::string folder) : folder_(std::move(folder)) {}

  absl::Status Open(bool create) {
    std::error_code error;
    std::vector<uint32_t> going;
    const base::MutexLock lock(&mutex_);
    for (std::filesystem::directory_iterator file(folder_, error), end; !error && file != end; file.increment(error)) {
      std::string name = file->path().filename().string();
      if (const uint32_t id = IdOf(name); id != 0) {
        TB_RETURN_IF_ERROR(Take(id, false));
      } else if (IdOf(absl::StripSuffix(name, kKeyGoing)) != 0) {
        going.push_back(IdOf(absl::StripSuffix(name, kKeyGoing)));
      }
    }
    if (error) {
      return absl::InternalError(absl::StrCat("cannot read the folder ", folder_, ": ", error.message()));
    }
    for (const uint32_t id : going) {
      TB_RETURN_IF_ERROR(EndDestruction(NameOf(id)));
    }
    if (keys_.empty() && !create) {
      return absl::FailedPreconditionError(absl::StrCat("there is no master key in the folder of keys, not even ", NameOf(1),
                                                        "; without it the personal fields stored ",
                                                        "here cannot be read. Restore it from where you keep it, or name "
                                                        "the token with --pkcs11-module when it is in one"));
    }
    return keys_.empty() ? Take(1, true) : absl::OkStatus();
  }

  std::vector<uint32_t> Ids() const override {
    const base::ReaderMutexLock lock(&mutex_);
    std::vector<uint32_t> ids;
    for (const auto& [id, key] : keys_) {
      ids.push_back(id);
    }
    return ids;
  }

  std::string NameOf(uint32_t id) const override { return absl::StrCat(folder_, "/master-", id, ".key"); }

  absl::StatusOr<bool> IsThere(uint32_t id) override {
    struct stat status {};
    if (lstat(NameOf(id).c_str(), &status) == 0) {
      return true;
    }
    return errno == ENOENT ? absl::StatusOr<bool>(false)
                           : absl::InternalError(absl::StrCat("cannot look at ", NameOf(id), ": ", strerror(errno)));
  }

  absl::Status Make(uint32_t id, bool take) override {
    if (!take) {
      TB_RETURN_IF_ERROR(MakeKey(NameOf(id)));
    }
    const base::MutexLock lock(&mutex_);
    return Take(id, take);
  }

  absl::Status Destroy(uint32_t id) override {
    const base::MutexLock lock(&mutex_);
    TB_RETURN_IF_ERROR(DestroyKey(NameOf(id)));
    if (const auto found = keys_.find(id); found != keys_.end()) {
      OPENSSL_cleanse(found->second.data(), found->second.size());
      keys_.erase(found);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Wrap(uint32_t id, absl::string_view context, const Key& key) const override {
    const base::ReaderMutexLock lock(&mutex_);
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
      return absl::NotFoundError("there is no such master key");
    }
    return Encrypt(found->second, context, absl::string_view(reinterpret_cast<const char*>(key.data()), key.size()));
  }

  absl::StatusOr<Key> Unwrap(uint32_t id, absl::string_view context, absl::string_view wrapped) const override {
    const base::ReaderMutexLock lock(&mutex_);
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
      return absl::NotFoundError("there is no such master key");
    }
    const std::optional<std::string> plain = Decrypt(found->second, context, wrapped);
    Key key{};
    if (!plain.has_value() || plain->size() != key.size()) {
      return absl::DataLossError("a key does not open under its master key");
    }
    std::copy(plain->begin(), plain->end(), key.begin());
    return key;
  }

 private:
  absl::Status Take(uint32_t id, bool create) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    TB_ASSIGN_OR_RETURN(const Key key, ReadOrMakeKey(NameOf(id), create));
    Key& kept = keys_[id];
    mlock(kept.data(), kept.size());  // never to the swap, where the machine allows that
    kept = key;
    return absl::OkStatus();
  }

  const std::string folder_;
  mutable base::Mutex mutex_;
  std::map<uint32_t, Key> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::Status Silent(absl::string_view why) {
  absl::Status status = absl::UnavailableError(why);
  status.SetPayload(kSilentPayload, absl::Cord());
  return status;
}

bool IsSilent(const absl::Status& status) { return status.GetPayload(kSilentPayload).has_value(); }

absl::StatusOr<std::unique_ptr<MasterKeys>> OpenMasterFiles(const std::string& folder, bool create) {
  auto keys = std::make_unique<MasterFiles>(folder);
  TB_RETURN_IF_ERROR(keys->Open(create));
  return keys;
}

}  // namespace timebank::privacy
