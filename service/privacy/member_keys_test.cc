#include "service/privacy/member_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/privacy/cipher.h"

namespace timebank::privacy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr size_t kSlot = 128;

std::string Text(const Key& key) { return std::string(key.begin(), key.end()); }

class MemberKeysTest : public ::testing::Test {
 protected:
  MemberKeysTest() {
    std::string path = (std::filesystem::temp_directory_path() / "member_keys_test.XXXXXX").string();
    folder_ = mkdtemp(path.data());
  }
  ~MemberKeysTest() override { std::filesystem::remove_all(folder_); }

  std::string SlotsPath() const { return folder_ + "/members.keys"; }
  std::string MasterPath(int id) const { return folder_ + "/master-" + std::to_string(id) + ".key"; }
  absl::StatusOr<std::unique_ptr<MemberKeys>> TryOpen(bool create = true) {
    absl::StatusOr<std::unique_ptr<MasterKeys>> masters = OpenMasterFiles(folder_, create);
    return masters.ok() ? MemberKeys::Open(SlotsPath(), *std::move(masters), create) : masters.status();
  }
  std::unique_ptr<MemberKeys> Open() { return *TryOpen(); }
  static std::string Bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  void Overwrite(const std::string& path, size_t place, char byte) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(place));
    file.put(byte);
  }
  // Until the rotation is over, for ten seconds at most.
  static bool OneMasterLeft(const MemberKeys& keys) {
    for (int i = 0; i < 1000 && keys.Masters().size() > 1; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return keys.Masters().size() == 1;
  }

  std::string folder_;
};

