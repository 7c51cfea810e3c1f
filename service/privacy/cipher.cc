#include "service/privacy/cipher.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "service/base/check.h"

namespace timebank::privacy {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Looked up once: a look-up costs more than the encryption of a short text.
const EVP_CIPHER* Aes256Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }
int Size(absl::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

std::string RandomBytes(size_t count) {
  std::string result(count, '\0');
  TB_CHECK(RAND_bytes(Bytes(&result), static_cast<int>(count)) == 1);
  return result;
}

Key RandomKey() {
  Key key{};
  TB_CHECK(RAND_priv_bytes(key.data(), static_cast<int>(key.size())) == 1);
  return key;
}

std::string Encrypt(const Key& key, absl::string_view context, absl::string_view plain) {
  const std::string nonce = RandomBytes(kNonceBytes);
  std::string out(kNonceBytes + plain.size() + kTagBytes, '\0');
  std::copy(nonce.begin(), nonce.end(), out.begin());
  uint8_t* const text = Bytes(&out) + kNonceBytes;
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  TB_CHECK(cipher != nullptr && EVP_EncryptInit_ex2(cipher.get(), Aes256Gcm(), key.data(), Bytes(nonce), nullptr) == 1 &&
           EVP_EncryptUpdate(cipher.get(), nullptr, &size, Bytes(context), Size(context)) == 1 &&
           EVP_EncryptUpdate(cipher.get(), text, &size, Bytes(plain), Size(plain)) == 1 && size == Size(plain) &&
           EVP_EncryptFinal_ex(cipher.get(), text + size, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, text + plain.size()) == 1);
  return out;
}

std::optional<std::string> Decrypt(const Key& key, absl::string_view context, absl::string_view encrypted) {
  if (encrypted.size() < kNonceBytes + kTagBytes) {
    return std::nullopt;
  }
  const absl::string_view nonce = encrypted.substr(0, kNonceBytes);
  const absl::string_view text = encrypted.substr(kNonceBytes, encrypted.size() - kNonceBytes - kTagBytes);
  std::string tag(encrypted.substr(encrypted.size() - kTagBytes));
  std::string plain(text.size(), '\0');
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  TB_CHECK(cipher != nullptr && EVP_DecryptInit_ex2(cipher.get(), Aes256Gcm(), key.data(), Bytes(nonce), nullptr) == 1 &&
           EVP_DecryptUpdate(cipher.get(), nullptr, &size, Bytes(context), Size(context)) == 1 &&
           EVP_DecryptUpdate(cipher.get(), Bytes(&plain), &size, Bytes(text), Size(text)) == 1 && size == Size(text) &&
           EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), Bytes(&plain) + size, &size) != 1) {
    return std::nullopt;
  }
  return plain;
}

}  // namespace timebank::privacy
