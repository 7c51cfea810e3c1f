#include "service/server/tls.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"

namespace timebank::server {
namespace {

struct Free {
  void operator()(FILE* file) const { fclose(file); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using File = std::unique_ptr<FILE, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

absl::Status Unusable(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("cannot use ", path, ": ", why));
}

absl::StatusOr<File> OpenFile(const std::string& path) {
  File file(fopen(path.c_str(), "re"));
  return file != nullptr ? absl::StatusOr<File>(std::move(file)) : Unusable(path, strerror(errno));
}

// The first of the file.
absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  TB_ASSIGN_OR_RETURN(const File file, OpenFile(path));
  Certificate certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  return certificate != nullptr ? absl::StatusOr<Certificate>(std::move(certificate))
                                : Unusable(path, "it holds no certificate in PEM form");
}

// A key under a passphrase would ask for it on the terminal: an empty one is offered instead, and fails.
int NoPassphrase(char*, int, int, void*) { return 0; }

absl::StatusOr<Key> ReadKey(const std::string& path) {
  TB_ASSIGN_OR_RETURN(const File file, OpenFile(path));
  struct stat status {};
  if (fstat(fileno(file.get()), &status) != 0 || (status.st_mode & S_IRWXO) != 0) {
    return Unusable(path, "everybody on this machine can read or change it; chmod 600 it");
  }
  Key key(PEM_read_PrivateKey(file.get(), nullptr, &NoPassphrase, nullptr));
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

}  // namespace

absl::Status CheckTlsFiles(const TlsFiles& files, absl::Time now) {
  if (!files.wanted()) {
    return absl::OkStatus();
  }
  if (files.certificate.empty() || files.key.empty()) {
    return absl::InvalidArgumentError("TLS takes both --tls-cert and --tls-key");
  }
  TB_ASSIGN_OR_RETURN(const Certificate certificate, ReadCertificate(files.certificate));
  TB_RETURN_IF_ERROR(CheckTime(files.certificate, certificate.get(), now));
  TB_ASSIGN_OR_RETURN(const Key key, ReadKey(files.key));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Unusable(files.key, absl::StrCat("it is not the key of ", files.certificate));
  }
  return files.client_authority.empty() ? absl::OkStatus() : ReadCertificate(files.client_authority).status();
}

std::shared_ptr<grpc::ServerCredentials> ListenWith(const TlsFiles& files, absl::Duration refresh) {
  if (!files.wanted()) {
    return grpc::InsecureServerCredentials();
  }
  namespace tls = grpc::experimental;
  const auto seconds = static_cast<unsigned>(std::max<int64_t>(absl::ToInt64Seconds(refresh), 1));
  tls::TlsServerCredentialsOptions options(
      std::make_shared<tls::FileWatcherCertificateProvider>(files.key, files.certificate, files.client_authority, seconds));
  options.watch_identity_key_cert_pairs();
  if (!files.client_authority.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(options);
}

}  // namespace timebank::server
