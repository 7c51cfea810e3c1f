#include "service/rpc/call.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/auth/reach.h"
#include "service/base/check.h"
#include "service/rpc/gate.h"
#include "service/rpc/refusal.h"

namespace timebank::rpc {
namespace {

// Under which the scheduler confirms and expires; in the journal nobody else bears it.
// The permission to make tokens.
constexpr char kMakeToken[] = "token.write";
constexpr char kPushbackKey[] = "grpc-retry-pushback-ms";

}  // namespace

Call::~Call() {
  if (entered_) {
    gate_->Leave(who);
  }
}

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

bool Call::Admit(Gate* gate) {
  gate_ = gate;
  if (context_.deadline() <= std::chrono::system_clock::now()) {
    Fail(DeadlinePassed());
    return false;
  }
  if (const grpc::Status status = gate->Identify(context_, method_->name(), &who); !status.ok()) {
    Fail(status);
    return false;
  }
  const std::string& permission = method_->permission();
  if (who.trusted) {
    const absl::Status allowed = auth::Authorize(who, permission);
    if (!allowed.ok()) {
      Fail(ActorMissing(allowed, permission));
    }
    return allowed.ok();
  }
  if (const grpc::Status status = gate->Enter(who); !status.ok()) {
    Fail(status);
    return false;
  }
  entered_ = true;
  if (!auth::HoldsPermission(who, permission)) {
    gate->Denied(who, "", method_->name(), "NO_PERMISSION");
    Fail(NoPermission(permission));
    return false;
  }
  return true;
}

bool Call::Allow(const store::Store* store, const Guard& guard, const google::protobuf::Message& request) {
  if (who.trusted) {
    return true;
  }
  Doorkeeper doorkeeper(store, who, method_->permission());
  absl::StatusOr<std::optional<std::string>> role = doorkeeper.RoleFor(guard, request);
  if (!role.ok()) {
    Fail(ReadFailed(role.status(), method_->name()));
    return false;
  }
  if (!role->has_value()) {
    gate_->Denied(who, guard.BankOf(request), method_->name(), "OUT_OF_REACH");
    Fail(OutOfReach());
    return false;
  }
  who.role = **std::move(role);
  return true;
}

bool Call::Read(google::protobuf::Message* request) {
  const bool readable = grpc::SerializationTraits<google::protobuf::Message>::Deserialize(&bytes_, request).ok();
  if (!readable) {
    Fail(NoMessage());
  }
  return readable;
}

bool Method::ChangesAccess(const std::string& permission) {
  static constexpr absl::string_view kChanging[] = {"role.write",    "token.write",    "member.merge",   "member.close",
                                                    "member.estate", "member.suspend", "member.consent", "member.erase"};
  return std::find(std::begin(kChanging), std::end(kChanging), permission) != std::end(kChanging);
}

void Call::Finish(const google::protobuf::Message& response) {
  // Before anybody can know of the answer.
  if (gate_ != nullptr && method_->changes_access()) {
    gate_->Forget();
    if (who.setting_up && method_->permission() == kMakeToken) {
      gate_->SetUpDone();
    }
  }
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
