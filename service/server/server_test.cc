// The wired service on a data folder of its own.
#include "service/server/server.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "service/server/data_folder.h"
#include "service/store/test_folder.h"
#include "timebank/v1/bank.grpc.pb.h"

namespace timebank::server {
namespace {

using ::testing::HasSubstr;

class ServerTest : public ::testing::Test {
 protected:
  std::string Data() const { return folder_.path() + "/data"; }
  absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& listen = "127.0.0.1:0") {
    return Server::Start(Data(), {*ParseAddress(listen), {}}, &clock_);
  }

  static std::shared_ptr<grpc::Channel> Connect(const Server& server) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), arguments);
  }

  static grpc::Status CreateBank(const Server& server) {
    const auto stub = v1::BankService::NewStub(Connect(server));
    grpc::ClientContext context;
    context.AddMetadata("timebank-actor", "wang");
    v1::CreateBankRequest request;
    request.set_request_id("b");
    request.set_bank_id("xt");
    request.set_display_name("湘潭时间银行");
    v1::CreateBankResponse response;
    return stub->CreateBank(&context, request, &response);
  }

  static int64_t Entries(const Server& server) {
    const auto stub = v1::BankService::NewStub(Connect(server));
    grpc::ClientContext context;
    v1::GetBankRequest request;
    request.set_name("banks/xt");
    v1::GetBankResponse response;
    EXPECT_TRUE(stub->GetBank(&context, request, &response).ok());
    return response.bank().entry_count();
  }

  static mode_t Mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  store::TestFolder folder_;
  base::SystemClock clock_;
};

TEST_F(ServerTest, KeepsWhatItTookAndItsFilesToItself) {
  {
    const auto server = Start();
    ASSERT_TRUE(server.ok()) << server.status();
    ASSERT_TRUE(CreateBank(**server).ok());
  }
  EXPECT_EQ(Mode(Data()), 0700u);
  EXPECT_EQ(Mode(Data() + "/store"), 0700u);
  EXPECT_EQ(Mode(Data() + "/keys"), 0700u);
  EXPECT_EQ(Mode(Data() + "/keys/personal.key"), 0600u);
  const auto again = Start("[::1]:0");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(Entries(**again), 1);
}

TEST_F(ServerTest, ServesOnAPrivateUnixSocketAndReplacesAStaleOne) {
  const std::string listen = "unix:" + folder_.path() + "/socket";
  for (int i = 0; i < 2; ++i) {
    const auto server = Start(listen);
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_EQ((*server)->address(), listen);
    EXPECT_EQ(Mode(folder_.path() + "/socket"), 0600u);
    EXPECT_TRUE(CreateBank(**server).ok());
    EXPECT_EQ(Server::Start(folder_.path() + "/other", {*ParseAddress(listen), {}}, &clock_).status().code(),
              absl::StatusCode::kFailedPrecondition);
  }
}

TEST_F(ServerTest, ASecondServerIsKeptOut) {
  const auto first = Start();
  ASSERT_TRUE(first.ok());
  const absl::Status same_data = Start().status();
  EXPECT_EQ(same_data.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(same_data.message()), HasSubstr(Data()));
  EXPECT_EQ(Server::Start(folder_.path() + "/other", {*ParseAddress((*first)->address()), {}}, &clock_).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(ServerTest, AStoreWithContentNeedsItsKey) {
  {
    const auto server = Start();
    ASSERT_TRUE(CreateBank(**server).ok());
  }
  for (const char* name : {"/keys/personal.key", "/keys/master-1.key", "/members.keys"}) {
    std::filesystem::rename(Data() + name, folder_.path() + "/aside");
    const absl::Status status = Start().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
    EXPECT_FALSE(std::filesystem::exists(Data() + name));
    std::filesystem::rename(folder_.path() + "/aside", Data() + name);
  }
  EXPECT_TRUE(Start().ok());
}

TEST_F(ServerTest, SecretsMayLieApart) {
  const std::string secrets = folder_.path() + "/secrets";
  std::filesystem::create_directory(secrets);
  ASSERT_EQ(chmod(secrets.c_str(), 0750), 0);
  { ASSERT_TRUE(OpenDataFolder(Data(), KeysPlace{secrets}).ok()); }
  EXPECT_EQ(Mode(secrets), 0750u) << "somebody else's to decide";
  EXPECT_EQ(Mode(secrets + "/personal.key"), 0600u);
  EXPECT_EQ(Mode(secrets + "/master-1.key"), 0600u);
  EXPECT_FALSE(std::filesystem::exists(Data() + "/keys"));
  { ASSERT_TRUE(OpenDataFolder(Data(), KeysPlace{secrets}).ok()); }
  { ASSERT_TRUE(OpenDataFolder(folder_.path() + "/other", KeysPlace{folder_.path() + "/made"}).ok()); }
  EXPECT_EQ(Mode(folder_.path() + "/made"), 0700u);
}

TEST_F(ServerTest, ANewKeyGoesWithAnEmptyStoreOnly) {
  { ASSERT_TRUE(Start().ok()); }
  std::filesystem::remove(Data() + "/keys/personal.key");
  EXPECT_TRUE(Start().ok());
}

// A whole start, and not only its parts: the store is checked and its keys are settled.
TEST_F(ServerTest, DoesNotStartWithoutTheStoreOfItsKeys) {
  { ASSERT_TRUE(Start().ok()); }
  std::filesystem::rename(Data() + "/store", folder_.path() + "/aside");
  const absl::Status status = Start().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("put the store back"));
  std::filesystem::rename(folder_.path() + "/aside", Data() + "/store");
  EXPECT_TRUE(Start().ok());
}

TEST_F(ServerTest, AJournalAheadOfTheClockIsNotGoneOnWith) {
  const auto serve = [this](absl::Duration ahead) {
    const base::SystemClock clock(ahead);
    const auto server = Server::Start(Data(), {*ParseAddress("127.0.0.1:0"), {}}, &clock);
    if (server.ok() && ahead == absl::Hours(48)) {
      EXPECT_TRUE(CreateBank(**server).ok());
    }
    return server.status();
  };
  EXPECT_TRUE(serve(absl::ZeroDuration()).ok());
  EXPECT_TRUE(serve(absl::Hours(48)).ok());
  const absl::Status status = serve(absl::Hours(48) - absl::Minutes(6));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("set the clock right, or name a later time with --clock"));
  EXPECT_EQ(serve(absl::ZeroDuration()).code(), absl::StatusCode::kFailedPrecondition);
  // A drift of the clock stops nobody.
  EXPECT_TRUE(serve(absl::Hours(48) - absl::Minutes(4)).ok());
}

