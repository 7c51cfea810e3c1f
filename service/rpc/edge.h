// What every call works with.
#ifndef TIMEBANK_RPC_EDGE_H_
#define TIMEBANK_RPC_EDGE_H_

#include <functional>
#include <string>

#include "service/auth/jwt.h"
#include "service/base/clock.h"
#include "service/commands/sequencer.h"
#include "service/privacy/sealer.h"
#include "service/queries/queries.h"
#include "service/rpc/throttle.h"

namespace timebank::rpc {

class Gate;
class LookUps;
class ReportThread;

// Who is let in.
struct Access {
  // False: everybody who reaches the address is trusted and says who she is.
  bool credentials_required = false;
  // Verifies tokens of an outside identity provider; null: there is none.
  auth::JwtVerifier* jwt = nullptr;
  // Of one principal; of one address ten times as much.
  ThrottleLimits limits = {};
  // The one-time credential of a first start, "Bearer" taken off; empty: there is none.
  std::string set_up = {};
  // Called once, from the writer's thread, when the first token was made with it.
  std::function<void()> on_set_up = {};
};

// Nothing is owned; everything must outlive the calls and is thread-safe.
struct Edge {
  commands::Sequencer* sequencer = nullptr;
  const store::Store* store = nullptr;
  const privacy::Sealer* sealer = nullptr;
  const base::Clock* clock = nullptr;
  Access access = {};
  ReportThread* reports = nullptr;  // the API's own
  LookUps* look_ups = nullptr;      // likewise
  Gate* gate = nullptr;             // likewise
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_EDGE_H_
