#include "cli/client/grpc_client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/client/credentials.h"
#include "cli/exit_code.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/language.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

constexpr char kActorKey[] = "timebank-actor";
constexpr char kCredentialKey[] = "authorization";
constexpr char kSystemAuthorities[] = "system";
constexpr char kKeysSilent[] = "KEYS_SILENT";  // a failure that is known to have changed nothing
constexpr int kMessageBytes = 64 << 20;
constexpr absl::Duration kConnectAtMost = absl::Seconds(5);

namespace error {

absl::Status Unreachable(const std::string& address, bool tls) {
  if (tls) {
    return WithExitCode(
        TextError(
            absl::StatusCode::kUnavailable,
            {absl::StrCat("连不上服务器 ", address,
                          "，或双方证书对不上，没有发送任何内容。请检查 timebankd 是否在运行，--server "
                          "是否正确，--tls-ca 是否为签发其证书的机构，以及对方是否要求 --client-cert"),
             absl::StrCat("cannot reach the server at ", address,
                          ", or the certificates do not fit; nothing was sent. Check that timebankd runs, that --server is "
                          "right, that --tls-ca is the authority of its certificate, and whether it asks for "
                          "--client-cert")}),
        ExitCode::kUnreachable);
  }
  return WithExitCode(TextError(absl::StatusCode::kUnavailable,
                                {absl::StrCat("连不上服务器 ", address,
                                              "，没有发送任何内容。请检查 timebankd 是否在运行，以及 --server 是否正确"),
                                 absl::StrCat("cannot reach the server at ", address,
                                              "; nothing was sent. Check that timebankd runs and that --server is right")}),
                      ExitCode::kUnreachable);
}

absl::Status OpenCredential() {
  return WithExitCode(
      TextError(absl::StatusCode::kFailedPrecondition,
                {"令牌不能不加密地发往别的机器，没有发送任何内容。请加上 --tls-ca",
                 "a token is not sent to another machine in the open; nothing was sent. Use TLS: add --tls-ca"}),
      ExitCode::kUsage);
}

absl::Status UnreadableFile(const std::string& path, absl::string_view flag) {
  return TextError(absl::StatusCode::kInvalidArgument, {absl::StrCat("读不了 ", flag, " 指定的文件 ", path),
                                                        absl::StrCat("cannot read the file of ", flag, ", ", path)});
}

// What the server said in its own words, or what the library says about the connection.
Text Wording(const grpc::Status& status) {
  const std::optional<v1::Refusal> refusal = DecodeStatusDetails(status.error_details());
  return refusal.has_value() ? WordsOf(*refusal) : Text{status.error_message(), status.error_message()};
}

absl::Status NoAnswer(const grpc::Status& status, bool write) {
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  const Text words = WithoutStop(Wording(status));
  const Text what =
      code == absl::StatusCode::kDeadlineExceeded ? Text{"服务器没有及时答复", "the server did not answer in time"}
      : !status.error_details().empty()
          ? Text{absl::StrCat("服务器自身出错（", words.zh, "）"), absl::StrCat("the server itself failed (", words.en, ")")}
          : Text{absl::StrCat("没有得到服务器的答复（", words.zh, "）"),
                 absl::StrCat("no answer came from the server (", words.en, ")")};
  if (write) {
    return WithExitCode(TextError(code, {what.zh + "，结果不明：可能已经办理，也可能没有",
                                         what.en + "; the outcome is unknown: it may have happened or not"}),
                        ExitCode::kUnknown);
  }
  return WithExitCode(TextError(code, {what.zh + "，没有任何改动", what.en + "; nothing was changed"}),
                      ExitCode::kUnreachable);
}

absl::Status TooBusy(const grpc::Status& status) {
  const Text words = WithoutStop(Wording(status));
  return TextError(absl::StatusCode::kResourceExhausted,
                   {absl::StrCat("服务器太忙，没有任何改动，请稍后再试（", words.zh, "）"),
                    absl::StrCat("the server is too busy; nothing was changed, try again later (", words.en, ")")});
}

absl::Status UnknownMethod() {
  return TextError(absl::StatusCode::kUnimplemented, {"这个服务器不提供此项功能，请核对服务器的版本",
                                                      "this server does not offer that; check which version it is"});
}

}  // namespace error

// What an answer means. A status that is not known to leave everything as it was is "no answer".
absl::Status Interpret(const grpc::Status& status, bool write) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  const std::optional<v1::Refusal> refusal = DecodeStatusDetails(status.error_details());
  if (refusal.has_value() && refusal->reason() == kKeysSilent) {
    return WithExitCode(RefusalError(code, *refusal), ExitCode::kUnreachable);
  }
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return error::NoAnswer(status, write);
    case absl::StatusCode::kUnimplemented:
      return error::UnknownMethod();
    case absl::StatusCode::kResourceExhausted:
      return error::TooBusy(status);
    default:
      break;
  }
  if (refusal.has_value()) {
    return RefusalError(code, *refusal);
  }
  return absl::Status(code, status.error_message());
}

bool WorthRepeating(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable || status.code() == absl::StatusCode::kResourceExhausted;
}

