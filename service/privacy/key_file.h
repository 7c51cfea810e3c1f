// A secret in a file of its own.
#ifndef TIMEBANK_PRIVACY_KEY_FILE_H_
#define TIMEBANK_PRIVACY_KEY_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/privacy/cipher.h"

namespace timebank::privacy {

// Reads the key from `path` (32 random bytes, mode 0600), or makes it when the file does not exist and `create` is set. A key that was made
// is on the disk before this returns, whole or not at all. FAILED_PRECONDITION when it is absent and may not be made, others can read
// it, or it has another length; INTERNAL on a fault of the disk. Messages name the file, never what it holds.
absl::StatusOr<Key> ReadOrMakeKey(const std::string& path, bool create);

// Writes other bytes over the key, then removes the file; both are on the disk before this returns. OK when there is none. INTERNAL.
absl::Status DestroyKey(const std::string& path);

// Puts the entries of the folder that holds `path` on the disk. INTERNAL.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_KEY_FILE_H_
