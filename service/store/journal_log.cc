#include "service/store/journal_log.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/store/checksum.h"
#include "service/store/rocksdb_status.h"

namespace timebank::store {
namespace {

constexpr uint64_t kSectorBytes = 512;
constexpr absl::string_view kFormatMark = "TBL";

void PutNumber(uint64_t number, size_t bytes, std::string* out) {
  for (size_t i = 0; i < bytes; ++i) {
    out->push_back(static_cast<char>(number >> (8 * i)));
  }
}

uint64_t NumberAt(absl::string_view in, size_t at, size_t bytes) {
  uint64_t number = 0;
  for (size_t i = bytes; i > 0; --i) {
    number = number << 8 | static_cast<uint8_t>(in[at + i - 1]);
  }
  return number;
}

bool IsZero(absl::string_view bytes) {
  return bytes.empty() || (bytes.front() == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

uint64_t Padded(uint64_t length) { return (length + kFrameHeaderBytes - 1) / kFrameHeaderBytes * kFrameHeaderBytes; }

// The header at `at`; nullopt when there is no sound one. REQUIRES: it is within `file`.
std::optional<FrameHeader> ReadHeader(absl::string_view file, uint64_t at) {
  const absl::string_view bytes = file.substr(at, kFrameHeaderBytes);
  if (NumberAt(bytes, 0, 4) != Crc32c(bytes.substr(4))) {
    return std::nullopt;
  }
  return FrameHeader{static_cast<FrameKind>(NumberAt(bytes, 4, 4)), static_cast<uint32_t>(NumberAt(bytes, 8, 4)),
                     static_cast<uint32_t>(NumberAt(bytes, 12, 4)), NumberAt(bytes, 16, 8), NumberAt(bytes, 24, 8)};
}

absl::Status Damaged(absl::string_view file, uint64_t at) {
  return absl::DataLossError(absl::StrCat("damaged at byte ", at, " of ", file.size()));
}

bool AnotherFrameFollows(absl::string_view file, uint64_t at) {
  for (at += kFrameHeaderBytes; at + kFrameHeaderBytes <= file.size(); at += kFrameHeaderBytes) {
    if (!IsZero(file.substr(at, kFrameHeaderBytes)) && ReadHeader(file, at).has_value()) {
      return true;
    }
  }
  return false;
}

// True when a part of the payload [begin, end) never reached the disk: its end, where the checksum belongs, or a sector
// within. The first sector did, since it holds the header, unless the payload begins with a sector.
bool HasHole(absl::string_view file, uint64_t begin, uint64_t end) {
  constexpr uint64_t kChecksumBytes = 4;
  if (end - begin >= kChecksumBytes && IsZero(file.substr(end - kChecksumBytes, kChecksumBytes))) {
    return true;
  }
  for (uint64_t next = (begin + kSectorBytes - 1) / kSectorBytes * kSectorBytes; next < end; next += kSectorBytes) {
    if (IsZero(file.substr(next, std::min(kSectorBytes, end - next)))) {
      return true;
    }
  }
  return false;
}

// Whether the frame's payload and padding are what was written.
bool IsSound(const FrameHeader& header, absl::string_view payload, absl::string_view padding) {
  if (!IsZero(padding)) {
    return false;
  }
  if (header.kind != FrameKind::kCommit) {
    return payload.empty();
  }
  const absl::StatusOr<WriteBatch> batch = WriteBatch::Decode(std::string(payload));
  return batch.ok() && batch->epoch() == header.epoch && batch->position() == header.position;
}

// OK when the header belongs where it stands.
absl::Status CheckHeader(absl::string_view file, uint64_t at, const FrameHeader& header, uint32_t number,
                         const LogEnd& end) {
  const bool begins = header.kind == FrameKind::kBegin;
  if (at == 0 && !begins && file.substr(4, kFormatMark.size()) == kFormatMark) {
    return absl::FailedPreconditionError("was written in a format that this version does not read");
  }
  const bool known =
      begins || header.kind == FrameKind::kCommit || header.kind == FrameKind::kAcquire || header.kind == FrameKind::kEnd;
  if (!known || begins != (at == 0) || header.number != number || end.ended) {
    return Damaged(file, at);
  }
  return absl::OkStatus();
}

rocksdb::FileOptions WriteOptions() {
  rocksdb::FileOptions options;
  options.use_mmap_writes = false;  // a page fault costs more than a call
  return options;
}

absl::StatusOr<std::unique_ptr<rocksdb::FSWritableFile>> Opened(rocksdb::IOStatus status, const std::string& path,
                                                                std::unique_ptr<rocksdb::FSWritableFile> file) {
  TB_RETURN_IF_ERROR(FromRocksDb(status, absl::StrCat("open ", path)));
  return file;
}

}  // namespace

std::string EncodeFrameHeader(const FrameHeader& header) {
  std::string rest;
  PutNumber(static_cast<uint32_t>(header.kind), 4, &rest);
  PutNumber(header.length, 4, &rest);
  PutNumber(header.number, 4, &rest);
  PutNumber(header.epoch, 8, &rest);
  PutNumber(header.position, 8, &rest);
  std::string bytes;
  PutNumber(Crc32c(rest), 4, &bytes);
  return bytes + rest;
}

absl::StatusOr<std::string> EncodeCommitHeader(WriteBatch& batch, uint32_t number) {
  const size_t length = batch.Seal().size();
  if (length > std::numeric_limits<uint32_t>::max() - kFrameHeaderBytes) {
    return absl::InvalidArgumentError("the batch is too long for the log");
  }
  return EncodeFrameHeader({FrameKind::kCommit, static_cast<uint32_t>(length), number, batch.epoch(), batch.position()});
}

absl::string_view PaddingOf(absl::string_view payload) {
  static constexpr char kZeros[kFrameHeaderBytes] = {};
  return absl::string_view(kZeros, Padded(payload.size()) - payload.size());
}

absl::StatusOr<LogEnd> WalkLog(absl::string_view file, uint32_t number,
                               absl::FunctionRef<absl::Status(const FrameHeader&, absl::string_view payload)> visit) {
  LogEnd end;
  while (end.sound < file.size()) {
    const uint64_t at = end.sound;
    if (file.size() - at < kFrameHeaderBytes) {
      return end;  // the file ends within a header
    }
    const std::optional<FrameHeader> header = ReadHeader(file, at);
    if (!header.has_value()) {
      const bool missing = IsZero(file.substr(at, kSectorBytes - at % kSectorBytes));
      if (missing && (IsZero(file.substr(at)) || !(end.ended || AnotherFrameFollows(file, at)))) {
        return end;
      }
      return Damaged(file, at);
    }
    TB_RETURN_IF_ERROR(CheckHeader(file, at, *header, number, end));
    const uint64_t payload = at + kFrameHeaderBytes;
    const uint64_t next = payload + Padded(header->length);
    if (next > file.size()) {
      return end;  // the file ends within the frame, whose length is beyond doubt
    }
    const absl::string_view bytes = file.substr(payload, header->length);
    if (!IsSound(*header, bytes, file.substr(payload + header->length, next - payload - header->length))) {
      if (HasHole(file, payload, payload + header->length) && IsZero(file.substr(next))) {
        return end;
      }
      return Damaged(file, at);
    }
    if (header->kind != FrameKind::kEnd) {
      TB_RETURN_IF_ERROR(visit(*header, bytes));
    }
    end.begun = true;
    end.ended = header->kind == FrameKind::kEnd;
    end.used = end.used || (!end.ended && header->kind != FrameKind::kBegin);
    end.sound = next;
  }
  return end;
}

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Begin(std::shared_ptr<rocksdb::FileSystem> files,
                                                            const std::string& path, uint64_t room,
                                                            const FrameHeader& begin) {
  rocksdb::FileOptions options = WriteOptions();
  options.fallocate_with_keep_size = false;
  std::unique_ptr<rocksdb::FSWritableFile> opened;
  const rocksdb::IOStatus status = files->NewWritableFile(path, options, &opened, nullptr);
  TB_ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::FSWritableFile> file, Opened(status, path, std::move(opened)));
  // A file system that cannot do this is only slower; a full disk shows at the next write at the latest.
  file->Allocate(0, room, {}, nullptr).PermitUncheckedError();
  std::unique_ptr<LogWriter> log(new LogWriter(files, std::move(file)));
  TB_RETURN_IF_ERROR(log->Append(EncodeFrameHeader(begin)));
  std::unique_ptr<rocksdb::FSDirectory> folder;
  const std::string parent = std::filesystem::path(path).parent_path().string();
  TB_RETURN_IF_ERROR(FromRocksDb(files->NewDirectory(parent, {}, &folder, nullptr), absl::StrCat("open ", parent)));
  TB_RETURN_IF_ERROR(FromRocksDb(folder->Fsync({}, nullptr), absl::StrCat("sync ", parent)));
  return log;
}

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Reopen(std::shared_ptr<rocksdb::FileSystem> files,
                                                             const std::string& path) {
  std::unique_ptr<rocksdb::FSWritableFile> opened;
  const rocksdb::IOStatus status = files->ReopenWritableFile(path, WriteOptions(), &opened, nullptr);
  TB_ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::FSWritableFile> file, Opened(status, path, std::move(opened)));
  return std::unique_ptr<LogWriter>(new LogWriter(std::move(files), std::move(file)));
}

absl::Status LogWriter::Append(absl::string_view header, absl::string_view payload) {
  for (const absl::string_view part : {header, payload, PaddingOf(payload)}) {
    if (!part.empty()) {
      TB_RETURN_IF_ERROR(FromRocksDb(file_->Append({part.data(), part.size()}, {}, nullptr), "append to the log"));
    }
  }
  return FromRocksDb(file_->Sync({}, nullptr), "sync the log");
}

}  // namespace timebank::store
