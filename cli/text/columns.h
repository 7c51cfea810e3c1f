// Which column of a list holds what: header names in Chinese or English, in any order, matched to the fields an import
// needs.
#ifndef TIMEBANK_CLI_TEXT_COLUMNS_H_
#define TIMEBANK_CLI_TEXT_COLUMNS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/text/width.h"

namespace timebank::cli {

enum class MemberColumn {
  kNumber,
  kName,
  kGender,
  kBirthDate,
  kIdNumber,
  kPhone,
  kCenter,
  kGuardian,
  kGuardianRelation,
  kConsentDocument,
  kConsentDate,
  kAddress
};
enum class RecordColumn {
  kDate,
  kVolunteer,
  kVolunteerName,
  kStart,
  kEnd,
  kDuration,
  kCategory,
  kBeneficiary,
  kCenter,
  kNote
};

// Where each field stands in a row. `Field` is one of the enums above.
template <typename Field>
class ColumnMap {
 public:
  // places[field] is an index into a row of `header`, or -1; see MatchMemberColumns and MatchRecordColumns.
  ColumnMap(std::vector<int> places, std::vector<std::string> header, std::vector<std::string> ignored)
      : places_(std::move(places)), header_(std::move(header)), ignored_(std::move(ignored)) {}

  bool Has(Field field) const { return places_[static_cast<size_t>(field)] >= 0; }

  // What the cell shows: the field, trimmed, without the signs by which spreadsheets keep a value as text (CellText); empty
  // when the file has no such column or the row is too short. Points into `row`.
  absl::string_view Get(const std::vector<std::string>& row, Field field) const {
    const int place = places_[static_cast<size_t>(field)];
    return place >= 0 && static_cast<size_t>(place) < row.size() ? CellText(row[static_cast<size_t>(place)])
                                                                 : absl::string_view();
  }

  // The field's name as the file writes it; empty when the file has no such column.
  absl::string_view Name(Field field) const { return Get(header_, field); }

  // Header names that no field took, as the file writes them.
  const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  std::vector<int> places_;
  std::vector<std::string> header_;
  std::vector<std::string> ignored_;
};

// Names match without regard to white space, full width, letter case, "_", "-", and a remark in parentheses at the end
// ("开始（时:分）"). When a file has several names of one field ("编号" beside "志愿者编号"), the more specific one is taken
// and the other is ignored. INVALID_ARGUMENT when a required field has no column (the message names all of them and what was
// found), or when one name stands twice.
//
// A required end of a service may be missing when there is a column of durations.
//
// members: 会员编号|志愿者编号|编号|number, 姓名|name, 性别|gender, 出生日期|出生年月|birth_date, 身份证号|身份证|id_number,
// 手机号|手机|电话|phone, 服务网点|社区|网点|center, 监护人|guardian, 与监护人关系|guardian_relation, 同意凭证|consent_document,
// 同意日期|consent_date, 住址|地址|address.
absl::StatusOr<ColumnMap<MemberColumn>> MatchMemberColumns(const std::vector<std::string>& header,
                                                           const std::vector<MemberColumn>& required = {
                                                               MemberColumn::kName, MemberColumn::kBirthDate});

// records: 服务日期|日期|date, 志愿者编号|编号|volunteer, 志愿者姓名|姓名|volunteer_name|name, 开始时间|开始|start,
// 结束时间|结束|end, 服务时长|时长|duration, 服务类别|类别|项目|category, 服务对象编号|服务对象|beneficiary, 服务网点|社区|网点|center, 备注|note.
absl::StatusOr<ColumnMap<RecordColumn>> MatchRecordColumns(const std::vector<std::string>& header,
                                                           const std::vector<RecordColumn>& required = {
                                                               RecordColumn::kDate, RecordColumn::kVolunteer,
                                                               RecordColumn::kStart, RecordColumn::kEnd,
                                                               RecordColumn::kCategory, RecordColumn::kBeneficiary});

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_COLUMNS_H_
