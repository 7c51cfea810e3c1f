#include "service/privacy/sealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace timebank::privacy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SealerTest : public ::testing::Test {
 protected:
  SealerTest() {
    std::string path = (std::filesystem::temp_directory_path() / "sealer_test.XXXXXX").string();
    folder_ = mkdtemp(path.data());
  }
  ~SealerTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name = "key") const { return folder_ + "/" + name; }
  void WriteFile(const std::string& path, const std::string& bytes, mode_t mode) {
    std::ofstream(path, std::ios::binary) << bytes;
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
  }
  KeyPlaces Places(const std::string& key = "key") const { return {Path(key), folder_, Path("members.keys")}; }
  // A sealer whose digests are under the key of 32 times the character.
  std::unique_ptr<Sealer> With(char c) {
    const std::string name = std::string("key.") + c;
    WriteFile(Path(name), std::string(32, c), 0600);
    return *Sealer::Open({Path(name), folder_, Path("members.") + c}, true);
  }

  std::string folder_;
};

const Person kPerson{"张三", 2, "11010519491231002X", "13800005678", "雨湖路1号"};

template <size_t N>
std::string Hex(const std::array<uint8_t, N>& bytes) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes.data()), N));
}

TEST_F(SealerTest, MakesItsSecretsOnceForItsOwnerOnly) {
  std::string sealed;
  {
    const auto sealer = *Sealer::Open(Places(), true);
    sealed = sealer->Seal(kPerson).bytes;
    ASSERT_TRUE(sealer->keys().Sync().ok());
  }
  for (const char* name : {"key", "master-1.key", "members.keys"}) {
    struct stat status {};
    ASSERT_EQ(stat(Path(name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
    EXPECT_EQ(status.st_size, std::string(name) == "members.keys" ? 384 : 32) << name;
    EXPECT_FALSE(std::filesystem::exists(Path(name) + ".new"));
  }
  EXPECT_EQ(*(*Sealer::Open(Places(), true))->Unseal(sealed), kPerson);
  EXPECT_EQ(*(*Sealer::Open(Places(), false))->Unseal(sealed), kPerson);
}

TEST_F(SealerTest, RefusesToMakeWhatMustBeThere) {
  ASSERT_TRUE(Sealer::Open(Places(), true).ok());
  for (const char* name : {"key", "master-1.key", "members.keys"}) {
    std::filesystem::rename(Path(name), Path("aside"));
    const absl::Status status = Sealer::Open(Places(), false).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(Path(name)));
    EXPECT_FALSE(std::filesystem::exists(Path(name)));
    std::filesystem::rename(Path("aside"), Path(name));
  }
}

TEST_F(SealerTest, RefusesAnotherKeyOfDigestsOnceSomebodyIsRegistered) {
  {
    const auto sealer = *Sealer::Open(Places(), true);
    sealer->Seal(kPerson);
    ASSERT_TRUE(sealer->keys().Sync().ok());
  }
  const auto right = (*Sealer::Open(Places(), false))->KeyedDigest("id", "x");
  WriteFile(Path("other"), std::string(32, 'k'), 0600);
  for (const bool create : {false, true}) {
    const absl::Status status = Sealer::Open(Places("other"), create).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("key of digests"));
  }
  EXPECT_EQ((*Sealer::Open(Places(), false))->KeyedDigest("id", "x"), right);
}

TEST_F(SealerTest, RefusesAKeyThatOthersCanReadOrOfAnotherLength) {
  for (const char* name : {"key", "master-1.key"}) {
    for (mode_t mode : {0640, 0604, 0620, 0666}) {
      WriteFile(Path(name), std::string(32, 'k'), mode);
      EXPECT_EQ(Sealer::Open(Places(), true).status().code(), absl::StatusCode::kFailedPrecondition) << name << mode;
    }
    for (size_t size : {0, 31, 33}) {
      WriteFile(Path(name), std::string(size, 'k'), 0600);
      const absl::Status status = Sealer::Open(Places(), true).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << name << size;
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr("kkkk")));
    }
    std::filesystem::remove(Path(name));
  }
}

