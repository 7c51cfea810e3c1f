// Stars and the calendar.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/ledger/star_life.h"
#include "service/ledger/star_measure.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::StarState;

namespace {

// The ids behind what a filter names; 0 where it names nothing.
struct Wanted {
  model::ScopeId scope;
  model::MemberId member;
};

absl::StatusOr<Wanted> Find(const Lookup& lookup, const std::string& scope_code, const std::string& member) {
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  Wanted wanted;
  if (!scope_code.empty()) {
    TB_ASSIGN_OR_RETURN(const uint64_t id,
                        ledger::FindId(lookup.reader(), lookup.bank(), keys::NameKind::kScope, scope_code));
    if (id == 0) {
      return absl::NotFoundError(absl::StrCat("there is no scope ", scope_code));
    }
    wanted.scope = model::ScopeId(id);
  }
  if (!member.empty()) {
    TB_ASSIGN_OR_RETURN(wanted.member, lookup.MemberByRef(member));
  }
  return wanted;
}

// Whether a row of a member, a scope and a level is one of those.
template <typename Row>
absl::StatusOr<bool> Fits(const Lookup& lookup, const Wanted& wanted, int level, const Row& row) {
  if ((wanted.member.value() != 0 && row.member() != wanted.member.value()) ||
      (level != 0 && row.level() != static_cast<uint32_t>(level))) {
    return false;
  }
  if (wanted.scope.value() == 0) {
    return true;
  }
  return ledger::ScopeCovers(lookup.reader(), lookup.bank(), wanted.scope, model::ScopeId(row.scope()));
}

absl::StatusOr<StarApplicationView> View(Lookup& lookup, model::StarApplicationId id, const rec::StarApplication& row) {
  StarApplicationView view;
  view.id = id;
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(model::MemberId(row.member())));
  TB_ASSIGN_OR_RETURN(view.center, lookup.Center(model::CenterId(row.center())));
  TB_ASSIGN_OR_RETURN(view.scope_code, lookup.ScopeCode(model::ScopeId(row.scope())));
  view.level = static_cast<int>(row.level());
  view.state = static_cast<StarState>(row.state());
  view.service = model::Minutes(row.service());
  view.band = model::Minutes(row.band());
  view.submitted = model::Day(row.submitted());
  view.submitter = row.submitter();
  view.reviewer = row.reviewer();
  view.notice_from = model::Day(row.notice_from());
  view.notice_until = model::Day(row.notice_until());
  view.days_left = row.days_left();
  view.objector = row.objector();
  view.more_objectors.assign(row.more_objectors().begin(), row.more_objectors().end());
  view.reason = row.reason();
  view.award = model::StarAwardId(row.award());
  view.stopped_by = model::Sequence(row.stopped_by());
  view.rule_set_version = row.rule_set_version();
  return view;
}

absl::StatusOr<StarAwardView> View(Lookup& lookup, model::StarAwardId id, const rec::StarAward& row) {
  StarAwardView view;
  view.id = id;
  view.application = model::StarApplicationId(row.application());
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(model::MemberId(row.member())));
  TB_ASSIGN_OR_RETURN(view.authority_code, lookup.ScopeCode(model::ScopeId(row.authority())));
  TB_ASSIGN_OR_RETURN(view.scope_code, lookup.ScopeCode(model::ScopeId(row.scope())));
  TB_ASSIGN_OR_RETURN(
      const rec::StarApplication application,
      ledger::MustLoadRow<rec::StarApplication>(lookup.reader(), keys::StarApplication(lookup.bank(), view.application)));
  TB_ASSIGN_OR_RETURN(view.center, lookup.Center(model::CenterId(application.center())));
  view.level = static_cast<int>(row.level());
  view.state = static_cast<model::AwardState>(row.state());
  view.number = row.number();
  view.awarded = model::Day(row.awarded());
  view.service = model::Minutes(row.service());
  view.review_opener = row.review_opener();
  view.review_cause = model::Sequence(row.review_cause());
  view.reason = row.reason();
  return view;
}

