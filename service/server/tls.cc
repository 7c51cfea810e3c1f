#include "service/server/tls.h"

#include <fcntl.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/base/log.h"
#include "service/base/mutex.h"
#include "service/base/status.h"

namespace timebank::server {
namespace {

constexpr size_t kFileMost = size_t{1} << 20;  // bytes; a file of all public authorities is a quarter of it

struct Free {
  void operator()(BIO* bytes) const { BIO_free(bytes); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bytes = std::unique_ptr<BIO, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

// What the files hold, all of it good and fitting together.
struct Pems {
  std::string certificate;
  std::string key;
  std::string client_authority;
  bool operator==(const Pems& other) const {
    return certificate == other.certificate && key == other.key && client_authority == other.client_authority;
  }
};

absl::Status Unusable(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("cannot use ", path, ": ", why));
}

absl::StatusOr<std::string> ReadAll(int descriptor, const std::string& path, mode_t forbidden) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return Unusable(path, "it is no regular file");
  }
  if ((status.st_mode & forbidden) != 0) {
    return Unusable(path, "everybody on this machine can read or change it; chmod 600 it");
  }
  std::string text(kFileMost + 1, '\0');
  size_t have = 0;
  ssize_t got = 1;
  while (got > 0 && have < text.size()) {
    got = read(descriptor, text.data() + have, text.size() - have);
    have += static_cast<size_t>(std::max<ssize_t>(got, 0));
  }
  if (got < 0) {
    return Unusable(path, strerror(errno));
  }
  text.resize(have);
  return have <= kFileMost ? absl::StatusOr<std::string>(std::move(text)) : Unusable(path, "it is too long");
}

// `forbidden` rights end it.
absl::StatusOr<std::string> ReadFile(const std::string& path, mode_t forbidden = 0) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return Unusable(path, strerror(errno));
  }
  absl::StatusOr<std::string> text = ReadAll(descriptor, path, forbidden);
  close(descriptor);
  return text;
}

