// The real program in a data folder where a file is missing, old or another's: it says so, changes nothing, and the right file brings everything
// back. And its memory is nobody's to read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/output.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::security {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class KeysTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    Cli({"bank", "create", "xt", "--name", "湘潭"});
    Cli({"scope", "create", "s1", "--name", "社区", "--level", "community"});
    Cli({"center", "create", "--code", "c1", "--name", "服务站", "--scope", "s1"});
    Register("M1", "张三");
    Register("M2", "李四");
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
  std::string Name(const std::string& number) {
    return e2e::CsvRows(Cli({"-o", "csv", "member", "show", number}).out).at(0).at("display_name");
  }
  // Until the rotation is over, for ten seconds at most.
  bool OneMasterLeft() {
    size_t masters = 0;
    for (int i = 0; i < 100 && masters != 1; ++i) {
      masters = e2e::CsvRows(Cli({"-o", "csv", "admin", "key", "list"}).out).size();
      std::this_thread::sleep_for(std::chrono::milliseconds(masters == 1 ? 0 : 100));
    }
    return masters == 1;
  }
  void Stop() { ASSERT_EQ(server_.Terminate(), 0) << server_.errors(); }
  std::string Data(const std::string& name) const { return server_.data() + "/" + name; }
  // What it says when it does not start; the keys are as before.
  std::string Refused(e2e::Server* server = nullptr) {
    const std::string before = e2e::ReadFile(Data("members.keys"));
    server = server == nullptr ? &server_ : server;
    EXPECT_FALSE(server->StartUp());
    EXPECT_EQ(e2e::ReadFile(Data("members.keys")), before);
    return server->errors();
  }
  e2e::Server With(const std::vector<std::string>& more) const {
    return e2e::Server({folder_.path(), "unix:" + (folder_ / "socket"), more, {}});
  }

  const e2e::TemporaryFolder folder_;
  const e2e::TemporaryFolder desk_;
  e2e::Server server_{{folder_.path(), "unix:" + (folder_ / "socket"), {}, {}}};
};

TEST_F(KeysTest, AStartWithoutTheStoreCostsNothing) {
  Stop();
  fs::rename(Data("store"), desk_ / "store");
  EXPECT_THAT(Refused(), HasSubstr("put the store back"));
  e2e::Server forced = With({"--accept-missing-keys", "--destroy-unnamed-keys"});
  EXPECT_THAT(Refused(&forced), HasSubstr("put the store back"));
  EXPECT_FALSE(fs::exists(Data("store")));
  fs::rename(desk_ / "store", Data("store"));
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_EQ(Name("M1"), "张*");
  EXPECT_EQ(Name("M2"), "李*");
}

TEST_F(KeysTest, AWrongKeyIsRefusedAndTheRightOneTakesUpWhereItWas) {
  Stop();
  for (const char* name : {"keys/master-1.key", "keys/personal.key"}) {
    const std::string right = e2e::ReadFile(Data(name));
    e2e::WriteFile(Data(name), std::string(32, 'k'));
    EXPECT_THAT(Refused(), HasSubstr("is another one than")) << name;
    e2e::WriteFile(Data(name), right);
  }
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_EQ(Name("M1"), "张*");
}

