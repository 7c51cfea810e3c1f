// With a token of SoftHSM: nothing here knows what is behind PKCS#11.
#include "service/privacy/pkcs11_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/privacy/member_keys.h"
#include "service/privacy/slot_file.h"
#include "service/privacy/soft_token_for_test.h"

namespace timebank::privacy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Pkcs11Test : public ::testing::Test {
 protected:
  Pkcs11Test() : folder_(MakeFolder()), token_(SOFTHSM_MODULE, folder_) {}
  ~Pkcs11Test() override { std::filesystem::remove_all(folder_); }

  static std::string MakeFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "pkcs11_keys_test.XXXXXX").string();
    return mkdtemp(path.data());
  }
  absl::StatusOr<std::unique_ptr<MasterKeys>> TryOpen(bool create = true, const std::string& store = "a") const {
    return OpenPkcs11Masters(token_.place(), store, create);
  }
  std::unique_ptr<MasterKeys> Open(const std::string& store = "a") const { return *TryOpen(true, store); }
  static std::string Refused(const Pkcs11Place& place, bool create = true) {
    const absl::Status status = OpenPkcs11Masters(place, "a", create).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    return std::string(status.message());
  }
  std::string SlotsPath() const { return folder_ + "/members.keys"; }
  std::unique_ptr<MemberKeys> OpenMembers(bool create) const {
    auto keys = *MemberKeys::Open(SlotsPath(), *TryOpen(create), create);
    keys->Resume();
    return keys;
  }

  const std::string folder_;
  const SoftToken token_;
};

