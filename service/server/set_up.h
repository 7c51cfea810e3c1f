// The one-time credential of a first start: DIR/first-administrator.token, for the eyes of the owner of the data folder alone. Whoever
// can read it can make a bank and its first administrator's token, and with that it ends.
#ifndef TIMEBANK_SERVER_SET_UP_H_
#define TIMEBANK_SERVER_SET_UP_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/store/store.h"

namespace timebank::server {

inline constexpr absl::string_view kSetUpFile = "first-administrator.token";

// The credential that counts from now on; empty: none. Without any token in any bank, or with `again`, it is the one in the file, which is
// made when it is absent; otherwise a file that was left is removed. The log names the file, never what it holds. FAILED_PRECONDITION when others
// can read the file or it holds no credential; INTERNAL on a fault of the disk.
absl::StatusOr<std::string> OpenSetUp(const std::string& folder, const store::Store& store, bool again);

// Removes the file.
void EndSetUp(const std::string& folder);

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_SET_UP_H_
