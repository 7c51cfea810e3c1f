#include "service/ledger/star_rows.h"

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/star_measure.h"

namespace timebank::ledger {
namespace {

using model::Reason;
using model::StarState;

// The end of the notice stands in the due index for as long as the notice runs.
std::string DueKey(Work& work, model::StarApplicationId id, const rec::StarApplication& row) {
  return keys::Due(work.bank_id(), model::StartOf(model::Day(row.notice_until() + 1)), model::DueKind::kStarNotice,
                   id.value());
}

absl::Status StopApplication(Work& work, rec::StarStanding& standing, model::Minutes service) {
  const model::StarApplicationId id(standing.application());
  TB_ASSIGN_OR_RETURN(const rec::StarApplication before,
                      MustLoadRow<rec::StarApplication>(work.rows(), keys::StarApplication(work.bank_id(), id)));
  const StarStep* const step = FindStep(static_cast<StarState>(before.state()), StarEvent::kStop);
  if (step == nullptr || service.value() >= before.band()) {
    return absl::OkStatus();
  }
  rec::StarApplication after = before;
  after.set_state(static_cast<uint32_t>(step->to));
  after.set_stopped_by(work.sequence().value());
  SaveApplication(work, id, before, after);
  standing.clear_application();
  AddConsequence(work, id, step->to);
  return absl::OkStatus();
}

absl::Status DoubtAward(Work& work, rec::StarStanding& standing, model::Minutes service) {
  const rec::StarStanding::Held* const held = InForce(standing);
  if (held == nullptr || FindStep(static_cast<model::AwardState>(held->state()), AwardEvent::kDoubt) == nullptr) {
    return absl::OkStatus();
  }
  const model::StarAwardId id(held->award());
  TB_ASSIGN_OR_RETURN(const rec::StarAward award,
                      MustLoadRow<rec::StarAward>(work.rows(), keys::StarAward(work.bank_id(), id)));
  return service.value() < award.band() ? MoveAward(work, standing, id, AwardEvent::kDoubt) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<rec::StarApplication> RequireApplication(Work& work, model::StarApplicationId id) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::StarApplication> row,
                      LoadRow<rec::StarApplication>(work.rows(), keys::StarApplication(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kStarApplicationNotFound, {{"application", IdText(id.value())}});
  }
  return *std::move(row);
}

absl::StatusOr<rec::StarAward> RequireAward(Work& work, model::StarAwardId id) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::StarAward> row,
                      LoadRow<rec::StarAward>(work.rows(), keys::StarAward(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kStarAwardNotFound, {{"award", IdText(id.value())}});
  }
  return *std::move(row);
}

absl::Status RequireNotApplicant(Work& work, model::MemberId member, const std::string& submitter) {
  TB_ASSIGN_OR_RETURN(const model::MemberId actor, PersonNamed(work, work.actor()));
  TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), member)));
  TB_ASSIGN_OR_RETURN(const bool submitted, ActorIsPerson(work, submitter));
  const bool same_name = !work.actor_name_index().empty() && work.actor_name_index() == row.name_index();
  TB_ASSIGN_OR_RETURN(const model::MemberId applicant, row.merged_into() == 0 ? member : ResolveMember(work, member));
  return actor == applicant || submitted || same_name ? work.Refuse(Reason::kStarDeciderIsApplicant) : absl::OkStatus();
}

absl::StatusOr<model::ScopeId> RequireAuthority(Work& work, const std::string& scope_code, const model::Rules& rules,
                                                int level, model::ScopeId scope) {
  TB_ASSIGN_OR_RETURN(const uint64_t id, FindId(work.rows(), work.bank_id(), keys::NameKind::kScope, scope_code));
  const model::ScopeId authority(id);
  TB_ASSIGN_OR_RETURN(const rec::Scope row, MustLoadRow<rec::Scope>(work.rows(), keys::Scope(work.bank_id(), authority)));
  const auto needed = static_cast<uint32_t>(StarAuthority(rules, level));
  if (row.level() < needed) {
    return work.Refuse(
        Reason::kStarAuthorityTooLow,
        {{"level", absl::StrCat(level)}, {"has", absl::StrCat(row.level())}, {"needed", absl::StrCat(needed)}});
  }
  TB_ASSIGN_OR_RETURN(const bool covers, ScopeCovers(work.rows(), work.bank_id(), authority, scope));
  if (!covers) {
    return work.Refuse(Reason::kStarAuthorityElsewhere, {{"scope", scope_code}});
  }
  return authority;
}

void SaveApplication(Work& work, model::StarApplicationId id, const rec::StarApplication& before,
                     const rec::StarApplication& after) {
  const auto from = static_cast<StarState>(before.state());
  const auto to = static_cast<StarState>(after.state());
  work.Save(keys::StarApplication(work.bank_id(), id), after);
  if (from != to) {
    work.Delete(keys::StarApplicationIn(work.bank_id(), from, id));
    work.Put(keys::StarApplicationIn(work.bank_id(), to, id), "");
  }
  if (from == StarState::kNoticed) {
    work.Delete(DueKey(work, id, before));
  }
  if (to == StarState::kNoticed) {
    work.Put(DueKey(work, id, after), "");
  }
}

rec::StarStanding::Held& HeldAward(rec::StarStanding& standing, model::StarAwardId award) {
  for (rec::StarStanding::Held& held : *standing.mutable_held()) {
    if (held.award() == award.value()) {
      return held;
    }
  }
  TB_CHECK(false);
  std::abort();
}

void AddConsequence(Work& work, model::StarApplicationId application, model::StarState state) {
  rec::StarConsequence* consequence = work.entry().add_star_consequences();
  consequence->set_application(application.value());
  consequence->set_state(static_cast<uint32_t>(state));
}

void AddConsequence(Work& work, model::StarAwardId award, model::AwardState state) {
  rec::StarConsequence* consequence = work.entry().add_star_consequences();
  consequence->set_award(award.value());
  consequence->set_state(static_cast<uint32_t>(state));
}

absl::Status MoveAward(Work& work, rec::StarStanding& standing, model::StarAwardId id, AwardEvent event) {
  TB_ASSIGN_OR_RETURN(rec::StarAward award, MustLoadRow<rec::StarAward>(work.rows(), keys::StarAward(work.bank_id(), id)));
  const AwardStep* const step = FindStep(static_cast<model::AwardState>(award.state()), event);
  TB_CHECK(step != nullptr);
  award.set_state(static_cast<uint32_t>(step->to));
  if (event == AwardEvent::kDoubt) {
    award.set_review_cause(work.sequence().value());
    award.clear_review_opener();
  }
  HeldAward(standing, id).set_state(award.state());
  work.Save(keys::StarAward(work.bank_id(), id), award);
  AddConsequence(work, id, step->to);
  return absl::OkStatus();
}

absl::Status StarsAfterReversal(Work& work, model::MemberId member, model::Minutes service) {
  TB_ASSIGN_OR_RETURN(rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));
  if (standing.application() != 0) {
    TB_RETURN_IF_ERROR(StopApplication(work, standing, service));
  }
  TB_RETURN_IF_ERROR(DoubtAward(work, standing, service));
  if (work.entry().star_consequences_size() > 0) {
    work.Save(keys::StarStanding(work.bank_id(), member), standing);
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
