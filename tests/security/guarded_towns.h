// Two towns (two_towns.h) behind a server that lets in whoever shows a credential.
#ifndef TIMEBANK_SECURITY_GUARDED_TOWNS_H_
#define TIMEBANK_SECURITY_GUARDED_TOWNS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"
#include "tests/security/two_towns.h"

namespace timebank::security {

// Not thread-safe.
class GuardedTowns : public testing::Test {
 protected:
  void SetUp() override;

  // The token of somebody new with one role over a scope; empty: the whole bank.
  std::string Hire(const std::string& name, v1::Role role, const std::string& scope);
  // Says that a principal is a member.
  void Link(const std::string& name, const std::string& member);

  // Sends a write with a request id of its own.
  template <typename Request>
  e2e::Answer Write(const std::string& credential, Request request) {
    request.set_request_id("guarded-" + std::to_string(++requests_));
    return client_->SendWith(credential, request);
  }

  e2e::TemporaryFolder folder_;
  Town inside_;
  Town outside_;
  e2e::Server server_{{folder_.path(), "127.0.0.1:0", {}, {}, true}};
  std::unique_ptr<e2e::Client> client_;
  std::string root_;  // token of the administrator of the whole bank

 private:
  int requests_ = 0;
};

}  // namespace timebank::security

#endif  // TIMEBANK_SECURITY_GUARDED_TOWNS_H_
