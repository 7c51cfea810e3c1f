// Verbs that move applications and awards of stars along their lives.
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/star_rows.h"
#include "cli/exit_code.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

constexpr size_t kRequestIdBytes = 64;
constexpr size_t kBatch = 500;

// Where a step left an application.
absl::Status PrintApplication(const v1::Receipt& receipt, Context* context) {
  v1::GetStarApplicationRequest request;
  request.set_name(receipt.name());
  request.set_at_least_sequence(receipt.sequence());
  v1::GetStarApplicationResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  const v1::StarApplication& application = response.star_application();
  return context->PrintReceipt(
      receipt, context->Col("application", {"申请编号", "Application"}),
      {{context->Col("member", {"会员编号", "Member"}), context->Col("display_name", {"姓名", "Name"}),
        context->Col("level", {"星级", "Star"}, Align::kRight), context->Col("state", {"状态", "State"}),
        context->Col("notice_until", {"公示至", "Notice until"})},
       {{Cell::Word(application.member()), Cell::Word(application.display_name()), Cell::Number(application.level()),
         EnumCell(application.state(), context->language()), Cell::Word(application.notice_until())}}});
}

absl::Status PrintAward(const v1::Receipt& receipt, Context* context) {
  v1::GetStarAwardRequest request;
  request.set_name(receipt.name());
  request.set_at_least_sequence(receipt.sequence());
  v1::GetStarAwardResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  return context->PrintOne({AwardColumns(*context), {AwardRow(response.star_award(), *context)}});
}

template <typename Response, typename Request>
absl::Status Send(Request* request, const Arguments& arguments, Context* context) {
  if constexpr (requires { request->set_reason(std::string()); }) {
    request->set_reason(arguments.Get("reason"));
  }
  TB_ASSIGN_OR_RETURN(*request->mutable_name(), context->Name("starApplications", arguments.Get("application")));
  Response response;
  TB_RETURN_IF_ERROR(context->Write(request, &response));
  return PrintApplication(response.receipt(), context);
}

template <typename Request, typename Response>
absl::Status Plain(const Arguments& arguments, Context* context) {
  Request request;
  return Send<Response>(&request, arguments, context);
}

absl::Status Decide(const Arguments& arguments, Context* context) {
  v1::DecideStarObjectionRequest request;
  const std::string decision = NarrowTrimmed(arguments.Get("decision"));
  if (decision != "uphold" && decision != "dismiss") {
    return InvalidText({"请写 dismiss（异议不成立）或 uphold（异议成立）", "say dismiss or uphold"});
  }
  request.set_uphold(decision == "uphold");
  return Send<v1::DecideStarObjectionResponse>(&request, arguments, context);
}

absl::Status Award(const Arguments& arguments, Context* context) {
  v1::CreateStarAwardRequest request;
  request.set_authority_scope_code(NarrowTrimmed(arguments.Get("authority")));
  request.set_number(NarrowTrimmed(arguments.Get("number")));
  TB_ASSIGN_OR_RETURN(*request.mutable_application(), context->Name("starApplications", arguments.Get("application")));
  v1::CreateStarAwardResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return PrintAward(response.receipt(), context);
}

absl::Status Review(const Arguments& arguments, Context* context) {
  v1::OpenStarReviewRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("starAwards", arguments.Get("award")));
  v1::OpenStarReviewResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return PrintAward(response.receipt(), context);
}

absl::Status EndReview(const Arguments& arguments, Context* context) {
  v1::DecideStarReviewRequest request;
  const std::string decision = NarrowTrimmed(arguments.Get("decision"));
  if (decision != "keep" && decision != "revoke") {
    return InvalidText({"请写 keep（保留）或 revoke（撤销）", "say keep or revoke"});
  }
  request.set_revoke(decision == "revoke");
  request.set_authority_scope_code(NarrowTrimmed(arguments.Get("authority")));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("starAwards", arguments.Get("award")));
  v1::DecideStarReviewResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return PrintAward(response.receipt(), context);
}

// One application of several, and what became of it.
struct Wish {
  std::string member;
  std::string name;
  int32_t level = 0;
  v1::StarApplicationOutcome outcome;
};

