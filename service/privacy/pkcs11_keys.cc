#include "service/privacy/pkcs11_keys.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "service/base/log.h"
#include "service/base/mutex.h"
#include "service/base/status.h"
#include "service/privacy/key_file.h"

namespace timebank::privacy {
namespace {

CK_BYTE* Bytes(absl::string_view text) { return reinterpret_cast<CK_BYTE*>(const_cast<char*>(text.data())); }

template <typename T>
CK_ATTRIBUTE Attribute(CK_ATTRIBUTE_TYPE type, T* value) {
  return {type, value, sizeof(T)};
}
CK_ATTRIBUTE Attribute(CK_ATTRIBUTE_TYPE type, const std::string& value) { return {type, Bytes(value), value.size()}; }

// AES-GCM as of Encrypt(). The nonce and the context must outlive it.
struct Gcm {
  Gcm(absl::string_view nonce, absl::string_view context)
      : parameters{Bytes(nonce), nonce.size(), nonce.size() * 8, Bytes(context), context.size(), kTagBytes * 8} {}
  CK_GCM_PARAMS parameters;
  CK_MECHANISM mechanism = {CKM_AES_GCM, &parameters, sizeof(parameters)};
};

bool SessionIsGone(CK_RV answer) {
  static constexpr CK_RV kGone[] = {CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED,       CKR_USER_NOT_LOGGED_IN,
                                    CKR_DEVICE_REMOVED,         CKR_DEVICE_ERROR,         CKR_TOKEN_NOT_PRESENT,
                                    CKR_KEY_HANDLE_INVALID,     CKR_OBJECT_HANDLE_INVALID};
  return std::find(std::begin(kGone), std::end(kGone), answer) != std::end(kGone);
}

bool PinIsRefused(CK_RV answer) {
  static constexpr CK_RV kRefused[] = {CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE, CKR_PIN_EXPIRED,
                                       CKR_PIN_LOCKED};
  return std::find(std::begin(kRefused), std::end(kRefused), answer) != std::end(kRefused);
}

absl::Status Failed(absl::string_view what, CK_RV answer) {
  return Silent(absl::StrCat("the token of the master keys cannot ", what, ": ", p11_kit_strerror(answer)));
}

// As of MasterKeys, but for one caller at a time: a session does one thing after the other.
class Token {
 public:
  Token(Pkcs11Place place, absl::string_view store)
      : place_(std::move(place)), start_(absl::StrCat("timebank-", store, "-master-")) {}

  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  ~Token() {
    if (module_ == nullptr) {
      return;
    }
    if (session_ != CK_INVALID_HANDLE) {
      module_->C_CloseSession(session_);
    }
    if (initialized_) {
      p11_kit_module_finalize(module_);
    }
    p11_kit_module_release(module_);
  }

  absl::Status Open(bool create) {
    p11_kit_be_quiet();
    module_ = p11_kit_module_load(place_.module.c_str(), 0);
    if (module_ == nullptr) {
      const char* const why = p11_kit_message();
      return absl::FailedPreconditionError(
          absl::StrCat("cannot load the PKCS#11 module ", place_.module, ": ", why == nullptr ? "it is none" : why));
    }
    TB_RETURN_IF_ERROR(Initialize());
    TB_RETURN_IF_ERROR(Connect());
    if (!keys_.empty()) {
      return absl::OkStatus();
    }
    return create ? Make(1, false)
                  : absl::FailedPreconditionError(absl::StrCat(
                        "there is no master key of this store in the token: ", NameOf(1),
                        ". Without it the personal fields stored here cannot be read. Name the right token, restore it from "
                        "its backup, or leave --pkcs11-module out when the master keys are files"));
  }

  std::vector<uint32_t> Ids() const {
    std::vector<uint32_t> ids;
    for (const auto& [id, key] : keys_) {
      ids.push_back(id);
    }
    return ids;
  }

  std::string NameOf(uint32_t id) const { return absl::StrCat(start_, id, " in the token ", place_.token); }

