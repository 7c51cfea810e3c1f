#include "service/rpc/gate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "service/auth/reach.h"
#include "service/auth/token.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/rpc/fields.h"
#include "service/rpc/only_bank.h"
#include "service/rpc/refusal.h"

namespace timebank::rpc {
namespace {

constexpr char kActorKey[] = "timebank-actor";
constexpr char kCredentialKey[] = "authorization";
constexpr size_t kKnownMost = 10000;
// The first so many wrong credentials of an address cost nothing; from then on each doubles the time until the next is noted.
constexpr int kFreeFailures = 10;
constexpr int64_t kBackOffMicros = 100000;
constexpr int64_t kBackOffMost = int64_t{10} * 1000000;
// So long after the last one they are forgotten.
constexpr int64_t kFailuresMicros = int64_t{600} * 1000000;
constexpr int64_t kPassMicros = 1000000;
// Of one address: calls without a credential that are told what is missing; calls at once that are open to all; and signatures of an outside
// provider that are verified, each of which costs some tenths of a millisecond.
constexpr ThrottleLimits kStrangers = {20, 0};
constexpr ThrottleLimits kOpenToAll = {0, 8};
constexpr ThrottleLimits kVerifications = {100, 0};
// So many addresses are remembered at once.
constexpr size_t kAddressesMost = 10000;
// So many principals may call from one address at their full rate.
constexpr int64_t kPrincipalsOfAddress = 10;
constexpr char kOperator[] = "operator";
constexpr char kScheduler[] = "system";

absl::string_view MetadataOf(const grpc::ServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  return found == context.client_metadata().end() ? absl::string_view()
                                                  : absl::string_view(found->second.data(), found->second.size());
}

// What the roles in force on `today` come to. A member has her own role last: what she may as staff, she does as staff.
auth::Principal PrincipalOf(const std::string& bank, const queries::TokenView& token, const queries::PrincipalView& view,
                            model::Day today) {
  auth::Principal principal;
  principal.name = token.principal;
  principal.bank = bank;
  principal.member = view.member.value();
  principal.credential = token.id.value();
  principal.today = today;
  for (const queries::BindingView& binding : view.bindings) {
    if (binding.from <= today && (binding.until.value() == 0 || today <= binding.until)) {
      principal.grants.push_back({binding.role, binding.scope.value()});
    }
  }
  if (principal.member != 0) {
    principal.grants.push_back({model::Role::kMember, 0});
  }
  return principal;
}

model::NoteAttempt AttemptOf(const auth::Principal& principal, const std::string& method, std::string thing) {
  model::NoteAttempt attempt;
  attempt.method = method;
  attempt.thing = std::move(thing);
  attempt.principal = principal.name;
  attempt.credential = model::TokenId(principal.credential);
  attempt.origin = principal.origin;
  return attempt;
}

std::string KeyOf(const auth::Principal& principal) { return absl::StrCat(principal.bank, "/", principal.name); }

model::RecordTime EndOfDay(model::Day day) { return model::StartOf(model::Day(day.value() + 1)); }

}  // namespace

std::string OriginOf(absl::string_view peer) {
  if (absl::StartsWith(peer, "unix:")) {
    return "unix";
  }
  const bool v6 = absl::ConsumePrefix(&peer, "ipv6:");
  if (!v6) {
    absl::ConsumePrefix(&peer, "ipv4:");
  }
  const std::string plain = absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}, {"%5b", "["}, {"%5d", "]"}});
  absl::string_view rest = plain;
  rest = rest.substr(0, rest.rfind(':'));
  absl::ConsumePrefix(&rest, "[");
  absl::ConsumeSuffix(&rest, "]");
  return std::string(rest.substr(0, model::limits::kActorBytes));
}

Gate::Gate(const Edge& edge)
    : edge_(edge),
      notes_(edge.sequencer, edge.store, edge.clock),
      principals_(edge.access.limits),
      origins_({edge.access.limits.calls_per_second * kPrincipalsOfAddress,
                edge.access.limits.calls_at_once * kPrincipalsOfAddress}),
      strangers_(kStrangers),
      open_(kOpenToAll),
      verifications_(kVerifications),
      set_up_(edge.access.set_up) {}

