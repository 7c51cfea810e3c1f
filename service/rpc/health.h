// grpc.health.v1 on the API's own queue. gRPC's default service would bring a queue of its own that polls the callers'
// connections too, and every call of theirs would be handed from its threads to ours: 15 microseconds of CPU for each call.
#ifndef TIMEBANK_RPC_HEALTH_H_
#define TIMEBANK_RPC_HEALTH_H_

#include <grpcpp/impl/codegen/service_type.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "service/rpc/call.h"

namespace timebank::rpc {

// Serves Check: SERVING or NOT_SERVING for the whole server (service "") and for each service named to it, NOT_FOUND for any
// other. Watch is UNIMPLEMENTED, which callers take as: ask by Check.
class Health {
 public:
  virtual ~Health() = default;
  // `serving` is read at every call and must outlive the object.
  static std::unique_ptr<Health> Make(std::set<std::string> services, const std::atomic<bool>* serving);

  // Both live as long as the Health.
  virtual grpc::Service* service() = 0;
  virtual Method* method() = 0;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_HEALTH_H_
