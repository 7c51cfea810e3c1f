// The file that holds the wrapped keys of members, each in a slot of its own that is written over in place: what a store with a log cannot do,
// since it keeps old bytes.
//
//   file     := header slot*
//   header   := "TBMEMKEY" format(1)=3 purge(1) store(16) digest(16) master(4) making(1) erased(8) zeros checksum(8)
//   slot     := used(1)=1 keyid(16) master(4) wrapped(60) leaving(8) zeros checksum(8)   128 bytes, as the header, or zeros: free
//             | lost(1)=2 keyid(16) zeros checksum(8)
//   wrapped  := nonce(12) key(32, encrypted) tag(16)       ; AES-256-GCM under the master key; context: used keyid master
//
// `store` is Store::id() of the store that the file lies beside, `digest` tells whether the key of digests is the right one. `master` is the
// current master, 0 before the first; with `making` the next one is about to be made, or just was. Other masters are known by their slots. A
// store before the position `erased` is older than this file: an erasure that is done is not in it. `leaving` is the store's position when the
// erasure of the member was asked for, 0 as long as nobody did. A slot that is `lost` says that somebody accepted the loss of that key. The key
// id of zeros is nobody's: each master has a slot with one, by which another key in its place is noticed.
//
// Integers are big-endian. The checksum is the first 8 bytes of SHA-256 over what stands before it. No slot lies across a sector's border.
#ifndef TIMEBANK_PRIVACY_SLOT_FILE_H_
#define TIMEBANK_PRIVACY_SLOT_FILE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::privacy {

using KeyId = std::array<uint8_t, 16>;

// Of the slots by which masters are known.
inline constexpr KeyId kNobody{};

struct Slot {
  KeyId key{};
  uint32_t master = 0;
  std::string wrapped;  // kWrappedBytes; empty when there is no key in it
  uint64_t leaving = 0;
  bool lost = false;  // only `key` is set
  bool free() const { return wrapped.empty() && !lost; }
};

// What the file belongs to.
struct SlotOwner {
  std::array<uint8_t, 16> store{};
  std::array<uint8_t, 16> digest{};
};

struct SlotHeader {
  bool purge_wanted = false;  // keys were destroyed, and old bytes of the store still wait to be removed
  SlotOwner owner;
  uint32_t master = 0;
  bool making = false;
  uint64_t erased = 0;
};

// What the wrapping of a key is bound to.
std::string ContextOf(const KeyId& key, uint32_t master);

// Whether the file is missing, or shorter than its header: then no key is in it.
bool HoldsNoSlots(const std::string& path);

// Thread-safe only as far as nobody writes the slot that is read.
class SlotFile {
 public:
  // Makes the file (mode 0600, durable) for `owner` when it is absent and `create` is set. FAILED_PRECONDITION when it is absent otherwise, open
  // to others, or something else; INTERNAL on a fault of the disk.
  static absl::StatusOr<std::unique_ptr<SlotFile>> Open(const std::string& path, bool create, const SlotOwner& owner = {});
  ~SlotFile();
  SlotFile(const SlotFile&) = delete;
  SlotFile& operator=(const SlotFile&) = delete;

  // Slots up to the end of the file, free ones included.
  uint64_t count() const { return count_; }
  // The slot. DATA_LOSS when it is damaged, INTERNAL.
  absl::StatusOr<Slot> Read(uint64_t index) const;
  // Durable with the next Sync(). `index` may be count(): the file grows. INTERNAL.
  absl::Status Write(uint64_t index, const Slot& slot);
  absl::Status Clear(uint64_t index);
  absl::Status Sync();

  const SlotHeader& header() const { return header_; }
  // Durable with the next Sync(). INTERNAL.
  absl::Status SetHeader(const SlotHeader& header);

 private:
  SlotFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  absl::Status ReadHeader(bool create);
  absl::Status WriteAt(uint64_t place, const std::string& bytes);

  const std::string path_;
  const int descriptor_;
  uint64_t count_ = 0;
  SlotHeader header_;
};

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_SLOT_FILE_H_
