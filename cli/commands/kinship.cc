#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/member.pb.h"

namespace timebank::cli {
namespace {

absl::Status Propose(const Arguments& arguments, Context* context) {
  v1::CreateKinshipRequest request;
  request.set_member(NarrowTrimmed(arguments.Get("member")));
  request.set_relative(NarrowTrimmed(arguments.Get("relative")));
  TB_ASSIGN_OR_RETURN(const v1::Relation relation, ParseEnum<v1::Relation>(arguments.Get("relation")));
  request.set_relation(relation);
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateKinshipResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("kinship", {"亲属关系编号", "Kinship"}));
}

template <v1::KinshipState kState>
absl::Status Change(const Arguments& arguments, Context* context) {
  v1::ChangeKinshipRequest request;
  request.set_state(kState);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("kinships", arguments.Get("kinship")));
  v1::ChangeKinshipResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("kinship", {"亲属关系编号", "Kinship"}));
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListKinshipsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("kinship", {"编号", "Kinship"}), context->Col("member", {"会员", "Member"}),
                   context->Col("relative", {"亲属", "Relative"}), context->Col("relation", {"是会员的", "Is the member's"}),
                   context->Col("state", {"状态", "State"})};
  const Language language = context->language();
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListKinshipsResponse>(
      context->client(), request, [&table, language](const v1::ListKinshipsResponse& page) {
        for (const v1::Kinship& kinship : page.kinships()) {
          table.rows.push_back({Cell::Word(IdOf(kinship.name())), Cell::Word(kinship.member()),
                                Cell::Word(kinship.relative()), EnumCell(kinship.relation(), language),
                                EnumCell(kinship.state(), language)});
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> KinshipCommands() {
  const Argument member = {ArgumentKind::kPlace, "member", {"会员编号", "member number"}};
  const Argument kinship = {ArgumentKind::kPlace, "kinship", {"亲属关系编号", "number of the kinship"}};
  const Argument reason = {
      ArgumentKind::kNeeded, "reason", {"原因或凭证（不写个人信息）", "why, or which document (no personal data)"}};
  return {
      {"kinship",
       "propose",
       {"提出亲属关系", "say that two members are kin"},
       {member,
        {ArgumentKind::kPlace, "relative", {"亲属的会员编号", "member number of the relative"}},
        {ArgumentKind::kPlace,
         "relation",
         {"亲属是会员的：spouse 配偶、parent 父母、child 子女、grandparent 祖父母、grandchild 孙子女",
          "what the relative is to the member: spouse, parent, child, grandparent or grandchild"}}},
       true,
       &Propose},
      {"kinship",
       "prove",
       {"已核对凭证", "a document was seen"},
       {kinship, reason},
       true,
       &Change<v1::KINSHIP_STATE_PROVED>},
      {"kinship", "bind", {"绑定生效", "put it in force"}, {kinship, reason}, true, &Change<v1::KINSHIP_STATE_BOUND>},
      {"kinship", "revoke", {"解除", "end it"}, {kinship, reason}, true, &Change<v1::KINSHIP_STATE_REVOKED>},
      {"kinship", "list", {"列出会员的亲属关系", "list the kinships of a member"}, {member}, false, &List},
  };
}

}  // namespace timebank::cli
