#include "cli/import/record_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "service/base/civil.h"

namespace timebank::cli {
namespace {

// The first field that is empty and must not be.
std::optional<RowResult> FindMissing(const CsvRow& row, const v1::CreateRecordRequest& request, absl::string_view date,
                                     absl::string_view start, absl::string_view end) {
  const std::pair<absl::string_view, Text> needed[] = {{date, {"服务日期", "date"}},
                                                       {request.volunteer(), {"志愿者编号", "volunteer"}},
                                                       {start, {"开始时间", "start"}},
                                                       {end, {"结束时间", "end"}},
                                                       {request.category(), {"服务类别", "category"}},
                                                       {request.center(), {"服务网点", "center"}}};
  for (const auto& [value, name] : needed) {
    if (value.empty()) {
      return RefusedRow(row.number, "MISSING_VALUE",
                        {absl::StrCat("缺少", name.zh), absl::StrCat("the field ", name.en, " is empty")});
    }
  }
  return std::nullopt;
}

// A field as it is compared: lengths keep "a" + "bc" apart from "ab" + "c".
void AppendKey(absl::string_view field, std::string* key) { absl::StrAppend(key, field.size(), ":", field); }

}  // namespace

std::optional<RowResult> RecordSource::Read(const CsvRow& row, v1::CreateRecordRequest* request, std::string* key) const {
  const auto text = [this, &row](RecordColumn column) { return std::string(columns_.Get(row.fields, column)); };
  const std::string date = NarrowTrimmed(text(RecordColumn::kDate));
  const std::string start = NarrowTrimmed(text(RecordColumn::kStart));
  const std::string end = NarrowTrimmed(text(RecordColumn::kEnd));
  request->set_volunteer(NarrowTrimmed(text(RecordColumn::kVolunteer)));
  request->set_volunteer_name(text(RecordColumn::kVolunteerName));
  request->set_beneficiary(NarrowTrimmed(text(RecordColumn::kBeneficiary)));
  request->set_center(text(RecordColumn::kCenter));
  request->set_category(text(RecordColumn::kCategory));
  request->set_note(text(RecordColumn::kNote));
  if (request->center().empty()) {
    request->set_center(settings_.center);
  }
  const absl::StatusOr<absl::CivilDay> day = ParseDay(date);
  const absl::StatusOr<int> from = ParseTimeOfDay(start);
  const absl::StatusOr<int> to = ParseTimeOfDay(end);
  AppendKey(request->volunteer(), key);
  AppendKey(day.ok() ? base::FormatIsoDay(*day) : date, key);
  AppendKey(from.ok() ? absl::StrCat(*from) : start, key);
  AppendKey(to.ok() ? absl::StrCat(*to) : end, key);
  AppendKey(request->beneficiary(), key);
  AppendKey(request->category(), key);
  std::optional<RowResult> missing = FindMissing(row, *request, date, start, end);
  if (missing.has_value()) {
    return missing;
  }
  if (!day.ok()) {
    return RefusedRow(row.number, "INVALID_DATE", TextOf(day.status()));
  }
  for (const absl::StatusOr<int>* time : {&from, &to}) {
    if (!time->ok()) {
      return RefusedRow(row.number, "INVALID_TIME", TextOf(time->status()));
    }
  }
  const int64_t midnight = absl::ToUnixSeconds(absl::FromCivil(*day, base::BankTimeZone()));
  request->mutable_start_time()->set_seconds(midnight + int64_t{*from} * 60);
  request->mutable_end_time()->set_seconds(midnight + int64_t{*to} * 60);
  return std::nullopt;
}

std::optional<RowResult> RecordSource::Plan(const CsvRow& row) {
  v1::CreateRecordRequest request;
  std::string key;
  std::optional<RowResult> refused = Read(row, &request, &key);
  const auto [place, is_new] = earlier_.try_emplace(key, Earlier{row.number, refused.has_value(), ""});
  if (!is_new) {
    waiting_.push_back({row.number, std::move(key), false});
    return std::nullopt;
  }
  if (refused.has_value()) {
    return refused;
  }
  request.set_request_id(absl::StrCat(settings_.run_id, ":", row.number));
  batch_bytes_ += request.ByteSizeLong();
  *batch_.add_requests() = std::move(request);
  waiting_.push_back({row.number, std::move(key), true});
  return std::nullopt;
}

bool RecordSource::Full() const {
  return static_cast<size_t>(batch_.requests_size()) >= kImportBatchRows || batch_bytes_ >= kImportBatchBytes;
}

absl::StatusOr<std::vector<RowResult>> RecordSource::Send() {
  v1::BatchCreateRecordsResponse response;
  if (batch_.requests_size() > 0) {
    batch_.set_parent(settings_.bank);
    absl::Status status = settings_.client->Call(batch_, &response);
    if (status.ok() && response.outcomes_size() != batch_.requests_size()) {
      status = TextError(absl::StatusCode::kInternal, {"服务器的答复不完整", "the server's answer is incomplete"});
    }
    if (!status.ok()) {
      return status;
    }
  }
  std::vector<RowResult> results;
  int next = 0;
  for (const Waiting& waiting : waiting_) {
    Earlier& earlier = earlier_[waiting.key];
    if (!waiting.sent) {
      results.push_back(FromEarlier(waiting.row, earlier));
      continue;
    }
    results.push_back(FromOutcome(waiting.row, response.outcomes(next++)));
    earlier.refused = results.back().outcome == RowOutcome::kRefused;
    earlier.record = results.back().subject;
  }
  batch_.Clear();
  batch_bytes_ = 0;
  waiting_.clear();
  return results;
}

RowResult RecordSource::FromOutcome(int64_t row, const v1::RecordOutcome& outcome) const {
  if (outcome.has_refusal()) {
    RowResult result = RefusedRow(row, outcome.refusal());
    if (result.reason == "RECORD_DUPLICATE") {
      result.outcome = RowOutcome::kDuplicate;
      result.subject = IdOf(MetadataOf(outcome.refusal(), "record"));
    }
    return result;
  }
  RowResult result;
  result.row = row;
  result.outcome = RowOutcome::kAccepted;
  result.subject = IdOf(outcome.accepted().receipt().name());
  if (outcome.accepted().result().awaits_second_approval()) {
    result.reason = "LATE";
    result.message = {"逾期补登，须由两位不同的人员确认", "entered late: two different persons must confirm it"};
  }
  return result;
}

RowResult RecordSource::FromEarlier(int64_t row, const Earlier& earlier) const {
  RowResult result;
  result.row = row;
  result.outcome = RowOutcome::kDuplicate;
  result.reason = "RECORD_DUPLICATE";
  result.subject = earlier.record;
  result.message = {absl::StrCat("与本文件第 ", earlier.row, " 行相同"),
                    absl::StrCat("it repeats row ", earlier.row, " of this file")};
  if (earlier.refused) {
    absl::StrAppend(&result.message.zh, "，第 ", earlier.row, " 行已被拒绝");
    absl::StrAppend(&result.message.en, ", which was refused");
  }
  return result;
}

}  // namespace timebank::cli
