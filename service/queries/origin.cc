#include "service/queries/origin.h"

namespace timebank::queries {

Origin OriginOf(const ledger::rec::Entry& entry, model::MemberId member) {
  const auto other = [](uint64_t id) { return Origin{id, id == 0}; };
  if (entry.has_hours_given()) {
    const ledger::rec::HoursGiven& given = entry.hours_given();
    return other(given.from() == member.value() ? given.to() : given.from());
  }
  if (entry.has_member_life()) {
    const ledger::rec::MemberLife& life = entry.member_life();
    const bool own = entry.subject() == member.value();
    return other(!own ? entry.subject() : life.survivor() != 0 ? life.survivor() : life.heir());
  }
  return {entry.subject(), false};
}

}  // namespace timebank::queries
