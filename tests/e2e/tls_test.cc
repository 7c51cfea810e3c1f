// TLS between the real binaries, with the certificates of deploy/make-certs.
#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/process.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::e2e {
namespace {

using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  // Certificates in FOLDER/NAME. True when they were made.
  bool Certify(const std::string& name, const std::vector<std::string>& more = {}) {
    Start start;
    start.words = {MAKE_CERTS, folder_ / name};
    start.words.insert(start.words.end(), more.begin(), more.end());
    start.output = folder_ / "certs.out";
    start.errors = folder_ / "certs.err";
    return Process(start).Wait(std::chrono::minutes(1)) == 0;
  }

  std::vector<std::string> Files(const std::string& name) {
    return {"--tls-cert", folder_ / (name + "/server.crt"), "--tls-key", folder_ / (name + "/server.key")};
  }

  CliResult Cli(const Server& server, std::map<std::string, std::string> environment,
                const std::string& language = "C.UTF-8") {
    environment["TIMEBANK_SERVER"] = server.address();
    environment["TIMEBANK_AS"] = "wang";
    environment["LANG"] = language;
    return RunCli(folder_.path(), {"bank", "list"}, environment);
  }

  // Who trusts the authority in FOLDER/NAME.
  std::map<std::string, std::string> Trusting(const std::string& name) {
    return {{"TIMEBANK_TLS_CA", folder_ / (name + "/ca.crt")}};
  }

  TemporaryFolder folder_;
};

TEST_F(TlsTest, ServesWhoTrustsItsAuthorityAndNobodyElse) {
  ASSERT_TRUE(Certify("a") && Certify("b"));
  Server server({folder_.path(), "127.0.0.1:0", Files("a"), {}});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  EXPECT_EQ(Cli(server, Trusting("a")).exit_code, 0);
  const CliResult stranger = Cli(server, Trusting("b"));
  EXPECT_EQ(stranger.exit_code, 5);
  EXPECT_THAT(stranger.err, HasSubstr("--tls-ca"));
  EXPECT_THAT(Cli(server, Trusting("b"), "zh_CN.UTF-8").err, HasSubstr("证书"));
  EXPECT_EQ(Cli(server, {}).exit_code, 5) << "plain text";
  EXPECT_EQ(server.Terminate(), 0);
}

TEST_F(TlsTest, AsksForACertificateOfTheClientsAuthority) {
  ASSERT_TRUE(Certify("a", {"--client", "wangjiang"}) && Certify("b", {"--client", "stranger"}));
  std::vector<std::string> files = Files("a");
  files.insert(files.end(), {"--tls-client-ca", folder_ / "a/ca.crt"});
  Server server({folder_.path(), "127.0.0.1:0", files, {}});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  const auto showing = [this](const std::string& client) {
    auto environment = Trusting("a");
    environment["TIMEBANK_CLIENT_CERT"] = folder_ / (client + ".crt");
    environment["TIMEBANK_CLIENT_KEY"] = folder_ / (client + ".key");
    return environment;
  };
  EXPECT_EQ(Cli(server, showing("a/wangjiang")).exit_code, 0);
  EXPECT_EQ(Cli(server, showing("b/stranger")).exit_code, 5);
  EXPECT_EQ(Cli(server, showing("a/server")).exit_code, 5) << "a certificate for servers";
  EXPECT_EQ(Cli(server, Trusting("a")).exit_code, 5) << "no certificate";
  EXPECT_EQ(server.Terminate(), 0);
}

TEST_F(TlsTest, TakesUpNewCertificatesWithoutARestart) {
  ASSERT_TRUE(Certify("a") && Certify("b"));
  Server server({folder_.path(), "127.0.0.1:0", Files("a"), {}});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  EXPECT_EQ(Cli(server, Trusting("a")).exit_code, 0);
  // From another authority, so that one can see which is in use.
  for (const std::string file : {"server.key", "server.crt"}) {
    WriteFile(folder_ / ("a/" + file), ReadFile(folder_ / ("b/" + file)));
  }
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  CliResult result;
  do {
    result = Cli(server, Trusting("b"));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  } while (result.exit_code != 0 && std::chrono::steady_clock::now() < patience);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Cli(server, Trusting("a")).exit_code, 5);
  EXPECT_EQ(server.Terminate(), 0);
}

TEST_F(TlsTest, EmptiedFilesEndNothing) {
  ASSERT_TRUE(Certify("a"));
  Server server({folder_.path(), "127.0.0.1:0", Files("a"), {}});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  for (const std::string file : {"server.crt", "server.key"}) {
    WriteFile(folder_ / ("a/" + file), "");
  }
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (server.errors().find("tls_files_unusable") == std::string::npos && std::chrono::steady_clock::now() < patience) {
    ASSERT_EQ(Cli(server, Trusting("a")).exit_code, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_THAT(server.errors(), HasSubstr("tls_files_unusable"));
  EXPECT_EQ(Cli(server, Trusting("a")).exit_code, 0);
  EXPECT_EQ(server.Terminate(), 0);
}

TEST_F(TlsTest, FilesThatDoNotFitEndTheStart) {
  ASSERT_TRUE(Certify("a") && Certify("b"));
  WriteFile(folder_ / "text", "no certificate\n");
  const auto refused = [this](const std::vector<std::string>& options) {
    Server server({folder_.path(), "127.0.0.1:0", options, {}});
    EXPECT_FALSE(server.StartUp());
    EXPECT_NE(server.Wait(std::chrono::minutes(1)), 0);
    return server.errors();
  };
  EXPECT_THAT(refused({"--tls-cert", folder_ / "a/server.crt"}), HasSubstr("--tls-key"));
  EXPECT_THAT(refused({"--tls-cert", folder_ / "none", "--tls-key", folder_ / "a/server.key"}), HasSubstr("No such file"));
  EXPECT_THAT(refused({"--tls-cert", folder_ / "text", "--tls-key", folder_ / "a/server.key"}), HasSubstr("no certificate"));
  EXPECT_THAT(refused({"--tls-cert", folder_ / "a/server.crt", "--tls-key", folder_ / "text"}), HasSubstr("everybody"));
  EXPECT_THAT(refused({"--tls-cert", folder_ / "a/server.crt", "--tls-key", folder_ / "b/server.key"}),
              HasSubstr("not the key of"));
}

// A public address is served with both: a certificate, so that nobody overhears a credential, and credentials.
TEST_F(TlsTest, APublicAddressTakesACertificateAndCredentials) {
  ASSERT_TRUE(Certify("a"));
  Server trusting({folder_.path(), "0.0.0.0:0", Files("a"), {}});
  EXPECT_FALSE(trusting.StartUp());
  EXPECT_THAT(trusting.errors(), HasSubstr("--credentials none"));
  Server server({folder_.path(), "0.0.0.0:0", Files("a"), {}, true});
  ASSERT_TRUE(server.StartUp()) << server.errors();
  const std::string port = server.address().substr(server.address().rfind(':'));
  std::map<std::string, std::string> environment = Trusting("a");
  environment["TIMEBANK_SERVER"] = "127.0.0.1" + port;
  environment["LANG"] = "C.UTF-8";
  const CliResult nobody = RunCli(folder_.path(), {"bank", "list"}, environment);
  EXPECT_EQ(nobody.exit_code, 3);
  EXPECT_THAT(nobody.err, HasSubstr("timebank login"));
  EXPECT_EQ(server.Terminate(), 0);
}

}  // namespace
}  // namespace timebank::e2e
