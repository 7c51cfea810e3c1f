// Reads over one snapshot, never through the writer. Every method sees the same state.
#ifndef TIMEBANK_QUERIES_QUERIES_H_
#define TIMEBANK_QUERIES_QUERIES_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/model/access.h"
#include "service/queries/access_views.h"
#include "service/queries/giving_views.h"
#include "service/queries/journal_walk.h"
#include "service/queries/order_views.h"
#include "service/queries/points_views.h"
#include "service/queries/report_views.h"
#include "service/queries/reversal_views.h"
#include "service/queries/reward_views.h"
#include "service/queries/simulation_views.h"
#include "service/queries/star_views.h"
#include "service/queries/views.h"
#include "service/store/store.h"

namespace timebank::queries {

struct RecordFilter {
  std::string center;     // code or display name
  std::string volunteer;  // member or external number; exactly one of the two is set
  std::optional<model::Day> from;
  std::optional<model::Day> to;  // inclusive
  std::optional<model::RecordState> state;
};

struct StatementFilter {
  std::string member;
  model::Asset asset = model::Asset::kHours;
  std::optional<model::Day> from;  // days of booking
  std::optional<model::Day> to;    // inclusive
};

struct AuditFilter {
  std::string principal;  // folded; empty: of all
  bool failed_only = false;
  std::optional<model::Day> from;
  std::optional<model::Day> to;  // inclusive
};

struct DueFilter {
  std::optional<model::DueKind> kind;
  std::optional<model::Day> to;  // inclusive
};

// One bank at one moment. Not thread-safe; make one per call.
//
// Errors of every method: NOT_FOUND when the bank or the thing named does not exist, the message naming it; INVALID_ARGUMENT for
// a page token that is not one or belongs to another filter; DATA_LOSS or INTERNAL on a fault of the store.
class Queries {
 public:
  // `store` must outlive this.
  explicit Queries(const store::Store* store);
  ~Queries();

  // Sequence of the bank's journal in this snapshot; 0 when there is no such bank.
  absl::StatusOr<model::Sequence> SequenceOf(absl::string_view bank) const;

  absl::StatusOr<BankView> Bank(absl::string_view bank) const;
  absl::StatusOr<Page<BankView>> Banks(const PageRequest& page) const;
  absl::StatusOr<RuleSetView> RuleSetOn(absl::string_view bank, model::Day day) const;
  // The newest first.
  absl::StatusOr<Page<RuleSetView>> RuleSets(absl::string_view bank, const PageRequest& page) const;
  absl::StatusOr<Page<ScopeView>> Scopes(absl::string_view bank, const PageRequest& page) const;
  absl::StatusOr<Page<CenterView>> Centers(absl::string_view bank, const PageRequest& page) const;
  absl::StatusOr<CenterDayView> CenterDay(absl::string_view bank, absl::string_view center, model::Day day) const;

  absl::StatusOr<MemberView> Member(absl::string_view bank, absl::string_view member) const;
  // The same, for who only needs to know whose key is whose: id 0 when there is nobody, also when there is no such bank.
  absl::StatusOr<PersonView> Person(absl::string_view bank, absl::string_view member) const;
  // Likewise, under every number of the person who has this one; empty when it is nobody's.
  absl::StatusOr<std::vector<PersonView>> NumbersOfPerson(absl::string_view bank, absl::string_view member) const;
  // `center` empty: of all centres.
  absl::StatusOr<Page<MemberView>> Members(absl::string_view bank, absl::string_view center, const PageRequest& page) const;
  // Whom the keyed digest of name, birth year and last four of the ID number finds (RegisterMember::person_index).
  absl::StatusOr<std::vector<MemberView>> MembersByPerson(absl::string_view bank, absl::string_view person_index) const;
  // Whom the keyed digest of the ID number finds (RegisterMember::id_index); at most one.
  absl::StatusOr<std::vector<MemberView>> MembersByNationalId(absl::string_view bank, absl::string_view id_index) const;
  absl::StatusOr<Page<KinshipView>> Kinships(absl::string_view bank, absl::string_view member,
                                             const PageRequest& page) const;

