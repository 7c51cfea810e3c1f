#include "cli/text/width.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace timebank::cli {
namespace {

constexpr absl::string_view kIdeographicSpace = "\xE3\x80\x80";
constexpr absl::string_view kInvisible[] = {kIdeographicSpace, "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF"};

bool StripFront(absl::string_view* text) {
  if (!text->empty() && absl::ascii_isspace(static_cast<unsigned char>(text->front()))) {
    text->remove_prefix(1);
    return true;
  }
  for (const absl::string_view space : kInvisible) {
    if (absl::ConsumePrefix(text, space)) {
      return true;
    }
  }
  return false;
}

bool StripBack(absl::string_view* text) {
  if (!text->empty() && absl::ascii_isspace(static_cast<unsigned char>(text->back()))) {
    text->remove_suffix(1);
    return true;
  }
  for (const absl::string_view space : kInvisible) {
    if (absl::ConsumeSuffix(text, space)) {
      return true;
    }
  }
  return false;
}

// U+FF01..U+FF5E are EF BC 81..EF BC BF and EF BD 80..EF BD 9E, in the order of U+0021..U+007E. 0 when `text` begins with
// none.
char NarrowForm(absl::string_view text) {
  if (text.size() < 3 || text[0] != '\xEF') {
    return 0;
  }
  const auto middle = static_cast<unsigned char>(text[1]);
  const auto last = static_cast<unsigned char>(text[2]);
  if (middle == 0xBC && last >= 0x81 && last <= 0xBF) {
    return static_cast<char>(last - 0x81 + 0x21);
  }
  if (middle == 0xBD && last >= 0x80 && last <= 0x9E) {
    return static_cast<char>(last - 0x80 + 0x60);
  }
  return 0;
}

}  // namespace

absl::string_view Trim(absl::string_view text) {
  while (StripFront(&text)) {
  }
  while (StripBack(&text)) {
  }
  return text;
}

absl::string_view CellText(absl::string_view text) {
  text = Trim(text);
  if (text.size() >= 3 && absl::StartsWith(text, "=\"") && absl::EndsWith(text, "\"")) {
    text = text.substr(2, text.size() - 3);
  }
  text = absl::StripPrefix(absl::StripPrefix(text, "'"), "＇");
  return Trim(text);
}

std::string NarrowWidth(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const char narrow = NarrowForm(text); narrow != 0) {
      out.push_back(narrow);
      text.remove_prefix(3);
    } else if (absl::ConsumePrefix(&text, kIdeographicSpace) || absl::ConsumePrefix(&text, "\xC2\xA0")) {
      out.push_back(' ');
    } else {
      out.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string NarrowTrimmed(absl::string_view text) { return NarrowWidth(Trim(text)); }

}  // namespace timebank::cli
