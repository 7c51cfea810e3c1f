#include "service/rpc/fields.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/auth/auth.h"
#include "service/base/civil.h"
#include "service/base/fold.h"
#include "service/base/utf8.h"
#include "service/model/limits.h"
#include "service/privacy/sealer.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

constexpr size_t kMemberNumberBytes = 10;

bool IsLower(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// With the code of the country.
constexpr size_t kPhoneDigitsMost = 13;

// Children who were born since do not become members: a program may number things by place, day and serial.
constexpr absl::string_view kBornBefore = "2020";

// Three parts of a request id, as people write a phone or an ID number in groups; else empty.
std::string Joined(absl::string_view first, absl::string_view second, absl::string_view third) {
  const auto are = [&](size_t one, size_t two, size_t three) {
    return first.size() == one && second.size() == two && third.size() == three;
  };
  const std::string joined = absl::StrCat(first, second, third);
  const bool phone = are(3, 4, 4) && std::all_of(joined.begin(), joined.end(), IsDigit);
  const bool id = are(6, 8, 4) && privacy::IsNationalId(joined) && second < kBornBefore;
  return phone || id ? joined : std::string();
}

bool IsRequestIdByte(char c) { return IsAlnum(c) || c == '.' || c == '_' || c == ':' || c == '/' || c == '-'; }
bool IsBankIdByte(char c) { return IsLower(c) || IsDigit(c) || c == '-'; }
bool IsCodeByte(char c) { return IsAlnum(c) || c == '-' || c == '_'; }
bool IsVisible(char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); }
bool IsPhoneByte(char c) { return IsDigit(c) || c == '+' || c == '-'; }

template <typename Predicate>
bool Consists(absl::string_view value, size_t least, size_t most, Predicate predicate) {
  return value.size() >= least && value.size() <= most && std::all_of(value.begin(), value.end(), predicate);
}

constexpr std::pair<absl::string_view, absl::string_view> kNames[] = {
    {"request_id", "请求编号"},
    {"bank_id", "时间银行代码"},
    {"display_name", "名称（姓名）"},
    {"parent", "所属时间银行"},
    {"name", "资源名称"},
    {"scope_code", "区域代码"},
    {"parent_code", "上级区域代码"},
    {"center_code", "网点代码"},
    {"center", "服务网点"},
    {"level", "区域级别"},
    {"member", "会员编号"},
    {"relative", "亲属的会员编号"},
    {"relation", "亲属关系"},
    {"volunteer", "志愿者编号"},
    {"volunteer_name", "志愿者姓名"},
    {"beneficiary", "服务对象编号"},
    {"external_number", "本单位编号"},
    {"gender", "性别"},
    {"birth_date", "出生日期"},
    {"national_id", "身份证号"},
    {"national_id_suffix", "身份证号后四位"},
    {"birth_year", "出生年份"},
    {"phone", "电话号码"},
    {"address", "住址"},
    {"category", "服务类别"},
    {"start_time", "开始时间"},
    {"end_time", "结束时间"},
    {"note", "备注"},
    {"replaces", "被更正的记录"},
    {"reason", "原因"},
    {"purpose", "用途"},
    {"current_id", "现用主密钥编号"},
    {"planned_minutes", "计划分钟数"},
    {"measured_minutes", "分钟数"},
    {"minutes", "分钟数"},
    {"consumed_minutes", "使用的分钟数"},
    {"decision", "处理决定"},
    {"state", "状态"},
    {"expire_date", "到期日"},
    {"effective_from", "生效日期"},
    {"date", "日期"},
    {"from_date", "起始日期"},
    {"to_date", "截止日期"},
    {"page_size", "每页行数"},
    {"page_token", "翻页标记"},
    {"asset", "资产种类"},
    {"from_sequence", "起始序号"},
    {"at_least_sequence", "最低序号"},
    {"requests", "批次内容"},
    {"rules", "规则"},
    {"timebank-actor", "操作人"},
    {"points", "积分"},
    {"percent", "百分比"},
    {"until_date", "最后一天"},
    {"within_days", "天数"},
    {"price", "价格"},
    {"stock", "库存"},
    {"limit", "限兑件数"},
    {"counted", "盘点件数"},
    {"quantity", "件数"},
    {"reward", "商品"},
    {"changes", "要改的内容"},
    {"pickup_code", "领取码"},
    {"request", "请求内容"},
    {"cover", "承担方式"},
    {"consent", "本人同意的说明"},
    {"given", "监护人同意"},
    {"guardian", "监护人"},
    {"document", "同意的凭证"},
    {"hardship", "困难类别"},
    {"requested_by", "提出申请的人"},
    {"records", "服务记录名单"},
    {"recorder", "登记人"},
};

