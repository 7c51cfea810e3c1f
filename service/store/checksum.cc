#include "service/store/checksum.h"

#include <array>
#include <cstring>

namespace timebank::store {
namespace {

// tables[n][b] is the checksum's change by byte b with n zero bytes behind it, so that eight bytes take eight independent
// look-ups.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82F63B78u : 0);
    }
    tables[0][byte] = remainder;
  }
  for (size_t zeros = 1; zeros < tables.size(); ++zeros) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t shorter = tables[zeros - 1][byte];
      tables[zeros][byte] = tables[0][shorter & 0xFF] ^ (shorter >> 8);
    }
  }
  return tables;
}

#if defined(__x86_64__)
// A tenth of the time of the tables.
__attribute__((target("sse4.2"))) uint32_t InstructionCrc32c(absl::string_view bytes) {
  uint64_t remainder = ~uint32_t{0};
  for (; bytes.size() >= sizeof(uint64_t); bytes.remove_prefix(sizeof(uint64_t))) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    remainder = __builtin_ia32_crc32di(remainder, word);
  }
  auto rest = static_cast<uint32_t>(remainder);
  for (const char byte : bytes) {
    rest = __builtin_ia32_crc32qi(rest, static_cast<uint8_t>(byte));
  }
  return ~rest;
}
#endif

}  // namespace

uint32_t Crc32c(absl::string_view bytes) {
#if defined(__x86_64__)
  static const bool known = __builtin_cpu_supports("sse4.2");
  if (known) {
    return InstructionCrc32c(bytes);
  }
#endif
  return PortableCrc32c(bytes);
}

uint32_t PortableCrc32c(absl::string_view bytes) {
  static constexpr Tables kTables = MakeTables();
  const auto* next = reinterpret_cast<const uint8_t*>(bytes.data());
  const uint8_t* end = next + bytes.size();
  uint32_t remainder = ~uint32_t{0};
  for (; end - next >= 8; next += 8) {
    const uint32_t low =
        remainder ^ (uint32_t{next[0]} | uint32_t{next[1]} << 8 | uint32_t{next[2]} << 16 | uint32_t{next[3]} << 24);
    remainder = kTables[7][low & 0xFF] ^ kTables[6][(low >> 8) & 0xFF] ^ kTables[5][(low >> 16) & 0xFF] ^
                kTables[4][low >> 24] ^ kTables[3][next[4]] ^ kTables[2][next[5]] ^ kTables[1][next[6]] ^
                kTables[0][next[7]];
  }
  for (; next != end; ++next) {
    remainder = kTables[0][(remainder ^ *next) & 0xFF] ^ (remainder >> 8);
  }
  return ~remainder;
}

}  // namespace timebank::store
