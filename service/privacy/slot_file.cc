#include "service/privacy/slot_file.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"
#include "service/privacy/master_keys.h"

namespace timebank::privacy {
namespace {

constexpr size_t kSlotBytes = 128;
constexpr size_t kChecksumBytes = 8;
constexpr size_t kMaster = 1 + sizeof(KeyId);
constexpr size_t kWrapped = kMaster + sizeof(uint32_t);
constexpr size_t kLeaving = kWrapped + kWrappedBytes;
constexpr absl::string_view kName = "TBMEMKEY";
constexpr absl::string_view kMagic = "TBMEMKEY\x03";
constexpr size_t kStore = kMagic.size() + 1;
constexpr size_t kDigest = kStore + sizeof(SlotOwner::store);
constexpr size_t kCurrent = kDigest + sizeof(SlotOwner::digest);
constexpr char kUsed = '\x01';
constexpr char kLost = '\x02';
constexpr char kOrAccept[] =
    ". Only when there is none, start once with --accept-missing-keys: all members stay without a name then";
static_assert(kLeaving + sizeof(uint64_t) + kChecksumBytes <= kSlotBytes);
static_assert(kCurrent + sizeof(uint32_t) + 1 + sizeof(uint64_t) + kChecksumBytes <= kSlotBytes);

// Fills up with zeros and the checksum.
std::string Finish(std::string bytes) {
  bytes.resize(kSlotBytes - kChecksumBytes);
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), digest.data());
  bytes.append(reinterpret_cast<const char*>(digest.data()), kChecksumBytes);
  return bytes;
}

bool IsWhole(absl::string_view bytes) { return Finish(std::string(bytes.substr(0, kSlotBytes - kChecksumBytes))) == bytes; }

bool IsZero(absl::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

absl::Status Fault(absl::string_view what, const std::string& path) {
  const int error = errno;
  return absl::InternalError(absl::StrCat("cannot ", what, " ", path, ": ", strerror(error)));
}

absl::Status Refused(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the file of keys ", path, " ", why));
}

}  // namespace

bool HoldsNoSlots(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 ? S_ISREG(status.st_mode) && static_cast<size_t>(status.st_size) < kSlotBytes
                                           : errno == ENOENT;
}

std::string ContextOf(const KeyId& key, uint32_t master) {
  std::string bytes(1, kUsed);
  bytes.append(key.begin(), key.end());
  base::AppendUint32(&bytes, master);
  return bytes;
}

absl::StatusOr<std::unique_ptr<SlotFile>> SlotFile::Open(const std::string& path, bool create, const SlotOwner& owner) {
  int descriptor = open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT && !create) {
    return Refused(
        path, absl::StrCat("is missing; without it the personal fields stored here cannot be read. Restore it from a backup",
                           kOrAccept));
  }
  if (descriptor < 0 && errno == ENOENT) {
    descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }
  if (descriptor < 0) {
    return Fault("open the file of keys", path);
  }
  std::unique_ptr<SlotFile> file(new SlotFile(path, descriptor));
  file->header_.owner = owner;
  TB_RETURN_IF_ERROR(file->ReadHeader(create));
  return file;
}

SlotFile::~SlotFile() { close(descriptor_); }

