#include "service/model/rejection.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "service/base/check.h"

namespace timebank::model {
namespace {

constexpr absl::StatusCode ALREADY_EXISTS = absl::StatusCode::kAlreadyExists;
constexpr absl::StatusCode INVALID_ARGUMENT = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode FAILED_PRECONDITION = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode NOT_FOUND = absl::StatusCode::kNotFound;

// What people call the states that the metadata `state` names, and the things that `what` names.
struct StateWord {
  absl::string_view name;
  absl::string_view zh;
  absl::string_view en;
};
constexpr StateWord kStateWords[] = {
    {"CHECKED_IN", "已签到", "checked in"},
    {"RECORDED", "待确认", "waiting for confirmation"},
    {"CONFIRMED", "已确认", "confirmed"},
    {"NOTICED", "公示中", "in public notice"},
    {"SETTLED", "已存入", "settled"},
    {"REVERSED", "已冲正", "reversed"},
    {"REJECTED", "已驳回", "rejected"},
    {"WITHDRAWN", "已撤回", "withdrawn"},
    {"DISPUTED", "有异议", "disputed"},
    {"VOIDED", "已作废", "void"},
    {"PROPOSED", "已提出", "proposed"},
    {"PROVED", "已核实", "proved"},
    {"BOUND", "已生效", "in force"},
    {"REVOKED", "已撤销", "revoked"},
    {"PLACED", "待领取", "waiting to be collected"},
    {"COLLECTED", "已领取", "collected"},
    {"CANCELLED", "已取消", "cancelled"},
    {"EXPIRED", "已过期", "expired"},
    {"LOCKED", "已锁定", "locked"},
    {"SUBMITTED", "待审核", "waiting for review"},
    {"REVIEWED", "已审核", "reviewed"},
    {"OBJECTED", "有异议", "objected to"},
    {"PASSED", "公示期满", "past its notice"},
    {"AWARDED", "已授予", "awarded"},
    {"STOPPED", "已停止", "stopped"},
    {"UNDER_REVIEW", "复核中", "under review"},
    {"SUPERSEDED", "已被更高星级取代", "superseded"},
    {"ACTIVE", "正常", "active"},
    {"SUSPENDED", "已暂停", "suspended"},
    {"PAUSED", "已暂停", "paused"},
    {"ENDED", "已结束", "ended"},
    {"REQUESTED", "待派单", "waiting for a volunteer"},
    {"DISPATCHED", "已派单", "dispatched"},
    {"ACCEPTED", "已接单", "accepted"},
    {"IN_SERVICE", "服务中", "being served"},
    {"DONE", "服务完成、待验收", "waiting to be confirmed"},
    {"NO_SHOW", "爽约", "ended by a no-show"},
    {"REVERSAL_PROPOSED", "待决定", "waiting for a decision"},
    {"REVERSAL_DECIDED", "已决定", "decided"},
    {"REVERSAL_DONE", "已办完", "done"},
    {"CLOSING", "正在退出", "closing"},
    {"CLOSED", "已退出", "closed"},
    {"DECEASED", "已去世", "deceased"},
    {"MERGED", "已合并", "merged"},
    {"ERASED", "个人信息已注销", "erased"},
    {"HOLD", "预留", "hold"},
    {"RECORD", "服务记录", "service record"},
    {"ORDER", "服务订单", "order of care"},
    {"RECURRING_ORDER", "周期订单", "recurring order"},
    {"REWARD_ORDER", "兑换单", "order of the shop"},
    {"STAR_APPLICATION", "星级申请", "star application"},
    {"GRANT", "时间发放", "grant"},
};

// What people call the levels of scopes, by their number.
constexpr StateWord kLevelWords[] = {{"1", "社区", "community"},
                                     {"2", "街道", "subdistrict"},
                                     {"3", "区县", "district"},
                                     {"4", "市", "city"},
                                     {"5", "省", "province"}};

// The word for a value of the metadata; nullptr where it stands as it is.
const StateWord* WordFor(const Rejection& rejection, const std::string& name, const std::string& value) {
  const auto find = [&value](absl::Span<const StateWord> words) -> const StateWord* {
    const auto found =
        std::find_if(words.begin(), words.end(), [&value](const StateWord& word) { return word.name == value; });
    return found == words.end() ? nullptr : &*found;
  };
  if (name == "state" || name == "what") {
    return find(kStateWords);
  }
  const bool level = rejection.reason == Reason::kStarAuthorityTooLow && (name == "has" || name == "needed");
  return level ? find(kLevelWords) : nullptr;
}

constexpr int64_t kMinutesPerHour = 60;

// "420 minutes" says little on the telephone.
std::string HoursEn(int64_t minutes) {
  const int64_t hours = minutes / kMinutesPerHour;
  const int64_t rest = minutes % kMinutesPerHour;
  const std::string text = absl::StrCat(hours, hours == 1 ? " hour" : " hours");
  return rest == 0 ? text : absl::StrCat(text, " ", rest, rest == 1 ? " minute" : " minutes");
}

std::string HoursZh(int64_t minutes) {
  const int64_t rest = minutes % kMinutesPerHour;
  const std::string text = absl::StrCat(minutes / kMinutesPerHour, " 小时");
  return rest == 0 ? text : absl::StrCat(text, " ", rest, " 分钟");
}

std::string Fill(absl::string_view wording, const Rejection& rejection, absl::string_view StateWord::*language) {
  std::vector<std::pair<std::string, std::string>> replacements;
  for (const auto& [name, value] : rejection.metadata) {
    const StateWord* const word = WordFor(rejection, name, value);
    const std::string place = absl::StrCat("{", name, "}");
    replacements.emplace_back(place, word != nullptr ? std::string(word->*language) : value);
    int64_t minutes = 0;
    if (absl::SimpleAtoi(value, &minutes) && minutes >= kMinutesPerHour) {
      replacements.emplace_back(absl::StrCat(place, " minutes"), HoursEn(minutes));
      replacements.emplace_back(absl::StrCat(place, " 分钟"), HoursZh(minutes));
    }
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

std::string MessageZh(const Rejection& rejection) { return Fill(TextOf(rejection.reason).zh, rejection, &StateWord::zh); }
std::string MessageEn(const Rejection& rejection) { return Fill(TextOf(rejection.reason).en, rejection, &StateWord::en); }

}  // namespace timebank::model
