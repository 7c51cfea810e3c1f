// A sealer under keys of its own, for tests.
#ifndef TIMEBANK_RPC_SEALER_FOR_TEST_H_
#define TIMEBANK_RPC_SEALER_FOR_TEST_H_

#include <memory>

#include "service/privacy/sealer.h"
#include "service/store/test_folder.h"

namespace timebank::rpc {

inline std::unique_ptr<privacy::Sealer> MakeTestSealer(const store::TestFolder& folder) {
  std::unique_ptr<privacy::Sealer> sealer =
      *privacy::Sealer::Open({folder.path() + "/key", folder.path(), folder.path() + "/members.keys"}, true);
  sealer->keys().Resume();
  return sealer;
}

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_SEALER_FOR_TEST_H_
