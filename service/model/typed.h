// What names members and centres in a command, as it was typed. People type names and phones there as well.
#ifndef TIMEBANK_MODEL_TYPED_H_
#define TIMEBANK_MODEL_TYPED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/model/command.h"

namespace timebank::model {

struct Typed {
  absl::string_view field;  // of the command's body
  const std::string* text;  // inside the command; not empty
  bool member = true;       // otherwise a centre
};

// In a fixed order.
std::vector<Typed> TypedIn(const Command& command);

// What an entry may keep of the metadata of a refusal: what was typed, unless it has the form of a member number, becomes "(field)".
std::string WithoutTyped(const Command& command, const std::string& value);

// The way back, with the command at hand: what WithoutTyped() was given.
std::string WithTyped(const Command& command, const std::string& value);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_TYPED_H_
