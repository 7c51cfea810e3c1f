// One random key a member: made before the member is, destroyed when the member is erased, wrapped under a master key meanwhile.
#ifndef TIMEBANK_PRIVACY_MEMBER_KEYS_H_
#define TIMEBANK_PRIVACY_MEMBER_KEYS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/base/mutex.h"
#include "service/privacy/master_keys.h"
#include "service/privacy/slot_file.h"

namespace timebank::privacy {

// Whether an error of Find() is about a key whose loss was accepted.
bool IsLost(const absl::Status& status);

// Thread-safe. After a fault of the disk nothing is written any more (the kernel may have dropped what it could not write), so that no member
// can be registered or erased until the process starts again; what is there can still be read.
class MemberKeys {
 public:
  // FAILED_PRECONDITION when the file belongs to another store or another key of digests, a slot needs a master key that is not there, a
  // master key opens nothing of what lies under it, or there is a master key that this file does not know; and the errors of SlotFile::Open and
  // MasterKeys. With `create`, a file without a member takes the keys as they are. Takes up a rotation that was interrupted, wherever that was.
  // Starts a thread.
  static absl::StatusOr<std::unique_ptr<MemberKeys>> Open(const std::string& path, std::unique_ptr<MasterKeys> masters,
                                                          bool create, const SlotOwner& owner = {});
  ~MemberKeys();

  struct Made {
    KeyId id{};
    Key key{};
  };
  // A new key under a new random id. It is there for good once Sync() said OK and Has() still says so.
  Made Make();
  // False when the key is destroyed or missing; of one that was just made, when its master key did not answer.
  bool Has(const KeyId& id) const;
  // What was made before is on the disk. The first fault, now or ever.
  absl::Status Sync();

  // NOT_FOUND when this destroyed the key, as an erasure does; DATA_LOSS when it is missing otherwise (IsLost() when that is accepted), or its
  // slot is damaged; Silent() when its master key does not answer.
  absl::StatusOr<Key> Find(const KeyId& id) const;

  // Gives back a key that nobody got. Not synced: until it is, the key is one that nobody has.
  void Free(const KeyId& id);
  // The erasure of the member is about to be asked for, with the store at `position`: should the process end before Destroy(), Sweep() knows
  // what was to go. There for good once Sync() said OK.
  absl::Status Leave(const KeyId& id, uint64_t position);
  // Writes over the key; on the disk before this returns. The old bytes of the store are purged later. When it is gone already OK, unless the
  // disk failed: then it may still be there, and the next start destroys it.
  absl::Status Destroy(const KeyId& id);

  using KeyIds = absl::flat_hash_set<KeyId>;
  // What is lost of those that rows of members name.
  struct Loss {
    uint64_t missing = 0;         // not there, and nobody accepted that
    uint64_t accepted = 0;        // not there, as somebody accepted
    uint64_t damaged = 0;         // slots that are damaged: of the missing, of masters, or of what no row names
    bool store_is_older = false;  // than the last erasure that is done here: then those erased since are among the missing
  };
  Loss LossOf(const KeyIds& named, uint64_t position) const;
  // Those of `named` that are not there are lost for good, and so is what is damaged: it is remembered, and their masters need not be kept.
  // `position` is the store's. Durable when it returns OK.
  absl::Status AcceptLoss(const KeyIds& named, uint64_t position);
  // Destroys the keys that no row names and whose erasure was asked for, as of a store that is no older than that was: the process ended
  // between an erasure and the end of its key. All others that nobody names stay, since the store may be the wrong one, unless `unnamed` is
  // set: then they go as well, and what is left of damaged slots and of accepted losses.
  struct Swept {
    uint64_t destroyed = 0;
    uint64_t unnamed = 0;  // and kept
  };
  absl::StatusOr<Swept> Sweep(const KeyIds& named, uint64_t position, bool unnamed);

  struct Master {
    uint32_t id = 0;
    bool current = false;
    uint64_t slots = 0;
  };
  std::vector<Master> Masters() const;
  // Makes a new master key, and begins to bring all keys under it, when `current` is the current one; otherwise does nothing. The id of the
  // current one then. INTERNAL when the master could not be made, or a key of its name is there that this did not make; Silent().
  absl::StatusOr<uint32_t> Rotate(uint32_t current);

