// The keys under which the keys of members are wrapped. They may be files, as here, or live where nobody can read them (an OpenSSL provider,
// PKCS#11): whoever keeps them wraps and unwraps, and never hands one out.
#ifndef TIMEBANK_PRIVACY_MASTER_KEYS_H_
#define TIMEBANK_PRIVACY_MASTER_KEYS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/privacy/cipher.h"

namespace timebank::privacy {

// Nonce, wrapped key, tag.
inline constexpr size_t kWrappedBytes = kNonceBytes + sizeof(Key) + kTagBytes;

// Thread-safe.
class MasterKeys {
 public:
  virtual ~MasterKeys() = default;
  // Ascending from 1; the last is the current one. At least one.
  virtual std::vector<uint32_t> Ids() const = 0;
  // A new key, current from now on and durable: its id. INTERNAL on a fault.
  virtual absl::StatusOr<uint32_t> Make() = 0;
  // Nothing that is wrapped under it can ever be unwrapped again. REQUIRES: known and not the current one. INTERNAL on a fault.
  virtual absl::Status Destroy(uint32_t id) = 0;
  // kWrappedBytes long; `context` is bound to it. nullopt when there is no such key.
  virtual std::optional<std::string> Wrap(uint32_t id, absl::string_view context, const Key& key) const = 0;
  // nullopt when there is no such key, or the bytes were not wrapped under it with this context.
  virtual std::optional<Key> Unwrap(uint32_t id, absl::string_view context, absl::string_view wrapped) const = 0;
};

// Keys in files master-<id>.key of a folder, as of ReadOrMakeKey. When there is none the first is made if `create` is set, else
// FAILED_PRECONDITION.
absl::StatusOr<std::unique_ptr<MasterKeys>> OpenMasterFiles(const std::string& folder, bool create);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_MASTER_KEYS_H_