// Fills in which star is next, what it asks for, and which one the hours reach already.
void Measure(const model::Rules& rules, const rec::StarStanding& standing, StarNeedsView* view) {
  const auto free = [&](int level) { return level > view->level && ledger::HeldAt(standing, level) == nullptr; };
  for (int level = model::kStarLevels; level >= 1; --level) {
    if (!free(level)) {
      continue;
    }
    view->next = level;
    if (view->reached == 0 && view->service >= ledger::StarBand(rules, level) &&
        !ledger::EvaluationTooLow(rules, view->mean_evaluation)) {
      view->reached = level;
    }
  }
  if (view->next != 0) {
    view->needed = ledger::StarBand(rules, view->next);
    view->missing = std::max(model::Minutes(0), view->needed - view->service);
  }
}

absl::StatusOr<StarNeedsView> Needs(Lookup& lookup, model::MemberId id, const rec::Member& member, const model::Rules& rules,
                                    model::Day today) {
  StarNeedsView view;
  TB_ASSIGN_OR_RETURN(const rec::StarStanding standing, ledger::LoadStanding(lookup.reader(), lookup.bank(), id));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      ledger::LoadRow<rec::Book>(lookup.reader(), keys::Book(lookup.bank(), model::MemberOwner(id))));
  view.member.id = id;
  view.active = member.state() == static_cast<uint32_t>(model::MemberState::kActive);
  view.service = model::Minutes(book.has_value() ? book->service() : 0);
  view.mean_evaluation = ledger::MeanEvaluation(book.value_or(rec::Book()));
  view.needed_evaluation = rules.star_least_evaluation;
  view.open = model::StarApplicationId(standing.application());
  if (const rec::StarStanding::Held* held = ledger::InForce(standing)) {
    view.level = static_cast<int>(held->level());
    const bool review = held->state() == static_cast<uint32_t>(model::AwardState::kUnderReview);
    view.review = model::StarAwardId(review ? held->award() : 0);
  }
  Measure(rules, standing, &view);
  const model::Day from =
      std::max(ledger::FirstDayByMembership(rules, member, standing), ledger::FirstDayByYears(rules, standing));
  if (from > today) {
    view.apply_from = from;
  }
  return view;
}

// The parts that a list shows, once it is known that it shows the member.
absl::Status Introduce(Lookup& lookup, const rec::Member& member, StarNeedsView* view) {
  TB_ASSIGN_OR_RETURN(view->member, lookup.Person(view->member.id));
  TB_ASSIGN_OR_RETURN(view->center, lookup.Center(model::CenterId(member.center())));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StarApplicationView> Queries::StarApplication(absl::string_view bank, model::StarApplicationId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::StarApplication> row,
                      ledger::LoadRow<rec::StarApplication>(*snapshot_, keys::StarApplication(bank, id)));
  return row.has_value() ? View(lookup, id, *row)
                         : absl::NotFoundError(absl::StrCat("there is no star application ", id.value()));
}

