#include "service/store/rocksdb_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "service/store/test_folder.h"

namespace timebank::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RocksDbFolderTest : public testing::Test {
 protected:
  absl::Status Open(const std::string& path, uint64_t room = RocksDbFolder::kRoomToOpen) {
    return RocksDbFolder::Open(path, room).status();
  }

  TestFolder folder_;
  const std::string path_ = folder_.path() + "/store";
};

TEST_F(RocksDbFolderTest, UnusablePathsAreNamed) {
  const absl::Status missing = Open(folder_.path() + "/no/such");
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound) << missing;
  EXPECT_THAT(std::string(missing.message()), HasSubstr(folder_.path() + "/no/such"));
  std::ofstream(folder_.path() + "/file") << "x";
  EXPECT_EQ(Open(folder_.path() + "/file").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Open(folder_.path() + "/file/under").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(Open("").ok());
}

TEST_F(RocksDbFolderTest, FolderIsForTheOwnerAlone) {
  ASSERT_TRUE(Open(path_).ok());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
}

TEST_F(RocksDbFolderTest, AFullDiskIsRefusedBeforeAnythingIsOpened) {
  const absl::Status full = Open(path_, UINT64_MAX);
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
  EXPECT_THAT(std::string(full.message()), HasSubstr("MiB left"));
  EXPECT_TRUE(fs::is_empty(path_));
  EXPECT_TRUE(Open(path_, 0).ok()) << "the lock was let go";
}

// Root may write anywhere, so the child gives its rights away first.
TEST_F(RocksDbFolderTest, ReadOnlyParentAndFolderAreDenied) {
  fs::create_directory(path_);
  fs::permissions(path_, fs::perms(0555));
  fs::permissions(folder_.path(), fs::perms(0555));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) {
      ::_exit(2);
    }
    const bool parent = absl::IsPermissionDenied(Open(folder_.path() + "/new"));
    const bool folder = absl::IsPermissionDenied(Open(path_));
    ::_exit(parent && folder ? 0 : 1);
  }
  int result = -1;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  EXPECT_EQ(result, 0);
  fs::permissions(folder_.path(), fs::perms(0700));
}

}  // namespace
}  // namespace timebank::store
