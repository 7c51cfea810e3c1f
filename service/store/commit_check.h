// What every engine looks at before it applies a batch, in one place so that engines refuse alike.
#ifndef TIMEBANK_STORE_COMMIT_CHECK_H_
#define TIMEBANK_STORE_COMMIT_CHECK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "service/store/store.h"

namespace timebank::store {

// OK, or the refusal that Store::Commit documents: ABORTED when `fence` is older than `current_epoch`, INVALID_ARGUMENT when
// the fence was never handed out, the batch is another epoch's, not the one after `applied`, or names a key of the engine.
absl::Status CheckCommit(const WriteBatch& batch, Fence fence, uint64_t current_epoch, Applied applied);

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_COMMIT_CHECK_H_
