#include "service/server/address.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "service/store/test_folder.h"

namespace timebank::server {
namespace {

TEST(ParseAddress, TakesLoopbackAndUnixSockets) {
  EXPECT_EQ(ParseAddress("127.0.0.1:7878")->Text(7878), "127.0.0.1:7878");
  EXPECT_EQ(ParseAddress("127.0.0.1:0")->port, 0);
  EXPECT_EQ(ParseAddress("127.0.0.1:0")->Text(4711), "127.0.0.1:4711");
  EXPECT_EQ(ParseAddress("[::1]:65535")->Text(65535), "[::1]:65535");
  EXPECT_EQ(ParseAddress("localhost:80")->Text(80), "127.0.0.1:80");
  EXPECT_EQ(ParseAddress("unix:/run/tb.sock")->socket_path, "/run/tb.sock");
  EXPECT_EQ(ParseAddress("unix:tb.sock")->Text(0), "unix:tb.sock");
  EXPECT_TRUE(ParseAddress("unix:" + std::string(107, 'a')).ok());
}

TEST(ParseAddress, TellsWhatOthersCanReach) {
  for (const char* const local : {"127.0.0.1:1", "[::1]:1", "localhost:1", "unix:tb.sock"}) {
    EXPECT_TRUE(ParseAddress(local)->Local()) << local;
  }
  for (const char* const open : {"0.0.0.0:7878", "[::]:7878", "192.168.1.5:7878", "[2001:db8::7]:1"}) {
    ASSERT_TRUE(ParseAddress(open).ok()) << open;
    EXPECT_FALSE(ParseAddress(open)->Local()) << open;
  }
}

TEST(ParseAddress, RefusesEverythingElse) {
  for (const std::string bad : {"",
                                "7878",
                                ":7878",
                                "*:7878",
                                "::1:7878",
                                "example.org:7878",
                                "127.0.0.1",
                                "127.0.0.1:",
                                "127.0.0.1:x",
                                "127.0.0.1:-1",
                                "127.0.0.1:+1",
                                "127.0.0.1: 1",
                                "127.0.0.1:65536",
                                "127.0.0.1:99999999999",
                                "localhost.evil.org:1",
                                "dns:localhost:1",
                                "ipv4:127.0.0.1:1",
                                "unix:",
                                "http://127.0.0.1:1",
                                " 127.0.0.1:1",
                                "127.0.0.1:1 "}) {
    EXPECT_EQ(ParseAddress(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(ParseAddress("unix:" + std::string(108, 'a')).ok());
  EXPECT_FALSE(ParseAddress(std::string("unix:a\0b", 8)).ok());
}

// A socket that listens until the object goes; the file stays, as after a crash.
class Listener {
 public:
  explicit Listener(const std::string& path) : descriptor_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(descriptor_, 1), 0);
  }
  ~Listener() { close(descriptor_); }

 private:
  int descriptor_;
};

TEST(ClearSocket, RemovesOnlyWhatNobodyListensOn) {
  const store::TestFolder folder;
  const Address address = *ParseAddress("unix:" + folder.path() + "/s");
  EXPECT_TRUE(ClearSocket(address).ok());
  {
    const Listener listener(address.socket_path);
    EXPECT_EQ(ClearSocket(address).code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE(std::filesystem::exists(address.socket_path));
  }
  EXPECT_TRUE(ClearSocket(address).ok());
  EXPECT_FALSE(std::filesystem::exists(address.socket_path));
}

TEST(ClearSocket, LeavesOtherFilesAlone) {
  const store::TestFolder folder;
  const Address address = *ParseAddress("unix:" + folder.path() + "/s");
  std::ofstream(address.socket_path) << "precious";
  EXPECT_EQ(ClearSocket(address).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(std::filesystem::exists(address.socket_path));
  EXPECT_TRUE(ClearSocket(*ParseAddress("127.0.0.1:1")).ok());
}

TEST(ClearSocket, SaysThatTheFolderIsMissing) {
  const store::TestFolder folder;
  std::ofstream(folder.path() + "/file") << "x";
  for (const char* path : {"/none/a/s", "/file/s"}) {
    const absl::Status status = ClearSocket(*ParseAddress("unix:" + folder.path() + path));
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << path;
    EXPECT_NE(status.message().find("is missing; make it first"), absl::string_view::npos) << status;
  }
  EXPECT_TRUE(ClearSocket(*ParseAddress("unix:no-such-socket")).ok());
}

}  // namespace
}  // namespace timebank::server
