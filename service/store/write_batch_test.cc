#include "service/store/write_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace timebank::store {
namespace {

WriteBatch Sample() {
  return WriteBatch(3, 300, {{"a", "one"}, {"b", std::nullopt}, {std::string("c\0d", 3), std::string(200, 'x')}});
}

// The golden bytes were computed by another program, with a checksum tried on the usual "123456789" (0xE3069283).
TEST(WriteBatchTest, EmptyBatchHasFrozenBytes) {
  EXPECT_EQ(absl::BytesToHexString(WriteBatch(1, 1, {}).Encode()), "0101010076ebc123");
}

TEST(WriteBatchTest, SampleHasFrozenBytes) {
  WriteBatch batch(3, 300, {{"a", "one"}, {"b", std::nullopt}, {std::string("c\0d", 3), ""}});
  EXPECT_EQ(absl::BytesToHexString(batch.Encode()), "0103ac0203010161036f6e6502016201036300640073ae7f14");
}

TEST(WriteBatchTest, DecodesWhatItEncoded) {
  const uint64_t most = ~uint64_t{0};
  for (const WriteBatch& batch : {Sample(), WriteBatch(0, 0, {}), WriteBatch(most, most, {{"k", ""}})}) {
    absl::StatusOr<WriteBatch> decoded = WriteBatch::Decode(batch.Encode());
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->epoch(), batch.epoch());
    EXPECT_EQ(decoded->position(), batch.position());
    EXPECT_EQ(decoded->operations(), batch.operations());
  }
}

TEST(WriteBatchTest, EveryFlippedByteIsDamage) {
  const std::string bytes = Sample().Encode();
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
  const std::string bytes = Sample().Encode();
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

INSTANTIATE_TEST_SUITE_P(Bodies, MalformedBodyTest,
                         testing::Values(std::pair("", "ends too early"), std::pair("02010100", "unknown format"),
                                         std::pair("0101", "ends too early"),                       // no position
                                         std::pair("01010101", "ends too early"),                   // one operation promised
                                         std::pair("0101010003", "left over"),                      // none promised
                                         std::pair("0181000100", "longer than needed"),             // 1 in two bytes
                                         std::pair("01ffffffffffffffffff020100", "above 64 bits"),  // 2^64 and more
                                         std::pair("01ffffffffffffffffffff0100", "above 64 bits"),  // eleven bytes
                                         std::pair("01010101030161", "unknown operation"),          // kind 3
                                         std::pair("01010101010161", "ends too early"),             // value length cut
                                         std::pair("01010101020561", "ends too early"),             // key shorter than said
                                         std::pair("010101010200", "key of the engine"),            // empty key
                                         std::pair("0101010102020061", "key of the engine"),        // 0x00 "a"
                                         std::pair("01010102020162020161", "out of order"),         // b, a
                                         std::pair("01010102020161020161", "out of order"),         // a, a
                                         std::pair("010101ffffffffffffffffff01", "ends too early")));  // absurd count

}  // namespace
}  // namespace timebank::store
