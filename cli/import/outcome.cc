#include "cli/import/outcome.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/refusal.h"

namespace timebank::cli {

const char* NameOf(RowOutcome outcome) {
  switch (outcome) {
    case RowOutcome::kAccepted:
      return "accepted";
    case RowOutcome::kDuplicate:
      return "duplicate";
    case RowOutcome::kRefused:
      break;
  }
  return "refused";
}

RowResult RefusedRow(int64_t row, std::string reason, const Text& message) {
  RowResult result;
  result.row = row;
  result.reason = std::move(reason);
  result.message = message;
  return result;
}

RowResult RefusedRow(int64_t row, const v1::Refusal& refusal) { return RefusedRow(row, refusal.reason(), WordsOf(refusal)); }

void ImportSummary::Count(const RowResult& result) {
  ++rows;
  switch (result.outcome) {
    case RowOutcome::kAccepted:
      ++accepted;
      late += result.reason == "LATE" ? 1 : 0;
      break;
    case RowOutcome::kDuplicate:
      ++duplicate;
      break;
    case RowOutcome::kRefused:
      ++refused;
      ++refused_by_reason[result.reason];
      break;
  }
}

Text ImportSummary::Words(const Text& noun, bool complete) const {
  Text text = {absl::StrCat(noun.zh, "共 ", rows, " 行：接受 ", accepted),
               absl::StrCat(rows, " rows of ", noun.en, ": ", accepted, " accepted")};
  if (late > 0) {
    absl::StrAppend(&text.zh, "（其中逾期补登 ", late, "，须由第二人确认）");
    absl::StrAppend(&text.en, " (", late, " of them late, a second approver is needed)");
  }
  absl::StrAppend(&text.zh, "，重复 ", duplicate, "，拒绝 ", refused, "\n");
  absl::StrAppend(&text.en, ", ", duplicate, " duplicates, ", refused, " refused\n");
  for (const auto& [reason, count] : refused_by_reason) {
    const Text words = ReasonWords(reason);
    absl::StrAppend(&text.zh, "  拒绝 ", count, "：", words.zh, "\n");
    absl::StrAppend(&text.en, "  ", count, " refused: ", words.en, "\n");
  }
  if (complete && accepted == 0 && duplicate == rows && rows > 0) {
    absl::StrAppend(&text.zh, "没有任何改动：每一行以前都已登记。\n");
    absl::StrAppend(&text.en, "Nothing changed: every row was recorded before.\n");
  } else if (complete && accepted == 0) {
    const bool some_known = duplicate > 0;
    absl::StrAppend(&text.zh, "没有任何改动", some_known ? "：其余各行以前都已登记" : "", "。\n");
    absl::StrAppend(&text.en, "Nothing changed", some_known ? ": the other rows were recorded before" : "", ".\n");
  }
  return text;
}

Text ReasonWords(const std::string& reason) {
  static const auto* const words = new std::map<std::string, Text>{
      {"INVALID_DATE", {"日期写法不对", "the date cannot be read"}},
      {"INVALID_TIME", {"时间写法不对", "the time cannot be read"}},
      {"INVALID_GENDER", {"性别写法不对", "the gender cannot be read"}},
      {"INVALID_FIELD", {"某项内容无效", "a field cannot be used"}},
      {"MISSING_VALUE", {"缺少必填内容", "a required field is empty"}},
      {"EMPTY_ROW", {"空行", "the row is empty"}},
      {"WRONG_FIELD_COUNT", {"列数与表头不符", "another number of fields than the header"}},
      {"MALFORMED_ROW", {"引号或内容长度有误", "a stray quote or a field that is too long"}},
      {"VOLUNTEER_NOT_FOUND", {"志愿者没有登记", "the volunteer is not registered"}},
      {"VOLUNTEER_NAME_MISMATCH", {"编号与姓名不符", "the number is registered under another name"}},
      {"BENEFICIARY_NOT_FOUND", {"服务对象没有登记", "the beneficiary is not registered"}},
      {"CENTER_NOT_FOUND", {"没有这个网点", "there is no such centre"}},
      {"RECORD_IN_FUTURE", {"服务还没有结束", "the service ends in the future"}},
      {"RECORD_ENDS_BEFORE_START", {"结束不晚于开始", "it ends before it starts"}},
      {"RECORD_TOO_LONG", {"服务时间过长", "the service is too long"}},
      {"RECORD_TOO_SHORT", {"服务时间过短", "the service is too short"}},
      {"RECORD_TO_ONESELF", {"为自己服务", "served to oneself"}},
      {"RECORD_OVERLAP", {"与同一志愿者的另一次服务重叠", "overlaps another service of the same volunteer"}},
      {"VOLUNTEER_TOO_YOUNG", {"志愿者年龄不足", "the volunteer is too young"}},
      {"GUARDIAN_CONSENT_MISSING", {"没有登记监护人同意", "a guardian's consent is missing"}},
      {"MEMBER_NOT_ACTIVE", {"会员已暂停", "the member is suspended"}},
      {"EXTERNAL_NUMBER_TAKEN", {"编号属于另一位会员", "the number belongs to another member"}},
      {"BIRTH_DATE_IN_FUTURE", {"出生日期晚于今天", "the date of birth lies in the future"}},
  };
  const auto found = words->find(reason);
  return found == words->end() ? Text{reason, reason} : Text{found->second.zh, found->second.en};
}

}  // namespace timebank::cli
