// What somebody on the network can do who has no credential, or one that is not hers to use so: the server stays up, its memory stays bounded, and
// honest callers are served meanwhile. Raw sockets, since no client library would send such bytes.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"
#include "tests/security/two_towns.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::security {
namespace {

using e2e::Answer;
using testing::HasSubstr;
using testing::Not;

constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// A TCP connection that sends whatever it is told to.
class Wire {
 public:
  explicit Wire(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open_ = socket_ >= 0 && connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Wire() {
    if (socket_ >= 0) {
      close(socket_);
    }
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool open() const { return open_; }
  void Say(const std::string& bytes) const { (void)!send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT); }
  // What came meanwhile.
  std::string Hear() const {
    std::string heard;
    char bytes[16384];
    for (ssize_t count; (count = recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0;) {
      heard.append(bytes, static_cast<size_t>(count));
    }
    return heard;
  }

 private:
  int socket_;
  bool open_ = false;
};

// An HTTP/2 frame (RFC 9113, 4.1), whose length field may lie.
std::string Frame(uint32_t length, uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (const int shift : {16, 8, 0}) {
    frame.push_back(static_cast<char>(length >> shift));
  }
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) {
    frame.push_back(static_cast<char>(stream >> shift));
  }
  return frame + payload;
}

std::string Settings() { return Frame(0, 4, 0, 0, ""); }

// The head of a call, every field a literal (RFC 7541, 6.2.2).
std::string Headers(uint32_t stream, const std::string& path) {
  std::string block;
  for (const auto& [name, value] : {std::pair<std::string, std::string>{":method", "POST"},
                                    {":scheme", "http"},
                                    {":path", path},
                                    {":authority", "x"},
                                    {"te", "trailers"},
                                    {"content-type", "application/grpc"}}) {
    block.push_back('\0');
    for (const std::string& text : {name, value}) {
      block.push_back(static_cast<char>(text.size()));
      block += text;
    }
  }
  return Frame(static_cast<uint32_t>(block.size()), 1, 4, stream, block);
}

// A call with a request of 4 MiB of which the end never comes, sent as fast as the server takes it.
class EndlessRequest {
 public:
  EndlessRequest(int port, const std::string& path) : wire_(port) { wire_.Say(kPreface + Settings() + Headers(1, path)); }

  // Sends what the server's windows (RFC 9113, 5.2) let it.
  void GoOn() {
    heard_ += wire_.Hear();
    while (heard_.size() >= kHead && heard_.size() >= kHead + Number(0, 3)) {
      Take(static_cast<uint8_t>(heard_[3]), static_cast<uint8_t>(heard_[4]), Number(5, 4),
           heard_.substr(kHead, Number(0, 3)));
      heard_.erase(0, kHead + Number(0, 3));
    }
    for (;;) {
      const int64_t size = std::min({int64_t{16384}, stream_window_, window_, kSize - sent_});
      if (ended_ || size <= 5) {
        return;
      }
      std::string payload(static_cast<size_t>(size), 'x');
      if (sent_ == 0) {
        payload.replace(0, 5, std::string("\0\0\x40\0\0", 5));
      }
      wire_.Say(Frame(static_cast<uint32_t>(size), 0, 0, 1, payload));
      sent_ += size;
      window_ -= size;
      stream_window_ -= size;
    }
  }

  int64_t sent() const { return sent_; }

 private:
  static constexpr size_t kHead = 9;
  static constexpr int64_t kSize = (4 << 20) - 10;

