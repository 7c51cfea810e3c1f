// AES-256-GCM and randomness, from OpenSSL.
#ifndef TIMEBANK_PRIVACY_CIPHER_H_
#define TIMEBANK_PRIVACY_CIPHER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace timebank::privacy {

using Key = std::array<uint8_t, 32>;

inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;

// Nobody can guess them; without randomness the process ends, since going on would repeat nonces.
std::string RandomBytes(size_t count);
Key RandomKey();

// A random nonce, the ciphertext (as long as the plain text), the tag. `context` is bound to it and not part of it.
std::string Encrypt(const Key& key, absl::string_view context, absl::string_view plain);
// nullopt when the bytes were not encrypted under this key and context, or were changed.
std::optional<std::string> Decrypt(const Key& key, absl::string_view context, absl::string_view encrypted);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_CIPHER_H_