TEST_F(SealerTest, AMissingFolderAndALinkAreFaults) {
  EXPECT_EQ(Sealer::Open({Path("none/key"), folder_, Path("members.keys")}, true).status().code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(Sealer::Open({Path(), Path("none"), Path("members.keys")}, true).status().code(), absl::StatusCode::kInternal);
  WriteFile(Path("real"), std::string(32, 'k'), 0600);
  std::filesystem::create_symlink(Path("real"), Path("link"));
  EXPECT_FALSE(Sealer::Open(Places("link"), false).ok());
}

TEST_F(SealerTest, OpensWhatItSealed) {
  const auto sealer = With('a');
  for (const Person& person : {kPerson, Person{}, Person{std::string("a\0b", 3), 255, "", std::string(500, '9')}}) {
    const SealedPerson sealed = sealer->Seal(person);
    EXPECT_EQ(*sealer->Unseal(sealed.bytes), person);
    EXPECT_EQ(*sealer->DigestOf(sealed.bytes), sealed.digest);
    const SealedText text = *sealer->SealText(sealed.bytes, "轮椅");
    EXPECT_EQ(*sealer->UnsealText(text.bytes), "轮椅");
    EXPECT_EQ(Sealer::KeyOf(text.bytes), Sealer::KeyOf(sealed.bytes));
    EXPECT_THAT(text.bytes, Not(HasSubstr("轮椅")));
  }
}

TEST_F(SealerTest, TwoSealsOfAPersonDifferAndTellNothing) {
  const auto sealer = With('a');
  const SealedPerson first = sealer->Seal(kPerson);
  const SealedPerson second = sealer->Seal(kPerson);
  EXPECT_NE(first.bytes, second.bytes);
  EXPECT_NE(first.digest, second.digest);
  EXPECT_NE(Sealer::KeyOf(first.bytes), Sealer::KeyOf(second.bytes));
  EXPECT_EQ(first.bytes.size(), second.bytes.size());
  EXPECT_EQ(first.bytes[0], 2);
  EXPECT_THAT(first.bytes, Not(HasSubstr(kPerson.name)));
  EXPECT_THAT(first.bytes, Not(HasSubstr(kPerson.national_id)));
}

TEST_F(SealerTest, AChangeOfAnyByteIsNoticed) {
  const auto sealer = With('a');
  const std::string sealed = sealer->Seal(kPerson).bytes;
  const std::string text = sealer->SealText(sealed, "轮椅")->bytes;
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    EXPECT_FALSE(sealer->Unseal(changed).ok()) << i;
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(sealer->Unseal(sealed.substr(0, size)).status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(sealer->Unseal(sealed + "x").status().code(), absl::StatusCode::kDataLoss);
  // A note is no person, and the other way round, although one key sealed both.
  EXPECT_EQ(sealer->Unseal(text).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(sealer->UnsealText(sealed).status().code(), absl::StatusCode::kDataLoss);
  // Nor does the key of somebody else open it.
  const std::string other = sealer->Seal(kPerson).bytes;
  EXPECT_EQ(sealer->Unseal(other.substr(0, 17) + sealed.substr(17)).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SealerTest, NothingOpensWithoutTheKey) {
  const auto sealer = With('a');
  const std::string sealed = sealer->Seal(kPerson).bytes;
  const std::string text = sealer->SealText(sealed, "轮椅")->bytes;
  ASSERT_TRUE(sealer->keys().Destroy(*Sealer::KeyOf(sealed)).ok());
  EXPECT_EQ(sealer->Unseal(sealed).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(sealer->DigestOf(sealed).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(sealer->UnsealText(text).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(sealer->SealText(sealed, "again").status().code(), absl::StatusCode::kNotFound);
}

// Stored data depends on these bytes: they were computed with Python's hmac and hashlib and must never change.
TEST_F(SealerTest, DigestsAreFrozen) {
  EXPECT_EQ(Hex(With('a')->KeyedDigest("name", "张三")), "b1c1f0bfddafbe5ee445e0e23bca5521");
  EXPECT_EQ(Hex(Sealer::SaltedDigest("0123456789abcdef", "陪伴")),
            "16424033047399a2d35471853bef7decca249384f232f203bd83538721448ec5");
}

TEST_F(SealerTest, KeyedDigestsDependOnKeyPurposeAndBytes) {
  const auto sealer = With('a');
  EXPECT_EQ(sealer->KeyedDigest("id", "x"), sealer->KeyedDigest("id", "x"));
  EXPECT_NE(sealer->KeyedDigest("id", "x"), sealer->KeyedDigest("id", "y"));
  EXPECT_NE(sealer->KeyedDigest("id", "x"), sealer->KeyedDigest("name", "x"));
  EXPECT_NE(sealer->KeyedDigest("id", "x"), sealer->KeyedDigest("i", "dx"));
  EXPECT_NE(sealer->KeyedDigest("id", "x"), With('b')->KeyedDigest("id", "x"));
}

TEST(RandomSalt, IsSixteenBytesAndNeverTheSame) {
  EXPECT_EQ(Sealer::RandomSalt().size(), 16u);
  EXPECT_NE(Sealer::RandomSalt(), Sealer::RandomSalt());
}

TEST(Mask, ShowsTheEndsOnly) {
  EXPECT_EQ(MaskNationalId("430204197001011234"), "**************1234");
  EXPECT_EQ(MaskNationalId(""), "");
  EXPECT_EQ(MaskNationalId("1234567"), "*******");
  EXPECT_EQ(MaskPhone("13800005678"), "138****5678");
  EXPECT_EQ(MaskPhone("0731-55556789"), "073******6789");
  EXPECT_EQ(MaskPhone("010-5556789"), "*********89");
  EXPECT_EQ(MaskPhone("58886789"), "******89");
  EXPECT_EQ(MaskPhone("5886789"), "*****89");
  EXPECT_EQ(MaskPhone("588678"), "****78");
  EXPECT_EQ(MaskPhone("58867"), "*****");
  EXPECT_EQ(MaskPhone(""), "");
  EXPECT_EQ(MaskName("张三丰"), "张**");
  EXPECT_EQ(MaskName("张三"), "张*");
  EXPECT_EQ(MaskName("欧阳修文"), "欧**");
  EXPECT_EQ(MaskName("John Smith"), "J**");
  EXPECT_EQ(MaskName("张"), "*");
  EXPECT_EQ(MaskName(""), "");
}

TEST(Mask, OfAPersonAndOnceMoreIsTheSame) {
  for (const Person& person :
       {kPerson, Person{}, Person{"欧阳修文", 1, "", "1234567"}, Person{"李", 0, "1234567", "12345678"},
        Person{"李", 0, "", "010-5556789"}, Person{"李", 0, "", "+86-1-3-8-1234567"}}) {
    const Person masked = Masked(person);
    EXPECT_EQ(masked.gender, person.gender);
    EXPECT_EQ(Masked(masked), masked);
  }
  EXPECT_EQ(Masked(kPerson), (Person{"张*", 2, "**************002X", "138****5678"}));
}

TEST(IsNationalId, KnowsTheExamplesOfTheStandard) {
  EXPECT_TRUE(IsNationalId("11010519491231002X"));
  EXPECT_TRUE(IsNationalId("11010519491231002x"));
  EXPECT_TRUE(IsNationalId("440524188001010014"));
}

TEST(IsNationalId, RefusesEveryOtherCheckCharacterAndDigit) {
  for (char check : std::string("0123456789Y ")) {
    EXPECT_FALSE(IsNationalId(std::string("11010519491231002") + check)) << check;
  }
  const std::string good = "11010519491231002X";
  for (size_t i = 0; i < 17; ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>('0' + (bad[i] - '0' + 1) % 10);
    EXPECT_FALSE(IsNationalId(bad)) << i;
    bad[i] = 'X';
    EXPECT_FALSE(IsNationalId(bad)) << i;
  }
}

TEST(IsNationalId, RefusesOtherLengthsAndDatesThatDoNotExist) {
  EXPECT_FALSE(IsNationalId(""));
  EXPECT_FALSE(IsNationalId("11010519491231002"));
  EXPECT_FALSE(IsNationalId("11010519491231002XX"));
  // With the right check characters for a 30 February and a month 13.
  EXPECT_FALSE(IsNationalId("110105194902300020"));
  EXPECT_FALSE(IsNationalId("110105194913010029"));
}

TEST(HoldsNationalId, FindsItAnywhereAndInAnyWidth) {
  for (const char* text : {"11010519491231002X",
                           "11010519491231002x",
                           "110105194912310021",
                           "110105491231002",
                           "身份证11010519491231002X。",
                           "１１０１０５１９４９１２３１００２Ｘ",
                           "M110105194912310021",
                           "110105194912310021110105194912310021",
                           "110105 19491231 002X",
                           "110105-19491231-002x",
                           "110105　19491231　002X",
                           "号 4 4 0 5 2 4 1 8 8 0 0 1 0 1 0 0 1 4",
                           "4405241880.0101.0014",
                           "440524/18800101/0014",
                           "440524,18800101,0014",
                           "440524，18800101，0014",
                           "440524_18800101_0014",
                           "110105.19491231.002X",
                           "3 440524.18800101.0014 4",
                           "四四零五二四一八八零零一零一零零一四",
                           "张三四四〇五二四 幺八八〇〇幺〇幺 〇〇幺四号",
                           "张三440524.18800101.0014",
                           "一一零一零五一九四九一二三一零零二X",
                           "٤٤٠٥٢٤١٨٨٠٠١٠١٠٠١٤"}) {
    EXPECT_TRUE(HoldsNationalId(text)) << text;
  }
}

TEST(HoldsNationalId, LetsOtherNumbersBe) {
  for (const char* text :
       {"", "M00001", "V000000017", "20261120", "13800005678", "13800005678 13900001234", "12345678901234",
        "2026-11-20 09:00 至 2026-11-20 11:30", "12345678901234X", "110105 19491231 0021",
        "2026.11.20,2026.11.21,2026.11.22", "2021.11.20 2021.11.21 2021.11.22", "20211120/20211121/20211122",
        "440524.18800101.0015", "1,500 和 2,300", "1,500,000,000,000,000,000", "180，60，120，300，45，90，30，60，75",
        "陪伴老人两小时，老人很高兴，路上花了半小时", "一二三四五六七八九〇一二三四五六七八"}) {
    EXPECT_FALSE(HoldsNationalId(text)) << text;
  }
}

TEST(HoldsPhone, FindsItAnywhereInAnyWidthAndGroups) {
  for (const char* text : {"13800005678",
                           "电话13800005678。",
                           "M13800005678",
                           "１３８００００５６７８",
                           "138 0000 5678",
                           "138-0000-5678",
                           "138　0000　5678",
                           "13800 005678",
                           "138 00 00 56 78",
                           "１３８－００００－５６７８",
                           "8613800005678",
                           "+86 138 0000 5678",
                           "0086-13800005678",
                           "013800005678",
                           "13800005678 13900001234",
                           "1号楼 138 0000 5678",
                           "2026-11-20 13800005678",
                           "2026-11-20 138 0000 5678",
                           "0731-58881234",
                           "0731-5888123",
                           "(0731)58881234",
                           "（0731）5888 1234",
                           "010-58881234",
                           "021 5888 1234",
                           "073158881234",
                           "01058881234",
                           "０７３１－５８８８１２３４",
                           "0731-58881234-801",
                           "19900001234",
                           "张三13800005678",
                           "138.0000.5678",
                           "138_0000_5678",
                           "138·0000·5678",
                           "138/0000/5678",
                           "0731.5888.1234",
                           "一三八零零零零五六七八",
                           "电话幺三八〇〇〇〇五六七八",
                           "١٣٨٠٠٠٠٥٦٧٨"}) {
    EXPECT_TRUE(HoldsPhone(text)) << text;
  }
}

TEST(HoldsPhone, LetsOtherNumbersBe) {
  for (const char* text : {"",
                           "M00001",
                           "V000000017",
                           "20261120",
                           "58881234",
                           "12000005678",
                           "1380000567",
                           "138000056781",
                           "2026-11-20",
                           "2026-11-20 09:00 至 2026-11-20 11:30",
                           "150 2026-01-15",
                           "1500 2026-01-15",
                           "150-2026-1-15 20",
                           "20261120100000123456789",
                           "430302001001",
                           "123456789012",
                           "扣 1,500 分",
                           "0731",
                           "0731-1234",
                           "1小时30分",
                           "2.5小时",
                           "180，60，120，300，45",
                           "00000012345",
                           "0312345678",
                           "一天两小时，一三八室",
                           "2026.11.20 09.30",
                           "3/5 至 3/7",
                           "4302 1234 5678 9012"}) {
    EXPECT_FALSE(HoldsPhone(text)) << text;
  }
}

}  // namespace
}  // namespace timebank::privacy
