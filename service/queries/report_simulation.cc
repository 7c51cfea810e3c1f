// A try-out of rules: the services of a past period are banked again, in the order of the journal, under other rules.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/points.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/ledger/star_life.h"
#include "service/ledger/star_measure.h"
#include "service/model/limits.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/scope_tree.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Day;
using model::MemberId;
using model::Minutes;
using Kind = model::EntryKind;

namespace {

// A version of the rules, as it is and with the changes.
struct RulePair {
  model::Rules was;
  model::Rules would_be;
};

// A service of the period while it is settled.
struct Trial {
  uint64_t volunteer = 0;
  Day day;
  SimulatedBooking was;
  SimulatedBooking would_be;
  bool too_young = false;
  bool too_short = false;
};

// What a service is tried against: who carried which star then.
class Stars {
 public:
  void Note(const rec::Entry& entry) {
    if (entry.has_star_award()) {
      const rec::StarAward& row = entry.star_award();
      awards_[entry.subject()] = {static_cast<int>(row.level()), static_cast<model::AwardState>(row.state())};
      by_member_[row.member()].insert(entry.subject());
    }
    for (const rec::StarConsequence& consequence : entry.star_consequences()) {
      if (consequence.award() != 0) {
        awards_[consequence.award()].second = static_cast<model::AwardState>(consequence.state());
      }
    }
  }

  int LevelOf(uint64_t member) const {
    const auto found = by_member_.find(member);
    if (found == by_member_.end()) {
      return 0;
    }
    for (const uint64_t award : found->second) {
      if (ledger::IsInForce(awards_.at(award).second)) {
        return awards_.at(award).first;
      }
    }
    return 0;
  }

 private:
  std::map<uint64_t, std::pair<int, model::AwardState>> awards_;  // level and state
  std::map<uint64_t, std::set<uint64_t>> by_member_;
};

class Simulation {
 public:
  Simulation(const store::Reader& reader, absl::string_view bank, const SimulationFilter& filter)
      : reader_(reader), bank_(bank), filter_(filter) {}

  absl::Status Prepare() {
    TB_ASSIGN_OR_RETURN(row_, ledger::MustLoadRow<rec::Bank>(reader_, keys::Bank(bank_)));
    if (!filter_.scope_code.empty()) {
      TB_ASSIGN_OR_RETURN(scopes_, ScopesBelow(reader_, bank_, filter_.scope_code));
    }
    return absl::OkStatus();
  }

  uint64_t entries() const { return row_.entry_count(); }

  absl::Status Note(const rec::Entry& entry) {
    const auto kind = static_cast<Kind>(entry.kind());
    const Day day(entry.effective_day());
    const bool in_period = filter_.from <= day && day <= filter_.to;
    if (in_period && (kind == Kind::kServiceSettled || kind == Kind::kOrderConfirmed)) {
      TB_RETURN_IF_ERROR(Settle(entry, day));
    }
    if (in_period && (kind == Kind::kServiceReversed || kind == Kind::kOrderReversed)) {
      Reverse(ledger::RecordOf(entry));
    }
    for (const rec::Posting& posting : entry.postings()) {
      if (posting.owner_kind() == static_cast<uint32_t>(model::OwnerKind::kMember) &&
          posting.asset() == static_cast<uint32_t>(model::Asset::kHours)) {
        has_[posting.owner()] += posting.amount();
      }
    }
    if (entry.hours_owed() != 0) {
      TB_ASSIGN_OR_RETURN(const rec::Record record, LoadRecord(ledger::RecordOf(entry)));
      has_[record.service().volunteer()] -= entry.hours_owed();
    }
    stars_.Note(entry);
    return absl::OkStatus();
  }

  absl::StatusOr<SimulationView> Finish(const PageRequest& page, const GoOn& go_on) {
    SimulationView view;
    std::map<uint64_t, SimulatedMemberView> members;
    for (const auto& [id, trial] : trials_) {
      if (tried_.count(id) > 0) {
        Add(trial, &members[trial.volunteer].sums);
        Add(trial, &view.total);
      }
    }
    TB_RETURN_IF_ERROR(CompareStars(go_on, &members));
    std::vector<std::pair<uint64_t, SimulatedMemberView>> changed;
    for (auto& [id, member] : members) {
      const SimulatedSums& sums = member.sums;
      if (!(sums.was == sums.would_be) || sums.too_young + sums.too_short > 0 || member.star != member.new_star) {
        view.gained += member.new_star > member.star ? 1 : 0;
        view.lost += member.new_star < member.star ? 1 : 0;
        changed.emplace_back(id, std::move(member));
      }
    }
    view.changed = static_cast<int64_t>(changed.size());
    TB_RETURN_IF_ERROR(Cut(page, std::move(changed), &view));
    return view;
  }