  size_t Number(size_t from, size_t bytes) const {
    size_t number = 0;
    for (size_t i = from; i < from + bytes; ++i) {
      number = number << 8 | static_cast<uint8_t>(heard_[i]);
    }
    return number;
  }
  void Take(uint8_t type, uint8_t flags, size_t stream, const std::string& payload) {
    constexpr uint8_t kHeaders = 1, kReset = 3, kSettings = 4, kPing = 6, kAway = 7, kWindow = 8;
    if (type == kSettings && (flags & 1) == 0) {
      for (size_t i = 0; i + 6 <= payload.size(); i += 6) {
        if (payload[i] == 0 && payload[i + 1] == 4) {
          const auto initial = static_cast<int64_t>(Number(kHead + i + 2, 4));
          stream_window_ += initial - initial_;
          initial_ = initial;
        }
      }
      wire_.Say(Frame(0, 4, 1, 0, ""));
    } else if (type == kPing && (flags & 1) == 0) {
      wire_.Say(Frame(8, 6, 1, 0, payload));
    } else if (type == kWindow) {
      (stream == 0 ? window_ : stream_window_) += static_cast<int64_t>(Number(kHead, 4));
    } else if (type == kHeaders || type == kReset || type == kAway) {
      ended_ = true;  // answered, or refused
    }
  }

  Wire wire_;
  std::string heard_;
  int64_t initial_ = 65535;
  int64_t window_ = 65535;
  int64_t stream_window_ = 65535;
  int64_t sent_ = 0;
  bool ended_ = false;
};

class AttackTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    port_ = std::stoi(server_.address().substr(server_.address().rfind(':') + 1));
    honest_ = std::make_unique<e2e::Client>(server_.address());
    const std::string set_up = LineOf(server_.data() + "/first-administrator.token");
    v1::CreateBankRequest bank;
    bank.set_request_id("bank");
    bank.set_bank_id("towns");
    bank.set_display_name("银行");
    ASSERT_TRUE(honest_->SendWith(set_up, bank).ok());
    GiveRole(*honest_, set_up, "root", v1::ROLE_ADMINISTRATOR, "");
    root_ = MakeToken(*honest_, set_up, "root");
    ASSERT_TRUE(Served());
    before_ = MemoryKb();
  }
  // Whatever was done, it runs, serves, took no more than so much, and stops in order.
  void TearDown() override {
    EXPECT_TRUE(Served()) << server_.errors();
    EXPECT_LT(MemoryKb() - before_, kMemoryKbMost);
    honest_.reset();
    EXPECT_EQ(server_.Terminate(), 0);
  }

  bool Served() {
    v1::GetBankRequest request;
    request.set_name(kBank);
    return honest_->SendWith(root_, request).ok();
  }

  // A number of the process's status.
  static int64_t StatusOf(e2e::Server& server, const std::string& name) {
    std::ifstream status("/proc/" + std::to_string(server.pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind(name + ":", 0) == 0) {
        return std::atoll(line.c_str() + name.size() + 1);
      }
    }
    return 0;
  }
  int64_t MemoryKb() { return StatusOf(server_, "VmRSS"); }

  static constexpr int64_t kMemoryKbMost = 512 << 10;

  e2e::TemporaryFolder folder_;
  e2e::Server server_{{folder_.path(), "127.0.0.1:0", {}, {}, true}};
  std::unique_ptr<e2e::Client> honest_;
  std::string root_;
  int port_ = 0;
  int64_t before_ = 0;
};

TEST_F(AttackTest, BytesThatAreNoHttp) {
  std::mt19937 random(20261124);
  for (int i = 0; i < 200; ++i) {
    const Wire wire(port_);
    std::string noise(i % 2 == 0 ? 40 : 70000, '\0');
    for (char& c : noise) {
      c = static_cast<char>(random());
    }
    wire.Say(i % 3 == 0 ? kPreface + noise : noise);
  }
}

TEST_F(AttackTest, FramesThatLieOrAreTooLarge) {
  const std::vector<std::string> frames = {
      Frame(0xFFFFFF, 0, 0, 1, "x"),                              // longer than any may be
      Frame(0xFFFFFF, 1, 4, 1, std::string(20000, '\xff')),       // a header block of nothing
      Frame(4, 8, 0, 0, std::string(4, '\0')),                    // a window that grows by nothing
      Frame(5, 1, 0, 0, "abcde"),                                 // headers on no stream
      Frame(1, 9, 0, 1, "x"),                                     // a continuation of nothing
      Frame(6, 4, 0, 0, std::string("\0\4\xff\xff\xff\xff", 6)),  // a window beyond the largest
      Frame(8, 6, 0, 0, "pingping"),
      Frame(0, 0, 1, 0x7FFFFFFF, ""),
  };
  for (int round = 0; round < 20; ++round) {
    for (const std::string& frame : frames) {
      const Wire wire(port_);
      wire.Say(kPreface + Settings() + frame + frame);
    }
  }
}

