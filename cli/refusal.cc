#include "cli/refusal.h"

#include <map>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/exit_code.h"
#include "cli/text/display.h"

namespace timebank::cli {
namespace {

constexpr char kPayload[] = "timebank.v1.Refusal";
constexpr size_t kIdNumberDigits = 15;  // Request ids, of which messages speak, have shorter runs of digits.

// Who somebody is, the token of her profile says; the name alone where none is needed.
Text AnotherPerson() {
  return {"请由另一位人员办理：用其本人的 --profile；服务器不用令牌时加上 --as 和其姓名",
          "somebody else must do it: with that person's own --profile, or --as and the name where no token is needed"};
}

// Steps by reason; names in braces are replaced by the refusal's metadata.
const std::map<std::string, Text, std::less<>>& Steps() {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"REQUEST_ID_REUSED", {"请去掉 --request-id，让程序自动生成一个", "leave --request-id out and a new one is made"}},
      {"RECORDER_IS_CONFIRMER", AnotherPerson()},
      {"VOLUNTEER_IS_CONFIRMER", AnotherPerson()},
      {"FIRST_APPROVER_IS_SECOND", AnotherPerson()},
      {"BANK_NOT_FOUND",
       {"timebank bank list 列出已有的时间银行；timebank bank create 新建",
        "timebank bank list shows the banks; timebank bank create makes one"}},
      {"BANK_EXISTS", {"timebank bank show 可以查看", "timebank bank show prints it"}},
      {"SCOPE_NOT_FOUND",
       {"timebank scope list 列出区域；timebank scope create 新建",
        "timebank scope list shows the scopes; timebank scope create makes one"}},
      {"CENTER_NOT_FOUND",
       {"timebank center list 列出网点；timebank center create 新建",
        "timebank center list shows the centres; timebank center create makes one"}},
      {"VOLUNTEER_NOT_FOUND",
       {"timebank member find 按姓名、出生年份和证件号后四位查找", "timebank member find looks a person up"}},
      {"BENEFICIARY_NOT_FOUND",
       {"timebank member find 按姓名、出生年份和证件号后四位查找", "timebank member find looks a person up"}},
      {"MEMBER_NOT_FOUND",
       {"timebank member find 按姓名、出生年份和证件号后四位查找", "timebank member find looks a person up"}},
      {"RECORD_NOT_FOUND",
       {"timebank record list --center 网点 列出服务记录", "timebank record list --center NAME shows the records"}},
      {"MEMBER_EXISTS", {"timebank member show 可以查看", "timebank member show prints the member"}},
      {"EXTERNAL_NUMBER_TAKEN", {"请核对编号，或换一个编号", "check the number, or choose another"}},
      {"RECORD_WRONG_STATE", {"timebank record show 显示当前状态", "timebank record show prints where it stands"}},
      {"RECORD_OVERLAP",
       {"用 timebank record show {record} 查看那一条记录；那一条有误时先驳回、撤回或冲正它",
        "look at that record with timebank record show {record}; if it is the wrong one, undo it first"}},
      {"RECORD_ENDS_BEFORE_START",
       {"请核对时间；服务跨过午夜时分成两条：午夜前一条到 24:00，次日 0:00 起一条",
        "check the times; a service over midnight is two: one up to 24:00, one from 0:00 of the next day"}},
      {"RECORD_TO_ONESELF", {"请核对志愿者和服务对象的编号", "check the numbers of the volunteer and of who was served"}},
      {"KINSHIP_NOT_FOUND",
       {"timebank kinship list 会员编号 列出亲属关系", "timebank kinship list MEMBER shows a member's kinships"}},
      {"KINSHIP_WRONG_STATE",
       {"timebank kinship list 会员编号 显示当前状态", "timebank kinship list MEMBER shows where it stands"}},
      {"KINSHIP_TO_ONESELF", {"请核对两位会员的编号", "check the two member numbers"}},
      {"KINSHIP_EXISTS",
       {"timebank kinship list 会员编号 可以查看；关系有误时先撤销它",
        "timebank kinship list MEMBER prints it; if it is wrong, revoke it first"}},
      {"TOO_MANY_KINSHIPS",
       {"先撤销不再有效的一个：timebank kinship revoke", "revoke one that no longer holds: timebank kinship revoke"}},
      {"HOLD_NOT_FOUND", {"timebank hold list 会员编号 列出预留", "timebank hold list MEMBER shows a member's holds"}},
      {"HOLD_CLOSED", {"需要时重新预留：timebank hold place", "if it is still needed, reserve anew: timebank hold place"}},
      {"HOLD_EXPIRED",
       {"不带 --consumed 执行 timebank hold close {hold} 即可释放",
        "timebank hold close {hold} without --consumed releases it"}},
      {"HOLD_EXPIRES_BEFORE_TODAY", {"请用 --expires 写今天或以后的日期", "give today or a later day with --expires"}},
      {"HOLD_TOO_SMALL", {"请用 --consumed 写不超过预留的时长", "give no more than was reserved with --consumed"}},
      {"GUARDIAN_CONSENT_MISSING",
       {"新登记时用 --guardian 等写明谁同意、凭什么（名单中用“监护人”等四列）；已登记的会员用 timebank member consent",
        "register a new member with --guardian and what belongs to it (in a list: the column guardian and three more); for "
        "one "
        "who is registered, timebank member consent"}},
      {"MEMBER_NOT_ACTIVE", {"timebank member resume 可以恢复", "timebank member resume ends the suspension"}},
      {"NOTICE_NOT_OVER", {"公示期满后再执行 timebank record settle", "run timebank record settle once the notice is over"}},
      {"RULE_UNKNOWN", {"timebank rule show 列出全部规则", "timebank rule show lists every rule"}},
      {"RULE_OUT_OF_RANGE", {"timebank rule show 列出允许的范围", "timebank rule show lists the allowed ranges"}},
      {"BALANCE_TOO_LOW", {"timebank balance 显示余额", "timebank balance prints what there is"}},
  };
  return *steps;
}

