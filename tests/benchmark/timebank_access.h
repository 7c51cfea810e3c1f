// How the driver reaches timebankd: on a plain address, where it is whoever it says it is, or over TLS with tokens made in its set-up.
#ifndef TIMEBANK_TESTS_BENCHMARK_TIMEBANK_ACCESS_H_
#define TIMEBANK_TESTS_BENCHMARK_TIMEBANK_ACCESS_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <map>
#include <memory>
#include <string>

#include "tests/benchmark/driver.h"

namespace timebank::benchmark {

// Who does all that is not measured.
inline constexpr char kAdministrator[] = "administrator";

// Thread-safe once made.
class TimebankAccess {
 public:
  // Reads the tokens that an earlier run made.
  explicit TimebankAccess(const DriverOptions& options);

  std::shared_ptr<grpc::Channel> Connect() const;

  // Puts into the call who makes it: kAdministrator, kRecorder or kConfirmer.
  void Sign(const char* actor, grpc::ClientContext* context) const;

  // Where tokens are asked for: lets the three in and keeps their tokens for later runs. To be called between CreateBank and all
  // else. Returns false after saying why on standard error.
  bool LetIn(const std::shared_ptr<grpc::Channel>& channel);

 private:
  bool tokens() const { return !options_.tokens.empty(); }
  std::string FileOf(const std::string& principal) const { return options_.tokens + "/" + principal + ".token"; }
  bool MakeToken(const std::shared_ptr<grpc::Channel>& channel, const std::string& principal);
  bool GiveRole(const std::shared_ptr<grpc::Channel>& channel, const std::string& principal);

  const DriverOptions& options_;
  std::map<std::string, std::string> tokens_;  // by principal
};

}  // namespace timebank::benchmark

#endif  // TIMEBANK_TESTS_BENCHMARK_TIMEBANK_ACCESS_H_
