// The command line of timebankd.
#ifndef TIMEBANK_SERVER_OPTIONS_H_
#define TIMEBANK_SERVER_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/auth/jwt.h"
#include "service/rpc/throttle.h"
#include "service/server/data_folder.h"
#include "service/server/tls.h"

namespace timebank::server {

struct Options {
  std::string data;
  KeysPlace keys;
  std::string listen = "127.0.0.1:7878";
  std::string clock;  // empty: the machine's
  TlsFiles tls;
  bool credentials_required = true;
  bool set_up_again = false;
  bool debuggable = false;  // a debugger and a core file may see its memory
  KeyDecisions key_decisions;
  auth::JwtSettings jwt;
  rpc::ThrottleLimits limits = {2000, 512};
};

// Reads the arguments and the variables TIMEBANK_DATA, TIMEBANK_KEYS, TIMEBANK_PKCS11_MODULE, _TOKEN and _PIN_FILE, TIMEBANK_LISTEN, TIMEBANK_CREDENTIALS and TIMEBANK_TLS_CERT, _KEY and _CLIENT_CA. Otherwise prints what is asked for (--help,
// --version) or what is wrong, and sets the exit code.
std::optional<Options> ReadOptions(int argc, const char* const* argv, int* exit_code);

// "2026-11-20T18:00:00+08:00", or "2026-11-20", which means 18:00 of that day in China, when a centre enters its list. Years
// 1990 to 2200; INVALID_ARGUMENT for anything else.
absl::StatusOr<absl::Time> ParseClock(absl::string_view text);

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_OPTIONS_H_
