// Verbs that read stars: who may apply, what is missing, what stands where, what hangs on the wall.
#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/star_rows.h"
#include "cli/text/date_time.h"
#include "cli/text/hours.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

constexpr char kUsuallyClose[] = "20h";

absl::StatusOr<int32_t> Level(const Arguments& arguments) {
  if (!arguments.Has("level")) {
    return 0;
  }
  TB_ASSIGN_OR_RETURN(const int64_t level, WholeNumber(arguments.Get("level"), 1));
  if (level > 5) {
    return InvalidText({"--level 是 1 到 5", "--level is 1 to 5"});
  }
  return static_cast<int32_t>(level);
}

absl::Status Eligible(const Arguments& arguments, Context* context) {
  v1::ListStarCandidatesRequest request;
  request.set_center(arguments.Get("center"));
  TB_ASSIGN_OR_RETURN(const int64_t close, ParseDuration(arguments.Has("close") ? arguments.Get("close") : kUsuallyClose));
  request.set_close_minutes(close);
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = NeedsColumns(*context);
  int64_t reached = 0;
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListStarCandidatesResponse>(context->client(), request,
                                                                 [&](const v1::ListStarCandidatesResponse& page) {
                                                                   for (const v1::StarNeeds& needs : page.candidates()) {
                                                                     reached += needs.reached_level() > 0 ? 1 : 0;
                                                                     table.rows.push_back(NeedsRow(needs, *context));
                                                                   }
                                                                   return true;
                                                                 }));
  const auto near = static_cast<int64_t>(table.rows.size()) - reached;
  context->Say({absl::StrCat("已达到星级要求 ", reached, " 人，接近（还差不超过 ", FormatMinutes(close, Language::kChinese),
                             "）", near, " 人"),
                absl::StrCat(reached, " reached a star; ", near, " are close (no more than ",
                             FormatMinutes(close, Language::kEnglish), " missing)")});
  return table.rows.empty() && context->format() == Format::kTable ? absl::OkStatus() : context->Print(table);
}

// The answer as one would give it on the telephone.
Text InWords(const v1::StarNeeds& needs) {
  if (needs.next_level() == 0) {
    return {"已没有更高的星级", "there is no higher star"};
  }
  if (!needs.open_application().empty()) {
    return {"申请正在办理", "an application is under way"};
  }
  if (!needs.review().empty()) {
    return {"现有星级正在复核，结束后才能申请", "the present star is under review; a new one has to wait for its end"};
  }
  const Text hours = needs.missing_minutes() > 0
                         ? Text{absl::StrCat("距 ", needs.next_level(), " 星还差 ",
                                             FormatMinutes(needs.missing_minutes(), Language::kChinese)),
                                absl::StrCat(FormatMinutes(needs.missing_minutes(), Language::kEnglish), " to go for star ",
                                             needs.next_level())}
                         : Text{absl::StrCat("时长已达 ", needs.reached_level(), " 星，可以申请"),
                                absl::StrCat("the hours reach star ", needs.reached_level(), "; it can be applied for")};
  // Who has no evaluations yet was not judged, and may apply.
  if (needs.mean_evaluation() != 0 && needs.mean_evaluation() < needs.needed_evaluation()) {
    const std::string needed = Evaluation(needs.needed_evaluation());
    const std::string mean = Evaluation(needs.mean_evaluation());
    return {absl::StrCat(needs.missing_minutes() > 0 ? hours.zh : "时长已够", "；但平均评价须达到 ", needed, " 分，现在是 ",
                         mean, " 分"),
            absl::StrCat(needs.missing_minutes() > 0 ? hours.en : "the hours suffice", "; but the mean evaluation must be ",
                         needed, " and is ", mean)};
  }
  if (needs.apply_from().empty()) {
    return hours;
  }
  return {absl::StrCat(hours.zh, "；最早 ", needs.apply_from(), " 起可申请"),
          absl::StrCat(hours.en, "; from ", needs.apply_from(), " at the earliest")};
}

