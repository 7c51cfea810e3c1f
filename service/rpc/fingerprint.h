// What tells a retry from another request under the same id.
#ifndef TIMEBANK_RPC_FINGERPRINT_H_
#define TIMEBANK_RPC_FINGERPRINT_H_

#include <google/protobuf/message.h>

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "service/privacy/sealer.h"

namespace timebank::rpc {

// Whether the field holds what is personal, or a text in which that may stand: a name, what is registered of a person, a note, a reason.
bool IsPersonal(const google::protobuf::FieldDescriptor& field);

// Keyed digest of who asks and for what, under the request's own type, so that an item of a batch and the same request alone are the same.
// Nothing personal is in it: it stays when a person is erased, and whoever has the request id, or the key, could try persons on it.
std::array<uint8_t, 16> FingerprintOf(const google::protobuf::Message& request, absl::string_view principal,
                                      const privacy::Sealer& sealer);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_FINGERPRINT_H_
