// Settled services by scope, category, age, month or centre.
#include <algorithm>
#include <map>
#include <set>

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
    std::map<std::string, Sums> groups;
    Sums total;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (i % 1024 == 0 && !go_on()) {
        return absl::DeadlineExceededError("the report takes longer than its deadline allows");
      }
      TB_ASSIGN_OR_RETURN(const rec::Record record,
                          ledger::MustLoadRow<rec::Record>(reader_, keys::Record(bank_, model::RecordId(ids[i]))));
      StatisticsRowView head;
      TB_RETURN_IF_ERROR(FillHead(record, &head));
      const auto [group, added] = groups.try_emplace(head.key);
      if (added) {
        if (groups.size() > model::limits::kStatisticsRows) {
          return absl::FailedPreconditionError("the statistic has more than 1,000 rows: narrow it by days or by scope");
        }
        group->second.row = std::move(head);
      }
      const Minutes surplus = settled_.at(ids[i]);
      group->second.Add(record, surplus);
      total.Add(record, surplus);
    }
    StatisticsView view;
    for (auto& [key, sums] : groups) {
      view.rows.push_back(std::move(sums).Done());
    }
    view.total = std::move(total).Done();
    return view;
  }

 private:
  absl::Status FillHead(const rec::Record& record, StatisticsRowView* head) {
    const rec::Service& service = record.service();
    const model::Day day = model::DayOf(model::Minute(service.start()));
    switch (filter_.dimension) {
      case StatisticsDimension::kScope: {
        TB_ASSIGN_OR_RETURN(const CenterView center, lookup_.Center(model::CenterId(service.center())));
        TB_ASSIGN_OR_RETURN(head->display_name, ScopeName(center.scope_code));
        head->key = center.scope_code;
        break;
      }
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

  absl::StatusOr<std::string> ScopeName(const std::string& code) {
    const auto known = scope_names_.find(code);
    if (known != scope_names_.end()) {
      return known->second;
    }
    TB_ASSIGN_OR_RETURN(const uint64_t id, ledger::FindId(reader_, bank_, keys::NameKind::kScope, code));
    TB_ASSIGN_OR_RETURN(const rec::Scope row,
                        ledger::MustLoadRow<rec::Scope>(reader_, keys::Scope(bank_, model::ScopeId(id))));
    return scope_names_.emplace(code, row.display_name()).first->second;
  }

  const store::Reader& reader_;
  const absl::string_view bank_;
  const StatisticsFilter& filter_;
  Lookup lookup_;
  std::set<uint64_t> scopes_;
  std::map<std::string, std::string> scope_names_;
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
