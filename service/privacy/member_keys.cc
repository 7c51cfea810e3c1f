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
                                                             bool create, const SlotOwner& owner) {
  TB_ASSIGN_OR_RETURN(std::unique_ptr<SlotFile> file, SlotFile::Open(path, create, owner));
  std::unique_ptr<MemberKeys> keys(new MemberKeys(std::move(file), std::move(masters)));
  TB_RETURN_IF_ERROR(keys->Load(owner, create));
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

absl::Status MemberKeys::Load(const SlotOwner& owner, bool create) {
  const base::MutexLock lock(&mutex_);
  TB_RETURN_IF_ERROR(ReadSlots());
  TB_RETURN_IF_ERROR(CheckOwner(owner, create));
  return CheckMasters(create);
}

absl::Status MemberKeys::ReadSlots() {
  for (uint64_t index = 0; index < file_->count(); ++index) {
    const absl::StatusOr<Slot> slot = file_->Read(index);
    if (absl::IsDataLoss(slot.status())) {
      damaged_.push_back(index);  // left as it is: somebody may want to look at it
      continue;
    }
    TB_RETURN_IF_ERROR(slot.status());
    if (slot->wrapped.empty()) {
      free_.push_back(index);
      continue;
    }
    bool& opened = opened_[slot->master];
    opened = opened || masters_->Unwrap(slot->master, ContextOf(slot->key, slot->master), slot->wrapped).has_value();
    if (slot->key == kNobody) {
      proofs_[slot->master] = index;
      continue;
    }
    slots_.emplace(slot->key, index);
    ++used_[slot->master];
    if (slot->leaving != 0) {
      leaving_.emplace(slot->key, slot->leaving);
    }
  }
  if (!damaged_.empty()) {
    base::Log(base::LogLevel::kError, "key_slots_damaged", {{"slots", absl::StrCat(damaged_.size())}});
  }
  return absl::OkStatus();
}

absl::Status MemberKeys::CheckOwner(const SlotOwner& owner, bool create) {
  if (file_->owner().store != owner.store) {
    return absl::FailedPreconditionError(
        "members.keys belongs to another store than the one beside it; put the right store back, or the right file. Nothing "
        "was changed");
  }
  if (file_->owner().digest == owner.digest) {
    return absl::OkStatus();
  }
  if (!create || !slots_.empty()) {
    return absl::FailedPreconditionError(
        "the key of digests (personal.key) is another one than before; restore its file from where you keep it");
  }
  TB_RETURN_IF_ERROR(file_->SetOwner(owner));
  return file_->Sync();
}

absl::Status MemberKeys::CheckMasters(bool create) {
  const std::vector<uint32_t> ids = masters_->Ids();
  current_ = ids.back();
  rotating_ = ids.size() > 1;
  const auto known = [&ids](uint32_t master) { return std::find(ids.begin(), ids.end(), master) != ids.end(); };
  for (const auto& [master, slots] : used_) {
    if (!known(master)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the master key ", master, " is missing, under which ", slots,
                       " members' keys are wrapped; restore its file from where you keep it"));
    }
  }
  const bool anew = create && slots_.empty();
  for (const auto& [master, opened] : opened_) {
    if (opened) {
      continue;
    }
    if (known(master) && !anew) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the master key ", master, " is another one than before, and opens none of the members' keys under it; ",
          "restore its file from where you keep it"));
    }
    TB_RETURN_IF_ERROR(ClearProof(master));
  }
  for (const uint32_t id : ids) {
    if (!proofs_.contains(id)) {
      TB_RETURN_IF_ERROR(WriteProof(id));
    }
  }
  return file_->Sync();
}

absl::Status MemberKeys::WriteProof(uint32_t master) {
  const std::optional<std::string> wrapped = masters_->Wrap(master, ContextOf(kNobody, master), RandomKey());
  TB_CHECK(wrapped.has_value());
  const uint64_t index = TakeFreeSlot();
  TB_RETURN_IF_ERROR(file_->Write(index, {kNobody, master, *wrapped}));
  proofs_[master] = index;
  return absl::OkStatus();
}

