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
  if (!result.text.empty()) {
    result.salt = privacy::Sealer::RandomSalt();
    result.digest = privacy::Sealer::SaltedDigest(result.salt, result.text);
  }
  return result;
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
