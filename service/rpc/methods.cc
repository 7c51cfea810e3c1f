#include "service/rpc/methods.h"

#include "service/rpc/command_keys.h"
#include "service/rpc/fingerprint.h"

namespace timebank::rpc {

namespace {

std::string PermissionOf(const google::protobuf::MethodDescriptor& method) {
  absl::StatusOr<std::string> permission = auth::RequiredPermission(method);
  // Without a permission nobody may call it; Api::Make says so before anybody can.
  return permission.ok() ? *std::move(permission) : std::string();
}

}  // namespace

ApiMethod::ApiMethod(const google::protobuf::Descriptor& request, const Edge* edge)
    : Method(MethodOf(request).full_name(), PermissionOf(MethodOf(request)), edge->gate) {}

Acting::Acting(const auth::Principal& caller, const privacy::Sealer& sealer) : principal(caller) {
  const std::array<uint8_t, 16> digest = sealer.KeyedDigest("name", principal.name);
  name_index.assign(digest.begin(), digest.end());
}

void Complete(const google::protobuf::Message& request, const std::string& request_id, const Acting& acting,
              Conversion* conversion, model::Command* command) {
  const auth::Principal& principal = acting.principal;
  command->request_id = request_id;
  command->actor = principal.name;
  command->actor_name_index = acting.name_index;
  command->role = principal.role;
  command->origin = principal.origin;
  command->credential = model::TokenId(principal.credential);
  command->fingerprint = FingerprintOf(request, principal.name, conversion->sealer);
}

void Submit(const Edge& edge, std::vector<model::Command> commands, Answer answer, Call* call) {
  absl::StatusOr<CommandKeys> keys = CommandKeys::Prepare(edge, &commands);
  if (!keys.ok()) {
    return call->Fail(KeysFailed(keys.status()));
  }
  const absl::Status taken = edge.sequencer->Submit(
      std::move(commands), [&edge, keys = *keys, answer = std::move(answer), call](
                               const absl::Status& status, const std::vector<model::Outcome>& outcomes) {
        if (status.ok() && keys.Settle(edge, outcomes).ok()) {
          answer(call, outcomes);
        } else {
          call->Fail(OutcomeUnknown());
        }
      });
  // Otherwise the call belongs to the writer's thread by now.
  if (!taken.ok()) {
    keys->Drop(edge);
    call->Fail(NotTaken(taken));
  }
}

Told TellOf(const model::Rejection& rejection, const Subject& subject, const Edge& edge, const Call& call,
            Doorkeeper* doorkeeper) {
  Told told{doorkeeper->Hides(subject.referred, rejection.reason), doorkeeper->Shown(rejection)};
  if (!told.out_of_reach.empty() && rejection.reason == model::Reason::kVolunteerNameMismatch) {
    edge.look_ups->Missed(subject.bank, call.who, model::RecordTime(absl::ToUnixMicros(edge.clock->Now())));
  }
  return told;
}

}  // namespace timebank::rpc