// What people call a field; the proto's name where they have no word.
absl::string_view ChineseName(absl::string_view field) {
  for (const auto& [name, chinese] : kNames) {
    if (name == field) {
      return chinese;
    }
  }
  return field;
}

// What people call the number of such a resource.
absl::string_view WordFor(absl::string_view collection) {
  static constexpr std::pair<absl::string_view, absl::string_view> kCollections[] = {
      {"records", "记录编号"},   {"holds", "预留编号"},   {"kinships", "亲属关系编号"},   {"orders", "订单编号"},
      {"campaigns", "活动编号"}, {"rewards", "商品编号"}, {"rewardOrders", "兑换单编号"}, {"reversals", "批量冲正编号"},
  };
  for (const auto& [name, word] : kCollections) {
    if (name == collection) {
      return word;
    }
  }
  return "编号";
}

// The least day and the day behind the last one.
model::Day FirstDay() { return model::Day(base::DayNumber(absl::CivilDay(limits::kYearLeast, 1, 1))); }
model::Day EndDay() { return model::Day(base::DayNumber(absl::CivilDay(limits::kYearMost + 1, 1, 1))); }

}  // namespace

void Fields::FailAs(absl::string_view word, absl::string_view field, absl::string_view zh, absl::string_view en) {
  if (ok()) {
    error_ = FieldError{std::string(field), absl::StrCat(word, zh, "。"), absl::StrCat(field, " ", en, ".")};
  }
}

void Fields::Fail(absl::string_view field, absl::string_view zh, absl::string_view en) {
  FailAs(ChineseName(field), field, zh, en);
}

void Fields::NoPersonalNumber(absl::string_view field, absl::string_view value) {
  if (privacy::HoldsNationalId(value)) {
    Fail(field, "：请勿在此填写身份证号", "must not hold an ID number; do not enter an ID number here");
  } else if (privacy::HoldsPhone(value)) {
    Fail(field, "：请勿在此填写电话号码", "must not hold a phone number; do not enter a phone number here");
  }
}

std::string Fields::RequestId(const std::string& value) {
  if (!Consists(value, 1, limits::kRequestIdBytes, IsRequestIdByte)) {
    Fail("request_id", "须为 1 到 64 个字符，只用字母、数字和 . _ : / -",
         "must have 1 to 64 characters out of A-Z a-z 0-9 . _ : / -");
  }
  // Programs make these out of digests and times, which hold many digits by chance: only a right number is one, and a phone only by itself.
  const std::vector<absl::string_view> parts = absl::StrSplit(value, absl::ByAnyChar("._:/-"));
  for (size_t i = 0; i + 2 < parts.size(); ++i) {
    NoPersonalNumber("request_id", Joined(parts[i], parts[i + 1], parts[i + 2]));
  }
  for (const absl::string_view part : parts) {
    const bool phone = part.size() <= kPhoneDigitsMost && std::all_of(part.begin(), part.end(), IsDigit);
    if (phone || privacy::IsNationalId(part)) {
      NoPersonalNumber("request_id", part);
    }
  }
  return value;
}

std::string Fields::BankId(absl::string_view field, absl::string_view value) {
  if (!Consists(value, limits::kBankIdLeast, limits::kBankIdMost, IsBankIdByte) || !IsLower(value[0])) {
    Fail(field, "中的代码须为 2 到 20 个小写字母、数字或连字符，以字母开头",
         "must have a bank id of 2 to 20 characters out of a-z 0-9 -, the first a letter");
  } else {
    NoPersonalNumber(field, value);
  }
  return std::string(value);
}

std::string Fields::Code(absl::string_view field, absl::string_view value) {
  if (!Consists(value, 1, limits::kCodeBytes, IsCodeByte)) {
    Fail(field, "须为 1 到 32 个字母、数字、连字符或下划线", "must have 1 to 32 characters out of A-Z a-z 0-9 - _");
  } else {
    NoPersonalNumber(field, value);
  }
  return std::string(value);
}