TEST_F(MemberKeysTest, AreThereAgainAfterARestart) {
  std::vector<MemberKeys::Made> made;
  {
    const auto keys = Open();
    for (int i = 0; i < 10; ++i) {
      made.push_back(keys->Make());
    }
    ASSERT_TRUE(keys->Sync().ok());
    EXPECT_EQ(*keys->Find(made[3].id), made[3].key);
  }
  const auto keys = Open();
  for (const MemberKeys::Made& one : made) {
    EXPECT_EQ(*keys->Find(one.id), one.key);
    EXPECT_THAT(Bytes(SlotsPath()), Not(HasSubstr(Text(one.key))));
  }
  EXPECT_EQ(keys->Find(KeyId{}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(MemberKeysTest, DestructionLeavesNothingInTheFileAndItsSlotIsUsedAgain) {
  const auto keys = Open();
  const MemberKeys::Made first = keys->Make();
  const MemberKeys::Made second = keys->Make();
  ASSERT_TRUE(keys->Sync().ok());
  const std::string slot = Bytes(SlotsPath()).substr(kSlot, kSlot);
  ASSERT_TRUE(keys->Destroy(first.id).ok());
  ASSERT_TRUE(keys->Destroy(first.id).ok());  // once more is no error
  EXPECT_EQ(keys->Find(first.id).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*keys->Find(second.id), second.key);
  EXPECT_EQ(Bytes(SlotsPath()).substr(kSlot, kSlot), std::string(kSlot, '\0'));
  EXPECT_THAT(Bytes(SlotsPath()), Not(HasSubstr(slot.substr(1, 16))));
  const MemberKeys::Made third = keys->Make();
  ASSERT_TRUE(keys->Sync().ok());
  EXPECT_EQ(Bytes(SlotsPath()).size(), 3 * kSlot);
  EXPECT_EQ(*keys->Find(third.id), third.key);
}

TEST_F(MemberKeysTest, KeysThatNobodyNamesAreSwept) {
  const auto keys = Open();
  const MemberKeys::Made named = keys->Make();
  const MemberKeys::Made refused = keys->Make();
  const MemberKeys::Made orphan = keys->Make();
  keys->Free(refused.id);
  EXPECT_EQ(keys->Find(refused.id).status().code(), absl::StatusCode::kNotFound);
  KeyId lost{};
  lost.fill(7);
  const auto swept = keys->KeepOnly({named.id, lost});
  ASSERT_TRUE(swept.ok());
  EXPECT_EQ(swept->freed, 1u);
  EXPECT_EQ(swept->missing, 1u);
  EXPECT_EQ(keys->Find(orphan.id).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*keys->Find(named.id), named.key);
}

TEST_F(MemberKeysTest, ARotationBringsEveryKeyUnderTheNewMasterAndDestroysTheOld) {
  const auto keys = Open();
  std::vector<MemberKeys::Made> made;
  for (int i = 0; i < 700; ++i) {
    made.push_back(keys->Make());
  }
  ASSERT_TRUE(keys->Sync().ok());
  const std::string old_master = Bytes(MasterPath(1));
  const std::string old_slots = Bytes(SlotsPath());
  EXPECT_EQ(*keys->Rotate(1), 2u);
  EXPECT_EQ(*keys->Rotate(1), 2u);  // a retry makes no third
  made.push_back(keys->Make());     // while it runs
  ASSERT_TRUE(OneMasterLeft(*keys));
  EXPECT_EQ(keys->Masters()[0].id, 2u);
  EXPECT_EQ(keys->Masters()[0].slots, 701u);
  EXPECT_FALSE(std::filesystem::exists(MasterPath(1)));
  for (const MemberKeys::Made& one : made) {
    EXPECT_EQ(*keys->Find(one.id), one.key);
  }
  // The old master opens nothing of the new file.
  Key old{};
  std::copy(old_master.begin(), old_master.end(), old.begin());
  const std::string slots = Bytes(SlotsPath());
  for (size_t place = kSlot; place + kSlot <= slots.size(); place += kSlot) {
    EXPECT_NE(slots.substr(place, kSlot), old_slots.substr(place, kSlot));
  }
}

TEST_F(MemberKeysTest, ARotationGoesOnAfterARestart) {
  std::vector<MemberKeys::Made> made;
  {
    const auto keys = Open();
    for (int i = 0; i < 5000; ++i) {
      made.push_back(keys->Make());
    }
    ASSERT_TRUE(keys->Sync().ok());
    ASSERT_TRUE(keys->Rotate(1).ok());
    EXPECT_EQ(keys->Masters().size(), 2u);
  }  // Stopped after a few batches at most.
  ASSERT_TRUE(std::filesystem::exists(MasterPath(1)));
  const auto keys = Open();
  ASSERT_TRUE(OneMasterLeft(*keys));
  EXPECT_EQ(keys->Masters()[0].slots, made.size());
  for (const MemberKeys::Made& one : made) {
    ASSERT_EQ(*keys->Find(one.id), one.key);
  }
}

TEST_F(MemberKeysTest, RefusesToStartWithoutAMasterThatIsNeeded) {
  {
    const auto keys = Open();
    keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  std::filesystem::rename(MasterPath(1), MasterPath(9));
  const absl::Status status = TryOpen(false).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("master key 1 is missing"));
}

TEST_F(MemberKeysTest, RefusesAFileThatIsNoneOrThatOthersCanRead) {
  { const auto keys = Open(); }
  ASSERT_EQ(chmod(SlotsPath().c_str(), 0640), 0);
  EXPECT_EQ(TryOpen(false).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(chmod(SlotsPath().c_str(), 0600), 0);
  Overwrite(SlotsPath(), 3, 'x');
  EXPECT_EQ(TryOpen().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(MemberKeysTest, ADamagedSlotHurtsItsMemberOnly) {
  MemberKeys::Made first;
  MemberKeys::Made second;
  {
    const auto keys = Open();
    first = keys->Make();
    second = keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  Overwrite(SlotsPath(), kSlot + 40, 'x');
  const auto keys = Open();
  EXPECT_FALSE(keys->Find(first.id).ok());
  EXPECT_EQ(*keys->Find(second.id), second.key);
  // It is not written over, and stands in nobody's way.
  const std::string damaged = Bytes(SlotsPath()).substr(kSlot, kSlot);
  keys->Make();
  ASSERT_TRUE(keys->Rotate(1).ok());
  EXPECT_TRUE(OneMasterLeft(*keys));
  EXPECT_EQ(Bytes(SlotsPath()).substr(kSlot, kSlot), damaged);
}

TEST_F(MemberKeysTest, OldBytesArePurgedAfterADestructionAlsoOneBeforeTheRestart) {
  std::atomic<int> purges = 0;
  const auto purge = [&purges] {
    ++purges;
    return absl::OkStatus();
  };
  const auto wait = [&purges](int wanted) {
    for (int i = 0; i < 1000 && purges < wanted; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return purges.load();
  };
  {
    const auto keys = Open();
    const KeyId id = keys->Make().id;
    ASSERT_TRUE(keys->Destroy(id).ok());  // nobody purges yet
  }
  {
    const auto keys = Open();
    keys->SetPurge(purge);
    EXPECT_EQ(wait(1), 1);
    const KeyId id = keys->Make().id;
    ASSERT_TRUE(keys->Sync().ok());
    EXPECT_EQ(purges, 1);
    ASSERT_TRUE(keys->Destroy(id).ok());
    EXPECT_EQ(wait(2), 2);
    keys->SetPurge(nullptr);
  }
  const auto keys = Open();
  keys->SetPurge([&purges] {
    purges = 100;
    return absl::OkStatus();
  });
  absl::SleepFor(absl::Milliseconds(50));
  keys->SetPurge(nullptr);
  EXPECT_EQ(purges, 2);  // nothing was left to do
}

TEST_F(MemberKeysTest, APurgeThatFailsIsTriedAgainAtTheNextStart) {
  std::atomic<int> purges = 0;
  for (int start = 1; start <= 2; ++start) {
    const auto keys = Open();
    if (start == 1) {
      const KeyId id = keys->Make().id;
      ASSERT_TRUE(keys->Destroy(id).ok());
    }
    keys->SetPurge([&purges] {
      ++purges;
      return absl::InternalError("the disk is full");
    });
    for (int i = 0; i < 1000 && purges < start; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    keys->SetPurge(nullptr);
    EXPECT_EQ(purges, start);
  }
}

TEST(Cipher, OpensUnderTheSameKeyAndContextOnly) {
  const Key key = RandomKey();
  const std::string encrypted = Encrypt(key, "context", "text");
  EXPECT_EQ(Decrypt(key, "context", encrypted), "text");
  EXPECT_EQ(Decrypt(key, "Context", encrypted), std::nullopt);
  EXPECT_EQ(Decrypt(RandomKey(), "context", encrypted), std::nullopt);
  EXPECT_EQ(Decrypt(key, "context", encrypted.substr(1)), std::nullopt);
  EXPECT_EQ(Decrypt(key, "context", ""), std::nullopt);
  EXPECT_EQ(Decrypt(key, "", Encrypt(key, "", "")), "");
}

}  // namespace
}  // namespace timebank::privacy
