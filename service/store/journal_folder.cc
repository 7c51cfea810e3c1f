#include "service/store/journal_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/store/journal_log.h"

namespace timebank::store {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kSuffix = ".log";

// The numbers of the files, ascending. Other files are none of the log's business.
absl::StatusOr<std::vector<uint32_t>> ListLogs(const std::string& folder) {
  std::error_code error;
  std::vector<uint32_t> numbers;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    const std::string name = file->path().filename().string();
    uint32_t number = 0;
    if (absl::EndsWith(name, kSuffix) && absl::SimpleAtoi(name.substr(0, name.size() - kSuffix.size()), &number)) {
      numbers.push_back(number);
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return absl::InternalError(absl::StrCat("list ", folder, ": ", error.message()));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  std::string bytes(error ? 0 : size, '\0');
  if (error || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return absl::InternalError(absl::StrCat("read ", path));
  }
  return bytes;
}

absl::Status CutTo(const std::string& path, uint64_t size) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool cut = file >= 0 && ::ftruncate(file, static_cast<off_t>(size)) == 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) {
    ::close(file);
  }
  return cut ? absl::OkStatus()
             : absl::InternalError(absl::StrCat("cut ", path, ": ", absl::ErrnoToStatus(error, "").message()));
}

// Follows the frames: checks that each continues what came before.
class Replay {
 public:
  Replay(std::string folder, const LogState& start, absl::FunctionRef<absl::Status(absl::string_view)> visit)
      : folder_(std::move(folder)), state_(start), visit_(visit) {}

  const LogState& state() const { return state_; }

  // Reads the file `number`, of which `size` is the length. The error names the file.
  absl::StatusOr<LogEnd> Read(uint32_t number, uint64_t* size) {
    const std::string path = LogPath(folder_, number);
    TB_ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(path));
    *size = bytes.size();
    state_.number = number;
    absl::StatusOr<LogEnd> end = WalkLog(
        bytes, number, [this](const FrameHeader& header, absl::string_view payload) { return Follow(header, payload); });
    if (!end.ok()) {
      return absl::Status(end.status().code(), absl::StrCat(path, " is ", end.status().message()));
    }
    if (end->sound < bytes.size() && bytes.find_first_not_of('\0', end->sound) != std::string::npos) {
      base::Log(base::LogLevel::kWarning, "store_log_torn",
                {{"log", path}, {"size", absl::StrCat(bytes.size())}, {"cut_to", absl::StrCat(end->sound)}});
    }
    return end;
  }

 private:
  absl::Status Follow(const FrameHeader& header, absl::string_view payload) {
    const bool commit = header.kind == FrameKind::kCommit;
    const uint64_t position = state_.applied.position + (commit ? 1 : 0);
    const uint64_t epoch = state_.epoch + (header.kind == FrameKind::kAcquire ? 1 : 0);
    if (header.position != position || header.epoch != epoch) {
      return absl::DataLossError(absl::StrCat("out of order: position ", header.position, " of epoch ", header.epoch,
                                              " where ", position, " of ", epoch, " belongs"));
    }
    state_.epoch = epoch;
    if (commit) {
      state_.applied = {epoch, position};
      return visit_(payload);
    }
    return absl::OkStatus();
  }

  const std::string folder_;
  LogState state_;
  const absl::FunctionRef<absl::Status(absl::string_view)> visit_;
};

absl::Status RemoveFile(const std::string& path) {
  std::error_code error;
  fs::remove(path, error);
  return error ? absl::InternalError(absl::StrCat("remove ", path, ": ", error.message())) : absl::OkStatus();
}

// Whether nothing was ever committed to the file. The errors of reading it.
absl::StatusOr<bool> IsUnused(const std::string& folder, uint32_t number) {
  TB_ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(LogPath(folder, number)));
  const absl::StatusOr<LogEnd> end =
      WalkLog(bytes, number, [](const FrameHeader&, absl::string_view) { return absl::OkStatus(); });
  return end.ok() && !end->used && !end->ended;
}

}  // namespace

std::string LogPath(const std::string& folder, uint32_t number) {
  return absl::StrFormat("%s/%010d%s", folder, number, kSuffix);
}

absl::Status CheckLogIsNew(const std::string& folder) {
  TB_ASSIGN_OR_RETURN(const std::vector<uint32_t> numbers, ListLogs(folder));
  if (numbers.empty()) {
    return absl::OkStatus();
  }
  bool unused = numbers == std::vector<uint32_t>{1};
  if (unused) {
    TB_ASSIGN_OR_RETURN(unused, IsUnused(folder, 1));
  }
  return unused ? absl::OkStatus() : absl::DataLossError(absl::StrCat(folder, " holds a log, but its tables are missing"));
}

absl::StatusOr<LogState> ReplayLog(const std::string& folder, const LogState& start,
                                   absl::FunctionRef<absl::Status(absl::string_view payload)> visit) {
  TB_RETURN_IF_ERROR(RemoveLogsBefore(folder, start.number));
  TB_ASSIGN_OR_RETURN(const std::vector<uint32_t> numbers, ListLogs(folder));
  if (numbers.empty()) {
    return absl::DataLossError(absl::StrCat(folder, ": the log is missing"));
  }
  Replay replay(folder, start, visit);
  LogEnd end;
  uint64_t size = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != start.number + i) {
      return absl::DataLossError(absl::StrCat(LogPath(folder, start.number + static_cast<uint32_t>(i)), " is missing"));
    }
    TB_ASSIGN_OR_RETURN(end, replay.Read(numbers[i], &size));
    if (!end.begun) {
      return absl::DataLossError(absl::StrCat(LogPath(folder, numbers[i]), " has lost its beginning"));
    }
    if (end.ended || i + 1 == numbers.size()) {
      continue;
    }
    // Begun, but the power went before the file in front of it could say so.
    TB_ASSIGN_OR_RETURN(const bool unused, IsUnused(folder, numbers[i + 1]));
    if (i + 2 != numbers.size() || !unused) {
      return absl::DataLossError(absl::StrCat(LogPath(folder, numbers[i]), " breaks off, and a newer log follows"));
    }
    TB_RETURN_IF_ERROR(RemoveFile(LogPath(folder, numbers[i + 1])));
    break;
  }
  const std::string last = LogPath(folder, replay.state().number);
  if (end.ended) {
    return absl::DataLossError(absl::StrCat(LogPath(folder, replay.state().number + 1), " is missing"));
  }
  if (end.sound < size) {
    TB_RETURN_IF_ERROR(CutTo(last, end.sound));
  }
  return replay.state();
}

absl::Status RemoveLogsBefore(const std::string& folder, uint32_t number) {
  TB_ASSIGN_OR_RETURN(const std::vector<uint32_t> numbers, ListLogs(folder));
  for (const uint32_t each : numbers) {
    if (each < number) {
      TB_RETURN_IF_ERROR(RemoveFile(LogPath(folder, each)));
    }
  }
  return absl::OkStatus();
}

}  // namespace timebank::store
