// The log: what makes a commit durable. Everything else is derived from it.
//
// The bytes, frozen as format 1. A log is a row of files <number>.log with ascending numbers; a file is frames, and zeros
// behind them where room was set aside. Integers are little-endian.
//   file    := begin frame* [end] %x00*
//   frame   := header payload padding
//   header  := checksum kind length number epoch position ; 4 + 4 + 4 + 4 + 8 + 8 = 32 bytes
//     checksum := CRC-32C of the 28 bytes after it
//     kind     := begin "TBL1" / commit 1 / acquire 2 / end 3
//     length   := bytes of the payload: a WriteBatch's encoding, which ends with its own checksum; 0 for other kinds
//     number   := of the file
//     epoch    := the writer's: of the commit, the new one, or the current one
//     position := of the commit, or of the last one
//   padding := %x00, to a multiple of 32 bytes, so that no header lies across the border of two sectors of the disk
// Positions of commits and epochs of acquisitions ascend by one, over the borders of files too. A file is ended when the next
// one is begun and durable; so a file without an end is the last one, and the file after an end exists.
#ifndef TIMEBANK_STORE_JOURNAL_LOG_H_
#define TIMEBANK_STORE_JOURNAL_LOG_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/file_system.h"
#include "service/store/write_batch.h"

namespace timebank::store {

inline constexpr size_t kFrameHeaderBytes = 32;

enum class FrameKind : uint32_t { kCommit = 1, kAcquire = 2, kEnd = 3, kBegin = 0x314C4254 };

struct FrameHeader {
  FrameKind kind = FrameKind::kBegin;
  uint32_t length = 0;
  uint32_t number = 0;
  uint64_t epoch = 0;
  uint64_t position = 0;
};

// The header's bytes.
std::string EncodeFrameHeader(const FrameHeader& header);

// The header of a commit's frame in the file `number`; seals the batch, whose encoding is the payload. INVALID_ARGUMENT when that is
// too long for a frame (4 GiB).
absl::StatusOr<std::string> EncodeCommitHeader(WriteBatch& batch, uint32_t number);
// The padding behind a payload.
absl::string_view PaddingOf(absl::string_view payload);

// How a log file ends.
struct LogEnd {
  uint64_t sound = 0;  // bytes up to the end of the last whole frame
  bool begun = false;  // false: not even its first frame was written
  bool used = false;   // it holds a commit or an acquisition
  bool ended = false;  // another file follows
};

// Calls `visit` for each frame of a file but the end, in order; `file` is the whole of it. Stops at a torn frame, which is
// one that a power cut kept from being written whole, and was therefore never acknowledged: no other frame follows, and the
// file ends within it, or a sector of it (512 bytes) or its end still hold the zeros that were there before. What the disk
// itself turned into such zeros looks the same, in the last frame only. DATA_LOSS for any other damage, FAILED_PRECONDITION for a
// file of another format, and the errors of `visit`.
absl::StatusOr<LogEnd> WalkLog(absl::string_view file, uint32_t number,
                               absl::FunctionRef<absl::Status(const FrameHeader&, absl::string_view payload)> visit);

// One file being written. Not thread-safe. After an error nothing more may be written.
class LogWriter {
 public:
  // Makes `path`, in the place of an unused file of that name, and writes the frame `begin`; durable, with its name. Sets
  // `room` bytes aside, so that a sync need not write the file's length. INTERNAL on a fault.
  static absl::StatusOr<std::unique_ptr<LogWriter>> Begin(std::shared_ptr<rocksdb::FileSystem> files,
                                                          const std::string& path, uint64_t room, const FrameHeader& begin);
  // Goes on at the end of the file, which has no room set aside.
  static absl::StatusOr<std::unique_ptr<LogWriter>> Reopen(std::shared_ptr<rocksdb::FileSystem> files,
                                                           const std::string& path);

  // Appends a frame, padding it, and syncs: OK means that a power cut does not take it back. INTERNAL.
  absl::Status Append(absl::string_view header, absl::string_view payload = "");

 private:
  LogWriter(std::shared_ptr<rocksdb::FileSystem> files, std::unique_ptr<rocksdb::FSWritableFile> file)
      : files_(std::move(files)), file_(std::move(file)) {}

  const std::shared_ptr<rocksdb::FileSystem> files_;
  const std::unique_ptr<rocksdb::FSWritableFile> file_;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_JOURNAL_LOG_H_
