#include "service/store/write_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace timebank::store {
namespace {

WriteBatch Sample() {
  return WriteBatch(3, 300, {{"a", "one"}, {"b", std::nullopt}, {std::string("c\0d", 3), std::string(200, 'x')}});
}

// The golden bytes were computed by another program, with a checksum tried on the usual "123456789" (0xE3069283).
TEST(WriteBatchTest, EmptyBatchHasFrozenBytes) {
  EXPECT_EQ(absl::BytesToHexString(WriteBatch(1, 1).Seal()), "02000000000100000000000000010000000000000092eb7e6f");
}

TEST(WriteBatchTest, SampleHasFrozenBytes) {
  WriteBatch batch(3, 300, {{"a", "one"}, {"b", std::nullopt}, {std::string("c\0d", 3), ""}});
  EXPECT_EQ(absl::BytesToHexString(batch.Seal()),
            "020300000003000000000000002c01000000000000010103616f6e650201620103006300646e07b7e1");
}

TEST(WriteBatchTest, DecodesWhatItEncoded) {
  const uint64_t most = ~uint64_t{0};
  for (WriteBatch batch : {Sample(), WriteBatch(0, 0), WriteBatch(most, most, {{"k", ""}})}) {
    absl::StatusOr<WriteBatch> decoded = WriteBatch::Decode(std::string(batch.Seal()));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->epoch(), batch.epoch());
    EXPECT_EQ(decoded->position(), batch.position());
    ASSERT_EQ(decoded->size(), batch.size());
    for (size_t i = 0; i < batch.size(); ++i) {
      EXPECT_EQ(decoded->operation(i), batch.operation(i));
    }
    EXPECT_EQ(decoded->Seal(), batch.Seal());
  }
}

TEST(WriteBatchTest, OperationsStandAsTheyCame) {
  WriteBatch batch(1, 1);
  batch.Put("z", "last");
  batch.Delete("a");
  ASSERT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch.operation(0), (WriteBatch::Operation{"z", "last"}));
  EXPECT_EQ(batch.operation(1), (WriteBatch::Operation{"a", std::nullopt}));
  EXPECT_FALSE(batch.names_reserved_key());
  batch.Delete(absl::string_view("\0x", 2));
  EXPECT_TRUE(batch.names_reserved_key());
}

TEST(WriteBatchTest, EveryFlippedByteIsDamage) {
  const std::string bytes(Sample().Seal());
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int flip = 1; flip < 256; ++flip) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      ASSERT_EQ(WriteBatch::Decode(damaged).status().code(), absl::StatusCode::kDataLoss)
          << "byte " << i << " flip " << flip;
    }
  }
}

TEST(WriteBatchTest, EveryCutAndEveryExtraByteIsDamage) {
  const std::string bytes(Sample().Seal());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(WriteBatch::Decode(bytes.substr(0, size)).status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(WriteBatch::Decode(bytes + '\0').status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(WriteBatch::Decode(bytes + bytes).status().code(), absl::StatusCode::kDataLoss);
}

// Bodies with a right checksum that are no batch all the same.
class MalformedBodyTest : public testing::TestWithParam<std::pair<std::string, std::string>> {};

uint32_t SlowChecksum(absl::string_view bytes) {
  uint32_t remainder = ~uint32_t{0};
  for (char c : bytes) {
    remainder ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82F63B78u : 0);
    }
  }
  return ~remainder;
}

TEST_P(MalformedBodyTest, IsRefused) {
  std::string bytes = absl::HexStringToBytes(GetParam().first);
  const uint32_t checksum = SlowChecksum(bytes);
  for (int i = 0; i < 4; ++i) {
    bytes.push_back(static_cast<char>(checksum >> (8 * i)));
  }
  absl::Status status = WriteBatch::Decode(bytes).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(GetParam().second));
}

// A head that promises operations, of epoch and position 1.
std::string Head(int count) {
  return absl::StrCat("02", absl::Hex(count, absl::kZeroPad2), "000000", "0100000000000000", "0100000000000000");
}

INSTANTIATE_TEST_SUITE_P(Bodies, MalformedBodyTest,
                         testing::Values(std::pair("", "ends too early"),
                                         std::pair("01" + Head(0).substr(2), "unknown format"),
                                         std::pair(Head(0).substr(0, 40), "ends too early"),       // the position cut
                                         std::pair(Head(1), "ends too early"),                     // one operation promised
                                         std::pair(Head(0) + "03", "left over"),                   // none promised
                                         std::pair(Head(1) + "0281006100", "longer than needed"),  // 1 in two bytes
                                         std::pair(Head(1) + "02ffffffffff01", "above 35 bits"),   // more than any length
                                         std::pair(Head(1) + "030161", "unknown operation"),       // kind 3
                                         std::pair(Head(1) + "010161", "ends too early"),          // value length cut
                                         std::pair(Head(1) + "01010561", "ends too early"),        // value shorter than said
                                         std::pair(Head(1) + "020561", "ends too early"),          // key shorter than said
                                         std::pair(Head(1) + "0200", "key of the engine"),         // empty key
                                         std::pair(Head(1) + "02020061", "key of the engine"),     // 0x00 "a"
                                         std::pair("02ffffffff" + Head(0).substr(10), "ends too early")));  // absurd count

}  // namespace
}  // namespace timebank::store
