// Calls of the API with messages or with plain bytes. What comes back is kept as the bytes that were sent.
#ifndef TIMEBANK_E2E_CLIENT_H_
#define TIMEBANK_E2E_CLIENT_H_

#include <google/protobuf/message.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "timebank/v1/common.pb.h"

namespace grpc {
class ClientContext;
}

namespace timebank::e2e {

// Canonical codes, as numbers of the wire.
enum class Code : int {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

struct Answer {
  Code code = Code::kUnknown;
  std::string bytes;    // The response; empty after a failure.
  std::string message;  // Of the status.
  std::string details;  // The bytes of grpc-status-details-bin.

  bool ok() const { return code == Code::kOk; }
  // Nothing is said about whether the request was applied.
  bool Unknown() const;
  // The Refusal in the details.
  std::optional<v1::Refusal> Refusal() const;
  // Its reason; empty when there is none.
  std::string Reason() const;

  friend bool operator==(const Answer&, const Answer&) = default;
};

// For messages of a failed test.
std::ostream& operator<<(std::ostream& out, const Answer& answer);

// "/timebank.v1.RecordService/CreateRecord" of a CreateRecordRequest: every RPC has a request type of its own.
std::string PathOf(const google::protobuf::Descriptor& request);

// A connection of its own. Thread-safe.
class Client {
 public:
  explicit Client(const std::string& address);
  ~Client();

  // `actor` goes into the metadata key timebank-actor as it is; nothing is sent when it is empty.
  Answer Call(const std::string& path, const std::string& request, const std::string& actor = "wang",
              std::chrono::milliseconds limit = std::chrono::seconds(30)) const;
  Answer Send(const google::protobuf::Message& request, const std::string& actor = "wang") const;

  // The response; what went wrong is printed, and an empty response returned, which no test takes for a good one.
  template <typename Response>
  Response Get(const google::protobuf::Message& request, const std::string& actor = "wang") const {
    Response response;
    Fill(Send(request, actor), request, &response);
    return response;
  }

  // With a bearer credential instead of a name; empty: with nothing.
  Answer CallWith(const std::string& credential, const std::string& path, const std::string& request) const;
  Answer SendWith(const std::string& credential, const google::protobuf::Message& request) const;

  // The first response of a stream to one message.
  Answer First(const std::string& path, const std::string& request) const;

 private:
  struct Connection;
  Answer Finish(grpc::ClientContext* context, const std::string& path, const std::string& request) const;
  static void Fill(const Answer& answer, const google::protobuf::Message& request, google::protobuf::Message* response);

  std::unique_ptr<Connection> connection_;
};

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_CLIENT_H_
