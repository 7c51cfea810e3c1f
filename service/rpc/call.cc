#include "service/rpc/call.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/auth/reach.h"
#include "service/base/check.h"
#include "service/rpc/refusal.h"
#include "service/rpc/thing.h"

namespace timebank::rpc {
namespace {

// The permission to make tokens.
constexpr char kMakeToken[] = "token.write";
// Permissions that are about the service, not about one bank of it.
constexpr char kOfService[] = "key.";
constexpr char kPushbackKey[] = "grpc-retry-pushback-ms";

// Whether a request is about the caller's bank as a whole and nothing in it.
bool IsAboutWholeBank(const std::vector<NamedField>& touched, const std::string& bank) {
  const std::string name = BankName(bank);
  return std::all_of(touched.begin(), touched.end(), [&name](const NamedField& one) { return one.value == name; });
}

}  // namespace

Call::~Call() {
  if (counted_) {
    method_->gate()->LeaveAs(who);
  }
  if (entered_) {
    method_->gate()->Leave(who, method_->open_to_all());
  }
}

void Call::Wait(Method* method, grpc::ServerCompletionQueue* queue) { method->Request(new Call(method, queue)); }

void Call::Proceed(bool ok) {
  switch (stage_) {
    case Stage::kWaiting:
      if (!ok) {
        break;  // the server was shut down before a call came
      }
      // Another takes its place first, so that calls of a burst never find nobody waiting.
      Wait(method_, queue_);
      stage_ = Stage::kReading;
      if (Admit()) {
        place_ = method_->unread()->Add(this);
        reader_.Read(&bytes_, this);
      }
      return;
    case Stage::kReading:
      method_->unread()->Remove(place_);
      if (!ok) {
        return Fail(NoMessage());
      }
      if (StillAdmitted()) {
        method_->Handle(this);
      }
      return;
    case Stage::kAnswered:
      break;
  }
  delete this;
}

bool Call::Admit() {
  if (context_.deadline() <= std::chrono::system_clock::now()) {
    Fail(DeadlinePassed());
    return false;
  }
  Gate* const gate = method_->gate();
  if (const grpc::Status status = gate->Enter(context_, method_->name(), method_->open_to_all(), &who); !status.ok()) {
    Fail(status);
    return false;
  }
  entered_ = true;
  if (method_->open_to_all()) {
    return true;
  }
  if (!Identify()) {
    return false;
  }
  if (const grpc::Status status = gate->EnterAs(who); !status.ok()) {
    gate->Denied(who, "", method_->name(), "", "TOO_MANY_CALLS");
    Fail(status);
    return false;
  }
  counted_ = true;
  return true;
}

bool Call::Identify() {
  Gate* const gate = method_->gate();
  pass_ = gate->PassNow();
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
  if (!auth::HoldsPermission(who, permission)) {
    gate->Denied(who, "", method_->name(), "", "NO_PERMISSION");
    Fail(NoPermission(permission));
    return false;
  }
  if (absl::StartsWith(permission, kOfService) && !gate->SpeaksForService(who)) {
    gate->Denied(who, "", method_->name(), "", "OPERATOR_ONLY");
    Fail(OperatorOnly());
    return false;
  }
  return true;
}

bool Call::StillAdmitted() {
  return method_->open_to_all() || who.trusted || !method_->gate()->HasChanged(pass_) || Identify();
}

void Call::Denied(const Guard& guard, const google::protobuf::Message& request, absl::string_view reason) {
  if (!who.trusted) {
    method_->gate()->Denied(who, guard.BankOf(request), method_->name(), ThingOf(guard.TouchedBy(request)), reason);
  }
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
    Denied(guard, request, "OUT_OF_REACH");
    Fail(IsAboutWholeBank(guard.TouchedBy(request), who.bank) ? OutOfReachAsWhole() : OutOfReach());
    return false;
  }
  who.role = **std::move(role);
  // Of the calls that come at once only one makes a token with it.
  if (who.setting_up && method_->permission() == kMakeToken) {
    claimed_ = method_->gate()->ClaimSetUp();
    if (!claimed_) {
      Denied(guard, request, "SET_UP_IN_USE");
      Fail(BadCredential());
      return false;
    }
  }
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
  if (method_->changes_access()) {
    method_->gate()->Forget();
  }
  if (std::exchange(claimed_, false)) {
    method_->gate()->SetUpDone();
  }
  const grpc::Slice slice(response.ByteSizeLong());
  {
    google::protobuf::io::ArrayOutputStream array(const_cast<uint8_t*>(slice.begin()), static_cast<int>(slice.size()));
    google::protobuf::io::CodedOutputStream stream(&array);
    // A retry gets its first answer to the byte, and the order of a map's entries is otherwise up to chance.
    stream.SetSerializationDeterministic(true);
    TB_CHECK(response.SerializeToCodedStream(&stream));
  }
  stage_ = Stage::kAnswered;
  reader_.Finish(grpc::ByteBuffer(&slice, 1), grpc::Status::OK, this);
}

void Call::Fail(grpc::Status status) {
  if (std::exchange(claimed_, false)) {
    method_->gate()->GiveBackSetUp();
  }
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    context_.AddTrailingMetadata(kPushbackKey, absl::StrCat(RetryAfterMs(status)));
  }
  stage_ = Stage::kAnswered;
  reader_.FinishWithError(status, this);
}

}  // namespace timebank::rpc
