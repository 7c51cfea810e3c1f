#include "service/ledger/person.h"

#include <optional>

#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/model/access.h"

namespace timebank::ledger {

namespace {

absl::StatusOr<model::MemberId> FindPerson(Work& work, const std::string& name) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Principal> principal,
                      LoadRow<rec::Principal>(work.rows(), keys::Principal(work.bank_id(), name)));
  model::MemberId id(principal.has_value() ? principal->member() : 0);
  if (!principal.has_value()) {
    TB_ASSIGN_OR_RETURN(id, FindMember(work.rows(), work.bank_id(), name));
  }
  while (id.value() != 0) {
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Member> row,
                        LoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), id)));
    // A well-formed number need not be anybody's.
    if (!row.has_value() || row->merged_into() == 0) {
      return row.has_value() ? id : model::MemberId(0);
    }
    id = model::MemberId(row->merged_into());
  }
  return id;
}

}  // namespace

absl::StatusOr<model::MemberId> PersonNamed(Work& work, const std::string& name) {
  const auto found = work.persons().find(name);
  if (found != work.persons().end()) {
    return found->second;
  }
  TB_ASSIGN_OR_RETURN(const model::MemberId person, FindPerson(work, name));
  work.persons().emplace(name, person);
  return person;
}

absl::StatusOr<model::MemberId> ActingMember(Work& work) {
  model::Role role = model::Role::kMember;
  if (model::RoleFromName(work.role(), &role)) {
    return role == model::Role::kMember ? PersonNamed(work, work.actor()) : model::MemberId(0);
  }
  return FindMember(work.rows(), work.bank_id(), work.actor());
}

absl::StatusOr<bool> ActorIsMember(Work& work, const FoundMember& member) {
  TB_ASSIGN_OR_RETURN(const model::MemberId actor, PersonNamed(work, work.actor()));
  if (!work.actor_name_index().empty() && work.actor_name_index() == member.row.name_index()) {
    return true;
  }
  TB_ASSIGN_OR_RETURN(const model::MemberId person,
                      member.row.merged_into() == 0 ? member.id : ResolveMember(work, member.id));
  return actor == person;
}

absl::StatusOr<bool> ActorIsMember(Work& work, model::MemberId id) {
  FoundMember member;
  TB_ASSIGN_OR_RETURN(member.id, ResolveMember(work, id));
  TB_ASSIGN_OR_RETURN(member.row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), member.id)));
  return ActorIsMember(work, member);
}

absl::StatusOr<bool> AreOnePerson(Work& work, const std::string& one, const std::string& other) {
  if (one.empty() || one == other) {
    return !one.empty();
  }
  TB_ASSIGN_OR_RETURN(const model::MemberId first, PersonNamed(work, one));
  TB_ASSIGN_OR_RETURN(const model::MemberId second, other.empty() ? model::MemberId(0) : PersonNamed(work, other));
  return first.value() != 0 && first == second;
}

absl::StatusOr<bool> ActorIsPerson(Work& work, const std::string& name) { return AreOnePerson(work, name, work.actor()); }

absl::Status RequireNotParty(Work& work, const std::vector<model::MemberId>& parties) {
  for (const model::MemberId party : parties) {
    TB_ASSIGN_OR_RETURN(const bool is, party.value() == 0 ? absl::StatusOr<bool>(false) : ActorIsMember(work, party));
    if (is) {
      return work.Refuse(model::Reason::kActorIsParty);
    }
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
