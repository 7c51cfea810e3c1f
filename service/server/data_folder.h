// What a server keeps on disk: DIR/store, the state; DIR/members.keys, the wrapped keys of members; and the secrets, DIR/keys unless another
// folder is named: personal.key for keyed digests, master-<id>.key for the wrapping.
#ifndef TIMEBANK_SERVER_DATA_FOLDER_H_
#define TIMEBANK_SERVER_DATA_FOLDER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/privacy/sealer.h"
#include "service/store/store.h"

namespace timebank::server {

struct DataFolder {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<privacy::Sealer> sealer;
};

// Opens the folder, made with mode 0700 when it is absent. Keys are made with an empty store only: beside a store with
// content they must be there. Keys of members whom no row names are destroyed: their registration was refused, or they were erased, just
// before the process ended. `keys` is the folder of the secrets; empty: DIR/keys. FAILED_PRECONDITION when the folder holds something else, a
// key is missing or open to others; the errors of OpenRocksDbStore, UNAVAILABLE among them when another server has it open; INTERNAL on
// a fault of the disk. Looks at every member's row.
absl::StatusOr<DataFolder> OpenDataFolder(const std::string& path, const std::string& keys = "");

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_DATA_FOLDER_H_
