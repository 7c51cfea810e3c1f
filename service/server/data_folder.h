// What a server keeps on disk: DIR/store, the state; DIR/members.keys, the wrapped keys of members; and the secrets, DIR/keys unless another
// folder is named: personal.key for keyed digests, master-<id>.key for the wrapping unless that is done in a token, owner for whose they are.
#ifndef TIMEBANK_SERVER_DATA_FOLDER_H_
#define TIMEBANK_SERVER_DATA_FOLDER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/privacy/keys_claim.h"
#include "service/privacy/pkcs11_keys.h"
#include "service/privacy/sealer.h"
#include "service/store/store.h"

namespace timebank::server {

struct DataFolder {
  std::unique_ptr<privacy::KeysClaim> claim;  // ends last
  std::unique_ptr<store::Store> store;
  std::unique_ptr<privacy::Sealer> sealer;
};

// Where the secrets are.
struct KeysPlace {
  std::string folder;               // empty: DIR/keys
  privacy::Pkcs11Place token = {};  // of the master keys; without a module: they are files of the folder
};

// Opens the folder, made with mode 0700 when it is absent. Keys are made with an empty store only: beside a store with
// content they must be there, and beside keys of members their store. No key is destroyed. FAILED_PRECONDITION when the folder holds something
// else, a key is missing, another one or open to others, or members.keys or the folder of keys belongs to another store; the errors of
// OpenRocksDbStore and KeysClaim::Take, UNAVAILABLE among them when another server has one of them open; those of OpenPkcs11Masters; INTERNAL on
// a fault of the disk. With `accept_missing` a members.keys that is missing, or shorter than its header, is made anew: all keys are lost then.
absl::StatusOr<DataFolder> OpenDataFolder(const std::string& path, const KeysPlace& keys = {}, bool accept_missing = false);

// What only a person can decide.
struct KeyDecisions {
  bool accept_missing = false;   // members' keys that are not there are lost for good, with what they sealed: remembered
  bool destroy_unnamed = false;  // destroy the keys that no member's row names, as after an older members.keys was put back
};

// Holds the rows of all members against their keys: finishes the erasures that the end of a process interrupted (MemberKeys::Sweep).
// FAILED_PRECONDITION, and nothing is destroyed, when a row names a key that is not there, unless that is accepted now or was before. Lets
// rotations go on. REQUIRES: the store was checked.
absl::Status SettleKeys(const DataFolder& folder, const KeyDecisions& decisions);

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_DATA_FOLDER_H_
