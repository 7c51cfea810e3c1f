// Transport security: TLS 1.2 or newer with certificates from PEM files, which are read again when they change.
#ifndef TIMEBANK_SERVER_TLS_H_
#define TIMEBANK_SERVER_TLS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/security/server_credentials.h"

namespace timebank::server {

// Paths of PEM files.
struct TlsFiles {
  std::string certificate;       // the server's, followed by those between it and the authority; empty: plain text
  std::string key;               // its private key, which others must not be able to read
  std::string client_authority;  // whose certificates clients must show; empty: they show none

  bool wanted() const { return !certificate.empty() || !key.empty() || !client_authority.empty(); }
};

// Whether the server can work with the files at `now`. INVALID_ARGUMENT when certificate or key is not named; FAILED_PRECONDITION, naming the
// file, when one cannot be read, holds no certificate or key or a damaged one, when the key is another certificate's or open to others, or when the
// certificate is not valid yet or any more.
absl::Status CheckTlsFiles(const TlsFiles& files, absl::Time now);

// What to listen with, on one address: plain text when no files are wanted. Whoever connects `refresh` after the last look or later makes the
// server look at the files again: all of them are in use from then on, if they are good and fit together. Otherwise those before stay in use, and
// what is wrong is logged once (tls_files_unusable). Nothing of them is written anywhere. Must outlive the server. REQUIRES: CheckTlsFiles is OK.
std::shared_ptr<grpc::ServerCredentials> ListenWith(const TlsFiles& files, absl::Duration refresh = absl::Seconds(10));

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_TLS_H_
