// The address to serve on.
#ifndef TIMEBANK_SERVER_ADDRESS_H_
#define TIMEBANK_SERVER_ADDRESS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::server {

struct Address {
  std::string socket_path;  // empty: TCP
  std::string host;         // an IP address, IPv6 in brackets
  int port = 0;             // 0: a free one

  // Whether only programs of this machine reach it.
  bool Local() const { return !socket_path.empty() || host == "127.0.0.1" || host == "[::1]"; }

  // As gRPC takes it, and as it is printed, with the port that was bound.
  std::string Text(int bound_port) const;
  friend bool operator==(const Address&, const Address&) = default;
};

// "unix:PATH", "IPV4:PORT", "[IPV6]:PORT" or "localhost:PORT" (which means 127.0.0.1). INVALID_ARGUMENT for anything else: a name, a port that
// is none, a path longer than a socket's.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

// Makes room for a Unix socket: removes one that a stopped server left. FAILED_PRECONDITION when somebody listens there, when
// the path is something else than a socket, or when its folder is missing. OK for TCP.
absl::Status ClearSocket(const Address& address);

// Takes the rights of others off the socket file. INTERNAL on failure. OK for TCP.
absl::Status ProtectSocket(const Address& address);

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_ADDRESS_H_
