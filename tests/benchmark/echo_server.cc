#include "tests/benchmark/echo_server.h"

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>

#include "echo/echo.grpc.pb.h"

namespace timebank::benchmark {
namespace {

using v1::BatchEchoRequest;
using v1::BatchEchoResponse;
using v1::EchoRequest;
using v1::EchoResponse;
using v1::EchoService;

// Calls of each method that wait for a client, so that arriving ones need not wait for the thread.
constexpr int kWaitingCalls = 64;

void Answer(const EchoRequest&, EchoResponse*) {}

void Answer(const BatchEchoRequest& request, BatchEchoResponse* response) {
  int64_t sequence = 0;
  for (const v1::EchoItem& item : request.items()) {
    v1::EchoOutcome* outcome = response->add_outcomes();
    outcome->set_sequence(++sequence);
    outcome->set_name(item.request_id());
  }
}

void Announce(const std::string& address) {
  std::printf("listening on %s\n", address.c_str());
  std::fflush(stdout);
}

class CallbackEcho final : public EchoService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoResponse* response) override {
    return Finish(context, *request, response);
  }
  grpc::ServerUnaryReactor* BatchEcho(grpc::CallbackServerContext* context, const BatchEchoRequest* request,
                                      BatchEchoResponse* response) override {
    return Finish(context, *request, response);
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const Request& request, Response* response) {
    Answer(request, response);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// One call on the queue: waits for a client, answers, and is gone when the answer is out.
class QueuedCall {
 public:
  virtual ~QueuedCall() = default;
  virtual void Advance(bool ok) = 0;
};

template <typename Request, typename Response>
class EchoCall final : public QueuedCall {
 public:
  using Method = void (EchoService::AsyncService::*)(grpc::ServerContext*, Request*,
                                                     grpc::ServerAsyncResponseWriter<Response>*, grpc::CompletionQueue*,
                                                     grpc::ServerCompletionQueue*, void*);

  // Waits for one call of `method`. The object owns itself.
  static void Wait(EchoService::AsyncService* service, grpc::ServerCompletionQueue* queue, Method method) {
    auto* call = new EchoCall(service, queue, method);
    (service->*method)(&call->context_, &call->request_, &call->writer_, queue, queue, call);
  }

  void Advance(bool ok) override {
    if (answered_ || !ok) {
      delete this;
      return;
    }
    Wait(service_, queue_, method_);
    answered_ = true;
    Answer(request_, &response_);
    writer_.Finish(response_, grpc::Status::OK, this);
  }

 private:
  EchoCall(EchoService::AsyncService* service, grpc::ServerCompletionQueue* queue, Method method)
      : service_(service), queue_(queue), method_(method), writer_(&context_) {}

  EchoService::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  Method method_;
  grpc::ServerContext context_;
  Request request_;
  Response response_;
  grpc::ServerAsyncResponseWriter<Response> writer_;
  bool answered_ = false;
};

}  // namespace

bool ServeWithCallbacks(const std::string& address) {
  CallbackEcho service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return false;
  Announce(address);
  server->Wait();
  return true;
}

bool ServeWithQueue(const std::string& address) {
  EchoService::AsyncService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return false;
  for (int i = 0; i < kWaitingCalls; ++i) {
    EchoCall<EchoRequest, EchoResponse>::Wait(&service, queue.get(), &EchoService::AsyncService::RequestEcho);
    EchoCall<BatchEchoRequest, BatchEchoResponse>::Wait(&service, queue.get(), &EchoService::AsyncService::RequestBatchEcho);
  }
  Announce(address);
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<QueuedCall*>(tag)->Advance(ok);
  return true;
}

}  // namespace timebank::benchmark
