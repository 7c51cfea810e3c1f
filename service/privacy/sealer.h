// Personal fields: sealed before they reach the ledger, opened only to be shown. AES-256-GCM under a key of each member's own (member_keys.h), and
// HMAC-SHA-256 under one key file, from OpenSSL.
#ifndef TIMEBANK_PRIVACY_SEALER_H_
#define TIMEBANK_PRIVACY_SEALER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/privacy/member_keys.h"
#include "service/privacy/pkcs11_keys.h"

namespace timebank::privacy {

// What is known of a person beyond what the rules need.
struct Person {
  std::string name;
  uint8_t gender = 0;       // as timebank.v1.Gender
  std::string national_id;  // 18 characters, or empty
  std::string phone;
  std::string address{};
  friend bool operator==(const Person&, const Person&) = default;
};

// What everybody may see of a person: name, ID number and phone masked as below, and no address. A second masking changes nothing.
Person Masked(const Person& person);
// "**************1234"; empty for empty. Not its begin as well: the year of birth is shown beside it.
std::string MaskNationalId(absl::string_view national_id);
// "138****5678"; empty for empty. Of fewer than eleven digits the last two stay, of fewer than six none.
std::string MaskPhone(absl::string_view phone);
// "张**": the first character, and a star for each other one, two at most. One character alone is a star; empty for empty.
std::string MaskName(absl::string_view name);

// GB 11643: 17 digits (the date among them one that exists) and a check character of ISO 7064 MOD 11-2.
bool IsNationalId(absl::string_view text);

// Whether something of the form of an ID number stands anywhere in the text, right or mistyped: 15 digits in a row, as the old
// numbers have and the new ones begin, in whatever width; or a right number of a province there is, in groups with spaces, hyphens, dots,
// slashes, commas, brackets or underscores between them, or in Chinese digits. Such a text must not come where it cannot be erased. REQUIRES: well-formed UTF-8.
bool HoldsNationalId(absl::string_view text);

// Whether something of the form of a phone number stands anywhere in the text: a mobile number (1, then 3 to 9, eleven digits in all), or
// one of a landline with its area code; in whatever width, in groups with spaces, hyphens or brackets between them, with the code of the
// country or without. Dates are none, nor are numbers with more digits or fewer. REQUIRES: well-formed UTF-8.
bool HoldsPhone(absl::string_view text);

// A person as it is stored, and what the journal commits to.
struct SealedPerson {
  std::string bytes;
  // SHA-256 over a random salt and the person's fields. The salt is inside `bytes`, so that whoever may open them can show
  // that the commitment is kept (DigestOf), and nobody else can guess the person behind it.
  std::array<uint8_t, 32> digest{};
};
// Likewise, a text about a person.
struct SealedText {
  std::string bytes;
  std::array<uint8_t, 32> digest{};
};

// Where the secrets of a service lie.
struct KeyPlaces {
  std::string digest_key;              // file of the key of keyed digests
  std::string master_keys;             // folder of the files of master keys, unless they are in a token
  std::string member_keys;             // the file of slots
  std::array<uint8_t, 16> store = {};  // as of SlotOwner
  Pkcs11Place token = {};              // of the master keys; without a module: they are files
};

// Thread-safe.
class Sealer {
 public:
  // Opens the secrets, or makes those that are absent when `create` is set; with `new_slots` the file of members' keys alone. The errors of ReadOrMakeKey, OpenMasterFiles,
  // OpenPkcs11Masters and MemberKeys::Open.
  static absl::StatusOr<std::unique_ptr<Sealer>> Open(const KeyPlaces& places, bool create, bool new_slots = false);

  virtual ~Sealer() = default;

  virtual MemberKeys& keys() const = 0;

  // Format of all sealed bytes: 0x02, 16 bytes key id, then as Encrypt() has it, bound to those and to what it is (a person, a text); inside
  // 16 bytes salt, then the fields or the text.

  // Under a key that is made for this, and that must be synced (MemberKeys::Sync) before the bytes are kept. Two seals of one person differ.
  virtual SealedPerson Seal(const Person& person) const = 0;
  // NOT_FOUND when the person's key was destroyed, DATA_LOSS when it is missing, or the bytes or the key were changed.
  virtual absl::StatusOr<Person> Unseal(absl::string_view sealed) const = 0;
  // The digest that Seal() gave with these bytes. The errors of Unseal.
  virtual absl::StatusOr<std::array<uint8_t, 32>> DigestOf(absl::string_view sealed) const = 0;
  // Under the key of that person. The errors of Unseal.
  virtual absl::StatusOr<SealedText> SealText(absl::string_view sealed_person, absl::string_view text) const = 0;
  virtual absl::StatusOr<std::string> UnsealText(absl::string_view sealed) const = 0;
  // The key under which bytes were sealed; nullopt when they were not.
  static std::optional<KeyId> KeyOf(absl::string_view sealed);

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
