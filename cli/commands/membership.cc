// The end of a membership: leaving, death, two numbers of one person.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/giving.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "service/base/status.h"
#include "timebank/v1/membership.pb.h"

namespace timebank::cli {
namespace {

Column MemberColumn(const Context& context) { return context.Col("number", {"会员编号", "Member number"}); }

// All of them name a member and say why.
template <typename Request, typename Response>
absl::Status Send(Request request, const Arguments& arguments, Context* context) {
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  Response response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  Table more;
  if constexpr (requires { response.given(); }) {
    more = GivenTable(response.given(), *context);
  }
  return context->PrintReceipt(response.receipt(), MemberColumn(*context), more);
}

// "pool" and its Chinese word: nobody in particular.
std::string HeirOf(const std::string& typed) {
  const std::string narrow = NarrowTrimmed(typed);
  return narrow == "pool" || narrow == "公益池" || narrow == "公益时间池" ? std::string() : typed;
}

absl::Status Close(const Arguments& arguments, Context* context) {
  if (arguments.Has("to") && !arguments.Has("finish")) {
    return InvalidText({"--to 只与 --finish 一起使用", "--to goes with --finish only"});
  }
  if (arguments.Has("finish")) {
    v1::FinishClosingRequest request;
    request.set_heir(HeirOf(arguments.Get("to")));
    return Send<v1::FinishClosingRequest, v1::FinishClosingResponse>(request, arguments, context);
  }
  TB_RETURN_IF_ERROR((Send<v1::CloseMemberRequest, v1::CloseMemberResponse>({}, arguments, context)));
  context->Warn({"会员正在退出：未了结的事项办结后，由另一位人员用 member close --finish 完成",
                 "the member is leaving: once nothing is open, somebody else ends it with member close --finish"});
  return absl::OkStatus();
}

absl::Status Reopen(const Arguments& arguments, Context* context) {
  return Send<v1::ReopenMemberRequest, v1::ReopenMemberResponse>({}, arguments, context);
}

absl::Status Deceased(const Arguments& arguments, Context* context) {
  return Send<v1::ReportDeathRequest, v1::ReportDeathResponse>({}, arguments, context);
}

absl::Status Estate(const Arguments& arguments, Context* context) {
  v1::SettleEstateRequest request;
  request.set_heir(HeirOf(arguments.Get("to")));
  return Send<v1::SettleEstateRequest, v1::SettleEstateResponse>(request, arguments, context);
}

absl::Status Merge(const Arguments& arguments, Context* context) {
  v1::MergeMembersRequest request;
  request.set_survivor(arguments.Get("into"));
  return Send<v1::MergeMembersRequest, v1::MergeMembersResponse>(request, arguments, context);
}

}  // namespace

std::vector<Command> MembershipCommands() {
  const Argument member = {
      ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  return {
      {"member",
       "close",
       {"会员退出：先停办新事项，办结后加 --finish", "a member leaves: first nothing new, then --finish"},
       {member,
        reason,
        {ArgumentKind::kSwitch, "finish", {"已无未了结事项，余下的时间转出", "nothing is open: what is left is given away"}},
        {ArgumentKind::kOption, "to", {"余下的时间给谁；默认公益池", "who gets what is left; the pool when left out"}}},
       true,
       &Close},
      {"member", "reopen", {"恢复退出或误登去世的会员", "a member goes on after all"}, {member, reason}, true, &Reopen},
      {"member", "deceased", {"登记会员去世", "a member has died"}, {member, reason}, true, &Deceased},
      {"member",
       "estate",
       {"决定去世会员的时间给谁（登记去世的人以外的人）", "decide on the hours of the dead (not by who reported the death)"},
       {member, {ArgumentKind::kNeeded, "to", {"亲属的会员编号，或 pool 公益池", "a member who is kin, or pool"}}, reason},
       true,
       &Estate},
      {"member",
       "merge",
       {"把同一个人的两个编号合并", "make two numbers of one person one"},
       {member, {ArgumentKind::kNeeded, "into", {"保留的会员编号", "the number that remains"}}, reason},
       true,
       &Merge},
  };
}

}  // namespace timebank::cli
