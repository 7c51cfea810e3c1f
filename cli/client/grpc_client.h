// The client over gRPC.
#ifndef TIMEBANK_CLI_CLIENT_GRPC_CLIENT_H_
#define TIMEBANK_CLI_CLIENT_GRPC_CLIENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/client/client.h"

namespace timebank::cli {

// Paths of PEM files.
struct TlsSettings {
  std::string authority;    // whom to trust; "system": whom this machine trusts; empty: no TLS
  std::string certificate;  // to show to the server; empty: none
  std::string key;          // of the certificate
};

struct GrpcSettings {
  std::string address;  // "127.0.0.1:7878" or "unix:PATH".
  TlsSettings tls;
  std::string actor;                                     // UTF-8; who acts. Sent percent-encoded.
  std::string credential;                                // Bearer credential; empty: none.
  absl::Duration timeout = absl::Seconds(30);            // Of one attempt.
  int attempts = 7;                                      // At least 1.
  absl::Duration first_pause = absl::Milliseconds(200);  // Before the second attempt; doubles from one to the next.
  // Told before each further attempt: its number from 2, of `attempts`, and why. May be empty.
  std::function<void(int attempt, int attempts, const absl::Status& why)> on_retry;
};

// Connects at the first call. As long as no connection ever stood, a failure to connect is final at once; later it is tried
// again, since servers are restarted.
std::unique_ptr<Client> NewGrpcClient(GrpcSettings settings);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_CLIENT_GRPC_CLIENT_H_
