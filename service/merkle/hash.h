// Hashing of RFC 6962 section 2.1: SHA-256 with one byte in front that tells leaves from nodes.
#ifndef TIMEBANK_MERKLE_HASH_H_
#define TIMEBANK_MERKLE_HASH_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace timebank::merkle {

using Hash = std::array<uint8_t, 32>;

// SHA-256(bytes). Thread-safe, like the two below.
Hash Sha256(absl::string_view bytes);

// SHA-256(0x00 || bytes).
Hash LeafHash(absl::string_view bytes);

// SHA-256(0x01 || left || right).
Hash NodeHash(const Hash& left, const Hash& right);

}  // namespace timebank::merkle

#endif  // TIMEBANK_MERKLE_HASH_H_
