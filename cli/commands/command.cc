#include "cli/commands/command.h"

#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/text/date_time.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "service/base/civil.h"
#include "service/base/status.h"

namespace timebank::cli {

const std::string& Arguments::Get(const std::string& name) const {
  static const auto* const none = new std::string;
  const std::vector<std::string>& values = All(name);
  return values.empty() ? *none : values.front();
}

const std::vector<std::string>& Arguments::All(const std::string& name) const {
  static const auto* const none = new std::vector<std::string>;
  const auto found = values_.find(name);
  return found == values_.end() ? *none : found->second;
}

Argument PurposeArgument() {
  return {ArgumentKind::kNeeded,
          "purpose",
          {"用途，记入账簿（不写个人信息）", "for what; stands in the journal (no personal data)"}};
}

const std::vector<Noun>& AllNouns() {
  static const auto* const nouns = new std::vector<Noun>{
      {"bank", {"时间银行", "time banks"}},
      {"rule", {"规则", "the rules of a bank"}},
      {"scope", {"区域：社区、街道、区县、市、省", "scopes: communities, subdistricts, districts, cities, provinces"}},
      {"center", {"服务网点", "centres where service is recorded"}},
      {"member", {"会员：志愿者和服务对象", "members: volunteers and those they serve"}},
      {"kinship", {"亲属关系", "kinship of members"}},
      {"record", {"服务记录", "service records"}},
      {"reversal", {"批量冲正", "reversals of many records"}},
      {"hold", {"预留时间", "reserved hours"}},
      {"pool", {"公益时间池", "the community pool"}},
      {"grant", {"给困难老人发放时间", "grants to elders in need"}},
      {"points", {"积分", "points of members"}},
      {"reward", {"积分超市：商品和兑换", "the points shop: rewards and orders"}},
      {"campaign", {"积分活动", "periods in which services earn more points"}},
      {"order", {"养老服务订单", "orders of care for banked hours"}},
      {"star", {"星级评定", "stars of volunteers"}},
      {"proxy", {"亲情代理：代老人下单", "proxies: who orders for an elder"}},
      {"account", {"时间银行自己的账户", "the bank's own accounts"}},
      {"journal", {"账簿", "the journal"}},
      {"report", {"报表", "reports"}},
      {"calendar", {"工作日历：节假日和调休", "the working calendar: holidays and what makes up for them"}},
      {"reason", {"规则拒绝的原因", "reasons for which the rules refuse"}},
      {"role", {"账号和角色", "principals and their roles"}},
      {"admin", {"运行情况和首次启动", "the work of the service, and its first start"}},
      {"admin token", {"令牌", "tokens"}},
      {"admin key", {"主密钥", "master keys"}},
      {"audit", {"审计：谁做过什么", "the audit trail: who did what"}},
      {"import", {"导入名单和服务清单", "load lists of members and services"}},
  };
  return *nouns;
}

const std::vector<Command>& AllCommands() {
  static const auto* const commands = [] {
    auto* all = new std::vector<Command>;
    for (std::vector<Command> (*part)() :
         {&BankCommands,        &RuleCommands,         &ScopeCommands,         &CenterCommands,       &MemberCommands,
          &KinshipCommands,     &RecordCommands,       &RecordConfirmCommands, &RecordChangeCommands, &HoldCommands,
          &OrderCommands,       &OrderListCommands,    &AccountCommands,       &StatementCommands,    &ImportCommands,
          &AdminCommands,       &ReportCommands,       &PointsCommands,        &CampaignCommands,     &RewardCommands,
          &RewardOrderCommands, &StarCommands,         &StarChangeCommands,    &CalendarCommands,     &RecurringCommands,
          &ProxyCommands,       &RuleSimulateCommands, &ReversalCommands,      &ReasonCommands,       &MembershipCommands,
          &GivingCommands,      &GrantCommands,        &AccessCommands,        &AuditCommands,        &PersonalCommands}) {
      std::vector<Command> commands_of_part = part();
      all->insert(all->end(), std::make_move_iterator(commands_of_part.begin()),
                  std::make_move_iterator(commands_of_part.end()));
    }
    return all;
  }();
  return *commands;
}

absl::StatusOr<std::string> IsoDay(const std::string& text) {
  if (text.empty()) {
    return std::string();
  }
  TB_ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(text));
  return base::FormatIsoDay(day);
}

absl::Status CheckPeriod(const std::string& from, const std::string& to) {
  if (!from.empty() && !to.empty() && to < from) {
    return InvalidText(
        {absl::StrCat("--to ", to, " 早于 --from ", from), absl::StrCat("--to ", to, " is before --from ", from)});
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> WholeNumber(const std::string& text, int64_t least) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(NarrowTrimmed(text), &value) || value < least) {
    const std::string quoted = QuoteForMessage(text);
    return InvalidText({absl::StrCat(quoted, " 应为不小于 ", least, " 的整数"),
                        absl::StrCat(quoted, " must be a whole number of at least ", least)});
  }
  return value;
}

}  // namespace timebank::cli
