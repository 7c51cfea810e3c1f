// What clients sent and what they were answered, kept outside the server that is killed.
#ifndef TIMEBANK_CRASH_HISTORY_H_
#define TIMEBANK_CRASH_HISTORY_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/client.h"

namespace timebank::crash {

// One request of one caller. It can be sent again and again.
struct Attempt {
  std::string path;
  std::string request;  // The bytes.
  std::string actor;
  std::vector<std::string> request_ids;  // One, or one for each item of a batch, in their order.
  bool batch = false;
  // The first answer that says whether it was applied; nothing as long as none came.
  std::optional<e2e::Answer> first;
};

Attempt MakeAttempt(const google::protobuf::Message& request, std::string actor, std::vector<std::string> request_ids,
                    bool batch);

// Not thread-safe: each client has one of its own.
class History {
 public:
  // Sends a request for the first time and writes down what came back.
  const e2e::Answer& Send(const e2e::Client& client, Attempt attempt);

  // Sends every request from the one with that place on again. Those that were answered must get the same bytes; those that
  // were not get their first answer now, and once more the same.
  void Repeat(const e2e::Client& client, size_t from);

  const std::vector<Attempt>& attempts() const { return attempts_; }
  size_t unanswered() const;

 private:
  std::vector<Attempt> attempts_;
};

}  // namespace timebank::crash

#endif  // TIMEBANK_CRASH_HISTORY_H_
