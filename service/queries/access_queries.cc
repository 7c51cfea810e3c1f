// Principals, their tokens, and the audit trail.
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/queries/journal_walk.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/scope_tree.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

TokenView ViewToken(const rec::Token& row) {
  TokenView view;
  view.id = model::TokenId(row.id());
  view.principal = row.principal();
  view.prefix = row.prefix();
  view.purpose = row.purpose();
  view.created = model::RecordTime(row.created());
  view.expires = model::RecordTime(row.expires());
  view.revoked = model::RecordTime(row.revoked());
  view.used = model::Day(row.used_day());
  return view;
}

absl::StatusOr<PrincipalView> ViewPrincipal(const Lookup& lookup, absl::string_view name, const rec::Principal& row) {
  PrincipalView view;
  view.name = std::string(name);
  view.member = model::MemberId(row.member());
  for (const rec::Binding& binding : row.bindings()) {
    BindingView& shown = view.bindings.emplace_back();
    shown.id = model::BindingId(binding.id());
    shown.role = static_cast<model::Role>(binding.role());
    shown.scope = model::ScopeId(binding.scope());
    if (binding.scope() != 0) {
      TB_ASSIGN_OR_RETURN(shown.scope_code, lookup.ScopeCode(shown.scope));
    }
    shown.from = model::Day(binding.from());
    shown.until = model::Day(binding.until());
  }
  return view;
}

// The member for whom a number stands, after mergers too, as long as she is one, suspended or not; else 0.
absl::StatusOr<model::MemberId> StillMember(const store::Reader& reader, absl::string_view bank, model::MemberId number) {
  while (true) {
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Member> row,
                        ledger::LoadRow<rec::Member>(reader, keys::Member(bank, number)));
    if (!row.has_value() || row->merged_into() == 0) {
      const bool is = row.has_value() && !ledger::IsOver(static_cast<model::MemberState>(row->state()));
      return is ? number : model::MemberId(0);
    }
    number = model::MemberId(row->merged_into());
  }
}

// Of tokens by their ids, as far as the lines of one page name them.
class Prefixes {
 public:
  Prefixes(const store::Reader& reader, absl::string_view bank) : reader_(reader), bank_(bank) {}

  absl::StatusOr<std::string> Of(uint64_t token) {
    if (token == 0) {
      return std::string();
    }
    const auto known = known_.find(token);
    if (known != known_.end()) {
      return known->second;
    }
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> digest, reader_.Get(keys::TokenById(bank_, model::TokenId(token))));
    if (!digest.has_value()) {
      return absl::DataLossError("an entry names a token that is not there");
    }
    TB_ASSIGN_OR_RETURN(const rec::Token row, ledger::MustLoadRow<rec::Token>(reader_, keys::TokenByDigest(bank_, *digest)));
    return known_.emplace(token, row.prefix()).first->second;
  }

 private:
  const store::Reader& reader_;
  const std::string bank_;
  std::map<uint64_t, std::string> known_;
};

// Whom the caller learned of: whom a registration found registered already, or of whom she tried a name. What is no member number is not kept.
std::string WhoWasTried(const rec::Refusal& refusal) {
  const bool known = !refusal.metadata().empty() && model::ParseMemberNumber(refusal.metadata(0).value()).value() != 0;
  return known ? absl::StrCat("members/", refusal.metadata(0).value()) : refusal.thing();
}

absl::StatusOr<AuditView> ViewAudit(const rec::Entry& entry, Prefixes& prefixes) {
  AuditView view;
  view.sequence = model::Sequence(entry.sequence());
  view.kind = static_cast<model::EntryKind>(entry.kind());
  view.subject = entry.subject();
  view.reason = entry.reason();
  if (entry.has_attempt()) {
    const rec::Attempt& attempt = entry.attempt();
    view.time = model::RecordTime(attempt.last_time());
    view.principal = attempt.principal();
    view.origin = attempt.origin();
    view.method = attempt.method();
    view.thing = attempt.thing();
    view.answer = attempt.reason();
    view.count = attempt.count();
    TB_ASSIGN_OR_RETURN(view.token_prefix, prefixes.Of(attempt.credential()));
    return view;
  }
  view.time = model::RecordTime(entry.record_time());
  view.principal = entry.actor();
  view.role = entry.role();
  view.origin = entry.origin();
  if (entry.has_refusal()) {
    view.method = entry.refusal().method();
    view.thing = entry.refusal().thing();
    model::Reason reason = model::Reason();
    view.answer =
        model::ReasonFromNumber(entry.refusal().reason(), &reason) ? std::string(model::TextOf(reason).name) : "UNKNOWN";
    if (reason == model::Reason::kMemberExists || reason == model::Reason::kVolunteerNameMismatch) {
      view.thing = WhoWasTried(entry.refusal());
    }
  }
  TB_ASSIGN_OR_RETURN(view.token_prefix, prefixes.Of(entry.credential()));
  return view;
}

}  // namespace

absl::StatusOr<std::optional<TokenView>> Queries::TokenByDigest(absl::string_view bank, absl::string_view digest) const {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Token> row,
                      ledger::LoadRow<rec::Token>(*snapshot_, keys::TokenByDigest(bank, digest)));
  return row.has_value() ? std::optional<TokenView>(ViewToken(*row)) : std::nullopt;
}