grpc::Status Gate::TrustTheName(const grpc::ServerContext& context, auth::Principal* principal) const {
  absl::StatusOr<auth::Principal> named = auth::LocalPrincipal(MetadataOf(context, kActorKey));
  if (!named.ok()) {
    return BadActor(named.status());
  }
  *principal = *std::move(named);
  Fields fields;
  fields.NoPersonalNumber(kActorKey, principal->name);
  if (principal->name == kScheduler) {
    fields.Fail(kActorKey, "：“system” 是系统自动办理时的名称，请换一个名称",
                "must not be \"system\", the name under which the service acts by itself");
  }
  return fields.ok() ? grpc::Status::OK : StatusOf(fields.error());
}

bool Gate::IsSetUp(absl::string_view bearer) {
  const std::lock_guard<std::mutex> lock(set_up_mutex_);
  return !set_up_.empty() && auth::SameSecret(bearer, set_up_);
}

bool Gate::ClaimSetUp() {
  const std::lock_guard<std::mutex> lock(set_up_mutex_);
  return !set_up_.empty() && !std::exchange(set_up_claimed_, true);
}

void Gate::GiveBackSetUp() {
  const std::lock_guard<std::mutex> lock(set_up_mutex_);
  set_up_claimed_ = false;
}

void Gate::SetUpDone() {
  {
    const std::lock_guard<std::mutex> lock(set_up_mutex_);
    set_up_.clear();
  }
  if (edge_.access.on_set_up) {
    edge_.access.on_set_up();
  }
}

absl::StatusOr<bool> Gate::Load(const auth::Token& shown, const std::string& digest, const std::string& origin,
                                model::RecordTime now, uint64_t version, absl::string_view* reason, Known* known) {
  const queries::Queries queries(edge_.store);
  const std::string& bank = shown.bank;
  TB_ASSIGN_OR_RETURN(const std::optional<queries::TokenView> token, queries.TokenByDigest(bank, digest));
  if (!token.has_value() || token->prefix != shown.prefix) {
    *reason = "TOKEN_UNKNOWN";
    return false;
  }
  known->principal.name = token->principal;
  known->principal.credential = token->id.value();
  if (token->revoked.value() != 0 || token->expires <= now) {
    *reason = token->revoked.value() != 0 ? "TOKEN_REVOKED" : "TOKEN_EXPIRED";
    return false;
  }
  TB_ASSIGN_OR_RETURN(const std::optional<queries::PrincipalView> bearer, queries.Bearer(bank, token->principal));
  if (!bearer.has_value()) {
    *reason = "PRINCIPAL_GONE";
    return false;
  }
  const model::Day today = model::DayOf(now);
  known->version = version;
  known->until = std::min(token->expires, EndOfDay(today));
  known->principal = PrincipalOf(bank, *token, *bearer, today);
  known->principal.origin = origin;
  if (token->used < today) {
    notes_.Used(bank, token->id, today, origin);
  }
  return true;
}

grpc::Status Gate::Refuse(const std::string& bank, const auth::Principal& shown, const std::string& method,
                          absl::string_view reason, model::RecordTime now) {
  if (failures_.size() >= kAddressesMost && failures_.count(shown.origin) == 0) {
    failures_.clear();
  }
  Failures& failures = failures_[shown.origin];
  const auto note = [&](absl::string_view why) {
    model::NoteAttempt attempt = AttemptOf(shown, method, "");
    attempt.reason = std::string(why);
    notes_.Denied(bank, std::move(attempt), false);
  };
  if (now < failures.next) {
    note("TOO_MANY_FAILURES");
    return TooManyFailures(failures.next.value() - now.value());
  }
  if (now.value() - failures.last.value() > kFailuresMicros) {
    failures = Failures();
  }
  failures.last = now;
  ++failures.count;
  if (failures.count > kFreeFailures) {
    const int doublings = std::min(failures.count - kFreeFailures, 20);
    failures.next = model::RecordTime(now.value() + std::min(kBackOffMicros << doublings, kBackOffMost));
  }
  note(reason);
  return BadCredential();
}

bool Gate::Recall(const std::string& key, uint64_t keys, const std::string& origin, model::RecordTime now,
                  auth::Principal* principal) const {
  const auto found = known_.find(key);
  if (found == known_.end() || found->second.version != version_.load() || found->second.keys != keys ||
      now >= found->second.until) {
    return false;
  }
  *principal = found->second.principal;
  principal->origin = origin;
  return true;
}

