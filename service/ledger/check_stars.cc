// The rows of stars against the facts of the journal.
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/ledger/star_facts.h"
#include "service/ledger/star_life.h"
#include "service/ledger/star_measure.h"

namespace timebank::ledger {
namespace {

using model::StarState;
using Rows = std::map<std::string, std::string>;

absl::StatusOr<Rows> RowsOf(const store::Reader& reader, absl::string_view bank, char table) {
  Rows rows;
  const std::string prefix = keys::TableOf(table, bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rows.emplace(it->key(), it->value());
  }
  TB_RETURN_IF_ERROR(it->status());
  return rows;
}

// Everything that the tables should hold, derived from the facts.
struct Expected {
  Rows applications;
  Rows states;
  Rows awards;
  Rows standings;
  Rows calendar;
};

absl::StatusOr<std::map<uint64_t, rec::StarStanding>> Standings(const StarFacts& facts) {
  std::map<uint64_t, rec::StarStanding> standings;
  for (const auto& [id, row] : facts.applications) {
    rec::StarStanding& standing = standings[row.member()];
    if (!IsOpen(static_cast<StarState>(row.state()))) {
      continue;
    }
    if (standing.application() != 0) {
      return absl::InternalError(absl::StrCat("star application ", id, ": its member has another open one"));
    }
    standing.set_application(id);
  }
  for (const auto& [id, row] : facts.awards) {
    rec::StarStanding& standing = standings[row.member()];
    const bool in_force = IsInForce(static_cast<model::AwardState>(row.state()));
    if (HeldAt(standing, static_cast<int>(row.level())) != nullptr || (in_force && InForce(standing) != nullptr)) {
      return absl::InternalError(absl::StrCat("star award ", id, ": a level twice, or two in force at once"));
    }
    rec::StarStanding::Held* held = standing.add_held();
    held->set_level(row.level());
    held->set_award(id);
    held->set_state(row.state());
    held->set_awarded(row.awarded());
  }
  return standings;
}

absl::StatusOr<Expected> Expect(absl::string_view bank, const StarFacts& facts) {
  Expected expected;
  for (const auto& [id, row] : facts.applications) {
    const model::StarApplicationId application(id);
    expected.applications[keys::StarApplication(bank, application)] = row.SerializeAsString();
    expected.states[keys::StarApplicationIn(bank, static_cast<StarState>(row.state()), application)] = "";
  }
  for (const auto& [id, row] : facts.awards) {
    expected.awards[keys::StarAward(bank, model::StarAwardId(id))] = row.SerializeAsString();
  }
  for (const auto& [day, row] : facts.calendar) {
    expected.calendar[keys::CalendarDay(bank, model::Day(day))] = row.SerializeAsString();
  }
  TB_ASSIGN_OR_RETURN(const auto standings, Standings(facts));
  for (const auto& [member, row] : standings) {
    expected.standings[keys::StarStanding(bank, model::MemberId(member))] = row.SerializeAsString();
  }
  return expected;
}

// What was frozen is still there: a reversal that takes too many hours stops the application.
absl::Status CheckHours(const store::Reader& reader, absl::string_view bank, const StarFacts& facts) {
  for (const auto& [id, row] : facts.applications) {
    if (!IsOpen(static_cast<StarState>(row.state()))) {
      continue;
    }
    TB_ASSIGN_OR_RETURN(const rec::Book book,
                        MustLoadRow<rec::Book>(reader, keys::Book(bank, model::MemberOwner(model::MemberId(row.member())))));
    if (book.service() < row.band() || row.service() < row.band()) {
      return absl::InternalError(absl::StrCat("star application ", id, ": its member has too few hours"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNumbers(const store::Reader& reader, absl::string_view bank, const StarFacts& facts) {
  for (const auto& [id, row] : facts.awards) {
    TB_ASSIGN_OR_RETURN(const uint64_t named, FindId(reader, bank, keys::NameKind::kStarNumber, row.number()));
    if (named != id) {
      return absl::InternalError(absl::StrCat("star award ", id, ": its number names another one"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckStars(const store::Reader& reader, absl::string_view bank, const StarFacts& facts) {
  TB_ASSIGN_OR_RETURN(const Expected expected, Expect(bank, facts));
  for (const auto& [table, rows] : {std::make_pair('S', &expected.applications), std::make_pair('T', &expected.states),
                                    std::make_pair('U', &expected.awards), std::make_pair('v', &expected.standings),
                                    std::make_pair('z', &expected.calendar)}) {
    TB_ASSIGN_OR_RETURN(const Rows stored, RowsOf(reader, bank, table));
    if (stored != *rows) {
      return absl::InternalError(absl::StrCat("table ", std::string(1, table), " differs from the journal"));
    }
  }
  TB_RETURN_IF_ERROR(CheckNumbers(reader, bank, facts));
  return CheckHours(reader, bank, facts);
}

}  // namespace timebank::ledger
