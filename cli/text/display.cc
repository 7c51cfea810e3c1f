#include "cli/text/display.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace timebank::cli {
namespace {

constexpr absl::string_view kEllipsis = "…";

// One code point and the bytes it was written as; `value` is negative for a byte that is not UTF-8.
struct CodePoint {
  UChar32 value;
  absl::string_view bytes;
};

std::vector<CodePoint> CodePoints(absl::string_view text) {
  std::vector<CodePoint> points;
  points.reserve(text.size());
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const int64_t length = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < length;) {
    const int64_t start = i;
    UChar32 value = 0;
    U8_NEXT(bytes, i, length, value);
    if (value < 0) {
      i = start + 1;
    }
    points.push_back({value, text.substr(static_cast<size_t>(start), static_cast<size_t>(i - start))});
  }
  return points;
}

size_t WidthOf(UChar32 c) {
  if (c < 0) {
    return 1;
  }
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return 0;
    default:
      break;
  }
  const int32_t syllable = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
  if (syllable == U_HST_VOWEL_JAMO || syllable == U_HST_TRAILING_JAMO) {
    return 0;  // They join the leading consonant's cell.
  }
  if (u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION)) {
    return 2;
  }
  const int32_t east_asian = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
}

// Marks, embeddings, overrides and isolates change the order in which a whole line is drawn.
bool ChangesDirection(UChar32 c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void AppendSafe(const CodePoint& point, std::string* out) {
  const UChar32 c = point.value;
  if (c < 0) {
    absl::StrAppendFormat(out, "\\x%02x", static_cast<unsigned char>(point.bytes.front()));
  } else if (c == '\n') {
    out->append("\\n");
  } else if (c == '\r') {
    out->append("\\r");
  } else if (c == '\t') {
    out->append("\\t");
  } else if (c < 0x20 || c == 0x7F) {
    absl::StrAppendFormat(out, "\\x%02x", c);
  } else if ((c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 || ChangesDirection(c)) {
    absl::StrAppendFormat(out, "\\u%04x", c);
  } else {
    out->append(point.bytes.data(), point.bytes.size());
  }
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (const CodePoint& point : CodePoints(text)) {
    width += WidthOf(point.value);
  }
  return width;
}

std::string Pad(absl::string_view text, size_t width, Align align) {
  const size_t own = DisplayWidth(text);
  const std::string spaces(own < width ? width - own : 0, ' ');
  std::string padded = align == Align::kRight ? spaces : std::string(text);
  padded.append(align == Align::kRight ? std::string(text) : spaces);
  return padded;
}

std::string Truncate(absl::string_view text, size_t width) {
  if (width == 0) {
    return "";
  }
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  std::string out;
  size_t used = 0;
  for (const CodePoint& point : CodePoints(text)) {
    const size_t next = WidthOf(point.value);
    if (used + next > width - 1) {  // One column is the ellipsis's.
      break;
    }
    used += next;
    out.append(point.bytes.data(), point.bytes.size());
  }
  out.append(kEllipsis.data(), kEllipsis.size());
  return out;
}

std::string Sanitize(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const CodePoint& point : CodePoints(text)) {
    AppendSafe(point, &out);
  }
  return out;
}

std::string MaskLongNumbers(absl::string_view text, size_t digits) {
  std::string out;
  std::string run;
  size_t length = 0;
  const auto flush = [&] {
    out.append(length >= digits ? "***" : run);
    run.clear();
    length = 0;
  };
  for (const CodePoint& point : CodePoints(text)) {
    if (point.value >= 0 && u_charDigitValue(point.value) >= 0) {
      run.append(point.bytes.data(), point.bytes.size());
      ++length;
    } else {
      flush();
      out.append(point.bytes.data(), point.bytes.size());
    }
  }
  flush();
  return out;
}

std::string QuoteForMessage(absl::string_view value, size_t width) {
  return "\"" + Truncate(Sanitize(MaskLongNumbers(value)), width) + "\"";
}

}  // namespace timebank::cli