Bytes BytesOf(const std::string& text) { return Bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// The first of the text, when all of them are whole.
absl::StatusOr<Certificate> FirstCertificate(const std::string& path, const std::string& text) {
  const Bytes bytes = BytesOf(text);
  ERR_clear_error();
  Certificate first(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
  for (Certificate next(first != nullptr ? X509_dup(first.get()) : nullptr); next != nullptr;) {
    next.reset(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();  // it is the thread's, and gRPC looks at it
  return first == nullptr ? Unusable(path, "it holds no certificate in PEM form")
         : !ended         ? Unusable(path, "one of its certificates is damaged")
                          : absl::StatusOr<Certificate>(std::move(first));
}

// A key under a passphrase would ask for it on the terminal: an empty one is offered instead, and fails.
int NoPassphrase(char*, int, int, void*) { return 0; }

absl::StatusOr<Key> KeyOf(const std::string& path, const std::string& text) {
  Key key(PEM_read_bio_PrivateKey(BytesOf(text).get(), nullptr, &NoPassphrase, nullptr));
  ERR_clear_error();
  return key != nullptr ? absl::StatusOr<Key>(std::move(key))
                        : Unusable(path, "it holds no private key in PEM form, or one under a passphrase");
}

absl::Status CheckTime(const std::string& path, const X509* certificate, absl::Time now) {
  time_t seconds = absl::ToTimeT(now);
  if (X509_cmp_time(X509_get0_notBefore(certificate), &seconds) >= 0) {
    return Unusable(path, "the certificate is not valid yet");
  }
  if (X509_cmp_time(X509_get0_notAfter(certificate), &seconds) <= 0) {
    return Unusable(path, "the certificate has expired");
  }
  return absl::OkStatus();
}

// Checks the very bytes that it returns: the files may change at any time.
absl::StatusOr<Pems> ReadPems(const TlsFiles& files, absl::Time now) {
  Pems pems;
  TB_ASSIGN_OR_RETURN(pems.certificate, ReadFile(files.certificate));
  TB_ASSIGN_OR_RETURN(const Certificate certificate, FirstCertificate(files.certificate, pems.certificate));
  TB_RETURN_IF_ERROR(CheckTime(files.certificate, certificate.get(), now));
  TB_ASSIGN_OR_RETURN(pems.key, ReadFile(files.key, S_IRWXO));
  TB_ASSIGN_OR_RETURN(const Key key, KeyOf(files.key, pems.key));
  const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return Unusable(files.key, absl::StrCat("it is not the key of ", files.certificate));
  }
  if (!files.client_authority.empty()) {
    TB_ASSIGN_OR_RETURN(pems.client_authority, ReadFile(files.client_authority));
    TB_RETURN_IF_ERROR(FirstCertificate(files.client_authority, pems.client_authority).status());
  }
  return pems;
}

// gRPC asks at every handshake what to show, and never sees anything but what ReadPems found good: its own watcher of files ends the process over
// an empty one, and shakes no hands with a pair that does not fit. gRPC's C++ has no such question, its C has.
class WatchedCredentials final : public grpc::ServerCredentials {
 public:
  WatchedCredentials(TlsFiles files, absl::Duration refresh)
      : files_(std::move(files)), refresh_(absl::ToChronoNanoseconds(refresh)) {}

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}  // nobody sets one

 private:
  using Clock = std::chrono::steady_clock;

  int AddPortToServer(const std::string& address, grpc_server* server) override {
    const auto clients = files_.client_authority.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                         : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
    grpc_server_credentials* const credentials = grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(clients, &WatchedCredentials::Fetch, this));
    const int port = grpc_server_add_http2_port(server, address.c_str(), credentials);
    grpc_server_credentials_release(credentials);
    return port;
  }

  static grpc_ssl_certificate_config_reload_status Fetch(void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<WatchedCredentials*>(self)->Look(config);
  }

  grpc_ssl_certificate_config_reload_status Look(grpc_ssl_server_certificate_config** config) {
    const base::MutexLock lock(&mutex_);
    if (shown_.has_value() && Clock::now() - looked_ < refresh_) {
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    }
    looked_ = Clock::now();
    absl::StatusOr<Pems> pems = ReadPems(files_, absl::Now());
    const std::string trouble = pems.ok() ? "" : std::string(pems.status().message());
    if (!trouble.empty() && trouble != trouble_) {
      base::Log(base::LogLevel::kError, "tls_files_unusable",
                {{"why", trouble}, {"in_use", shown_.has_value() ? "the files before" : "none"}});
    }
    trouble_ = trouble;
    if (!pems.ok()) {
      return shown_.has_value() ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
    }
    if (shown_ == *pems) {
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    }
    if (shown_.has_value()) {
      base::Log(base::LogLevel::kInfo, "tls_files_taken_up", {{"certificate", files_.certificate}});
    }
    shown_ = *std::move(pems);
    const grpc_ssl_pem_key_cert_pair pair = {shown_->key.c_str(), shown_->certificate.c_str()};
    // gRPC wants an authority in any case, also where no client is asked for a certificate.
    const std::string& authority = shown_->client_authority.empty() ? shown_->certificate : shown_->client_authority;
    *config = grpc_ssl_server_certificate_config_create(authority.c_str(), &pair, 1);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const TlsFiles files_;
  const std::chrono::nanoseconds refresh_;
  base::Mutex mutex_;
  std::optional<Pems> shown_ ABSL_GUARDED_BY(mutex_);  // to gRPC
  Clock::time_point looked_ ABSL_GUARDED_BY(mutex_);
  std::string trouble_ ABSL_GUARDED_BY(mutex_);  // what was logged last, until it is over
};

}  // namespace

absl::Status CheckTlsFiles(const TlsFiles& files, absl::Time now) {
  if (!files.wanted()) {
    return absl::OkStatus();
  }
  if (files.certificate.empty() || files.key.empty()) {
    return absl::InvalidArgumentError("TLS takes both --tls-cert and --tls-key");
  }
  return ReadPems(files, now).status();
}

std::shared_ptr<grpc::ServerCredentials> ListenWith(const TlsFiles& files, absl::Duration refresh) {
  return files.wanted() ? std::make_shared<WatchedCredentials>(files, refresh) : grpc::InsecureServerCredentials();
}

}  // namespace timebank::server
