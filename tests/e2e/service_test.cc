// timebankd as a program: where it listens, what it says of itself, how it starts and ends.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::e2e {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kHealth[] = "/grpc.health.v1.Health/Check";
constexpr char kServing[] = "\x08\x01";  // HealthCheckResponse{status: SERVING}
constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

// One field of a message, as on the wire: its number, its length, its bytes. REQUIRES: below 128 bytes.
std::string Field(int number, const std::string& bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(bytes.size()) + bytes;
}

class ServiceTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
};

TEST_F(ServiceTest, PortZeroTakesAFreePortAndPrintsIt) {
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_THAT(server_.address(), StartsWith("127.0.0.1:"));
  EXPECT_NE(server_.address(), "127.0.0.1:0");
  EXPECT_TRUE(Client(server_.address()).Send(v1::ListBanksRequest()).ok());
  EXPECT_EQ(server_.Terminate(), 0);
}

TEST_F(ServiceTest, ServesAUnixSocketForItsOwnerOnly) {
  Server server({folder_.path(), "unix:" + (folder_ / "s"), {}, {}});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  EXPECT_EQ(server.address(), "unix:" + (folder_ / "s"));
  EXPECT_TRUE(Client(server.address()).Send(v1::ListBanksRequest()).ok());
  struct stat status {};
  ASSERT_EQ(stat((folder_ / "s").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  // The socket that a killed server leaves behind does not stop the next one.
  server.Kill();
  ASSERT_TRUE(server.StartUp()) << server.errors();
  EXPECT_TRUE(Client(server.address()).Send(v1::ListBanksRequest()).ok());
}

TEST_F(ServiceTest, HealthSaysServing) {
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  const Client client(server_.address());
  const Answer all = client.Call(kHealth, "", "");
  EXPECT_TRUE(all.ok()) << all;
  EXPECT_EQ(all.bytes, kServing);
  EXPECT_EQ(client.Call(kHealth, Field(1, "no.such.Service"), "").code, Code::kNotFound);
}

TEST_F(ServiceTest, ReflectionListsAndDescribesTheServices) {
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  const Client client(server_.address());
  const Answer list = client.First(kReflection, Field(7, "*"));  // list_services
  ASSERT_TRUE(list.ok()) << list;
  for (const char* service : {"BankService", "ScopeService", "MemberService", "RecordService", "AccountService"}) {
    EXPECT_THAT(list.bytes, HasSubstr(std::string("timebank.v1.") + service));
  }
  EXPECT_THAT(list.bytes, HasSubstr("grpc.health.v1.Health"));
  const Answer file = client.First(kReflection, Field(4, "timebank.v1.RecordService"));  // file_containing_symbol
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_THAT(file.bytes, HasSubstr("BatchCreateRecords"));
  EXPECT_THAT(file.bytes, HasSubstr("timebank/v1/record.proto"));
}

TEST_F(ServiceTest, RefusesAddressesThatOthersCanReach) {
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.168.1.2:7878", "example.org:7878", "127.0.0.1:65536",
                              "127.0.0.1:-1", "127.0.0.1", ":7878", "unix:", "", "127.0.0.1.example.org:1"}) {
    Server server({folder_.path(), address, {}, {}});
    server.Launch();
    EXPECT_EQ(server.Wait(std::chrono::seconds(30)), 2) << address;
    EXPECT_THAT(server.errors(), HasSubstr("cannot listen on")) << address;
    EXPECT_EQ(server.output(), "") << address;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data")) << "nothing is touched before the address is known to be good";
}

TEST_F(ServiceTest, RefusesASecondServerOnTheSameFolderAndTheSamePort) {
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  TemporaryFolder other;
  std::filesystem::create_directory_symlink(server_.data(), other / "data");
  Server linked({other.path(), "127.0.0.1:0", {}, {}});
  EXPECT_FALSE(linked.StartUp());
  EXPECT_EQ(linked.Wait(std::chrono::seconds(30)), 1);
  EXPECT_THAT(linked.errors(), HasSubstr(linked.data()));
  TemporaryFolder third;
  Server same_port({third.path(), server_.address(), {}, {}});
  EXPECT_FALSE(same_port.StartUp());
  EXPECT_EQ(same_port.Wait(std::chrono::seconds(30)), 1);
  EXPECT_THAT(same_port.errors(), HasSubstr("in use"));
  EXPECT_TRUE(Client(server_.address()).Send(v1::ListBanksRequest()).ok()) << "the first one goes on";
}

TEST_F(ServiceTest, RefusesAFolderOfSomethingElse) {
  std::filesystem::create_directory(folder_ / "data");
  WriteFile(folder_ / "data/letter.txt", "a letter");
  EXPECT_FALSE(server_.StartUp());
  EXPECT_EQ(server_.Wait(std::chrono::seconds(30)), 1);
  EXPECT_THAT(server_.errors(), HasSubstr(folder_ / "data"));
  EXPECT_EQ(ReadFile(folder_ / "data/letter.txt"), "a letter");
}

TEST_F(ServiceTest, RefusesAStoreWithoutItsKey) {
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  MakeSmallBank(Client(server_.address()), "xt", 2);
  EXPECT_EQ(server_.Terminate(), 0);
  std::filesystem::rename(server_.data() + "/keys/personal.key", folder_ / "key");
  EXPECT_FALSE(server_.StartUp());
  EXPECT_EQ(server_.Wait(std::chrono::seconds(30)), 1);
  EXPECT_THAT(server_.errors(), HasSubstr("personal.key"));
  std::filesystem::rename(folder_ / "key", server_.data() + "/keys/personal.key");
  EXPECT_TRUE(server_.StartUp()) << server_.errors();
}

TEST_F(ServiceTest, KeepsEverythingOverAStop) {
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  MakeSmallBank(Client(server_.address()), "xt", 3);
  const Answer first = Client(server_.address()).Send(RecordRequest("banks/xt", "r1", 1, 2, 3));
  ASSERT_TRUE(first.ok()) << first;
  server_.Send(SIGINT);
  EXPECT_EQ(server_.Wait(std::chrono::seconds(30)), 0);
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  const Client client(server_.address());
  EXPECT_EQ(client.Send(RecordRequest("banks/xt", "r1", 1, 2, 3)), first);
  CheckJournal(client, "banks/xt", Journal(client, "banks/xt"));
}

TEST_F(ServiceTest, TheClockCanBeStartedOnAPastDay) {
  Server server({folder_.path(), "127.0.0.1:0", {"--clock", "2020-02-29"}, {}});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  const Client client(server.address());
  MakeSmallBank(client, "xt", 2);
  const Answer future = client.Send(RecordRequest("banks/xt", "today", 1, 2, 1));
  EXPECT_EQ(future.Reason(), "RECORD_IN_FUTURE") << future;
  // 18:00 in China on that day.
  EXPECT_NEAR(static_cast<double>(Journal(client, "banks/xt").front().record_time().seconds()), 1582970400, 120);
}

}  // namespace
}  // namespace timebank::e2e
