// Texts that stand in the journal for good must not tell who somebody was. Shapes of numbers are refused with the field (fields.h); the name
// and the phone of the member whom a text is about are known here.
#ifndef TIMEBANK_RPC_OWN_NAMES_H_
#define TIMEBANK_RPC_OWN_NAMES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "service/model/command.h"
#include "service/privacy/sealer.h"
#include "service/rpc/edge.h"
#include "service/rpc/fields.h"

namespace timebank::rpc {

// Whether the text has the person's name, of two characters at least, or the last seven digits of her phone, however they are written.
// REQUIRES: well-formed UTF-8.
bool NamesPerson(absl::string_view text, const privacy::Person& person);

// The error when the reason or the purpose of a command names a member whom the command is about. Members who cannot be read name nobody.
std::optional<FieldError> NamesItsMember(const Edge& edge, const model::Command& command);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_OWN_NAMES_H_
