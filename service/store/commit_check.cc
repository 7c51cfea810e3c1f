#include "service/store/commit_check.h"

#include "absl/strings/str_cat.h"

namespace timebank::store {

absl::Status CheckCommit(const WriteBatch& batch, Fence fence, uint64_t current_epoch, Applied applied) {
  if (fence.epoch < current_epoch) {
    return absl::AbortedError(
        absl::StrCat("another writer took over: epoch ", current_epoch, ", this fence is of ", fence.epoch));
  }
  if (fence.epoch > current_epoch) {
    return absl::InvalidArgumentError(absl::StrCat("fence of epoch ", fence.epoch, " was never handed out"));
  }
  if (batch.epoch() != fence.epoch) {
    return absl::InvalidArgumentError(absl::StrCat("batch of epoch ", batch.epoch(), " behind a fence of ", fence.epoch));
  }
  if (batch.position() != applied.position + 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("batch at position ", batch.position(), ", the next is ", applied.position + 1));
  }
  if (batch.names_reserved_key()) {
    return absl::InvalidArgumentError("batch names a key that belongs to the engine");
  }
  return absl::OkStatus();
}

}  // namespace timebank::store
