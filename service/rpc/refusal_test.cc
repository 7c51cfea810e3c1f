#include "service/rpc/refusal.h"

#include <gtest/gtest.h>

namespace timebank::rpc {
namespace {

// What the trailer grpc-retry-pushback-ms says is what the refusal says.
TEST(Refusal, SaysHowLongToWait) {
  EXPECT_EQ(RetryAfterMs(TooManyCalls(2000000)), 2001);
  EXPECT_EQ(RetryAfterMs(TooManyFailures(1)), 1);
  EXPECT_EQ(RetryAfterMs(NotTaken(absl::ResourceExhaustedError("full"))), kRetryAfterMs);
  EXPECT_EQ(RetryAfterMs(ReportNotTaken()), kRetryAfterMs) << "where nothing is said";
  EXPECT_EQ(RetryAfterMs(grpc::Status::OK), kRetryAfterMs);
}

}  // namespace
}  // namespace timebank::rpc