absl::StatusOr<Page<StarApplicationView>> Queries::StarApplications(absl::string_view bank, const StarFilter& filter,
                                                                    const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const Wanted wanted, Find(lookup, filter.scope_code, filter.member));
  std::vector<KeyRange> ranges;
  for (int state = 1; state <= model::kStarStates; ++state) {
    const auto candidate = static_cast<StarState>(state);
    if (filter.state.has_value() ? *filter.state == candidate : ledger::IsOpen(candidate)) {
      const std::string prefix = keys::StarApplicationsIn(bank, candidate);
      ranges.push_back({prefix, base::PrefixEnd(prefix)});
    }
  }
  const std::string text = absl::StrCat("stars/", bank, "/", filter.state.has_value() ? static_cast<int>(*filter.state) : 0,
                                        "/", wanted.scope.value(), "/", wanted.member.value(), "/", filter.level);
  return WalkRanges<StarApplicationView>(
      *snapshot_, ranges, text, page,
      [&](absl::string_view key, absl::string_view, std::vector<StarApplicationView>& rows) -> absl::Status {
        const model::StarApplicationId id(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const rec::StarApplication row,
                            ledger::MustLoadRow<rec::StarApplication>(*snapshot_, keys::StarApplication(bank, id)));
        TB_ASSIGN_OR_RETURN(const bool fits, Fits(lookup, wanted, filter.level, row));
        if (fits) {
          TB_ASSIGN_OR_RETURN(StarApplicationView view, View(lookup, id, row));
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<StarAwardView> Queries::StarAward(absl::string_view bank, model::StarAwardId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::StarAward> row,
                      ledger::LoadRow<rec::StarAward>(*snapshot_, keys::StarAward(bank, id)));
  return row.has_value() ? View(lookup, id, *row) : absl::NotFoundError(absl::StrCat("there is no star award ", id.value()));
}

absl::StatusOr<Page<StarAwardView>> Queries::StarAwards(absl::string_view bank, const StarAwardFilter& filter,
                                                        const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const Wanted wanted, Find(lookup, filter.scope_code, filter.member));
  const std::string text =
      absl::StrCat("awards/", bank, "/", filter.state.has_value() ? static_cast<int>(*filter.state) : 0,
                   filter.in_force ? "+/" : "/", wanted.scope.value(), "/", wanted.member.value(), "/", filter.level);
  return WalkPrefix<StarAwardView>(
      *snapshot_, keys::TableOf('U', bank), text, page,
      [&](absl::string_view key, absl::string_view value, std::vector<StarAwardView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::StarAward row, ParseRow<rec::StarAward>(value));
        const auto state = static_cast<model::AwardState>(row.state());
        if ((filter.state.has_value() && *filter.state != state) || (filter.in_force && !ledger::IsInForce(state))) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(const bool fits, Fits(lookup, wanted, filter.level, row));
        if (fits) {
          TB_ASSIGN_OR_RETURN(StarAwardView view, View(lookup, model::StarAwardId(keys::LastId(key)), row));
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<StarNeedsView> Queries::StarNeeds(absl::string_view bank, absl::string_view member, model::Day today) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  TB_ASSIGN_OR_RETURN(const RuleSetView rules, RuleSetOn(bank, today));
  TB_ASSIGN_OR_RETURN(const rec::Member row, ledger::MustLoadRow<rec::Member>(*snapshot_, keys::Member(bank, id)));
  TB_ASSIGN_OR_RETURN(StarNeedsView view, Needs(lookup, id, row, rules.rules, today));
  TB_RETURN_IF_ERROR(Introduce(lookup, row, &view));
  return view;
}

absl::StatusOr<Page<StarNeedsView>> Queries::StarCandidates(absl::string_view bank, const StarCandidateFilter& filter,
                                                            const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  model::CenterId only;
  if (!filter.center.empty()) {
    TB_ASSIGN_OR_RETURN(only, lookup.CenterByRef(filter.center));
  }
  TB_ASSIGN_OR_RETURN(const RuleSetView rules, RuleSetOn(bank, filter.today));
  return WalkPrefix<StarNeedsView>(
      *snapshot_, keys::TableOf('m', bank), absl::StrCat("candidates/", bank, "/", only.value(), "/", filter.close.value()),
      page, [&](absl::string_view key, absl::string_view value, std::vector<StarNeedsView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Member row, ParseRow<rec::Member>(value));
        if (only.value() != 0 && row.center() != only.value()) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(StarNeedsView view,
                            Needs(lookup, model::MemberId(keys::LastId(key)), row, rules.rules, filter.today));
        const bool near = view.reached != 0 || (view.next != 0 && view.missing <= filter.close);
        if (view.active && view.open.value() == 0 && near) {
          TB_RETURN_IF_ERROR(Introduce(lookup, row, &view));
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<CalendarDayView>> Queries::Calendar(absl::string_view bank, std::optional<model::Day> from,
                                                        std::optional<model::Day> to, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  const std::string prefix = keys::TableOf('z', bank);
  const KeyRange range{from.has_value() ? keys::CalendarDay(bank, *from) : prefix,
                       to.has_value() ? keys::CalendarDay(bank, model::Day(to->value() + 1)) : base::PrefixEnd(prefix)};
  const std::string text = absl::StrCat("calendar/", bank, "/", from.has_value() ? absl::StrCat(from->value()) : "", "/",
                                        to.has_value() ? absl::StrCat(to->value()) : "");
  return WalkRanges<CalendarDayView>(
      *snapshot_, {range}, text, page,
      [&](absl::string_view key, absl::string_view value, std::vector<CalendarDayView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::CalendarDay row, ParseRow<rec::CalendarDay>(value));
        rows.push_back({keys::LastDay(key), static_cast<model::DayKind>(row.kind()), row.reason()});
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
