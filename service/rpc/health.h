// grpc.health.v1 on the API's own queue. gRPC's default service would bring a queue of its own that polls the callers'
// connections too, and every call of theirs would be handed from its threads to ours: 15 microseconds of CPU for each call.
#ifndef TIMEBANK_RPC_HEALTH_H_
#define TIMEBANK_RPC_HEALTH_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "service/rpc/call.h"

namespace timebank::rpc {

inline constexpr char kHealthPath[] = "/grpc.health.v1.Health/Check";

// Check: SERVING or NOT_SERVING for the whole server (service "") and for each service named to it, NOT_FOUND for any
// other. Open to all, a few at once from one address. Watch is UNIMPLEMENTED, which callers take as: ask by Check. `serving` is read at
// every call; it and the gate must outlive the method.
std::unique_ptr<Method> MakeHealth(std::set<std::string> services, const std::atomic<bool>* serving, Gate* gate);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_HEALTH_H_
