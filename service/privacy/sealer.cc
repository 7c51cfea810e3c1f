#include "service/privacy/sealer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"

namespace timebank::privacy {
namespace {

constexpr char kFormat = 0x02;
constexpr size_t kHeadBytes = 1 + sizeof(KeyId);
constexpr size_t kSaltBytes = 16;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

// Looked up once: a look-up costs more than the digest of a short text.
const EVP_MD* Sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}
EVP_MAC* Hmac() {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  return mac;
}

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

MacContext KeyedMac(const Key& key) {
  MacContext context(EVP_MAC_CTX_new(Hmac()));
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  TB_CHECK(context != nullptr && EVP_MAC_init(context.get(), key.data(), key.size(), parameters) == 1);
  return context;
}

// HMAC(key, purpose 0x00 bytes). A keyed context is copied rather than keyed again.
Key Mac(const EVP_MAC_CTX* keyed, absl::string_view purpose, absl::string_view bytes) {
  const MacContext context(EVP_MAC_CTX_dup(keyed));
  const uint8_t end = 0;
  Key result{};
  size_t size = 0;
  TB_CHECK(context != nullptr && EVP_MAC_update(context.get(), Bytes(purpose), purpose.size()) == 1 &&
           EVP_MAC_update(context.get(), &end, 1) == 1 && EVP_MAC_update(context.get(), Bytes(bytes), bytes.size()) == 1 &&
           EVP_MAC_final(context.get(), result.data(), &size, result.size()) == 1 && size == result.size());
  return result;
}

std::array<uint8_t, 16> Half(const Key& mac) {
  std::array<uint8_t, 16> result{};
  std::copy_n(mac.begin(), result.size(), result.begin());
  return result;
}

std::string Fields(const Person& person) {
  std::string result;
  base::AppendString(&result, person.name);
  result.push_back(static_cast<char>(person.gender));
  base::AppendString(&result, person.national_id);
  base::AppendString(&result, person.phone);
  base::AppendString(&result, person.address);
  return result;
}

bool ReadFields(absl::string_view in, Person* person) {
  if (!base::ConsumeString(&in, &person->name) || in.empty()) {
    return false;
  }
  person->gender = static_cast<uint8_t>(in[0]);
  in.remove_prefix(1);
  return base::ConsumeString(&in, &person->national_id) && base::ConsumeString(&in, &person->phone) &&
         base::ConsumeString(&in, &person->address) && in.empty();
}

absl::Status Changed() { return absl::DataLossError("sealed fields were changed, or sealed under another key"); }

// What sealed bytes are: one is never taken for the other.
constexpr char kPerson[] = "person";
constexpr char kText[] = "text";

std::string Envelope(const KeyId& id, const Key& key, absl::string_view what, absl::string_view plain) {
  std::string head(1, kFormat);
  head.append(id.begin(), id.end());
  return head + Encrypt(key, absl::StrCat(head, what), plain);
}

class OpenSslSealer final : public Sealer {
 public:
  // A key of their own for digests, so that none ever tells anything of another use of this one.
  OpenSslSealer(const EVP_MAC_CTX* root, std::unique_ptr<MemberKeys> keys)
      : keys_(std::move(keys)), mac_(KeyedMac(Mac(root, "timebank digest", ""))) {}

  MemberKeys& keys() const override { return *keys_; }

  SealedPerson Seal(const Person& person) const override {
    const std::string salt = RandomSalt();
    const std::string fields = Fields(person);
    const MemberKeys::Made made = keys_->Make();
    return {Envelope(made.id, made.key, kPerson, salt + fields), SaltedDigest(salt, fields)};
  }

  absl::StatusOr<Person> Unseal(absl::string_view sealed) const override {
    TB_ASSIGN_OR_RETURN(const std::string plain, Open(sealed, kPerson));
    Person person;
    if (!ReadFields(absl::string_view(plain).substr(kSaltBytes), &person)) {
      return Changed();
    }
    return person;
  }

