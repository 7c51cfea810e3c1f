#include "service/privacy/sealer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <utility>

#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"

namespace timebank::privacy {
namespace {

constexpr char kFormat = 0x01;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr size_t kSaltBytes = 16;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

// Looked up once: a look-up costs more than the digest of a short text.
const EVP_MD* Sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}
const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}
EVP_MAC* Hmac() {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  return mac;
}

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }
int Size(absl::string_view text) { return static_cast<int>(text.size()); }

std::string RandomBytes(size_t count) {
  std::string result(count, '\0');
  // Without randomness nothing can be sealed, and going on would repeat nonces.
  TB_CHECK(RAND_bytes(Bytes(&result), static_cast<int>(count)) == 1);
  return result;
}

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

std::string Fields(const Person& person) {
  std::string result;
  base::AppendString(&result, person.name);
  result.push_back(static_cast<char>(person.gender));
  base::AppendString(&result, person.national_id);
  base::AppendString(&result, person.phone);
  return result;
}

bool ReadFields(absl::string_view in, Person* person) {
  if (!base::ConsumeString(&in, &person->name) || in.empty()) {
    return false;
  }
  person->gender = static_cast<uint8_t>(in[0]);
  in.remove_prefix(1);
  return base::ConsumeString(&in, &person->national_id) && base::ConsumeString(&in, &person->phone) && in.empty();
}

class OpenSslSealer final : public Sealer {
 public:
  // One key a use, so that no digest ever tells anything of the cipher's key.
  explicit OpenSslSealer(const Key& key) {
    const MacContext root = KeyedMac(key);
    cipher_key_ = Mac(root.get(), "timebank seal", "");
    mac_ = KeyedMac(Mac(root.get(), "timebank digest", ""));
  }

  SealedPerson Seal(const Person& person) const override {
    const std::string salt = RandomSalt();
    const std::string fields = Fields(person);
    return {Encrypt(salt + fields), SaltedDigest(salt, fields)};
  }

  absl::StatusOr<Person> Unseal(absl::string_view sealed) const override {
    TB_ASSIGN_OR_RETURN(const std::string plain, Decrypt(sealed));
    Person person;
    if (!ReadFields(absl::string_view(plain).substr(kSaltBytes), &person)) {
      return Changed();
    }
    return person;
  }

  absl::StatusOr<std::array<uint8_t, 32>> DigestOf(absl::string_view sealed) const override {
    TB_ASSIGN_OR_RETURN(const std::string plain, Decrypt(sealed));
    return SaltedDigest(absl::string_view(plain).substr(0, kSaltBytes), absl::string_view(plain).substr(kSaltBytes));
  }

  std::array<uint8_t, 16> KeyedDigest(absl::string_view purpose, absl::string_view bytes) const override {
    const Key whole = Mac(mac_.get(), purpose, bytes);
    std::array<uint8_t, 16> result{};
    std::copy_n(whole.begin(), result.size(), result.begin());
    return result;
  }

 private:
  static absl::Status Changed() {
    return absl::DataLossError("a person's sealed fields were changed, or sealed under another key");
  }

  std::string Encrypt(absl::string_view plain) const {
    const std::string nonce = RandomBytes(kNonceBytes);
    const size_t head = 1 + kNonceBytes;
    std::string out(head + plain.size() + kTagBytes, '\0');
    out[0] = kFormat;
    std::copy(nonce.begin(), nonce.end(), out.begin() + 1);
    const CipherContext context(EVP_CIPHER_CTX_new());
    int size = 0;
    TB_CHECK(context != nullptr &&
             EVP_EncryptInit_ex2(context.get(), Aes256Gcm(), cipher_key_.data(), Bytes(nonce), nullptr) == 1 &&
             EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(absl::string_view(&kFormat, 1)), 1) == 1 &&
             EVP_EncryptUpdate(context.get(), Bytes(&out) + head, &size, Bytes(plain), Size(plain)) == 1 &&
             size == Size(plain) && EVP_EncryptFinal_ex(context.get(), Bytes(&out) + head + size, &size) == 1 &&
             EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, Bytes(&out) + head + plain.size()) == 1);
    return out;
  }

  // At least kSaltBytes long. DATA_LOSS when it does not open.
  absl::StatusOr<std::string> Decrypt(absl::string_view sealed) const {
    const size_t head = 1 + kNonceBytes;
    if (sealed.size() < head + kSaltBytes + kTagBytes || sealed[0] != kFormat) {
      return Changed();
    }
    const absl::string_view nonce = sealed.substr(1, kNonceBytes);
    const absl::string_view text = sealed.substr(head, sealed.size() - head - kTagBytes);
    std::string tag(sealed.substr(sealed.size() - kTagBytes));
    std::string plain(text.size(), '\0');
    const CipherContext context(EVP_CIPHER_CTX_new());
    int size = 0;
    TB_CHECK(context != nullptr &&
             EVP_DecryptInit_ex2(context.get(), Aes256Gcm(), cipher_key_.data(), Bytes(nonce), nullptr) == 1 &&
             EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(sealed), 1) == 1 &&
             EVP_DecryptUpdate(context.get(), Bytes(&plain), &size, Bytes(text), Size(text)) == 1 && size == Size(text) &&
             EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
    if (EVP_DecryptFinal_ex(context.get(), Bytes(&plain) + size, &size) != 1) {
      return Changed();
    }
    return plain;
  }

  Key cipher_key_{};
  MacContext mac_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Sealer>> Sealer::Open(const std::string& path, bool create) {
  TB_ASSIGN_OR_RETURN(const Key key, ReadOrMakeKey(path, create));
  return std::make_unique<OpenSslSealer>(key);
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
