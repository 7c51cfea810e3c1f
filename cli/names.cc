#include "cli/names.h"

#include <cstdint>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "cli/text/width.h"

namespace timebank::cli {
namespace {

constexpr absl::string_view kBanks = "banks/";

absl::Status NotAName(absl::string_view text, absl::string_view form) {
  const std::string quoted = QuoteForMessage(text);
  return InvalidText(
      {absl::StrCat(quoted, " 不是 ", form, " 这样的名称"), absl::StrCat(quoted, " is no name of the form ", form)});
}

}  // namespace

absl::StatusOr<std::string> BankName(absl::string_view text) {
  const std::string narrow = NarrowTrimmed(text);
  const absl::string_view id = absl::StripPrefix(narrow, kBanks);
  if (id.empty() || absl::StrContains(id, "/")) {
    return NotAName(text, "banks/ID");
  }
  return absl::StrCat(kBanks, id);
}

bool IsFullName(absl::string_view text) {
  text = Trim(text);
  return absl::ConsumePrefix(&text, kBanks) && text.find('/') != absl::string_view::npos && text.front() != '/';
}

std::string BankOf(absl::string_view text) {
  text = Trim(text);
  return std::string(text.substr(0, text.find('/', kBanks.size())));
}

absl::StatusOr<std::string> ResourceName(absl::string_view bank, absl::string_view collection, absl::string_view text) {
  text = Trim(text);
  if (IsFullName(text)) {
    const absl::string_view rest = text.substr(BankOf(text).size() + 1);
    if (!absl::StartsWith(rest, absl::StrCat(collection, "/")) || rest.size() == collection.size() + 1) {
      return NotAName(text, absl::StrCat("banks/ID/", collection, "/ID"));
    }
    return std::string(text);
  }
  if (text.empty()) {
    return NotAName(text, absl::StrCat("banks/ID/", collection, "/ID"));
  }
  return absl::StrCat(bank, "/", collection, "/",
                      collection == "members" || collection == "records" ? NarrowWidth(text) : text);
}

std::string IdOf(absl::string_view name) {
  if (!absl::StartsWith(name, kBanks)) {
    return std::string(name);
  }
  absl::string_view rest = name.substr(kBanks.size());
  // An id may hold a slash itself, so what counts is the third one and not the last.
  for (int part = 0; part < 2; ++part) {
    const size_t slash = rest.find('/');
    if (slash == absl::string_view::npos) {
      break;
    }
    rest.remove_prefix(slash + 1);
  }
  return std::string(rest);
}

std::string PercentEncode(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~", absl::string_view(&c, 1))) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", byte);
    }
  }
  return out;
}

std::string NewRequestId() {
  std::random_device random;
  uint32_t words[4];
  for (uint32_t& word : words) {
    word = random();
  }
  // Version 4, variant 1 of RFC 4122.
  words[1] = (words[1] & 0xffff0fffU) | 0x00004000U;
  words[2] = (words[2] & 0x3fffffffU) | 0x80000000U;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%04x%08x", words[0], words[1] >> 16U, words[1] & 0xffffU, words[2] >> 16U,
                         words[2] & 0xffffU, words[3]);
}

}  // namespace timebank::cli
