#include "service/rpc/call.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/rpc/fields.h"
#include "service/rpc/refusal.h"

namespace timebank::rpc {
namespace {

constexpr char kActorKey[] = "timebank-actor";
// Under which the scheduler confirms and expires; in the journal nobody else bears it.
constexpr char kScheduler[] = "system";
constexpr char kPushbackKey[] = "grpc-retry-pushback-ms";

}  // namespace

void Call::Wait(Method* method, grpc::ServerCompletionQueue* queue) { method->Request(new Call(method, queue)); }

void Call::Proceed(bool ok) {
  // `ok` is false when the server shut down before a request came, or when the answer could not be sent because the caller
  // is gone.
  if (arrived_ || !ok) {
    delete this;
    return;
  }
  arrived_ = true;
  // Another takes its place first, so that requests of a burst never find nobody waiting.
  Wait(method_, queue_);
  method_->Handle(this);
}

std::optional<auth::Principal> Call::Admit() {
  if (context_.deadline() <= std::chrono::system_clock::now()) {
    Fail(DeadlinePassed());
    return std::nullopt;
  }
  absl::string_view actor;
  const auto found = context_.client_metadata().find(kActorKey);
  if (found != context_.client_metadata().end()) {
    actor = absl::string_view(found->second.data(), found->second.size());
  }
  absl::StatusOr<auth::Principal> principal = auth::LocalPrincipal(actor);
  if (!principal.ok()) {
    Fail(BadActor(principal.status()));
    return std::nullopt;
  }
  Fields fields;
  fields.NoIdNumber(kActorKey, principal->name);
  if (principal->name == kScheduler) {
    fields.Fail(kActorKey, "：“system” 是系统自动办理时的名称，请换一个名称",
                "must not be \"system\", the name under which the service acts by itself");
  }
  if (!fields.ok()) {
    Fail(StatusOf(fields.error()));
    return std::nullopt;
  }
  if (const absl::Status allowed = auth::Authorize(*principal, method_->permission()); !allowed.ok()) {
    Fail(ActorMissing(allowed, method_->permission()));
    return std::nullopt;
  }
  caller = principal->name;
  return *std::move(principal);
}

bool Call::Read(google::protobuf::Message* request) {
  const bool readable = grpc::SerializationTraits<google::protobuf::Message>::Deserialize(&bytes_, request).ok();
  if (!readable) {
    Fail(NoMessage());
  }
  return readable;
}

void Call::Finish(const google::protobuf::Message& response) {
  const grpc::Slice slice(response.ByteSizeLong());
  {
    google::protobuf::io::ArrayOutputStream array(const_cast<uint8_t*>(slice.begin()), static_cast<int>(slice.size()));
    google::protobuf::io::CodedOutputStream stream(&array);
    // A retry gets its first answer to the byte, and the order of a map's entries is otherwise up to chance.
    stream.SetSerializationDeterministic(true);
    TB_CHECK(response.SerializeToCodedStream(&stream));
  }
  writer_.Finish(grpc::ByteBuffer(&slice, 1), grpc::Status::OK, this);
}

void Call::Fail(grpc::Status status) {
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    context_.AddTrailingMetadata(kPushbackKey, absl::StrCat(kRetryAfterMs));
  }
  writer_.FinishWithError(status, this);
}

}  // namespace timebank::rpc
