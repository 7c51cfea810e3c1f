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

// Makes the key. ALREADY_EXISTS when there is a file of this name, which is left as it is; INTERNAL.
absl::Status MakeKey(const std::string& path);

// Takes the file's name away, adding kKeyGoing to it, writes other bytes over the key, then removes the file; all is on the disk before this
// returns. OK when there is none. INTERNAL, and it may be tried again.
absl::Status DestroyKey(const std::string& path);
// The rest of that, when the end of the process interrupted it. `path`: as before.
absl::Status EndDestruction(const std::string& path);
inline constexpr char kKeyGoing[] = ".going";

// A secret that a person wrote: 1 to 256 bytes of a file with mode 0600, without the end of a line behind them. FAILED_PRECONDITION as of
// ReadOrMakeKey.
absl::StatusOr<std::string> ReadPin(const std::string& path);

// Puts the entries of the folder that holds `path` on the disk. INTERNAL.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_KEY_FILE_H_