absl::StatusOr<std::optional<TokenView>> Queries::TokenById(absl::string_view bank, model::TokenId id) const {
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> digest, snapshot_->Get(keys::TokenById(bank, id)));
  return digest.has_value() ? TokenByDigest(bank, *digest) : std::optional<TokenView>();
}

absl::StatusOr<Page<TokenView>> Queries::Tokens(absl::string_view bank, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  return WalkPrefix<TokenView>(
      *snapshot_, keys::TokenIds(bank), absl::StrCat("tokens/", bank), page,
      [&](absl::string_view, absl::string_view digest, std::vector<TokenView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Token row,
                            ledger::MustLoadRow<rec::Token>(*snapshot_, keys::TokenByDigest(bank, digest)));
        rows.push_back(ViewToken(row));
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<TokenView>> Queries::TokensOf(absl::string_view bank, absl::string_view principal,
                                                  const PageRequest& page) const {
  return WalkPrefix<TokenView>(
      *snapshot_, keys::TokensOf(bank, principal), absl::StrCat("tokens/", bank, "/", principal), page,
      [&](absl::string_view key, absl::string_view, std::vector<TokenView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(std::optional<TokenView> view, TokenById(bank, model::TokenId(keys::LastId(key))));
        if (!view.has_value()) {
          return absl::DataLossError("a token that is listed is not there");
        }
        rows.push_back(*std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<std::optional<PrincipalView>> Queries::Bearer(absl::string_view bank, absl::string_view name) const {
  const Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Principal> row,
                      ledger::LoadRow<rec::Principal>(*snapshot_, keys::Principal(bank, name)));
  if (row.has_value()) {
    TB_ASSIGN_OR_RETURN(PrincipalView view, ViewPrincipal(lookup, name, *row));
    TB_ASSIGN_OR_RETURN(view.member, StillMember(*snapshot_, bank, view.member));
    return view;
  }
  const model::MemberId number = model::ParseMemberNumber(absl::AsciiStrToUpper(name));
  PrincipalView view;
  view.name = std::string(name);
  TB_ASSIGN_OR_RETURN(view.member, StillMember(*snapshot_, bank, number));
  return number.value() != 0 && view.member == number ? std::make_optional(view) : std::nullopt;
}

absl::StatusOr<PrincipalView> Queries::Principal(absl::string_view bank, absl::string_view name) const {
  const Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Principal> row,
                      ledger::LoadRow<rec::Principal>(*snapshot_, keys::Principal(bank, name)));
  return row.has_value() ? ViewPrincipal(lookup, name, *row) : absl::NotFoundError("there is no such principal");
}

absl::StatusOr<Page<PrincipalView>> Queries::Principals(absl::string_view bank, absl::string_view scope_code,
                                                        const PageRequest& page) const {
  const Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  std::set<uint64_t> within;
  if (!scope_code.empty()) {
    TB_ASSIGN_OR_RETURN(within, ScopesBelow(*snapshot_, bank, scope_code));
  }
  return WalkPrefix<PrincipalView>(
      *snapshot_, keys::Principals(bank), absl::StrCat("principals/", bank, "/", scope_code), page,
      [&](absl::string_view key, absl::string_view value, std::vector<PrincipalView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Principal row, ParseRow<rec::Principal>(value));
        TB_ASSIGN_OR_RETURN(PrincipalView view, ViewPrincipal(lookup, keys::PrincipalOf(bank, key), row));
        if (!within.empty()) {
          std::erase_if(view.bindings,
                        [&within](const BindingView& binding) { return within.count(binding.scope.value()) == 0; });
        }
        if (within.empty() || !view.bindings.empty()) {
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<AuditView>> Queries::Audit(absl::string_view bank, const AuditFilter& filter,
                                               const PageRequest& page) const {
  const Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const rec::Bank row, ledger::MustLoadRow<rec::Bank>(*snapshot_, keys::Bank(bank)));
  uint64_t first = 1;
  uint64_t last = row.entry_count();
  if (filter.from.has_value()) {
    TB_ASSIGN_OR_RETURN(first, FirstBookedOn(*snapshot_, bank, row.entry_count(), *filter.from));
  }
  if (filter.to.has_value()) {
    TB_ASSIGN_OR_RETURN(last, LastBookedBy(*snapshot_, bank, *filter.to));
  }
  Prefixes prefixes(*snapshot_, bank);
  const KeyRange range{keys::Entry(bank, model::Sequence(first)),
                       keys::Entry(bank, model::Sequence(std::max(first, last + 1)))};
  return WalkRanges<AuditView>(
      *snapshot_, {range}, absl::StrCat("audit/", bank, "/", first, "/", filter.principal, "/", filter.failed_only), page,
      [&](absl::string_view, absl::string_view value, std::vector<AuditView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Entry entry, ParseRow<rec::Entry>(value));
        TB_ASSIGN_OR_RETURN(AuditView view, ViewAudit(entry, prefixes));
        const bool wanted = (filter.principal.empty() || view.principal == filter.principal) &&
                            (!filter.failed_only || !view.answer.empty());
        if (wanted) {
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
