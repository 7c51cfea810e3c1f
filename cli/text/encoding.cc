#include "cli/text/encoding.h"

#include <sys/stat.h>
#include <unicode/localpointer.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "cli/text/system_error.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

constexpr absl::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr absl::string_view kWorkbookMagic[] = {absl::string_view("PK\x03\x04", 4), "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"};

namespace error {

absl::Status Workbook() {
  return InvalidText({"这是 Excel 工作簿，不是 CSV；请在 Excel 中“另存为”CSV 文件后再导入",
                      "this is an Excel workbook, not CSV; save it as CSV in Excel first"});
}

absl::Status TooLarge() {
  return InvalidText({absl::StrCat("文件超过 ", kMaxFileBytes >> 20, " MiB，请分成几个文件"),
                      absl::StrCat("the file is larger than ", kMaxFileBytes >> 20, " MiB; split it")});
}

absl::Status Binary(size_t offset) {
  return InvalidText({absl::StrCat("这不是文本文件：第 ", offset, " 字节处是 NUL"),
                      absl::StrCat("this is not a text file: NUL byte at offset ", offset)});
}

absl::Status Undecodable(absl::string_view encoding, size_t offset) {
  return InvalidText(
      {absl::StrCat("文件损坏或不是文本：第 ", offset, " 字节处不是有效的 ", encoding),
       absl::StrCat("the file is damaged or not text: bytes at offset ", offset, " are not valid ", encoding)});
}

absl::Status Converter(absl::string_view encoding, UErrorCode code) {
  return TextError(absl::StatusCode::kInternal, {absl::StrCat("无法读取 ", encoding, "：", u_errorName(code)),
                                                 absl::StrCat("cannot read ", encoding, ": ", u_errorName(code))});
}

absl::Status File(const std::string& path, int code) {
  const std::string quoted = Sanitize(path);
  const Text reason = SystemError(code);
  const Text text = {absl::StrCat("无法读取文件 ", quoted, "：", reason.zh),
                     absl::StrCat("cannot read ", quoted, ": ", reason.en)};
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return TextError(absl::StatusCode::kNotFound, text);
    case EACCES:
    case EPERM:
      return TextError(absl::StatusCode::kPermissionDenied, text);
    case EISDIR:
    case ENAMETOOLONG:
      return TextError(absl::StatusCode::kInvalidArgument, text);
    default:
      return TextError(absl::StatusCode::kUnavailable, text);
  }
}

}  // namespace error

// How well bytes read as UTF-8.
struct Utf8Reading {
  std::optional<size_t> first_bad;
  size_t bad = 0;    // Bytes or broken sequences.
  size_t three = 0;  // Whole three-byte characters: Chinese, which GB18030 text almost never resembles.
};

Utf8Reading ReadAsUtf8(absl::string_view bytes) {
  Utf8Reading reading;
  const auto* begin = reinterpret_cast<const uint8_t*>(bytes.data());
  const int64_t length = static_cast<int64_t>(bytes.size());
  for (int64_t i = 0; i < length;) {
    const int64_t start = i;
    UChar32 c = 0;
    U8_NEXT(begin, i, length, c);
    if (c < 0) {
      reading.first_bad = reading.first_bad.value_or(static_cast<size_t>(start));
      ++reading.bad;
    } else if (i - start == 3) {
      ++reading.three;
    }
  }
  return reading;
}

absl::StatusOr<std::string> ToUtf8(const std::u16string& wide, absl::string_view encoding) {
  // Two bytes at most become three for one code unit, so the conversion cannot run out of room.
  std::string text(wide.size() * 3, '\0');
  int32_t length = 0;
  UErrorCode code = U_ZERO_ERROR;
  u_strToUTF8(text.data(), static_cast<int32_t>(text.size()), &length, wide.data(), static_cast<int32_t>(wide.size()),
              &code);
  if (U_FAILURE(code)) {
    return error::Converter(encoding, code);
  }
  text.resize(static_cast<size_t>(length));
  return text;
}