// The module as another user of it in this process: what it does to sessions, no session is asked.
class Raw {
 public:
  Raw() : module_(p11_kit_module_load(SOFTHSM_MODULE, P11_KIT_MODULE_UNMANAGED)) {
    CK_ULONG count = slots_.size();
    EXPECT_EQ(module_->C_GetSlotList(CK_TRUE, slots_.data(), &count), CKR_OK);
  }
  ~Raw() { p11_kit_module_release(module_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  CK_FUNCTION_LIST* operator->() const { return module_; }
  // The first is the token of the test.
  CK_SLOT_ID slot() const { return slots_[0]; }

 private:
  CK_FUNCTION_LIST* const module_;
  std::array<CK_SLOT_ID, 8> slots_{};
};

TEST_F(Pkcs11Test, WrapsForOneContextAndOneKeyAlsoAfterARestart) {
  const Key key = RandomKey();
  std::string wrapped;
  {
    const auto masters = Open();
    EXPECT_THAT(masters->Ids(), ElementsAre(1));
    wrapped = *masters->Wrap(1, "context", key);
    EXPECT_EQ(wrapped.size(), kWrappedBytes);
    EXPECT_NE(*masters->Wrap(1, "context", key), wrapped);
    EXPECT_EQ(masters->Wrap(2, "context", key).status().code(), absl::StatusCode::kNotFound);
  }
  const auto masters = *TryOpen(false);
  EXPECT_EQ(*masters->Unwrap(1, "context", wrapped), key);
  EXPECT_EQ(masters->Unwrap(1, "Context", wrapped).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(masters->Unwrap(2, "context", wrapped).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(masters->Unwrap(1, "context", wrapped.substr(1)).status().code(), absl::StatusCode::kDataLoss);
  for (const size_t place : {size_t{0}, kNonceBytes, kWrappedBytes - 1}) {
    std::string changed = wrapped;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    EXPECT_EQ(masters->Unwrap(1, "context", changed).status().code(), absl::StatusCode::kDataLoss) << place;
  }
  ASSERT_TRUE(masters->Make(2, false).ok());
  EXPECT_EQ(masters->Unwrap(2, "context", wrapped).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*masters->Unwrap(1, "context", wrapped), key) << "a refusal does not end the session";
}

TEST_F(Pkcs11Test, MakesAndDestroysForGood) {
  std::string wrapped;
  {
    const auto masters = Open();
    const auto other = Open();
    wrapped = *masters->Wrap(1, "", RandomKey());
    ASSERT_TRUE(masters->Make(2, false).ok());
    EXPECT_EQ(other->Make(2, false).code(), absl::StatusCode::kAlreadyExists);
    EXPECT_TRUE(other->Make(2, true).ok());
    EXPECT_THAT(other->Ids(), ElementsAre(1, 2));
    ASSERT_TRUE(masters->Destroy(1).ok());
    EXPECT_TRUE(masters->Destroy(1).ok());
    EXPECT_EQ(masters->Unwrap(1, "", wrapped).status().code(), absl::StatusCode::kNotFound);
  }
  const auto masters = *TryOpen(false);
  EXPECT_THAT(masters->Ids(), ElementsAre(2));
  ASSERT_TRUE(masters->Make(1, false).ok());
  EXPECT_EQ(masters->Unwrap(1, "", wrapped).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(Pkcs11Test, AKeyNeverLeavesTheToken) {
  const auto masters = Open();
  const Raw raw;
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  ASSERT_EQ(raw->C_OpenSession(raw.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_OK);
  ASSERT_EQ(raw->C_FindObjectsInit(session, nullptr, 0), CKR_OK);
  CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
  CK_ULONG count = 0;
  ASSERT_EQ(raw->C_FindObjects(session, &object, 1, &count), CKR_OK);
  raw->C_FindObjectsFinal(session);
  ASSERT_EQ(count, 1u);
  std::array<char, 64> value{};
  CK_ATTRIBUTE wanted = {CKA_VALUE, value.data(), value.size()};
  EXPECT_EQ(raw->C_GetAttributeValue(session, object, &wanted, 1), CKR_ATTRIBUTE_SENSITIVE);
  CK_BBOOL extractable = CK_TRUE;
  wanted = {CKA_EXTRACTABLE, &extractable, sizeof(extractable)};
  ASSERT_EQ(raw->C_GetAttributeValue(session, object, &wanted, 1), CKR_OK);
  EXPECT_EQ(extractable, CK_FALSE);
  wanted = {CKA_LABEL, value.data(), value.size()};
  ASSERT_EQ(raw->C_GetAttributeValue(session, object, &wanted, 1), CKR_OK);
  EXPECT_EQ(std::string(value.data(), wanted.ulValueLen), "timebank-a-master-1");
  raw->C_CloseSession(session);
}

TEST_F(Pkcs11Test, StoresThatShareATokenHaveTheirOwnKeys) {
  const auto a = Open("a");
  const auto b = Open("b");
  ASSERT_TRUE(b->Make(2, false).ok());
  EXPECT_THAT((*TryOpen(false, "a"))->Ids(), ElementsAre(1));
  EXPECT_THAT((*TryOpen(false, "b"))->Ids(), ElementsAre(1, 2));
  const std::string wrapped = *a->Wrap(1, "", RandomKey());
  EXPECT_EQ(b->Unwrap(1, "", wrapped).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(Pkcs11Test, SaysWhatIsNotRight) {
  const Pkcs11Place right = token_.place();
  EXPECT_THAT(Refused(right, false), HasSubstr("no master key of this store"));
  Pkcs11Place place = right;
  place.module = folder_ + "/none.so";
  EXPECT_THAT(Refused(place), HasSubstr("cannot load the PKCS#11 module " + place.module));
  place = right;
  place.token = "other";
  EXPECT_THAT(Refused(place), HasSubstr("no token other behind"));
  EXPECT_THAT(Refused(place), HasSubstr("it has timebank"));
  token_.WritePin("4321");
  EXPECT_THAT(Refused(right), HasSubstr("refuses the PIN of " + token_.PinFile()));
  token_.WritePin("");
  EXPECT_THAT(Refused(right), HasSubstr("is empty"));
  token_.WritePin("1234");
  ASSERT_EQ(chmod(token_.PinFile().c_str(), 0640), 0);
  EXPECT_THAT(Refused(right), HasSubstr("chmod 600"));
  std::filesystem::remove(token_.PinFile());
  EXPECT_THAT(Refused(right), HasSubstr("is missing"));
  EXPECT_EQ(OpenPkcs11Masters({right.module, right.token, ""}, "a", true).status().code(),
            absl::StatusCode::kInvalidArgument);
  token_.WritePin("1234");
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(Pkcs11Test, TwoKeysOfOneNameAreRefused) {
  { EXPECT_TRUE(TryOpen().ok()); }
  const auto masters = Open();
  const Raw raw;
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  ASSERT_EQ(raw->C_OpenSession(raw.slot(), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
  char label[] = "timebank-a-master-1";
  CK_BBOOL yes = CK_TRUE;
  CK_ULONG size = sizeof(Key);
  std::array made = {CK_ATTRIBUTE{CKA_TOKEN, &yes, sizeof(yes)}, CK_ATTRIBUTE{CKA_LABEL, label, sizeof(label) - 1},
                     CK_ATTRIBUTE{CKA_VALUE_LEN, &size, sizeof(size)}};
  CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, nullptr, 0};
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  ASSERT_EQ(raw->C_GenerateKey(session, &mechanism, made.data(), made.size(), &key), CKR_OK);
  EXPECT_THAT(Refused(token_.place()), HasSubstr("two keys"));
  raw->C_CloseSession(session);
}

TEST_F(Pkcs11Test, ASessionThatIsLostBeginsAnew) {
  const auto masters = Open();
  const Raw raw;
  const Key key = RandomKey();
  const std::string wrapped = *masters->Wrap(1, "", key);
  ASSERT_EQ(raw->C_CloseAllSessions(raw.slot()), CKR_OK);
  EXPECT_EQ(*masters->Unwrap(1, "", wrapped), key);
  ASSERT_EQ(raw->C_CloseAllSessions(raw.slot()), CKR_OK);
  EXPECT_TRUE(masters->Wrap(1, "", key).ok());
  ASSERT_EQ(raw->C_CloseAllSessions(raw.slot()), CKR_OK);
  ASSERT_TRUE(masters->Make(2, false).ok());
  ASSERT_EQ(raw->C_CloseAllSessions(raw.slot()), CKR_OK);
  ASSERT_TRUE(masters->Destroy(1).ok());
  EXPECT_THAT(masters->Ids(), ElementsAre(2));
}

TEST_F(Pkcs11Test, ManyThreadsMayCall) {
  const auto masters = Open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&masters, i] {
      const std::string context = std::to_string(i);
      for (int round = 0; round < 50; ++round) {
        const Key key = RandomKey();
        EXPECT_EQ(*masters->Unwrap(1, context, *masters->Wrap(1, context, key)), key);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(Pkcs11Test, MembersKeysLieUnderItAndRotate) {
  std::vector<MemberKeys::Made> made;
  {
    const auto keys = OpenMembers(true);
    for (int i = 0; i < 300; ++i) {
      made.push_back(keys->Make());
    }
    ASSERT_TRUE(keys->Sync().ok());
    EXPECT_EQ(*keys->Rotate(1), 2u);
    for (int i = 0; i < 1000 && keys->Masters().size() > 1; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    ASSERT_EQ(keys->Masters().size(), 1u);
    EXPECT_EQ(keys->Masters()[0].slots, 300u);
  }
  EXPECT_THAT((*TryOpen(false))->Ids(), ElementsAre(2));
  const auto keys = OpenMembers(false);
  for (const MemberKeys::Made& one : made) {
    ASSERT_EQ(*keys->Find(one.id), one.key);
  }
}

TEST_F(Pkcs11Test, ATokenThatDoesNotAnswerCostsNothing) {
  const auto keys = OpenMembers(true);
  const MemberKeys::Made first = keys->Make();
  ASSERT_TRUE(keys->Sync().ok());
  ASSERT_TRUE(keys->Has(first.id));
  const Raw raw;
  ASSERT_EQ(raw->C_CloseAllSessions(raw.slot()), CKR_OK);
  std::filesystem::remove(token_.PinFile());
  EXPECT_TRUE(IsSilent(keys->Find(first.id).status())) << "it is not called lost";
  EXPECT_FALSE(keys->Has(keys->Make().id)) << "nobody can be registered";
  EXPECT_TRUE(IsSilent(keys->Rotate(1).status()));
  EXPECT_FALSE((*SlotFile::Open(SlotsPath(), false))->header().making);
  EXPECT_TRUE(keys->Sync().ok()) << "that is no fault of the disk";
  token_.WritePin("1234");
  EXPECT_EQ(*keys->Find(first.id), first.key);
  EXPECT_TRUE(keys->Has(keys->Make().id));
  EXPECT_EQ(*keys->Rotate(1), 2u);
}

TEST_F(Pkcs11Test, ATokenThatWasAwayIsFoundAgain) {
  const auto keys = OpenMembers(true);
  const MemberKeys::Made first = keys->Make();
  ASSERT_TRUE(keys->Sync().ok());
  for (int round = 0; round < 2; ++round) {
    std::filesystem::rename(folder_ + "/tokens", folder_ + "/away");
    std::filesystem::create_directory(folder_ + "/tokens");
    absl::Status status = absl::OkStatus();
    for (int i = 0; i < 5; ++i) {
      status = keys->Find(first.id).status();
      EXPECT_TRUE(IsSilent(status)) << status;
    }
    EXPECT_TRUE(IsSilent(keys->Rotate(1).status()));
    EXPECT_FALSE(keys->Has(keys->Make().id));
    std::filesystem::remove_all(folder_ + "/tokens");
    std::filesystem::rename(folder_ + "/away", folder_ + "/tokens");
    const absl::StatusOr<Key> found = keys->Find(first.id);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, first.key);
  }
  EXPECT_EQ(*keys->Rotate(1), 2u);
}

}  // namespace
}  // namespace timebank::privacy
