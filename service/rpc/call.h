// One call on the completion queue, from its arrival to its answer. Messages cross as bytes, so that a request that cannot
// be read gets a clear answer instead of a broken stream.
#ifndef TIMEBANK_RPC_CALL_H_
#define TIMEBANK_RPC_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/auth/auth.h"
#include "service/rpc/gate.h"
#include "service/rpc/guard.h"
#include "service/rpc/names.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/unread.h"
#include "timebank/v1/common.pb.h"

namespace timebank::rpc {

class Call;

// An RPC of a service. Its methods run on the thread of the queue.
class Method {
 public:
  virtual ~Method() = default;
  // Answers the call, which was admitted and whose request is there, now or later, exactly once; after it was answered the call may be gone.
  virtual void Handle(Call* call) = 0;

  // By which service and at which of its paths calls come in, and who keeps those that are not read yet. All must outlive the calls.
  void Serve(RawService* service, int index, Unread* unread) {
    service_ = service;
    index_ = index;
    unread_ = unread;
  }
  // Asks gRPC to complete `call` with the next request of this RPC. REQUIRES: served.
  void Request(Call* call) { service_->Request(index_, call); }

  const std::string& name() const { return name_; }
  const std::string& permission() const { return permission_; }
  Gate* gate() const { return gate_; }
  Unread* unread() const { return unread_; }
  // Whether everybody may call, whoever she is.
  bool open_to_all() const { return open_to_all_; }
  // Whether what it does may change who may do what.
  bool changes_access() const { return changes_access_; }

 protected:
  // Open to all.
  Method(std::string name, Gate* gate) : name_(std::move(name)), gate_(gate), open_to_all_(true) {}
  Method(std::string name, std::string permission, Gate* gate)
      : name_(std::move(name)),
        permission_(std::move(permission)),
        gate_(gate),
        changes_access_(ChangesAccess(permission_)) {}

 private:
  // Of roles and tokens, and of memberships: with these, a member's tokens end.
  static bool ChangesAccess(const std::string& permission);

  std::string name_;
  std::string permission_;
  Gate* gate_;
  bool open_to_all_ = false;
  bool changes_access_ = false;
  RawService* service_ = nullptr;
  int index_ = 0;
  Unread* unread_ = nullptr;
};

// Owns itself: made by Wait(), gone once its answer was sent.
class Call {
 public:
  // A call that waits for the next request of `method`. Both must outlive it.
  static void Wait(Method* method, grpc::ServerCompletionQueue* queue);

  // What the queue says about it: `ok` as of CompletionQueue::Next(). Thread of the queue.
  void Proceed(bool ok);

  // Whether what the request touches is in reach; sets the caller's role. False when the call was refused, and so answered.
  bool Allow(const store::Store* store, const Guard& guard, const google::protobuf::Message& request);
  // Puts on record that the caller was denied what the request touches.
  void Denied(const Guard& guard, const google::protobuf::Message& request, absl::string_view reason);
  // Who calls.
  auth::Principal who;

  // Reads the request. False when it is no such message; the call was answered then.
  bool Read(google::protobuf::Message* request);

  // Answer the call; exactly one of them once, from any thread.
  void Finish(const google::protobuf::Message& response);
  void Fail(grpc::Status status);

  // Kept between the submission of commands and their outcome: what they are about, and, for a batch, its items: a refusal
  // for each that was not submitted.
  std::vector<Subject> subjects;
  std::vector<std::optional<v1::Refusal>> items;

  // For RawService::Request().
  grpc::ServerContext* context() { return &context_; }
  grpc::ServerAsyncReader<grpc::ByteBuffer, grpc::ByteBuffer>* reader() { return &reader_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }

 private:
  enum class Stage : uint8_t { kWaiting, kReading, kAnswered };

  Call(Method* method, grpc::ServerCompletionQueue* queue) : method_(method), queue_(queue) {}
  ~Call();

  // Checks in this order: the deadline, how much comes from there, who calls, how much she calls, and the permission. False when the call
  // was refused, and so answered.
  bool Admit();
  // Who calls, and whether she may. False likewise.
  bool Identify();
  // The same again when that may have changed while the request was on its way.
  bool StillAdmitted();

  Method* method_;
  grpc::ServerCompletionQueue* queue_;
  Stage stage_ = Stage::kWaiting;
  bool entered_ = false;  // the gate counts it for the address
  bool counted_ = false;  // and for the principal
  bool claimed_ = false;  // holds the one-time credential
  Gate::Pass pass_;
  Unread::Place place_;
  grpc::ServerContext context_;
  grpc::ByteBuffer bytes_;
  grpc::ServerAsyncReader<grpc::ByteBuffer, grpc::ByteBuffer> reader_{&context_};
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CALL_H_