// Those about hours that are taken back.
const std::map<std::string, Text, std::less<>>& ReversalSteps() {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"HOURS_ALREADY_SPENT",
       {"timebank hold list 会员编号 列出可以释放的预留；其余用 --cover debt、pool 或 authority 说明由谁承担",
        "timebank hold list MEMBER shows holds that can be released; for the rest say who covers it: --cover debt, pool or "
        "authority"}},
      {"POOL_CANNOT_COVER",
       {"用 --cover debt 由本人欠账，或用 --cover authority 由主管部门决定",
        "use --cover debt for a debt of the member, or --cover authority for a decision of the authority"}},
      {"COVER_DECIDER_IS_PARTY", AnotherPerson()},
      {"REVERSAL_NOT_FOUND", {"timebank reversal list 列出批量冲正", "timebank reversal list shows them"}},
      {"REVERSAL_WRONG_STATE",
       {"timebank reversal show {reversal} 显示进度", "timebank reversal show {reversal} prints where it stands"}},
      {"RECORD_IN_REVERSAL",
       {"timebank reversal show {reversal} 可以查看；提错了可以用 timebank reversal withdraw 收回",
        "timebank reversal show {reversal} prints it; one proposed by mistake is taken back with timebank reversal "
        "withdraw"}},
      {"REVERSAL_DECIDER_IS_PROPOSER", AnotherPerson()},
      {"REVERSAL_PERSON_IS_VOLUNTEER", AnotherPerson()},
  };
  return *steps;
}

// Those about who one is and what one may do.
const std::map<std::string, Text, std::less<>>& AccessSteps() {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"CREDENTIAL_MISSING",
       {"timebank login 登录；已存有令牌的用 --profile 指明",
        "timebank login; or name a token that is kept here with --profile"}},
      {"CREDENTIAL_INVALID", {"拿到新令牌后重新登录：timebank login", "with a new token, log in again: timebank login"}},
      {"NO_PERMISSION", {"timebank whoami 显示您的角色", "timebank whoami shows your roles"}},
      {"OUT_OF_REACH",
       {"请核对编号；timebank whoami 显示您的角色管到哪里",
        "check the number; timebank whoami shows how far your roles reach"}},
      {"TOO_MANY_LOOK_UPS", {"已知编号时用 timebank member show", "with the number, timebank member show needs no look-up"}},
      {"PRINCIPAL_NOT_FOUND", {"timebank role list 列出账号", "timebank role list shows the principals"}},
      {"BINDING_NOT_FOUND", {"timebank role list 账号 列出它的角色", "timebank role list PRINCIPAL shows its roles"}},
      {"TOO_MANY_ROLES", {"timebank role list 账号 列出它的角色", "timebank role list PRINCIPAL shows its roles"}},
      {"TOKEN_NOT_FOUND", {"timebank admin token list 列出令牌", "timebank admin token list shows the tokens"}},
      {"TOKEN_OVER", {"另做一个：timebank admin token create", "make another: timebank admin token create"}},
  };
  return *steps;
}

