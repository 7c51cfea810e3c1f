#include "cli/client/credentials.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace timebank::cli {
namespace {

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

TEST(Credentials, TheFileIsItsOwnersAndAFolderThatIsThereStaysAsItIs) {
  std::string pattern = (std::filesystem::temp_directory_path() / "timebank-profiles-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  ASSERT_EQ(chmod(pattern.c_str(), 0755), 0);
  ASSERT_EQ(setenv("TIMEBANK_PROFILES", pattern.c_str(), 1), 0);
  ASSERT_TRUE(SaveCredential("wang", "secret").ok());
  EXPECT_EQ(ModeOf(pattern), 0755u);
  EXPECT_EQ(ModeOf(pattern + "/wang.token"), 0600u);
  EXPECT_EQ(**ReadCredential("wang"), "secret");
  ASSERT_EQ(setenv("TIMEBANK_PROFILES", (pattern + "/own").c_str(), 1), 0);
  ASSERT_TRUE(SaveCredential("wang", "secret").ok());
  EXPECT_EQ(ModeOf(pattern + "/own"), 0700u);
  unsetenv("TIMEBANK_PROFILES");
  std::filesystem::remove_all(pattern);
}

}  // namespace
}  // namespace timebank::cli
