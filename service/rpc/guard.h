// What a request touches, by the option guarded_by of its RPC: the one place where the reach of a role is held against a request. And what
// it only names beside that: the rules find it or not, and what they say of it is for those who could look it up themselves.
#ifndef TIMEBANK_RPC_GUARD_H_
#define TIMEBANK_RPC_GUARD_H_

#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/auth.h"
#include "service/auth/reach.h"
#include "service/model/rejection.h"
#include "service/queries/queries.h"
#include "service/rpc/names.h"

namespace timebank::rpc {

// The fields of one kind of request that name what is touched. Made once a method; then constant, any thread.
class Guard {
 public:
  // REQUIRES: the request of exactly one RPC.
  explicit Guard(const google::protobuf::Descriptor& request);

  // The bank that the request names; empty when it names none.
  std::string BankOf(const google::protobuf::Message& request) const;

  // What has to be in reach.
  std::vector<NamedField> TouchedBy(const google::protobuf::Message& request) const;
  // What need not be: members and things that the request only refers to, or that one role must reach and another not.
  std::vector<NamedField> ReferredBy(const google::protobuf::Message& request) const;

 private:
  std::vector<const google::protobuf::FieldDescriptor*> guarding_;
  std::vector<const google::protobuf::FieldDescriptor*> referring_;
  std::vector<const google::protobuf::FieldDescriptor*> fallback_;  // name, else parent
  const google::protobuf::FieldDescriptor* bank_ = nullptr;         // the field that names it
};

// Decides for the requests of one call, over one snapshot. Looks a thing up once for all the items of a batch that touch it. Not thread-safe.
class Doorkeeper {
 public:
  Doorkeeper(const store::Store* store, const auth::Principal& principal, const std::string& permission)
      : store_(store), principal_(principal), permission_(permission) {}

  // The role in which the principal may; nullopt: what the request touches is not in reach, or does not exist. The errors of the store.
  absl::StatusOr<std::optional<std::string>> RoleFor(const Guard& guard, const google::protobuf::Message& request);

  // The field of what is referred to that the refusal tells about and that the principal does not reach with any role; empty: there is
  // none, and she may know. What cannot be looked up is not in reach.
  std::string Hides(const std::vector<NamedField>& referred, model::Reason reason);

  // The refusal as the principal may know it: that the number of a registration belongs to the very person she registers, and not to
  // another, is for those who reach that member.
  model::Rejection Shown(const model::Rejection& rejection);

 private:
  // Whether she is held to no scope.
  bool SeesAll() const;
  absl::StatusOr<std::optional<model::Place>> PlaceOf(const NamedField& named);
  absl::StatusOr<std::optional<model::Place>> Find(const NamedField& named);

  const store::Store* const store_;
  const auth::Principal& principal_;
  const std::string& permission_;
  std::optional<queries::Queries> queries_;
  std::map<std::pair<std::string, std::string>, std::optional<model::Place>> known_;  // by field and value
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_GUARD_H_