absl::Status Needed(const Arguments& arguments, Context* context) {
  v1::GetStarNeedsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::GetStarNeedsResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  TB_RETURN_IF_ERROR(context->PrintOne({NeedsColumns(*context), {NeedsRow(response.needs(), *context)}}));
  context->Say(InWords(response.needs()));
  return absl::OkStatus();
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetStarApplicationRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("starApplications", arguments.Get("application")));
  v1::GetStarApplicationResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  return context->PrintOne({ApplicationColumns(*context), {ApplicationRow(response.star_application(), *context)}});
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListStarApplicationsRequest request;
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::StarState state, ParseEnum<v1::StarState>(arguments.Get("state")));
    request.set_state(state);
  }
  request.set_scope_code(arguments.Get("scope"));
  request.set_member(NarrowTrimmed(arguments.Get("member")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = ApplicationColumns(*context);
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListStarApplicationsResponse>(
      context->client(), request, [&](const v1::ListStarApplicationsResponse& page) {
        for (const v1::StarApplication& application : page.star_applications()) {
          table.rows.push_back(ApplicationRow(application, *context));
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status Awards(const Arguments& arguments, Context* context) {
  v1::ListStarAwardsRequest request;
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::StarAwardState state, ParseEnum<v1::StarAwardState>(arguments.Get("state")));
    request.set_state(state);
  }
  TB_ASSIGN_OR_RETURN(const int32_t level, Level(arguments));
  request.set_level(level);
  request.set_scope_code(arguments.Get("scope"));
  request.set_member(NarrowTrimmed(arguments.Get("member")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = AwardColumns(*context);
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListStarAwardsResponse>(context->client(), request, [&](const v1::ListStarAwardsResponse& page) {
        for (const v1::StarAward& award : page.star_awards()) {
          table.rows.push_back(AwardRow(award, *context));
        }
        return true;
      }));
  return context->Print(table);
}

// A sentence a person, as it is read out or hung on a wall.
Text Line(const v1::PublishedStar& star) {
  if (star.number().empty()) {
    return {absl::StrCat(star.masked_name(), "，", star.center_name(), "，拟评定 ", star.level(), " 星级志愿者，服务 ",
                         FormatMinutes(star.service_minutes(), Language::kChinese), "，公示至 ", star.notice_until()),
            absl::StrCat(star.masked_name(), ", ", star.center_name(), ": to be given star ", star.level(), " for ",
                         FormatMinutes(star.service_minutes(), Language::kEnglish), " of service; notice until ",
                         star.notice_until())};
  }
  return {absl::StrCat(star.masked_name(), "，", star.center_name(), "，", star.level(), " 星级志愿者，服务 ",
                       FormatMinutes(star.service_minutes(), Language::kChinese), "，", star.award_date(), " 授予，编号 ",
                       star.number()),
          absl::StrCat(star.masked_name(), ", ", star.center_name(), ": star ", star.level(), " for ",
                       FormatMinutes(star.service_minutes(), Language::kEnglish), " of service, awarded ", star.award_date(),
                       ", number ", star.number())};
}

absl::Status Publication(const Arguments& arguments, Context* context) {
  if (arguments.Has("text") && context->format() != Format::kTable) {
    return InvalidText({"--text 不能与 -o csv 或 -o json 同用", "--text does not go with -o csv or -o json"});
  }
  v1::ListStarPublicationRequest request;
  request.set_awarded(arguments.Has("awarded"));
  TB_ASSIGN_OR_RETURN(const int32_t level, Level(arguments));
  request.set_level(level);
  request.set_scope_code(arguments.Get("scope"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("masked_name", {"姓名", "Name"}),
                   context->Col("level", {"星级", "Star"}, Align::kRight),
                   context->Col("service_minutes", {"服务时长", "Service"}, Align::kRight),
                   context->Col("center_name", {"服务网点", "Centre"}),
                   context->Col("notice_until", {"公示至", "Notice until"}),
                   context->Col("number", {"星级证号", "Number"}),
                   context->Col("award_date", {"授予日期", "Awarded"})};
  std::vector<Text> lines;
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListStarPublicationResponse>(
      context->client(), request, [&](const v1::ListStarPublicationResponse& page) {
        for (const v1::PublishedStar& star : page.stars()) {
          lines.push_back(Line(star));
          table.rows.push_back({Cell::Word(star.masked_name()), Cell::Number(star.level()),
                                context->Minutes(star.service_minutes()), Cell::Word(star.center_name()),
                                Cell::Word(star.notice_until()), Cell::Word(star.number()), Cell::Word(star.award_date())});
        }
        return true;
      }));
  if (!arguments.Has("text")) {
    return context->Print(table);
  }
  context->Say(request.awarded() ? Text{"星级志愿者名单", "Volunteers with stars"}
                                 : Text{"星级志愿者评定公示", "Public notice: stars to be given to volunteers"});
  for (const Text& line : lines) {
    context->Say(line);
  }
  if (!request.awarded()) {
    context->Say({absl::StrCat("共 ", lines.size(), " 人。对公示有异议的，请在公示期内向服务网点提出。"),
                  absl::StrCat(lines.size(), " in all. Whoever objects should tell the centre before the notice ends.")});
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> StarCommands() {
  const Argument scope = {ArgumentKind::kOption, "scope", {"只列此区域及其下级的", "only in this scope and below it"}};
  const Argument member = {ArgumentKind::kOption, "member", {"只列这位会员的", "only of this member"}};
  const Argument level = {ArgumentKind::kOption, "level", {"只列这一星级，1 到 5", "only of this star, 1 to 5"}};
  return {
      {"star",
       "eligible",
       {"列出已达到下一星级的会员和接近的会员", "list who reached the next star, and who is close"},
       {{ArgumentKind::kOption, "center", {"只列此服务网点的", "only of this centre"}},
        {ArgumentKind::kOption, "close", {"还差多少以内算接近，默认 20小时", "how much may be missing to be close; 20h"}}},
       false,
       &Eligible},
      {"star",
       "needed",
       {"查看会员距下一星级还差什么", "show what a member still needs for the next star"},
       {{ArgumentKind::kPlace, "member", {"会员编号", "member number"}}},
       false,
       &Needed},
      {"star",
       "list",
       {"列出星级申请，默认列办理中的", "list applications; those that are open unless a state is given"},
       {{ArgumentKind::kOption, "state", {"只列这种状态的，如 noticed 公示中", "only those in this state, as noticed"}},
        scope,
        member},
       false,
       &List},
      {"star",
       "show",
       {"查看一项星级申请", "show one application"},
       {{ArgumentKind::kPlace, "application", {"申请编号", "number of the application"}}},
       false,
       &Show},
      {"star",
       "awards",
       {"列出已授予的星级", "list awards"},
       {{ArgumentKind::kOption, "state", {"只列这种状态的，如 active 有效", "only those in this state, as active"}},
        level,
        scope,
        member},
       false,
       &Awards},
      {"star",
       "publication",
       {"输出公示名单，姓名已遮盖（张**）", "print the list for the public, names masked"},
       {{ArgumentKind::kSwitch, "awarded", {"列出已授予的，而不是公示中的", "those who carry a star, not those in notice"}},
        {ArgumentKind::kSwitch, "text", {"输出可张贴的文字", "as text to be hung on a wall"}},
        level,
        scope},
       false,
       &Publication},
  };
}

}  // namespace timebank::cli
