#include "service/base/coding.h"

#include <algorithm>
#include <array>

namespace timebank::base {
namespace {

constexpr uint32_t kSignBit = 0x80000000u;

template <typename T>
void AppendBigEndian(std::string* out, T value) {
  std::array<char, sizeof(T)> bytes;
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<char>((value >> (8 * (sizeof(T) - 1 - i))) & 0xFF);
  }
  out->append(bytes.data(), bytes.size());
}

template <typename T>
bool ConsumeBigEndian(absl::string_view* in, T* value) {
  if (in->size() < sizeof(T)) {
    return false;
  }
  T result = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    result = static_cast<T>(result << 8) | static_cast<unsigned char>((*in)[i]);
  }
  in->remove_prefix(sizeof(T));
  *value = result;
  return true;
}

}  // namespace

void AppendUint32(std::string* out, uint32_t value) { AppendBigEndian(out, value); }
void AppendUint64(std::string* out, uint64_t value) { AppendBigEndian(out, value); }
void AppendInt32(std::string* out, int32_t value) { AppendBigEndian(out, static_cast<uint32_t>(value) ^ kSignBit); }

void AppendString(std::string* out, absl::string_view value) {
  while (!value.empty()) {
    const size_t zero = std::min(value.find('\0'), value.size());
    out->append(value.data(), zero);
    value.remove_prefix(zero);
    if (!value.empty()) {
      out->append("\0\xFF", 2);
      value.remove_prefix(1);
    }
  }
  out->push_back('\0');
  out->push_back('\x01');
}

bool ConsumeUint32(absl::string_view* in, uint32_t* value) { return ConsumeBigEndian(in, value); }
bool ConsumeUint64(absl::string_view* in, uint64_t* value) { return ConsumeBigEndian(in, value); }

bool ConsumeInt32(absl::string_view* in, int32_t* value) {
  uint32_t raw = 0;
  if (!ConsumeBigEndian(in, &raw)) {
    return false;
  }
  *value = static_cast<int32_t>(raw ^ kSignBit);
  return true;
}

bool ConsumeString(absl::string_view* in, std::string* value) {
  value->clear();
  while (in->size() >= 2) {
    const char c = (*in)[0];
    if (c != '\0') {
      value->push_back(c);
      in->remove_prefix(1);
      continue;
    }
    const char next = (*in)[1];
    in->remove_prefix(2);
    if (next == '\x01') {
      return true;
    }
    if (next != '\xFF') {
      return false;
    }
    value->push_back('\0');
  }
  return false;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') {
    end.pop_back();
  }
  if (!end.empty()) {
    end.back() = static_cast<char>(end.back() + 1);
  }
  return end;
}

}  // namespace timebank::base
