#include "service/rpc/guard.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/auth/reach.h"
#include "service/base/check.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/method_of.h"

namespace timebank::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// How the value of a field is read, by the field's name.
enum class Meaning { kOther, kResource, kCenter, kMember, kScope, kBinding, kProof };

Meaning MeaningOf(const std::string& field) {
  static constexpr std::pair<absl::string_view, Meaning> kMeanings[] = {
      {"name", Meaning::kResource},      {"parent", Meaning::kResource},
      {"reward", Meaning::kResource},    {"application", Meaning::kResource},
      {"replaces", Meaning::kResource},  {"center", Meaning::kCenter},
      {"member", Meaning::kMember},      {"volunteer", Meaning::kMember},
      {"beneficiary", Meaning::kMember}, {"payer", Meaning::kMember},
      {"elder", Meaning::kMember},       {"agent", Meaning::kMember},
      {"relative", Meaning::kMember},    {"receiver", Meaning::kMember},
      {"heir", Meaning::kMember},        {"survivor", Meaning::kMember},
      {"scope", Meaning::kScope},        {"scope_code", Meaning::kScope},
      {"parent_code", Meaning::kScope},  {"authority_scope_code", Meaning::kScope},
      {"binding", Meaning::kBinding},    {"national_id_suffix", Meaning::kProof},
      {"national_id", Meaning::kProof}};
  for (const auto& [name, meaning] : kMeanings) {
    if (name == field) {
      return meaning;
    }
  }
  return Meaning::kOther;
}

// Of whom or what a refusal of the rules tells. Those about balances, amounts and what the caller has do not stand here: they come after the two
// were found to belong together. Nor do those about doubled services, which a list loaded twice has to be told of.
Meaning ToldBy(model::Reason reason, bool to_member) {
  using model::Reason;
  static constexpr Reason kOfMembers[] = {
      Reason::kVolunteerNotFound,      Reason::kVolunteerNameMismatch, Reason::kBeneficiaryNotFound,
      Reason::kMemberNotFound,         Reason::kMemberMerged,          Reason::kMemberErased,
      Reason::kVolunteerTooYoung,      Reason::kBeneficiaryTooYoung,   Reason::kSpenderTooYoung,
      Reason::kGuardianConsentMissing, Reason::kMemberNotActive,       Reason::kMemberWrongState,
      Reason::kReceiverNotKin,         Reason::kBeneficiaryNotKin,     Reason::kKinshipExists,
      Reason::kTooManyKinships,        Reason::kProxyExists,           Reason::kTooManyProxies,
      Reason::kVolunteerBusy,          Reason::kOrderNotYours,         Reason::kOrderVolunteerIsParty};
  static constexpr Reason kOfThings[] = {Reason::kRecordNotFound, Reason::kReplacedRecordDiffers, Reason::kOrderNotFound,
                                         Reason::kOrderWrongState, Reason::kOrderOver};
  // Which an order meets before it is looked at whether the two are kin. Staff records services of guests, and is told.
  static constexpr Reason kOfMembersToMembers[] = {Reason::kOrderStartsInPast, Reason::kOrderTooFarAhead,
                                                   Reason::kRecordTooShort};
  const auto among = [reason](const auto& reasons) {
    return std::find(std::begin(reasons), std::end(reasons), reason) != std::end(reasons);
  };
  if (among(kOfMembers) || (to_member && among(kOfMembersToMembers))) {
    return Meaning::kMember;
  }
  return among(kOfThings) ? Meaning::kResource : Meaning::kOther;
}

// Whether one's kin is named: a bound kinship gives each the right to give and to order for the other.
absl::StatusOr<bool> IsKin(const queries::Queries& queries, const auth::Principal& principal, const std::string& ref) {
  if (principal.member == 0) {
    return false;
  }
  queries::PageRequest all;
  all.size = model::limits::kKinshipsPerMember;
  TB_ASSIGN_OR_RETURN(const queries::PersonView other, queries.Person(principal.bank, base::Fold(ref)));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::KinshipView> kinships,
                      queries.Kinships(principal.bank, NumberOf(model::MemberId(principal.member)), all));
  return std::any_of(kinships.rows.begin(), kinships.rows.end(), [&](const queries::KinshipView& one) {
    return one.state == model::KinshipState::kBound && other.id.value() != 0 &&
           (one.member == other.id || one.relative == other.id);
  });
}

