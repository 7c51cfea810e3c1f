#include "service/store/rocksdb_log.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "absl/strings/str_cat.h"
#include "service/base/log.h"
#include "service/store/checksum.h"

namespace timebank::store {
namespace {

constexpr uint64_t kBlockBytes = 32'768;
constexpr uint64_t kHeaderBytes = 7;
constexpr uint64_t kSectorBytes = 512;
constexpr size_t kTellingZeros = 16;

enum FragmentType : uint8_t { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

struct Fragment {
  FragmentType type;
  uint64_t end;
};

uint32_t ReadLittleEndian(absl::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  }
  return value;
}

// True when the checksum at `at` is that of a fragment whose payload has `length` bytes. REQUIRES: these are within `log`.
bool ChecksumFits(absl::string_view log, uint64_t at, uint64_t length) {
  const uint32_t checksum = Crc32c(log.substr(at + 6, 1 + length));
  return ReadLittleEndian(log.substr(at, 4)) == ((checksum >> 15) | (checksum << 17)) + 0xA282EAD8u;
}

// The room for a fragment at `at`: to the end of its block or of the log.
uint64_t Room(absl::string_view log, uint64_t at) { return std::min(kBlockBytes - at % kBlockBytes, log.size() - at); }

// The fragment at `at`; nullopt when there is no sound one.
std::optional<Fragment> ReadFragment(absl::string_view log, uint64_t at) {
  if (Room(log, at) < kHeaderBytes) {
    return std::nullopt;
  }
  const uint64_t length = ReadLittleEndian(log.substr(at + 4, 2));
  const auto type = static_cast<uint8_t>(log[at + 6]);
  if (type < kWhole || type > kLast || kHeaderBytes + length > Room(log, at) || !ChecksumFits(log, at, length)) {
    return std::nullopt;
  }
  return Fragment{static_cast<FragmentType>(type), at + kHeaderBytes + length};
}

// True when a record starts anywhere behind `at`. Byte by byte, since damage may have hidden where.
bool AnotherRecordFollows(absl::string_view log, uint64_t at) {
  for (++at; at < log.size(); ++at) {
    const std::optional<Fragment> fragment = ReadFragment(log, at);
    if (fragment.has_value() && (fragment->type == kWhole || fragment->type == kFirst)) {
      return true;
    }
  }
  return false;
}

bool IsZero(absl::string_view bytes) { return bytes.find_first_not_of('\0') == absl::string_view::npos; }

// True when the file ends within the fragment at `at`, and not because the fragment's length is wrong.
bool IsCutOff(absl::string_view log, uint64_t at) {
  const uint64_t room = Room(log, at);
  if (room < log.size() - at) {
    return false;
  }
  if (room < kHeaderBytes) {
    return true;
  }
  const uint64_t length = ReadLittleEndian(log.substr(at + 4, 2));
  return at % kBlockBytes + kHeaderBytes + length <= kBlockBytes && kHeaderBytes + length > room &&
         !ChecksumFits(log, at, room - kHeaderBytes);
}

// True when a part of [begin, end of the log), where the unsound fragment at `at` lies, never reached the disk. Disks write
// sectors; of the first and the last one only a part belongs to the record, and a few zeros in it prove nothing.
bool HasHole(absl::string_view log, uint64_t begin, uint64_t at) {
  if (IsZero(log.substr(at))) {
    return true;
  }
  for (uint64_t next = 0; begin < log.size(); begin = next) {
    next = (begin / kSectorBytes + 1) * kSectorBytes;
    const absl::string_view part = log.substr(begin, next - begin);
    if (part.size() >= kTellingZeros && IsZero(part)) {
      return true;
    }
  }
  return false;
}

absl::Status FromErrno(const std::string& path, absl::string_view doing) {
  return absl::InternalError(absl::StrCat(doing, " ", path, ": ", absl::ErrnoToStatus(errno, "").message()));
}

// A file and its bytes, mapped. Owns both.
class MappedLog {
 public:
  ~MappedLog() {
    if (bytes_ != MAP_FAILED) {
      ::munmap(bytes_, size_);
    }
    if (file_ >= 0) {
      ::close(file_);
    }
  }
  MappedLog() = default;
  MappedLog(const MappedLog&) = delete;
  MappedLog& operator=(const MappedLog&) = delete;

  absl::Status Open(const std::string& path) {
    file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct stat status {};
    if (file_ < 0 || ::fstat(file_, &status) != 0) {
      return FromErrno(path, "open");
    }
    size_ = static_cast<size_t>(status.st_size);
    if (size_ > 0) {
      bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_, 0);
      if (bytes_ == MAP_FAILED) {
        return FromErrno(path, "map");
      }
    }
    return absl::OkStatus();
  }

  absl::string_view view() const {
    return size_ == 0 ? absl::string_view() : absl::string_view(static_cast<char*>(bytes_), size_);
  }

  bool CutTo(uint64_t size) { return ::ftruncate(file_, static_cast<off_t>(size)) == 0 && ::fsync(file_) == 0; }

 private:
  int file_ = -1;
  void* bytes_ = MAP_FAILED;
  size_t size_ = 0;
};

}  // namespace

absl::StatusOr<uint64_t> SoundLogLength(absl::string_view log) {
  uint64_t record = 0;     // where the record begins that the walk is in
  bool in_record = false;  // whether fragments of it have been seen
  uint64_t at = 0;
  while (at < log.size()) {
    const uint64_t block_left = kBlockBytes - at % kBlockBytes;
    if (block_left < kHeaderBytes && IsZero(log.substr(at, block_left))) {
      if (block_left > log.size() - at) {
        return in_record ? record : at;  // RocksDB takes a part of the filling for a part of a header
      }
      at += block_left;
      continue;
    }
    if (!in_record) {
      record = at;
    }
    const std::optional<Fragment> fragment = ReadFragment(log, at);
    const bool fits = fragment.has_value() && in_record == (fragment->type == kMiddle || fragment->type == kLast);
    if (!fits) {
      if (!AnotherRecordFollows(log, at) && (IsCutOff(log, at) || HasHole(log, record, at))) {
        return record;
      }
      return absl::DataLossError(absl::StrCat("damaged at byte ", at, " of ", log.size()));
    }
    in_record = fragment->type == kFirst || fragment->type == kMiddle;
    at = fragment->end;
  }
  return in_record ? record : log.size();
}

absl::Status RepairLog(const std::string& path, bool may_be_torn) {
  MappedLog log;
  if (absl::Status status = log.Open(path); !status.ok()) {
    return status;
  }
  const absl::StatusOr<uint64_t> sound = SoundLogLength(log.view());
  if (!sound.ok()) {
    return absl::DataLossError(absl::StrCat(path, " is ", sound.status().message()));
  }
  if (*sound == log.view().size()) {
    return absl::OkStatus();
  }
  if (!may_be_torn) {
    return absl::DataLossError(absl::StrCat(path, " ends within a record, and a newer log follows"));
  }
  base::Log(base::LogLevel::kWarning, "store_log_torn",
            {{"log", path}, {"size", absl::StrCat(log.view().size())}, {"cut_to", absl::StrCat(*sound)}});
  return log.CutTo(*sound) ? absl::OkStatus() : FromErrno(path, "cut");
}

}  // namespace timebank::store