absl::Status MemberKeys::ClearProof(uint32_t master) {
  const auto proof = proofs_.find(master);
  if (proof == proofs_.end()) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(file_->Clear(proof->second));
  free_.push_back(proof->second);
  proofs_.erase(proof);
  return absl::OkStatus();
}

uint64_t MemberKeys::TakeFreeSlot() {
  if (free_.empty()) {
    return file_->count();
  }
  const uint64_t index = free_.back();
  free_.pop_back();
  return index;
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
  const uint64_t index = TakeFreeSlot();
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
    return destroyed_ids_.contains(id) ? absl::NotFoundError("the key is destroyed")
                                       : absl::DataLossError("a member's key is missing");
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
  leaving_.erase(id);
  return absl::OkStatus();
}

absl::Status MemberKeys::WantPurge() {
  TB_RETURN_IF_ERROR(fault_);
  ++destroyed_;
  purge_failed_ = false;
  TB_RETURN_IF_ERROR(Keep(file_->SetPurgeWanted(true)));
  return Keep(file_->Sync());
}

absl::Status MemberKeys::SetLeaving(uint64_t index, const KeyId& id, uint64_t position) {
  absl::StatusOr<Slot> slot = file_->Read(index);
  if (absl::IsDataLoss(slot.status())) {
    return absl::OkStatus();  // a damaged one takes no mark, and opens nothing either
  }
  TB_RETURN_IF_ERROR(slot.status());
  slot->leaving = position;
  TB_RETURN_IF_ERROR(Keep(file_->Write(index, *slot)));
  if (position == 0) {
    leaving_.erase(id);
  } else {
    leaving_[id] = position;
  }
  return absl::OkStatus();
}

absl::Status MemberKeys::Leave(const KeyId& id, uint64_t position) {
  const base::MutexLock lock(&mutex_);
  TB_RETURN_IF_ERROR(fault_);
  const auto found = slots_.find(id);
  return found == slots_.end() ? absl::OkStatus() : SetLeaving(found->second, id, position);
}

void MemberKeys::Free(const KeyId& id) {
  const base::MutexLock lock(&mutex_);
  Clear(id).IgnoreError();  // a fault was logged; at the next start it is freed with all that nobody has
}

absl::Status MemberKeys::Destroy(const KeyId& id) {
  const base::MutexLock lock(&mutex_);
  if (!slots_.contains(id)) {
    return fault_;
  }
  TB_RETURN_IF_ERROR(WantPurge());
  TB_RETURN_IF_ERROR(Clear(id));
  destroyed_ids_.insert(id);
  return Keep(file_->Sync());
}

uint64_t MemberKeys::Missing(const KeyIds& named) const {
  const base::ReaderMutexLock lock(&mutex_);
  uint64_t missing = 0;
  for (const KeyId& id : named) {
    missing += slots_.contains(id) ? 0 : 1;
  }
  return missing;
}

absl::StatusOr<MemberKeys::Swept> MemberKeys::Sweep(const KeyIds& named, uint64_t position, bool unnamed) {
  const base::MutexLock lock(&mutex_);
  Swept swept;
  std::vector<KeyId> going;
  for (const auto& [id, index] : slots_) {
    const auto leaving = leaving_.find(id);
    const bool asked = leaving != leaving_.end() && leaving->second <= position;
    if (named.contains(id)) {
      TB_RETURN_IF_ERROR(asked ? SetLeaving(index, id, 0) : absl::OkStatus());  // the erasure was refused
    } else if (asked || unnamed) {
      going.push_back(id);
    } else {
      ++swept.unnamed;
    }
  }
  const std::vector<uint64_t> damaged = unnamed ? std::exchange(damaged_, {}) : std::vector<uint64_t>();
  swept.destroyed = going.size() + damaged.size();
  if (swept.destroyed == 0) {
    return swept;
  }
  TB_RETURN_IF_ERROR(WantPurge());
  for (const KeyId& id : going) {
    TB_RETURN_IF_ERROR(Clear(id));
  }
  for (const uint64_t index : damaged) {
    TB_RETURN_IF_ERROR(Keep(file_->Clear(index)));
    free_.push_back(index);
  }
  TB_RETURN_IF_ERROR(Keep(file_->Sync()));
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
  TB_ASSIGN_OR_RETURN(const uint32_t made, masters_->Make());
  TB_RETURN_IF_ERROR(Keep(WriteProof(made)));
  TB_RETURN_IF_ERROR(Keep(file_->Sync()));
  current_ = made;
  cursor_ = 0;
  rotating_ = true;
  settled_ = true;
  base::Log(base::LogLevel::kInfo, "master_key_made", {{"id", absl::StrCat(current_)}});
  return current_;
}

