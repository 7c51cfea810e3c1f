// Reading a list to its end.
#ifndef TIMEBANK_CLI_COMMANDS_PAGES_H_
#define TIMEBANK_CLI_COMMANDS_PAGES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cli/client/client.h"

namespace timebank::cli {

inline constexpr int kPageRows = 1000;

// Sends `request` page after page and hands each response to `take`, a function of (const Response&) that returns whether to
// go on. `request` has page_size and page_token. Errors as in Client::Call.
template <typename Response, typename Request, typename Take>
absl::Status ForEachPage(Client& client, Request request, Take take) {
  request.set_page_size(kPageRows);
  for (;;) {
    Response response;
    absl::Status status = client.Call(request, &response);
    if (!status.ok()) {
      return status;
    }
    if (!take(response) || response.next_page_token().empty()) {
      return absl::OkStatus();
    }
    request.set_page_token(response.next_page_token());
  }
}

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_PAGES_H_
