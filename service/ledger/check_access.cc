// Roles and tokens: what the journal says of them, and the rows against it.
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/journal_facts.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using Kind = model::EntryKind;

absl::Status Broken(const rec::Entry& entry, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", entry.sequence(), ": ", what));
}

absl::Status TakePrincipal(const rec::Entry& entry, JournalFacts& facts) {
  const rec::PrincipalChange& change = entry.principal_change();
  rec::Principal& row = facts.principals[change.principal()];
  switch (static_cast<Kind>(entry.kind())) {
    case Kind::kRoleGranted:
      if (change.binding().id() != entry.sequence()) {
        return Broken(entry, "a role has another number than its entry");
      }
      *row.add_bindings() = change.binding();
      break;
    case Kind::kRoleRevoked: {
      int place = 0;
      while (place < row.bindings_size() && row.bindings(place).id() != change.binding().id()) {
        ++place;
      }
      if (place == row.bindings_size()) {
        return Broken(entry, "a role is revoked that was not granted");
      }
      row.mutable_bindings()->DeleteSubrange(place, 1);
      break;
    }
    default:
      if (row.member() != 0) {
        return Broken(entry, "a principal is linked twice");
      }
      row.set_member(entry.subject());
  }
  return row.SerializeAsString() == change.row().SerializeAsString()
             ? absl::OkStatus()
             : Broken(entry, "a principal's row is not what its roles come to");
}

absl::Status TakeToken(const rec::Entry& entry, JournalFacts& facts) {
  const rec::Token& token = entry.token_change().token();
  const auto found = facts.tokens.find(token.id());
  if (static_cast<Kind>(entry.kind()) == Kind::kTokenCreated) {
    const auto replaced = facts.tokens.find(token.replaces());
    if (found != facts.tokens.end() || token.id() != entry.sequence() || token.expires() <= token.created()) {
      return Broken(entry, "a token is made out of turn");
    }
    if ((token.replaces() != 0) != (replaced != facts.tokens.end())) {
      return Broken(entry, "a token replaces one that is not there");
    }
    if (replaced != facts.tokens.end()) {
      replaced->second.set_expires(entry.token_change().replaced_expires());
    }
    facts.tokens[token.id()] = token;
    return absl::OkStatus();
  }
  if (found == facts.tokens.end() || found->second.revoked() > token.revoked() ||
      found->second.used_day() > token.used_day() || found->second.digest() != token.digest()) {
    return Broken(entry, "a token changes that is not there, or goes back");
  }
  found->second = token;
  return absl::OkStatus();
}

// Nothing is linked to an erased member any more, and no token under her number is accepted.
void TakeErasure(const rec::Entry& entry, JournalFacts& facts) {
  for (const uint64_t number : NumbersOf(facts.registry, entry.subject())) {
    for (auto& [name, row] : facts.principals) {
      if (row.member() == number) {
        row.clear_member();
      }
    }
    const std::string name = model::MemberNumber(model::MemberId(number));
    for (auto& [id, token] : facts.tokens) {
      if (token.revoked() == 0 && absl::AsciiStrToUpper(token.principal()) == name) {
        token.set_revoked(entry.record_time());
      }
    }
  }
}

}  // namespace

absl::Status TakeAccess(const rec::Entry& entry, JournalFacts& facts) {
  if (entry.has_member_erased()) {
    TakeErasure(entry, facts);
    return absl::OkStatus();
  }
  if (entry.has_principal_change()) {
    return TakePrincipal(entry, facts);
  }
  return entry.has_token_change() ? TakeToken(entry, facts) : absl::OkStatus();
}

absl::Status CheckAccess(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<std::string, std::string> expected;
  for (const auto& [name, row] : facts.principals) {
    expected[keys::Principal(bank, name)] = row.SerializeAsString();
  }
  for (const auto& [id, row] : facts.tokens) {
    expected[keys::TokenByDigest(bank, row.digest())] = row.SerializeAsString();
    expected[keys::TokenById(bank, model::TokenId(id))] = row.digest();
    expected[keys::TokenOf(bank, row.principal(), model::TokenId(id))] = "";
  }
  const std::string prefix = keys::TableOf('A', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  size_t rows = 0;
  for (; it->Valid(); it->Next()) {
    const auto found = expected.find(std::string(it->key()));
    if (found == expected.end() || found->second != it->value()) {
      return absl::InternalError(absl::StrCat("a row about access in bank ", bank, " is not what the journal says"));
    }
    ++rows;
  }
  TB_RETURN_IF_ERROR(it->status());
  return rows == expected.size() ? absl::OkStatus()
                                 : absl::InternalError(absl::StrCat("a row about access is missing in bank ", bank));
}

}  // namespace timebank::ledger
