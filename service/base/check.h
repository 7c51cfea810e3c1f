// Invariant checks that stay on in release builds. A failed check means the program's own state is wrong: it prints where and
// aborts, because a ledger that goes on after that would write it down.
#ifndef TIMEBANK_BASE_CHECK_H_
#define TIMEBANK_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define TB_CHECK(condition)                                                              \
  do {                                                                                   \
    if (!(condition)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

#endif  // TIMEBANK_BASE_CHECK_H_
