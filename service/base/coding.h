// Order-preserving coding: the byte order of two encodings is the order of the values. Used for keys, which live in ledger/keys.h.
#ifndef TIMEBANK_BASE_CODING_H_
#define TIMEBANK_BASE_CODING_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace timebank::base {

// Big-endian, fixed width.
void AppendUint32(std::string* out, uint32_t value);
void AppendUint64(std::string* out, uint64_t value);

// Two's complement with the sign bit flipped, so that -1 sorts before 0.
void AppendInt32(std::string* out, int32_t value);

// The bytes, each 0x00 written as 0x00 0xFF, then 0x00 0x01: "a" sorts before "ab", and anything may follow.
void AppendString(std::string* out, absl::string_view value);

// Each takes its value off the front of `in`. False, with `in` unspecified, when the bytes are not such an encoding.
[[nodiscard]] bool ConsumeUint32(absl::string_view* in, uint32_t* value);
[[nodiscard]] bool ConsumeUint64(absl::string_view* in, uint64_t* value);
[[nodiscard]] bool ConsumeInt32(absl::string_view* in, int32_t* value);
[[nodiscard]] bool ConsumeString(absl::string_view* in, std::string* value);

// The least key greater than every key that begins with `prefix`; empty when there is none (prefix empty or all 0xFF).
std::string PrefixEnd(absl::string_view prefix);

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_CODING_H_
