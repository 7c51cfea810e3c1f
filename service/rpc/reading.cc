#include "service/rpc/reading.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/gate.h"
#include "service/rpc/method_of.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

// Ours are far shorter; this only keeps a huge one from being decoded.
constexpr size_t kTokenBytes = 4096;

}  // namespace

absl::Status Reading::OpenAll() {
  if (!fields.ok()) {
    return absl::InvalidArgumentError(fields.error().en);
  }
  queries_.emplace(edge_.store);
  return absl::OkStatus();
}

absl::Status Reading::Open(const std::string& bank, int64_t at_least) {
  fields.Range("at_least_sequence", at_least, 0, std::numeric_limits<int64_t>::max());
  TB_RETURN_IF_ERROR(OpenAll());
  TB_ASSIGN_OR_RETURN(const model::Sequence sequence, queries_->SequenceOf(bank));
  sequence_ = static_cast<int64_t>(sequence.value());
  if (sequence_ == 0) {
    return absl::NotFoundError(absl::StrCat("There is no bank ", bank, "."));
  }
  if (sequence_ < at_least) {
    return absl::UnavailableError(
        absl::StrCat("The journal has reached ", sequence_, ", not yet ", at_least, "; ask again."));
  }
  return absl::OkStatus();
}

queries::PageRequest Reading::Page(int32_t size, const std::string& token) {
  fields.Range("page_size", size, 0, std::numeric_limits<int64_t>::max());
  if (token.size() > kTokenBytes) {
    fields.Fail("page_token", "不是翻页标记", "is not a page token");
  }
  queries::PageRequest page;
  page.size = size <= 0 ? limits::kPageDefault : std::min(static_cast<size_t>(size), limits::kPageMost);
  page.size = std::min(page.size, rows_most_);
  page.token = token;
  return page;
}

model::Day Reading::DateOrToday(absl::string_view field, const std::string& date) {
  return date.empty() ? model::Day(base::DayNumber(base::LocalDay(edge_.clock->Now()))) : fields.Date(field, date);
}

model::Day Reading::PastDateOrToday(absl::string_view field, const std::string& date) {
  const model::Day day = DateOrToday(field, date);
  if (DateOrToday(field, "") < day) {
    fields.Fail(field, "不能晚于今天", "must not be after today");
  }
  return day;
}

model::RecordTime Reading::Now() const { return model::RecordTime(absl::ToUnixMicros(edge_.clock->Now())); }

absl::StatusOr<privacy::Person> Reading::InTheClear(const std::string& sealed) const {
  absl::StatusOr<privacy::Person> person = sealed.empty() ? privacy::Person() : edge_.sealer->Unseal(sealed);
  return absl::IsNotFound(person.status()) ? privacy::Person() : person;
}

absl::StatusOr<privacy::Person> Reading::Masked(const std::string& sealed) const {
  const absl::StatusOr<privacy::Person> person = InTheClear(sealed);
  if (CannotBeRead(person.status(), sealed)) {
    return privacy::Person();
  }
  TB_RETURN_IF_ERROR(person.status());
  return privacy::Masked(*person);
}

absl::StatusOr<std::string> Reading::TextInTheClear(const std::string& sealed) const {
  absl::StatusOr<std::string> text = sealed.empty() ? std::string() : edge_.sealer->UnsealText(sealed);
  return absl::IsNotFound(text.status()) ? std::string() : text;
}

absl::StatusOr<std::string> Reading::Text(const std::string& sealed) const {
  absl::StatusOr<std::string> text = TextInTheClear(sealed);
  return CannotBeRead(text.status(), sealed) ? std::string() : text;
}

bool Reading::CannotBeRead(const absl::Status& status, const std::string& sealed) const {
  if (!absl::IsDataLoss(status)) {
    return false;
  }
  // A loss that was accepted is no news.
  if (!privacy::IsLost(status) && !std::exchange(logged_, true)) {
    const privacy::KeyId key = privacy::Sealer::KeyOf(sealed).value_or(privacy::KeyId{});
    base::Log(base::LogLevel::kError, "sealed_fields_unreadable",
              {{"key", absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(key.data()), key.size()))},
               {"status", status.ToString()}});
  }
  return true;
}

void Reading::Done(const std::string& bank, const google::protobuf::Descriptor& request, std::string thing) const {
  edge_.gate->Done(*caller, bank, MethodOf(request).full_name(), std::move(thing));
}

namespace {

absl::Status Parse(const absl::StatusOr<std::string>& text, google::protobuf::MessageLite* message) {
  TB_RETURN_IF_ERROR(text.status());
  return message->ParseFromString(*text) ? absl::OkStatus() : absl::DataLossError("a sealed text cannot be read");
}

}  // namespace

absl::Status Reading::TextInTheClear(const std::string& sealed, google::protobuf::MessageLite* message) const {
  return Parse(TextInTheClear(sealed), message);
}

absl::Status Reading::Text(const std::string& sealed, google::protobuf::MessageLite* message) const {
  return Parse(Text(sealed), message);
}

std::string Reading::Digest(absl::string_view purpose, absl::string_view bytes) const {
  const std::array<uint8_t, 16> digest = edge_.sealer->KeyedDigest(purpose, bytes);
  return std::string(digest.begin(), digest.end());
}

}  // namespace timebank::rpc
