// A client for tests that answers from a function instead of a server.
#ifndef TIMEBANK_CLI_FAKE_CLIENT_H_
#define TIMEBANK_CLI_FAKE_CLIENT_H_

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "cli/client/client.h"
#include "service/base/check.h"

namespace timebank::cli {

class FakeClient final : public Client {
 public:
  // Answers requests of one type from now on.
  template <typename Request, typename Response>
  void On(std::function<absl::Status(const Request&, Response*)> answer) {
    answers_[Request::descriptor()->name()] = [answer = std::move(answer)](const google::protobuf::Message& request,
                                                                           google::protobuf::Message* response) {
      return answer(static_cast<const Request&>(request), static_cast<Response*>(response));
    };
  }

  void UseCredential(std::string credential) override { credential_ = std::move(credential); }
  const std::string& credential() const { return credential_; }

  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message* response) override {
    TB_CHECK(MethodOf(request, *response).ok());
    ++calls_[request.GetDescriptor()->name()];
    const auto answer = answers_.find(request.GetDescriptor()->name());
    return answer == answers_.end() ? absl::UnimplementedError(request.GetDescriptor()->name())
                                    : answer->second(request, response);
  }

  int calls(const std::string& request) { return calls_[request]; }

 private:
  std::map<std::string, std::function<absl::Status(const google::protobuf::Message&, google::protobuf::Message*)>> answers_;
  std::map<std::string, int> calls_;
  std::string credential_;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_FAKE_CLIENT_H_
