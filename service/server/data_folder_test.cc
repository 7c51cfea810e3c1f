// What a start does to the keys of members, with real files: whatever is missing, old or another's, it costs nobody's key.
#include "service/server/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "service/ledger/keys.h"
#include "service/store/test_folder.h"

namespace timebank::server {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class DataFolderTest : public ::testing::Test {
 protected:
  fs::path Data() const { return fs::path(folder_.path()) / "data"; }
  fs::path Slots() const { return Data() / "members.keys"; }
  fs::path Aside(const std::string& name = "aside") const { return fs::path(folder_.path()) / name; }

  DataFolder Open() { return *OpenDataFolder(Data().string()); }
  // As a whole start.
  absl::Status Start(const KeyDecisions& decisions = {}) {
    const auto folder = OpenDataFolder(Data().string(), {}, decisions.accept_missing);
    return folder.ok() ? SettleKeys(*folder, decisions) : folder.status();
  }
  // Why it does not start; no key is touched.
  std::string Refused(const KeyDecisions& decisions = {}) {
    const std::string before = Bytes(Slots());
    const absl::Status status = Start(decisions);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_EQ(Bytes(Slots()), before);
    return std::string(status.message());
  }

  // The row of a member as the ledger leaves it; nothing to erase it.
  void SetPerson(const DataFolder& folder, uint64_t id, std::optional<std::string> sealed) {
    const auto fence = folder.store->Acquire();
    ASSERT_TRUE(fence.ok());
    store::WriteBatch batch(
        fence->epoch, folder.store->applied().position + 1,
        {{ledger::keys::Person("xt", model::MemberId(id)), std::move(sealed)}, {ledger::keys::Bank("xt"), "bank"}});
    ASSERT_TRUE(folder.store->Commit(std::move(batch), *fence).ok());
  }
  std::string Register(const DataFolder& folder, uint64_t id) {
    std::string sealed = folder.sealer->Seal({"张三", 0, "", ""}).bytes;
    EXPECT_TRUE(folder.sealer->keys().Sync().ok());
    SetPerson(folder, id, sealed);
    return sealed;
  }
  // Up to the moment at which the process ends: the key is still there.
  void Erase(const DataFolder& folder, uint64_t id, const std::string& sealed) {
    EXPECT_TRUE(folder.sealer->keys().Leave(*privacy::Sealer::KeyOf(sealed), folder.store->applied().position).ok());
    EXPECT_TRUE(folder.sealer->keys().Sync().ok());
    SetPerson(folder, id, std::nullopt);
  }
  bool Reads(const std::string& sealed) { return Open().sealer->Unseal(sealed).ok(); }

  store::TestFolder folder_;
};

TEST_F(DataFolderTest, AnErasureThatWasInterruptedIsFinished) {
  std::string stays;
  std::string goes;
  {
    const DataFolder folder = Open();
    stays = Register(folder, 1);
    goes = Register(folder, 2);
    Erase(folder, 2, goes);
  }
  ASSERT_TRUE(Reads(goes));
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(stays));
  EXPECT_FALSE(Reads(goes));
}

TEST_F(DataFolderTest, AnErasureThatWasNeverCommittedCostsNothing) {
  std::string stays;
  {
    const DataFolder folder = Open();
    stays = Register(folder, 1);
    ASSERT_TRUE(folder.sealer->keys().Leave(*privacy::Sealer::KeyOf(stays), folder.store->applied().position).ok());
    ASSERT_TRUE(folder.sealer->keys().Sync().ok());
  }
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(stays));
}

// As after the process ended between the sync of a key and the commit of its member.
TEST_F(DataFolderTest, KeysThatNoMemberHasStayUntilAPersonSaysOtherwise) {
  std::string sealed;
  {
    const DataFolder folder = Open();
    sealed = folder.sealer->Seal({"张三", 0, "", ""}).bytes;
    ASSERT_TRUE(folder.sealer->keys().Sync().ok());
  }
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(sealed));
  ASSERT_TRUE(Start({false, true}).ok());
  EXPECT_FALSE(Reads(sealed));
}

TEST_F(DataFolderTest, WithoutItsStoreItDoesNotStart) {
  std::string sealed;
  {
    const DataFolder folder = Open();
    sealed = Register(folder, 1);
  }
  fs::rename(Data() / "store", Aside());
  EXPECT_THAT(Refused(), HasSubstr("put the store back"));
  EXPECT_FALSE(fs::exists(Data() / "store")) << "it would stand in the way";
  fs::create_directory(Data() / "store");  // where it would be mounted
  EXPECT_THAT(Refused({true, true}), HasSubstr("put the store back"));
  EXPECT_TRUE(fs::is_empty(Data() / "store"));
  fs::rename(Aside(), Data() / "store");
  EXPECT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(sealed));
}

