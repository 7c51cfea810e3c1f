#include "service/rpc/reveal.h"

#include "service/model/limits.h"
#include "service/rpc/names.h"
#include "service/rpc/refusal.h"

namespace timebank::rpc {

grpc::Status Reveal(const Edge& edge, const model::Outcome& outcome, absl::string_view method, const ReadInTheClear& read) {
  Reading reading(edge, 1);
  constexpr int64_t kMicros = model::limits::kRevealOpenMinutes * int64_t{60'000'000};
  if (reading.Now().value() - outcome.record_time.value() > kMicros) {
    return RevealTooOld();
  }
  const absl::StatusOr<bool> shown = read(&reading);
  if (!shown.ok()) {
    return ReadFailed(shown.status(), method);
  }
  const std::string number = NumberOf(model::MemberId(outcome.subject));
  return *shown ? grpc::Status::OK : StatusOf(model::Rejection{model::Reason::kMemberErased, {{"member", number}}});
}

}  // namespace timebank::rpc