TEST_F(KeysTest, MissingKeysAreSaidToBeMissingAndNotErased) {
  Stop();
  fs::copy(Data("members.keys"), desk_ / "older");
  ASSERT_TRUE(server_.StartUp());
  Register("M3", "王五");
  Stop();
  fs::copy(Data("members.keys"), desk_ / "newer");
  fs::copy(desk_ / "older", Data("members.keys"), fs::copy_options::overwrite_existing);
  EXPECT_THAT(Refused(), HasSubstr("the keys of 1 members are missing"));
  {
    e2e::Server accepting = With({"--accept-missing-keys"});
    ASSERT_TRUE(accepting.StartUp()) << accepting.errors();
    EXPECT_THAT(accepting.errors(), HasSubstr("member_keys_missing"));
    const auto cli = [&](const std::vector<std::string>& words) {
      return e2e::RunCli(desk_.path(), words,
                         {{"TIMEBANK_SERVER", accepting.address()}, {"TIMEBANK_AS", "wang"}, {"LANG", "en_US.UTF-8"}});
    };
    const auto rows = e2e::CsvRows(cli({"-o", "csv", "member", "list"}).out);
    ASSERT_EQ(rows.size(), 3u) << "one who cannot be read hides nobody else";
    EXPECT_EQ(rows[0].at("display_name"), "张*");
    EXPECT_EQ(rows[2].at("display_name"), "");
    EXPECT_EQ(rows[2].at("state"), "ACTIVE");
    const e2e::CliResult seen = cli({"member", "reveal", "M3", "--purpose", "x"});
    EXPECT_NE(seen.exit_code, 0);
    EXPECT_THAT(seen.err, HasSubstr("The key of this member's personal data is lost"));
    EXPECT_EQ(accepting.Terminate(), 0);
  }
  // It is remembered; and no old master is kept for who is lost.
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_THAT(server_.errors(), HasSubstr("member_keys_lost"));
  EXPECT_THAT(Cli({"member", "reveal", "M3", "--purpose", "x"}, 3).err, HasSubstr("密钥已经丢失"));
  Cli({"member", "export", "M3", "--purpose", "本人索取", "--out", desk_ / "copy.json"});
  EXPECT_EQ(Name("M1"), "张*");
  fs::copy(Data("members.keys"), desk_ / "accepted");
  Cli({"admin", "key", "rotate"});
  EXPECT_TRUE(OneMasterLeft());
  EXPECT_EQ(Name("M1"), "张*");
  Stop();
  // A copy that was found too late: its master is gone.
  fs::copy(desk_ / "newer", Data("members.keys"), fs::copy_options::overwrite_existing);
  EXPECT_THAT(Refused(), HasSubstr("the master key 1 is missing"));
}

TEST_F(KeysTest, MissingKeysThatAreFoundAreThereAgain) {
  Stop();
  fs::copy(Data("members.keys"), desk_ / "older");
  ASSERT_TRUE(server_.StartUp());
  Register("M3", "王五");
  Stop();
  fs::copy(Data("members.keys"), desk_ / "newer");
  fs::copy(desk_ / "older", Data("members.keys"), fs::copy_options::overwrite_existing);
  {
    e2e::Server accepting = With({"--accept-missing-keys"});
    ASSERT_TRUE(accepting.StartUp()) << accepting.errors();
    EXPECT_EQ(accepting.Terminate(), 0);
  }
  fs::copy(desk_ / "newer", Data("members.keys"), fs::copy_options::overwrite_existing);
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_EQ(Name("M3"), "王*");
}

TEST_F(KeysTest, TwoStoresNeverShareAFolderOfKeys) {
  Stop();
  const e2e::TemporaryFolder other;
  const std::vector<std::string> shared = {"--keys", Data("keys")};
  e2e::Server second({other.path(), "unix:" + (other / "socket"), shared, {}});
  const auto why = [](e2e::Server* server) {
    EXPECT_FALSE(server->StartUp());
    return server->errors();
  };
  EXPECT_THAT(why(&second), HasSubstr("belongs to another store"));
  fs::copy(Data(""), other / "copy", fs::copy_options::recursive);
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_THAT(why(&second), HasSubstr("another server uses the folder of keys"));
  // A copy of the data folder, put back elsewhere: not beside the original, but after it.
  fs::remove_all(other / "data");
  fs::rename(other / "copy", other / "data");
  EXPECT_THAT(why(&second), HasSubstr("another server uses the folder of keys"));
  server_.Kill();  // which ends the claim as well
  ASSERT_TRUE(second.StartUp()) << second.errors();
  EXPECT_EQ(second.Terminate(), 0);
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_EQ(Name("M1"), "张*");
}

