#include "service/server/address.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace timebank::server {
namespace {

absl::Status Refused(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("cannot listen on ", text, ": ", why));
}

// A socket address of the path. REQUIRES: it fits, which ParseAddress checks.
sockaddr_un SocketAddress(const std::string& path) {
  sockaddr_un result{};
  result.sun_family = AF_UNIX;
  std::copy_n(path.c_str(), std::min(path.size(), sizeof(result.sun_path) - 1), result.sun_path);
  return result;
}

// 0 when somebody listens on the path, else the error of connecting to it.
int Connect(const std::string& path) {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) {
    return errno;
  }
  const sockaddr_un address = SocketAddress(path);
  const int result = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : errno;
  close(probe);
  return result;
}

// "192.0.2.1" or "[2001:db8::1]".
bool IsIpAddress(absl::string_view host) {
  in6_addr parsed{};
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && inet_pton(AF_INET6, std::string(host).c_str(), &parsed) == 1;
  }
  return inet_pton(AF_INET, std::string(host).c_str(), &parsed) == 1;
}

}  // namespace

std::string Address::Text(int bound_port) const {
  return socket_path.empty() ? absl::StrCat(host, ":", bound_port) : absl::StrCat("unix:", socket_path);
}

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  Address address;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    address.socket_path = std::string(rest);
    if (rest.empty() || rest.size() >= sizeof(sockaddr_un::sun_path)) {
      return Refused(text, absl::StrCat("the path of a Unix socket has 1 to ", sizeof(sockaddr_un::sun_path) - 1, " bytes"));
    }
    if (rest.find('\0') != absl::string_view::npos) {
      return Refused(text, "the path has a zero byte");
    }
    return address;
  }
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) {
    return Refused(text, "it takes unix:PATH, 127.0.0.1:PORT or [::1]:PORT; port 0 takes a free one");
  }
  const absl::string_view host = text.substr(0, colon);
  const absl::string_view port = text.substr(colon + 1);
  if (host != "localhost" && !IsIpAddress(host)) {
    return Refused(text, "it takes unix:PATH or an IP address and a port, as 127.0.0.1:7878, [::1]:7878 or 0.0.0.0:7878");
  }
  const bool digits =
      std::all_of(port.begin(), port.end(), [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  if (!digits || !absl::SimpleAtoi(port, &address.port) || address.port > 65535) {
    return Refused(text, "the port must be a number from 0 to 65535");
  }
  address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  return address;
}

absl::Status ClearSocket(const Address& address) {
  const std::string& path = address.socket_path;
  if (path.empty()) {
    return absl::OkStatus();
  }
  struct stat status {};
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
  if (stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat("the folder ", folder, " of the socket is missing; make it first"));
  }
  if (lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? absl::OkStatus()
                           : absl::FailedPreconditionError(absl::StrCat("cannot look at ", path, ": ", strerror(errno)));
  }
  if (!S_ISSOCK(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " exists and is no socket; choose another path"));
  }
  const int error = Connect(path);
  if (error == ECONNREFUSED) {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) {
      return absl::FailedPreconditionError(absl::StrCat("cannot remove the old socket ", path, ": ", strerror(errno)));
    }
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      error == 0 ? absl::StrCat("another server listens on ", path)
                 : absl::StrCat("cannot tell whether another server listens on ", path, ": ", strerror(error)));
}

absl::Status ProtectSocket(const Address& address) {
  if (!address.socket_path.empty() && chmod(address.socket_path.c_str(), 0600) != 0) {
    return absl::InternalError(absl::StrCat("cannot protect the socket ", address.socket_path, ": ", strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace timebank::server
