#include "tests/e2e/client.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/channel_arguments.h>

#include <ostream>
#include <vector>

namespace timebank::e2e {
namespace {

constexpr char kActorKey[] = "timebank-actor";
constexpr char kRefusalType[] = "type.googleapis.com/timebank.v1.Refusal";
constexpr int kBytesMost = 64 << 20;  // So that the limits met are the service's.

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string FromBuffer(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (buffer.Valid() && buffer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return bytes;
}

Answer ToAnswer(const grpc::Status& status, const grpc::ByteBuffer& response) {
  Answer answer;
  answer.code = static_cast<Code>(status.error_code());
  if (status.ok()) {
    answer.bytes = FromBuffer(response);
  }
  answer.message = status.error_message();
  answer.details = status.error_details();
  return answer;
}

// The next event of the queue; false when the step failed.
bool Await(grpc::CompletionQueue* queue) {
  void* tag = nullptr;
  bool done = false;
  return queue->Next(&tag, &done) && done;
}

}  // namespace

struct Client::Connection {
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<grpc::GenericStub> stub;
};

bool Answer::Unknown() const {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kCancelled ||
         code == Code::kInternal || code == Code::kUnknown;
}

std::optional<v1::Refusal> Answer::Refusal() const {
  v1::StatusDetails parsed;
  v1::Refusal refusal;
  if (!parsed.ParseFromString(details) || parsed.code() != static_cast<int>(code) || parsed.details_size() != 1 ||
      parsed.details(0).type_url() != kRefusalType || !refusal.ParseFromString(parsed.details(0).value())) {
    return std::nullopt;
  }
  return refusal;
}

std::string Answer::Reason() const {
  const std::optional<v1::Refusal> refusal = Refusal();
  return refusal.has_value() ? refusal->reason() : "";
}

std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  return out << "{code " << static_cast<int>(answer.code) << ", " << answer.bytes.size() << " bytes, \"" << answer.message
             << "\", reason " << answer.Reason() << "}";
}

std::string PathOf(const google::protobuf::Descriptor& request) {
  const google::protobuf::FileDescriptor& file = *request.file();
  for (int i = 0; i < file.service_count(); ++i) {
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      const google::protobuf::MethodDescriptor& method = *file.service(i)->method(j);
      if (method.input_type() == &request) {
        return "/" + method.service()->full_name() + "/" + method.name();
      }
    }
  }
  ADD_FAILURE() << request.full_name() << " is no request";
  return "";
}

Client::Client(const std::string& address) : connection_(std::make_unique<Connection>()) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxSendMessageSize(kBytesMost);
  arguments.SetMaxReceiveMessageSize(kBytesMost);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  connection_->channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  connection_->stub = std::make_unique<grpc::GenericStub>(connection_->channel);
}

Client::~Client() = default;

Answer Client::Call(const std::string& path, const std::string& request, const std::string& actor,
                    std::chrono::milliseconds limit) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + limit);
  if (!actor.empty()) {
    context.AddMetadata(kActorKey, actor);
  }
  return Finish(&context, path, request);
}

Answer Client::Finish(grpc::ClientContext* context, const std::string& path, const std::string& request) const {
  grpc::CompletionQueue queue;
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = connection_->stub->PrepareUnaryCall(context, path, ToBuffer(request), &queue);
  call->StartCall();
  call->Finish(&response, &status, &queue);
  Await(&queue);
  return ToAnswer(status, response);
}

Answer Client::Send(const google::protobuf::Message& request, const std::string& actor) const {
  return Call(PathOf(*request.GetDescriptor()), request.SerializeAsString(), actor);
}

Answer Client::CallWith(const std::string& credential, const std::string& path, const std::string& request) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  if (!credential.empty()) {
    context.AddMetadata("authorization", "Bearer " + credential);
  }
  return Finish(&context, path, request);
}

Answer Client::SendWith(const std::string& credential, const google::protobuf::Message& request) const {
  return CallWith(credential, PathOf(*request.GetDescriptor()), request.SerializeAsString());
}

Answer Client::First(const std::string& path, const std::string& request) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  grpc::CompletionQueue queue;
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = connection_->stub->PrepareCall(&context, path, &queue);
  call->StartCall(&queue);
  Await(&queue);
  call->WriteLast(ToBuffer(request), grpc::WriteOptions(), &queue);
  Await(&queue);
  call->Read(&response, &queue);
  const bool received = Await(&queue);
  call->Finish(&status, &queue);
  Await(&queue);
  Answer answer = ToAnswer(status, response);
  if (!received) {
    answer.code = answer.ok() ? Code::kUnknown : answer.code;
  }
  return answer;
}

void Client::Fill(const Answer& answer, const google::protobuf::Message& request, google::protobuf::Message* response) {
  if (!answer.ok()) {
    ADD_FAILURE() << request.GetDescriptor()->full_name() << ": " << answer << "\n" << request.ShortDebugString();
  } else if (!response->ParseFromString(answer.bytes)) {
    ADD_FAILURE() << "not a " << response->GetDescriptor()->full_name();
  }
}

}  // namespace timebank::e2e