// Without --level each gets the highest star that the hours reach; the next one, to hear what is missing, where they reach none.
absl::Status FindWishes(const Arguments& arguments, Context* context, std::vector<Wish>* wishes) {
  int64_t level = 0;
  if (arguments.Has("level")) {
    TB_ASSIGN_OR_RETURN(level, WholeNumber(arguments.Get("level"), 1));
  }
  const auto wish = [&](const v1::StarNeeds& needs) {
    const int32_t best = needs.reached_level() > 0 ? needs.reached_level() : needs.next_level();
    wishes->push_back(
        {needs.member(), needs.display_name(), level > 0 ? static_cast<int32_t>(level) : std::max(best, 1), {}});
  };
  if (arguments.Has("all")) {
    v1::ListStarCandidatesRequest request;
    request.set_center(arguments.Get("center"));
    TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
    return ForEachPage<v1::ListStarCandidatesResponse>(context->client(), request,
                                                       [&](const v1::ListStarCandidatesResponse& page) {
                                                         for (const v1::StarNeeds& needs : page.candidates()) {
                                                           wish(needs);
                                                         }
                                                         return true;
                                                       });
  }
  std::set<std::string> seen;
  for (const std::string& typed : arguments.All("member")) {
    v1::GetStarNeedsRequest request;
    TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", typed));
    v1::GetStarNeedsResponse response;
    TB_RETURN_IF_ERROR(context->Read(request, &response));
    if (seen.insert(response.needs().member()).second) {
      wish(response.needs());
    }
  }
  return absl::OkStatus();
}

absl::Status SendWishes(std::vector<Wish>* wishes, Context* context) {
  const std::string run = context->RequestId();
  for (size_t begin = 0; begin < wishes->size(); begin += kBatch) {
    const size_t end = std::min(begin + kBatch, wishes->size());
    v1::BatchCreateStarApplicationsRequest request;
    TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
    for (size_t i = begin; i < end; ++i) {
      const Wish& wish = (*wishes)[i];
      v1::CreateStarApplicationRequest* item = request.add_requests();
      // By the member, so that the same command again is the same requests.
      item->set_request_id(absl::StrCat(run, ":", wish.member));
      item->set_member(wish.member);
      item->set_level(wish.level);
      if (item->request_id().size() > kRequestIdBytes) {
        return InvalidText({"--request-id 太长，最多 53 个字符", "--request-id is too long; 53 characters at most"});
      }
    }
    v1::BatchCreateStarApplicationsResponse response;
    TB_RETURN_IF_ERROR(context->client().Call(request, &response));
    for (int i = 0; i < response.outcomes_size(); ++i) {
      (*wishes)[begin + static_cast<size_t>(i)].outcome = response.outcomes(i);
    }
  }
  return absl::OkStatus();
}

