#include "cli/words.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "service/base/civil.h"

namespace timebank::cli {
namespace {

using Words = std::map<std::string, Text, std::less<>>;

const Words& EntryWords() {
  static const auto* const words = new Words{
      {"ENTRY_KIND_BANK_CREATED", {"建立时间银行", "bank created"}},
      {"ENTRY_KIND_RULE_SET_CREATED", {"新规则", "rules written"}},
      {"ENTRY_KIND_SCOPE_CREATED", {"建立区域", "scope created"}},
      {"ENTRY_KIND_CENTER_CREATED", {"建立网点", "centre created"}},
      {"ENTRY_KIND_MEMBER_REGISTERED", {"会员登记", "member registered"}},
      {"ENTRY_KIND_MEMBER_CHANGED", {"会员变更", "member changed"}},
      {"ENTRY_KIND_KINSHIP_PROPOSED", {"提出亲属关系", "kinship proposed"}},
      {"ENTRY_KIND_KINSHIP_CHANGED", {"亲属关系变更", "kinship changed"}},
      {"ENTRY_KIND_SERVICE_RECORDED", {"登记服务", "service recorded"}},
      {"ENTRY_KIND_CHECKED_IN", {"签到", "checked in"}},
      {"ENTRY_KIND_CHECKED_OUT", {"签退", "checked out"}},
      {"ENTRY_KIND_SERVICE_APPROVED", {"第一人确认", "first approval"}},
      {"ENTRY_KIND_SERVICE_CONFIRMED", {"确认服务", "service confirmed"}},
      {"ENTRY_KIND_SERVICE_SETTLED", {"服务存入", "service banked"}},
      {"ENTRY_KIND_SERVICE_REJECTED", {"驳回服务", "service rejected"}},
      {"ENTRY_KIND_SERVICE_WITHDRAWN", {"撤回服务", "service withdrawn"}},
      {"ENTRY_KIND_SERVICE_DISPUTED", {"提出异议", "service disputed"}},
      {"ENTRY_KIND_SERVICE_VOIDED", {"作废服务", "service voided"}},
      {"ENTRY_KIND_SERVICE_REVERSED", {"冲正", "reversal"}},
      {"ENTRY_KIND_HOLD_PLACED", {"预留", "hold placed"}},
      {"ENTRY_KIND_HOLD_CLOSED", {"预留结束", "hold closed"}},
      {"ENTRY_KIND_REFUSED", {"被拒绝", "refused"}},
      {"ENTRY_KIND_HOLD_EXPIRED", {"预留到期", "hold expired"}},
  };
  return *words;
}

// By the full name of the value, so that a type that gains one cannot shift the others.
const Words& StateWords() {
  static const auto* const words = new Words{
      {"RECORD_STATE_CHECKED_IN", {"服务中", "checked in"}},
      {"RECORD_STATE_RECORDED", {"待确认", "recorded"}},
      {"RECORD_STATE_CONFIRMED", {"已确认", "confirmed"}},
      {"RECORD_STATE_NOTICED", {"公示中", "in public notice"}},
      {"RECORD_STATE_SETTLED", {"已存入", "settled"}},
      {"RECORD_STATE_REVERSED", {"已冲正", "reversed"}},
      {"RECORD_STATE_REJECTED", {"已驳回", "rejected"}},
      {"RECORD_STATE_WITHDRAWN", {"已撤回", "withdrawn"}},
      {"RECORD_STATE_DISPUTED", {"有异议", "disputed"}},
      {"RECORD_STATE_VOIDED", {"已作废", "voided"}},
      {"EVIDENCE_ATTESTED", {"荣誉时（补登）", "attested"}},
      {"EVIDENCE_VERIFIED", {"信用时（签到）", "verified"}},
      {"MEMBER_STATE_ACTIVE", {"正常", "active"}},
      {"MEMBER_STATE_SUSPENDED", {"已暂停", "suspended"}},
      {"MEMBER_STATE_CLOSING", {"正在退出", "closing"}},
      {"MEMBER_STATE_CLOSED", {"已退出", "closed"}},
      {"MEMBER_STATE_DECEASED", {"已去世", "deceased"}},
      {"MEMBER_STATE_MERGED", {"已合并", "merged"}},
      {"MEMBER_STATE_ERASED", {"已注销个人信息", "erased"}},
      {"MASTER_KEY_STATE_CURRENT", {"现用", "current"}},
      {"MASTER_KEY_STATE_LEAVING", {"正在换下", "being replaced"}},
      {"GENDER_FEMALE", {"女", "female"}},
      {"GENDER_MALE", {"男", "male"}},
      {"RELATION_SPOUSE", {"配偶", "spouse"}},
      {"RELATION_PARENT", {"父母", "parent"}},
      {"RELATION_CHILD", {"子女", "child"}},
      {"RELATION_GRANDPARENT", {"祖父母", "grandparent"}},
      {"RELATION_GRANDCHILD", {"孙子女", "grandchild"}},
      {"KINSHIP_STATE_PROPOSED", {"已提出", "proposed"}},
      {"KINSHIP_STATE_PROVED", {"已证明", "proved"}},
      {"KINSHIP_STATE_BOUND", {"已绑定", "bound"}},
      {"KINSHIP_STATE_REVOKED", {"已解除", "revoked"}},
      {"SCOPE_LEVEL_COMMUNITY", {"社区", "community"}},
      {"SCOPE_LEVEL_SUBDISTRICT", {"街道", "subdistrict"}},
      {"SCOPE_LEVEL_DISTRICT", {"区县", "district"}},
      {"SCOPE_LEVEL_CITY", {"市", "city"}},
      {"SCOPE_LEVEL_PROVINCE", {"省", "province"}},
      {"DECISION_SETTLE", {"按登记存入", "settle"}},
      {"DECISION_AMEND", {"更正后存入", "amend"}},
      {"DECISION_VOID", {"作废", "void"}},
      {"ASSET_HOURS", {"时间", "hours"}},
      {"ASSET_POINTS", {"积分", "points"}},
      {"PROVENANCE_GRANTED", {"发放", "granted"}},
      {"PROVENANCE_GIFTED", {"转赠", "gifted"}},
      {"PROVENANCE_EARNED", {"服务所得", "earned"}},
      {"PROVENANCE_DONATED", {"公益池", "donated"}},
      {"ACCOUNT_KIND_AVAILABLE", {"可用", "available"}},
      {"ACCOUNT_KIND_HELD", {"预留", "held"}},
      {"ACCOUNT_KIND_CENTER", {"网点", "centre"}},
      {"ACCOUNT_KIND_ISSUANCE", {"发行", "issuance"}},
      {"ACCOUNT_KIND_POOL", {"公益时间池", "community pool"}},
      {"ACCOUNT_KIND_CARE_DELIVERED", {"已兑付养老服务", "care delivered"}},
      {"ACCOUNT_KIND_EXPIRED", {"已过期", "expired"}},
      {"ACCOUNT_KIND_GRANT_FUND", {"发放基金", "grant fund"}},
      {"ACCOUNT_KIND_SUSPENSE", {"待处理", "suspense"}},
      {"STATISTICS_DIMENSION_SCOPE", {"区域", "scope"}},
      {"STATISTICS_DIMENSION_CATEGORY", {"类别", "category"}},
      {"STATISTICS_DIMENSION_VOLUNTEER_AGE", {"志愿者年龄", "volunteer's age"}},
      {"STATISTICS_DIMENSION_MONTH", {"月份", "month"}},
      {"STATISTICS_DIMENSION_CENTER", {"网点", "centre"}},
  };
  return *words;
}

// Stars, and the calendar.
const Words& StarWords() {
  static const auto* const words = new Words{
      {"ENTRY_KIND_CALENDAR_SET", {"工作日历变更", "calendar changed"}},
      {"ENTRY_KIND_STAR_SUBMITTED", {"申请星级", "star applied for"}},
      {"ENTRY_KIND_STAR_REVIEWED", {"星级申请通过审核", "star application reviewed"}},
      {"ENTRY_KIND_STAR_NOTICED", {"星级公示", "star in public notice"}},
      {"ENTRY_KIND_STAR_OBJECTED", {"对星级提出异议", "objection to a star"}},
      {"ENTRY_KIND_STAR_PASSED", {"星级公示期满", "notice of a star over"}},
      {"ENTRY_KIND_STAR_REJECTED", {"星级申请被驳回", "star application rejected"}},
      {"ENTRY_KIND_STAR_WITHDRAWN", {"撤回星级申请", "star application withdrawn"}},
      {"ENTRY_KIND_STAR_AWARDED", {"授予星级", "star awarded"}},
      {"ENTRY_KIND_STAR_REVIEW_OPENED", {"要求复核星级", "review of a star"}},
      {"ENTRY_KIND_STAR_KEPT", {"复核后保留星级", "star kept after review"}},
      {"ENTRY_KIND_STAR_REVOKED", {"撤销星级", "star revoked"}},
      {"STAR_STATE_SUBMITTED", {"待审核", "submitted"}},
      {"STAR_STATE_REVIEWED", {"已审核", "reviewed"}},
      {"STAR_STATE_NOTICED", {"公示中", "in public notice"}},
      {"STAR_STATE_OBJECTED", {"有异议", "objected to"}},
      {"STAR_STATE_PASSED", {"公示期满", "past its notice"}},
      {"STAR_STATE_AWARDED", {"已授予", "awarded"}},
      {"STAR_STATE_REJECTED", {"已驳回", "rejected"}},
      {"STAR_STATE_WITHDRAWN", {"已撤回", "withdrawn"}},
      {"STAR_STATE_STOPPED", {"已停止（时长被冲正）", "stopped"}},
      {"STAR_AWARD_STATE_ACTIVE", {"有效", "active"}},
      {"STAR_AWARD_STATE_UNDER_REVIEW", {"复核中", "under review"}},
      {"STAR_AWARD_STATE_SUPERSEDED", {"已被更高星级取代", "superseded"}},
      {"STAR_AWARD_STATE_REVOKED", {"已撤销", "revoked"}},
      {"CALENDAR_DAY_KIND_HOLIDAY", {"放假", "holiday"}},
      {"CALENDAR_DAY_KIND_WORKDAY", {"上班", "workday"}},
  };
  return *words;
}

// What time does by itself.
const Words& DueWords() {
  static const auto* const words = new Words{
      {"ROLE_MEMBER", {"会员", "member"}},
      {"ROLE_CENTER_STAFF", {"网点工作人员", "centre staff"}},
      {"ROLE_CONFIRMER", {"确认人", "confirmer"}},
      {"ROLE_SHOP_KEEPER", {"积分超市管理员", "shop keeper"}},
      {"ROLE_DISPATCHER", {"派单员", "dispatcher"}},
      {"ROLE_DISTRICT_RATER", {"区县评定机构", "district rater"}},
      {"ROLE_CITY_RATER", {"市级评定机构", "city rater"}},
      {"ROLE_PROVINCE_RATER", {"省级评定机构", "province rater"}},
      {"ROLE_ADMINISTRATOR", {"管理员", "administrator"}},
      {"ROLE_AUDITOR", {"审计员", "auditor"}},
      {"ROLE_SERVICE", {"程序账号", "service"}},
      {"DUE_KIND_RECORD_NOTICE", {"服务公示期满，存入", "a service's notice ends: settle"}},
      {"DUE_KIND_HOLD_EXPIRY", {"预留到期，释放", "a hold expires: release"}},
      {"DUE_KIND_STAR_NOTICE", {"星级公示期满", "a star's notice ends"}},
      {"DUE_KIND_POINTS_EXPIRY", {"积分到期", "points expire"}},
      {"DUE_KIND_REWARD_ORDER_EXPIRY", {"兑换未领取，取消", "goods were not fetched: cancel"}},
      {"DUE_KIND_ORDER_EXPIRY", {"服务订单到期", "an order of care expires"}},
      {"DUE_KIND_ORDER_AUTO_CONFIRM", {"服务订单自动验收", "a finished order is confirmed"}},
      {"DUE_KIND_GRANT_ISSUE", {"发放时间", "a grant is issued"}},
      {"DUE_KIND_RECURRING_ORDER", {"周期订单生成下一单", "a recurring order makes its next one"}},
      {"DUE_KIND_GRANT_EXPIRY", {"发放的时间到期", "granted hours end"}},
  };
  return *words;
}

// Hours taken back.
const Words& ReversalWords() {
  static const auto* const words = new Words{
      {"DUE_KIND_REVERSAL_STEP", {"批量冲正中的一条", "a record of a reversal of many"}},
      {"DUE_KIND_CHECK_IN_EXPIRY", {"签到未签退，撤回", "nobody checked out: withdraw"}},
      {"ENTRY_KIND_REVERSAL_PROPOSED", {"提出批量冲正", "reversal of many proposed"}},
      {"ENTRY_KIND_REVERSAL_DECIDED", {"同意批量冲正", "reversal of many approved"}},
      {"ENTRY_KIND_REVERSAL_REJECTED", {"不同意批量冲正", "reversal of many rejected"}},
      {"ENTRY_KIND_REVERSAL_WITHDRAWN", {"收回批量冲正", "reversal of many withdrawn"}},
      {"ENTRY_KIND_REVERSAL_SKIPPED", {"批量冲正跳过一条", "record passed over by a reversal"}},
      {"REVERSAL_STATE_PROPOSED", {"待决定", "proposed"}},
      {"REVERSAL_STATE_DECIDED", {"办理中", "decided"}},
      {"REVERSAL_STATE_DONE", {"已办完", "done"}},
      {"REVERSAL_STATE_REJECTED", {"不同意", "rejected"}},
      {"REVERSAL_STATE_WITHDRAWN", {"已收回", "withdrawn"}},
      {"REVERSAL_ITEM_STATE_PENDING", {"待办", "pending"}},
      {"REVERSAL_ITEM_STATE_REVERSED", {"已冲正", "reversed"}},
      {"REVERSAL_ITEM_STATE_SKIPPED", {"跳过", "passed over"}},
      {"COVER_DEBT", {"本人欠账", "debt"}},
      {"COVER_POOL", {"公益时间池", "pool"}},
      {"COVER_AUTHORITY", {"主管部门决定", "authority"}},
  };
  return *words;
}

// Points and their shop.
const Words& PointsWords() {
  static const auto* const words = new Words{
      {"ENTRY_KIND_POINTS_AWARDED", {"奖励积分", "points awarded"}},
      {"ENTRY_KIND_POINTS_DEDUCTED", {"扣减积分", "points deducted"}},
      {"ENTRY_KIND_POINTS_EXPIRED", {"积分到期", "points expired"}},
      {"ENTRY_KIND_CAMPAIGN_CREATED", {"新积分活动", "campaign created"}},
      {"ENTRY_KIND_REWARD_CREATED", {"商品上架", "reward created"}},
      {"ENTRY_KIND_REWARD_CHANGED", {"商品变更", "reward changed"}},
      {"ENTRY_KIND_STOCK_COUNTED", {"盘点库存", "stock counted"}},
      {"ENTRY_KIND_REWARD_ORDERED", {"兑换商品", "reward ordered"}},
      {"ENTRY_KIND_REWARD_COLLECTED", {"领取商品", "reward collected"}},
      {"ENTRY_KIND_REWARD_CODE_MISSED", {"领取码错误", "wrong pickup code"}},
      {"ENTRY_KIND_REWARD_CANCELLED", {"取消兑换", "reward order cancelled"}},
      {"ENTRY_KIND_REWARD_ORDER_EXPIRED", {"逾期未领取", "reward not collected"}},
      {"ENTRY_KIND_CAMPAIGN_ENDED", {"积分活动提前结束", "campaign ended"}},
      {"REWARD_ORDER_STATE_PLACED", {"待领取", "placed"}},
      {"REWARD_ORDER_STATE_COLLECTED", {"已领取", "collected"}},
      {"REWARD_ORDER_STATE_CANCELLED", {"已取消", "cancelled"}},
      {"REWARD_ORDER_STATE_EXPIRED", {"已过期", "expired"}},
      {"REWARD_ORDER_STATE_LOCKED", {"已锁定", "locked"}},
      {"ACCOUNT_KIND_REDEEMED", {"已兑换商品", "redeemed for goods"}},
  };
  return *words;
}

// Care for banked hours.
const Words& CareWords() {
  static const auto* const words = new Words{
      {"ENTRY_KIND_ORDER_REQUESTED", {"订购养老服务", "care ordered"}},
      {"ENTRY_KIND_ORDER_ROUTED", {"订单转网点", "order routed"}},
      {"ENTRY_KIND_ORDER_DISPATCHED", {"派单", "order dispatched"}},
      {"ENTRY_KIND_ORDER_ACCEPTED", {"接单", "order accepted"}},
      {"ENTRY_KIND_ORDER_DECLINED", {"退单", "order declined"}},
      {"ENTRY_KIND_ORDER_STARTED", {"服务开始", "care begun"}},
      {"ENTRY_KIND_ORDER_FINISHED", {"服务完成", "care finished"}},
      {"ENTRY_KIND_ORDER_CONFIRMED", {"养老服务已验收", "care confirmed"}},
      {"ENTRY_KIND_ORDER_CANCELLED", {"订单取消", "order cancelled"}},
      {"ENTRY_KIND_ORDER_EXPIRED", {"订单失效", "order expired"}},
      {"ENTRY_KIND_ORDER_NO_SHOW", {"爽约", "no-show"}},
      {"ENTRY_KIND_ORDER_DISPUTED", {"订单有异议", "order disputed"}},
      {"ENTRY_KIND_ORDER_VOIDED", {"订单作废", "order voided"}},
      {"ENTRY_KIND_ORDER_REVERSED", {"订单冲正", "order reversed"}},
      {"ENTRY_KIND_ORDER_EVALUATED", {"评价", "evaluation"}},
      {"ENTRY_KIND_PROXY_PROPOSED", {"提出代理", "proxy proposed"}},
      {"ENTRY_KIND_PROXY_CHANGED", {"代理变更", "proxy changed"}},
      {"ENTRY_KIND_RECURRING_STARTED", {"开始周期订单", "recurring order started"}},
      {"ENTRY_KIND_RECURRING_ENDED", {"停止周期订单", "recurring order ended"}},
      {"ENTRY_KIND_RECURRING_PAUSED", {"暂停周期订单", "recurring order paused"}},
      {"ENTRY_KIND_RECURRING_RESUMED", {"恢复周期订单", "recurring order goes on"}},
      {"RECURRING_ORDER_STATE_ACTIVE", {"进行中", "active"}},
      {"RECURRING_ORDER_STATE_PAUSED", {"已暂停", "paused"}},
      {"RECURRING_ORDER_STATE_ENDED", {"已停止", "ended"}},
      {"ENTRY_KIND_RECURRING_SKIPPED", {"周期订单跳过一周", "a week of a recurring order skipped"}},
      {"ORDER_STATE_REQUESTED", {"待派单", "requested"}},
      {"ORDER_STATE_DISPATCHED", {"已派单", "dispatched"}},
      {"ORDER_STATE_ACCEPTED", {"已接单", "accepted"}},
      {"ORDER_STATE_IN_SERVICE", {"服务中", "in service"}},
      {"ORDER_STATE_DONE", {"待验收", "done"}},
      {"ORDER_STATE_CONFIRMED", {"已验收", "confirmed"}},
      {"ORDER_STATE_CANCELLED", {"已取消", "cancelled"}},
      {"ORDER_STATE_EXPIRED", {"已失效", "expired"}},
      {"ORDER_STATE_NO_SHOW", {"爽约", "no-show"}},
      {"ORDER_STATE_DISPUTED", {"有异议", "disputed"}},
      {"ORDER_STATE_VOIDED", {"已作废", "voided"}},
      {"ORDER_STATE_REVERSED", {"已冲正", "reversed"}},
      {"PROXY_STATE_PROPOSED", {"已提出", "proposed"}},
      {"PROXY_STATE_PROVED", {"已证明", "proved"}},
      {"PROXY_STATE_BOUND", {"已绑定", "bound"}},
      {"PROXY_STATE_REVOKED", {"已解除", "revoked"}},
      {"ORDER_SIDE_ELDER", {"服务对象", "elder"}},
      {"ORDER_SIDE_VOLUNTEER", {"志愿者", "volunteer"}},
  };
  return *words;
}

// Hours that change hands, grants, and the end of memberships.
const Words& GivingWords() {
  static const auto* const words = new Words{
      {"ENTRY_KIND_HOURS_GIVEN", {"转赠", "gift"}},
      {"ENTRY_KIND_HOURS_DONATED", {"捐给公益池", "donated to the pool"}},
      {"ENTRY_KIND_POOL_HOURS_GIVEN", {"公益池分给", "given from the pool"}},
      {"ENTRY_KIND_GRANT_PROPOSED", {"提出发放", "grant proposed"}},
      {"ENTRY_KIND_GRANT_APPROVED", {"批准发放", "grant approved"}},
      {"ENTRY_KIND_GRANT_RENEWED", {"延长发放", "grant renewed"}},
      {"ENTRY_KIND_GRANT_ENDED", {"结束发放", "grant ended"}},
      {"ENTRY_KIND_GRANT_ISSUED", {"困难发放", "grant"}},
      {"ENTRY_KIND_GRANT_SKIPPED", {"本月未发放", "grant skipped"}},
      {"ENTRY_KIND_GRANTED_HOURS_ENDED", {"发放的时间到期", "granted hours ended"}},
      {"ENTRY_KIND_MEMBER_CLOSING", {"会员申请退出", "member closing"}},
      {"ENTRY_KIND_MEMBER_REOPENED", {"会员恢复", "member reopened"}},
      {"ENTRY_KIND_MEMBER_CLOSED", {"会员退出", "member closed"}},
      {"ENTRY_KIND_MEMBER_DIED", {"会员去世", "member died"}},
      {"ENTRY_KIND_ESTATE_SETTLED", {"遗留时间处理", "estate settled"}},
      {"ENTRY_KIND_MEMBERS_MERGED", {"编号合并", "numbers merged"}},
      {"ENTRY_KIND_ROLE_GRANTED", {"授予角色", "role granted"}},
      {"ENTRY_KIND_ROLE_REVOKED", {"取消角色", "role revoked"}},
      {"ENTRY_KIND_PRINCIPAL_LINKED", {"账号对应会员", "principal linked"}},
      {"ENTRY_KIND_TOKEN_CREATED", {"制作令牌", "token made"}},
      {"ENTRY_KIND_TOKEN_REVOKED", {"作废令牌", "token revoked"}},
      {"ENTRY_KIND_TOKEN_USED", {"使用令牌", "token used"}},
      {"ENTRY_KIND_ATTEMPT_NOTED", {"访问记录", "access noted"}},
      {"ENTRY_KIND_MEMBER_REVEALED", {"查看个人信息", "member revealed"}},
      {"ENTRY_KIND_MEMBER_EXPORTED", {"导出个人信息", "member exported"}},
      {"ENTRY_KIND_MEMBER_ERASED", {"注销个人信息", "member erased"}},
      {"GUARDIAN_RELATION_PARENT", {"父母", "parent"}},
      {"GUARDIAN_RELATION_GRANDPARENT", {"祖父母", "grandparent"}},
      {"GUARDIAN_RELATION_SIBLING", {"兄姐", "sibling"}},
      {"GUARDIAN_RELATION_OTHER", {"其他", "other"}},
      {"CONSENT_DOCUMENT_SIGNED_FORM", {"书面同意书", "signed form"}},
      {"CONSENT_DOCUMENT_ELECTRONIC_FORM", {"电子同意书", "electronic form"}},
      {"CONSENT_DOCUMENT_SPOKEN", {"口头同意", "spoken"}},
      {"CONSENT_DOCUMENT_OTHER", {"其他", "other"}},
      {"HARDSHIP_LOW_INCOME", {"低收入", "low income"}},
      {"HARDSHIP_NO_KIN", {"三无", "no kin"}},
      {"HARDSHIP_DISABLED", {"失能", "disabled"}},
      {"HARDSHIP_OLDEST", {"高龄", "oldest"}},
      {"HARDSHIP_LOST_CHILD", {"失独", "lost child"}},
      {"HARDSHIP_OTHER", {"其他", "other"}},
      {"GRANT_STATE_PROPOSED", {"待批准", "proposed"}},
      {"GRANT_STATE_ACTIVE", {"发放中", "active"}},
      {"GRANT_STATE_ENDED", {"已结束", "ended"}},
      {"GRANT_SKIP_SOURCE_TOO_LOW", {"公益池不够", "the pool does not reach"}},
      {"GRANT_SKIP_MEMBER_NOT_ACTIVE", {"会员已暂停或正在退出", "the member is not active"}},
  };
  return *words;
}

const Text* FindWords(const std::string& name) {
  for (const Words* words : {&StateWords(), &EntryWords(), &CareWords(), &PointsWords(), &StarWords(), &DueWords(),
                             &ReversalWords(), &GivingWords()}) {
    const auto found = words->find(name);
    if (found != words->end()) {
      return &found->second;
    }
  }
  return nullptr;
}

std::string Prefix(const google::protobuf::EnumDescriptor& type) {
  return std::string(absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED"));
}

}  // namespace

std::string StableName(const google::protobuf::EnumDescriptor& type, int value) {
  const google::protobuf::EnumValueDescriptor* known = type.FindValueByNumber(value);
  return known == nullptr ? absl::StrCat(value) : std::string(absl::StripPrefix(known->name(), Prefix(type)));
}

Text WordsOf(const google::protobuf::EnumDescriptor& type, int value) {
  const google::protobuf::EnumValueDescriptor* known = type.FindValueByNumber(value);
  const Text* const found = known == nullptr ? nullptr : FindWords(known->name());
  if (found != nullptr) {
    return *found;
  }
  return value == 0 ? Text{} : Text{StableName(type, value), StableName(type, value)};
}

absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor& type, absl::string_view text) {
  const std::string typed = NarrowTrimmed(text);
  const std::string name = absl::AsciiStrToUpper(absl::StrReplaceAll(typed, {{"-", "_"}, {" ", "_"}}));
  std::vector<std::string> choices;
  for (int i = 1; i < type.value_count(); ++i) {
    const int value = type.value(i)->number();
    const Text words = WordsOf(type, value);
    if (name == StableName(type, value) || typed == words.zh || absl::EqualsIgnoreCase(typed, words.en)) {
      return value;
    }
    choices.push_back(absl::StrCat(absl::AsciiStrToLower(StableName(type, value)), " (", words.zh, ")"));
  }
  const std::string quoted = QuoteForMessage(text);
  const std::string list = absl::StrJoin(choices, ", ");
  return InvalidText({absl::StrCat(quoted, " 不可用，可选：", list), absl::StrCat(quoted, " is none of: ", list)});
}

Cell EnumCell(const google::protobuf::EnumDescriptor& type, int value, Language language) {
  return value == 0 ? Cell::Word("") : Cell::ShownWord(WordsOf(type, value).Pick(language), StableName(type, value));
}

std::string FormatMoment(const google::protobuf::Timestamp& moment) {
  if (moment.seconds() == 0 && moment.nanos() == 0) {
    return "";
  }
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(moment.seconds()), base::BankTimeZone());
}

Cell FlagCell(bool value, Language language) {
  const Text word = value ? Text{"是", "yes"} : Text{"否", "no"};
  return Cell::Flag(word.Pick(language), value);
}

std::string Hexadecimal(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

}  // namespace timebank::cli