// Those about care for banked hours.
const std::map<std::string, Text, std::less<>>& CareSteps() {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"PROXY_NOT_FOUND", {"timebank proxy list 会员编号 列出代理", "timebank proxy list MEMBER shows a member's proxies"}},
      {"PROXY_WRONG_STATE",
       {"timebank proxy list 会员编号 查看代理状态", "timebank proxy list MEMBER shows how far a proxy has come"}},
      {"NOT_PROXY",
       {"请服务网点登记代理：timebank proxy propose 老人 代理人",
        "the centre records who may order for an elder: timebank proxy propose ELDER AGENT"}},
      {"RECURRING_WRONG_STATE",
       {"timebank order series 会员编号 查看周期订单的状态",
        "timebank order series MEMBER shows where a recurring order stands"}},
      {"RECURRING_NOT_FOUND",
       {"timebank order series 会员编号 列出周期订单", "timebank order series MEMBER shows a member's recurring orders"}},
      {"ORDER_NOT_FOUND", {"timebank order list 会员编号 列出订单", "timebank order list MEMBER shows a member's orders"}},
      {"ORDER_WRONG_STATE",
       {"timebank order show 订单编号 查看订单进展", "timebank order show ORDER shows how far it has come"}},
      {"BENEFICIARY_NOT_KIN",
       {"请服务网点先登记并绑定亲属关系：timebank kinship propose",
        "let the centre record and bind the kinship first: timebank kinship propose"}},
      {"VOLUNTEER_BUSY",
       {"工作人员可用 timebank order suggest 订单编号 看届时有空的志愿者",
        "for staff, timebank order suggest ORDER names who is free then"}},
      {"FINISHER_IS_CONFIRMER",
       {"请由老人、家属代理或同事验收：用其本人的 --profile；服务器不用令牌时加上 --as 和其姓名或编号",
        "let the elder, her proxy or a colleague confirm: with their own --profile, or --as and the number or name where no "
        "token is needed"}},
      {"ORDER_OVER",
       {"由工作人员补办：timebank order accept 订单编号 --volunteer 会员编号，再用 start、finish 填写实际时间",
        "staff enters it: timebank order accept ORDER --volunteer MEMBER, then start and finish with the times"}},
      {"RECORD_OF_ORDER", {"timebank order show 订单编号 查看订单", "timebank order show ORDER shows it"}},
      {"HOLD_OF_ORDER",
       {"要释放时间，请取消订单：timebank order cancel", "to release the hours cancel the order: timebank order cancel"}},
  };
  return *steps;
}

// Those about stars.
const std::map<std::string, Text, std::less<>>& StarSteps() {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"STAR_HOURS_TOO_FEW",
       {"timebank star needed 会员编号 显示还差多少", "timebank star needed MEMBER prints what is missing"}},
      {"STAR_EVALUATION_TOO_LOW",
       {"timebank star needed 会员编号 显示还差什么", "timebank star needed MEMBER prints what is missing"}},
      {"STAR_APPLICATION_OPEN",
       {"timebank star show {application} 查看办理情况", "timebank star show {application} prints where it stands"}},
      {"STAR_APPLICATION_NOT_FOUND", {"timebank star list 列出申请", "timebank star list shows the applications"}},
      {"STAR_AWARD_NOT_FOUND", {"timebank star awards 列出已授予的星级", "timebank star awards shows the awards"}},
      {"STAR_UNDER_REVIEW",
       {"先结束复核：timebank star end-review {award}", "end the review first: timebank star end-review {award}"}},
      {"STAR_AUTHORITY_TOO_LOW", {"timebank scope list 列出区域及级别", "timebank scope list shows scopes and levels"}},
      {"STAR_WRONG_STATE",
       {"timebank star show {application} 查看办理情况", "timebank star show {application} prints where it stands"}},
  };
  return *steps;
}

std::string Filled(std::string words, const v1::Refusal& refusal) {
  for (const auto& [key, value] : refusal.metadata()) {
    words = absl::StrReplaceAll(words, {{absl::StrCat("{", key, "}"), value}});
  }
  return words;
}

// Whether the record that a refusal speaks of no longer counts, so that a corrected one may take its place.
bool IsUndone(const v1::Refusal& refusal) {
  const std::string state = MetadataOf(refusal, "state");
  return state == "REJECTED" || state == "WITHDRAWN" || state == "VOIDED" || state == "REVERSED";
}

