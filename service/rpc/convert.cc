#include "service/rpc/convert.h"

#include <utility>

#include "service/base/civil.h"
#include "service/model/limits.h"

namespace timebank::rpc {
namespace {

constexpr int64_t kMicrosPerSecond = 1000000;

}  // namespace

std::string Conversion::Digest(absl::string_view purpose, absl::string_view bytes) const {
  const std::array<uint8_t, 16> digest = sealer.KeyedDigest(purpose, bytes);
  return std::string(digest.begin(), digest.end());
}

model::PrivateText ReadNote(const std::string& note, Fields* fields) {
  model::PrivateText result;
  result.text = fields->PersonalText("note", note, 0, model::limits::kNoteChars, true);
  return result;
}

std::string ReadPurpose(const std::string& purpose, Fields* fields) {
  return fields->Text("purpose", purpose, 1, model::limits::kReasonChars);
}

model::CoverChoice ReadCover(int cover, const std::string& consent, const std::string& requested_by, Fields* fields) {
  model::CoverChoice choice;
  if (cover != v1::COVER_UNSPECIFIED) {
    choice.cover = static_cast<model::Cover>(fields->Choice("cover", cover, v1::Cover_MAX));
  }
  if (choice.cover == model::Cover::kDebt) {
    choice.consent = fields->Text("consent", consent, 1, model::limits::kReasonChars);
  } else if (!consent.empty()) {
    fields->Fail("consent", "只在由本人欠账时填写", "belongs to a debt, and only to it");
  }
  if (choice.cover == model::Cover::kAuthority) {
    const std::string name = fields->Text("requested_by", requested_by, 1, model::limits::kActorBytes);
    choice.requested_by = fields->Folded("requested_by", name);
    if (choice.requested_by.size() > model::limits::kActorBytes) {
      fields->Fail("requested_by", "太长，最多 64 字节", "has more than 64 bytes");
    }
  } else if (!requested_by.empty()) {
    fields->Fail("requested_by", "只在由主管部门决定时填写", "belongs to a decision of the authority, and only to it");
  }
  return choice;
}

google::protobuf::Timestamp ToTimestamp(model::Minute minute) {
  google::protobuf::Timestamp result;
  result.set_seconds(minute.value() * 60);
  return result;
}

google::protobuf::Timestamp ToTimestamp(model::RecordTime time) {
  // The nanoseconds of a Timestamp count forward, also before 1970.
  int64_t micros = time.value() % kMicrosPerSecond;
  int64_t seconds = time.value() / kMicrosPerSecond;
  if (micros < 0) {
    micros += kMicrosPerSecond;
    --seconds;
  }
  google::protobuf::Timestamp result;
  result.set_seconds(seconds);
  result.set_nanos(static_cast<int32_t>(micros * 1000));
  return result;
}

std::string ToDate(model::Day day) { return base::FormatIsoDay(base::DayFromNumber(day.value())); }

void FillReceipt(const model::Outcome& outcome, std::string name, v1::Receipt* receipt) {
  receipt->set_sequence(static_cast<int64_t>(outcome.sequence.value()));
  *receipt->mutable_record_time() = ToTimestamp(outcome.record_time);
  receipt->set_name(std::move(name));
}

}  // namespace timebank::rpc
