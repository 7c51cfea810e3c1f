// The whole service: store, sequencer, API and health, wired together, with reflection where everybody is trusted, and their end in the right order.
#ifndef TIMEBANK_SERVER_SERVER_H_
#define TIMEBANK_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/auth/jwt.h"
#include "service/base/clock.h"
#include "service/rpc/throttle.h"
#include "service/server/address.h"
#include "service/server/data_folder.h"
#include "service/server/tls.h"

namespace timebank::server {

// The exit code after a failed commit (EX_SOFTWARE): whoever supervises the process starts it again, and it recovers from
// its store.
inline constexpr int kPoisonedExit = 70;

struct ServerOptions {
  Address address;
  TlsFiles tls;
  bool credentials_required = false;
  bool set_up_again = false;   // make the one-time credential again, although there are tokens
  auth::JwtSettings jwt = {};  // without `keys`: no tokens of an outside provider
  rpc::ThrottleLimits limits = {};
  absl::Duration look_for_due = absl::Seconds(1);  // how often it does what is due
  KeysPlace keys = {};
  KeyDecisions key_decisions = {};
};

class Server {
 public:
  // Opens the data folder and serves. `clock` must outlive the server. Errors: those of CheckTlsFiles, OpenDataFolder, CheckHeads, SettleKeys,
  // ClearSocket and Sequencer::Start; INVALID_ARGUMENT for an address that others reach without TLS or credentials; FAILED_PRECONDITION when
  // a journal is more than five minutes ahead of the clock; UNAVAILABLE when the address is taken. After a failed commit the process ends with
  // kPoisonedExit.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& data, const ServerOptions& options,
                                                       const base::Clock* clock);

  // Stops, as Stop() does.
  virtual ~Server() = default;

  // Where it serves, as clients take it.
  virtual std::string address() const = 0;

  // Health turns NOT_SERVING, no more calls are taken, those under way are committed and answered, and everything is closed.
  // May be called more than once.
  virtual void Stop() = 0;
};

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_SERVER_H_
