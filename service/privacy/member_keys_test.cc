#include "service/privacy/member_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
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
constexpr size_t kFirst = 2 * kSlot;  // behind the header, and the slot by which the first master is known

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
  absl::StatusOr<std::unique_ptr<MemberKeys>> TryOpen(bool create = true, const SlotOwner& owner = {}) {
    absl::StatusOr<std::unique_ptr<MasterKeys>> masters = OpenMasterFiles(folder_, create);
    return masters.ok() ? MemberKeys::Open(SlotsPath(), *std::move(masters), create, owner) : masters.status();
  }
  // Why it does not open; everything stays as it is.
  std::string Refused(bool create = false, const SlotOwner& owner = {}) {
    const std::string before = Bytes(SlotsPath());
    const absl::Status status = TryOpen(create, owner).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_EQ(Bytes(SlotsPath()), before);
    return std::string(status.message());
  }
  std::unique_ptr<MemberKeys> Open() {
    std::unique_ptr<MemberKeys> keys = *TryOpen();
    keys->Resume();
    return keys;
  }
  static std::string Bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  void Overwrite(const std::string& path, size_t place, char byte) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(place));
    file.put(byte);
  }
  void WriteMaster(int id) const {
    std::ofstream(MasterPath(id), std::ios::binary) << std::string(32, 'k');
    ASSERT_EQ(chmod(MasterPath(id).c_str(), 0600), 0);
  }
  SlotHeader Header() const { return (*SlotFile::Open(SlotsPath(), false))->header(); }
  void SetMaster(uint32_t master, bool making) const {
    const auto slots = *SlotFile::Open(SlotsPath(), false);
    SlotHeader header = slots->header();
    header.master = master;
    header.making = making;
    ASSERT_TRUE(slots->SetHeader(header).ok());
  }
  // Until the rotation is over, for ten seconds at most.
  static bool OneMasterLeft(const MemberKeys& keys) {
    for (int i = 0; i < 1000 && keys.Masters().size() > 1; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return keys.Masters().size() == 1;
  }

  // The rotation is through with the slots, although masters were kept; for ten seconds at most.
  static bool EverythingIsUnder(const MemberKeys& keys, uint32_t id) {
    const auto done = [&keys, id] {
      for (const MemberKeys::Master& master : keys.Masters()) {
        if (master.id != id && master.slots > 0) {
          return false;
        }
      }
      return true;
    };
    for (int i = 0; i < 1000 && !done(); ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return done();
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
  KeyId none{};
  EXPECT_EQ(keys->Find(none).status().code(), absl::StatusCode::kDataLoss) << "the slot of a master is nobody's key";
  none.fill(7);
  EXPECT_EQ(keys->Find(none).status().code(), absl::StatusCode::kDataLoss) << "missing is not destroyed";
}

TEST_F(MemberKeysTest, DestructionLeavesNothingInTheFileAndItsSlotIsUsedAgain) {
  const auto keys = Open();
  const MemberKeys::Made first = keys->Make();
  const MemberKeys::Made second = keys->Make();
  ASSERT_TRUE(keys->Sync().ok());
  const std::string slot = Bytes(SlotsPath()).substr(kFirst, kSlot);
  ASSERT_TRUE(keys->Destroy(first.id).ok());
  ASSERT_TRUE(keys->Destroy(first.id).ok());  // once more is no error
  EXPECT_EQ(keys->Find(first.id).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*keys->Find(second.id), second.key);
  EXPECT_EQ(Bytes(SlotsPath()).substr(kFirst, kSlot), std::string(kSlot, '\0'));
  EXPECT_THAT(Bytes(SlotsPath()), Not(HasSubstr(slot.substr(1, 16))));
  const MemberKeys::Made third = keys->Make();
  ASSERT_TRUE(keys->Sync().ok());
  EXPECT_EQ(Bytes(SlotsPath()).size(), kFirst + 2 * kSlot);
  EXPECT_EQ(*keys->Find(third.id), third.key);
}

TEST_F(MemberKeysTest, OnlyWhoseErasureWasAskedForIsSwept) {
  MemberKeys::Made named, orphan, erased, refused, later;
  {
    const auto keys = Open();
    for (MemberKeys::Made* one : {&named, &orphan, &erased, &refused, &later}) {
      *one = keys->Make();
    }
    const MemberKeys::Made freed = keys->Make();
    keys->Free(freed.id);
    EXPECT_EQ(keys->Find(freed.id).status().code(), absl::StatusCode::kDataLoss);
    ASSERT_TRUE(keys->Leave(erased.id, 5).ok());
    ASSERT_TRUE(keys->Leave(refused.id, 6).ok());
    ASSERT_TRUE(keys->Leave(later.id, 8).ok());
    ASSERT_TRUE(keys->Sync().ok());
  }
  {
    const auto keys = Open();  // the process ended, and the store is at 7
    KeyId lost{};
    lost.fill(7);
    EXPECT_EQ(keys->LossOf({named.id, lost}, 7).missing, 1u);
    const auto swept = keys->Sweep({named.id, refused.id}, 7, false);
    ASSERT_TRUE(swept.ok());
    EXPECT_EQ(swept->destroyed, 1u);
    EXPECT_EQ(swept->unnamed, 2u);
    EXPECT_FALSE(keys->Find(erased.id).ok());
    EXPECT_EQ(*keys->Find(orphan.id), orphan.key) << "nobody said that it goes";
    EXPECT_EQ(*keys->Find(later.id), later.key) << "the store is older than the erasure, perhaps than the member";
    ASSERT_TRUE(keys->Sync().ok());
  }
  const auto keys = Open();
  // Whose erasure was refused is not on the way out any more.
  EXPECT_EQ(keys->Sweep({named.id}, 7, false)->destroyed, 0u);
  EXPECT_EQ(*keys->Find(refused.id), refused.key);
  // A person may say otherwise.
  const auto swept = keys->Sweep({named.id}, 7, true);
  EXPECT_EQ(swept->destroyed, 3u);
  EXPECT_EQ(*keys->Find(named.id), named.key);
  EXPECT_EQ(keys->LossOf({named.id, orphan.id, later.id, refused.id}, 7).missing, 3u);
}

TEST_F(MemberKeysTest, AMarkToLeaveOutlivesARotation) {
  MemberKeys::Made made;
  {
    const auto keys = Open();
    made = keys->Make();
    ASSERT_TRUE(keys->Leave(made.id, 3).ok());
    ASSERT_TRUE(keys->Rotate(1).ok());
    ASSERT_TRUE(OneMasterLeft(*keys));
  }
  EXPECT_EQ(Open()->Sweep({}, 3, false)->destroyed, 1u);
}

TEST_F(MemberKeysTest, AFileOfAnotherStoreOrAnotherKeyOfDigestsIsRefused) {
  const SlotOwner ours{{1}, {2}};
  { EXPECT_TRUE(TryOpen(true, ours).ok()); }
  // As long as nobody is in it, the keys may be made anew, but the store is the store.
  { EXPECT_TRUE(TryOpen(true, {{1}, {3}}).ok()); }
  EXPECT_THAT(Refused(true, {{9}, {3}}), HasSubstr("another store"));
  { EXPECT_TRUE(TryOpen(true, ours).ok()); }
  {
    const auto keys = *TryOpen(false, ours);
    keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  for (const bool create : {false, true}) {
    EXPECT_THAT(Refused(create, {{9}, {2}}), HasSubstr("another store"));
    EXPECT_THAT(Refused(create, {{1}, {3}}), HasSubstr("key of digests"));
  }
  EXPECT_TRUE(TryOpen(false, ours).ok());
}

TEST_F(MemberKeysTest, AWrongMasterIsRefusedWhetherMembersHaveKeysOrNot) {
  { const auto keys = Open(); }
  const std::string right = Bytes(MasterPath(1));
  std::filesystem::remove(MasterPath(1));
  std::ofstream(MasterPath(1), std::ios::binary) << std::string(32, 'k');
  ASSERT_EQ(chmod(MasterPath(1).c_str(), 0600), 0);
  EXPECT_THAT(Refused(), HasSubstr("master key 1 is another one"));
  std::ofstream(MasterPath(1), std::ios::binary) << right;
  {
    const auto keys = *TryOpen(false);
    keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  std::ofstream(MasterPath(1), std::ios::binary) << std::string(32, 'k');
  for (const bool create : {false, true}) {
    EXPECT_THAT(Refused(create), HasSubstr("master key 1 is another one"));
  }
  std::ofstream(MasterPath(1), std::ios::binary) << right;
  // The second one too, in the middle of a rotation.
  {
    const auto keys = *TryOpen(false);
    for (int i = 0; i < 5000; ++i) {
      keys->Make();
    }
    ASSERT_TRUE(keys->Rotate(1).ok());
  }
  ASSERT_TRUE(std::filesystem::exists(MasterPath(1)));
  std::ofstream(MasterPath(2), std::ios::binary) << std::string(32, 'k');
  EXPECT_THAT(Refused(), HasSubstr("master key 2 is another one"));
}

TEST_F(MemberKeysTest, AMasterOfSomebodyElseIsRefusedByItsName) {
  MemberKeys::Made made;
  for (const bool members : {false, true}) {
    {
      const auto keys = Open();
      if (members) {
        made = keys->Make();
        ASSERT_TRUE(keys->Sync().ok());
      }
    }
    for (const int id : {2, 9}) {
      WriteMaster(id);
      EXPECT_THAT(Refused(), HasSubstr(MasterPath(id))) << id;
      EXPECT_THAT(Refused(true), HasSubstr("does not know")) << id;
      EXPECT_EQ(Bytes(MasterPath(id)), std::string(32, 'k')) << "it may be needed";
      std::filesystem::remove(MasterPath(id));
    }
  }
  // One that comes while the service runs is not taken for the next one either.
  const auto keys = Open();
  WriteMaster(2);
  const absl::Status status = keys->Rotate(1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr(MasterPath(2)));
  EXPECT_EQ(keys->Masters().size(), 1u);
  EXPECT_THAT(Refused(), HasSubstr(MasterPath(2)));
  std::filesystem::rename(MasterPath(2), MasterPath(2) + ".away");
  EXPECT_EQ(*keys->Rotate(1), 2u);
  ASSERT_TRUE(OneMasterLeft(*keys));
  EXPECT_NE(Bytes(MasterPath(2)), std::string(32, 'k'));
  EXPECT_EQ(*keys->Find(made.id), made.key);
}

TEST_F(MemberKeysTest, SeveralMastersWithoutAnyRecordAreNotChosenFrom) {
  WriteMaster(1);
  WriteMaster(2);
  const absl::Status status = TryOpen(true).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not know"));
  std::filesystem::remove(MasterPath(1));
  EXPECT_TRUE(TryOpen(true).ok()) << "one that was put there for a new store";
  EXPECT_TRUE(TryOpen(false).ok());
}

TEST_F(MemberKeysTest, TheCurrentMasterMustBeThereAlthoughNothingIsUnderIt) {
  {
    const auto keys = *TryOpen();
    ASSERT_EQ(*keys->Rotate(1), 2u);
  }
  std::filesystem::rename(MasterPath(2), MasterPath(2) + ".away");
  EXPECT_THAT(Refused(), HasSubstr("master key 2 is missing"));
  std::filesystem::rename(MasterPath(2) + ".away", MasterPath(2));
  EXPECT_TRUE(TryOpen(false).ok());
}

TEST_F(MemberKeysTest, AMasterThatCouldNotBeMadeIsNotAwaited) {
  {
    const auto keys = Open();
    ASSERT_TRUE(keys->Sync().ok());
    // Where the key is written before it has its name.
    std::filesystem::create_directories(MasterPath(2) + ".new/full");
    EXPECT_FALSE(keys->Rotate(1).ok());
    EXPECT_FALSE(Header().making);
    EXPECT_EQ(Header().master, 1u);
  }
  WriteMaster(2);  // somebody's
  EXPECT_THAT(Refused(), HasSubstr("does not know: " + MasterPath(2)));
  std::filesystem::remove(MasterPath(2));
  std::filesystem::remove_all(MasterPath(2) + ".new");
  EXPECT_EQ(*Open()->Rotate(1), 2u);
}

TEST_F(MemberKeysTest, AMasterThatIsTakenUpIsLogged) {
  { ASSERT_TRUE(Open()->Sync().ok()); }
  SetMaster(1, true);
  WriteMaster(2);
  testing::internal::CaptureStderr();
  { EXPECT_TRUE(TryOpen(false).ok()); }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("master_key_taken_up"));
  EXPECT_THAT(log, HasSubstr(MasterPath(2)));
  testing::internal::CaptureStderr();
  { EXPECT_TRUE(TryOpen(false).ok()); }
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("master_key_taken_up")));
}

// The process ends at each step of a rotation.
TEST_F(MemberKeysTest, ARotationMayBeCutOffAnywhere) {
  MemberKeys::Made made;
  {
    const auto keys = Open();
    made = keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  const auto starts = [&](size_t masters, uint32_t current) {
    const auto keys = *TryOpen(false);
    EXPECT_EQ(keys->Masters().size(), masters);
    EXPECT_EQ(keys->Masters().back().id, current);
    EXPECT_TRUE(keys->Masters().back().current);
    EXPECT_EQ(*keys->Find(made.id), made.key);
  };
  SetMaster(1, true);  // that it was to be made
  starts(1, 1);
  EXPECT_FALSE(Header().making);
  SetMaster(1, true);
  std::ofstream(MasterPath(2) + ".new", std::ios::binary) << "half";
  starts(1, 1);
  SetMaster(1, true);
  WriteMaster(2);  // that it was made
  starts(2, 2);
  EXPECT_EQ(Header().master, 2u);
  SetMaster(1, true);  // that its slot was written
  starts(2, 2);
  starts(2, 2);
  {
    const auto keys = *TryOpen(false);
    keys->Resume();
    ASSERT_TRUE(OneMasterLeft(*keys));
    ASSERT_EQ(*keys->Rotate(2), 3u);
    ASSERT_TRUE(OneMasterLeft(*keys));
  }
  starts(1, 3);
  // The end of a master: nothing is under it any more, but its slot is there.
  for (const bool over : {false, true}) {
    {
      const auto keys = *TryOpen(false);
      ASSERT_EQ(*keys->Rotate(keys->Masters().back().id), over ? 5u : 4u);
      keys->Resume();
      ASSERT_TRUE(OneMasterLeft(*keys));
    }
    const int old = over ? 4 : 3;
    const auto slots = *SlotFile::Open(SlotsPath(), false);
    ASSERT_TRUE(slots->Write(slots->count(), {kNobody, static_cast<uint32_t>(old), std::string(kWrappedBytes, 'w')}).ok());
    if (!over) {
      std::ofstream(MasterPath(old) + ".going", std::ios::binary) << std::string(32, 'k');
    }
    starts(1, static_cast<uint32_t>(old + 1));
    EXPECT_FALSE(std::filesystem::exists(MasterPath(old) + ".going"));
  }
}

TEST_F(MemberKeysTest, ALossThatIsAcceptedIsRemembered) {
  MemberKeys::Made here;
  KeyId lost{};
  lost.fill(7);
  {
    const auto keys = Open();
    here = keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
    EXPECT_EQ(keys->LossOf({here.id, lost}, 1).missing, 1u);
    EXPECT_FALSE(IsLost(keys->Find(lost).status()));
    ASSERT_TRUE(keys->AcceptLoss({here.id, lost}, 1).ok());
    EXPECT_TRUE(IsLost(keys->Find(lost).status()));
  }
  {
    const auto keys = Open();
    const MemberKeys::Loss loss = keys->LossOf({here.id, lost}, 1);
    EXPECT_EQ(loss.missing, 0u);
    EXPECT_EQ(loss.accepted, 1u);
    EXPECT_TRUE(IsLost(keys->Find(lost).status()));
    EXPECT_TRUE(absl::IsDataLoss(keys->Find(lost).status()));
    EXPECT_EQ(*keys->Find(here.id), here.key);
    EXPECT_EQ(keys->Masters()[0].slots, 1u);
    // No master is kept for it, and no start takes it for a key.
    ASSERT_TRUE(keys->Rotate(1).ok());
    ASSERT_TRUE(OneMasterLeft(*keys));
    EXPECT_EQ(keys->Sweep({here.id, lost}, 1, false)->unnamed, 0u);
    // An erasure ends it.
    ASSERT_TRUE(keys->Leave(lost, 3).ok());
    ASSERT_TRUE(keys->Destroy(lost).ok());
    EXPECT_TRUE(absl::IsNotFound(keys->Find(lost).status()));
  }
  EXPECT_EQ(Open()->LossOf({here.id, lost}, 1).accepted, 0u);
}

TEST_F(MemberKeysTest, WhatIsDamagedIsAcceptedWithTheRestAndNoMasterGoesBefore) {
  MemberKeys::Made first, second;
  {
    const auto keys = Open();
    first = keys->Make();
    second = keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  Overwrite(SlotsPath(), kFirst + 40, 'x');
  {
    const auto keys = *TryOpen(false);  // and nobody knows yet what is missing
    const MemberKeys::Loss loss = keys->LossOf({first.id, second.id}, 1);
    EXPECT_EQ(loss.missing, 1u);
    EXPECT_EQ(loss.damaged, 1u);
    EXPECT_FALSE(loss.store_is_older);
    ASSERT_TRUE(keys->Rotate(1).ok());
    absl::SleepFor(absl::Milliseconds(50));
    EXPECT_EQ(keys->Masters()[0].slots, 1u) << "it waits for Resume()";
    keys->Resume();
    ASSERT_TRUE(EverythingIsUnder(*keys, 2));
    absl::SleepFor(absl::Milliseconds(50));
    EXPECT_EQ(keys->Masters().size(), 2u) << "a copy of the slot would need it";
    ASSERT_TRUE(keys->AcceptLoss({first.id, second.id}, 1).ok());
  }
  const auto keys = Open();
  ASSERT_TRUE(OneMasterLeft(*keys));
  EXPECT_EQ(keys->LossOf({first.id, second.id}, 1).damaged, 0u);
  EXPECT_TRUE(IsLost(keys->Find(first.id).status()));
  EXPECT_EQ(*keys->Find(second.id), second.key);
}

TEST_F(MemberKeysTest, AStoreFromBeforeAnErasureIsKnown) {
  MemberKeys::Made erased, swept;
  {
    const auto keys = Open();
    erased = keys->Make();
    swept = keys->Make();
    ASSERT_TRUE(keys->Leave(erased.id, 5).ok());
    ASSERT_TRUE(keys->Sync().ok());
    ASSERT_TRUE(keys->Destroy(erased.id).ok());
    EXPECT_TRUE(keys->LossOf({erased.id}, 5).store_is_older) << "it was asked for at 5 and is done after";
    EXPECT_FALSE(keys->LossOf({erased.id}, 6).store_is_older);
    ASSERT_TRUE(keys->Leave(swept.id, 8).ok());
    ASSERT_TRUE(keys->Sync().ok());
    ASSERT_EQ(keys->Sweep({}, 9, false)->destroyed, 1u);
  }
  const auto keys = Open();
  EXPECT_TRUE(keys->LossOf({swept.id}, 8).store_is_older);
  EXPECT_FALSE(keys->LossOf({swept.id}, 9).store_is_older);
  ASSERT_TRUE(keys->AcceptLoss({swept.id}, 4).ok());
  EXPECT_FALSE(keys->LossOf({swept.id}, 4).store_is_older) << "it goes on from there";
}

TEST_F(MemberKeysTest, AFileOfAnotherFormatIsRefused) {
  { const auto keys = Open(); }
  // The format of before, which had neither owner nor proofs, with its checksum.
  std::ofstream(SlotsPath(), std::ios::binary)
      << std::string("TBMEMKEY\x01") + std::string(111, '\0') << std::string("\x48\x28\x32\x9c\x1f\x01\xe6\x6a", 8);
  EXPECT_THAT(Refused(), HasSubstr("format"));
}

TEST_F(MemberKeysTest, ARotationBringsEveryKeyUnderTheNewMasterAndDestroysTheOld) {
  const auto keys = Open();
  std::vector<MemberKeys::Made> made;
  for (int i = 0; i < 700; ++i) {
    made.push_back(keys->Make());
  }
  ASSERT_TRUE(keys->Sync().ok());
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
  // Nothing of the old file stays, the slot by which the old master was known included.
  const std::string slots = Bytes(SlotsPath());
  for (size_t place = kSlot; place + kSlot <= old_slots.size(); place += kSlot) {
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
  const auto keys = *TryOpen();
  const std::string before = Bytes(SlotsPath());
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(keys->Masters().size(), 2u);
  EXPECT_EQ(Bytes(SlotsPath()), before) << "not before it is known that no key is missing";
  keys->Resume();
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
  Overwrite(SlotsPath(), kFirst + 40, 'x');
  {
    const auto keys = Open();
    EXPECT_TRUE(absl::IsDataLoss(keys->Find(first.id).status()));
    EXPECT_EQ(*keys->Find(second.id), second.key);
    // It is not written over, and stands in nobody's way; but a copy of it would need its master.
    const std::string damaged = Bytes(SlotsPath()).substr(kFirst, kSlot);
    keys->Make();
    ASSERT_TRUE(keys->Rotate(1).ok());
    EXPECT_TRUE(EverythingIsUnder(*keys, 2));
    EXPECT_EQ(Bytes(SlotsPath()).substr(kFirst, kSlot), damaged);
    EXPECT_EQ(*keys->Find(second.id), second.key);
    const MemberKeys::Made more = keys->Make();
    ASSERT_TRUE(keys->Sync().ok()) << "the rotation is no fault";
    EXPECT_EQ(*keys->Find(more.id), more.key);
  }
  ASSERT_TRUE(std::filesystem::exists(MasterPath(1)));
  // Until a person lets go of it.
  const auto keys = Open();
  EXPECT_EQ(keys->Sweep({second.id}, 1, true)->destroyed, 3u);
  EXPECT_EQ(Bytes(SlotsPath()).substr(kFirst, kSlot), std::string(kSlot, '\0'));
  ASSERT_TRUE(keys->Rotate(2).ok());
  EXPECT_TRUE(OneMasterLeft(*keys));
  EXPECT_FALSE(std::filesystem::exists(MasterPath(1)));
}

// Damage with a right checksum: what a wrong master once wrapped.
TEST_F(MemberKeysTest, ASlotThatDoesNotOpenKeepsItsMasterAndHoldsUpNothing) {
  MemberKeys::Made bad;
  MemberKeys::Made good;
  {
    const auto keys = Open();
    bad = keys->Make();
    good = keys->Make();
    ASSERT_TRUE(keys->Sync().ok());
  }
  {
    const auto slots = *SlotFile::Open(SlotsPath(), false);
    Slot slot = *slots->Read(1);
    ASSERT_EQ(slot.key, bad.id);
    slot.wrapped[20] = static_cast<char>(slot.wrapped[20] ^ 1);
    ASSERT_TRUE(slots->Write(1, slot).ok());
  }
  const auto keys = Open();
  ASSERT_TRUE(keys->Rotate(1).ok());
  for (int i = 0; i < 1000 && keys->Masters()[1].slots < 1; ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(keys->Masters()[0].slots, 1u);
  EXPECT_EQ(keys->Masters()[1].slots, 1u);
  EXPECT_EQ(*keys->Find(good.id), good.key);
  EXPECT_TRUE(absl::IsDataLoss(keys->Find(bad.id).status()));
  absl::SleepFor(absl::Milliseconds(50));  // the end of the rotation
  EXPECT_TRUE(std::filesystem::exists(MasterPath(1)));
  EXPECT_TRUE(keys->Sync().ok()) << "members can be registered";
  ASSERT_TRUE(keys->Destroy(bad.id).ok()) << "and erased, this one too";
  ASSERT_TRUE(keys->Rotate(2).ok());
  EXPECT_TRUE(OneMasterLeft(*keys));
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

TEST_F(MemberKeysTest, AfterAPurgeThatFailedLaterDestructionsPurgeStill) {
  std::atomic<int> purges = 0;
  const auto wait = [&purges](int wanted) {
    for (int i = 0; i < 1000 && purges < wanted; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return purges.load();
  };
  {
    const auto keys = Open();
    const KeyId first = keys->Make().id;
    const KeyId second = keys->Make().id;
    keys->SetPurge([&purges] { return ++purges == 1 ? absl::InternalError("the disk is full") : absl::OkStatus(); });
    ASSERT_TRUE(keys->Destroy(first).ok());
    EXPECT_EQ(wait(1), 1);
    absl::SleepFor(absl::Milliseconds(50));
    EXPECT_EQ(purges, 1) << "not over and over";
    ASSERT_TRUE(keys->Destroy(second).ok());
    EXPECT_EQ(wait(2), 2);
    keys->SetPurge(nullptr);
  }
  EXPECT_FALSE((*SlotFile::Open(SlotsPath(), false))->header().purge_wanted);
}

// A file that cannot be written any more, as on a disk that failed.
TEST_F(MemberKeysTest, ADestructionThatFailedIsNotCalledDoneWhenAskedAgain) {
  KeyId id{};
  {
    const auto keys = Open();
    id = keys->Make().id;
    ASSERT_TRUE(keys->Leave(id, 3).ok());
    ASSERT_TRUE(keys->Sync().ok());
    // The file can be opened by its descriptor only, so the limit of the process is what makes writes fail.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit none{1, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
    const absl::Status failed = keys->Destroy(id);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(failed.ok());
    EXPECT_FALSE(keys->Destroy(id).ok());
    EXPECT_FALSE(keys->Sync().ok());
  }
  const auto keys = Open();
  EXPECT_EQ(keys->Sweep({}, 4, false)->destroyed, 1u) << "the next start finishes it";
  EXPECT_TRUE(keys->Destroy(id).ok());
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