bool IsText(const FieldDescriptor* field) {
  return field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated();
}

// A number, that of a binding, counts only behind the name of what has it: "banks/{bank}/principals/{name}/{number}".
std::string ValueOf(const Message& request, const FieldDescriptor& field) {
  if (IsText(&field)) {
    return request.GetReflection()->GetString(request, &field);
  }
  const int64_t number = request.GetReflection()->GetInt64(request, &field);
  const FieldDescriptor* const name = request.GetDescriptor()->FindFieldByName("name");
  return number == 0 ? std::string() : absl::StrCat(request.GetReflection()->GetString(request, name), "/", number);
}

std::vector<NamedField> SetOf(const Message& request, const std::vector<const FieldDescriptor*>& fields) {
  std::vector<NamedField> set;
  for (const FieldDescriptor* const field : fields) {
    std::string value = ValueOf(request, *field);
    if (!value.empty()) {
      set.push_back({field->name(), std::move(value)});
    }
  }
  return set;
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
    TB_CHECK(IsText(field) || (MeaningOf(name) == Meaning::kBinding && IsText(request.FindFieldByName("name"))));
    TB_CHECK(MeaningOf(name) != Meaning::kOther);
    guarding_.push_back(field);
  }
  for (const char* const name : {"parent", "name", "reward", "application"}) {
    const FieldDescriptor* const field = request.FindFieldByName(name);
    if (IsText(field)) {
      bank_ = bank_ == nullptr ? field : bank_;
      fallback_ = {field};
    }
  }
  // An RPC whose request has both names a thing by the latter.
  if (const FieldDescriptor* const name = request.FindFieldByName("name"); name != nullptr) {
    fallback_ = {name};
  }
  for (int i = 0; i < request.field_count(); ++i) {
    const FieldDescriptor* const field = request.field(i);
    const bool thing =
        field->name() == "replaces" || std::find(guarding_.begin(), guarding_.end(), field) != guarding_.end();
    const Meaning meaning = MeaningOf(field->name());
    if (IsText(field) && (meaning == Meaning::kMember || (thing && meaning == Meaning::kResource))) {
      referring_.push_back(field);
    }
  }
}

std::string Guard::BankOf(const Message& request) const {
  if (bank_ == nullptr) {
    return std::string();
  }
  const std::optional<Resource> resource = ReadResource(ValueOf(request, *bank_));
  return resource.has_value() ? resource->bank : std::string();
}

std::vector<NamedField> Guard::TouchedBy(const Message& request) const {
  std::vector<NamedField> touched = SetOf(request, guarding_);
  return touched.empty() ? SetOf(request, fallback_) : touched;
}

std::vector<NamedField> Guard::ReferredBy(const Message& request) const { return SetOf(request, referring_); }

absl::StatusOr<std::optional<model::Place>> Doorkeeper::Find(const NamedField& named) {
  if (!queries_.has_value()) {
    queries_.emplace(store_);
  }
  const std::string& bank = principal_.bank;
  const Meaning meaning = MeaningOf(named.field);
  if (meaning == Meaning::kCenter) {
    return queries_->PlaceOfCenter(bank, base::Fold(named.value));
  }
  if (meaning == Meaning::kMember) {
    return queries_->PlaceOfMember(bank, base::Fold(named.value), principal_.today);
  }
  if (meaning == Meaning::kScope) {
    return queries_->PlaceOfScope(bank, named.value);
  }
  const std::optional<Resource> resource = ReadResource(named.value);
  if (!resource.has_value() || resource->bank != bank) {
    return std::nullopt;
  }
  if (meaning == Meaning::kBinding) {
    const size_t cut = resource->key.rfind('/');
    uint64_t id = 0;
    return cut == std::string::npos || !absl::SimpleAtoi(resource->key.substr(cut + 1), &id)
               ? absl::StatusOr<std::optional<model::Place>>(std::nullopt)
               : queries_->PlaceOfBinding(bank, base::Fold(resource->key.substr(0, cut)), model::BindingId(id));
  }
  if (resource->collection == "members") {
    return queries_->PlaceOfMember(bank, base::Fold(resource->key), principal_.today);
  }
  if (resource->collection == "centers") {
    return queries_->PlaceOfCenter(bank, base::Fold(resource->key));
  }
  uint64_t id = 0;
  return !absl::SimpleAtoi(resource->key, &id) ? absl::StatusOr<std::optional<model::Place>>(model::Place())
                                               : queries_->PlaceOfThing(bank, resource->collection, id, principal_.today);
}

