#include "service/merkle/hash.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace timebank::merkle {
namespace {

std::string Hex(const Hash& hash) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

std::string Bytes(const Hash& hash) { return std::string(hash.begin(), hash.end()); }

// FIPS 180-4, examples of NIST.
TEST(HashTest, Sha256GivesTheStandardDigests) {
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(HashTest, LeavesAndNodesAreSetApartByTheirFirstByte) {
  EXPECT_EQ(LeafHash("abc"), Sha256(std::string("\0abc", 4)));
  EXPECT_EQ(LeafHash(""), Sha256(std::string(1, '\0')));
  const Hash left = LeafHash("left");
  const Hash right = LeafHash("right");
  EXPECT_EQ(NodeHash(left, right), Sha256("\x01" + Bytes(left) + Bytes(right)));
  EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
  // Otherwise a leaf with the content of a node could be passed off as that node.
  EXPECT_NE(NodeHash(left, right), LeafHash(Bytes(left) + Bytes(right)));
}

TEST(HashTest, ThreadsDoNotDisturbEachOther) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2000;
  std::vector<int> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([t, &wrong] {
      const std::string text(static_cast<size_t>(t) * 100, static_cast<char>('a' + t));
      const Hash expected = LeafHash(text);
      for (int round = 0; round < kRounds; ++round) {
        wrong[static_cast<size_t>(t)] += LeafHash(text) == expected ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(wrong, ::testing::Each(0));
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace timebank::merkle