 private:
  absl::StatusOr<rec::Record> LoadRecord(uint64_t id) const {
    return ledger::MustLoadRow<rec::Record>(reader_, keys::Record(bank_, model::RecordId(id)));
  }

  absl::StatusOr<const RulePair*> RulesOn(Day day) {
    const uint32_t version = ledger::RuleVersionOn(row_, day);
    auto found = rules_.find(version);
    if (found == rules_.end()) {
      TB_ASSIGN_OR_RETURN(const rec::RuleSet row, ledger::MustLoadRow<rec::RuleSet>(reader_, keys::RuleSet(bank_, version)));
      RulePair pair{ledger::RulesFromRow(row), ledger::RulesFromRow(row)};
      for (const auto& [name, value] : filter_.changes) {
        model::SetRule(name, value, &pair.would_be);
      }
      found = rules_.emplace(version, std::move(pair)).first;
    }
    return &found->second;
  }

  // Whether the rules would have recorded it at all.
  absl::Status Admit(const rec::Record& record, const model::Rules& rules, Trial* trial) const {
    TB_ASSIGN_OR_RETURN(const rec::Member member,
                        ledger::MustLoadRow<rec::Member>(reader_, keys::Member(bank_, MemberId(trial->volunteer))));
    const int age = base::AgeOn(base::DayFromNumber(member.birth()), base::DayFromNumber(trial->day.value()));
    trial->too_young = age < rules.earning_age_guarded || (age < rules.earning_age && !member.guardian_consent());
    trial->too_short = record.measured() < rules.shortest_minutes;
    return absl::OkStatus();
  }

  // Banks a service as the ledger did, with what the member had then and with what she would have had.
  absl::Status Settle(const rec::Entry& entry, Day day) {
    const uint64_t id = ledger::RecordOf(entry);
    TB_ASSIGN_OR_RETURN(const rec::Record record, LoadRecord(id));
    Trial trial;
    trial.volunteer = record.service().volunteer();
    trial.day = day;
    trial.was = {Minutes(record.counted()), Minutes(record.credited()), Minutes(record.pool()),
                 model::Points(record.points())};
    trial.would_be = trial.was;
    // Services of other scopes take up room under the same cap, as they are.
    if (scopes_.empty() || scopes_.count(entry.scope()) > 0) {
      TB_ASSIGN_OR_RETURN(const RulePair* const rules, RulesOn(day));
      TB_RETURN_IF_ERROR(Try(record, rules->would_be, &trial));
      tried_.insert(id);
      if (tried_.size() > model::limits::kSimulatedRecords) {
        return absl::FailedPreconditionError("the period has too many services");
      }
    }
    counted_[{trial.volunteer, day}] += trial.would_be.service.value();
    more_[trial.volunteer] += (trial.would_be.credited - trial.was.credited).value();
    trials_[id] = trial;
    return absl::OkStatus();
  }

  absl::Status Try(const rec::Record& record, const model::Rules& rules, Trial* trial) {
    TB_RETURN_IF_ERROR(Admit(record, rules, trial));
    if (trial->too_young || trial->too_short) {
      trial->would_be = SimulatedBooking();
      return absl::OkStatus();
    }
    const std::string& category = record.service().category();
    const model::Credit credit =
        model::CreditOf(rules, category, Minutes(record.measured()), Minutes(counted_[{trial->volunteer, trial->day}]),
                        Minutes(has_[trial->volunteer] + more_[trial->volunteer]));
    trial->would_be = {credit.counted, credit.credited, credit.worth - credit.credited,
                       model::EarnedPoints(rules, category, credit.counted, stars_.LevelOf(trial->volunteer),
                                           ledger::CampaignPercent(row_, trial->day, category))};
    return absl::OkStatus();
  }

  void Reverse(uint64_t id) {
    const auto found = trials_.find(id);
    if (found == trials_.end()) {
      return;
    }
    const Trial& trial = found->second;
    counted_[{trial.volunteer, trial.day}] -= trial.would_be.service.value();
    more_[trial.volunteer] -= (trial.would_be.credited - trial.was.credited).value();
    tried_.erase(id);
    trials_.erase(found);
  }

