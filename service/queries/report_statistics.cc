// Settled services by scope, category, age, month or centre.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/model/limits.h"
#include "service/queries/age_band.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/scope_tree.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

using model::Minutes;

struct Sums {
  StatisticsRowView row;
  std::set<uint64_t> volunteers;

  // `surplus`: what the record's order paid above the worth of the service.
  void Add(const rec::Record& record, Minutes surplus) {
    ++row.services;
    volunteers.insert(record.service().volunteer());
    row.service += Minutes(record.counted());
    row.credited += Minutes(record.credited());
    row.pool += Minutes(record.pool()) + surplus;
  }
  StatisticsRowView Done() && {
    row.volunteers = static_cast<int64_t>(volunteers.size());
    return std::move(row);
  }
};

// The codes from the root of the tree down to a scope, so that a scope comes before those below it; of other dimensions the key alone.
using Path = std::vector<std::string>;

// Sums of one row, and of all below it.
struct Group {
  Sums own;
  Sums below;              // its own included
  bool has_below = false;  // there is something that is not its own
};

// The rows in the order of the tree: what sums up before what it sums up.
std::vector<StatisticsRowView> RowsOf(std::map<Path, Group> groups) {
  std::vector<StatisticsRowView> rows;
  std::vector<const Path*> above;  // that sum up, of the scope at hand
  for (auto& [path, group] : groups) {
    while (!above.empty() &&
           (above.back()->size() >= path.size() || !std::equal(above.back()->begin(), above.back()->end(), path.begin()))) {
      above.pop_back();
    }
    if (group.has_below) {
      StatisticsRowView row = std::move(group.below).Done();
      row.subtotal = true;
      row.depth = static_cast<int>(above.size());
      rows.push_back(std::move(row));
      above.push_back(&path);
    }
    if (group.own.row.services > 0) {
      StatisticsRowView row = std::move(group.own).Done();
      row.depth = static_cast<int>(above.size());
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

class StatisticsFold {
 public:
  StatisticsFold(const store::Reader& reader, absl::string_view bank, const StatisticsFilter& filter)
      : reader_(reader), bank_(bank), filter_(filter), lookup_(reader, bank) {}

  absl::Status Prepare() {
    if (!filter_.scope_code.empty()) {
      TB_ASSIGN_OR_RETURN(scopes_, ScopesBelow(reader_, bank_, filter_.scope_code));
    }
    return absl::OkStatus();
  }

  // Collects what is settled by then; a reversal takes it out again.
  void Note(const rec::Entry& entry) {
    const model::Day day(entry.effective_day());
    if (!entry.has_result() || (filter_.from.has_value() && day < *filter_.from) ||
        (filter_.to.has_value() && *filter_.to < day) || (!scopes_.empty() && scopes_.count(entry.scope()) == 0)) {
      return;
    }
    switch (static_cast<model::RecordState>(entry.result().state())) {
      case model::RecordState::kSettled:
        settled_[ledger::RecordOf(entry)] = Minutes(entry.order().order().surplus());
        break;
      case model::RecordState::kReversed:
        settled_.erase(ledger::RecordOf(entry));
        break;
      default:
        break;
    }
  }

  absl::StatusOr<StatisticsView> Finish(const GoOn& go_on) {
    std::vector<uint64_t> ids;
    ids.reserve(settled_.size());
    for (const auto& [id, surplus] : settled_) {
      ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    std::map<Path, Group> groups;
    Sums total;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (i % 1024 == 0 && !go_on()) {
        return absl::DeadlineExceededError("the report takes longer than its deadline allows");
      }
      TB_ASSIGN_OR_RETURN(const rec::Record record,
                          ledger::MustLoadRow<rec::Record>(reader_, keys::Record(bank_, model::RecordId(ids[i]))));
      const Minutes surplus = settled_.at(ids[i]);
      total.Add(record, surplus);
      TB_RETURN_IF_ERROR(AddToGroups(record, surplus, groups));
      if (groups.size() > model::limits::kStatisticsRows) {
        return TooManyRows();
      }
    }
    StatisticsView view;
    view.rows = RowsOf(std::move(groups));
    if (view.rows.size() > model::limits::kStatisticsRows) {
      return TooManyRows();
    }
    view.total = std::move(total).Done();
    return view;
  }

 private:
  struct KnownScope {
    std::string code;
    std::string name;
    uint64_t parent = 0;
  };

  static absl::Status TooManyRows() {
    return absl::FailedPreconditionError("the statistic has more than 1,000 rows: narrow it by days or by scope");
  }

  absl::Status AddToGroups(const rec::Record& record, Minutes surplus, std::map<Path, Group>& groups) {
    if (filter_.dimension == StatisticsDimension::kScope) {
      return AddToScopes(record, surplus, groups);
    }
    StatisticsRowView head;
    TB_RETURN_IF_ERROR(FillHead(record, &head));
    const auto [group, added] = groups.try_emplace({head.key});
    if (added) {
      group->second.own.row = std::move(head);
    }
    group->second.own.Add(record, surplus);
    return absl::OkStatus();
  }

  // To the row of the record's scope, and to the sums of it and of all above it, as far as the filter goes.
  absl::Status AddToScopes(const rec::Record& record, Minutes surplus, std::map<Path, Group>& groups) {
    TB_ASSIGN_OR_RETURN(
        const rec::Center center,
        ledger::MustLoadRow<rec::Center>(reader_, keys::Center(bank_, model::CenterId(record.service().center()))));
    std::vector<const KnownScope*> up;
    for (uint64_t id = center.scope(); id != 0 && (scopes_.empty() || scopes_.count(id) > 0); id = up.back()->parent) {
      TB_ASSIGN_OR_RETURN(const KnownScope* const scope, Scope(id));
      up.push_back(scope);
    }
    Path path;
    for (auto it = up.rbegin(); it != up.rend(); ++it) {
      path.push_back((*it)->code);
      const auto [group, added] = groups.try_emplace(path);
      if (added) {
        group->second.own.row.key = group->second.below.row.key = (*it)->code;
        group->second.own.row.display_name = group->second.below.row.display_name = (*it)->name;
      }
      const bool own = path.size() == up.size();
      group->second.below.Add(record, surplus);
      group->second.has_below = group->second.has_below || !own;
      if (own) {
        group->second.own.Add(record, surplus);
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<const KnownScope*> Scope(uint64_t id) {
    const auto known = known_scopes_.find(id);
    if (known != known_scopes_.end()) {
      return &known->second;
    }
    TB_ASSIGN_OR_RETURN(const rec::Scope row,
                        ledger::MustLoadRow<rec::Scope>(reader_, keys::Scope(bank_, model::ScopeId(id))));
    return &known_scopes_.emplace(id, KnownScope{row.code(), row.display_name(), row.parent()}).first->second;
  }

  absl::Status FillHead(const rec::Record& record, StatisticsRowView* head) {
    const rec::Service& service = record.service();
    const model::Day day = model::DayOf(model::Minute(service.start()));
    switch (filter_.dimension) {
      case StatisticsDimension::kScope:
        break;  // see AddToScopes
      case StatisticsDimension::kCategory:
        head->key = service.category();
        break;
      case StatisticsDimension::kVolunteerAge: {
        TB_ASSIGN_OR_RETURN(
            const rec::Member member,
            ledger::MustLoadRow<rec::Member>(reader_, keys::Member(bank_, model::MemberId(service.volunteer()))));
        head->key = AgeBandName(AgeBandOf(AgeOn(model::Day(member.birth()), day)));
        break;
      }
      case StatisticsDimension::kMonth: {
        const absl::CivilDay civil = base::DayFromNumber(day.value());
        head->key = absl::StrFormat("%04d-%02d", civil.year(), civil.month());
        break;
      }
      case StatisticsDimension::kCenter: {
        TB_ASSIGN_OR_RETURN(const CenterView center, lookup_.Center(model::CenterId(service.center())));
        head->key = center.code;
        head->display_name = center.display_name;
        break;
      }
    }
    return absl::OkStatus();
  }

  const store::Reader& reader_;
  const absl::string_view bank_;
  const StatisticsFilter& filter_;
  Lookup lookup_;
  std::set<uint64_t> scopes_;
  std::map<uint64_t, KnownScope> known_scopes_;
  absl::flat_hash_map<uint64_t, Minutes> settled_;  // and what their orders paid to the pool beside
};

}  // namespace

absl::StatusOr<StatisticsView> Queries::Statistics(absl::string_view bank, const StatisticsFilter& filter,
                                                   const GoOn& go_on) const {
  TB_ASSIGN_OR_RETURN(const uint64_t last, LastBookedBy(*snapshot_, bank, filter.as_of));
  uint64_t first = 1;
  if (filter.from.has_value()) {
    // No service is recorded before its day.
    TB_ASSIGN_OR_RETURN(first, FirstBookedOn(*snapshot_, bank, last, *filter.from));
  }
  StatisticsFold statistics(*snapshot_, bank, filter);
  TB_RETURN_IF_ERROR(statistics.Prepare());
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, first, last, go_on, [&statistics](const rec::Entry& entry) {
    statistics.Note(entry);
    return absl::OkStatus();
  }));
  TB_ASSIGN_OR_RETURN(StatisticsView view, statistics.Finish(go_on));
  view.last = model::Sequence(last);
  return view;
}

}  // namespace timebank::queries