TEST_F(DataFolderTest, AnotherStoreIsRefusedNewOrNot) {
  std::string sealed;
  {
    const DataFolder folder = Open();
    sealed = Register(folder, 1);
  }
  fs::rename(Data() / "store", Aside());
  const std::string other = Aside("other").string();
  { ASSERT_TRUE(OpenDataFolder(other).ok()); }
  fs::copy(Aside("other") / "store", Data() / "store", fs::copy_options::recursive);
  EXPECT_THAT(Refused({true, true}), HasSubstr("another store"));
  fs::remove_all(Data() / "store");
  {
    const auto folder = OpenDataFolder(other);
    Register(*folder, 1);
  }
  fs::copy(Aside("other") / "store", Data() / "store", fs::copy_options::recursive);
  EXPECT_THAT(Refused({true, true}), HasSubstr("another store"));
  fs::remove_all(Data() / "store");
  fs::rename(Aside(), Data() / "store");
  EXPECT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(sealed));
}

TEST_F(DataFolderTest, AnOlderStoreCostsNobodyHerKey) {
  std::string first;
  std::string second;
  {
    const DataFolder folder = Open();
    first = Register(folder, 1);
  }
  fs::copy(Data() / "store", Aside("older"), fs::copy_options::recursive);
  {
    const DataFolder folder = Open();
    second = Register(folder, 2);
    // Her erasure was asked for, and refused.
    ASSERT_TRUE(folder.sealer->keys().Leave(*privacy::Sealer::KeyOf(second), folder.store->applied().position).ok());
    ASSERT_TRUE(folder.sealer->keys().Sync().ok());
  }
  fs::rename(Data() / "store", Aside());
  fs::rename(Aside("older"), Data() / "store");
  ASSERT_TRUE(Start().ok()) << "newer keys beside an older store are right";
  EXPECT_TRUE(Reads(first));
  fs::remove_all(Data() / "store");
  fs::rename(Aside(), Data() / "store");
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(second));
}

