// Whether a service has one bank alone: whoever speaks for that bank speaks for the service.
#ifndef TIMEBANK_RPC_ONLY_BANK_H_
#define TIMEBANK_RPC_ONLY_BANK_H_

#include <string>

namespace timebank::store {
class Store;
}

namespace timebank::rpc {

// The id of the one bank there is; empty: there is none, or several, or the store failed.
std::string OnlyBank(const store::Store& store);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_ONLY_BANK_H_
