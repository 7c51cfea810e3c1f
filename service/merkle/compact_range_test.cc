#include "service/merkle/compact_range.h"

#include <bit>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"

namespace timebank::merkle {
namespace {

std::string Hex(const Hash& hash) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

// The definition of RFC 6962 section 2.1, word for word: MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])), with k the
// largest power of two smaller than n.
Hash TextbookRoot(absl::Span<const std::string> leaves) {
  if (leaves.empty()) {
    return Sha256("");
  }
  if (leaves.size() == 1) {
    return LeafHash(leaves[0]);
  }
  size_t k = 1;
  while (k * 2 < leaves.size()) {
    k *= 2;
  }
  return NodeHash(TextbookRoot(leaves.subspan(0, k)), TextbookRoot(leaves.subspan(k)));
}

std::vector<std::string> NumberedLeaves(size_t count) {
  std::vector<std::string> leaves;
  for (size_t i = 0; i < count; ++i) {
    leaves.push_back(absl::StrCat("entry ", i));
  }
  return leaves;
}

// The leaves and roots that the Certificate Transparency implementations test themselves with.
TEST(CompactRangeTest, RootsOfThePublishedVectors) {
  const std::vector<std::string> leaves = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const std::vector<std::string> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  };
  CompactRange range;
  EXPECT_EQ(Hex(range.Root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < leaves.size(); ++i) {
    range.Append(LeafHash(absl::HexStringToBytes(leaves[i])));
    EXPECT_EQ(Hex(range.Root()), roots[i]) << "after " << i + 1 << " leaves";
  }
}

TEST(CompactRangeTest, AgreesWithTheTextbookAtEverySizeUpTo200) {
  const std::vector<std::string> leaves = NumberedLeaves(200);
  CompactRange range;
  for (size_t size = 0; size <= leaves.size(); ++size) {
    ASSERT_EQ(range.size(), size);
    ASSERT_EQ(range.edge().size(), static_cast<size_t>(std::popcount(size)));
    ASSERT_EQ(range.Root(), TextbookRoot(absl::MakeConstSpan(leaves).subspan(0, size))) << "at " << size << " leaves";
    if (size < leaves.size()) {
      range.Append(LeafHash(leaves[size]));
    }
  }
}

TEST(CompactRangeTest, TheEdgeStartsWithTheLargestSubtree) {
  const std::vector<std::string> leaves = NumberedLeaves(7);
  CompactRange range;
  for (const std::string& leaf : leaves) {
    range.Append(LeafHash(leaf));
  }
  const absl::Span<const std::string> all = absl::MakeConstSpan(leaves);
  ASSERT_EQ(range.edge().size(), 3u);
  EXPECT_EQ(range.edge()[0], TextbookRoot(all.subspan(0, 4)));
  EXPECT_EQ(range.edge()[1], TextbookRoot(all.subspan(4, 2)));
  EXPECT_EQ(range.edge()[2], TextbookRoot(all.subspan(6, 1)));
}

TEST(CompactRangeTest, GoesOnFromAStoredEdgeAsIfNeverStopped) {
  const std::vector<std::string> leaves = NumberedLeaves(70);
  CompactRange unbroken;
  for (const std::string& leaf : leaves) {
    absl::StatusOr<CompactRange> resumed = CompactRange::FromEdge(unbroken.size(), unbroken.edge());
    ASSERT_TRUE(resumed.ok()) << resumed.status();
    EXPECT_EQ(resumed->Root(), unbroken.Root());
    resumed->Append(LeafHash(leaf));
    unbroken.Append(LeafHash(leaf));
    EXPECT_EQ(resumed->size(), unbroken.size());
    EXPECT_EQ(resumed->edge(), unbroken.edge());
  }
}

TEST(CompactRangeTest, RefusesAnEdgeThatDoesNotFitTheSize) {
  const Hash hash = LeafHash("x");
  EXPECT_TRUE(CompactRange::FromEdge(0, {}).ok());
  EXPECT_TRUE(CompactRange::FromEdge(5, {hash, hash}).ok());
  EXPECT_EQ(CompactRange::FromEdge(0, {hash}).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CompactRange::FromEdge(5, {}).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CompactRange::FromEdge(5, {hash}).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CompactRange::FromEdge(5, {hash, hash, hash}).status().code(), absl::StatusCode::kDataLoss);
  const uint64_t largest = ~uint64_t{0};
  EXPECT_TRUE(CompactRange::FromEdge(largest, std::vector<Hash>(64, hash)).ok());
  EXPECT_EQ(CompactRange::FromEdge(largest, std::vector<Hash>(63, hash)).status().code(), absl::StatusCode::kDataLoss);
}

TEST(CompactRangeTest, OneChangedLeafChangesTheRoot) {
  const std::vector<std::string> leaves = NumberedLeaves(13);
  for (size_t changed = 0; changed < leaves.size(); ++changed) {
    CompactRange original;
    CompactRange altered;
    for (size_t i = 0; i < leaves.size(); ++i) {
      original.Append(LeafHash(leaves[i]));
      altered.Append(LeafHash(i == changed ? leaves[i] + "!" : leaves[i]));
    }
    EXPECT_NE(original.Root(), altered.Root()) << "leaf " << changed;
  }
}

}  // namespace
}  // namespace timebank::merkle