model::MemberRef Fields::Member(absl::string_view field, absl::string_view value) {
  std::string folded;
  // Folding takes the spaces out; more characters than that are no number however they are folded.
  Fields text;
  text.PersonalText(field, value, 1, 2 * limits::kExternalNumberBytes);
  if (text.ok()) {
    folded = base::Fold(value);
  }
  if (!Consists(folded, 1, limits::kExternalNumberBytes, IsVisible)) {
    // A resource is named by its field, which says nothing to the people who type the number.
    const bool in_name = field == "name" || field == "parent";
    FailAs(in_name ? "会员编号" : ChineseName(field), field, "须为会员编号或本单位编号：1 到 32 个字母、数字或符号",
           "must be a member number or external number: 1 to 32 visible ASCII characters");
  } else {
    NoPersonalNumber(field, folded);
  }
  return folded;
}

model::CenterRef Fields::Center(absl::string_view field, absl::string_view value) {
  const std::string name = Name(field, value);
  return ok() ? Folded(field, name) : name;
}

std::string Fields::ExternalNumber(absl::string_view field, absl::string_view value) {
  if (!Consists(value, 1, limits::kExternalNumberBytes, IsVisible)) {
    Fail(field, "须为 1 到 32 个字母、数字或符号，不含空格", "must have 1 to 32 visible ASCII characters without spaces");
  } else if (value.size() == kMemberNumberBytes && (value[0] == 'V' || value[0] == 'v') &&
             Consists(value.substr(1), 1, kMemberNumberBytes, IsDigit)) {
    Fail(field, "不能与会员编号的格式相同（V 加九位数字）", "must not look like a member number (V and nine digits)");
  } else {
    NoPersonalNumber(field, value);
  }
  return std::string(value);
}

std::string Fields::Name(absl::string_view field, absl::string_view value) {
  return Text(field, base::StripSpaces(value), 1, limits::kNameChars);
}

std::string Fields::PersonalName(absl::string_view field, absl::string_view value) {
  return PersonalText(field, base::StripSpaces(value), 1, limits::kNameChars);
}

std::string Fields::Folded(absl::string_view field, absl::string_view name) {
  std::string folded = ok() ? base::Fold(name) : std::string();
  if (folded.empty()) {
    Fail(field, "没有可见的文字", "shows nothing");
  }
  return folded;
}

std::string Fields::Text(absl::string_view field, absl::string_view value, size_t least, size_t most, bool lines) {
  std::string text = PersonalText(field, value, least, most, lines);
  NoPersonalNumber(field, text);
  return text;
}

std::string Fields::PersonalText(absl::string_view field, absl::string_view value, size_t least, size_t most, bool lines) {
  absl::string_view rest = value;
  size_t count = 0;
  char32_t character = 0;
  // One more than allowed is enough to know; a huge text is not walked through.
  while (count <= most && base::ConsumeCharacter(&rest, &character)) {
    ++count;
    if (base::IsControl(character) && !(lines && (character == '\n' || character == '\t' || character == '\r'))) {
      Fail(field, "含有控制字符", "has a control character");
      return std::string();
    }
  }
  if (count <= most && !rest.empty()) {
    Fail(field, "不是有效的 UTF-8 文字", "is not valid UTF-8");
  } else if (count < least || count > most) {
    Fail(field, absl::StrCat("须为 ", least, " 到 ", most, " 个字符"),
         absl::StrCat("must have ", least, " to ", most, " characters"));
  } else {
    return std::string(value);
  }
  return std::string();
}

std::string Fields::Reason(const std::string& value) {
  return Text("reason", base::StripSpaces(value), 1, limits::kReasonChars);
}

std::string Fields::Phone(absl::string_view field, const std::string& value) {
  if (!Consists(value, 0, limits::kPhoneBytes, IsPhoneByte)) {
    Fail(field, "最多 20 位，只用数字、+ 和 -", "must have at most 20 digits, + and -");
  }
  return value;
}

model::Day Fields::Date(absl::string_view field, absl::string_view value) {
  const std::optional<absl::CivilDay> day = base::ParseIsoDay(value);
  if (!day || day->year() < limits::kYearLeast || day->year() > limits::kYearMost) {
    Fail(field, "须为 1900 到 2200 年间存在的日期，写作 2026-03-05",
         "must be a date that exists, 1900 to 2200, written as 2026-03-05");
    return model::Day(0);
  }
  return model::Day(base::DayNumber(*day));
}

std::optional<model::Day> Fields::OptionalDate(absl::string_view field, absl::string_view value) {
  if (value.empty()) {
    return std::nullopt;
  }
  return Date(field, value);
}

