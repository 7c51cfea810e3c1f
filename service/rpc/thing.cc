#include "service/rpc/thing.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/fold.h"
#include "service/model/ids.h"
#include "service/model/limits.h"
#include "service/privacy/sealer.h"

namespace timebank::rpc {
namespace {

// Longer ones are no numbers of the service's own, but of a phone or a person.
constexpr size_t kIdDigits = 10;

constexpr absl::string_view kNumbered[] = {
    "campaigns", "exports",      "grants",          "holds",   "kinships", "orders",     "proxies",          "records",
    "reversals", "rewardOrders", "recurringOrders", "rewards", "ruleSets", "starAwards", "starApplications", "tokens"};
constexpr absl::string_view kMemberFields[] = {"member", "volunteer", "payer", "elder", "agent", "survivor", "beneficiary"};
constexpr absl::string_view kScopeFields[] = {"scope", "scope_code", "parent_code", "authority_scope_code"};

template <size_t kSize>
bool IsOneOf(const absl::string_view (&words)[kSize], absl::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string Member(absl::string_view text) {
  const std::string number = absl::AsciiStrToUpper(base::Fold(std::string(text)));
  return model::ParseMemberNumber(number).value() == 0 ? std::string() : absl::StrCat("members/", number);
}

std::string Numbered(absl::string_view collection, absl::string_view key) {
  uint64_t id = 0;
  const bool number = key.size() <= kIdDigits && absl::SimpleAtoi(key, &id) && absl::StrCat(id) == key;
  return number ? absl::StrCat(collection, "/", id) : std::string();
}

// Digits in a row as an administrative division has them, 6, 9 or 12, or fewer: never those of a phone or an ID card.
bool IsCode(absl::string_view text) {
  size_t digits = 0;
  const auto fits = [&digits] { return digits <= 6 || digits == 9 || digits == 12; };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && c != '-' && c != '_') {
      return false;
    }
    if (!absl::ascii_isdigit(byte) && !fits()) {
      return false;
    }
    digits = absl::ascii_isdigit(byte) ? digits + 1 : 0;
  }
  return !text.empty() && text.size() <= model::limits::kCodeBytes && fits() && !privacy::HoldsNationalId(text);
}

std::string Coded(absl::string_view collection, absl::string_view key) {
  return IsCode(key) ? absl::StrCat(collection, "/", key) : std::string();
}

std::string Named(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('/', 3));
  if (parts.size() != 4 || parts[0] != "banks") {
    return std::string();
  }
  if (parts[2] == "members") {
    return Member(parts[3]);
  }
  if (parts[2] == "centers" || parts[2] == "scopes") {
    return Coded(parts[2], parts[3]);
  }
  return IsOneOf(kNumbered, parts[2]) ? Numbered(parts[2], parts[3]) : std::string();
}

std::string ThingIn(const NamedField& one) {
  if (IsOneOf(kMemberFields, one.field)) {
    return Member(one.value);
  }
  if (one.field == "center") {
    return Coded("centers", one.value);
  }
  return IsOneOf(kScopeFields, one.field) ? Coded("scopes", one.value) : Named(one.value);
}

}  // namespace

std::string ThingOf(const std::vector<NamedField>& touched) {
  for (const NamedField& one : touched) {
    if (std::string thing = ThingIn(one); !thing.empty()) {
      return thing;
    }
  }
  return std::string();
}

}  // namespace timebank::rpc
