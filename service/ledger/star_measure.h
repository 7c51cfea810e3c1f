// What a star asks of a member, and what a member has: read by the rules and by the queries alike.
#ifndef TIMEBANK_LEDGER_STAR_MEASURE_H_
#define TIMEBANK_LEDGER_STAR_MEASURE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/ledger/record_proto.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/rules.h"
#include "service/model/star.h"
#include "service/store/store.h"

namespace timebank::ledger {

// Settled service minutes that a level asks for. REQUIRES: 1 <= level <= model::kStarLevels, here and below.
model::Minutes StarBand(const model::Rules& rules, int level);
// The least level of scope that may award it.
model::ScopeLevel StarAuthority(const model::Rules& rules, int level);
// The highest level whose band so many minutes reach; 0 when none.
int StarLevelReached(const model::Rules& rules, model::Minutes service);

// The stars of a member; an empty row for a member who never had to do with any.
absl::StatusOr<rec::StarStanding> LoadStanding(const store::Reader& reader, absl::string_view bank, model::MemberId member);

// The star that a member carries, 0 for none: its award is ACTIVE or UNDER_REVIEW. For whoever grants something by star (the
// bonus of points): one read of table v.
absl::StatusOr<int> StarLevelOf(const store::Reader& reader, absl::string_view bank, model::MemberId member);

// Of a standing: the award in force, of a level, nullptr when there is none.
const rec::StarStanding::Held* InForce(const rec::StarStanding& standing);
const rec::StarStanding::Held* HeldAt(const rec::StarStanding& standing, int level);

// The first day on which the rules let the member apply: registered so many months before the first star, so many years after the
// last award that was not revoked. Day(INT32_MIN) when nothing holds it up.
model::Day FirstDayByMembership(const model::Rules& rules, const rec::Member& member, const rec::StarStanding& standing);
model::Day FirstDayByYears(const model::Rules& rules, const rec::StarStanding& standing);

// Mean of the member's evaluations in hundredths, rounded down; 0 when there are none.
int64_t MeanEvaluation(const rec::Book& book);
// Whether the mean is below what the rules ask for. Who has no evaluations was not judged, and is not held up.
bool EvaluationTooLow(const model::Rules& rules, int64_t mean);
// Hundredths as people say them: "4.50".
std::string EvaluationText(int64_t hundredths);

// Whether `wide` is `narrow`, or lies above it.
absl::StatusOr<bool> ScopeCovers(const store::Reader& reader, absl::string_view bank, model::ScopeId wide,
                                 model::ScopeId narrow);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_STAR_MEASURE_H_