model::Minute Fields::Minute(absl::string_view field, bool set, const google::protobuf::Timestamp& value) {
  if (!set) {
    Fail(field, "不能为空", "must be set");
  } else if (value.nanos() != 0 || value.seconds() % 60 != 0) {
    Fail(field, "须为整分钟", "must be a whole minute");
  } else {
    // Bounded in seconds first: a day is counted in 32 bits.
    constexpr int64_t kSecondsMost = int64_t{400} * 366 * 24 * 60 * 60;
    const model::Minute minute(value.seconds() / 60);
    if (value.seconds() > -kSecondsMost && value.seconds() < kSecondsMost && model::DayOf(minute) >= FirstDay() &&
        model::DayOf(minute) < EndDay()) {
      return minute;
    }
    Fail(field, "须在 1900 到 2200 年之间", "must lie in the years 1900 to 2200");
  }
  return model::Minute(0);
}

int64_t Fields::Range(absl::string_view field, int64_t value, int64_t least, int64_t most) {
  if (value < least || value > most) {
    if (most == std::numeric_limits<int64_t>::max()) {
      Fail(field, absl::StrCat("不能小于 ", least), absl::StrCat("must be at least ", least));
    } else {
      Fail(field, absl::StrCat("须在 ", least, " 到 ", most, " 之间"),
           absl::StrCat("must lie between ", least, " and ", most));
    }
  }
  return value;
}

int Fields::Choice(absl::string_view field, int value, int most) {
  if (value < 1 || value > most) {
    Fail(field, "没有给出，或不是已知的取值", "is not set, or is no known value");
    return 1;
  }
  return value;
}

std::string Fields::Bank(absl::string_view field, absl::string_view value) {
  absl::string_view id = value;
  if (!absl::ConsumePrefix(&id, "banks/")) {
    Fail(field, "须写作 banks/代码", "must be written as banks/ID");
    return std::string();
  }
  return BankId(field, id);
}

bool Fields::Split(absl::string_view field, absl::string_view value, absl::string_view collection, std::string* bank,
                   absl::string_view* rest) {
  absl::string_view left = value;
  if (absl::ConsumePrefix(&left, "banks/")) {
    const size_t slash = left.find('/');
    if (slash != absl::string_view::npos) {
      *bank = BankId(field, left.substr(0, slash));
      left.remove_prefix(slash + 1);
      if (absl::ConsumePrefix(&left, collection) && absl::ConsumePrefix(&left, "/")) {
        *rest = left;
        return ok();
      }
    }
  }
  Fail(field, absl::StrCat("须写作 banks/代码/", collection, "/编号"),
       absl::StrCat("must be written as banks/ID/", collection, "/ID"));
  return false;
}

Named<model::MemberRef> Fields::MemberName(absl::string_view field, absl::string_view value) {
  Named<model::MemberRef> result;
  absl::string_view rest;
  if (Split(field, value, "members", &result.bank, &rest)) {
    result.key = Member(field, rest);
  }
  return result;
}

std::string Fields::Principal(absl::string_view field, absl::string_view value) {
  absl::StatusOr<std::string> name = auth::PrincipalName(value);
  if (!name.ok() || absl::StrContains(*name, '/')) {
    Fail(field, "须为 1 到 64 字节的名字，不含斜线和控制字符",
         "must be a name of 1 to 64 bytes without slashes or control characters");
    return std::string();
  }
  if (*name == "system" || *name == "operator") {
    Fail(field, "是系统自己用的名字，请换一个", "is a name that the service uses itself");
  }
  NoPersonalNumber(field, *name);
  return *std::move(name);
}

Named<std::string> Fields::PrincipalName(absl::string_view field, absl::string_view value) {
  Named<std::string> result;
  absl::string_view rest;
  if (Split(field, value, "principals", &result.bank, &rest)) {
    result.key = Principal(field, rest);
  }
  return result;
}

Named<model::CenterRef> Fields::CenterName(absl::string_view field, absl::string_view value) {
  Named<model::CenterRef> result;
  absl::string_view rest;
  if (Split(field, value, "centers", &result.bank, &rest)) {
    result.key = Center(field, rest);
  }
  return result;
}

Named<uint64_t> Fields::Numbered(absl::string_view field, absl::string_view value, absl::string_view collection) {
  Named<uint64_t> result;
  absl::string_view rest;
  if (!Split(field, value, collection, &result.bank, &rest)) {
    return result;
  }
  // No bank gets so far, and an ID number has more.
  constexpr size_t kDigitsMost = 14;
  if (!Consists(rest, 1, kDigitsMost, IsDigit) || rest[0] == '0' || !absl::SimpleAtoi(rest, &result.key)) {
    FailAs(WordFor(collection), field, "须为最多 14 位的正整数", "must end in a positive number of at most 14 digits");
  }
  return result;
}

}  // namespace timebank::rpc