// `skipped` bytes of a byte order mark came before `bytes` in the file; offsets in errors count them.
absl::StatusOr<std::string> Convert(absl::string_view bytes, const char* encoding, size_t skipped) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::LocalUConverterPointer converter(ucnv_open(encoding, &code));
  if (U_FAILURE(code)) {
    return error::Converter(encoding, code);
  }
  ucnv_setToUCallBack(converter.getAlias(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &code);
  std::u16string wide(bytes.size() + 1, u'\0');  // No encoding here makes more code units than it has bytes.
  UChar* target = wide.data();
  const char* source = bytes.data();
  ucnv_toUnicode(converter.getAlias(), &target, wide.data() + wide.size(), &source, bytes.data() + bytes.size(), nullptr,
                 true, &code);
  if (code == U_ILLEGAL_CHAR_FOUND || code == U_INVALID_CHAR_FOUND || code == U_TRUNCATED_CHAR_FOUND) {
    char invalid[32];
    int8_t count = sizeof(invalid);
    UErrorCode ignored = U_ZERO_ERROR;
    ucnv_getInvalidChars(converter.getAlias(), invalid, &count, &ignored);
    const auto consumed = static_cast<size_t>(source - bytes.data());
    const size_t back = U_SUCCESS(ignored) && count > 0 ? std::min(consumed, static_cast<size_t>(count)) : 0;
    return error::Undecodable(encoding, skipped + consumed - back);
  }
  if (U_FAILURE(code)) {
    return error::Converter(encoding, code);
  }
  wide.resize(static_cast<size_t>(target - wide.data()));
  return ToUtf8(wide, encoding);
}

absl::StatusOr<DecodedText> DecodeUtf16(absl::string_view bytes, const char* name, TextEncoding encoding) {
  absl::StatusOr<std::string> text = Convert(bytes.substr(2), name, 2);
  if (!text.ok()) {
    return std::move(text).status();
  }
  if (text->find('\0') != std::string::npos) {
    size_t offset = 2;  // The file holds the NUL as two zero bytes at an even offset.
    while (bytes[offset] != '\0' || bytes[offset + 1] != '\0') {
      offset += 2;
    }
    return error::Binary(offset);
  }
  return DecodedText{*std::move(text), encoding};
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

absl::StatusOr<DecodedText> DecodeText(absl::string_view bytes) {
  if (bytes.size() > kMaxFileBytes) {
    return error::TooLarge();
  }
  for (const absl::string_view magic : kWorkbookMagic) {
    if (absl::StartsWith(bytes, magic)) {
      return error::Workbook();
    }
  }
  if (absl::StartsWith(bytes, "\xFF\xFE")) {
    return DecodeUtf16(bytes, "UTF-16LE", TextEncoding::kUtf16LittleEndian);
  }
  if (absl::StartsWith(bytes, "\xFE\xFF")) {
    return DecodeUtf16(bytes, "UTF-16BE", TextEncoding::kUtf16BigEndian);
  }
  if (const size_t nul = bytes.find('\0'); nul != absl::string_view::npos) {
    return error::Binary(nul);
  }
  const bool marked = absl::StartsWith(bytes, kUtf8Mark);
  const Utf8Reading reading = ReadAsUtf8(bytes);
  if (!reading.first_bad.has_value()) {
    return DecodedText{std::string(absl::StripPrefix(bytes, kUtf8Mark)), TextEncoding::kUtf8};
  }
  if (marked || reading.three > reading.bad) {
    return error::Undecodable("UTF-8", *reading.first_bad);
  }
  TB_ASSIGN_OR_RETURN(const std::string text, Convert(bytes, "GB18030", 0));
  return DecodedText{std::string(absl::StripPrefix(text, kUtf8Mark)), TextEncoding::kGb18030};
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) {
    return error::File(path, errno);
  }
  struct stat facts = {};
  if (fstat(fileno(file.get()), &facts) != 0) {
    return error::File(path, errno);
  }
  if (S_ISDIR(facts.st_mode)) {
    return error::File(path, EISDIR);
  }
  std::string bytes;
  char chunk[1 << 16];
  // Counted while reading and not taken from the size, because a pipe or a growing file has none that holds.
  for (size_t count = 0; (count = std::fread(chunk, 1, sizeof(chunk), file.get())) > 0;) {
    bytes.append(chunk, count);
    if (bytes.size() > kMaxFileBytes) {
      return error::TooLarge();
    }
  }
  if (std::ferror(file.get()) != 0) {
    return error::File(path, errno);
  }
  return bytes;
}

}  // namespace timebank::cli
