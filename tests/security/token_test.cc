// The real program with its master keys in a token behind PKCS#11, here one of SoftHSM.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "service/privacy/soft_token_for_test.h"
#include "tests/e2e/output.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::security {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class TokenTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    Cli({"bank", "create", "xt", "--name", "湘潭"});
    Cli({"scope", "create", "s1", "--name", "社区", "--level", "community"});
    Cli({"center", "create", "--code", "c1", "--name", "服务站", "--scope", "s1"});
    Register("M1", "张三");
    Register("M2", "李四");
  }

  std::vector<std::string> Flags(const std::string& label = "timebank") const {
    return {"--pkcs11-module", SOFTHSM_MODULE, "--pkcs11-token", label, "--pkcs11-pin-file", token_.PinFile()};
  }
  e2e::CliResult Cli(const std::vector<std::string>& words, int exit_code = 0) {
    e2e::CliResult result = e2e::RunCli(
        desk_.path(), words, {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_AS", "wang"}, {"LANG", "zh_CN.UTF-8"}});
    EXPECT_EQ(result.exit_code, exit_code) << words[0] << " " << words[1] << "\n" << result.err;
    return result;
  }
  void Register(const std::string& number, const std::string& name) {
    e2e::WriteFile(desk_ / "identity.json", R"({"name":")" + name + R"(","birth_date":"1949-12-31","national_id":""})");
    Cli({"member", "register", "--center", "c1", "--number", number, "--identity", desk_ / "identity.json"});
  }
  std::string Revealed(const std::string& number) { return Cli({"member", "reveal", number, "--purpose", "回访"}).out; }
  std::vector<std::map<std::string, std::string>> Masters() {
    return e2e::CsvRows(Cli({"-o", "csv", "admin", "key", "list"}).out);
  }
  // Why it does not start with these flags.
  std::string Refused(const std::vector<std::string>& flags) {
    e2e::Server server({folder_.path(), "unix:" + (folder_ / "socket"), flags, {}});
    EXPECT_FALSE(server.StartUp());
    return server.errors();
  }

  const e2e::TemporaryFolder folder_;
  const e2e::TemporaryFolder desk_;
  const privacy::SoftToken token_{SOFTHSM_MODULE, desk_.path()};
  e2e::Server server_{{folder_.path(), "unix:" + (folder_ / "socket"), Flags(), {}}};
};

TEST_F(TokenTest, RegistersRevealsRotatesRestartsAndErases) {
  for (const auto& file : fs::directory_iterator(server_.data() + "/keys")) {
    EXPECT_THAT(file.path().filename().string(), Not(HasSubstr("master"))) << "no master key is a file";
  }
  EXPECT_THAT(Revealed("M1"), HasSubstr("张三"));
  const std::string first = Masters().at(0).at("id");
  Cli({"admin", "key", "rotate"});
  Register("M3", "王五");  // while it runs
  for (int i = 0; i < 100 && Masters().size() > 1; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ASSERT_EQ(Masters().size(), 1u);
  EXPECT_NE(Masters()[0].at("id"), first);
  EXPECT_THAT(Revealed("M1"), HasSubstr("张三"));
  EXPECT_THAT(Revealed("M3"), HasSubstr("王五"));

  ASSERT_EQ(server_.Terminate(), 0);
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_THAT(Revealed("M2"), HasSubstr("李四"));
  EXPECT_THAT(Revealed("M3"), HasSubstr("王五"));
  server_.Kill();
  ASSERT_TRUE(server_.StartUp()) << server_.errors();

  Cli({"member", "close", "M1", "--reason", "搬走"});
  Cli({"member", "close", "M1", "--finish", "--reason", "搬走", "--as", "zhao"});
  const std::string erased = e2e::CsvRows(Cli({"-o", "csv", "member", "show", "M1"}).out).at(0).at("number");
  Cli({"member", "erase", erased, "--reason", "本人要求"});
  EXPECT_THAT(Cli({"member", "reveal", erased, "--purpose", "回访"}, 3).err, HasSubstr("已经注销"));
  EXPECT_EQ(Masters().at(0).at("slots"), "2");
  EXPECT_THAT(Revealed("M2"), HasSubstr("李四"));
  EXPECT_EQ(server_.Terminate(), 0);
}

TEST_F(TokenTest, ATokenThatIsAwayChangesNothingAndIsFoundAgain) {
  fs::rename(desk_ / "tokens", desk_ / "lost");
  fs::create_directory(desk_ / "tokens");
  EXPECT_THAT(Cli({"member", "reveal", "M1", "--purpose", "回访"}, 5).err, HasSubstr("没有应答"));
  EXPECT_THAT(Cli({"admin", "key", "rotate"}, 5).err, HasSubstr("没有应答"));
  fs::remove_all(desk_ / "tokens");
  fs::rename(desk_ / "lost", desk_ / "tokens");
  EXPECT_THAT(Revealed("M1"), HasSubstr("张三"));
  Cli({"admin", "key", "rotate"});
  EXPECT_EQ(server_.Terminate(), 0);
}

TEST_F(TokenTest, AWrongPlaceIsRefusedAndChangesNothing) {
  ASSERT_EQ(server_.Terminate(), 0);
  const std::string keys = e2e::ReadFile(server_.data() + "/members.keys");
  EXPECT_THAT(Refused({}), HasSubstr("name the token with --pkcs11-module"));
  EXPECT_FALSE(fs::exists(server_.data() + "/keys/master-1.key"));
  EXPECT_THAT(Refused(Flags("other")), HasSubstr("there is no token other"));
  token_.WritePin("4321");
  EXPECT_THAT(Refused(Flags()), HasSubstr("refuses the PIN of " + token_.PinFile()));
  EXPECT_THAT(Refused(Flags()), Not(HasSubstr("4321")));
  token_.WritePin("1234");
  fs::permissions(token_.PinFile(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_THAT(Refused(Flags()), HasSubstr("chmod 600"));
  token_.WritePin("1234");
  fs::rename(desk_ / "tokens", desk_ / "lost");
  fs::create_directory(desk_ / "tokens");
  const privacy::SoftToken another(SOFTHSM_MODULE, desk_.path());
  EXPECT_THAT(Refused(Flags()), HasSubstr("there is no master key of this store in the token"));
  fs::remove_all(desk_ / "tokens");
  fs::rename(desk_ / "lost", desk_ / "tokens");
  EXPECT_EQ(e2e::ReadFile(server_.data() + "/members.keys"), keys);
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_THAT(Revealed("M1"), HasSubstr("张三"));
  EXPECT_EQ(server_.Terminate(), 0);
}

}  // namespace
}  // namespace timebank::security
