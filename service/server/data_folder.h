// What a server keeps on disk: DIR/store, the state, and DIR/keys/personal.key, which opens the personal fields in it.
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

// Opens the folder, made with mode 0700 when it is absent. The key is made with an empty store only: beside a store with
// content it must be there. FAILED_PRECONDITION when the folder holds something else, the key is missing or open to others;
// the errors of OpenRocksDbStore, UNAVAILABLE among them when another server has it open; INTERNAL on a fault of the disk.
absl::StatusOr<DataFolder> OpenDataFolder(const std::string& path);

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_DATA_FOLDER_H_
