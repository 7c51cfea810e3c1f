// Who could serve an order: those who served lately at the order's centre or at others near it, and after them members of its scope
// who did not, so that newcomers get their first one.
#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_life.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/model/limits.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/scope_tree.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

struct Candidate {
  int category_services = 0;
  int services = 0;
  bool never_served = false;
};
using Candidates = std::map<model::MemberId, Candidate>;

// The centres of the bank, the nearest to the scope first, as many as are looked at.
absl::StatusOr<std::vector<model::CenterId>> NearCenters(const Lookup& lookup, ScopeTree& tree, model::ScopeId from) {
  std::vector<std::pair<int, model::CenterId>> found;
  const std::string prefix = keys::TableOf('c', lookup.bank());
  auto it = lookup.reader().Scan(prefix, base::PrefixEnd(prefix));
  for (size_t seen = 0; it->Valid() && seen < model::limits::kPageScanMost; it->Next(), ++seen) {
    rec::Center center;
    if (!center.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored row cannot be read");
    }
    TB_ASSIGN_OR_RETURN(const std::optional<int> distance, tree.Distance(from, model::ScopeId(center.scope())));
    if (distance.has_value()) {
      found.emplace_back(*distance, model::CenterId(keys::LastId(it->key())));
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  std::sort(found.begin(), found.end());
  std::vector<model::CenterId> centers;
  for (const auto& [distance, center] : found) {
    if (centers.size() < model::limits::kSuggestCenters) {
      centers.push_back(center);
    }
  }
  return centers;
}

// Counts the services at a centre in the days before the order; `budget` bounds how many are looked at.
absl::Status CountServices(const Lookup& lookup, model::CenterId center, const rec::Order& order, size_t* budget,
                           Candidates* candidates) {
  const model::Day day = model::DayOf(model::Minute(order.start()));
  const model::Day first(day.value() - model::limits::kSuggestDays);
  auto it = lookup.reader().Scan(keys::CenterDay(lookup.bank(), center, false, first),
                                 keys::CenterDay(lookup.bank(), center, false, model::Day(day.value() + 1)));
  for (; it->Valid() && *budget > 0; it->Next(), --*budget) {
    const model::RecordId id(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(const rec::Record record,
                        ledger::MustLoadRow<rec::Record>(lookup.reader(), keys::Record(lookup.bank(), id)));
    if (ledger::IsUndone(static_cast<model::RecordState>(record.state()))) {
      continue;
    }
    Candidate& candidate = (*candidates)[model::MemberId(record.service().volunteer())];
    ++candidate.services;
    candidate.category_services += record.service().category() == order.category() ? 1 : 0;
  }
  return it->status();
}

// Whether the bank knows of any service of hers, ever.
absl::StatusOr<bool> HasServed(const Lookup& lookup, model::MemberId member) {
  const std::string prefix = keys::DaysOf(lookup.bank(), member);
  auto days = lookup.reader().Scan(prefix, base::PrefixEnd(prefix));
  const bool served = days->Valid();
  TB_RETURN_IF_ERROR(days->status());
  return served;
}

// Adds members of the order's scope who did not serve lately, among the newest of the bank. Those who never did and are of an age to be
// cared for are left out: they registered to receive.
absl::Status AddNewcomers(const Lookup& lookup, ScopeTree& tree, model::ScopeId scope, const model::Rules& rules,
                          const rec::Order& order, Candidates* candidates) {
  TB_ASSIGN_OR_RETURN(const rec::Bank bank, ledger::MustLoadRow<rec::Bank>(lookup.reader(), keys::Bank(lookup.bank())));
  const uint64_t count = bank.member_count();
  const uint64_t first = count > model::limits::kSuggestMembers ? count - model::limits::kSuggestMembers + 1 : 1;
  const absl::CivilDay day = base::DayFromNumber(model::DayOf(model::Minute(order.start())).value());
  size_t added = 0;
  auto it = lookup.reader().Scan(keys::Member(lookup.bank(), model::MemberId(first)),
                                 base::PrefixEnd(keys::TableOf('m', lookup.bank())));
  for (; it->Valid() && added < model::limits::kSuggestNewcomers; it->Next()) {
    const model::MemberId id(keys::LastId(it->key()));
    rec::Member member;
    if (!member.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored row cannot be read");
    }
    if (member.state() != static_cast<uint32_t>(model::MemberState::kActive) || candidates->contains(id)) {
      continue;
    }
    TB_ASSIGN_OR_RETURN(
        const rec::Center center,
        ledger::MustLoadRow<rec::Center>(lookup.reader(), keys::Center(lookup.bank(), model::CenterId(member.center()))));
    TB_ASSIGN_OR_RETURN(const std::optional<int> distance, tree.Distance(scope, model::ScopeId(center.scope())));
    if (!distance.has_value() || *distance != 0) {
      continue;
    }
    TB_ASSIGN_OR_RETURN(const bool served, HasServed(lookup, id));
    if (served || base::AgeOn(base::DayFromNumber(member.birth()), day) < rules.spending_age) {
      (*candidates)[id].never_served = !served;
      ++added;
    }
  }
  return it->status();
}

// Whether nothing that the bank knows of takes the volunteer's time then.
absl::StatusOr<bool> IsFree(const Lookup& lookup, model::MemberId volunteer, model::OrderId self, const rec::Order& order) {
  const int64_t start = order.start();
  const int64_t end = start + order.planned();
  const std::string prefix = keys::DutiesOf(lookup.bank(), volunteer);
  auto duty = lookup.reader().Scan(prefix, base::PrefixEnd(prefix));
  for (; duty->Valid(); duty->Next()) {
    const model::OrderId id(keys::LastId(duty->key()));
    TB_ASSIGN_OR_RETURN(const rec::Order other,
                        ledger::MustLoadRow<rec::Order>(lookup.reader(), keys::Order(lookup.bank(), id)));
    if (id != self && other.start() < end && start < other.start() + other.planned()) {
      return false;
    }
  }
  TB_RETURN_IF_ERROR(duty->status());
  const model::Day day = model::DayOf(model::Minute(start));
  auto days = lookup.reader().Scan(keys::VolunteerDay(lookup.bank(), volunteer, model::Day(day.value() - 1)),
                                   keys::VolunteerDay(lookup.bank(), volunteer, model::Day(day.value() + 2)));
  for (; days->Valid(); days->Next()) {
    rec::VolunteerDay row;
    if (!row.ParseFromArray(days->value().data(), static_cast<int>(days->value().size()))) {
      return absl::DataLossError("a stored row cannot be read");
    }
    for (const rec::Slot& slot : row.slots()) {
      if (!slot.freed() && slot.start() < end && start < slot.end()) {
        return false;
      }
    }
  }
  TB_RETURN_IF_ERROR(days->status());
  return true;
}

// Whether the rules would let her serve it at all.
absl::StatusOr<bool> MayServe(const rec::Member& member, model::MemberId id, const rec::Order& order,
                              const model::Rules& rules) {
  const model::Day day = model::DayOf(model::Minute(order.start()));
  const int age = base::AgeOn(base::DayFromNumber(member.birth()), base::DayFromNumber(day.value()));
  const bool old_enough = age >= rules.earning_age || (age >= rules.earning_age_guarded && member.guardian_consent());
  return old_enough && member.state() == static_cast<uint32_t>(model::MemberState::kActive) && id.value() != order.payer() &&
         id.value() != order.beneficiary();
}

absl::StatusOr<SuggestionView> ViewCandidate(Lookup& lookup, ScopeTree& tree, model::ScopeId scope, model::MemberId id,
                                             const rec::Member& member, const Candidate& candidate) {
  SuggestionView view;
  TB_ASSIGN_OR_RETURN(view.volunteer, lookup.Person(id));
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      ledger::MustLoadRow<rec::Center>(lookup.reader(), keys::Center(lookup.bank(), model::CenterId(member.center()))));
  view.center_name = center.display_name();
  TB_ASSIGN_OR_RETURN(const std::optional<int> distance, tree.Distance(scope, model::ScopeId(center.scope())));
  // Beyond any real tree: a volunteer of another root who helped out here.
  constexpr int kFar = 99;
  view.distance = distance.value_or(kFar);
  view.category_services = candidate.category_services;
  view.services = candidate.services;
  view.never_served = candidate.never_served;
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      ledger::LoadRow<rec::Book>(lookup.reader(), keys::Book(lookup.bank(), model::MemberOwner(id))));
  if (book.has_value()) {
    view.evaluations = book->evaluations();
    view.evaluation_sum = book->evaluation_sum();
  }
  return view;
}

// The better one is less. Whoever was never evaluated stands in the middle, whoever did not serve lately at the end.
auto Rank(const SuggestionView& view) {
  constexpr int64_t kMiddle = 300;
  const int64_t mean = view.evaluations == 0 ? kMiddle : view.evaluation_sum * 100 / view.evaluations;
  return std::make_tuple(view.services == 0, !view.free, view.category_services == 0, view.distance, -mean,
                         -view.category_services, -view.services, view.volunteer.id);
}

}  // namespace

