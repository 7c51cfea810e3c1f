#include "service/privacy/member_keys.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/base/check.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/base/thread_name.h"

namespace timebank::privacy {
namespace {

constexpr int kRewrapBatch = 256;  // slots between two syncs of a rotation, during which nobody finds a key
// Between two batches, so that others come to the lock and the disk.
constexpr absl::Duration kRewrapRest = absl::Milliseconds(2);

}  // namespace

absl::StatusOr<std::unique_ptr<MemberKeys>> MemberKeys::Open(const std::string& path, std::unique_ptr<MasterKeys> masters,
                                                             bool create) {
  TB_ASSIGN_OR_RETURN(std::unique_ptr<SlotFile> file, SlotFile::Open(path, create));
  std::unique_ptr<MemberKeys> keys(new MemberKeys(std::move(file), std::move(masters)));
  TB_RETURN_IF_ERROR(keys->ReadSlots());
  keys->thread_ = std::thread([object = keys.get()] {
    base::NameThisThread("keys");
    object->Run();
  });
  return keys;
}

MemberKeys::MemberKeys(std::unique_ptr<SlotFile> file, std::unique_ptr<MasterKeys> masters)
    : masters_(std::move(masters)), file_(std::move(file)) {}

MemberKeys::~MemberKeys() {
  {
    const base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

absl::Status MemberKeys::ReadSlots() {
  const base::MutexLock lock(&mutex_);
  uint64_t damaged = 0;
  for (uint64_t index = 0; index < file_->count(); ++index) {
    const absl::StatusOr<Slot> slot = file_->Read(index);
    if (slot.ok() && slot->wrapped.empty()) {
      free_.push_back(index);
    } else if (slot.ok()) {
      slots_.emplace(slot->key, index);
      ++used_[slot->master];
    } else if (absl::IsDataLoss(slot.status())) {
      ++damaged;  // left as it is: somebody may want to look at it
    } else {
      return slot.status();
    }
  }
  if (damaged > 0) {
    base::Log(base::LogLevel::kError, "key_slots_damaged", {{"slots", absl::StrCat(damaged)}});
  }
  const std::vector<uint32_t> ids = masters_->Ids();
  current_ = ids.back();
  rotating_ = ids.size() > 1;
  for (const auto& [master, slots] : used_) {
    if (std::find(ids.begin(), ids.end(), master) == ids.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the master key ", master, " is missing, under which ", slots,
                       " members' keys are wrapped; restore its file from where you keep it"));
    }
  }
  return absl::OkStatus();
}

absl::Status MemberKeys::Keep(absl::Status status) {
  if (!status.ok() && fault_.ok()) {
    base::Log(base::LogLevel::kError, "member_keys_failed", {{"status", status.ToString()}});
    fault_ = status;
  }
  return status;
}

MemberKeys::Made MemberKeys::Make() {
  Made made;
  const std::string id = RandomBytes(made.id.size());
  std::copy(id.begin(), id.end(), made.id.begin());
  made.key = RandomKey();
  const base::MutexLock lock(&mutex_);
  const std::optional<std::string> wrapped = masters_->Wrap(current_, ContextOf(made.id, current_), made.key);
  TB_CHECK(wrapped.has_value());
  uint64_t index = file_->count();
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
  }
  // A fault is the answer of Sync().
  if (fault_.ok() && Keep(file_->Write(index, {made.id, current_, *wrapped})).ok()) {
    slots_.emplace(made.id, index);
    ++used_[current_];
  }
  return made;
}

absl::Status MemberKeys::Sync() {
  const base::MutexLock lock(&mutex_);
  return fault_.ok() ? Keep(file_->Sync()) : fault_;
}

absl::StatusOr<Key> MemberKeys::Find(const KeyId& id) const {
  const base::ReaderMutexLock lock(&mutex_);
  const auto found = slots_.find(id);
  if (found == slots_.end()) {
    return absl::NotFoundError("the key is destroyed");
  }
  TB_ASSIGN_OR_RETURN(const Slot slot, file_->Read(found->second));
  const std::optional<Key> key = masters_->Unwrap(slot.master, ContextOf(slot.key, slot.master), slot.wrapped);
  return key.has_value() && slot.key == id ? absl::StatusOr<Key>(*key)
                                           : absl::DataLossError("a member's key was changed, or its master key was");
}

absl::Status MemberKeys::Clear(const KeyId& id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(fault_);
  const absl::StatusOr<Slot> slot = file_->Read(found->second);
  TB_RETURN_IF_ERROR(Keep(file_->Clear(found->second)));
  if (slot.ok()) {
    --used_[slot->master];
  }
  free_.push_back(found->second);
  slots_.erase(found);
  return absl::OkStatus();
}

void MemberKeys::Free(const KeyId& id) {
  const base::MutexLock lock(&mutex_);
  Clear(id).IgnoreError();  // a fault was logged; at the next start it is freed with all that nobody has
}

absl::Status MemberKeys::Destroy(const KeyId& id) {
  const base::MutexLock lock(&mutex_);
  if (!slots_.contains(id)) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(Clear(id));
  ++destroyed_;
  TB_RETURN_IF_ERROR(Keep(file_->SetPurgeWanted(true)));
  return Keep(file_->Sync());
}

