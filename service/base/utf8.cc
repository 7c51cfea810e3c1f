#include "service/base/utf8.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace timebank::base {
namespace {

constexpr absl::string_view kWideSpaces[] = {"\xC2\xA0", "\xE3\x80\x80"};

uint8_t ByteAt(absl::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

// How many bytes the character has whose first byte is `lead`; 0 when no character begins so.
size_t LengthOf(uint8_t lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xC2) {
    return 0;  // a continuation, or the start of something overlong
  }
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

}  // namespace

bool ConsumeCharacter(absl::string_view* in, char32_t* character) {
  if (in->empty()) {
    return false;
  }
  const uint8_t lead = ByteAt(*in, 0);
  const size_t length = LengthOf(lead);
  if (length == 0 || length > in->size()) {
    return false;
  }
  char32_t value = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((ByteAt(*in, i) & 0xC0) != 0x80) {
      return false;
    }
    value = (value << 6) | (ByteAt(*in, i) & 0x3Fu);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) {
    return false;
  }
  in->remove_prefix(length);
  *character = value;
  return true;
}

bool IsControl(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character <= 0x9F) || character == 0x2028 || character == 0x2029;
}

absl::string_view StripSpaces(absl::string_view text) {
  for (size_t before = text.size() + 1; before != text.size();) {
    before = text.size();
    text = absl::StripAsciiWhitespace(text);
    for (absl::string_view space : kWideSpaces) {
      text = absl::StripPrefix(absl::StripSuffix(text, space), space);
    }
  }
  return text;
}

}  // namespace timebank::base