void MemberKeys::SetPurge(Purge purge) {
  const base::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &MemberKeys::NoPurgeRuns));
  purge_ = std::move(purge);
  purge_failed_ = false;
}

void MemberKeys::Resume() {
  const base::MutexLock lock(&mutex_);
  settled_ = true;
}

bool MemberKeys::HasWork() const { return stopping_ || (fault_.ok() && ((rotating_ && settled_) || PurgeIsDue())); }

void MemberKeys::Run() {
  const base::MutexLock lock(&mutex_);
  while (true) {
    mutex_.Await(absl::Condition(this, &MemberKeys::HasWork));
    if (stopping_) {
      return;
    }
    if (PurgeIsDue()) {
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
    const uint64_t slots = used == used_.end() ? 0 : used->second;
    if (id == current_) {
      continue;
    }
    if (slots > 0 || !damaged_.empty()) {
      // What does not open now may once its slot is put back from a copy, under this master. The next rotation or start tries again.
      base::Log(base::LogLevel::kError, "master_key_kept",
                {{"id", absl::StrCat(id)}, {"slots", absl::StrCat(slots)}, {"damaged", absl::StrCat(damaged_.size())}});
      continue;
    }
    TB_RETURN_IF_ERROR(masters_->Destroy(id));
    TB_RETURN_IF_ERROR(ClearProof(id));
    TB_RETURN_IF_ERROR(file_->Sync());
    base::Log(base::LogLevel::kInfo, "master_key_destroyed", {{"id", absl::StrCat(id)}});
  }
  rotating_ = false;
  return absl::OkStatus();
}

absl::StatusOr<bool> MemberKeys::RewrapSome() {
  for (int done = 0; done < kRewrapBatch && cursor_ < file_->count(); ++cursor_, ++done) {
    const absl::StatusOr<Slot> slot = file_->Read(cursor_);
    if (absl::IsDataLoss(slot.status()) ||
        (slot.ok() && (slot->wrapped.empty() || slot->master == current_ || slot->key == kNobody))) {
      continue;
    }
    TB_RETURN_IF_ERROR(slot.status());
    const std::optional<Key> key = masters_->Unwrap(slot->master, ContextOf(slot->key, slot->master), slot->wrapped);
    if (!key.has_value()) {
      base::Log(base::LogLevel::kError, "key_slot_does_not_open",
                {{"slot", absl::StrCat(cursor_)}, {"master", absl::StrCat(slot->master)}});
      continue;
    }
    const std::optional<std::string> wrapped = masters_->Wrap(current_, ContextOf(slot->key, current_), *key);
    TB_CHECK(wrapped.has_value());
    TB_RETURN_IF_ERROR(file_->Write(cursor_, {slot->key, current_, *wrapped, slot->leaving}));
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
    // The mark stays: the next destruction or the next start tries again. Who is told to stop has not failed.
    if (!absl::IsCancelled(status)) {
      base::Log(base::LogLevel::kError, "purge_failed", {{"status", status.ToString()}});
    }
    purge_failed_ = destroyed_ == before;
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
