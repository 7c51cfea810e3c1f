// The keys under which the keys of members are wrapped. They may be files, as here, or live where nobody can read them (pkcs11_keys.h): whoever
// keeps them wraps and unwraps, and never hands one out.
#ifndef TIMEBANK_PRIVACY_MASTER_KEYS_H_
#define TIMEBANK_PRIVACY_MASTER_KEYS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/privacy/cipher.h"

namespace timebank::privacy {

// Nonce, wrapped key, tag.
inline constexpr size_t kWrappedBytes = kNonceBytes + sizeof(Key) + kTagBytes;

// That whoever keeps the master keys does not answer now: nothing is lost, nothing was done. UNAVAILABLE, and told from others of that code.
absl::Status Silent(absl::string_view why);
bool IsSilent(const absl::Status& status);

// Thread-safe. Which of them is current, and which belong to a store at all, MemberKeys knows.
class MasterKeys {
 public:
  virtual ~MasterKeys() = default;
  // Ascending from 1. At least one.
  virtual std::vector<uint32_t> Ids() const = 0;
  // What a person looks for to find this key, there or not: a path, or a name and where it is.
  virtual std::string NameOf(uint32_t id) const = 0;
  // Whether anything lies under the name of this id now, whoever put it there. Silent() or INTERNAL when that cannot be told.
  virtual absl::StatusOr<bool> IsThere(uint32_t id) = 0;
  // A new key under this id, durable. When there is one already: ALREADY_EXISTS, or with `take` that one. INTERNAL on a fault, or Silent(), after
  // which the key may be there.
  virtual absl::Status Make(uint32_t id, bool take) = 0;
  // Nothing that is wrapped under it can ever be unwrapped again. REQUIRES: not the current one. OK when there is none; INTERNAL on a fault, or Silent(),
  // after which it may be tried again.
  virtual absl::Status Destroy(uint32_t id) = 0;
  // kWrappedBytes long; `context` is bound to it. NOT_FOUND when there is no such key, Silent() when whoever keeps it does not answer.
  virtual absl::StatusOr<std::string> Wrap(uint32_t id, absl::string_view context, const Key& key) const = 0;
  // DATA_LOSS when the bytes were not wrapped under it with this context; the errors of Wrap.
  virtual absl::StatusOr<Key> Unwrap(uint32_t id, absl::string_view context, absl::string_view wrapped) const = 0;
};

// Keys in files master-<id>.key of a folder, as of ReadOrMakeKey. When there is none the first is made if `create` is set, else
// FAILED_PRECONDITION. Ends destructions that were interrupted.
absl::StatusOr<std::unique_ptr<MasterKeys>> OpenMasterFiles(const std::string& folder, bool create);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_MASTER_KEYS_H_