  // Somebody else may have written to the token.
  absl::StatusOr<bool> IsThere(uint32_t id) {
    TB_ASSIGN_OR_RETURN(const CK_RV found, Run([this] { return FindKeys(); }));
    return found == CKR_OK ? absl::StatusOr<bool>(keys_.contains(id)) : Failed("list its keys", found);
  }

  absl::Status Make(uint32_t id, bool take) {
    TB_ASSIGN_OR_RETURN(const bool there, IsThere(id));
    if (there) {
      return take ? absl::OkStatus() : absl::AlreadyExistsError(absl::StrCat("there is ", NameOf(id), " already"));
    }
    TB_ASSIGN_OR_RETURN(const CK_RV answer, Run([this, id] { return Generate(id); }));
    if (answer != CKR_OK) {
      return Failed("make a key", answer);
    }
    return absl::OkStatus();
  }

  absl::Status Destroy(uint32_t id) {
    TB_ASSIGN_OR_RETURN(const CK_RV answer, Run([this, id] {
                          const auto key = keys_.find(id);
                          return key == keys_.end() ? CKR_OK : module_->C_DestroyObject(session_, key->second);
                        }));
    if (answer != CKR_OK) {
      return Failed("destroy a key", answer);
    }
    keys_.erase(id);
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Wrap(uint32_t id, absl::string_view context, const Key& key) {
    if (!keys_.contains(id)) {
      return absl::NotFoundError("there is no such master key");
    }
    std::string wrapped = RandomBytes(kNonceBytes);
    TB_ASSIGN_OR_RETURN(const CK_RV answer, Run([&] { return Encrypt(id, context, key, &wrapped); }));
    if (answer != CKR_OK) {
      return Failed("encrypt", answer);
    }
    if (wrapped.size() != kWrappedBytes) {
      return absl::InternalError("the token of the master keys answers in another form than AES-GCM with its tag behind");
    }
    return wrapped;
  }

  absl::StatusOr<Key> Unwrap(uint32_t id, absl::string_view context, absl::string_view wrapped) {
    if (!keys_.contains(id)) {
      return absl::NotFoundError("there is no such master key");
    }
    const absl::Status changed = absl::DataLossError("a key does not open under its master key");
    if (wrapped.size() != kWrappedBytes) {
      return changed;
    }
    Key key{};
    TB_ASSIGN_OR_RETURN(const CK_RV answer, Run([&] { return Decrypt(id, context, wrapped, &key); }, true));
    if (answer == CKR_OK) {
      return key;
    }
    // Tokens differ in what they say of a wrong tag, and some say the same when they fail: then they do not open what they just wrapped either.
    TB_ASSIGN_OR_RETURN(const std::string probe, Wrap(id, context, key));
    TB_ASSIGN_OR_RETURN(const CK_RV again, Run([&] { return Decrypt(id, context, probe, &key); }, true));
    if (again != CKR_OK) {
      return Failed("decrypt", again);
    }
    // It may have been away just then.
    TB_ASSIGN_OR_RETURN(const CK_RV last, Run([&] { return Decrypt(id, context, wrapped, &key); }, true));
    return last == CKR_OK ? absl::StatusOr<Key>(key) : changed;
  }

 private:
  // Calls, and when the session is gone, once more in another. What the token answered; Silent() when there is no session.
  // Who decrypts may be refused by an error of no kind: then that tells nothing of the session.
  template <typename Call>
  absl::StatusOr<CK_RV> Run(const Call& call, bool decrypts = false) {
    const CK_RV answer = session_ == CK_INVALID_HANDLE ? CKR_SESSION_CLOSED : call();
    if (!SessionIsGone(answer) && (decrypts || (answer != CKR_GENERAL_ERROR && answer != CKR_FUNCTION_FAILED))) {
      return answer;
    }
    base::Log(base::LogLevel::kWarning, "token_session_lost", {{"answer", p11_kit_strerror(answer)}});
    if (const absl::Status status = Connect(); !status.ok()) {
      return Silent(status.message());
    }
    return call();
  }

  absl::Status Initialize() {
    const CK_RV answer = p11_kit_module_initialize(module_);
    initialized_ = answer == CKR_OK;
    return initialized_ ? absl::OkStatus()
                        : absl::FailedPreconditionError(absl::StrCat("the PKCS#11 module ", place_.module,
                                                                     " does not start: ", p11_kit_strerror(answer)));
  }

  // A module may read its tokens only when it starts: what was moved away and is back is found by a module that starts anew.
  absl::StatusOr<CK_SLOT_ID> FindSlotOrStartAnew() {
    if (initialized_) {
      absl::StatusOr<CK_SLOT_ID> slot = FindSlot();
      if (slot.ok() && !start_anew_) {
        return slot;
      }
      p11_kit_module_finalize(module_);
    }
    start_anew_ = false;
    TB_RETURN_IF_ERROR(Initialize());
    return FindSlot();
  }

  // A new session, with the user logged in and her keys found.
  absl::Status Connect() {
    if (session_ != CK_INVALID_HANDLE) {
      module_->C_CloseSession(std::exchange(session_, CK_INVALID_HANDLE));
    }
    if (pin_refused_) {
      return absl::FailedPreconditionError("the token refused the PIN before; start again with the right one");
    }
    TB_ASSIGN_OR_RETURN(const CK_SLOT_ID slot, FindSlotOrStartAnew());
    TB_ASSIGN_OR_RETURN(const std::string pin, ReadPin(place_.pin_file));
    start_anew_ = true;  // the next time, unless all of this is done
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    CK_RV answer = module_->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
    if (answer != CKR_OK) {
      return Failed("open a session", answer);
    }
    answer = module_->C_Login(session, CKU_USER, Bytes(pin), pin.size());
    if (answer != CKR_OK && answer != CKR_USER_ALREADY_LOGGED_IN) {
      module_->C_CloseSession(session);
      pin_refused_ = PinIsRefused(answer);  // a second try could lock the token
      return pin_refused_ ? absl::FailedPreconditionError(absl::StrCat("the token ", place_.token, " refuses the PIN of ",
                                                                       place_.pin_file, ": ", p11_kit_strerror(answer)))
                          : Failed("log in", answer);
    }
    session_ = session;
    answer = FindKeys();
    start_anew_ = answer != CKR_OK;
    if (answer != CKR_OK) {
      module_->C_CloseSession(std::exchange(session_, CK_INVALID_HANDLE));  // what is known of keys is not of this one
    }
    return answer == CKR_OK ? absl::OkStatus()
           : answer == CKR_TEMPLATE_INCONSISTENT
               ? absl::FailedPreconditionError(absl::StrCat("two keys of the token ", place_.token, " have one label, ",
                                                            start_, "<id>; it cannot be told which is the right one"))
               : Failed("list its keys", answer);
  }

  absl::StatusOr<CK_SLOT_ID> FindSlot() {
    CK_ULONG count = 0;
    CK_RV answer = module_->C_GetSlotList(CK_TRUE, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    if (answer == CKR_OK && count > 0) {
      answer = module_->C_GetSlotList(CK_TRUE, slots.data(), &count);
    }
    if (answer != CKR_OK) {
      return Failed("be found", answer);
    }
    slots.resize(std::min<size_t>(slots.size(), count));
    std::vector<CK_SLOT_ID> right;
    std::vector<std::string> labels;
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO token{};
      if (module_->C_GetTokenInfo(slot, &token) != CKR_OK || (token.flags & CKF_TOKEN_INITIALIZED) == 0) {
        continue;
      }
      std::string label(reinterpret_cast<const char*>(token.label), sizeof(token.label));
      label.erase(label.find_last_not_of(' ') + 1);
      if (label == place_.token) {
        right.push_back(slot);
      }
      labels.push_back(std::move(label));
    }
    if (right.size() != 1) {
      return absl::FailedPreconditionError(
          absl::StrCat(right.empty() ? "there is no token " : "there is more than one token ", place_.token,
                       " behind the PKCS#11 module ", place_.module, "; it has ",
                       labels.empty() ? "none" : absl::StrJoin(labels, ", "), ". Name one with --pkcs11-token"));
    }
    return right[0];
  }

  // CKR_TEMPLATE_INCONSISTENT when two keys have one id; CKR_TOKEN_NOT_PRESENT, and nothing is changed, when all that were there are gone.
  CK_RV FindKeys() {
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_KEY_TYPE aes = CKK_AES;
    CK_BBOOL yes = CK_TRUE;
    std::array wanted = {Attribute(CKA_CLASS, &secret), Attribute(CKA_KEY_TYPE, &aes), Attribute(CKA_TOKEN, &yes)};
    CK_RV answer = module_->C_FindObjectsInit(session_, wanted.data(), wanted.size());
    if (answer != CKR_OK) {
      return answer;
    }
    std::vector<CK_OBJECT_HANDLE> objects;
    CK_ULONG count = 0;
    do {
      std::array<CK_OBJECT_HANDLE, 64> some{};
      answer = module_->C_FindObjects(session_, some.data(), some.size(), &count);
      objects.insert(objects.end(), some.begin(), some.begin() + static_cast<ptrdiff_t>(answer == CKR_OK ? count : 0));
    } while (answer == CKR_OK && count > 0);
    module_->C_FindObjectsFinal(session_);
    if (answer != CKR_OK) {
      return answer;
    }
    std::map<uint32_t, CK_OBJECT_HANDLE> found;
    for (const CK_OBJECT_HANDLE object : objects) {
      const uint32_t id = IdOf(object);
      if (id != 0 && !found.emplace(id, object).second) {
        return CKR_TEMPLATE_INCONSISTENT;
      }
    }
    if (found.empty() && !keys_.empty()) {
      return CKR_TOKEN_NOT_PRESENT;
    }
    keys_ = std::move(found);
    return CKR_OK;
  }

  // 0 when the object is no master key of this store.
  uint32_t IdOf(CK_OBJECT_HANDLE object) {
    std::string text(256, '\0');
    CK_ATTRIBUTE label = Attribute(CKA_LABEL, text);
    if (module_->C_GetAttributeValue(session_, object, &label, 1) != CKR_OK) {
      return 0;  // longer than any of ours, or none
    }
    absl::string_view rest = absl::string_view(text).substr(0, label.ulValueLen);
    uint32_t id = 0;
    return absl::ConsumePrefix(&rest, start_) && absl::SimpleAtoi(rest, &id) && absl::StrCat(id) == rest ? id : 0;
  }

  CK_RV Generate(uint32_t id) {
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    CK_ULONG size = sizeof(Key);
    const std::string label = absl::StrCat(start_, id);
    std::array made = {Attribute(CKA_TOKEN, &yes),      Attribute(CKA_PRIVATE, &yes),   Attribute(CKA_SENSITIVE, &yes),
                       Attribute(CKA_EXTRACTABLE, &no), Attribute(CKA_ENCRYPT, &yes),   Attribute(CKA_DECRYPT, &yes),
                       Attribute(CKA_LABEL, label),     Attribute(CKA_VALUE_LEN, &size)};
    CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, nullptr, 0};
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    const CK_RV answer = module_->C_GenerateKey(session_, &mechanism, made.data(), made.size(), &key);
    if (answer == CKR_OK) {
      keys_[id] = key;
    }
    return answer;
  }