absl::StatusOr<std::optional<model::Place>> Doorkeeper::PlaceOf(const NamedField& named) {
  std::pair<std::string, std::string> key(named.field, named.value);
  if (const auto found = known_.find(key); found != known_.end()) {
    return found->second;
  }
  TB_ASSIGN_OR_RETURN(std::optional<model::Place> place, Find(named));
  return known_.emplace(std::move(key), std::move(place)).first->second;
}

absl::StatusOr<std::optional<std::string>> Doorkeeper::RoleFor(const Guard& guard, const Message& request) {
  const std::string bank = guard.BankOf(request);
  if (!bank.empty() && bank != principal_.bank && !principal_.setting_up) {
    return std::nullopt;
  }
  if (principal_.setting_up) {
    return principal_.role;
  }
  std::optional<model::Role> role = auth::RoleForAll(principal_, permission_);
  if (!role.has_value()) {
    const std::vector<NamedField> touched = guard.TouchedBy(request);
    std::vector<auth::Thing> things;
    bool proof = false;
    for (const NamedField& one : touched) {
      proof = proof || MeaningOf(one.field) == Meaning::kProof;
      auth::Thing& thing = things.emplace_back();
      TB_ASSIGN_OR_RETURN(thing.place, PlaceOf(one));
      // Who serves may come from elsewhere: where, or what for, decides.
      thing.may_be_elsewhere = one.field == "volunteer" && touched.size() > 1;
    }
    role = proof ? auth::RoleInSomeScope(principal_, permission_) : auth::RoleFor(principal_, permission_, things);
  }
  return role.has_value() ? std::optional<std::string>(model::NameOf(*role)) : std::nullopt;
}

bool Doorkeeper::SeesAll() const {
  return principal_.trusted || principal_.setting_up || auth::RoleForAll(principal_, permission_).has_value();
}

model::Rejection Doorkeeper::Shown(const model::Rejection& rejection) {
  // The member first, then the number by which she was found, if it was by that.
  constexpr size_t kByNumber = 2;
  if (rejection.reason != model::Reason::kMemberExists || rejection.metadata.size() < kByNumber || SeesAll()) {
    return rejection;
  }
  const absl::StatusOr<std::optional<model::Place>> place = PlaceOf({"member", rejection.metadata[0].second});
  if (place.ok() && auth::RoleFor(principal_, permission_, {auth::Thing{*place}}).has_value()) {
    return rejection;
  }
  return {model::Reason::kExternalNumberTaken, {rejection.metadata[1], rejection.metadata[0]}};
}

std::string Doorkeeper::Hides(const std::vector<NamedField>& referred, model::Reason reason) {
  const Meaning told = ToldBy(reason, principal_.role == model::NameOf(model::Role::kMember));
  if (told == Meaning::kOther || SeesAll()) {
    return std::string();
  }
  // Where the rules tell of a thing, they found the members before it.
  for (const Meaning meaning : {told, Meaning::kMember}) {
    for (const NamedField& one : referred) {
      if (MeaningOf(one.field) != meaning) {
        continue;
      }
      const absl::StatusOr<std::optional<model::Place>> place = PlaceOf(one);
      if (place.ok() && auth::RoleFor(principal_, permission_, {auth::Thing{*place}}).has_value()) {
        continue;
      }
      const bool kin = place.ok() && meaning == Meaning::kMember && IsKin(*queries_, principal_, one.value).value_or(false);
      if (!kin) {
        return one.field;
      }
    }
  }
  return std::string();
}

}  // namespace timebank::rpc