TEST_F(DataFolderTest, AnOlderFileOfKeysIsRefusedAndWhoWasErasedCanBeDestroyedAgain) {
  std::string erased;
  std::string later;
  {
    const DataFolder folder = Open();
    erased = Register(folder, 1);
  }
  fs::copy(Slots(), Aside("older"));
  {
    const DataFolder folder = Open();
    later = Register(folder, 2);
    Erase(folder, 1, erased);
  }
  ASSERT_TRUE(Start().ok());
  ASSERT_FALSE(Reads(erased));
  fs::copy(Slots(), Aside());
  fs::copy(Aside("older"), Slots(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(Refused(), HasSubstr("the keys of 1 members are missing"));
  EXPECT_THAT(Refused(), HasSubstr("members.keys is older than the store, or slots of it were lost"));
  EXPECT_THAT(Refused({false, true}), HasSubstr("--accept-missing-keys"));
  ASSERT_TRUE(Start({true, false}).ok());
  ASSERT_TRUE(Start().ok()) << "it was said once";
  EXPECT_TRUE(privacy::IsLost(Open().sealer->Unseal(later).status())) << "missing, and not erased";
  EXPECT_TRUE(Reads(erased)) << "nobody said so yet";
  ASSERT_TRUE(Start({true, true}).ok());
  EXPECT_FALSE(Reads(erased));
  fs::copy(Aside(), Slots(), fs::copy_options::overwrite_existing);
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(later));
}

TEST_F(DataFolderTest, AFileOfKeysThatIsGoneCanBeAcceptedAsLost) {
  for (const bool missing : {true, false}) {
    std::string lost;
    {
      const DataFolder folder = Open();
      lost = Register(folder, missing ? 1 : 2);
    }
    if (missing) {
      fs::remove(Slots());
    } else {
      fs::resize_file(Slots(), 100);
    }
    EXPECT_THAT(Refused(), HasSubstr("start once with --accept-missing-keys"));
    EXPECT_EQ(fs::exists(Slots()), !missing);
    ASSERT_TRUE(Start({true, false}).ok());
    ASSERT_TRUE(Start().ok()) << "it was said once";
    EXPECT_TRUE(privacy::IsLost(Open().sealer->Unseal(lost).status()));
  }
  const std::string later = Register(Open(), 3);
  EXPECT_TRUE(Reads(later));
}

TEST_F(DataFolderTest, AStoreFromBeforeAnErasureIsCalledOlderAndTheLossIsAcceptedOnce) {
  std::string erased;
  std::string stays;
  {
    const DataFolder folder = Open();
    erased = Register(folder, 1);
    stays = Register(folder, 2);
  }
  fs::copy(Data() / "store", Aside("older"), fs::copy_options::recursive);
  {
    const DataFolder folder = Open();
    Erase(folder, 1, erased);
  }
  ASSERT_TRUE(Start().ok());
  ASSERT_FALSE(Reads(erased));
  fs::rename(Data() / "store", Aside());
  fs::rename(Aside("older"), Data() / "store");
  const std::string why = Refused();
  EXPECT_THAT(why, HasSubstr("The store is older than members.keys"));
  EXPECT_THAT(why, HasSubstr("Put the newer store back"));
  EXPECT_THAT(why, Not(HasSubstr("slots"))) << "nothing is wrong with them";
  ASSERT_TRUE(Start({true, false}).ok());
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(privacy::IsLost(Open().sealer->Unseal(erased).status()));
  EXPECT_TRUE(Reads(stays));
  fs::remove_all(Data() / "store");
  fs::rename(Aside(), Data() / "store");
  ASSERT_TRUE(Start().ok()) << "the newer store may still come back";
  EXPECT_TRUE(Reads(stays));
}

TEST_F(DataFolderTest, DamagedSlotsAreCalledThat) {
  std::string sealed;
  {
    const DataFolder folder = Open();
    sealed = Register(folder, 1);
  }
  const std::string whole = Bytes(Slots());
  std::string damaged = whole;
  damaged[damaged.size() - 100] ^= 1;
  std::ofstream(Slots(), std::ios::binary) << damaged;
  EXPECT_THAT(Refused(), HasSubstr("1 slots of members.keys are damaged"));
  std::ofstream(Slots(), std::ios::binary) << whole;
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(sealed));
  std::ofstream(Slots(), std::ios::binary) << damaged;
  ASSERT_TRUE(Start({true, false}).ok());
  ASSERT_TRUE(Start().ok());
  std::ofstream(Slots(), std::ios::binary) << whole;
  ASSERT_TRUE(Start().ok()) << "a copy that was found after all";
  EXPECT_TRUE(Reads(sealed));
}

TEST_F(DataFolderTest, AFolderOfKeysIsOneStoresAndOneServersAtATime) {
  const KeysPlace shared = {Aside("keys").string()};
  const std::string other = Aside("other").string();
  const std::string copy = Aside("copy").string();
  std::string sealed;
  {
    const auto folder = OpenDataFolder(Data().string(), shared);
    ASSERT_TRUE(folder.ok()) << folder.status();
    sealed = Register(*folder, 1);
    const absl::Status status = OpenDataFolder(other, shared).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("another server uses the folder of keys"));
  }
  fs::copy(Data(), copy, fs::copy_options::recursive);
  const absl::Status status = OpenDataFolder(other, shared).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("belongs to another store"));
  EXPECT_TRUE(OpenDataFolder(other).ok()) << "with a folder of its own";
  {
    const auto folder = OpenDataFolder(Data().string(), shared);
    ASSERT_TRUE(folder.ok());
    EXPECT_EQ(OpenDataFolder(copy, shared).status().code(), absl::StatusCode::kUnavailable) << "beside the original";
  }
  const auto folder = OpenDataFolder(copy, shared);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_TRUE(folder->sealer->Unseal(sealed).ok());
}

TEST_F(DataFolderTest, SecretsThatAreOthersAreRefused) {
  std::string sealed;
  {
    const DataFolder folder = Open();
    sealed = Register(folder, 1);
  }
  for (const char* name : {"keys/personal.key", "keys/master-1.key"}) {
    const std::string right = Bytes(Data() / name);
    std::ofstream(Data() / name, std::ios::binary) << std::string(32, 'k');
    EXPECT_THAT(Refused({true, true}), HasSubstr("is another one than")) << name;
    std::ofstream(Data() / name, std::ios::binary) << right;
  }
  ASSERT_TRUE(Start().ok());
  EXPECT_TRUE(Reads(sealed));
}

}  // namespace
}  // namespace timebank::server
