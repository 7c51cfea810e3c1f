#include "cli/commands/cover.h"

#include "absl/strings/str_cat.h"
#include "cli/text/display.h"
#include "cli/words.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

// A flag belongs to one cover, and that cover needs it.
absl::Status CheckBelongs(const Arguments& arguments, const std::string& flag, bool needed, const Text& missing,
                          const Text& superfluous) {
  if (needed == arguments.Has(flag)) {
    return absl::OkStatus();
  }
  return InvalidText(needed ? missing : superfluous);
}

}  // namespace

std::vector<Argument> CoverArguments(bool asked) {
  std::vector<Argument> arguments = {{ArgumentKind::kOption,
                                      "cover",
                                      {"时间已经用掉时由谁承担：debt 本人欠账、pool 公益时间池、authority 主管部门决定",
                                       "who stands in for hours that are spent: debt, pool or authority"}},
                                     {ArgumentKind::kOption,
                                      "consent",
                                      {"本人欠账时：本人怎样同意的，例如“11 月 3 日签字，存档 17 号”",
                                       "with debt: how the member agreed, as in \"signed on 3 November, file 17\""}}};
  if (asked) {
    arguments.push_back(
        {ArgumentKind::kOption,
         "requested-by",
         {"主管部门决定时：谁提出的（须与办理人不同）", "with authority: who asked (somebody other than who decides)"}});
  }
  return arguments;
}

absl::StatusOr<CoverGiven> ReadCover(const Arguments& arguments, bool asked) {
  CoverGiven given;
  if (arguments.Has("cover")) {
    TB_ASSIGN_OR_RETURN(given.cover, ParseEnum<v1::Cover>(arguments.Get("cover")));
  }
  TB_RETURN_IF_ERROR(
      CheckBelongs(arguments, "consent", given.cover == v1::COVER_DEBT,
                   {"由本人欠账，须用 --consent 写明本人怎样同意的", "a debt needs --consent: how the member agreed"},
                   {"--consent 只与 --cover debt 同用", "--consent goes with --cover debt, and only with it"}));
  if (asked) {
    TB_RETURN_IF_ERROR(CheckBelongs(
        arguments, "requested-by", given.cover == v1::COVER_AUTHORITY,
        {"由主管部门决定，须用 --requested-by 写明是谁提出的",
         "a decision of the authority needs --requested-by: who asked for it"},
        {"--requested-by 只与 --cover authority 同用", "--requested-by goes with --cover authority, and only with it"}));
  }
  given.consent = arguments.Get("consent");
  given.requested_by = arguments.Get("requested-by");
  return given;
}

}  // namespace timebank::cli
