#include "tests/benchmark/timebank_access.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "tests/benchmark/workload.h"
#include "timebank/v1/access.grpc.pb.h"

namespace timebank::benchmark {
namespace {

constexpr int64_t kLifetimeSeconds = int64_t{24} * 3600;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

v1::Role RoleOf(const std::string& principal) {
  if (principal == kAdministrator) return v1::ROLE_ADMINISTRATOR;
  return principal == kRecorder ? v1::ROLE_CENTER_STAFF : v1::ROLE_CONFIRMER;
}

bool Done(const std::string& what, const grpc::Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "%s: %s\n", what.c_str(), status.error_message().c_str());
  }
  return status.ok();
}

}  // namespace

TimebankAccess::TimebankAccess(const DriverOptions& options) : options_(options) {
  if (!tokens()) return;
  for (const char* principal : {kAdministrator, kRecorder, kConfirmer}) tokens_[principal] = ReadFile(FileOf(principal));
  // Before the administrator has a token the one-time credential of the first start stands in for it.
  if (tokens_[kAdministrator].empty()) {
    std::string once = ReadFile(options.set_up);
    tokens_[kAdministrator] = once.substr(0, once.find('\n'));
  }
}

std::shared_ptr<grpc::Channel> TimebankAccess::Connect() const {
  if (options_.tls_ca.empty()) return grpc::CreateChannel(options_.address, grpc::InsecureChannelCredentials());
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = ReadFile(options_.tls_ca);
  return grpc::CreateChannel(options_.address, grpc::SslCredentials(ssl));
}

void TimebankAccess::Sign(const char* actor, grpc::ClientContext* context) const {
  if (tokens()) {
    context->AddMetadata("authorization", "Bearer " + tokens_.at(actor));
  } else {
    context->AddMetadata("timebank-actor", actor);
  }
}

bool TimebankAccess::MakeToken(const std::shared_ptr<grpc::Channel>& channel, const std::string& principal) {
  v1::CreateTokenRequest request;
  request.set_request_id("setup/token/" + principal);
  request.set_parent(std::string("banks/") + kBank);
  request.set_principal(principal);
  request.set_lifetime_seconds(kLifetimeSeconds);
  request.set_purpose("benchmark");
  v1::CreateTokenResponse response;
  grpc::ClientContext context;
  Sign(kAdministrator, &context);
  if (!Done("create token", v1::AccessService::NewStub(channel)->CreateToken(&context, request, &response))) return false;
  tokens_[principal] = response.token();
  std::ofstream file(FileOf(principal));
  file << response.token();
  return Done("write token", file.flush() ? grpc::Status::OK : grpc::Status(grpc::StatusCode::UNKNOWN, FileOf(principal)));
}

bool TimebankAccess::GiveRole(const std::shared_ptr<grpc::Channel>& channel, const std::string& principal) {
  v1::GrantRoleRequest request;
  request.set_request_id("setup/role/" + principal);
  request.set_parent(std::string("banks/") + kBank);
  request.set_principal(principal);
  request.set_role(RoleOf(principal));
  request.set_reason("benchmark");
  v1::GrantRoleResponse response;
  grpc::ClientContext context;
  Sign(kAdministrator, &context);
  return Done("grant role", v1::AccessService::NewStub(channel)->GrantRole(&context, request, &response));
}

bool TimebankAccess::LetIn(const std::shared_ptr<grpc::Channel>& channel) {
  if (!tokens()) return true;
  for (const char* principal : {kAdministrator, kRecorder, kConfirmer}) {
    if (!GiveRole(channel, principal) || !MakeToken(channel, principal)) return false;
  }
  return true;
}

}  // namespace timebank::benchmark
