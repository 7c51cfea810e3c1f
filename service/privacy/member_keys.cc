#include "service/privacy/member_keys.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
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
constexpr absl::Duration kRewrapMost = absl::Milliseconds(20);  // where the masters are slow to answer
constexpr absl::Duration kRetryRest = absl::Seconds(5);         // where they do not answer

constexpr char kLostPayload[] = "timebank.privacy/lost";

absl::Status LostError() {
  absl::Status status = absl::DataLossError("a member's key is lost, as was accepted");
  status.SetPayload(kLostPayload, absl::Cord());
  return status;
}

absl::Status Refused(absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(why, ". Nothing was changed"));
}

}  // namespace

bool IsLost(const absl::Status& status) { return status.GetPayload(kLostPayload).has_value(); }

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
  TB_ASSIGN_OR_RETURN(const uint32_t current, CheckMasters(create));
  if (file_->header().owner.digest != owner.digest) {
    SlotHeader header = file_->header();
    header.owner = owner;
    TB_RETURN_IF_ERROR(file_->SetHeader(header));
  }
  return TakeMasters(current);
}

absl::Status MemberKeys::ReadSlots() {
  for (uint64_t index = 0; index < file_->count(); ++index) {
    const absl::StatusOr<Slot> slot = file_->Read(index);
    if (absl::IsDataLoss(slot.status())) {
      damaged_.push_back(index);  // left as it is: somebody may want to look at it
      continue;
    }
    TB_RETURN_IF_ERROR(slot.status());
    if (slot->free()) {
      free_.push_back(index);
      continue;
    }
    if (slot->lost) {
      lost_.emplace(slot->key, index);
      continue;
    }
    if (bool& opened = opened_[slot->master]; !opened) {
      const absl::Status status = masters_->Unwrap(slot->master, ContextOf(slot->key, slot->master), slot->wrapped).status();
      if (IsSilent(status) || absl::IsInternal(status)) {
        return status;
      }
      opened = status.ok();
    }
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

absl::Status MemberKeys::CheckOwner(const SlotOwner& owner, bool create) const {
  const SlotOwner& was = file_->header().owner;
  if (was.store != owner.store) {
    return Refused(
        "members.keys belongs to another store than the one beside it; put the right store back, or the right file");
  }
  return was.digest == owner.digest || (create && slots_.empty())
             ? absl::OkStatus()
             : Refused(
                   "the key of digests (personal.key) is another one than before; restore its file from where you keep it");
}

absl::StatusOr<uint32_t> MemberKeys::CheckMasters(bool create) const {
  const std::vector<uint32_t> ids = masters_->Ids();
  const auto there = [&ids](uint32_t master) { return std::find(ids.begin(), ids.end(), master) != ids.end(); };
  for (const auto& [master, slots] : used_) {
    if (slots > 0 && !there(master)) {
      return Refused(absl::StrCat("the master key ", master, " is missing (", masters_->NameOf(master), "), under which ",
                                  slots, " members' keys are wrapped; restore it from where you keep it"));
    }
  }
  const bool anew = create && slots_.empty();
  const SlotHeader& header = file_->header();
  const uint32_t current = anew && ids.size() == 1                     ? ids[0]
                           : header.making && there(header.master + 1) ? header.master + 1
                                                                       : header.master;
  if (current != 0 && !there(current)) {
    return Refused(absl::StrCat("the master key ", current, " is missing (", masters_->NameOf(current),
                                "), which is the current one; restore it from where you keep it"));
  }
  for (const uint32_t id : ids) {
    const auto opened = opened_.find(id);
    if (opened == opened_.end() && id != current && id != header.master) {
      return Refused(absl::StrCat("there is a master key that members.keys does not know: ", masters_->NameOf(id),
                                  current == 0 ? "" : absl::StrCat(" (the current one is ", current, ")"),
                                  ". Move it away and keep it, as it may be another service's. Only when members.keys was "
                                  "put back from before it was ",
                                  "made, put the newer members.keys back instead"));
    }
    if (opened != opened_.end() && !opened->second && !anew) {
      return Refused(absl::StrCat("the master key ", id, " is another one than before (", masters_->NameOf(id),
                                  "), and opens none of the members' keys under it; restore it from where you keep it"));
    }
  }
  return current;
}

absl::Status MemberKeys::TakeMasters(uint32_t current) {
  const std::vector<uint32_t> ids = masters_->Ids();
  for (const auto& [master, opened] : opened_) {
    if (!opened) {
      TB_RETURN_IF_ERROR(ClearProof(master));  // its master is destroyed, or was made anew
    }
  }
  for (const uint32_t id : ids) {
    if (!proofs_.contains(id)) {
      TB_RETURN_IF_ERROR(WriteProof(id));
    }
  }
  if (current != file_->header().master) {
    base::Log(base::LogLevel::kWarning, "master_key_taken_up",
              {{"id", absl::StrCat(current)}, {"name", masters_->NameOf(current)}});
  }
  current_ = current;
  rotating_ = ids.size() > 1;
  // Only now: a master that is current has its slot.
  return SetMaster(current, false);
}

absl::Status MemberKeys::SetMaster(uint32_t current, bool making) {
  SlotHeader header = file_->header();
  header.master = current;
  header.making = making;
  TB_RETURN_IF_ERROR(Keep(file_->SetHeader(header)));
  return Keep(file_->Sync());
}

absl::Status MemberKeys::WriteProof(uint32_t master) {
  TB_ASSIGN_OR_RETURN(const std::string wrapped, masters_->Wrap(master, ContextOf(kNobody, master), RandomKey()));
  const auto proof = proofs_.find(master);
  const uint64_t index = proof != proofs_.end() ? proof->second : TakeFreeSlot();
  TB_RETURN_IF_ERROR(Keep(file_->Write(index, {kNobody, master, wrapped})));
  proofs_[master] = index;
  return Keep(file_->Sync());
}

absl::Status MemberKeys::ClearProof(uint32_t master) {
  const auto proof = proofs_.find(master);
  if (proof == proofs_.end()) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(Keep(file_->Clear(proof->second)));
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
  const absl::StatusOr<std::string> wrapped = masters_->Wrap(current_, ContextOf(made.id, current_), made.key);
  if (!wrapped.ok()) {
    base::Log(base::LogLevel::kError, "key_not_wrapped", {{"status", wrapped.status().ToString()}});
    return made;  // Has() says so
  }
  const uint64_t index = TakeFreeSlot();
  // A fault is the answer of Sync().
  if (fault_.ok() && Keep(file_->Write(index, {made.id, current_, *wrapped})).ok()) {
    slots_.emplace(made.id, index);
    ++used_[current_];
  }
  return made;
}

bool MemberKeys::Has(const KeyId& id) const {
  const base::ReaderMutexLock lock(&mutex_);
  return slots_.contains(id);
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
           : lost_.contains(id)        ? LostError()
                                       : absl::DataLossError("a member's key is missing");
  }
  TB_ASSIGN_OR_RETURN(const Slot slot, file_->Read(found->second));
  absl::StatusOr<Key> key = masters_->Unwrap(slot.master, ContextOf(slot.key, slot.master), slot.wrapped);
  return IsSilent(key.status()) || absl::IsInternal(key.status()) || (key.ok() && slot.key == id)
             ? key
             : absl::DataLossError("a member's key was changed, or its master key was");
}

absl::Status MemberKeys::Clear(const KeyId& id) {
  const auto found = slots_.find(id);
  const auto lost = lost_.find(id);
  if (found == slots_.end() && lost == lost_.end()) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(fault_);
  const uint64_t index = found != slots_.end() ? found->second : lost->second;
  const absl::StatusOr<Slot> slot = file_->Read(index);
  TB_RETURN_IF_ERROR(Keep(file_->Clear(index)));
  if (slot.ok() && !slot->lost) {
    --used_[slot->master];
  }
  free_.push_back(index);
  slots_.erase(id);
  lost_.erase(id);
  leaving_.erase(id);
  return absl::OkStatus();
}

absl::Status MemberKeys::WantPurge(uint64_t erased) {
  TB_RETURN_IF_ERROR(fault_);
  ++destroyed_;
  purge_failed_ = false;
  SlotHeader header = file_->header();
  header.purge_wanted = true;
  header.erased = std::max(header.erased, erased);
  TB_RETURN_IF_ERROR(Keep(file_->SetHeader(header)));
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
  if (!slots_.contains(id) && !lost_.contains(id)) {
    return fault_;
  }
  const auto leaving = leaving_.find(id);
  TB_RETURN_IF_ERROR(WantPurge(leaving == leaving_.end() ? 0 : leaving->second + 1));
  TB_RETURN_IF_ERROR(Clear(id));
  destroyed_ids_.insert(id);
  return Keep(file_->Sync());
}

MemberKeys::Loss MemberKeys::LossOf(const KeyIds& named, uint64_t position) const {
  const base::ReaderMutexLock lock(&mutex_);
  Loss loss;
  for (const KeyId& id : named) {
    if (!slots_.contains(id)) {
      ++(lost_.contains(id) ? loss.accepted : loss.missing);
    }
  }
  loss.damaged = damaged_.size();
  loss.store_is_older = file_->header().erased > position;
  return loss;
}

absl::Status MemberKeys::AcceptLoss(const KeyIds& named, uint64_t position) {
  const base::MutexLock lock(&mutex_);
  TB_RETURN_IF_ERROR(fault_);
  for (const KeyId& id : named) {
    if (!slots_.contains(id) && !lost_.contains(id)) {
      const uint64_t index = TakeFreeSlot();
      TB_RETURN_IF_ERROR(Keep(file_->Write(index, {id, 0, {}, 0, true})));
      lost_.emplace(id, index);
    }
  }
  SlotHeader header = file_->header();
  header.erased = std::min(header.erased, position);
  TB_RETURN_IF_ERROR(Keep(file_->SetHeader(header)));
  TB_RETURN_IF_ERROR(Keep(file_->Sync()));
  TB_RETURN_IF_ERROR(ClearDamaged());
  return Keep(file_->Sync());
}

absl::Status MemberKeys::ClearDamaged() {
  for (const uint64_t index : std::exchange(damaged_, {})) {
    TB_RETURN_IF_ERROR(Keep(file_->Clear(index)));
    free_.push_back(index);
  }
  return absl::OkStatus();
}

absl::StatusOr<MemberKeys::Swept> MemberKeys::Sweep(const KeyIds& named, uint64_t position, bool unnamed) {
  const base::MutexLock lock(&mutex_);
  Swept swept;
  std::vector<KeyId> going;
  uint64_t erased = 0;
  for (const auto& [id, index] : slots_) {
    const auto leaving = leaving_.find(id);
    const bool asked = leaving != leaving_.end() && leaving->second <= position;
    if (named.contains(id)) {
      TB_RETURN_IF_ERROR(asked ? SetLeaving(index, id, 0) : absl::OkStatus());  // the erasure was refused
    } else if (asked || unnamed) {
      going.push_back(id);
      erased = std::max(erased, asked ? leaving->second + 1 : 0);
    } else {
      ++swept.unnamed;
    }
  }
  for (const auto& [id, index] : lost_) {
    if (unnamed && !named.contains(id)) {
      going.push_back(id);
    }
  }
  swept.destroyed = going.size() + (unnamed ? damaged_.size() : 0);
  if (swept.destroyed == 0) {
    return swept;
  }
  TB_RETURN_IF_ERROR(WantPurge(erased));
  for (const KeyId& id : going) {
    TB_RETURN_IF_ERROR(Clear(id));
  }
  TB_RETURN_IF_ERROR(unnamed ? ClearDamaged() : absl::OkStatus());
  TB_RETURN_IF_ERROR(Keep(file_->Sync()));
  return swept;
}

std::vector<MemberKeys::Master> MemberKeys::Masters() const {
  const base::MutexLock lock(&mutex_);
  std::vector<Master> result;
  for (const auto& [id, proof] : proofs_) {
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
  const uint32_t next = current_ + 1;
  // When an earlier try failed halfway, what is there of this name is its work, and is taken.
  TB_ASSIGN_OR_RETURN(const bool lies_there, masters_->IsThere(next));
  const bool again = file_->header().making && lies_there;
  if (!file_->header().making) {
    TB_RETURN_IF_ERROR(SetMaster(current_, true));
  }
  const absl::Status made = masters_->Make(next, again);
  if (!made.ok()) {
    const absl::StatusOr<bool> left = masters_->IsThere(next);
    if (absl::IsAlreadyExists(made) || (left.ok() && !*left)) {
      // What comes to lie there later is not ours.
      TB_RETURN_IF_ERROR(SetMaster(current_, false));
    }
  }
  if (absl::IsAlreadyExists(made)) {
    return absl::InternalError(absl::StrCat("there is a master key that this service did not make: ", masters_->NameOf(next),
                                            ". Move it away, and keep it: it may be another service's"));
  }
  TB_RETURN_IF_ERROR(made);
  TB_RETURN_IF_ERROR(WriteProof(next));
  TB_RETURN_IF_ERROR(SetMaster(next, false));
  current_ = next;
  cursor_ = 0;
  rotating_ = true;
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
    const absl::Status status = RotateStep();
    if (!status.ok() && fault_.ok()) {
      base::Log(base::LogLevel::kError, "rotation_waits", {{"status", status.ToString()}});
    }
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), status.ok() ? kRewrapRest : kRetryRest);
  }
}