TEST_F(AttackTest, ManyFramesThatAskForAnswers) {
  const Wire wire(port_);
  wire.Say(kPreface + Settings());
  for (int i = 0; i < 20000; ++i) {
    wire.Say(Frame(8, 6, 0, 0, "pingping") + Settings());
  }
}

TEST_F(AttackTest, StreamsThatNeverEnd) {
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 200; ++i) {
    wires.push_back(std::make_unique<Wire>(port_));
    wires.back()->Say(std::string(kPreface).substr(0, 10));
  }
  for (int round = 0; round < 10; ++round) {
    for (const auto& wire : wires) {
      wire->Say("x");
    }
    ASSERT_TRUE(Served());
  }
}

// As many as the system lets this process have, up to ten thousand.
TEST_F(AttackTest, TenThousandConnections) {
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const size_t most = std::min<size_t>(10000, files.rlim_cur - 200);
  std::vector<std::unique_ptr<Wire>> wires;
  while (wires.size() < most) {
    wires.push_back(std::make_unique<Wire>(port_));
    if (wires.size() % 1000 == 0) {
      wires.back()->Say(kPreface + Settings());
      ASSERT_TRUE(Served()) << "with " << wires.size() << " connections";
    }
  }
  std::cout << wires.size() << " connections, " << MemoryKb() - before_ << " KiB more\n";
}

TEST_F(AttackTest, RequestsThatAreTooLargeOrNone) {
  const std::string path = "/timebank.v1.AccessService/GrantRole";
  EXPECT_FALSE(honest_->CallWith(root_, path, std::string(5 << 20, 'x')).ok());
  EXPECT_EQ(honest_->CallWith(root_, path, std::string("\xff\xff\xff", 3)).code, e2e::Code::kInvalidArgument);
  EXPECT_FALSE(honest_->CallWith(root_, "/timebank.v1.RecordService/NoSuch", "").ok());
  EXPECT_FALSE(honest_->CallWith(std::string(15000, 'a'), path, "").ok());
  EXPECT_EQ(honest_->CallWith("", path, std::string(3 << 20, 'x')).code, e2e::Code::kUnauthenticated) << "not even read";
}

TEST_F(AttackTest, WhoGuessesWaitsAndTheHonestDoNot) {
  // Seen by nobody yet, and what was known of the others is forgotten whenever a token is made.
  std::vector<std::string> unseen;
  for (int i = 0; i < 5; ++i) {
    unseen.push_back(MakeToken(*honest_, root_, "root"));
  }
  int waited = 0;
  for (int i = 0; i < 60; ++i) {
    waited += honest_->SendWith("tbk.towns.0123abcd." + std::string(42, static_cast<char>('A' + i % 26)) + "A",
                                v1::WhoAmIRequest())
                          .Reason() == "TOO_MANY_FAILURES"
                  ? 1
                  : 0;
    ASSERT_TRUE(Served());
    if (waited > 0 && !unseen.empty()) {
      ASSERT_TRUE(honest_->SendWith(unseen.back(), v1::WhoAmIRequest()).ok()) << "at the same address, at the first attempt";
      unseen.pop_back();
    }
  }
  EXPECT_GT(waited, 10) << "a right credential beside them does not end the wait";
  EXPECT_TRUE(unseen.empty());
}

TEST_F(AttackTest, NobodyIsToldOfTheServicesByReflection) {
  EXPECT_EQ(honest_->First(kReflection, std::string("\x3a\x01*", 3)).code, e2e::Code::kUnimplemented);
}