  // Adds to the nonce.
  CK_RV Encrypt(uint32_t id, absl::string_view context, const Key& key, std::string* wrapped) {
    const auto master = keys_.find(id);
    Gcm gcm(absl::string_view(*wrapped).substr(0, kNonceBytes), context);
    Key plain = key;
    std::array<CK_BYTE, 2 * kWrappedBytes> out{};
    CK_ULONG size = out.size();
    CK_RV answer =
        master == keys_.end() ? CKR_KEY_HANDLE_INVALID : module_->C_EncryptInit(session_, &gcm.mechanism, master->second);
    if (answer == CKR_OK) {
      answer = module_->C_Encrypt(session_, plain.data(), plain.size(), out.data(), &size);
    }
    if (answer == CKR_OK) {
      wrapped->append(reinterpret_cast<const char*>(out.data()), size);
    }
    return answer;
  }

  CK_RV Decrypt(uint32_t id, absl::string_view context, absl::string_view wrapped, Key* key) {
    const auto master = keys_.find(id);
    Gcm gcm(wrapped.substr(0, kNonceBytes), context);
    const absl::string_view text = wrapped.substr(kNonceBytes);
    std::array<CK_BYTE, 2 * kWrappedBytes> out{};
    CK_ULONG size = out.size();
    CK_RV answer =
        master == keys_.end() ? CKR_KEY_HANDLE_INVALID : module_->C_DecryptInit(session_, &gcm.mechanism, master->second);
    if (answer == CKR_OK) {
      answer = module_->C_Decrypt(session_, Bytes(text), text.size(), out.data(), &size);
    }
    if (answer == CKR_OK && size != key->size()) {
      return CKR_ENCRYPTED_DATA_INVALID;
    }
    if (answer == CKR_OK) {
      std::copy_n(out.begin(), key->size(), key->begin());
    }
    return answer;
  }