TEST_F(ServerTest, AFolderWithOtherFilesIsLeftAlone) {
  std::filesystem::create_directory(Data());
  std::ofstream(Data() + "/letter.txt") << "precious";
  chmod(Data().c_str(), 0755);
  EXPECT_EQ(Start().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Mode(Data()), 0755u);
  EXPECT_FALSE(std::filesystem::exists(Data() + "/store"));
}

TEST_F(ServerTest, AFileIsNoFolder) {
  std::ofstream(Data()) << "x";
  EXPECT_EQ(Start().status().code(), absl::StatusCode::kFailedPrecondition);
}

// The store cannot grow any more: what a full disk does to a commit.
[[noreturn]] void ServeOnAFullDisk(const std::string& data) {
  std::signal(SIGXFSZ, SIG_IGN);
  const base::SystemClock clock;
  const auto server = Server::Start(data, {*ParseAddress("127.0.0.1:0"), {}}, &clock);
  const rlimit none{1, RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &none);
  const auto stub = v1::BankService::NewStub(grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("timebank-actor", "wang");
  v1::CreateBankRequest request;
  request.set_request_id("b");
  request.set_bank_id("xt");
  request.set_display_name("湘潭时间银行");
  v1::CreateBankResponse response;
  const grpc::Status status = stub->CreateBank(&context, request, &response);
  // What is printed goes to a file as well; the failed store stays failed.
  const rlimit any{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &any);
  std::cerr << "answer " << status.error_code() << " " << status.error_message() << std::endl;
  std::this_thread::sleep_for(std::chrono::seconds(10));
  std::_Exit(0);
}

TEST_F(ServerTest, EndsWithACodeOfItsOwnAfterAFailedCommit) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(ServeOnAFullDisk(Data()), testing::ExitedWithCode(kPoisonedExit), "answer 14 It is not known");
  const auto again = Start();
  EXPECT_TRUE(again.ok()) << again.status();
}

// Calls a method of another API without its messages.
grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& path, const std::string& request,
                     std::string* answer) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  grpc::CompletionQueue queue;
  const grpc::Slice slice(request);
  const auto call = stub.PrepareUnaryCall(&context, path, grpc::ByteBuffer(&slice, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  std::vector<grpc::Slice> slices;
  if (status.ok() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      answer->append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return status;
}

TEST_F(ServerTest, SaysThatItIsHealthy) {
  const auto server = Start();
  ASSERT_TRUE(server.ok());
  const std::string path = "/grpc.health.v1.Health/Check";
  const std::string serving = "\x08\x01";  // status: SERVING
  for (const std::string& request : {std::string(), std::string("\x0A\x17timebank.v1.BankService")}) {
    std::string answer;
    const grpc::Status status = CallRaw(Connect(**server), path, request, &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(answer, serving);
  }
  std::string answer;
  EXPECT_EQ(CallRaw(Connect(**server), path, "\x0A\x01x", &answer).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServerTest, StopsTwiceAndWithOpenConnections) {
  const auto server = Start();
  ASSERT_TRUE(server.ok());
  const auto channel = Connect(**server);
  ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(5)));
  const auto before = std::chrono::steady_clock::now();
  (*server)->Stop();
  (*server)->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

}  // namespace
}  // namespace timebank::server