grpc::Status Gate::Remember(std::string key, Known known, auth::Principal* principal) {
  if (known_.size() >= kKnownMost) {
    known_.clear();
  }
  *principal = known.principal;
  known_[std::move(key)] = std::move(known);
  return grpc::Status::OK;
}

absl::StatusOr<bool> Gate::LoadJwt(absl::string_view text, const std::string& origin, model::RecordTime now,
                                   uint64_t version, std::string* bank, std::string* reason, Known* known) {
  const absl::StatusOr<auth::JwtClaims> claims = edge_.access.jwt->Verify(text, absl::FromUnixMicros(now.value()));
  if (!claims.ok()) {
    if (claims.status().code() != absl::StatusCode::kUnauthenticated) {
      return claims.status();
    }
    *reason = std::string(claims.status().message());
    return false;
  }
  *bank = claims->bank;
  const absl::StatusOr<std::string> name = auth::PrincipalName(claims->principal);
  const queries::Queries queries(edge_.store);
  std::optional<queries::PrincipalView> bearer;
  // At a provider "ROOT" may be another person than "root", and a name of the form of a member number is not that member.
  const bool exact = name.ok() && (claims->member || (claims->principal == *name &&
                                                      model::ParseMemberNumber(absl::AsciiStrToUpper(*name)).value() == 0));
  if (exact) {
    TB_ASSIGN_OR_RETURN(bearer, queries.Bearer(*bank, *name));
  }
  if (!bearer.has_value()) {
    *reason = "PRINCIPAL_UNKNOWN";
    return false;
  }
  queries::TokenView token;
  token.principal = *name;
  const model::Day today = model::DayOf(now);
  known->version = version;
  known->until = std::min(model::RecordTime(absl::ToUnixMicros(claims->expires)), EndOfDay(today));
  known->principal = PrincipalOf(*bank, token, *bearer, today);
  known->principal.origin = origin;
  return true;
}

grpc::Status Gate::IdentifyJwt(absl::string_view text, const std::string& origin, const std::string& method,
                               model::RecordTime now, auth::Principal* principal) {
  const auto keyed = edge_.sealer->KeyedDigest("jwt", text);
  std::string key = absl::StrCat("jwt/", absl::string_view(reinterpret_cast<const char*>(keyed.data()), keyed.size()));
  const uint64_t keys = edge_.access.jwt->Generation();
  if (Recall(key, keys, origin, now, principal)) {
    return grpc::Status::OK;
  }
  auth::Principal nobody;
  nobody.origin = origin;
  if (const int64_t wait = verifications_.Enter(origin, now.value()); wait != 0) {
    Denied(nobody, "", method, "", "TOO_MANY_FAILURES");
    return TooManyFailures(wait);
  }
  verifications_.Leave(origin);
  std::string bank;
  std::string reason;
  Known known;
  known.keys = keys;
  const absl::StatusOr<bool> loaded = LoadJwt(text, origin, now, version_.load(), &bank, &reason, &known);
  if (!loaded.ok()) {
    return ReadFailed(loaded.status(), method);
  }
  return *loaded ? Remember(std::move(key), std::move(known), principal) : Refuse(bank, nobody, method, reason, now);
}

grpc::Status Gate::IdentifyToken(const auth::Token& token, const std::string& origin, const std::string& method,
                                 model::RecordTime now, auth::Principal* principal) {
  const auto keyed = edge_.sealer->KeyedDigest("token", token.secret);
  const std::string digest(keyed.begin(), keyed.end());
  std::string key = absl::StrCat(token.bank, "/", token.prefix, "/", digest);
  if (Recall(key, 0, origin, now, principal)) {
    return grpc::Status::OK;
  }
  absl::string_view reason;
  Known known;
  known.principal.origin = origin;
  const absl::StatusOr<bool> loaded = Load(token, digest, origin, now, version_.load(), &reason, &known);
  if (!loaded.ok()) {
    return ReadFailed(loaded.status(), method);
  }
  return *loaded ? Remember(std::move(key), std::move(known), principal)
                 : Refuse(token.bank, known.principal, method, reason, now);
}

