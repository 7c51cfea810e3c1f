#include "service/store/write_batch.h"

#include <algorithm>
#include <utility>

#include "service/base/check.h"
#include "service/base/status.h"
#include "service/store/checksum.h"

namespace timebank::store {
namespace {

constexpr char kFormat = 0x02;
constexpr char kPut = 0x01;
constexpr char kDelete = 0x02;
constexpr size_t kCountAt = 1;
constexpr size_t kEpochAt = 5;
constexpr size_t kPositionAt = 13;
constexpr size_t kHeadBytes = 21;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kLeastOperationBytes = 3;

void PutNumber(uint64_t number, size_t at, size_t bytes, std::string* out) {
  for (size_t i = 0; i < bytes; ++i) {
    (*out)[at + i] = static_cast<char>(number >> (8 * i));
  }
}

uint64_t NumberAt(absl::string_view in, size_t at, size_t bytes) {
  uint64_t number = 0;
  for (size_t i = bytes; i > 0; --i) {
    number = number << 8 | static_cast<uint8_t>(in[at + i - 1]);
  }
  return number;
}

void AppendVarint(std::string* out, uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

bool IsReserved(absl::string_view key) { return key.empty() || key.front() == '\0'; }

absl::Status Damaged(absl::string_view what) { return absl::DataLossError("encoded batch: " + std::string(what)); }

// Reads an encoding from front to back.
class Reading {
 public:
  Reading(absl::string_view bytes, size_t at) : bytes_(bytes), at_(at) {}

  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }

  absl::StatusOr<char> TakeByte() {
    if (left() == 0) {
      return Damaged("ends too early");
    }
    return bytes_[at_++];
  }

  // Where the next `size` bytes begin.
  absl::StatusOr<size_t> Skip(size_t size) {
    if (size > left()) {
      return Damaged("ends too early");
    }
    return std::exchange(at_, at_ + size);
  }

  // A length; none is above what an encoding can hold.
  absl::StatusOr<size_t> TakeLength() {
    size_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      TB_ASSIGN_OR_RETURN(const char byte, TakeByte());
      const size_t bits = static_cast<uint8_t>(byte) & 0x7F;
      value |= bits << shift;
      if ((byte & 0x80) == 0) {
        return bits == 0 && shift > 0 ? absl::StatusOr<size_t>(Damaged("length longer than needed")) : value;
      }
    }
    return Damaged("length above 35 bits");
  }

 private:
  absl::string_view bytes_;
  size_t at_;
};

}  // namespace

WriteBatch::WriteBatch(uint64_t epoch, uint64_t position, const Operations& operations)
    : epoch_(epoch), position_(position), bytes_(kHeadBytes, '\0') {
  for (const auto& [key, value] : operations) {
    if (value.has_value()) {
      Put(key, *value);
    } else {
      Delete(key);
    }
  }
}

void WriteBatch::AddPlace(size_t key_at, size_t key_size, size_t value_at, size_t value_size) {
  places_.push_back({static_cast<uint32_t>(key_at), static_cast<uint32_t>(key_size), static_cast<uint32_t>(value_at),
                     static_cast<uint32_t>(value_size)});
}

void WriteBatch::Put(absl::string_view key, absl::string_view value) {
  TB_CHECK(!sealed_);
  names_reserved_key_ = names_reserved_key_ || IsReserved(key);
  bytes_.push_back(kPut);
  AppendVarint(&bytes_, key.size());
  AppendVarint(&bytes_, value.size());
  const size_t key_at = bytes_.size();
  bytes_.append(key.data(), key.size());
  bytes_.append(value.data(), value.size());
  AddPlace(key_at, key.size(), key_at + key.size(), value.size());
}

void WriteBatch::Delete(absl::string_view key) {
  TB_CHECK(!sealed_);
  names_reserved_key_ = names_reserved_key_ || IsReserved(key);
  bytes_.push_back(kDelete);
  AppendVarint(&bytes_, key.size());
  AddPlace(bytes_.size(), key.size(), 0, 0);
  bytes_.append(key.data(), key.size());
}

WriteBatch::Operation WriteBatch::operation(size_t index) const {
  const Place& place = places_[index];
  const absl::string_view bytes = bytes_;
  Operation operation{bytes.substr(place.key_at, place.key_size), std::nullopt};
  if (place.value_at != 0) {
    operation.value = bytes.substr(place.value_at, place.value_size);
  }
  return operation;
}

absl::string_view WriteBatch::Seal() {
  if (!sealed_) {
    sealed_ = true;
    bytes_[0] = kFormat;
    PutNumber(places_.size(), kCountAt, 4, &bytes_);
    PutNumber(epoch_, kEpochAt, 8, &bytes_);
    PutNumber(position_, kPositionAt, 8, &bytes_);
    const uint32_t checksum = Crc32c(bytes_);
    bytes_.resize(bytes_.size() + kChecksumBytes);
    PutNumber(checksum, bytes_.size() - kChecksumBytes, kChecksumBytes, &bytes_);
  }
  return bytes_;
}

absl::StatusOr<WriteBatch> WriteBatch::Decode(std::string bytes) {
  if (bytes.size() < kChecksumBytes) {
    return Damaged("ends too early");
  }
  WriteBatch batch(std::move(bytes));
  batch.sealed_ = true;
  const size_t end = batch.bytes_.size() - kChecksumBytes;
  const absl::string_view in = absl::string_view(batch.bytes_).substr(0, end);
  if (NumberAt(batch.bytes_, end, kChecksumBytes) != Crc32c(in)) {
    return Damaged("wrong checksum");
  }
  if (in.empty() || in.front() != kFormat) {
    return Damaged(in.empty() ? "ends too early" : "unknown format");
  }
  if (in.size() < kHeadBytes) {
    return Damaged("ends too early");
  }
  const uint64_t count = NumberAt(in, kCountAt, 4);
  batch.epoch_ = NumberAt(in, kEpochAt, 8);
  batch.position_ = NumberAt(in, kPositionAt, 8);
  batch.places_.reserve(std::min<uint64_t>(count, in.size() / kLeastOperationBytes));
  Reading reading(in, kHeadBytes);
  for (uint64_t i = 0; i < count; ++i) {
    TB_ASSIGN_OR_RETURN(const char kind, reading.TakeByte());
    if (kind != kPut && kind != kDelete) {
      return Damaged("unknown operation");
    }
    TB_ASSIGN_OR_RETURN(const size_t key_size, reading.TakeLength());
    size_t value_size = 0;
    if (kind == kPut) {
      TB_ASSIGN_OR_RETURN(value_size, reading.TakeLength());
    }
    TB_ASSIGN_OR_RETURN(const size_t key_at, reading.Skip(key_size));
    TB_ASSIGN_OR_RETURN(const size_t value_at, reading.Skip(value_size));
    if (IsReserved(in.substr(key_at, key_size))) {
      return Damaged("key of the engine");
    }
    batch.AddPlace(key_at, key_size, kind == kPut ? value_at : 0, value_size);
  }
  return reading.left() == 0 ? absl::StatusOr<WriteBatch>(std::move(batch)) : Damaged("bytes left over");
}

}  // namespace timebank::store