absl::Status Apply(const Arguments& arguments, Context* context) {
  if (arguments.Has("all") == arguments.Has("member") || (arguments.Has("all") && !arguments.Has("center"))) {
    return InvalidText({"请写会员编号，或者 --center 网点 --all", "give the numbers of members, or --center NAME --all"});
  }
  std::vector<Wish> wishes;
  TB_RETURN_IF_ERROR(FindWishes(arguments, context, &wishes));
  TB_RETURN_IF_ERROR(SendWishes(&wishes, context));
  Table table;
  table.columns = {context->Col("member", {"会员编号", "Member"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("level", {"星级", "Star"}, Align::kRight),
                   context->Col("outcome", {"结果", "Outcome"}),
                   context->Col("application", {"申请编号", "Application"}, Align::kRight),
                   context->Col("reason", {"原因代码", "Reason"}),
                   context->Col("message", {"说明", "In words"})};
  int64_t refused = 0;
  for (const Wish& wish : wishes) {
    const bool taken = wish.outcome.has_accepted();
    refused += taken ? 0 : 1;
    const v1::Refusal& refusal = wish.outcome.refusal();
    table.rows.push_back({Cell::Word(wish.member), Cell::Word(wish.name), Cell::Number(wish.level),
                          taken ? Cell::ShownWord(context->Pick({"已提交", "submitted"}), "SUBMITTED")
                                : Cell::ShownWord(context->Pick({"被拒绝", "refused"}), "REFUSED"),
                          Cell::Word(taken ? IdOf(wish.outcome.accepted().receipt().name()) : ""),
                          Cell::Word(taken ? "" : refusal.reason()),
                          Cell::Word(taken ? "" : context->Pick(WordsOf(refusal)))});
  }
  TB_RETURN_IF_ERROR(context->Print(table));
  const auto submitted = static_cast<int64_t>(wishes.size()) - refused;
  context->Say({absl::StrCat("已提交 ", submitted, " 项，被拒绝 ", refused, " 项"),
                absl::StrCat(submitted, " submitted, ", refused, " refused")});
  return refused == 0 ? absl::OkStatus()
                      : WithExitCode(TextError(absl::StatusCode::kFailedPrecondition,
                                               {absl::StrCat(refused, " 项被拒绝"), absl::StrCat(refused, " refused")}),
                                     ExitCode::kRefused);
}

Command ApplyCommand() {
  return {"star",
          "apply",
          {"申请星级（志愿者本人，或网点为多人）", "apply for a star, for one or for several"},
          {{ArgumentKind::kPlaces, "member", {"会员编号，可写多个", "numbers of members"}},
           {ArgumentKind::kSwitch, "all", {"为 --center 所有已达到要求的会员", "for all at --center who reached one"}},
           {ArgumentKind::kOption, "center", {"网点代码或名称", "code or name of the centre"}},
           {ArgumentKind::kOption,
            "level",
            {"申请几星；不写则为时长已达到的最高星级", "which; the highest reached when left out"}}},
          true,
          &Apply};
}

}  // namespace

std::vector<Command> StarChangeCommands() {
  const Argument application = {ArgumentKind::kPlace, "application", {"申请编号", "number of the application"}};
  const Argument award = {
      ArgumentKind::kPlace, "award", {"星级编号，见 star awards", "number of the award, see star awards"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  const Argument authority = {
      ArgumentKind::kNeeded, "authority", {"主管部门所在区域的代码", "code of the scope whose authority decides"}};
  return {
      ApplyCommand(),
      {"star",
       "approve",
       {"审核通过", "find an application in order"},
       {application},
       true,
       &Plain<v1::ApproveStarApplicationRequest, v1::ApproveStarApplicationResponse>},
      {"star",
       "reject",
       {"驳回申请", "refuse an application"},
       {application, reason},
       true,
       &Plain<v1::RejectStarApplicationRequest, v1::RejectStarApplicationResponse>},
      {"star",
       "publish",
       {"开始公示", "begin the public notice"},
       {application},
       true,
       &Plain<v1::PublishStarApplicationRequest, v1::PublishStarApplicationResponse>},
      {"star",
       "object",
       {"对公示提出异议", "object during the public notice"},
       {application, reason},
       true,
       &Plain<v1::ObjectStarApplicationRequest, v1::ObjectStarApplicationResponse>},
      {"star",
       "decide",
       {"裁定异议", "decide an objection"},
       {application,
        {ArgumentKind::kPlace, "decision", {"dismiss 异议不成立、uphold 异议成立", "dismiss or uphold"}},
        reason},
       true,
       &Decide},
      {"star",
       "withdraw",
       {"撤回申请", "take an application back"},
       {application, reason},
       true,
       &Plain<v1::WithdrawStarApplicationRequest, v1::WithdrawStarApplicationResponse>},
      {"star",
       "award",
       {"授予星级", "award a star"},
       {application, authority, {ArgumentKind::kNeeded, "number", {"星级证号，不得重复", "number of the award, unique"}}},
       true,
       &Award},
      {"star", "review", {"要求复核已授予的星级", "ask for a review of an award"}, {award, reason}, true, &Review},
      {"star",
       "end-review",
       {"结束复核：保留或撤销", "end a review: keep or revoke"},
       {award, {ArgumentKind::kPlace, "decision", {"keep 保留、revoke 撤销", "keep or revoke"}}, authority, reason},
       true,
       &EndReview},
  };
}

}  // namespace timebank::cli
