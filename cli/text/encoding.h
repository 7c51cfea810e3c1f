// A file as people save it, turned into UTF-8 without losing a character on the way.
#ifndef TIMEBANK_CLI_TEXT_ENCODING_H_
#define TIMEBANK_CLI_TEXT_ENCODING_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::cli {

// More is refused before it is read: a list of some hundred thousand rows fits many times.
inline constexpr size_t kMaxFileBytes = size_t{128} << 20;

enum class TextEncoding { kUtf8, kUtf16LittleEndian, kUtf16BigEndian, kGb18030 };

struct DecodedText {
  std::string text;  // Valid UTF-8 without a byte order mark and without NUL.
  TextEncoding encoding = TextEncoding::kUtf8;
};

// Tries in this order: the byte order mark of UTF-8 or UTF-16 decides; valid UTF-8 is UTF-8; else GB18030 (which holds GBK
// and GB 2312). A file that is mostly UTF-8 with some broken bytes is damaged UTF-8 and not Chinese nonsense in GB18030. No
// byte is ever replaced or skipped: INVALID_ARGUMENT names the offset (from 0, in the file) of the first NUL or undecodable
// byte, tells an Excel workbook by its first bytes, and refuses more than kMaxFileBytes.
absl::StatusOr<DecodedText> DecodeText(absl::string_view bytes);

// The bytes of a file. NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT for a folder or more than kMaxFileBytes, UNAVAILABLE
// when reading fails half way.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_ENCODING_H_
