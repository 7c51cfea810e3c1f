#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/member.pb.h"

namespace timebank::cli {
namespace {

constexpr char kMemberHelpZh[] = "会员编号或网点自己的编号";
constexpr char kMemberHelpEn[] = "member number, or the centre's own number";

std::vector<Column> MemberColumns(const Context& context) {
  return {context.Col("number", {"会员编号", "Number"}),
          context.Col("external_number", {"原编号", "Own number"}),
          context.Col("display_name", {"姓名", "Name"}),
          context.Col("gender", {"性别", "Gender"}),
          context.Col("birth_date", {"出生年份", "Born in"}),
          context.Col("masked_national_id", {"身份证号", "ID number"}),
          context.Col("masked_phone", {"手机", "Phone"}),
          context.Col("center_code", {"网点代码", "Centre code"}),
          context.Col("center_name", {"网点", "Centre"}),
          context.Col("state", {"状态", "State"}),
          context.Col("guardian_consent", {"监护人同意", "Guardian's consent"}),
          context.Col("merged_into", {"已合并到", "Merged into"})};
}

std::vector<Cell> MemberRow(const v1::Member& member, Language language) {
  return {Cell::Word(member.number()),
          Cell::Word(member.external_number()),
          Cell::Word(member.display_name()),
          EnumCell(member.gender(), language),
          Cell::Word(member.birth_date()),
          Cell::Word(member.masked_national_id()),
          Cell::Word(member.masked_phone()),
          Cell::Word(member.center_code()),
          Cell::Word(member.center_name()),
          EnumCell(member.state(), language),
          FlagCell(member.guardian_consent(), language),
          Cell::Word(member.merged_into())};
}

// What tells who somebody is may be read from a file or from standard input instead of flags, which everybody on the machine sees while the
// program runs, and which stay in the shell's history.
constexpr std::array kIdentityFields = {"name", "birth_date", "gender", "national_id", "phone", "address"};

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return WithExitCode(InvalidText({absl::StrCat("读不了文件 ", path), absl::StrCat("cannot read the file ", path)}),
                        ExitCode::kFile);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The arguments with those that --identity names. No message repeats what it holds.
absl::StatusOr<Arguments> WithIdentity(Arguments arguments) {
  if (!arguments.Has("identity")) {
    return arguments;
  }
  TB_ASSIGN_OR_RETURN(const std::string text, ReadAll(arguments.Get("identity")));
  const nlohmann::json identity = nlohmann::json::parse(text, nullptr, false);
  if (!identity.is_object()) {
    return InvalidText({"--identity 应为一个 JSON 对象，如 {\"name\": \"...\", \"birth_date\": \"1956-03-05\"}",
                        "--identity takes one JSON object, as {\"name\": \"...\", \"birth_date\": \"1956-03-05\"}"});
  }
  for (const auto& item : identity.items()) {
    const std::string flag = absl::StrReplaceAll(item.key(), {{"_", "-"}});
    if (std::find(kIdentityFields.begin(), kIdentityFields.end(), item.key()) == kIdentityFields.end() ||
        !item.value().is_string()) {
      const std::string fields = absl::StrJoin(kIdentityFields, ", ");
      return InvalidText({absl::StrCat("--identity 只能有这些文本字段：", fields),
                          absl::StrCat("--identity may have these fields, each a text: ", fields)});
    }
    if (arguments.Has(flag)) {
      return InvalidText({absl::StrCat("--", flag, " 与 --identity 里的重复，只能给一处"),
                          absl::StrCat("--", flag, " is given twice: in --identity as well")});
    }
    arguments.Add(flag, item.value().get<std::string>());
  }
  return arguments;
}

// Who gave a guardian's consent, and by what; all of it or nothing.
std::vector<Argument> ConsentArguments() {
  return {
      {ArgumentKind::kOption,
       "guardian",
       {"监护人的姓名或会员编号（未成年人；加密保存）", "the guardian's name or member number (for minors; stored sealed)"}},
      {ArgumentKind::kOption,
       "guardian-relation",
       {"监护人是：父母、祖父母、兄姐、其他", "the guardian is a parent, grandparent, sibling or other"}},
      {ArgumentKind::kOption,
       "consent-document",
       {"同意凭证：书面同意书、电子同意书、口头同意、其他", "by signed-form, electronic-form, spoken or other"}},
      {ArgumentKind::kOption, "consent-date", {"同意的日期", "date of the consent"}}};
}

// Whether there is one.
absl::StatusOr<bool> ReadConsent(const Arguments& arguments, v1::GuardianConsent* consent) {
  size_t given = 0;
  const std::vector<Argument> all = ConsentArguments();
  for (const Argument& argument : all) {
    given += arguments.Has(argument.name) ? 1 : 0;
  }
  if (given == 0) {
    return false;
  }
  if (given < all.size()) {
    return InvalidText({"监护人同意要写全：--guardian、--guardian-relation、--consent-document、--consent-date",
                        "a guardian's consent needs all of --guardian, --guardian-relation, --consent-document and "
                        "--consent-date"});
  }
  consent->set_guardian(std::string(Trim(arguments.Get("guardian"))));
  TB_ASSIGN_OR_RETURN(const auto relation, ParseEnum<v1::GuardianRelation>(arguments.Get("guardian-relation")));
  consent->set_relation(relation);
  TB_ASSIGN_OR_RETURN(const auto document, ParseEnum<v1::ConsentDocument>(arguments.Get("consent-document")));
  consent->set_document(document);
  TB_ASSIGN_OR_RETURN(*consent->mutable_date(), IsoDay(arguments.Get("consent-date")));
  return true;
}

absl::Status Register(const Arguments& given, Context* context) {
  TB_ASSIGN_OR_RETURN(const Arguments arguments, WithIdentity(given));
  for (const char* needed : {"name", "birth-date"}) {
    if (!arguments.Has(needed)) {
      return InvalidText({absl::StrCat("缺少 --", needed, "（也可以写在 --identity 里）"),
                          absl::StrCat("--", needed, " is needed, or stands in --identity")});
    }
  }
  v1::CreateMemberRequest request;
  request.set_external_number(NarrowTrimmed(arguments.Get("number")));
  request.set_display_name(std::string(Trim(arguments.Get("name"))));
  if (arguments.Has("gender")) {
    TB_ASSIGN_OR_RETURN(const v1::Gender gender, ParseEnum<v1::Gender>(arguments.Get("gender")));
    request.set_gender(gender);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_birth_date(), IsoDay(arguments.Get("birth-date")));
  request.set_national_id(NarrowTrimmed(arguments.Get("national-id")));
  request.set_phone(NarrowTrimmed(arguments.Get("phone")));
  request.set_address(std::string(Trim(arguments.Get("address"))));
  request.set_center(arguments.Get("center"));
  v1::GuardianConsent consent;
  TB_ASSIGN_OR_RETURN(const bool consented, ReadConsent(arguments, &consent));
  if (consented) {
    *request.mutable_consent() = std::move(consent);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateMemberResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("number", {"会员编号", "Member number"}));
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetMemberRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::GetMemberResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  return context->PrintOne({MemberColumns(*context), {MemberRow(response.member(), context->language())}});
}

absl::Status PrintMembers(const v1::ListMembersRequest& request, Context* context) {
  Table table;
  table.columns = MemberColumns(*context);
  const Language language = context->language();
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListMembersResponse>(context->client(), request,
                                                          [&table, language](const v1::ListMembersResponse& page) {
                                                            for (const v1::Member& member : page.members()) {
                                                              table.rows.push_back(MemberRow(member, language));
                                                            }
                                                            return true;
                                                          }));
  if (table.rows.empty()) {
    context->Warn({"没有这样的会员", "there is no such member"});
  }
  return context->Print(table);
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListMembersRequest request;
  request.set_center(arguments.Get("center"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  return PrintMembers(request, context);
}

absl::Status Find(const Arguments& given, Context* context) {
  TB_ASSIGN_OR_RETURN(const Arguments arguments, WithIdentity(given));
  v1::ListMembersRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  if (arguments.Has("national-id")) {
    request.set_national_id(NarrowTrimmed(arguments.Get("national-id")));
    return PrintMembers(request, context);
  }
  for (const char* needed : {"name", "birth-year", "id-last4"}) {
    if (!arguments.Has(needed)) {
      return InvalidText(
          {absl::StrCat("缺少 --", needed, "：要么给姓名、出生年份和后四位，要么给整个身份证号"),
           absl::StrCat("--", needed, " is needed: give name, year of birth and last four, or else the whole ID number")});
    }
  }
  request.set_display_name(std::string(Trim(arguments.Get("name"))));
  TB_ASSIGN_OR_RETURN(const int64_t year, WholeNumber(arguments.Get("birth-year"), 1900));
  if (year > 2200) {
    return InvalidText({"出生年份应在 1900 到 2200 之间", "the year of birth must lie between 1900 and 2200"});
  }
  request.set_birth_year(static_cast<int32_t>(year));
  request.set_national_id_suffix(NarrowTrimmed(arguments.Get("id-last4")));
  return PrintMembers(request, context);
}

// SuspendMember and ResumeMember differ in nothing but their types.
template <typename Request, typename Response>
absl::Status Change(const Arguments& arguments, Context* context) {
  Request request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  Response response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("number", {"会员编号", "Member number"}));
}

absl::Status Consent(const Arguments& arguments, Context* context) {
  v1::SetGuardianConsentRequest request;
  v1::GuardianConsent consent;
  TB_ASSIGN_OR_RETURN(const bool consented, ReadConsent(arguments, &consent));
  if (consented == arguments.Has("withdraw")) {
    return InvalidText({"请用 --guardian 等写明谁同意、凭什么，或用 --withdraw 取消同意",
                        "say with --guardian and what belongs to it who consents, or take it off with --withdraw"});
  }
  request.set_consent(consented);
  if (consented) {
    *request.mutable_given() = std::move(consent);
  }
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::SetGuardianConsentResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("number", {"会员编号", "Member number"}));
}

Command RegisterCommand() {
  Command command = {
      "member",
      "register",
      {"登记会员", "register a member"},
      {{ArgumentKind::kNeeded, "center", {"服务网点的代码或名称", "code or name of the centre"}},
       {ArgumentKind::kOption,
        "identity",
        {"从文件（- 为标准输入）读取 "
         "JSON：name、birth_date、gender、national_id、phone、address；这样不会留在进程列表和命令历史里",
         "read JSON with name, birth_date, gender, national_id, phone, address from a file, or - for standard input: so "
         "that they "
         "stand in no "
         "list of processes and no history of commands"}},
       {ArgumentKind::kOption, "name", {"姓名", "name"}},
       {ArgumentKind::kOption, "birth-date", {"出生日期，如 1956-03-05、1956年3月5日", "date of birth, as 1956-03-05"}},
       {ArgumentKind::kOption, "number", {"网点自己的编号", "the centre's own number"}},
       {ArgumentKind::kOption, "gender", {"性别：女 或 男", "female or male"}},
       {ArgumentKind::kOption, "national-id", {"身份证号（加密保存）", "ID-card number (stored sealed)"}},
       {ArgumentKind::kOption, "phone", {"手机号（加密保存）", "phone (stored sealed)"}},
       {ArgumentKind::kOption, "address", {"住址（加密保存）", "address (stored sealed)"}}},
      true,
      &Register};
  const std::vector<Argument> consent = ConsentArguments();
  command.arguments.insert(command.arguments.end(), consent.begin(), consent.end());
  return command;
}

Command ConsentCommand(const Argument& member, const Argument& reason) {
  Command command = {"member",
                     "consent",
                     {"登记或取消监护人同意", "put a guardian's consent on file, or take it off"},
                     {member, reason, {ArgumentKind::kSwitch, "withdraw", {"取消同意", "take it off"}}},
                     true,
                     &Consent};
  const std::vector<Argument> given = ConsentArguments();
  command.arguments.insert(command.arguments.end(), given.begin(), given.end());
  return command;
}

}  // namespace

