// The engine of tests: everything in memory, gone with the object, the same contract.
#ifndef TIMEBANK_STORE_MEMORY_STORE_H_
#define TIMEBANK_STORE_MEMORY_STORE_H_

#include <memory>

#include "service/store/store.h"

namespace timebank::store {

std::unique_ptr<Store> MakeMemoryStore();

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_MEMORY_STORE_H_
