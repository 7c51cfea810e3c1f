// Whose a folder of secrets is, and that one server at a time uses it.
#ifndef TIMEBANK_PRIVACY_KEYS_CLAIM_H_
#define TIMEBANK_PRIVACY_KEYS_CLAIM_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace timebank::privacy {

// The file `owner` of the folder: "store ", Store::id() of the one store whose secrets these are, in hexadecimal digits, and the end of the
// line. The folder is locked (flock) as long as this object lives. A copy of a data folder has the same id: it may use the folder once the other does
// not. Not thread-safe.
class KeysClaim {
 public:
  // Locks the folder, which must be there. UNAVAILABLE when another server has it, this process included; FAILED_PRECONDITION when it belongs
  // to another store, the file is damaged, or others may write to the folder; INTERNAL on a fault of the disk.
  static absl::StatusOr<std::unique_ptr<KeysClaim>> Take(const std::string& folder, const std::array<uint8_t, 16>& store);
  ~KeysClaim();
  KeysClaim(const KeysClaim&) = delete;
  KeysClaim& operator=(const KeysClaim&) = delete;

  // Names the store in the folder, if nobody is named there yet: once it is known that the secrets are the right ones. Durable when it returns
  // OK. INTERNAL.
  absl::Status Keep();

 private:
  KeysClaim(std::string path, std::string line) : path_(std::move(path)), line_(std::move(line)) {}

  const std::string path_;
  const std::string line_;
  int folder_ = -1;
  int descriptor_ = -1;  // of the file
  bool kept_ = false;
};

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_KEYS_CLAIM_H_