  absl::StatusOr<std::array<uint8_t, 32>> DigestOf(absl::string_view sealed) const override {
    TB_ASSIGN_OR_RETURN(const std::string plain, Open(sealed, kPerson));
    return SaltedDigest(absl::string_view(plain).substr(0, kSaltBytes), absl::string_view(plain).substr(kSaltBytes));
  }

  absl::StatusOr<SealedText> SealText(absl::string_view sealed_person, absl::string_view text) const override {
    const std::optional<KeyId> id = KeyOf(sealed_person);
    if (!id.has_value()) {
      return Changed();
    }
    TB_ASSIGN_OR_RETURN(const Key key, keys_->Find(*id));
    const std::string salt = RandomSalt();
    return SealedText{Envelope(*id, key, kText, absl::StrCat(salt, text)), SaltedDigest(salt, text)};
  }

  absl::StatusOr<std::string> UnsealText(absl::string_view sealed) const override {
    TB_ASSIGN_OR_RETURN(const std::string plain, Open(sealed, kText));
    return plain.substr(kSaltBytes);
  }

  std::array<uint8_t, 16> KeyedDigest(absl::string_view purpose, absl::string_view bytes) const override {
    return Half(Mac(mac_.get(), purpose, bytes));
  }

 private:
  // At least kSaltBytes long.
  absl::StatusOr<std::string> Open(absl::string_view sealed, absl::string_view what) const {
    const std::optional<KeyId> id = KeyOf(sealed);
    if (!id.has_value()) {
      return Changed();
    }
    TB_ASSIGN_OR_RETURN(const Key key, keys_->Find(*id));
    std::optional<std::string> plain =
        Decrypt(key, absl::StrCat(sealed.substr(0, kHeadBytes), what), sealed.substr(kHeadBytes));
    if (!plain.has_value() || plain->size() < kSaltBytes) {
      return Changed();
    }
    return *std::move(plain);
  }

  const std::unique_ptr<MemberKeys> keys_;
  const MacContext mac_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Sealer>> Sealer::Open(const KeyPlaces& places, bool create, bool new_slots) {
  TB_ASSIGN_OR_RETURN(const Key key, ReadOrMakeKey(places.digest_key, create));
  const absl::string_view store(reinterpret_cast<const char*>(places.store.data()), places.store.size());
  TB_ASSIGN_OR_RETURN(std::unique_ptr<MasterKeys> masters,
                      places.token.module.empty() ? OpenMasterFiles(places.master_keys, create)
                                                  : OpenPkcs11Masters(places.token, absl::BytesToHexString(store), create));
  const MacContext root = KeyedMac(key);
  // Tells a wrong key from the right one, and nothing else of it.
  const SlotOwner owner = {places.store, Half(Mac(root.get(), "timebank digest check", ""))};
  TB_ASSIGN_OR_RETURN(std::unique_ptr<MemberKeys> keys,
                      MemberKeys::Open(places.member_keys, std::move(masters), create || new_slots, owner));
  return std::make_unique<OpenSslSealer>(root.get(), std::move(keys));
}

std::optional<KeyId> Sealer::KeyOf(absl::string_view sealed) {
  if (sealed.size() < kHeadBytes || sealed[0] != kFormat) {
    return std::nullopt;
  }
  KeyId id{};
  std::copy_n(sealed.begin() + 1, id.size(), id.begin());
  return id;
}

std::string Sealer::RandomSalt() { return RandomBytes(kSaltBytes); }

std::array<uint8_t, 32> Sealer::SaltedDigest(absl::string_view salt, absl::string_view text) {
  const DigestContext context(EVP_MD_CTX_new());
  std::array<uint8_t, 32> result{};
  TB_CHECK(context != nullptr && EVP_DigestInit_ex2(context.get(), Sha256(), nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), salt.data(), salt.size()) == 1 &&
           EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), result.data(), nullptr) == 1);
  return result;
}

}  // namespace timebank::privacy
