// Where the program keeps its credentials: one file a profile, for the owner's eyes only, in TIMEBANK_PROFILES, else XDG_CONFIG_HOME/timebank or
// ~/.config/timebank. Never on a command line, which everybody on the machine can read.
#ifndef TIMEBANK_CLI_CLIENT_CREDENTIALS_H_
#define TIMEBANK_CLI_CLIENT_CREDENTIALS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace timebank::cli {

inline constexpr char kDefaultProfile[] = "default";

// The credential of a profile, of which the name has 1-64 characters out of A-Z a-z 0-9 . _ -; nullopt when there is no such profile.
// INVALID_ARGUMENT for another name; FAILED_PRECONDITION when others can read the file.
absl::StatusOr<std::optional<std::string>> ReadCredential(const std::string& profile);

// Puts it in place, whole or not at all; the file with mode 0600, a folder that it has to make with 0700.
absl::Status SaveCredential(const std::string& profile, const std::string& credential);

// False when there was none.
absl::StatusOr<bool> RemoveCredential(const std::string& profile);

// The first line of a file that holds a credential, or, for "-", of the standard input, which is not shown while it is typed.
absl::StatusOr<std::string> CredentialIn(const std::string& path);

// Whether a credential may be sent to a server at this address without TLS: only to this machine.
bool StaysOnThisMachine(const std::string& address);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_CLIENT_CREDENTIALS_H_