TEST_F(KeysTest, AMasterOfSomebodyElseIsRefusedByItsName) {
  Stop();
  const std::string foreign = Data("keys/master-7.key");
  e2e::WriteFile(foreign, std::string(32, 'k'));
  fs::permissions(foreign, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(Refused(), HasSubstr(foreign));
  fs::rename(foreign, desk_ / "away");
  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  EXPECT_EQ(Name("M1"), "张*");
}

// The process is killed around rotations: it starts, with every member readable and one master in the end.
TEST_F(KeysTest, AKillAroundARotationCostsNothing) {
  for (int i = 0; i < 8; ++i) {
    e2e::Process rotate({{e2e::ProgramPath("timebank"), "admin", "key", "rotate"},
                         {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_AS", "wang"}},
                         desk_ / "rotate.out",
                         desk_ / "rotate.err"});
    rotate.Wait(std::chrono::milliseconds(10 + 2 * i));
    server_.Kill();
    rotate.Wait(std::chrono::seconds(60));
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    EXPECT_EQ(Name("M1"), "张*");
    EXPECT_EQ(Name("M2"), "李*");
    EXPECT_TRUE(OneMasterLeft());
  }
}

// The process is killed around erasures: at the next start each is whole, the key with the row.
TEST_F(KeysTest, AKillAroundAnErasureLeavesItWholeOrUndone) {
  for (int i = 0; i < 6; ++i) {
    const std::string number = "K" + std::to_string(i);
    Register(number, "赵六");
    Cli({"member", "close", number, "--reason", "搬走"});
    Cli({"member", "close", number, "--finish", "--reason", "搬走", "--as", "zhao"});
    const std::string member = e2e::CsvRows(Cli({"-o", "csv", "member", "show", number}).out).at(0).at("number");
    e2e::Process erase({{e2e::ProgramPath("timebank"), "member", "erase", member, "--reason", "本人要求"},
                        {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_AS", "wang"}},
                        desk_ / "erase.out",
                        desk_ / "erase.err"});
    erase.Wait(std::chrono::milliseconds(12 + 4 * i));
    server_.Kill();
    erase.Wait(std::chrono::seconds(60));
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    const auto row = e2e::CsvRows(Cli({"-o", "csv", "member", "show", member}).out).at(0);
    EXPECT_EQ(row.at("display_name"), row.at("state") == "ERASED" ? "" : "赵*");
    int64_t living = 0;
    for (const auto& other : e2e::CsvRows(Cli({"-o", "csv", "member", "list"}).out)) {
      living += other.at("state") == "ERASED" ? 0 : 1;
    }
    EXPECT_EQ(e2e::CsvRows(Cli({"-o", "csv", "admin", "key", "list"}).out).at(0).at("slots"), std::to_string(living));
  }
}

// The files of a process below /proc belong to root as soon as its memory is nobody's to read, and to its user otherwise.
TEST(MemoryTest, IsHiddenFromOtherProcessesOfTheSameUser) {
  const e2e::TemporaryFolder folder;
  constexpr uid_t kNobody = 65534;
  std::vector<std::string> before;
  if (geteuid() == 0) {
    if (!fs::exists("/usr/bin/setpriv")) {
      GTEST_SKIP() << "there is no way here to run it as another user";
    }
    before = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    ASSERT_EQ(chown(folder.path().c_str(), kNobody, kNobody), 0);
  }
  for (const bool debuggable : {false, true}) {
    e2e::Server server({folder.path(), "unix:" + (folder / "socket"),
                        debuggable ? std::vector<std::string>{"--debuggable"} : std::vector<std::string>(), before});
    ASSERT_TRUE(server.StartUp()) << server.errors();
    struct stat status {};
    ASSERT_EQ(stat(("/proc/" + std::to_string(server.pid()) + "/mem").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid == 0, !debuggable);
    EXPECT_EQ(server.Terminate(), 0);
  }
}

}  // namespace
}  // namespace timebank::security
