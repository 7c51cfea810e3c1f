#include "service/privacy/keys_claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace timebank::privacy {
namespace {

using ::testing::HasSubstr;

constexpr std::array<uint8_t, 16> kOurs = {1, 2};
constexpr std::array<uint8_t, 16> kOthers = {9};

class KeysClaimTest : public ::testing::Test {
 protected:
  KeysClaimTest() {
    std::string path = (std::filesystem::temp_directory_path() / "keys_claim_test.XXXXXX").string();
    folder_ = mkdtemp(path.data());
  }
  ~KeysClaimTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<KeysClaim> Take(const std::array<uint8_t, 16>& store = kOurs) { return *KeysClaim::Take(folder_, store); }
  absl::Status Refused(const std::array<uint8_t, 16>& store) { return KeysClaim::Take(folder_, store).status(); }
  std::string Owner() const {
    std::ifstream file(folder_ + "/owner");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::string folder_;
};

TEST_F(KeysClaimTest, TheFirstWhoKeepsItHasItForGood) {
  {
    const auto claim = Take(kOthers);  // whose secrets these were not
  }
  EXPECT_EQ(Owner(), "");
  { ASSERT_TRUE(Take()->Keep().ok()); }
  EXPECT_EQ(Owner(), "store 01020000000000000000000000000000\n");
  const absl::Status status = Refused(kOthers);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("belongs to another store"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--keys"));
  EXPECT_TRUE(Take()->Keep().ok());
  EXPECT_EQ(Owner(), "store 01020000000000000000000000000000\n");
}

TEST_F(KeysClaimTest, OneAtATime) {
  auto claim = Take();
  for (const auto& store : {kOurs, kOthers}) {
    const absl::Status status = Refused(store);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("another server uses the folder of keys " + folder_));
  }
  claim.reset();
  EXPECT_TRUE(Refused(kOurs).ok());
}

TEST_F(KeysClaimTest, RemovingTheFileLetsNobodyIn) {
  const auto claim = Take();
  ASSERT_TRUE(claim->Keep().ok());
  std::filesystem::remove(folder_ + "/owner");
  EXPECT_EQ(Refused(kOurs).code(), absl::StatusCode::kUnavailable);
  std::ofstream(folder_ + "/owner") << Owner();
  EXPECT_EQ(Refused(kOthers).code(), absl::StatusCode::kUnavailable);
}

TEST_F(KeysClaimTest, AFolderThatOthersMayWriteToIsRefused) {
  namespace fs = std::filesystem;
  for (const fs::perms others : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(folder_, fs::perms::owner_all | others);
    const absl::Status status = Refused(kOurs);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("others may write to the folder of keys " + folder_));
    EXPECT_FALSE(fs::exists(folder_ + "/owner")) << "nothing was changed";
  }
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec);
  EXPECT_TRUE(Refused(kOurs).ok());
}

TEST_F(KeysClaimTest, WhatWasCutShortIsWrittenAgainAndOtherThingsAreRefused) {
  std::ofstream(folder_ + "/owner") << "store 0102";
  { ASSERT_TRUE(Take()->Keep().ok()); }
  EXPECT_EQ(Owner(), "store 01020000000000000000000000000000\n");
  for (const char* bytes : {"store 0103", "who knows", "store 01020000000000000000000000000000\n\n"}) {
    std::ofstream(folder_ + "/owner") << bytes;
    EXPECT_THAT(std::string(Refused(kOurs).message()), HasSubstr("is damaged")) << bytes;
    EXPECT_EQ(Owner(), bytes);
  }
}

}  // namespace
}  // namespace timebank::privacy