  absl::StatusOr<RecordView> Record(absl::string_view bank, model::RecordId id) const;
  absl::StatusOr<Page<RecordView>> Records(absl::string_view bank, const RecordFilter& filter,
                                           const PageRequest& page) const;

  // In which the member is cared for, by number. A page may have fewer rows than asked for, or none, and not be the last.
  absl::StatusOr<Page<RecordView>> RecordsFor(absl::string_view bank, model::MemberId beneficiary,
                                              const PageRequest& page) const;
  // About whom entry `export_entry` lets a copy be taken, by `reader` and at `now`. NOT_FOUND when it does not, or no longer.
  absl::StatusOr<model::MemberId> ExportedMember(absl::string_view bank, model::Sequence export_entry,
                                                 absl::string_view reader, model::RecordTime now) const;
  // The private text of an entry, sealed; empty when there is none, or it was erased.
  absl::StatusOr<std::string> EntryText(absl::string_view bank, model::MemberId about, model::Sequence entry) const;
  // The notes and other texts about a member.
  absl::StatusOr<Page<NoteView>> Notes(absl::string_view bank, model::MemberId member, const PageRequest& page) const;

  absl::StatusOr<BalanceView> Balance(absl::string_view bank, absl::string_view member) const;
  // One row; its lines are the page. Opening and closing balance are of the whole period.
  absl::StatusOr<Page<StatementView>> Statement(absl::string_view bank, const StatementFilter& filter,
                                                const PageRequest& page) const;
  absl::StatusOr<std::vector<AccountView>> BankAccounts(absl::string_view bank) const;
  absl::StatusOr<Page<LotView>> Lots(absl::string_view bank, absl::string_view member, const PageRequest& page) const;
  absl::StatusOr<Page<HoldView>> Holds(absl::string_view bank, absl::string_view member, const PageRequest& page) const;
  absl::StatusOr<Page<EntryView>> Entries(absl::string_view bank, model::Sequence from, const PageRequest& page) const;
  // Entries about the membership and the stars of a member, and those that say who saw her in the clear. A pass over the journal.
  absl::StatusOr<Page<EntryView>> EntriesAbout(absl::string_view bank, model::MemberId member,
                                               const PageRequest& page) const;

  // Reports, as the journal stood at the end of a day. DEADLINE_EXCEEDED once `go_on` says no.
  absl::StatusOr<DayEndView> DayEnd(absl::string_view bank, absl::string_view center, model::Day day,
                                    const GoOn& go_on) const;
  // FAILED_PRECONDITION when it has more than limits::kStatisticsRows rows.
  absl::StatusOr<StatisticsView> Statistics(absl::string_view bank, const StatisticsFilter& filter, const GoOn& go_on) const;
  absl::StatusOr<SolvencyView> Solvency(absl::string_view bank, model::Day as_of, const GoOn& go_on) const;
  absl::StatusOr<PoolView> Pool(absl::string_view bank, model::Day as_of, const GoOn& go_on) const;
  // Members active then who had served, and without a settled service in the `days` up to `as_of`.
  absl::StatusOr<Page<InactiveView>> Inactive(absl::string_view bank, model::Day as_of, int32_t days,
                                              const PageRequest& page, const GoOn& go_on) const;
  // Who did not show up for orders of the year, as it was known then.
  absl::StatusOr<NoShowsView> NoShowsAsOf(absl::string_view bank, uint32_t year, model::Day as_of, const PageRequest& page,
                                          const GoOn& go_on) const;
  absl::StatusOr<StarApplicationView> StarApplication(absl::string_view bank, model::StarApplicationId id) const;
  absl::StatusOr<Page<StarApplicationView>> StarApplications(absl::string_view bank, const StarFilter& filter,
                                                             const PageRequest& page) const;
  absl::StatusOr<StarAwardView> StarAward(absl::string_view bank, model::StarAwardId id) const;
  absl::StatusOr<Page<StarAwardView>> StarAwards(absl::string_view bank, const StarAwardFilter& filter,
                                                 const PageRequest& page) const;
  absl::StatusOr<StarNeedsView> StarNeeds(absl::string_view bank, absl::string_view member, model::Day today) const;
  // Active members without an open application who reached a star that they do not have, or are close to the next.
  absl::StatusOr<Page<StarNeedsView>> StarCandidates(absl::string_view bank, const StarCandidateFilter& filter,
                                                     const PageRequest& page) const;
  // The listed days; both ends inclusive.
  absl::StatusOr<Page<CalendarDayView>> Calendar(absl::string_view bank, std::optional<model::Day> from,
                                                 std::optional<model::Day> to, const PageRequest& page) const;