// Where everybody is trusted it is there, and has so many threads and no more.
TEST_F(AttackTest, StreamsOfReflectionAreBounded) {
  e2e::TemporaryFolder folder;
  e2e::Server trusting({folder.path(), "127.0.0.1:0", {}, {}});
  ASSERT_TRUE(trusting.StartUp());
  const int port = std::stoi(trusting.address().substr(trusting.address().rfind(':') + 1));
  const int64_t before = StatusOf(trusting, "Threads");
  const Wire wire(port);
  std::string calls = kPreface + Settings();
  for (uint32_t i = 0; i < 500; ++i) {
    calls += Headers(2 * i + 1, kReflection);
  }
  wire.Say(calls);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_LE(StatusOf(trusting, "Threads") - before, 32);
  EXPECT_TRUE(e2e::Client(trusting.address()).Send(v1::ListBanksRequest()).ok());
  EXPECT_EQ(trusting.Terminate(), 0);
}

// What is not answered for is not kept: of the requests of strangers no more comes than a window of HTTP/2.
TEST_F(AttackTest, RequestsWithoutAnEnd) {
  for (const char* const path : {"/timebank.v1.AccessService/GrantRole", "/grpc.health.v1.Health/Check"}) {
    std::vector<std::unique_ptr<EndlessRequest>> requests;
    for (int i = 0; i < 200; ++i) {
      requests.push_back(std::make_unique<EndlessRequest>(port_, path));
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < end) {
      for (const auto& request : requests) {
        request->GoOn();
      }
      ASSERT_TRUE(Served());
    }
    int64_t sent = 0;
    for (const auto& request : requests) {
      sent += request->sent();
    }
    const int64_t more = MemoryKb() - before_;
    std::cout << path << ": " << (sent >> 20) << " MiB sent, " << (more >> 10) << " MiB more in memory\n";
    EXPECT_LT(more, 128 << 10) << path;
  }
}

TEST_F(AttackTest, OneCallerCannotTakeTheServiceForHerself) {
  GiveRole(*honest_, root_, "greedy", v1::ROLE_SERVICE, "");
  const std::string greedy = MakeToken(*honest_, root_, "greedy");
  std::atomic<bool> stop = false;
  std::atomic<int> turned_away = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const e2e::Client client(server_.address());
      while (!stop) {
        turned_away += client.SendWith(greedy, v1::WhoAmIRequest()).Reason() == "TOO_MANY_CALLS" ? 1 : 0;
      }
    });
  }
  for (int i = 0; i < 500 || (turned_away == 0 && i < 60000); ++i) {
    ASSERT_TRUE(Served());
  }
  stop = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_GT(turned_away, 0);
}

TEST_F(AttackTest, NothingThatIsSentIsALineOfTheLog) {
  const std::string line = "2026-11-24T00:00:00Z INFO forged";
  honest_->CallWith("tbk.towns.0123abcd. " + line, "/timebank.v1.AccessService/WhoAmI", "");
  honest_->CallWith(root_, "/timebank.v1.AccessService/Who%0A" + line, "");
  v1::GrantRoleRequest role;
  role.set_request_id("x\n" + line);
  role.set_parent(std::string(kBank) + "\n" + line);
  role.set_principal("x\n" + line);
  role.set_role(v1::ROLE_AUDITOR);
  role.set_reason("x\n" + line);
  EXPECT_FALSE(honest_->SendWith(root_, role).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  std::istringstream log(server_.errors());
  for (std::string one; std::getline(log, one);) {
    EXPECT_NE(one.rfind(line, 0), 0u) << one;
  }
}

// Printed for the eye: the row of a token is found by a keyed digest, so that there is nothing to compare byte by byte.
TEST_F(AttackTest, TheTimeOfATokenCheckSaysNothing) {
  const auto median = [&](const std::string& token) {
    std::vector<int64_t> micros;
    for (int i = 0; i < 9; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      honest_->SendWith(token, v1::WhoAmIRequest());
      micros.push_back(
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(micros.begin(), micros.end());
    return micros[micros.size() / 2];
  };
  std::string last_wrong = root_;
  last_wrong.back() = last_wrong.back() == 'A' ? 'E' : 'A';
  const std::string all_wrong = root_.substr(0, root_.rfind('.') + 1) + std::string(43, 'A');
  std::cout << "right " << median(root_) << " us, last byte wrong " << median(last_wrong) << " us, all wrong "
            << median(all_wrong) << " us\n";
}

}  // namespace
}  // namespace timebank::security
