// What a request touches, by the option guarded_by of its RPC: the one place where the reach of a role is held against a request.
#ifndef TIMEBANK_RPC_GUARD_H_
#define TIMEBANK_RPC_GUARD_H_

#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/auth.h"
#include "service/queries/queries.h"

namespace timebank::rpc {

// The fields of one kind of request that name what is touched. Made once a method; then constant, any thread.
class Guard {
 public:
  // REQUIRES: the request of exactly one RPC.
  explicit Guard(const google::protobuf::Descriptor& request);

  // The bank that the request names; empty when it names none.
  std::string BankOf(const google::protobuf::Message& request) const;

  // One field that is set and says what is touched.
  struct Touched {
    std::string field;  // its name
    std::string value;  // as written
  };
  std::vector<Touched> TouchedBy(const google::protobuf::Message& request) const;

 private:
  std::vector<const google::protobuf::FieldDescriptor*> guarding_;
  std::vector<const google::protobuf::FieldDescriptor*> fallback_;  // name, else parent
  const google::protobuf::FieldDescriptor* bank_ = nullptr;         // the field that names it
};

// Decides for the requests of one call, over one snapshot. Remembers what it decided, so that the items of a batch that touch the same cost
// one look. Not thread-safe.
class Doorkeeper {
 public:
  Doorkeeper(const store::Store* store, const auth::Principal& principal, const std::string& permission)
      : store_(store), principal_(principal), permission_(permission) {}

  // The role in which the principal may; nullopt: what the request touches is not in reach, or does not exist. The errors of the store.
  absl::StatusOr<std::optional<std::string>> RoleFor(const Guard& guard, const google::protobuf::Message& request);

 private:
  absl::StatusOr<std::optional<model::Place>> PlaceOf(const Guard::Touched& touched);

  const store::Store* const store_;
  const auth::Principal& principal_;
  const std::string& permission_;
  std::optional<queries::Queries> queries_;
  std::map<std::string, std::optional<std::string>> known_;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_GUARD_H_
