#include "service/store/write_batch.h"

#include <algorithm>

#include "service/base/status.h"
#include "service/store/checksum.h"

namespace timebank::store {
namespace {

constexpr char kFormat = 0x01;
constexpr char kPut = 0x01;
constexpr char kDelete = 0x02;
constexpr size_t kChecksumBytes = 4;

void AppendVarint(std::string* out, uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void AppendBytes(std::string* out, absl::string_view bytes) {
  AppendVarint(out, bytes.size());
  out->append(bytes.data(), bytes.size());
}

absl::Status Damaged(absl::string_view what) { return absl::DataLossError("encoded batch: " + std::string(what)); }

absl::StatusOr<char> TakeByte(absl::string_view* in) {
  if (in->empty()) {
    return Damaged("ends too early");
  }
  char byte = in->front();
  in->remove_prefix(1);
  return byte;
}

absl::StatusOr<uint64_t> TakeVarint(absl::string_view* in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    TB_ASSIGN_OR_RETURN(char byte, TakeByte(in));
    uint64_t bits = static_cast<uint8_t>(byte) & 0x7F;
    if (shift == 63 && bits > 1) {
      return Damaged("integer above 64 bits");
    }
    value |= bits << shift;
    if ((byte & 0x80) == 0) {
      return bits == 0 && shift > 0 ? absl::StatusOr<uint64_t>(Damaged("integer longer than needed")) : value;
    }
  }
  return Damaged("integer above 64 bits");
}

absl::StatusOr<absl::string_view> TakeBytes(absl::string_view* in) {
  TB_ASSIGN_OR_RETURN(uint64_t size, TakeVarint(in));
  if (size > in->size()) {
    return Damaged("ends too early");
  }
  absl::string_view bytes = in->substr(0, size);
  in->remove_prefix(size);
  return bytes;
}

// Appends the next operation of `in` behind those already in `operations`.
absl::Status TakeOperation(absl::string_view* in, std::vector<EncodedBatch::Operation>* operations) {
  TB_ASSIGN_OR_RETURN(char kind, TakeByte(in));
  if (kind != kPut && kind != kDelete) {
    return Damaged("unknown operation");
  }
  TB_ASSIGN_OR_RETURN(absl::string_view key, TakeBytes(in));
  if (key.empty() || key.front() == '\0') {
    return Damaged("key of the engine");
  }
  if (!operations->empty() && operations->back().key >= key) {
    return Damaged("keys out of order");
  }
  std::optional<absl::string_view> value;
  if (kind == kPut) {
    TB_ASSIGN_OR_RETURN(value, TakeBytes(in));
  }
  operations->push_back({key, value});
  return absl::OkStatus();
}

}  // namespace

std::string WriteBatch::Encode() const {
  std::string out;
  AppendTo(&out);
  return out;
}

void WriteBatch::AppendTo(std::string* out) const {
  constexpr size_t kMostVarintBytes = 10;
  const size_t begin = out->size();
  size_t most = begin + 1 + 3 * kMostVarintBytes + kChecksumBytes;
  for (const auto& [key, value] : operations_) {
    most += 1 + 2 * kMostVarintBytes + key.size() + (value.has_value() ? value->size() : 0);
  }
  out->reserve(most);
  out->push_back(kFormat);
  AppendVarint(out, epoch_);
  AppendVarint(out, position_);
  AppendVarint(out, operations_.size());
  for (const auto& [key, value] : operations_) {
    out->push_back(value.has_value() ? kPut : kDelete);
    AppendBytes(out, key);
    if (value.has_value()) {
      AppendBytes(out, *value);
    }
  }
  const uint32_t checksum = Crc32c(absl::string_view(*out).substr(begin));
  for (size_t i = 0; i < kChecksumBytes; ++i) {
    out->push_back(static_cast<char>(checksum >> (8 * i)));
  }
}

absl::StatusOr<WriteBatch> WriteBatch::Decode(absl::string_view bytes) {
  TB_ASSIGN_OR_RETURN(const EncodedBatch batch, ReadBatch(bytes));
  Operations operations;
  for (const EncodedBatch::Operation& operation : batch.operations) {
    operations.emplace_hint(operations.end(), operation.key,
                            operation.value.has_value() ? std::make_optional<std::string>(*operation.value) : std::nullopt);
  }
  return WriteBatch(batch.epoch, batch.position, std::move(operations));
}

absl::StatusOr<EncodedBatch> ReadBatch(absl::string_view bytes) {
  if (bytes.size() < kChecksumBytes) {
    return Damaged("ends too early");
  }
  absl::string_view in = bytes.substr(0, bytes.size() - kChecksumBytes);
  uint32_t checksum = 0;
  for (size_t i = 0; i < kChecksumBytes; ++i) {
    checksum |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[in.size() + i])) << (8 * i);
  }
  if (checksum != Crc32c(in)) {
    return Damaged("wrong checksum");
  }
  TB_ASSIGN_OR_RETURN(char format, TakeByte(&in));
  if (format != kFormat) {
    return Damaged("unknown format");
  }
  EncodedBatch batch;
  TB_ASSIGN_OR_RETURN(batch.epoch, TakeVarint(&in));
  TB_ASSIGN_OR_RETURN(batch.position, TakeVarint(&in));
  TB_ASSIGN_OR_RETURN(uint64_t count, TakeVarint(&in));
  constexpr size_t kLeastOperationBytes = 3;
  batch.operations.reserve(std::min<uint64_t>(count, in.size() / kLeastOperationBytes));
  for (uint64_t i = 0; i < count; ++i) {
    TB_RETURN_IF_ERROR(TakeOperation(&in, &batch.operations));
  }
  if (!in.empty()) {
    return Damaged("bytes left over");
  }
  return batch;
}

}  // namespace timebank::store