std::vector<Command> MemberCommands() {
  const Argument member = {ArgumentKind::kPlace, "member", {kMemberHelpZh, kMemberHelpEn}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  return {
      RegisterCommand(),
      {"member", "show", {"查看会员", "show a member"}, {member}, false, &Show},
      {"member",
       "list",
       {"列出会员", "list members"},
       {{ArgumentKind::kOption, "center", {"只列这个网点的", "only those of this centre"}}},
       false,
       &List},
      {"member",
       "find",
       {"按姓名、出生年份、证件号后四位，或按身份证号查找",
        "find a person by name, year of birth and last four of the ID number, or by the whole of it"},
       {{ArgumentKind::kOption, "name", {"姓名", "name"}},
        {ArgumentKind::kOption, "birth-year", {"出生年份", "year of birth"}},
        {ArgumentKind::kOption, "id-last4", {"身份证号后四位", "last four characters of the ID number"}},
        {ArgumentKind::kOption,
         "national-id",
         {"整个身份证号，代替以上三项", "the whole ID number, instead of these three"}},
        {ArgumentKind::kOption,
         "identity",
         {"从文件（- 为标准输入）读取 JSON：name 或 national_id；这样不会留在进程列表和命令历史里",
          "read JSON with name or national_id from a file, or - for standard input: as of member register"}}},
       false,
       &Find},
      {"member",
       "suspend",
       {"暂停会员", "suspend a member"},
       {member, reason},
       true,
       &Change<v1::SuspendMemberRequest, v1::SuspendMemberResponse>},
      {"member",
       "resume",
       {"恢复会员", "end a suspension"},
       {member, reason},
       true,
       &Change<v1::ResumeMemberRequest, v1::ResumeMemberResponse>},
      ConsentCommand(member, reason),
  };
}

}  // namespace timebank::cli