absl::StatusOr<MemberKeys::Swept> MemberKeys::KeepOnly(const absl::flat_hash_set<KeyId>& wanted) {
  const base::MutexLock lock(&mutex_);
  Swept swept;
  std::vector<KeyId> unwanted;
  for (const auto& [id, index] : slots_) {
    if (!wanted.contains(id)) {
      unwanted.push_back(id);
    }
  }
  for (const KeyId& id : unwanted) {
    TB_RETURN_IF_ERROR(Clear(id));
  }
  swept.freed = unwanted.size();
  for (const KeyId& id : wanted) {
    swept.missing += slots_.contains(id) ? 0 : 1;
  }
  if (swept.freed > 0) {
    // One of them may have been an erased member's, whose old bytes are still there.
    ++destroyed_;
    TB_RETURN_IF_ERROR(Keep(file_->SetPurgeWanted(true)));
    TB_RETURN_IF_ERROR(Keep(file_->Sync()));
  }
  return swept;
}

std::vector<MemberKeys::Master> MemberKeys::Masters() const {
  const base::MutexLock lock(&mutex_);
  std::vector<Master> result;
  for (const uint32_t id : masters_->Ids()) {
    const auto used = used_.find(id);
    result.push_back({id, id == current_, used == used_.end() ? 0 : used->second});
  }
  return result;
}

absl::StatusOr<uint32_t> MemberKeys::Rotate(uint32_t current) {
  const base::MutexLock lock(&mutex_);
  if (current != current_) {
    return current_;
  }
  TB_RETURN_IF_ERROR(fault_);
  TB_ASSIGN_OR_RETURN(current_, masters_->Make());
  cursor_ = 0;
  rotating_ = true;
  base::Log(base::LogLevel::kInfo, "master_key_made", {{"id", absl::StrCat(current_)}});
  return current_;
}

void MemberKeys::SetPurge(Purge purge) {
  const base::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &MemberKeys::NoPurgeRuns));
  purge_ = std::move(purge);
}

bool MemberKeys::HasWork() const {
  return stopping_ || (fault_.ok() && (rotating_ || (file_->purge_wanted() && purge_ != nullptr)));
}

void MemberKeys::Run() {
  const base::MutexLock lock(&mutex_);
  while (true) {
    mutex_.Await(absl::Condition(this, &MemberKeys::HasWork));
    if (stopping_) {
      return;
    }
    if (file_->purge_wanted() && purge_ != nullptr) {
      PurgeNow();
      continue;
    }
    Keep(RotateStep()).IgnoreError();
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kRewrapRest);
  }
}

absl::Status MemberKeys::RotateStep() {
  TB_ASSIGN_OR_RETURN(const bool more, RewrapSome());
  TB_RETURN_IF_ERROR(file_->Sync());
  if (more) {
    return absl::OkStatus();
  }
  for (const uint32_t id : masters_->Ids()) {
    const auto used = used_.find(id);
    if (id != current_ && (used == used_.end() || used->second == 0)) {
      TB_RETURN_IF_ERROR(masters_->Destroy(id));
      base::Log(base::LogLevel::kInfo, "master_key_destroyed", {{"id", absl::StrCat(id)}});
    } else if (id != current_) {
      return absl::InternalError(absl::StrCat("keys stay under the master key ", id, " that cannot be wrapped again"));
    }
  }
  rotating_ = false;
  return absl::OkStatus();
}

absl::StatusOr<bool> MemberKeys::RewrapSome() {
  for (int done = 0; done < kRewrapBatch && cursor_ < file_->count(); ++cursor_, ++done) {
    const absl::StatusOr<Slot> slot = file_->Read(cursor_);
    if (absl::IsDataLoss(slot.status()) || (slot.ok() && (slot->wrapped.empty() || slot->master == current_))) {
      continue;
    }
    TB_RETURN_IF_ERROR(slot.status());
    const std::optional<Key> key = masters_->Unwrap(slot->master, ContextOf(slot->key, slot->master), slot->wrapped);
    if (!key.has_value()) {
      return absl::DataLossError(absl::StrCat("slot ", cursor_, " cannot be unwrapped under its master key"));
    }
    const std::optional<std::string> wrapped = masters_->Wrap(current_, ContextOf(slot->key, current_), *key);
    TB_CHECK(wrapped.has_value());
    TB_RETURN_IF_ERROR(file_->Write(cursor_, {slot->key, current_, *wrapped}));
    --used_[slot->master];
    ++used_[current_];
  }
  return cursor_ < file_->count();
}

void MemberKeys::PurgeNow() {
  purging_ = true;
  const Purge purge = purge_;
  const uint64_t before = destroyed_;
  mutex_.Unlock();
  const absl::Status status = purge();
  mutex_.Lock();
  purging_ = false;
  if (!status.ok()) {
    base::Log(base::LogLevel::kError, "purge_failed", {{"status", status.ToString()}});
    purge_ = nullptr;  // the mark stays, and the next start tries again
    return;
  }
  base::Log(base::LogLevel::kInfo, "purged");
  if (destroyed_ != before) {
    return;  // what went meanwhile may have come too late for this one
  }
  Keep(file_->SetPurgeWanted(false)).IgnoreError();
  Keep(file_->Sync()).IgnoreError();
}

}  // namespace timebank::privacy