  static void Add(const Trial& trial, SimulatedSums* sums) {
    const auto add = [](const SimulatedBooking& booking, SimulatedBooking* sum) {
      sum->service += booking.service;
      sum->credited += booking.credited;
      sum->pool += booking.pool;
      sum->points += booking.points;
    };
    ++sums->services;
    add(trial.was, &sums->was);
    add(trial.would_be, &sums->would_be);
    sums->too_young += trial.too_young ? 1 : 0;
    sums->too_short += trial.too_short && !trial.too_young ? 1 : 0;
  }

  // The hours of everybody against the bands of the last day, as they are and as they would be.
  absl::Status CompareStars(const GoOn& go_on, std::map<uint64_t, SimulatedMemberView>* members) {
    TB_ASSIGN_OR_RETURN(const RulePair* const rules, RulesOn(filter_.to));
    const std::string first = keys::Book(bank_, model::MemberOwner(MemberId(0)));
    const std::string prefix = first.substr(0, first.size() - sizeof(uint64_t));
    size_t looked_at = 0;
    auto it = reader_.Scan(prefix, base::PrefixEnd(prefix));
    for (; it->Valid(); it->Next()) {
      if (++looked_at % 1024 == 0 && !go_on()) {
        return absl::DeadlineExceededError("the try-out takes longer than its deadline allows");
      }
      TB_ASSIGN_OR_RETURN(const rec::Book book, ParseRow<rec::Book>(it->value()));
      const uint64_t id = keys::LastId(it->key());
      const auto found = members->find(id);
      const Minutes service(book.service());
      const Minutes more =
          found == members->end() ? Minutes(0) : found->second.sums.would_be.service - found->second.sums.was.service;
      const int star = ledger::StarLevelReached(rules->was, service);
      const int new_star = ledger::StarLevelReached(rules->would_be, service + more);
      if (found != members->end() || star != new_star) {
        SimulatedMemberView& member = (*members)[id];
        member.star = star;
        member.new_star = new_star;
      }
    }
    return it->status();
  }

  std::string FilterText() const {
    std::string text =
        absl::StrCat("simulate/", bank_, "/", filter_.from.value(), "/", filter_.to.value(), "/", filter_.scope_code);
    for (const auto& [name, value] : filter_.changes) {
      absl::StrAppend(&text, "/", name, "=", value);
    }
    return text;
  }

  // The members of the page that begins where the token says.
  absl::Status Cut(const PageRequest& page, std::vector<std::pair<uint64_t, SimulatedMemberView>> changed,
                   SimulationView* view) const {
    TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(FilterText(), page.token));
    const uint64_t first = place.size() == sizeof(uint64_t) ? keys::LastId(place) : 0;
    const Lookup lookup(reader_, bank_);
    for (auto& [id, member] : changed) {
      if (id < first) {
        continue;
      }
      if (view->members.size() >= page.size) {
        view->next = MakePageToken(FilterText(), keys::EncodeId(id));
        break;
      }
      TB_ASSIGN_OR_RETURN(member.member, lookup.Person(MemberId(id)));
      view->members.push_back(std::move(member));
    }
    return absl::OkStatus();
  }

  const store::Reader& reader_;
  const std::string bank_;
  const SimulationFilter& filter_;
  rec::Bank row_;
  std::set<uint64_t> scopes_;
  std::map<uint32_t, RulePair> rules_;  // by version
  Stars stars_;
  std::map<uint64_t, int64_t> has_;   // by member: hours, available and held, less what is owed, as they were
  std::map<uint64_t, int64_t> more_;  // by member: what the changes would have added to that
  std::map<std::pair<uint64_t, Day>, int64_t> counted_;  // by volunteer and day, under the changed rules
  std::map<uint64_t, Trial> trials_;                     // by record: every service of the period that is settled
  std::set<uint64_t> tried_;                             // of those, in the scope
};

}  // namespace

absl::StatusOr<SimulationView> Queries::Simulate(absl::string_view bank, const SimulationFilter& filter,
                                                 const PageRequest& page, const GoOn& go_on) const {
  const Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  Simulation simulation(*snapshot_, bank, filter);
  TB_RETURN_IF_ERROR(simulation.Prepare());
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, 1, simulation.entries(), go_on,
                                 [&](const rec::Entry& entry) { return simulation.Note(entry); }));
  return simulation.Finish(page, go_on);
}

}  // namespace timebank::queries
