// The log's files in their folder: what is read and put right when a store is opened.
#ifndef TIMEBANK_STORE_JOURNAL_FOLDER_H_
#define TIMEBANK_STORE_JOURNAL_FOLDER_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/store/store.h"

namespace timebank::store {

// Where the log stands: behind what the tables hold, or at its end.
struct LogState {
  uint64_t epoch = 0;  // of the last fence handed out
  Applied applied;
  uint32_t number = 1;  // of a file: the first one still needed, or the newest

  friend bool operator==(const LogState&, const LogState&) = default;
};

// The path of a file of the log.
std::string LogPath(const std::string& folder, uint32_t number);

// OK when the folder is absent, or holds at most a first file in which nothing was committed: then the log does not
// contradict that the store is new. DATA_LOSS otherwise, INTERNAL when it cannot be read.
absl::Status CheckLogIsNew(const std::string& folder);

// Reads the log from `start` on, calls `visit` for each commit in order and returns where it ends. Removes files before
// `start`, which the tables have made useless, and a newest one that was begun but never came into use; cuts a torn frame off
// the last one, with a warning, and the room set aside behind it. DATA_LOSS when a file is missing or damaged or does not
// continue the one before it, FAILED_PRECONDITION for another format, INTERNAL when one cannot be read or cut, and the errors
// of `visit`.
absl::StatusOr<LogState> ReplayLog(const std::string& folder, const LogState& start,
                                   absl::FunctionRef<absl::Status(absl::string_view payload)> visit);

// Removes the files of the log before `number`. INTERNAL when one cannot be removed.
absl::Status RemoveLogsBefore(const std::string& folder, uint32_t number);

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_JOURNAL_FOLDER_H_