  // Lets rotations go on, which destroy masters at their end: once it is known that no key is missing but those whose loss was accepted.
  void Resume();

  // How old bytes of the store are removed; called on the thread of this whenever keys were destroyed, also before the process began. When it
  // fails it is called again with the next destruction, or the next start. It may take long. Must be set to nothing before what it uses is
  // gone, which waits for a call that is under way.
  using Purge = std::function<absl::Status()>;
  void SetPurge(Purge purge);

 private:
  MemberKeys(std::unique_ptr<SlotFile> file, std::unique_ptr<MasterKeys> masters);
  // Takes all slots in, and holds them against what the service was given.
  absl::Status Load(const SlotOwner& owner, bool create);
  absl::Status ReadSlots() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckOwner(const SlotOwner& owner, bool create) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The id of the current master; changes nothing.
  absl::StatusOr<uint32_t> CheckMasters(bool create) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TakeMasters(uint32_t current) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Which master is current from now on, and whether the next one is about to be made; on the disk before this returns.
  absl::Status SetMaster(uint32_t current, bool making) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Writes the slot by which the master is known from now on; on the disk before this returns.
  absl::Status WriteProof(uint32_t master) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ClearProof(uint32_t master) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t TakeFreeSlot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ClearDamaged() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Clear(const KeyId& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The mark must be on the disk before the key is gone: old bytes that nobody knows of stay for good. `erased` as in the header.
  absl::Status WantPurge(uint64_t erased) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SetLeaving(uint64_t index, const KeyId& id, uint64_t position) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Keep(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool NoPurgeRuns() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !purging_; }
  bool PurgeIsDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return file_->header().purge_wanted && purge_ != nullptr && !purge_failed_;
  }
  // Wraps the next slots again, but for those that do not open. False when no slot is left that needs it.
  absl::StatusOr<bool> RewrapSome() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RotateStep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PurgeNow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<MasterKeys> masters_;
  mutable base::Mutex mutex_;
  const std::unique_ptr<SlotFile> file_ ABSL_PT_GUARDED_BY(mutex_);
  absl::Status fault_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<KeyId, uint64_t> slots_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<KeyId, uint64_t> lost_ ABSL_GUARDED_BY(mutex_);  // slots that say so
  std::vector<uint64_t> free_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<KeyId, uint64_t> leaving_ ABSL_GUARDED_BY(mutex_);  // as in their slots, where that is not 0
  absl::flat_hash_set<KeyId> destroyed_ids_ ABSL_GUARDED_BY(mutex_);      // by this process
  std::vector<uint64_t> damaged_ ABSL_GUARDED_BY(mutex_);                 // slots that are, when the file was opened
  std::map<uint32_t, uint64_t> used_ ABSL_GUARDED_BY(mutex_);             // slots of members by master
  std::map<uint32_t, uint64_t> proofs_ ABSL_GUARDED_BY(mutex_);           // by master the slot by which it is known
  std::map<uint32_t, bool> opened_ ABSL_GUARDED_BY(mutex_);               // whether a master opens any slot under it
  uint32_t current_ ABSL_GUARDED_BY(mutex_) = 0;
  bool settled_ ABSL_GUARDED_BY(mutex_) = false;    // see Resume()
  bool rotating_ ABSL_GUARDED_BY(mutex_) = false;   // there are other masters than the current one, which may have to go
  uint64_t destroyed_ ABSL_GUARDED_BY(mutex_) = 0;  // times that the mark to purge was set
  uint64_t cursor_ ABSL_GUARDED_BY(mutex_) = 0;     // slots before it need no wrapping
  Purge purge_ ABSL_GUARDED_BY(mutex_);
  bool purging_ ABSL_GUARDED_BY(mutex_) = false;
  bool purge_failed_ ABSL_GUARDED_BY(mutex_) = false;  // and nothing was destroyed since
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_MEMBER_KEYS_H_