absl::Status MemberKeys::RotateStep() {
  const absl::StatusOr<bool> more = RewrapSome();
  TB_RETURN_IF_ERROR(Keep(file_->Sync()));
  TB_RETURN_IF_ERROR(more.status());
  if (*more) {
    return absl::OkStatus();
  }
  const std::map<uint32_t, uint64_t> known = proofs_;  // and no other that may have come to lie beside them meanwhile
  for (const auto& [id, proof] : known) {
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
    TB_RETURN_IF_ERROR(Keep(file_->Sync()));
    base::Log(base::LogLevel::kInfo, "master_key_destroyed", {{"id", absl::StrCat(id)}});
  }
  rotating_ = false;
  return absl::OkStatus();
}

absl::StatusOr<bool> MemberKeys::RewrapSome() {
  const absl::Time enough = absl::Now() + kRewrapMost;
  for (int done = 0; done < kRewrapBatch && cursor_ < file_->count() && absl::Now() < enough; ++cursor_, ++done) {
    const absl::StatusOr<Slot> slot = file_->Read(cursor_);
    if (absl::IsDataLoss(slot.status()) ||
        (slot.ok() && (slot->wrapped.empty() || slot->master == current_ || slot->key == kNobody))) {
      continue;
    }
    TB_RETURN_IF_ERROR(Keep(slot.status()));
    const absl::StatusOr<Key> key = masters_->Unwrap(slot->master, ContextOf(slot->key, slot->master), slot->wrapped);
    if (IsSilent(key.status()) || absl::IsInternal(key.status())) {
      return key.status();
    }
    if (!key.ok()) {
      base::Log(base::LogLevel::kError, "key_slot_does_not_open",
                {{"slot", absl::StrCat(cursor_)}, {"master", absl::StrCat(slot->master)}});
      continue;
    }
    TB_ASSIGN_OR_RETURN(const std::string wrapped, masters_->Wrap(current_, ContextOf(slot->key, current_), *key));
    TB_RETURN_IF_ERROR(Keep(file_->Write(cursor_, {slot->key, current_, wrapped, slot->leaving})));
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
  SlotHeader header = file_->header();
  header.purge_wanted = false;
  Keep(file_->SetHeader(header)).IgnoreError();
  Keep(file_->Sync()).IgnoreError();
}

}  // namespace timebank::privacy
