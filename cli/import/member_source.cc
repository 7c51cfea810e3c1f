#include "cli/import/member_source.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/civil.h"

namespace timebank::cli {
namespace {

// A number as typed into a spreadsheet: full width, with spaces in it.
std::string PlainNumber(absl::string_view text) { return absl::StrReplaceAll(NarrowTrimmed(text), {{" ", ""}}); }

// The four columns of a guardian's consent: all are filled in, or none is.
std::optional<RowResult> ReadConsent(const CsvRow& row, const ColumnMap<MemberColumn>& columns,
                                     v1::CreateMemberRequest* request) {
  const auto text = [&](MemberColumn column) { return columns.Get(row.fields, column); };
  const absl::string_view cells[] = {text(MemberColumn::kGuardian), text(MemberColumn::kGuardianRelation),
                                     text(MemberColumn::kConsentDocument), text(MemberColumn::kConsentDate)};
  const auto empty = std::count(std::begin(cells), std::end(cells), absl::string_view());
  if (empty == std::size(cells)) {
    return std::nullopt;
  }
  if (empty != 0) {
    return RefusedRow(row.number, "MISSING_VALUE",
                      {"监护人、与监护人关系、同意凭证、同意日期要填就全填",
                       "of guardian, guardian_relation, consent_document and consent_date some are empty"});
  }
  v1::GuardianConsent* const consent = request->mutable_consent();
  consent->set_guardian(std::string(cells[0]));
  const auto relation = ParseEnum<v1::GuardianRelation>(cells[1]);
  const auto document = ParseEnum<v1::ConsentDocument>(cells[2]);
  const absl::StatusOr<absl::CivilDay> day = ParseDay(cells[3]);
  if (!relation.ok() || !document.ok()) {
    return RefusedRow(row.number, "INVALID_FIELD", TextOf(relation.ok() ? document.status() : relation.status()));
  }
  if (!day.ok()) {
    return RefusedRow(row.number, "INVALID_DATE", TextOf(day.status()));
  }
  consent->set_relation(*relation);
  consent->set_document(*document);
  consent->set_date(base::FormatIsoDay(*day));
  return std::nullopt;
}

std::optional<v1::Gender> ReadGender(absl::string_view text) {
  const std::string word = absl::AsciiStrToLower(NarrowTrimmed(text));
  if (word.empty() || word == "未知" || word == "不详" || word == "unknown") {
    return v1::GENDER_UNSPECIFIED;
  }
  if (word == "女" || word == "女性" || word == "f" || word == "female") {
    return v1::GENDER_FEMALE;
  }
  if (word == "男" || word == "男性" || word == "m" || word == "male") {
    return v1::GENDER_MALE;
  }
  return std::nullopt;
}

RowResult Duplicate(int64_t row, std::string reason, std::string member, const Text& message) {
  RowResult result;
  result.row = row;
  result.outcome = RowOutcome::kDuplicate;
  result.reason = std::move(reason);
  result.subject = std::move(member);
  result.message = message;
  return result;
}

}  // namespace

std::optional<RowResult> MemberSource::Read(const CsvRow& row, v1::CreateMemberRequest* request) const {
  const auto text = [this, &row](MemberColumn column) { return std::string(columns_.Get(row.fields, column)); };
  request->set_external_number(NarrowTrimmed(text(MemberColumn::kNumber)));
  request->set_display_name(text(MemberColumn::kName));
  request->set_national_id(absl::AsciiStrToUpper(PlainNumber(text(MemberColumn::kIdNumber))));
  request->set_phone(PlainNumber(text(MemberColumn::kPhone)));
  request->set_address(text(MemberColumn::kAddress));
  request->set_center(text(MemberColumn::kCenter));
  if (request->center().empty()) {
    request->set_center(settings_.center);
  }
  const std::string birth_date = text(MemberColumn::kBirthDate);
  const std::pair<absl::string_view, Text> needed[] = {{request->display_name(), {"姓名", "name"}},
                                                       {birth_date, {"出生日期", "birth_date"}},
                                                       {request->center(), {"服务网点", "center"}}};
  for (const auto& [value, name] : needed) {
    if (value.empty()) {
      return RefusedRow(row.number, "MISSING_VALUE",
                        {absl::StrCat("缺少", name.zh), absl::StrCat("the field ", name.en, " is empty")});
    }
  }
  const absl::StatusOr<absl::CivilDay> day = ParseDay(birth_date);
  if (!day.ok()) {
    return RefusedRow(row.number, "INVALID_DATE", TextOf(day.status()));
  }
  request->set_birth_date(base::FormatIsoDay(*day));
  const std::optional<v1::Gender> gender = ReadGender(text(MemberColumn::kGender));
  if (!gender.has_value()) {
    return RefusedRow(row.number, "INVALID_GENDER", {"性别应为“男”或“女”", "the gender must be 男 or 女, male or female"});
  }
  request->set_gender(*gender);
  return ReadConsent(row, columns_, request);
}

std::optional<RowResult> MemberSource::Plan(const CsvRow& row) {
  v1::CreateMemberRequest request;
  std::optional<RowResult> refused = Read(row, &request);
  if (refused.has_value()) {
    return refused;
  }
  request.set_request_id(absl::StrCat(settings_.run_id, ":", row.number));
  batch_bytes_ += request.ByteSizeLong();
  *batch_.add_requests() = std::move(request);
  rows_.push_back(row.number);
  return std::nullopt;
}

bool MemberSource::Full() const { return rows_.size() >= kImportBatchRows || batch_bytes_ >= kImportBatchBytes; }

absl::StatusOr<std::vector<RowResult>> MemberSource::Send() {
  v1::BatchCreateMembersResponse response;
  batch_.set_parent(settings_.bank);
  absl::Status status = settings_.client->Call(batch_, &response);
  if (status.ok() && response.outcomes_size() != batch_.requests_size()) {
    status = TextError(absl::StatusCode::kInternal, {"服务器的答复不完整", "the server's answer is incomplete"});
  }
  if (!status.ok()) {
    return status;
  }
  std::vector<RowResult> results;
  for (int i = 0; i < batch_.requests_size(); ++i) {
    results.push_back(FromOutcome(rows_[static_cast<size_t>(i)], response.outcomes(i)));
  }
  batch_.Clear();
  batch_bytes_ = 0;
  rows_.clear();
  return results;
}

RowResult MemberSource::FromOutcome(int64_t row, const v1::CreateMemberOutcome& outcome) {
  if (!outcome.has_refusal()) {
    RowResult result;
    result.row = row;
    result.outcome = RowOutcome::kAccepted;
    result.subject = outcome.created().number();
    return result;
  }
  const v1::Refusal& refusal = outcome.refusal();
  if (refusal.reason() == "MEMBER_EXISTS") {
    return Duplicate(row, "MEMBER_EXISTS", IdOf(MetadataOf(refusal, "member")), WordsOf(refusal));
  }
  return RefusedRow(row, refusal);
}

}  // namespace timebank::cli
