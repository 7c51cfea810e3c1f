#include "service/base/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "service/base/check.h"
#include "service/base/utf8.h"

namespace timebank::base {
namespace {

constexpr absl::string_view kMiddleDot = "\xC2\xB7";

// The dots that people type between the parts of a name.
bool IsMiddleDot(char32_t character) {
  switch (character) {
    case 0x00B7:
    case 0x2022:
    case 0x2027:
    case 0x2219:
    case 0x22C5:
    case 0x30FB:
      return true;
    default:
      return false;
  }
}

std::string FoldAscii(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) {
      result.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

std::string Normalize(absl::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  // A constant of the library, made once.
  const icu::Normalizer2* const form = icu::Normalizer2::getNFKCCasefoldInstance(error);
  TB_CHECK(U_SUCCESS(error));
  std::string result;
  icu::StringByteSink<std::string> sink(&result, static_cast<int32_t>(text.size()));
  form->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, error);
  TB_CHECK(U_SUCCESS(error));
  return result;
}

// Without white space and with one kind of middle dot.
std::string Tighten(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  char32_t character = 0;
  for (absl::string_view rest = text; !rest.empty();) {
    const absl::string_view before = rest;
    if (!ConsumeCharacter(&rest, &character)) {
      break;
    }
    if (IsMiddleDot(character)) {
      result.append(kMiddleDot.data(), kMiddleDot.size());
    } else if (!u_isUWhiteSpace(static_cast<UChar32>(character))) {
      result.append(before.data(), before.size() - rest.size());
    }
  }
  return result;
}

}  // namespace

std::string Fold(absl::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); })) {
    return FoldAscii(text);
  }
  const std::string normal = Normalize(text);
  std::string tight = Tighten(normal);
  // What stood on both sides of a space may combine now.
  return tight.size() == normal.size() ? tight : Normalize(tight);
}

}  // namespace timebank::base
