// Personal fields: sealed before they reach the ledger, opened only to be shown. AES-256-GCM and HMAC-SHA-256 from OpenSSL,
// under one key file of the data folder.
#ifndef TIMEBANK_PRIVACY_SEALER_H_
#define TIMEBANK_PRIVACY_SEALER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::privacy {

// What is known of a person beyond what the rules need.
struct Person {
  std::string name;
  uint8_t gender = 0;       // as timebank.v1.Gender
  std::string national_id;  // 18 characters, or empty
  std::string phone;
  friend bool operator==(const Person&, const Person&) = default;
};

// "4302**********1234"; empty for empty.
std::string MaskNationalId(absl::string_view national_id);
// "138****5678"; empty for empty, all stars when shorter than eight characters.
std::string MaskPhone(absl::string_view phone);
// "张**": the first character, and a star for each other one, two at most. One character alone is a star.
std::string MaskName(absl::string_view name);

// GB 11643: 17 digits (the date among them one that exists) and a check character of ISO 7064 MOD 11-2.
bool IsNationalId(absl::string_view text);

// Whether something of the form of an ID number stands anywhere in the text, right or mistyped: 15 digits in a row, as the old
// numbers have and the new ones begin, in whatever width; or a right number with spaces or hyphens in it. Such a text must not
// come where it cannot be erased. REQUIRES: well-formed UTF-8.
bool HoldsNationalId(absl::string_view text);

// A person as it is stored, and what the journal commits to.
struct SealedPerson {
  std::string bytes;
  // SHA-256 over a random salt and the person's fields. The salt is inside `bytes`, so that whoever may open them can show
  // that the commitment is kept (DigestOf), and nobody else can guess the person behind it.
  std::array<uint8_t, 32> digest{};
};

// Thread-safe.
class Sealer {
 public:
  // Reads the key from `path` (32 random bytes, mode 0600), or makes it when the file does not exist and `create` is set.
  // A key that was made is on the disk before this returns, whole or not at all. FAILED_PRECONDITION when it is absent and
  // may not be made, others can read it, or it has another length; INTERNAL on a fault of the disk. Messages name the file,
  // never what it holds.
  static absl::StatusOr<std::unique_ptr<Sealer>> Open(const std::string& path, bool create);

  virtual ~Sealer() = default;

  // Format of the bytes: 0x01, 12 bytes nonce, ciphertext, 16 bytes tag; in the ciphertext 16 bytes salt, then the fields.
  // Two seals of one person differ.
  virtual SealedPerson Seal(const Person& person) const = 0;
  // DATA_LOSS when the bytes were not sealed under this key or were changed.
  virtual absl::StatusOr<Person> Unseal(absl::string_view sealed) const = 0;
  // The digest that Seal() gave with these bytes. DATA_LOSS likewise.
  virtual absl::StatusOr<std::array<uint8_t, 32>> DigestOf(absl::string_view sealed) const = 0;

  // HMAC-SHA-256, the first 16 bytes. `purpose` keeps the digests of one field from being compared with those of another; it
  // holds no 0x00.
  virtual std::array<uint8_t, 16> KeyedDigest(absl::string_view purpose, absl::string_view bytes) const = 0;

  // 16 bytes that nobody can guess.
  static std::string RandomSalt();
  // SHA-256(salt || text).
  static std::array<uint8_t, 32> SaltedDigest(absl::string_view salt, absl::string_view text);
};

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_SEALER_H_
