// The connection to a server, as the commands see it.
#ifndef TIMEBANK_CLI_CLIENT_CLIENT_H_
#define TIMEBANK_CLI_CLIENT_CLIENT_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace timebank::cli {

// Not thread-safe.
class Client {
 public:
  virtual ~Client() = default;

  // The bearer credential to show from now on; empty: none.
  virtual void UseCredential(std::string credential) = 0;

  // Calls the method that takes this request; `response` must be of its response type. A request is sent again, unchanged,
  // when the connection breaks or the server is too busy: every write carries a request id, so that it happens once.
  //
  // A refusal is returned by RefusalError (cli/refusal.h) with the service's code. Otherwise ExitCodeOf tells what is known:
  // kUnreachable when nothing can have changed (no connection, busy, or a read that got no answer), kUnknown when a write
  // was sent and no answer came.
  virtual absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message* response) = 0;
};

// "/timebank.v1.BankService/GetBank" for GetBankRequest: each request type belongs to one method. INTERNAL when no method
// takes the request or its response is of another type.
absl::StatusOr<std::string> MethodOf(const google::protobuf::Message& request, const google::protobuf::Message& response);

// Whether the request changes something: it, or each of its items, carries a request id.
bool IsWrite(const google::protobuf::Message& request);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_CLIENT_CLIENT_H_