absl::Status SlotFile::ReadHeader(bool create) {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) {
    return Fault("look at the file of keys", path_);
  }
  if (!S_ISREG(status.st_mode)) {
    return Refused(path_, "is no regular file");
  }
  if ((status.st_mode & 077) != 0) {
    return Refused(path_, "can be read or written by others; take their rights away: chmod 600");
  }
  std::string header(kSlotBytes, '\0');
  const ssize_t got = pread(descriptor_, header.data(), header.size(), 0);
  if (got < 0) {
    return Fault("read the file of keys", path_);
  }
  if (got == 0 && create) {
    TB_RETURN_IF_ERROR(SetHeader(header_));
    TB_RETURN_IF_ERROR(Sync());
    return SyncFolderOf(path_);
  }
  if (got != static_cast<ssize_t>(kSlotBytes)) {
    return Refused(path_, absl::StrCat("ends before any key, at its beginning; restore it from a backup", kOrAccept));
  }
  if (!absl::StartsWith(header, kName) || !IsWhole(header)) {
    return Refused(path_, "is damaged at its beginning, or no such file; restore it from a backup");
  }
  if (!absl::StartsWith(header, kMagic)) {
    return Refused(path_, "was written in a format that this version does not read");
  }
  header_.purge_wanted = header[kMagic.size()] != 0;
  std::copy_n(header.begin() + kStore, header_.owner.store.size(), header_.owner.store.begin());
  std::copy_n(header.begin() + kDigest, header_.owner.digest.size(), header_.owner.digest.begin());
  absl::string_view rest = absl::string_view(header).substr(kCurrent);
  TB_CHECK(base::ConsumeUint32(&rest, &header_.master));
  header_.making = rest[0] != 0;
  rest.remove_prefix(1);
  TB_CHECK(base::ConsumeUint64(&rest, &header_.erased));
  // A last slot that is not whole was never synced: no member has it.
  count_ = static_cast<uint64_t>(status.st_size) / kSlotBytes - 1;
  return absl::OkStatus();
}

absl::Status SlotFile::WriteAt(uint64_t place, const std::string& bytes) {
  TB_CHECK(bytes.size() == kSlotBytes);
  const ssize_t put = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(place * kSlotBytes));
  return put == static_cast<ssize_t>(bytes.size()) ? absl::OkStatus() : Fault("write the file of keys", path_);
}

absl::StatusOr<Slot> SlotFile::Read(uint64_t index) const {
  std::string bytes(kSlotBytes, '\0');
  if (pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>((index + 1) * kSlotBytes)) !=
      static_cast<ssize_t>(bytes.size())) {
    return Fault("read the file of keys", path_);
  }
  Slot slot;
  if (IsZero(bytes)) {
    return slot;
  }
  if ((bytes[0] != kUsed && bytes[0] != kLost) || !IsWhole(bytes)) {
    return absl::DataLossError(absl::StrCat("slot ", index, " of the file of keys ", path_, " is damaged"));
  }
  std::copy_n(bytes.begin() + 1, slot.key.size(), slot.key.begin());
  slot.lost = bytes[0] == kLost;
  if (slot.lost) {
    return slot;
  }
  absl::string_view master = absl::string_view(bytes).substr(kMaster);
  TB_CHECK(base::ConsumeUint32(&master, &slot.master));
  slot.wrapped = bytes.substr(kWrapped, kWrappedBytes);
  absl::string_view leaving = absl::string_view(bytes).substr(kLeaving);
  TB_CHECK(base::ConsumeUint64(&leaving, &slot.leaving));
  return slot;
}

absl::Status SlotFile::Write(uint64_t index, const Slot& slot) {
  TB_CHECK(slot.wrapped.size() == (slot.lost ? 0 : kWrappedBytes));
  std::string bytes = ContextOf(slot.key, slot.master) + slot.wrapped;
  if (slot.lost) {
    bytes[0] = kLost;
  } else {
    base::AppendUint64(&bytes, slot.leaving);
  }
  TB_RETURN_IF_ERROR(WriteAt(index + 1, Finish(std::move(bytes))));
  count_ = std::max(count_, index + 1);
  return absl::OkStatus();
}

absl::Status SlotFile::Clear(uint64_t index) { return WriteAt(index + 1, std::string(kSlotBytes, '\0')); }

absl::Status SlotFile::Sync() { return fsync(descriptor_) == 0 ? absl::OkStatus() : Fault("sync the file of keys", path_); }

absl::Status SlotFile::SetHeader(const SlotHeader& header) {
  header_ = header;
  std::string bytes(kMagic);
  bytes.push_back(header.purge_wanted ? '\x01' : '\0');
  bytes.append(header.owner.store.begin(), header.owner.store.end());
  bytes.append(header.owner.digest.begin(), header.owner.digest.end());
  base::AppendUint32(&bytes, header.master);
  bytes.push_back(header.making ? '\x01' : '\0');
  base::AppendUint64(&bytes, header.erased);
  return WriteAt(0, Finish(std::move(bytes)));
}

}  // namespace timebank::privacy