absl::StatusOr<std::string> ReadPem(const std::string& path, absl::string_view flag) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return file.is_open() && !file.bad() && !bytes.empty() ? absl::StatusOr<std::string>(std::move(bytes))
                                                         : error::UnreadableFile(path, flag);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const TlsSettings& tls) {
  if (tls.authority.empty()) {
    return grpc::InsecureChannelCredentials();
  }
  grpc::SslCredentialsOptions options;
  if (tls.authority != kSystemAuthorities) {
    TB_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem(tls.authority, "--tls-ca"));
  }
  if (!tls.certificate.empty()) {
    TB_ASSIGN_OR_RETURN(options.pem_cert_chain, ReadPem(tls.certificate, "--client-cert"));
    TB_ASSIGN_OR_RETURN(options.pem_private_key, ReadPem(tls.key, "--client-key"));
  }
  return grpc::SslCredentials(options);
}

class GrpcClient final : public Client {
 public:
  explicit GrpcClient(GrpcSettings settings) : settings_(std::move(settings)) {}

  void UseCredential(std::string credential) override { settings_.credential = std::move(credential); }

  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message* response) override {
    const absl::StatusOr<std::string> method = MethodOf(request, *response);
    if (!method.ok()) {
      return method.status();
    }
    if (!settings_.credential.empty() && settings_.tls.authority.empty() && !StaysOnThisMachine(settings_.address)) {
      return error::OpenCredential();
    }
    const bool write = IsWrite(request);
    std::optional<absl::Status> unknown;
    absl::Duration pause = settings_.first_pause;
    for (int attempt = 1;; ++attempt) {
      absl::Status status = Connect();
      if (status.ok()) {
        status = Send(*method, request, write, response);
        if (ExitCodeOf(status) == ExitCode::kUnknown) {
          unknown = status;
        }
        if (!WorthRepeating(status)) {
          return status;
        }
      } else if (!connected_once_) {
        return status;
      }
      if (attempt >= settings_.attempts) {
        // A later attempt that was never sent does not make known what became of an earlier one.
        return unknown.value_or(status);
      }
      if (settings_.on_retry) {
        settings_.on_retry(attempt + 1, settings_.attempts, status);
      }
      absl::SleepFor(pause);
      pause *= 2;
    }
  }

 private:
  absl::Status Connect() {
    if (channel_ != nullptr && channel_->GetState(false) == GRPC_CHANNEL_READY) {
      return absl::OkStatus();
    }
    if (credentials_ == nullptr) {
      TB_ASSIGN_OR_RETURN(credentials_, CredentialsOf(settings_.tls));
    }
    // A fresh channel tries at once, where an old one would wait for its own pause to end.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetMaxReceiveMessageSize(kMessageBytes);
    channel_ = grpc::CreateCustomChannel(settings_.address, credentials_, arguments);
    const auto deadline = absl::ToChronoTime(absl::Now() + std::min(settings_.timeout, kConnectAtMost));
    grpc_connectivity_state state = channel_->GetState(true);
    while (state != GRPC_CHANNEL_READY) {
      if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN ||
          !channel_->WaitForStateChange(state, deadline)) {
        channel_ = nullptr;
        return error::Unreachable(settings_.address, !settings_.tls.authority.empty());
      }
      state = channel_->GetState(true);
    }
    connected_once_ = true;
    return absl::OkStatus();
  }

  // One attempt over a connection that stands.
  absl::Status Send(const std::string& method, const google::protobuf::Message& request, bool write,
                    google::protobuf::Message* response) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + settings_.timeout));
    if (!settings_.credential.empty()) {
      context.AddMetadata(kCredentialKey, absl::StrCat("Bearer ", settings_.credential));
    }
    if (!settings_.actor.empty()) {
      context.AddMetadata(kActorKey, PercentEncode(settings_.actor));
    }
    const grpc::Slice bytes(request.SerializeAsString());
    const grpc::ByteBuffer sent(&bytes, 1);
    grpc::ByteBuffer received;
    grpc::Status status;
    grpc::CompletionQueue queue;
    grpc::GenericStub stub(channel_);
    const auto call = stub.PrepareUnaryCall(&context, method, sent, &queue);
    call->StartCall();
    call->Finish(&received, &status, &status);
    void* tag = nullptr;
    bool done = false;
    queue.Next(&tag, &done);
    if (status.ok() && !Parse(received, response)) {
      status = grpc::Status(grpc::StatusCode::INTERNAL, "the answer cannot be read");
    }
    return Interpret(status, write);
  }

  static bool Parse(const grpc::ByteBuffer& buffer, google::protobuf::Message* response) {
    grpc::Slice slice;
    if (!buffer.Valid()) {
      response->Clear();
      return true;
    }
    return buffer.DumpToSingleSlice(&slice).ok() && response->ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
  }

  GrpcSettings settings_;
  std::shared_ptr<grpc::ChannelCredentials> credentials_;
  std::shared_ptr<grpc::Channel> channel_;
  bool connected_once_ = false;
};

}  // namespace

std::unique_ptr<Client> NewGrpcClient(GrpcSettings settings) { return std::make_unique<GrpcClient>(std::move(settings)); }

}  // namespace timebank::cli
