#include "service/merkle/hash.h"

#include <openssl/evp.h>

#include <cstring>
#include <initializer_list>
#include <memory>

#include "service/base/check.h"

namespace timebank::merkle {
namespace {

constexpr char kLeafPrefix = 0x00;
constexpr char kNodePrefix = 0x01;

// Fetched once and kept for the life of the process: an implicit fetch on each digest costs as much as hashing a leaf.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    TB_CHECK(fetched != nullptr);
    return fetched;
  }();
  return algorithm;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// One context a thread, since setting one up costs more than starting it again.
EVP_MD_CTX* Context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  TB_CHECK(context != nullptr);
  return context.get();
}

// A digest that fails has no answer that may be used, and SHA-256 fails only when the library itself is broken.
Hash Digest(std::initializer_list<absl::string_view> pieces) {
  EVP_MD_CTX* const context = Context();
  TB_CHECK(EVP_DigestInit_ex2(context, Algorithm(), nullptr) == 1);
  for (absl::string_view piece : pieces) {
    TB_CHECK(EVP_DigestUpdate(context, piece.data(), piece.size()) == 1);
  }
  Hash hash;
  unsigned int length = 0;
  TB_CHECK(EVP_DigestFinal_ex(context, hash.data(), &length) == 1);
  TB_CHECK(length == hash.size());
  return hash;
}

}  // namespace

Hash Sha256(absl::string_view bytes) { return Digest({bytes}); }

Hash LeafHash(absl::string_view bytes) { return Digest({absl::string_view(&kLeafPrefix, 1), bytes}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  // One update of 65 bytes is cheaper than three.
  std::array<char, 1 + 2 * sizeof(Hash)> input;
  input[0] = kNodePrefix;
  std::memcpy(input.data() + 1, left.data(), left.size());
  std::memcpy(input.data() + 1 + left.size(), right.data(), right.size());
  return Digest({absl::string_view(input.data(), input.size())});
}

}  // namespace timebank::merkle
