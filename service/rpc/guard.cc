#include "service/rpc/guard.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/auth/reach.h"
#include "service/base/check.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "service/rpc/method_of.h"

namespace timebank::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// How the value of a guarding field is read, by the field's name. Any other name is that of a resource.
enum class Meaning { kResource, kCenter, kMember, kScope, kProof };

Meaning MeaningOf(const std::string& field) {
  static constexpr std::pair<absl::string_view, Meaning> kMeanings[] = {{"center", Meaning::kCenter},
                                                                        {"member", Meaning::kMember},
                                                                        {"volunteer", Meaning::kMember},
                                                                        {"payer", Meaning::kMember},
                                                                        {"elder", Meaning::kMember},
                                                                        {"agent", Meaning::kMember},
                                                                        {"scope", Meaning::kScope},
                                                                        {"scope_code", Meaning::kScope},
                                                                        {"parent_code", Meaning::kScope},
                                                                        {"authority_scope_code", Meaning::kScope},
                                                                        {"national_id_suffix", Meaning::kProof}};
  for (const auto& [name, meaning] : kMeanings) {
    if (name == field) {
      return meaning;
    }
  }
  return Meaning::kResource;
}

std::string ValueOf(const Message& request, const FieldDescriptor& field) {
  return request.GetReflection()->GetString(request, &field);
}

// "banks/{bank}/{collection}/{key}", or "banks/{bank}".
struct Resource {
  std::string bank;
  std::string collection;
  std::string key;
};

std::optional<Resource> ReadResource(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "banks/")) {
    return std::nullopt;
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('/', 2));
  Resource resource;
  resource.bank = std::string(parts[0]);
  resource.collection = parts.size() > 1 ? std::string(parts[1]) : std::string();
  resource.key = parts.size() > 2 ? std::string(parts[2]) : std::string();
  return resource;
}

}  // namespace

Guard::Guard(const google::protobuf::Descriptor& request) {
  for (const std::string& name : auth::GuardedBy(MethodOf(request))) {
    const FieldDescriptor* const field = request.FindFieldByName(name);
    TB_CHECK(field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated());
    guarding_.push_back(field);
  }
  for (const char* const name : {"parent", "name", "reward", "application"}) {
    const FieldDescriptor* const field = request.FindFieldByName(name);
    if (field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated()) {
      bank_ = bank_ == nullptr ? field : bank_;
      fallback_ = {field};
    }
  }
  // An RPC whose request has both names a thing by the latter.
  if (const FieldDescriptor* const name = request.FindFieldByName("name"); name != nullptr) {
    fallback_ = {name};
  }
}

std::string Guard::BankOf(const Message& request) const {
  if (bank_ == nullptr) {
    return std::string();
  }
  const std::optional<Resource> resource = ReadResource(ValueOf(request, *bank_));
  return resource.has_value() ? resource->bank : std::string();
}

std::vector<Guard::Touched> Guard::TouchedBy(const Message& request) const {
  std::vector<Touched> touched;
  for (const auto* const fields : {&guarding_, &fallback_}) {
    for (const FieldDescriptor* const field : *fields) {
      std::string value = ValueOf(request, *field);
      if (!value.empty()) {
        touched.push_back({field->name(), std::move(value)});
      }
    }
    if (!touched.empty()) {
      break;
    }
  }
  return touched;
}

absl::StatusOr<std::optional<model::Place>> Doorkeeper::PlaceOf(const Guard::Touched& touched) {
  if (!queries_.has_value()) {
    queries_.emplace(store_);
  }
  const std::string& bank = principal_.bank;
  switch (MeaningOf(touched.field)) {
    case Meaning::kCenter:
      return queries_->PlaceOfCenter(bank, base::Fold(touched.value));
    case Meaning::kMember:
      return queries_->PlaceOfMember(bank, base::Fold(touched.value));
    case Meaning::kScope:
      return queries_->PlaceOfScope(bank, touched.value);
    case Meaning::kProof:
    case Meaning::kResource:
      break;
  }
  const std::optional<Resource> resource = ReadResource(touched.value);
  if (!resource.has_value() || resource->bank != bank) {
    return std::nullopt;
  }
  if (resource->collection == "members") {
    return queries_->PlaceOfMember(bank, base::Fold(resource->key));
  }
  if (resource->collection == "centers") {
    return queries_->PlaceOfCenter(bank, base::Fold(resource->key));
  }
  uint64_t id = 0;
  return !absl::SimpleAtoi(resource->key, &id) ? absl::StatusOr<std::optional<model::Place>>(model::Place())
                                               : queries_->PlaceOfThing(bank, resource->collection, id);
}

absl::StatusOr<std::optional<std::string>> Doorkeeper::RoleFor(const Guard& guard, const Message& request) {
  const std::string bank = guard.BankOf(request);
  if (!bank.empty() && bank != principal_.bank && !principal_.setting_up) {
    return std::nullopt;
  }
  if (principal_.setting_up) {
    return principal_.role;
  }
  if (const std::optional<model::Role> role = auth::RoleForAll(principal_, permission_); role.has_value()) {
    return std::string(model::NameOf(*role));
  }
  const std::vector<Guard::Touched> touched = guard.TouchedBy(request);
  std::string key;
  for (const Guard::Touched& one : touched) {
    absl::StrAppend(&key, one.field, "=", one.value, absl::string_view("\0", 1));
  }
  if (const auto found = known_.find(key); found != known_.end()) {
    return found->second;
  }
  std::vector<model::Place> places;
  bool proof = false;
  for (const Guard::Touched& one : touched) {
    proof = proof || MeaningOf(one.field) == Meaning::kProof;
    TB_ASSIGN_OR_RETURN(std::optional<model::Place> place, PlaceOf(one));
    if (place.has_value()) {
      places.push_back(*std::move(place));
    }
  }
  const std::optional<model::Role> found =
      proof ? auth::RoleInSomeScope(principal_, permission_) : auth::RoleFor(principal_, permission_, places);
  std::optional<std::string> role;
  if (found.has_value()) {
    role = std::string(model::NameOf(*found));
  }
  known_.emplace(std::move(key), role);
  return role;
}

}  // namespace timebank::rpc