  // What waits for its time, the earliest first.
  absl::StatusOr<Page<DueView>> Due(absl::string_view bank, const DueFilter& filter, const PageRequest& page) const;
  absl::StatusOr<OrderView> Order(absl::string_view bank, model::OrderId id) const;
  // The private text, sealed; `reader` is the member who asks, 0 for staff. PERMISSION_DENIED for a member who is not the order's
  // volunteer, or no longer.
  absl::StatusOr<std::string> OrderNote(absl::string_view bank, model::OrderId id, model::MemberId reader) const;
  // In which a member pays, is cared for, or serves, in the order they were placed.
  absl::StatusOr<Page<OrderView>> Orders(absl::string_view bank, absl::string_view member,
                                         std::optional<model::OrderState> state, const PageRequest& page) const;
  // The board, by day.
  absl::StatusOr<Page<OpenOrderView>> OpenOrders(absl::string_view bank, const OpenOrderFilter& filter,
                                                 const PageRequest& page) const;
  absl::StatusOr<Page<ProxyView>> Proxies(absl::string_view bank, absl::string_view member, const PageRequest& page) const;
  absl::StatusOr<Page<RecurringView>> RecurringOrders(absl::string_view bank, absl::string_view member,
                                                      const PageRequest& page) const;
  // At most `most` who could serve an order, the best first.
  absl::StatusOr<std::vector<SuggestionView>> Suggest(absl::string_view bank, model::OrderId id, size_t most) const;
  // A review of an earlier year than `this_year` is over.
  absl::StatusOr<Page<NoShowView>> NoShows(absl::string_view bank, uint32_t year, uint32_t this_year, bool review_only,
                                           const PageRequest& page) const;
  // Those of one member in a year; nothing when there are none.
  absl::StatusOr<std::optional<NoShowView>> NoShowsOf(absl::string_view bank, model::MemberId member, uint32_t year) const;

  // What can be spent is told as of `today`.
  absl::StatusOr<PointsBalanceView> PointsBalance(absl::string_view bank, absl::string_view member, model::Day today) const;
  // Points whose last day lies from `from` to `to`, both inclusive; by last day, then member.
  absl::StatusOr<Page<ExpiringPointsView>> ExpiringPoints(absl::string_view bank, model::Day from, model::Day to,
                                                          const PageRequest& page) const;
  // The newest first.
  absl::StatusOr<Page<CampaignView>> Campaigns(absl::string_view bank, const PageRequest& page) const;

  absl::StatusOr<RewardView> Reward(absl::string_view bank, model::RewardId id) const;
  absl::StatusOr<Page<RewardView>> Rewards(absl::string_view bank, const RewardFilter& filter,
                                           const PageRequest& page) const;
  absl::StatusOr<RewardOrderView> RewardOrder(absl::string_view bank, model::RewardOrderId id) const;
  absl::StatusOr<Page<RewardOrderView>> RewardOrders(absl::string_view bank, const RewardOrderFilter& filter,
                                                     const PageRequest& page) const;

  // By precedence. Of no bank.
  static absl::StatusOr<Page<ReasonView>> Reasons(const PageRequest& page);

