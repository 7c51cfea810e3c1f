// Early returns for absl::Status. The service uses no exceptions of its own.
#ifndef TIMEBANK_BASE_STATUS_H_
#define TIMEBANK_BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status of `expression` from the enclosing function unless it is OK.
#define TB_RETURN_IF_ERROR(expression)                              \
  do {                                                              \
    if (::absl::Status tb_status = (expression); !tb_status.ok()) { \
      return tb_status;                                             \
    }                                                               \
  } while (false)

#define TB_STATUS_JOIN_INNER(a, b) a##b
#define TB_STATUS_JOIN(a, b) TB_STATUS_JOIN_INNER(a, b)

// `TB_ASSIGN_OR_RETURN(auto x, Make());` declares or assigns `x`, or returns the error of `Make()`.
#define TB_ASSIGN_OR_RETURN(target, expression) TB_ASSIGN_OR_RETURN_AS(TB_STATUS_JOIN(tb_or_, __LINE__), target, expression)
#define TB_ASSIGN_OR_RETURN_AS(holder, target, expression) \
  auto holder = (expression);                              \
  if (!holder.ok()) {                                      \
    return std::move(holder).status();                     \
  }                                                        \
  target = *std::move(holder)

#endif  // TIMEBANK_BASE_STATUS_H_
