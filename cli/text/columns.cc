#include "cli/text/columns.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cli/text/display.h"
#include "cli/text/language.h"

namespace timebank::cli {
namespace {

constexpr size_t kMaxNamesShown = 20;
constexpr size_t kNameWidth = 24;

// The names of one field, the most specific first and English last; the first and the last are the ones that messages use.
struct FieldNames {
  std::vector<absl::string_view> names;
};

const std::vector<FieldNames>& MemberNames() {
  static const auto* const kNames = new std::vector<FieldNames>{
      {{"会员编号", "志愿者编号", "编号", "number"}},
      {{"姓名", "name"}},
      {{"性别", "gender"}},
      {{"出生日期", "出生年月", "birth_date"}},
      {{"身份证号", "身份证", "id_number"}},
      {{"手机号", "手机", "电话", "phone"}},
      {{"服务网点", "社区", "网点", "center"}},
      {{"监护人", "guardian"}},
      {{"与监护人关系", "guardian_relation"}},
      {{"同意凭证", "consent_document"}},
      {{"同意日期", "consent_date"}},
      {{"住址", "地址", "address"}},
  };
  return *kNames;
}

const std::vector<FieldNames>& RecordNames() {
  static const auto* const kNames = new std::vector<FieldNames>{
      {{"服务日期", "日期", "date"}},
      {{"志愿者编号", "编号", "volunteer"}},
      {{"志愿者姓名", "姓名", "volunteer_name", "name"}},
      {{"开始时间", "开始", "start"}},
      {{"结束时间", "结束", "end"}},
      {{"服务时长", "时长", "duration"}},
      {{"服务类别", "类别", "项目", "category"}},
      {{"服务对象编号", "服务对象", "beneficiary"}},
      {{"服务网点", "社区", "网点", "center"}},
      {{"备注", "note"}},
  };
  return *kNames;
}

// The form in which names are compared.
std::string Folded(absl::string_view name) {
  std::string folded = absl::AsciiStrToLower(NarrowTrimmed(name));
  if (const size_t remark = folded.find('('); remark != std::string::npos && remark > 0) {
    folded.resize(remark);
  }
  return absl::StrReplaceAll(folded,
                             {{" ", ""}, {"\t", ""}, {"\r", ""}, {"\n", ""}, {"_", ""}, {"-", ""}, {"\xEF\xBB\xBF", ""}});
}

absl::Status Repeated(absl::string_view name) {
  const std::string quoted = QuoteForMessage(name, kNameWidth);
  return InvalidText(
      {absl::StrCat("表头中 ", quoted, " 出现了不止一次"), absl::StrCat("the header has ", quoted, " more than once")});
}

// Why a header may hold none of the names: what people leave above a table, or type for a comma.
Text LikelyCause(const std::vector<std::string>& header) {
  size_t filled = 0;
  bool wide_comma = false;
  for (const std::string& name : header) {
    filled += Trim(name).empty() ? 0 : 1;
    wide_comma =
        wide_comma || absl::StrContains(name, "，") || absl::StrContains(name, "、") || absl::StrContains(name, "；");
  }
  if (wide_comma) {
    return {"。各列似乎是用全角逗号“，”隔开的，请改用半角逗号“,”",
            ". The columns seem to be parted by full-width commas (，); use plain ones"};
  }
  if (filled <= 1) {
    return {"。第一行似乎是标题，请删去表头上面的行",
            ". The first line seems to be a title; remove the lines above the header"};
  }
  return {};
}

absl::Status Missing(const std::vector<size_t>& missing, const std::vector<FieldNames>& fields,
                     const std::vector<std::string>& header) {
  std::vector<std::string> zh;
  std::vector<std::string> en;
  for (const size_t field : missing) {
    zh.emplace_back(fields[field].names.front());
    en.push_back(absl::StrCat(fields[field].names.back(), " (", fields[field].names.front(), ")"));
  }
  std::vector<std::string> found;
  for (size_t i = 0; i < std::min(header.size(), kMaxNamesShown); ++i) {
    found.push_back(QuoteForMessage(Trim(header[i]), kNameWidth));
  }
  const std::string more = header.size() > kMaxNamesShown ? " …" : "";
  const Text cause = LikelyCause(header);
  return InvalidText(
      {absl::StrCat("缺少列：", absl::StrJoin(zh, "、"), "。表头是：", absl::StrJoin(found, "、"), more, cause.zh),
       absl::StrCat("missing columns: ", absl::StrJoin(en, ", "), ". The header has: ", absl::StrJoin(found, ", "), more,
                    cause.en)});
}

absl::StatusOr<std::vector<int>> Places(const std::vector<std::string>& header, const std::vector<FieldNames>& fields) {
  std::vector<std::string> folded;
  folded.reserve(header.size());
  for (const std::string& name : header) {
    folded.push_back(Folded(name));
  }
  std::vector<int> places(fields.size(), -1);
  for (size_t field = 0; field < fields.size(); ++field) {
    for (const absl::string_view name : fields[field].names) {
      const auto found = std::find(folded.begin(), folded.end(), Folded(name));
      if (found == folded.end()) {
        continue;
      }
      if (std::find(found + 1, folded.end(), *found) != folded.end()) {
        return Repeated(header[static_cast<size_t>(found - folded.begin())]);
      }
      places[field] = static_cast<int>(found - folded.begin());
      break;
    }
  }
  return places;
}

template <typename Field>
absl::StatusOr<ColumnMap<Field>> Match(const std::vector<std::string>& header, const std::vector<FieldNames>& fields,
                                       const std::vector<Field>& required) {
  absl::StatusOr<std::vector<int>> places = Places(header, fields);
  if (!places.ok()) {
    return std::move(places).status();
  }
  std::vector<size_t> missing;
  for (const Field field : required) {
    if ((*places)[static_cast<size_t>(field)] < 0) {
      missing.push_back(static_cast<size_t>(field));
    }
  }
  if (!missing.empty()) {
    return Missing(missing, fields, header);
  }
  std::vector<std::string> ignored;
  for (size_t i = 0; i < header.size(); ++i) {
    if (std::find(places->begin(), places->end(), static_cast<int>(i)) == places->end()) {
      ignored.push_back(header[i]);
    }
  }
  return ColumnMap<Field>(*std::move(places), header, std::move(ignored));
}

}  // namespace

absl::StatusOr<ColumnMap<MemberColumn>> MatchMemberColumns(const std::vector<std::string>& header,
                                                           const std::vector<MemberColumn>& required) {
  return Match(header, MemberNames(), required);
}

absl::StatusOr<ColumnMap<RecordColumn>> MatchRecordColumns(const std::vector<std::string>& header,
                                                           const std::vector<RecordColumn>& required) {
  std::vector<RecordColumn> needed = required;
  const absl::StatusOr<std::vector<int>> places = Places(header, RecordNames());
  if (places.ok() && (*places)[static_cast<size_t>(RecordColumn::kDuration)] >= 0) {
    needed.erase(std::remove(needed.begin(), needed.end(), RecordColumn::kEnd), needed.end());
  }
  return Match(header, RecordNames(), needed);
}

}  // namespace timebank::cli
