#include "cli/import/record_source.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/date_time.h"
#include "cli/text/display.h"
#include "cli/text/width.h"
#include "service/base/civil.h"
#include "service/base/fold.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

// The first field that is empty and must not be.
std::optional<RowResult> FindMissing(const CsvRow& row, const v1::CreateRecordRequest& request, absl::string_view date,
                                     absl::string_view start, bool ends) {
  const std::pair<bool, Text> needed[] = {{!date.empty(), {"服务日期", "date"}},
                                          {!request.volunteer().empty(), {"志愿者编号", "volunteer"}},
                                          {!start.empty(), {"开始时间", "start"}},
                                          {ends, {"结束时间", "end"}},
                                          {!request.category().empty(), {"服务类别", "category"}},
                                          {!request.center().empty(), {"服务网点", "center"}}};
  for (const auto& [there, name] : needed) {
    if (!there) {
      return RefusedRow(row.number, "MISSING_VALUE",
                        {absl::StrCat("缺少", name.zh), absl::StrCat("the field ", name.en, " is empty")});
    }
  }
  return std::nullopt;
}

// A duration of a list. A bare number has the unit that the heading names ("时长（小时）"); without one it could be either.
absl::StatusOr<int64_t> ReadDuration(absl::string_view text, absl::string_view heading) {
  if (!IsBareNumber(text)) {
    return ParseDuration(text);
  }
  const std::string unit = absl::AsciiStrToLower(NarrowWidth(heading));
  if (absl::StrContains(unit, "小时") || absl::StrContains(unit, "hour") || absl::StrContains(unit, "(h)")) {
    return ParseDuration(absl::StrCat(text, "h"));
  }
  if (absl::StrContains(unit, "分") || absl::StrContains(unit, "min")) {
    return ParseDuration(absl::StrCat(text, "m"));
  }
  const std::string quoted = QuoteForMessage(text);
  return InvalidText({absl::StrCat("时长 ", quoted, " 没有写明单位，请写成 1.5小时 或 90分钟，或把列名写成 时长（小时）"),
                      absl::StrCat("the duration ", quoted,
                                   " has no unit; write 1.5h or 90m, or name the column "
                                   "duration (hours)")});
}

// An end as a time of day. "1.5小时" where an end belongs can mean nothing but how long the service took.
absl::StatusOr<int64_t> EndOf(absl::string_view text, int start) {
  const absl::StatusOr<int> time = ParseTimeOfDay(text);
  if (time.ok()) {
    return *time;
  }
  const absl::StatusOr<int64_t> minutes = ParseDuration(text);
  if (minutes.ok() && !IsBareNumber(text)) {
    return start + *minutes;
  }
  return time.status();
}

absl::Status EndsDiffer(absl::string_view end, absl::string_view duration) {
  return InvalidText(
      {absl::StrCat("结束时间 ", QuoteForMessage(end), " 与时长 ", QuoteForMessage(duration), " 不一致"),
       absl::StrCat("the end ", QuoteForMessage(end), " and the duration ", QuoteForMessage(duration), " do not agree")});
}

// A field as it is compared: lengths keep "a" + "bc" apart from "ab" + "c".
void AppendKey(absl::string_view field, std::string* key) { absl::StrAppend(key, field.size(), ":", field); }

}  // namespace

absl::StatusOr<int64_t> RecordSource::ReadEnd(const CsvRow& row, int start) const {
  const std::string end(columns_.Get(row.fields, RecordColumn::kEnd));
  const std::string duration(columns_.Get(row.fields, RecordColumn::kDuration));
  std::optional<int64_t> by_duration;
  if (!duration.empty()) {
    TB_ASSIGN_OR_RETURN(const int64_t minutes, ReadDuration(duration, columns_.Name(RecordColumn::kDuration)));
    by_duration = start + minutes;
    if (end.empty()) {
      return *by_duration;
    }
  }
  TB_ASSIGN_OR_RETURN(const int64_t result, EndOf(end, start));
  if (by_duration.has_value() && result != *by_duration) {
    return EndsDiffer(end, duration);
  }
  return result;
}

std::optional<RowResult> RecordSource::Read(const CsvRow& row, v1::CreateRecordRequest* request, std::string* key) const {
  const auto text = [this, &row](RecordColumn column) { return std::string(columns_.Get(row.fields, column)); };
  const std::string date = NarrowTrimmed(text(RecordColumn::kDate));
  const std::string start = NarrowTrimmed(text(RecordColumn::kStart));
  const std::string ends = text(RecordColumn::kEnd) + text(RecordColumn::kDuration);
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
  const absl::StatusOr<int64_t> to = ReadEnd(row, from.ok() ? *from : 0);
  AppendKey(base::Fold(request->volunteer()), key);
  AppendKey(base::Fold(request->volunteer_name()), key);
  AppendKey(day.ok() ? base::FormatIsoDay(*day) : date, key);
  AppendKey(from.ok() ? absl::StrCat(*from) : start, key);
  AppendKey(from.ok() && to.ok() ? absl::StrCat(*to) : ends, key);
  AppendKey(base::Fold(request->beneficiary()), key);
  AppendKey(request->category(), key);
  AppendKey(base::Fold(request->center()), key);
  std::optional<RowResult> missing = FindMissing(row, *request, date, start, !ends.empty());
  if (missing.has_value()) {
    return missing;
  }
  if (!day.ok()) {
    return RefusedRow(row.number, "INVALID_DATE", TextOf(day.status()));
  }
  if (!from.ok() || !to.ok()) {
    return RefusedRow(row.number, "INVALID_TIME", TextOf(from.ok() ? to.status() : from.status()));
  }
  const int64_t midnight = absl::ToUnixSeconds(absl::FromCivil(*day, base::BankTimeZone()));
  request->mutable_start_time()->set_seconds(midnight + int64_t{*from} * 60);
  request->mutable_end_time()->set_seconds(midnight + *to * 60);
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
    } else if (result.reason == "RECORD_ENDS_BEFORE_START") {
      const Text next = NextStep(outcome.refusal());
      absl::StrAppend(&result.message.zh, next.zh);
      absl::StrAppend(&result.message.en, " ", next.en);
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