grpc::Status Gate::NobodyThere(const std::string& origin, const std::string& method, model::RecordTime now) {
  auth::Principal nobody;
  nobody.origin = origin;
  if (const int64_t wait = strangers_.Enter(origin, now.value()); wait != 0) {
    Denied(nobody, "", method, "", "TOO_MANY_CALLS");
    return TooManyCalls(wait);
  }
  strangers_.Leave(origin);
  Denied(nobody, "", method, "", "NO_CREDENTIAL");
  return NoCredential();
}

grpc::Status Gate::Identify(const grpc::ServerContext& context, const std::string& method, auth::Principal* principal) {
  if (trusting()) {
    return TrustTheName(context, principal);
  }
  const std::string origin = principal->origin;
  const model::RecordTime now(absl::ToUnixMicros(edge_.clock->Now()));
  const absl::string_view authorization = MetadataOf(context, kCredentialKey);
  if (authorization.empty()) {
    return NobodyThere(origin, method, now);
  }
  const absl::string_view bearer = auth::BearerOf(authorization).value_or(absl::string_view());
  if (const std::optional<auth::Token> token = auth::ParseToken(bearer); token.has_value()) {
    return IdentifyToken(*token, origin, method, now, principal);
  }
  if (edge_.access.jwt != nullptr && auth::LooksLikeJwt(bearer)) {
    return IdentifyJwt(bearer, origin, method, now, principal);
  }
  if (!bearer.empty() && IsSetUp(bearer)) {
    principal->setting_up = true;
    principal->name = kOperator;
    principal->role = kOperator;
    return grpc::Status::OK;
  }
  auth::Principal nobody;
  nobody.origin = origin;
  return Refuse("", nobody, method, "TOKEN_MALFORMED", now);
}

grpc::Status Gate::Enter(const grpc::ServerContext& context, const std::string& method, bool open_to_all,
                         auth::Principal* principal) {
  if (trusting()) {
    return grpc::Status::OK;
  }
  principal->origin = OriginOf(context.peer());
  const int64_t now = absl::ToUnixMicros(edge_.clock->Now());
  int64_t wait = origins_.Enter(principal->origin, now);
  if (wait == 0 && open_to_all) {
    wait = open_.Enter(principal->origin, now);
    if (wait != 0) {
      origins_.Leave(principal->origin);
    }
  }
  if (wait == 0) {
    return grpc::Status::OK;
  }
  Denied(*principal, "", method, "", "TOO_MANY_CALLS");
  return TooManyCalls(wait);
}

void Gate::Leave(const auth::Principal& principal, bool open_to_all) {
  if (trusting()) {
    return;
  }
  origins_.Leave(principal.origin);
  if (open_to_all) {
    open_.Leave(principal.origin);
  }
}

grpc::Status Gate::EnterAs(const auth::Principal& principal) {
  const int64_t wait = trusting() ? 0 : principals_.Enter(KeyOf(principal), absl::ToUnixMicros(edge_.clock->Now()));
  return wait == 0 ? grpc::Status::OK : TooManyCalls(wait);
}

void Gate::LeaveAs(const auth::Principal& principal) {
  if (!trusting()) {
    principals_.Leave(KeyOf(principal));
  }
}

Gate::Pass Gate::PassNow() const { return {version_.load(), absl::ToUnixMicros(edge_.clock->Now())}; }

bool Gate::HasChanged(const Pass& pass) const {
  const int64_t passed = absl::ToUnixMicros(edge_.clock->Now()) - pass.moment;
  return pass.version != version_.load() || passed < 0 || passed > kPassMicros;
}

bool Gate::SpeaksForService(const auth::Principal& principal) const {
  return principal.setting_up || (!principal.bank.empty() && OnlyBank(*edge_.store) == principal.bank);
}

void Gate::Denied(const auth::Principal& principal, const std::string& bank, const std::string& method, std::string thing,
                  absl::string_view reason) {
  model::NoteAttempt attempt = AttemptOf(principal, method, std::move(thing));
  attempt.reason = std::string(reason);
  notes_.Denied(principal.bank.empty() ? bank : principal.bank, std::move(attempt));
}

void Gate::Done(const auth::Principal& principal, const std::string& bank, const std::string& method, std::string thing) {
  notes_.Done(bank, AttemptOf(principal, method, std::move(thing)));
}

}  // namespace timebank::rpc
