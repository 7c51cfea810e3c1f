// Master keys in a token behind PKCS#11, a hardware module or what stands for one: they are made there and never leave it.
#ifndef TIMEBANK_PRIVACY_PKCS11_KEYS_H_
#define TIMEBANK_PRIVACY_PKCS11_KEYS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/privacy/master_keys.h"

namespace timebank::privacy {

struct Pkcs11Place {
  std::string module;    // path of the shared library that speaks for the token
  std::string token;     // the token's label
  std::string pin_file;  // with the user's PIN, as of ReadPin; read again whenever the token wants it
};

// AES-256 keys by the label timebank-<store>-master-<id>, generated in the token, sensitive and not extractable; they wrap with CKM_AES_GCM, in
// the same bytes as files do. Ends and begins its session anew when the token lost it, and asks no PIN a second time that was refused once.
// The token is not asked how a key came to be: who may write to it is trusted.
//
// When there is no key the first is made if `create` is set, else FAILED_PRECONDITION, as when the module cannot be loaded, there is no such
// token, or not just one, or it refuses the PIN. INVALID_ARGUMENT when a part of the place is empty; the errors of ReadPin; Silent().
absl::StatusOr<std::unique_ptr<MasterKeys>> OpenPkcs11Masters(const Pkcs11Place& place, absl::string_view store,
                                                              bool create);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_PKCS11_KEYS_H_
