// The server is killed, stopped and cut off from its disk while clients write; after each restart nothing that was answered
// is missing, nothing is there twice, and every answer stays what it was.
//
// TIMEBANK_CRASH_KILLS: how many kills, 5 when left out. TIMEBANK_CRASH_SEED: of all that is random; printed in any case.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "tests/crash/checks.h"
#include "tests/crash/load.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::crash {
namespace {

constexpr char kBank[] = "banks/xt";
constexpr int kClients = 8;
constexpr int kPoisoned = 70;  // The server's exit code after a failed commit.

int Number(const char* variable, unsigned fallback) {
  const char* const text = std::getenv(variable);
  return static_cast<int>(text == nullptr || *text == '\0' ? fallback : std::strtoul(text, nullptr, 10));
}

class CrashTest : public testing::Test {
 protected:
  void SetUp() override {
    seed_ = static_cast<unsigned>(Number("TIMEBANK_CRASH_SEED", std::random_device()() % 1000000));
    std::cout << "TIMEBANK_CRASH_SEED=" << seed_ << std::endl;
    random_.seed(seed_);
    server_ = std::make_unique<e2e::Server>(OptionsBehind({}));
    ASSERT_TRUE(server_->StartUp()) << server_->errors();
    const e2e::Client client(server_->address());
    e2e::MakeSmallBank(client, "xt", 1 + kClients * kVolunteersPerClient);
    others_ = e2e::Journal(client, kBank).size();
    for (int i = 0; i < kClients; ++i) {
      clients_.push_back(std::make_unique<LoadClient>(kBank, i, seed_));
    }
  }

  e2e::ServerOptions OptionsBehind(std::vector<std::string> before) {
    return {folder_.path(), "unix:" + (folder_ / "socket"), {}, std::move(before)};
  }

  void Sleep(int least_ms, int most_ms) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(least_ms + static_cast<int>(random_() % static_cast<unsigned>(most_ms - least_ms))));
  }

  // From the store as the dead server left it to a server that answers everything again. `all`: also what earlier rounds
  // sent.
  void RestartAndCheck(bool all) {
    size_t unanswered = 0;
    size_t sent = 0;
    for (const auto& client : clients_) {
      unanswered += client->history().unanswered();
      sent += client->sent();
    }
    EXPECT_EQ(CheckStore(server_->data(), folder_.path()), 1);
    ASSERT_TRUE(server_->StartUp()) << server_->errors();
    const e2e::Client client(server_->address());
    const std::vector<v1::Entry> found = e2e::Journal(client, kBank);
    CheckAnswers(clients_, found, others_);
    RepeatAll(&clients_, server_->address(), all);
    const std::vector<v1::Entry> whole = e2e::Journal(client, kBank);
    // What was there stays, byte for byte; only requests that had no answer can have come after it.
    ASSERT_GE(whole.size(), found.size());
    EXPECT_TRUE(std::equal(found.begin(), found.end(), whole.begin(), [](const v1::Entry& one, const v1::Entry& other) {
      return one.SerializeAsString() == other.SerializeAsString();
    }));
    EXPECT_LE(whole.size() - found.size(), unanswered * 12);
    CheckAnswers(clients_, whole, others_);
    CheckRecords(client, kBank, whole);
    e2e::CheckJournal(client, kBank, whole);
    std::cout << sent << " requests, " << unanswered << " without an answer, journal " << found.size() << " -> "
              << whole.size() << std::endl;
  }

  e2e::TemporaryFolder folder_;
  unsigned seed_ = 0;
  std::mt19937 random_;
  std::unique_ptr<e2e::Server> server_;
  size_t others_ = 0;
  std::vector<std::unique_ptr<LoadClient>> clients_;
};

TEST_F(CrashTest, KilledUnderLoad) {
  const int kills = Number("TIMEBANK_CRASH_KILLS", 5);
  for (int kill = 1; kill <= kills && !HasFailure(); ++kill) {
    std::cout << "kill " << kill << " of " << kills << ": " << std::flush;
    {
      const Load load(&clients_, server_->address());
      Sleep(20, 700);
      server_->Kill();
    }
    // Now and then it is killed again while it recovers.
    while (random_() % 3 == 0) {
      server_->Launch();
      Sleep(0, 80);
      server_->Kill();
    }
    RestartAndCheck(kill == kills);
  }
  EXPECT_EQ(server_->Terminate(), 0);
  EXPECT_EQ(CheckStore(server_->data(), folder_.path()), 1);
}

TEST_F(CrashTest, StoppedInOrderUnderLoad) {
  for (int round = 0; round < 3 && !HasFailure(); ++round) {
    {
      const Load load(&clients_, server_->address());
      Sleep(50, 400);
      EXPECT_EQ(server_->Terminate(), 0) << server_->errors();
    }
    RestartAndCheck(true);
  }
}

// A disk that takes no more: every commit from some point on fails.
TEST_F(CrashTest, CutOffFromItsDisk) {
  ASSERT_EQ(server_->Terminate(), 0);
  // 512 KiB for every file; the signal of the limit is ignored, so that write() itself fails.
  server_ =
      std::make_unique<e2e::Server>(OptionsBehind({"/bin/sh", "-c", R"(trap '' XFSZ; ulimit -f 1024; exec "$0" "$@")"}));
  ASSERT_TRUE(server_->StartUp()) << server_->errors();
  {
    const Load load(&clients_, server_->address());
    EXPECT_EQ(server_->Wait(std::chrono::seconds(60)), kPoisoned) << server_->errors();
  }
  server_ = std::make_unique<e2e::Server>(OptionsBehind({}));
  RestartAndCheck(true);
  EXPECT_EQ(server_->Terminate(), 0);
}

}  // namespace
}  // namespace timebank::crash
