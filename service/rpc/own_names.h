// Texts that stand in the journal for good must not tell who somebody was. Shapes of numbers are refused with the field (fields.h); the name,
// the phone and the ID number of the members whom a text is about are known here.
#ifndef TIMEBANK_RPC_OWN_NAMES_H_
#define TIMEBANK_RPC_OWN_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/model/command.h"
#include "service/privacy/sealer.h"
#include "service/rpc/edge.h"
#include "service/rpc/fields.h"

namespace timebank::rpc {

// Whether the text has the person's name, of two characters at least, the last seven digits of her phone or the seventeen of her ID number,
// however they are written. A name in Latin letters counts where it is not a part of a word. REQUIRES: well-formed UTF-8.
bool NamesPerson(absl::string_view text, const privacy::Person& person);

// What a command names that is somebody's, or nobody's, and is no member.
struct NamedThing {
  absl::string_view collection;  // as of Queries::PlaceOfThing; or "reversals", "tokens", "principals"
  uint64_t id = 0;
  std::string principal = {};  // instead of the id
};
// All such fields of the command, set or not.
std::vector<NamedThing> ThingsIn(const model::Command& command);

// The error when the reason, the purpose or the statement of consent of a command names a member whom the command is about: one it names, or
// anybody who has a part in a thing it names. Who was erased, or whose key is lost for good, names nobody. Silent() when the keys do not
// answer, DATA_LOSS when a key is missing or damaged, or the errors of the store: the command must not be submitted.
absl::StatusOr<std::optional<FieldError>> NamesItsMember(const Edge& edge, const model::Command& command);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_OWN_NAMES_H_