absl::StatusOr<std::vector<SuggestionView>> Queries::Suggest(absl::string_view bank, model::OrderId id, size_t most) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Order> order, ledger::LoadRow<rec::Order>(*snapshot_, keys::Order(bank, id)));
  if (!order.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no order ", id.value()));
  }
  TB_ASSIGN_OR_RETURN(const RuleSetView rules, RuleSetOn(bank, model::DayOf(model::Minute(order->start()))));
  TB_ASSIGN_OR_RETURN(const rec::Center center,
                      ledger::MustLoadRow<rec::Center>(*snapshot_, keys::Center(bank, model::CenterId(order->center()))));
  const model::ScopeId scope(center.scope());
  ScopeTree tree(*snapshot_, bank);
  Candidates candidates;
  size_t budget = model::limits::kSuggestScanMost;
  TB_ASSIGN_OR_RETURN(const std::vector<model::CenterId> centers, NearCenters(lookup, tree, scope));
  for (const model::CenterId near : centers) {
    TB_RETURN_IF_ERROR(CountServices(lookup, near, *order, &budget, &candidates));
  }
  TB_RETURN_IF_ERROR(AddNewcomers(lookup, tree, scope, rules.rules, *order, &candidates));
  if (order->proxy() != 0) {
    // Who ordered as her proxy may not earn what she spends.
    TB_ASSIGN_OR_RETURN(const rec::Proxy proxy,
                        ledger::MustLoadRow<rec::Proxy>(*snapshot_, keys::Proxy(bank, model::ProxyId(order->proxy()))));
    candidates.erase(model::MemberId(proxy.agent()));
  }
  std::vector<SuggestionView> views;
  for (const auto& [member_id, candidate] : candidates) {
    TB_ASSIGN_OR_RETURN(const rec::Member member,
                        ledger::MustLoadRow<rec::Member>(*snapshot_, keys::Member(bank, member_id)));
    TB_ASSIGN_OR_RETURN(const bool may_serve, MayServe(member, member_id, *order, rules.rules));
    if (may_serve) {
      TB_ASSIGN_OR_RETURN(SuggestionView view, ViewCandidate(lookup, tree, scope, member_id, member, candidate));
      TB_ASSIGN_OR_RETURN(view.free, IsFree(lookup, member_id, id, *order));
      views.push_back(std::move(view));
    }
  }
  std::sort(views.begin(), views.end(), [](const SuggestionView& a, const SuggestionView& b) { return Rank(a) < Rank(b); });
  views.resize(std::min(views.size(), most));
  return views;
}

}  // namespace timebank::queries
