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
#include "service/rpc/guard.h"
#include "service/rpc/names.h"
#include "timebank/v1/common.pb.h"

namespace timebank::rpc {

class Call;
class Gate;

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
  // Whether what it does may change who may do what.
  bool changes_access() const { return changes_access_; }

 protected:
  Method(std::string name, std::string permission)
      : name_(std::move(name)),
        permission_(std::move(permission)),
        changes_access_(permission_ == "role.write" || permission_ == "token.write" || permission_ == "member.merge" ||
                        permission_ == "member.erase") {}

 private:
  std::string name_;
  std::string permission_;
  bool changes_access_;
};

// Owns itself: made by Wait(), gone once its answer was sent.
class Call {
 public:
  // A call that waits for the next request of `method`. Both must outlive it.
  static void Wait(Method* method, grpc::ServerCompletionQueue* queue);

  // What the queue says about it: `ok` as of CompletionQueue::Next(). Thread of the queue.
  void Proceed(bool ok);

  // Checks in this order: the deadline, who calls, and the permission. False when the call was refused, and so answered.
  bool Admit(Gate* gate);
  // Whether what the request touches is in reach; sets the caller's role. False when the call was refused, and so answered. REQUIRES: admitted.
  bool Allow(const store::Store* store, const Guard& guard, const google::protobuf::Message& request);
  // Who calls, once it was admitted.
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

  // For Method::Request().
  grpc::ServerContext* context() { return &context_; }
  grpc::ByteBuffer* bytes() { return &bytes_; }
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>* writer() { return &writer_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }

 private:
  Call(Method* method, grpc::ServerCompletionQueue* queue) : method_(method), queue_(queue) {}

  ~Call();

  Method* method_;
  Gate* gate_ = nullptr;  // once it was asked
  grpc::ServerCompletionQueue* queue_;
  bool arrived_ = false;
  bool entered_ = false;  // the gate counts it
  grpc::ServerContext context_;
  grpc::ByteBuffer bytes_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer_{&context_};
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CALL_H_
