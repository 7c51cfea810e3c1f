#include "service/model/rejection.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/base/check.h"

namespace timebank::model {
namespace {

constexpr absl::StatusCode ALREADY_EXISTS = absl::StatusCode::kAlreadyExists;
constexpr absl::StatusCode INVALID_ARGUMENT = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode FAILED_PRECONDITION = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode NOT_FOUND = absl::StatusCode::kNotFound;

std::string Fill(absl::string_view wording, const Rejection& rejection) {
  std::vector<std::pair<std::string, std::string>> replacements;
  for (const auto& [name, value] : rejection.metadata) {
    replacements.emplace_back(absl::StrCat("{", name, "}"), value);
  }
  return absl::StrReplaceAll(wording, replacements);
}

}  // namespace

const std::vector<ReasonText>& AllReasons() {
  static const auto* const all = new std::vector<ReasonText>{
#define TB_REJECTION(number, Name, NAME, code, zh, en) {Reason::k##Name, #NAME, code, zh, en},
#include "service/model/rejections.def"
#undef TB_REJECTION
  };
  return *all;
}

const ReasonText& TextOf(Reason reason) {
  for (const ReasonText& text : AllReasons()) {
    if (text.reason == reason) {
      return text;
    }
  }
  TB_CHECK(false);
  std::abort();
}

bool ReasonFromNumber(uint32_t number, Reason* reason) {
  for (const ReasonText& text : AllReasons()) {
    if (static_cast<uint32_t>(text.reason) == number) {
      *reason = text.reason;
      return true;
    }
  }
  return false;
}

std::string MessageZh(const Rejection& rejection) { return Fill(TextOf(rejection.reason).zh, rejection); }
std::string MessageEn(const Rejection& rejection) { return Fill(TextOf(rejection.reason).en, rejection); }

}  // namespace timebank::model