  const Pkcs11Place place_;
  const std::string start_;  // of labels
  CK_FUNCTION_LIST* module_ = nullptr;
  bool initialized_ = false;
  bool start_anew_ = false;  // the module, since it names the token and opens no session with its keys
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
  bool pin_refused_ = false;
  std::map<uint32_t, CK_OBJECT_HANDLE> keys_;
};

class Pkcs11Masters final : public MasterKeys {
 public:
  Pkcs11Masters(const Pkcs11Place& place, absl::string_view store) : token_(place, store) {}

  absl::Status Open(bool create) {
    const base::MutexLock lock(&mutex_);
    return token_.Open(create);
  }
  std::vector<uint32_t> Ids() const override {
    const base::MutexLock lock(&mutex_);
    return token_.Ids();
  }
  std::string NameOf(uint32_t id) const override {
    const base::MutexLock lock(&mutex_);
    return token_.NameOf(id);
  }
  absl::StatusOr<bool> IsThere(uint32_t id) override {
    const base::MutexLock lock(&mutex_);
    return token_.IsThere(id);
  }
  absl::Status Make(uint32_t id, bool take) override {
    const base::MutexLock lock(&mutex_);
    return token_.Make(id, take);
  }
  absl::Status Destroy(uint32_t id) override {
    const base::MutexLock lock(&mutex_);
    return token_.Destroy(id);
  }
  absl::StatusOr<std::string> Wrap(uint32_t id, absl::string_view context, const Key& key) const override {
    const base::MutexLock lock(&mutex_);
    return token_.Wrap(id, context, key);
  }
  absl::StatusOr<Key> Unwrap(uint32_t id, absl::string_view context, absl::string_view wrapped) const override {
    const base::MutexLock lock(&mutex_);
    return token_.Unwrap(id, context, wrapped);
  }

 private:
  mutable base::Mutex mutex_;
  mutable Token token_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<MasterKeys>> OpenPkcs11Masters(const Pkcs11Place& place, absl::string_view store,
                                                              bool create) {
  if (place.module.empty() || place.token.empty() || place.pin_file.empty()) {
    return absl::InvalidArgumentError(
        "master keys in a token take all of --pkcs11-module, --pkcs11-token and --pkcs11-pin-file");
  }
  auto keys = std::make_unique<Pkcs11Masters>(place, store);
  TB_RETURN_IF_ERROR(keys->Open(create));
  return keys;
}

}  // namespace timebank::privacy