  absl::StatusOr<ReversalView> Reversal(absl::string_view bank, model::ReversalId id) const;
  // By number of the record.
  absl::StatusOr<Page<ReversalItemView>> ReversalItems(absl::string_view bank, model::ReversalId id,
                                                       const PageRequest& page) const;
  absl::StatusOr<Page<ReversalView>> Reversals(absl::string_view bank, std::optional<model::ReversalState> state,
                                               const PageRequest& page) const;
  // What a reversal of many would hit. FAILED_PRECONDITION when that is more than limits::kReversalRecords records, or more than
  // limits::kReversalScanMost were looked at; DEADLINE_EXCEEDED once `go_on` says no.
  absl::StatusOr<ReversalPreviewView> PreviewReversal(absl::string_view bank, const ReversalSelection& selection,
                                                      model::Day today, const GoOn& go_on) const;
  // What other rules would have made of the services of a past period. REQUIRES: SetRule takes each change. FAILED_PRECONDITION when the
  // period has more than limits::kSimulatedRecords services; DEADLINE_EXCEEDED once `go_on` says no.
  absl::StatusOr<SimulationView> Simulate(absl::string_view bank, const SimulationFilter& filter, const PageRequest& page,
                                          const GoOn& go_on) const;
  absl::StatusOr<GrantView> Grant(absl::string_view bank, model::GrantId id) const;
  absl::StatusOr<Page<GrantView>> Grants(absl::string_view bank, const GrantFilter& filter, const PageRequest& page) const;

  // The token with a digest; nullopt when there is none, or no such bank.
  absl::StatusOr<std::optional<TokenView>> TokenByDigest(absl::string_view bank, absl::string_view digest) const;
  absl::StatusOr<std::optional<TokenView>> TokenById(absl::string_view bank, model::TokenId id) const;
  absl::StatusOr<Page<TokenView>> Tokens(absl::string_view bank, const PageRequest& page) const;
  absl::StatusOr<Page<TokenView>> TokensOf(absl::string_view bank, absl::string_view principal,
                                           const PageRequest& page) const;
  absl::StatusOr<PrincipalView> Principal(absl::string_view bank, absl::string_view name) const;
  // Of the scope of a code, those who have a role in it or in a narrower one, with these roles alone; NOT_FOUND when there is no such scope.
  // Empty: all.
  absl::StatusOr<Page<PrincipalView>> Principals(absl::string_view bank, absl::string_view scope_code,
                                                 const PageRequest& page) const;
  // Whom a credential of that name stands for: a principal, or a member by number, as long as she is one. nullopt: nobody. The member of a
  // principal is whom she was merged into, and 0 once the membership is over.
  absl::StatusOr<std::optional<PrincipalView>> Bearer(absl::string_view bank, absl::string_view name) const;
  // Every entry as a line of the audit trail.
  absl::StatusOr<Page<AuditView>> Audit(absl::string_view bank, const AuditFilter& filter, const PageRequest& page) const;

  // Where things are and whose, and who acts for the owner today. nullopt: there is no such thing.
  absl::StatusOr<std::optional<model::Place>> PlaceOfMember(absl::string_view bank, absl::string_view ref,
                                                            model::Day today) const;
  absl::StatusOr<std::optional<model::Place>> PlaceOfCenter(absl::string_view bank, absl::string_view ref) const;
  absl::StatusOr<std::optional<model::Place>> PlaceOfScope(absl::string_view bank, absl::string_view code) const;
  // Of what has a number: a record, an order, a hold ...; of other collections the bank as a whole.
  absl::StatusOr<std::optional<model::Place>> PlaceOfThing(absl::string_view bank, absl::string_view collection, uint64_t id,
                                                           model::Day today) const;
  // The scope over which a principal has a role.
  absl::StatusOr<std::optional<model::Place>> PlaceOfBinding(absl::string_view bank, absl::string_view principal,
                                                             model::BindingId id) const;

 private:
  std::unique_ptr<store::Snapshot> snapshot_;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_QUERIES_H_
