// A bank of a server that lets in whoever shows a credential, with an administrator, and its audit trail.
#ifndef TIMEBANK_SECURITY_GUARDED_BANK_H_
#define TIMEBANK_SECURITY_GUARDED_BANK_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::security {

// The bank is kBank of two_towns.h, and empty. Not thread-safe.
class GuardedBank : public testing::Test {
 protected:
  // `more`: arguments of the server; FOLDER in them stands for the folder of the test.
  explicit GuardedBank(std::vector<std::string> more = {});
  void SetUp() override;
  void TearDown() override;

  // Stops the server and starts it with other arguments.
  void Restart(const std::vector<std::string>& more);

  std::string SetUpCredential() const;
  e2e::Answer MakeBank(const std::string& credential, const std::string& id);
  e2e::Answer Who(const std::string& credential);
  // Number of a token; a failure of the test when it is not on the list.
  int64_t IdOf(const std::string& token);
  std::string TokenName(const std::string& token);
  e2e::Answer Revoke(const std::string& token);

  // The audit trail as an auditor sees it: lines "principal method answer thing", of what was done the action in the method's place, once one of them has `wanted` in it, or after ten seconds.
  std::vector<std::string> Audit(const std::string& wanted);

  e2e::TemporaryFolder folder_;
  std::unique_ptr<e2e::Server> server_;
  std::unique_ptr<e2e::Client> client_;
  std::string root_;  // the administrator's token
  std::string auditor_;
  int requests_ = 0;

 private:
  void Start(std::vector<std::string> more);

  const std::vector<std::string> more_;
};

}  // namespace timebank::security

#endif  // TIMEBANK_SECURITY_GUARDED_BANK_H_