// Hours that change hands, grants, and the end of memberships.
const std::map<std::string, Text, std::less<>>& GivingSteps() {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"RECEIVER_NOT_KIN",
       {"timebank kinship propose、prove、bind 先绑定亲属关系",
        "bind the kinship first: timebank kinship propose, prove, bind"}},
      {"HOURS_NOT_GIVABLE",
       {"timebank lots 会员编号 显示时间从哪里来", "timebank lots MEMBER shows where the hours come from"}},
      {"HOURS_NOT_YOURS", AnotherPerson()},
      {"POOL_TO_ONESELF", AnotherPerson()},
      {"POOL_TOO_LOW", {"timebank pool show 显示公益池的余额", "timebank pool show prints what is in the pool"}},
      {"GRANT_NOT_FOUND", {"timebank grant list 列出发放", "timebank grant list shows the grants"}},
      {"GRANT_WRONG_STATE",
       {"timebank grant show {grant} 显示当前状态", "timebank grant show {grant} prints where it stands"}},
      {"GRANT_OPEN",
       {"timebank grant show {grant} 可以查看；timebank grant renew 可以延长",
        "timebank grant show {grant} prints it; timebank grant renew sets a later review date"}},
      {"GRANT_MAKER_IS_CHECKER", AnotherPerson()},
      {"GRANT_TO_ONESELF", AnotherPerson()},
      {"ESTATE_REPORTER_DECIDES", AnotherPerson()},
      {"MERGE_STAR_HELD",
       {"把两个编号对调，保留持有星级的编号", "merge the other way round, into the number that has the star"}},
      {"ACTOR_IS_PARTY", AnotherPerson()},
      {"STEP_NEEDS_ANOTHER", AnotherPerson()},
      {"KINSHIP_PROVER_IS_GIVER", AnotherPerson()},
      {"MEMBER_HAS_OPEN",
       {"请“{center}”的工作人员结束这一项，再执行一次", "ask the staff of {center} to end it, then do it again"}},
      {"ERASE_NOT_ENDED",
       {"先用 timebank member close {member} 办理退出，办结后加 --finish",
        "timebank member close {member} first, then with --finish"}},
      {"ERASE_ESTATE_OPEN",
       {"先用 timebank member estate {member} 决定时间归谁", "timebank member estate {member} decides on the hours"}},
      {"NOTE_ABOUT_ANOTHER",
       {"用 timebank member show 核对编号，再提交一次", "check the number with timebank member show, then send it again"}},
      {"PERSONAL_DATA_LOST",
       {"只有系统维护人员找回含有这把密钥的 members.keys 才能恢复；本人要求时可用 timebank member erase 注销",
        "only the operator could help, with a copy of members.keys that has the key; timebank member erase ends it"}},
      {"REVEAL_TOO_OLD", {"去掉 --request-id，重新查看", "leave --request-id out and look again"}},
  };
  return *steps;
}

}  // namespace

std::optional<v1::Refusal> DecodeStatusDetails(absl::string_view bytes) {
  v1::StatusDetails details;
  if (!details.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return std::nullopt;
  }
  for (const v1::DetailAny& detail : details.details()) {
    v1::Refusal refusal;
    if (absl::EndsWith(detail.type_url(), "/timebank.v1.Refusal") && refusal.ParseFromString(detail.value())) {
      return refusal;
    }
  }
  return std::nullopt;
}

absl::Status RefusalError(absl::StatusCode code, const v1::Refusal& refusal) {
  absl::Status status = TextError(code, WordsOf(refusal));
  status.SetPayload(kPayload, absl::Cord(refusal.SerializeAsString()));
  const ExitCode exit_code = refusal.reason() == "INVALID_FIELD"   ? ExitCode::kUsage
                             : code == absl::StatusCode::kNotFound ? ExitCode::kNotFound
                                                                   : ExitCode::kRefused;
  return WithExitCode(std::move(status), exit_code);
}

std::optional<v1::Refusal> RefusalOf(const absl::Status& status) {
  const absl::optional<absl::Cord> bytes = status.GetPayload(kPayload);
  v1::Refusal refusal;
  if (!bytes.has_value() || !refusal.ParseFromString(std::string(*bytes))) {
    return std::nullopt;
  }
  return refusal;
}

Text WordsOf(const v1::Refusal& refusal) {
  const std::string& zh = refusal.message_zh().empty() ? refusal.reason() : refusal.message_zh();
  const std::string& en = refusal.message_en().empty() ? refusal.reason() : refusal.message_en();
  return Text{MaskLongNumbers(zh, kIdNumberDigits), MaskLongNumbers(en, kIdNumberDigits)};
}

std::string MetadataOf(const v1::Refusal& refusal, const std::string& key) {
  const auto found = refusal.metadata().find(key);
  return found == refusal.metadata().end() ? "" : found->second;
}

Text NextStep(const v1::Refusal& refusal) {
  if (refusal.reason() == "RECORD_DUPLICATE" && IsUndone(refusal)) {
    const std::string record = MetadataOf(refusal, "record");
    return {absl::StrCat("要重新登记，请用 timebank record add 加上 --replaces ", record),
            absl::StrCat("to enter it again, use timebank record add with --replaces ", record)};
  }
  for (const auto* steps : {&Steps(), &AccessSteps(), &ReversalSteps(), &CareSteps(), &StarSteps(), &GivingSteps()}) {
    if (const auto found = steps->find(refusal.reason()); found != steps->end()) {
      return {Filled(found->second.zh, refusal), Filled(found->second.en, refusal)};
    }
  }
  return {};
}

}  // namespace timebank::cli
