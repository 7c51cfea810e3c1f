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

// Thread-safe. After a fault of the disk nothing is written any more (the kernel may have dropped what it could not write), so that no member
// can be registered or erased until the process starts again; what is there can still be read.
class MemberKeys {
 public:
  // FAILED_PRECONDITION when a slot needs a master key that is not there, and the errors of SlotFile::Open. Takes up a rotation that was
  // interrupted. Starts a thread.
  static absl::StatusOr<std::unique_ptr<MemberKeys>> Open(const std::string& path, std::unique_ptr<MasterKeys> masters,
                                                          bool create);
  ~MemberKeys();

  struct Made {
    KeyId id{};
    Key key{};
  };
  // A new key under a new random id. It is there for good once Sync() said OK.
  Made Make();
  // What was made before is on the disk. The first fault, now or ever.
  absl::Status Sync();

  // NOT_FOUND when the key is destroyed, or never was; DATA_LOSS when its slot is damaged.
  absl::StatusOr<Key> Find(const KeyId& id) const;

  // Gives back a key that nobody got. Not synced: until it is, the key is one that nobody has.
  void Free(const KeyId& id);
  // Writes over the key; on the disk before this returns. OK when it is gone already. The old bytes of the store are purged later.
  absl::Status Destroy(const KeyId& id);
  // Frees all keys but these, durably: those whose members were refused, or erased, just before the process ended. Says how many, and how
  // many of `wanted` are not there.
  struct Swept {
    uint64_t freed = 0;
    uint64_t missing = 0;
  };
  absl::StatusOr<Swept> KeepOnly(const absl::flat_hash_set<KeyId>& wanted);

  struct Master {
    uint32_t id = 0;
    bool current = false;
    uint64_t slots = 0;
  };
  std::vector<Master> Masters() const;
  // Makes a new master key, and begins to bring all keys under it, when `current` is the current one; otherwise does nothing. The id of the
  // current one then.
  absl::StatusOr<uint32_t> Rotate(uint32_t current);

  // How old bytes of the store are removed; called on the thread of this whenever keys were destroyed, also before the process began. It
  // may take long. Must be set to nothing before what it uses is gone, which waits for a call that is under way.
  using Purge = std::function<absl::Status()>;
  void SetPurge(Purge purge);

 private:
  MemberKeys(std::unique_ptr<SlotFile> file, std::unique_ptr<MasterKeys> masters);
  absl::Status ReadSlots();
  absl::Status Clear(const KeyId& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Keep(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool NoPurgeRuns() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !purging_; }
  // Wraps the next slots again. False when no slot is left that needs it.
  absl::StatusOr<bool> RewrapSome() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RotateStep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PurgeNow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<MasterKeys> masters_;
  mutable base::Mutex mutex_;
  const std::unique_ptr<SlotFile> file_ ABSL_PT_GUARDED_BY(mutex_);
  absl::Status fault_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<KeyId, uint64_t> slots_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint64_t> free_ ABSL_GUARDED_BY(mutex_);
  std::map<uint32_t, uint64_t> used_ ABSL_GUARDED_BY(mutex_);  // slots by master
  uint32_t current_ ABSL_GUARDED_BY(mutex_) = 0;
  bool rotating_ ABSL_GUARDED_BY(mutex_) = false;   // there are other masters than the current one
  uint64_t destroyed_ ABSL_GUARDED_BY(mutex_) = 0;  // times that the mark to purge was set
  uint64_t cursor_ ABSL_GUARDED_BY(mutex_) = 0;     // slots before it need no wrapping
  Purge purge_ ABSL_GUARDED_BY(mutex_);
  bool purging_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_MEMBER_KEYS_H_
