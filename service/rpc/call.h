// One call on the completion queue, from its arrival to its answer. Messages cross as bytes, so that a request that cannot
// be read gets a clear answer instead of a broken stream.
#ifndef TIMEBANK_RPC_CALL_H_
#define TIMEBANK_RPC_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/auth/auth.h"
#include "service/rpc/names.h"
#include "timebank/v1/common.pb.h"

namespace timebank::rpc {

class Call;

// An RPC of a service. Its methods run on the thread of the queue.
class Method {
 public:
  virtual ~Method() = default;
  // Asks gRPC to complete `call` with the next request of this RPC.
  virtual void Request(Call* call) = 0;
  // Answers the call, now or later, exactly once; after it was answered the call may be gone.
  virtual void Handle(Call* call) = 0;

  const std::string& name() const { return name_; }
  const std::string& permission() const { return permission_; }

 protected:
  Method(std::string name, std::string permission) : name_(std::move(name)), permission_(std::move(permission)) {}

 private:
  std::string name_;
  std::string permission_;
};

// Owns itself: made by Wait(), gone once its answer was sent.
class Call {
 public:
  // A call that waits for the next request of `method`. Both must outlive it.
  static void Wait(Method* method, grpc::ServerCompletionQueue* queue);

  // What the queue says about it: `ok` as of CompletionQueue::Next(). Thread of the queue.
  void Proceed(bool ok);

  // Checks in this order: the deadline, who calls, and the permission. nullopt when the call was refused, and so answered.
  std::optional<auth::Principal> Admit();
  // Who calls, once it was admitted; empty when that was not told.
  std::string caller;

  // Reads the request. False when it is no such message; the call was answered then.
  bool Read(google::protobuf::Message* request);

  // Answer the call; exactly one of them once, from any thread.
  void Finish(const google::protobuf::Message& response);
  void Fail(grpc::Status status);

  // Kept between the submission of commands and their outcome: what they are about, and, for a batch, its items: a refusal
  // for each that was not submitted.
  std::vector<Subject> subjects;
  std::vector<std::optional<v1::Refusal>> items;

  // For Method::Request().
  grpc::ServerContext* context() { return &context_; }
  grpc::ByteBuffer* bytes() { return &bytes_; }
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>* writer() { return &writer_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }

 private:
  Call(Method* method, grpc::ServerCompletionQueue* queue) : method_(method), queue_(queue) {}

  Method* method_;
  grpc::ServerCompletionQueue* queue_;
  bool arrived_ = false;
  grpc::ServerContext context_;
  grpc::ByteBuffer bytes_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer_{&context_};
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CALL_H_
