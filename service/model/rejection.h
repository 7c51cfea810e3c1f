// A refusal by the rules: an outcome, not an error.
#ifndef TIMEBANK_MODEL_REJECTION_H_
#define TIMEBANK_MODEL_REJECTION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace timebank::model {

// The enumerators stand in order of precedence; rejections.def says what each means. The values are stored.
enum class Reason : uint16_t {
#define TB_REJECTION(number, Name, NAME, code, zh, en) k##Name = number,
#include "service/model/rejections.def"
#undef TB_REJECTION
};

struct Rejection {
  Reason reason;
  // What the wording speaks of, in a fixed order. No personal data.
  std::vector<std::pair<std::string, std::string>> metadata;

  friend bool operator==(const Rejection&, const Rejection&) = default;
};

// How a reason looks from outside. Static storage.
struct ReasonText {
  Reason reason;
  absl::string_view name;  // UPPER_SNAKE
  absl::StatusCode code;
  absl::string_view zh;  // with {metadata} in braces
  absl::string_view en;
};

// Every reason, in order of precedence.
const std::vector<ReasonText>& AllReasons();

// REQUIRES: `reason` is one of the enumerators.
const ReasonText& TextOf(Reason reason);

// False when no reason has that number.
bool ReasonFromNumber(uint32_t number, Reason* reason);

// The wording with the metadata filled in.
std::string MessageZh(const Rejection& rejection);
std::string MessageEn(const Rejection& rejection);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_REJECTION_H_
