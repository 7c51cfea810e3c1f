#include "tests/crash/history.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <utility>

namespace timebank::crash {
namespace {

// Whether the answer says what became of the request, for ever: a full queue only asks to come again.
bool IsFinal(const e2e::Answer& answer) { return !answer.Unknown() && answer.code != e2e::Code::kResourceExhausted; }

}  // namespace

Attempt MakeAttempt(const google::protobuf::Message& request, std::string actor, std::vector<std::string> request_ids,
                    bool batch) {
  Attempt attempt;
  attempt.path = e2e::PathOf(*request.GetDescriptor());
  attempt.request = request.SerializeAsString();
  attempt.actor = std::move(actor);
  attempt.request_ids = std::move(request_ids);
  attempt.batch = batch;
  return attempt;
}

const e2e::Answer& History::Send(const e2e::Client& client, Attempt attempt) {
  static const auto* const lost = new e2e::Answer();
  e2e::Answer answer = client.Call(attempt.path, attempt.request, attempt.actor);
  if (IsFinal(answer)) {
    attempt.first = std::move(answer);
  }
  attempts_.push_back(std::move(attempt));
  return attempts_.back().first.has_value() ? *attempts_.back().first : *lost;
}

void History::Repeat(const e2e::Client& client, size_t from) {
  for (size_t i = from; i < attempts_.size(); ++i) {
    Attempt& attempt = attempts_[i];
    e2e::Answer again = client.Call(attempt.path, attempt.request, attempt.actor);
    ASSERT_TRUE(IsFinal(again)) << attempt.request_ids.front() << ": " << again;
    if (!attempt.first.has_value()) {
      attempt.first = std::move(again);
      again = client.Call(attempt.path, attempt.request, attempt.actor);
    }
    ASSERT_EQ(again, *attempt.first) << attempt.request_ids.front() << " got another answer than at first";
  }
}

size_t History::unanswered() const {
  return static_cast<size_t>(
      std::count_if(attempts_.begin(), attempts_.end(), [](const Attempt& attempt) { return !attempt.first.has_value(); }));
}

}  // namespace timebank::crash
