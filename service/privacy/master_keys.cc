#include "service/privacy/master_keys.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"

namespace timebank::privacy {
namespace {

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
    const base::MutexLock lock(&mutex_);
    for (std::filesystem::directory_iterator file(folder_, error), end; !error && file != end; file.increment(error)) {
      if (const uint32_t id = IdOf(file->path().filename().string()); id != 0) {
        TB_RETURN_IF_ERROR(Take(id, false));
      }
    }
    if (error) {
      return absl::InternalError(absl::StrCat("cannot read the folder ", folder_, ": ", error.message()));
    }
    if (keys_.empty()) {
      TB_RETURN_IF_ERROR(Take(1, create));
    }
    return absl::OkStatus();
  }

  std::vector<uint32_t> Ids() const override {
    const base::ReaderMutexLock lock(&mutex_);
    std::vector<uint32_t> ids;
    for (const auto& [id, key] : keys_) {
      ids.push_back(id);
    }
    return ids;
  }

  absl::StatusOr<uint32_t> Make() override {
    const base::MutexLock lock(&mutex_);
    const uint32_t id = keys_.rbegin()->first + 1;
    TB_RETURN_IF_ERROR(Take(id, true));
    return id;
  }

  absl::Status Destroy(uint32_t id) override {
    const base::MutexLock lock(&mutex_);
    if (const auto found = keys_.find(id); found != keys_.end()) {
      OPENSSL_cleanse(found->second.data(), found->second.size());
      keys_.erase(found);
    }
    return DestroyKey(PathOf(id));
  }

  std::optional<std::string> Wrap(uint32_t id, absl::string_view context, const Key& key) const override {
    const base::ReaderMutexLock lock(&mutex_);
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
      return std::nullopt;
    }
    return Encrypt(found->second, context, absl::string_view(reinterpret_cast<const char*>(key.data()), key.size()));
  }

  std::optional<Key> Unwrap(uint32_t id, absl::string_view context, absl::string_view wrapped) const override {
    const base::ReaderMutexLock lock(&mutex_);
    const auto found = keys_.find(id);
    const std::optional<std::string> plain = found == keys_.end() ? std::nullopt : Decrypt(found->second, context, wrapped);
    Key key{};
    if (!plain.has_value() || plain->size() != key.size()) {
      return std::nullopt;
    }
    std::copy(plain->begin(), plain->end(), key.begin());
    return key;
  }

 private:
  absl::Status Take(uint32_t id, bool create) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    TB_ASSIGN_OR_RETURN(const Key key, ReadOrMakeKey(PathOf(id), create));
    Key& kept = keys_[id];
    mlock(kept.data(), kept.size());  // never to the swap, where the machine allows that
    kept = key;
    return absl::OkStatus();
  }

  std::string PathOf(uint32_t id) const { return absl::StrCat(folder_, "/master-", id, ".key"); }

  const std::string folder_;
  mutable base::Mutex mutex_;
  std::map<uint32_t, Key> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<MasterKeys>> OpenMasterFiles(const std::string& folder, bool create) {
  auto keys = std::make_unique<MasterFiles>(folder);
  TB_RETURN_IF_ERROR(keys->Open(create));
  return keys;
}

}  // namespace timebank::privacy
