#include "service/store/rocksdb_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/store/checksum.h"

namespace timebank::store {
namespace {

constexpr size_t kBlock = 32'768;

TEST(ChecksumTest, KnownValues) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);  // RFC 3720, B.4
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62A8AB43u);
}

// Writes records as RocksDB does, and remembers where they end.
class LogBuilder {
 public:
  void Add(size_t size) {
    std::string record;
    for (size_t i = 0; i < size; ++i) {
      record.push_back(static_cast<char>(1 + (i * 7 + ends_.size()) % 255));
    }
    size_t taken = 0;
    do {
      const size_t left = kBlock - log_.size() % kBlock;
      if (left < 7) {
        log_.append(left, '\0');
        continue;
      }
      const size_t length = std::min(size - taken, left - 7);
      const bool first = taken == 0;
      const bool last = taken + length == size;
      AddFragment(first && last ? 1 : first ? 2 : last ? 4 : 3, record.substr(taken, length));
      taken += length;
    } while (taken < size);
    ends_.push_back(log_.size());
  }

  const std::string& log() const { return log_; }
  const std::vector<size_t>& ends() const { return ends_; }

 private:
  void AddFragment(int type, const std::string& payload) {
    const std::string body = static_cast<char>(type) + payload;
    const uint32_t crc = Crc32c(body);
    const uint32_t masked = ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    for (int i = 0; i < 4; ++i) {
      log_.push_back(static_cast<char>(masked >> (8 * i)));
    }
    log_.push_back(static_cast<char>(payload.size()));
    log_.push_back(static_cast<char>(payload.size() >> 8));
    log_ += body;
  }

  std::string log_;
  std::vector<size_t> ends_;
};

LogBuilder Sample() {
  LogBuilder builder;
  for (size_t size : {size_t{100}, size_t{40'000}, kBlock - 7 - 7 - 40'000 % kBlock - 7 - 100 - 7 - 3, size_t{12},
                      size_t{70'000}, size_t{300}}) {
    builder.Add(size);
  }
  return builder;
}

// Offsets worth a try in a log of several blocks: the neighbourhood of every record's and block's border, and some between.
std::vector<size_t> Offsets(const LogBuilder& builder) {
  std::vector<size_t> offsets;
  const auto around = [&](size_t border) {
    for (size_t at = border - std::min<size_t>(border, 9); at < std::min(border + 9, builder.log().size()); ++at) {
      offsets.push_back(at);
    }
  };
  around(0);
  for (size_t end : builder.ends()) {
    around(end);
  }
  for (size_t block = 0; block < builder.log().size(); block += kBlock) {
    around(block);
  }
  for (size_t at = 0; at < builder.log().size(); at += 2'003) {
    offsets.push_back(at);
  }
  return offsets;
}

TEST(RocksDbLogTest, SoundLogsAreSoundToTheEnd) {
  EXPECT_EQ(*SoundLogLength(""), 0u);
  const LogBuilder sample = Sample();
  EXPECT_GT(sample.log().size(), 3 * kBlock);
  EXPECT_EQ(sample.ends()[2] % kBlock, kBlock - 3) << "one block shall need filling";
  EXPECT_EQ(*SoundLogLength(sample.log()), sample.log().size());
}

TEST(RocksDbLogTest, CutLogsEndAtTheLastWholeRecord) {
  const LogBuilder sample = Sample();
  for (size_t size : Offsets(sample)) {
    auto after = std::upper_bound(sample.ends().begin(), sample.ends().end(), size);
    size_t expected = after == sample.ends().begin() ? 0 : *std::prev(after);
    if (const size_t filled = (expected + 6) / kBlock * kBlock; filled > expected && filled <= size) {
      expected = filled;  // with the zeros that fill its block up
    }
    absl::StatusOr<uint64_t> sound = SoundLogLength(sample.log().substr(0, size));
    ASSERT_TRUE(sound.ok()) << size << ": " << sound.status();
    ASSERT_EQ(*sound, expected) << size;
  }
}

TEST(RocksDbLogTest, EveryFlippedByteIsDamage) {
  const LogBuilder sample = Sample();
  for (size_t at : Offsets(sample)) {
    for (int flip : {0x01, 0x08, 0x80, 0xff}) {
      std::string damaged = sample.log();
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      ASSERT_EQ(SoundLogLength(damaged).status().code(), absl::StatusCode::kDataLoss) << "byte " << at << " flip " << flip;
    }
  }
}

TEST(RocksDbLogTest, SectorsThatNeverReachedTheDiskAreATornRecord) {
  LogBuilder builder;
  builder.Add(5'000);
  const size_t acknowledged = builder.log().size();
  builder.Add(70'000);
  for (size_t sector = (acknowledged + 511) / 512 * 512; sector + 512 <= builder.log().size(); sector += 512) {
    std::string torn = builder.log();
    torn.replace(sector, 512, 512, '\0');
    absl::StatusOr<uint64_t> sound = SoundLogLength(torn);
    ASSERT_TRUE(sound.ok()) << sector << ": " << sound.status();
    EXPECT_EQ(*sound, acknowledged) << sector;
    torn.resize(sector + 512);  // nothing behind it either
    EXPECT_EQ(*SoundLogLength(torn), acknowledged) << sector;
  }
  std::string nothing = builder.log().substr(0, acknowledged) + std::string(100, '\0');
  EXPECT_EQ(*SoundLogLength(nothing), acknowledged);
}

TEST(RocksDbLogTest, HoleBeforeAnotherRecordIsDamage) {
  LogBuilder builder;
  builder.Add(5'000);
  builder.Add(70'000);
  builder.Add(10);
  for (size_t sector = 0; sector + 512 < builder.ends()[1]; sector += 512) {
    std::string damaged = builder.log();
    damaged.replace(sector, 512, 512, '\0');
    EXPECT_EQ(SoundLogLength(damaged).status().code(), absl::StatusCode::kDataLoss) << sector;
  }
}

TEST(RocksDbLogTest, FragmentsOutOfPlaceAreDamage) {
  LogBuilder builder;
  builder.Add(40'000);
  builder.Add(10);
  const std::string first = builder.log().substr(0, kBlock);
  const std::string rest = builder.log().substr(kBlock);
  EXPECT_EQ(SoundLogLength(rest).status().code(), absl::StatusCode::kDataLoss) << "begins with a last fragment";
  EXPECT_EQ(SoundLogLength(first + first + rest).status().code(), absl::StatusCode::kDataLoss) << "two first ones";
}

}  // namespace
}  // namespace timebank::store
