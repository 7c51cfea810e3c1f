// The rules a second time, as plainly as they can be said: maps, sums and loops over everything, no rows, no indexes, no
// groups. What the ledger answers must be what this expects.
#ifndef TIMEBANK_TESTS_PROPERTY_PLAIN_MODEL_H_
#define TIMEBANK_TESTS_PROPERTY_PLAIN_MODEL_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "service/model/command.h"
#include "service/model/outcome.h"
#include "service/model/rules.h"

namespace timebank::property {

// An outcome without the metadata of refusals.
struct Expected {
  uint64_t sequence = 0;
  int64_t record_time = 0;
  uint64_t subject = 0;
  std::optional<model::RecordResult> record;
  std::optional<model::Reason> reason;

  friend bool operator==(const Expected&, const Expected&) = default;
};

// For one bank, "xt".
class PlainModel {
 public:
  struct Person {
    std::string number;
    std::string id_index;
    std::string name_index;
    int32_t birth = 0;
    model::MemberState state = model::MemberState::kActive;
    uint64_t merged_into = 0;
    std::string begun_by;
    std::map<std::pair<model::Provenance, uint64_t>, int64_t>
        lots;  // by provenance and origin, in the order of spending by provenance
    bool consent = false;
    int kinships = 0;
    int32_t registered = 0;
    std::string center;
    int64_t available = 0;
    int64_t held = 0;
    int64_t service = 0;
    int64_t pending = 0;
    int64_t pool = 0;
    int64_t received = 0;
    std::map<int32_t, int64_t> points;          // that remain, by last day
    std::map<int32_t, int64_t> expired_points;  // by last day
    int64_t points_owed = 0;
    int64_t points_held = 0;
    int64_t hours_owed = 0;
    int64_t evaluations = 0;
    int64_t evaluation_sum = 0;
  };
  struct Service {
    uint64_t volunteer = 0;
    uint64_t beneficiary = 0;
    std::string category;
    int64_t start = 0;
    int64_t end = 0;
    model::RecordState state = model::RecordState::kRecorded;
    bool late = false;
    std::string recorder;
    std::string first_approver;
    std::vector<std::string> disputers;
    int64_t measured = 0;
    int64_t credited = 0;
    int64_t to_pool = 0;
    int64_t counted = 0;
    int32_t notice_until = 0;
    int64_t points = 0;
    int32_t points_last_day = 0;
    bool of_order = false;
    int64_t debt_paid = 0;
    uint64_t settled = 0;
    bool noted = false;
  };
  struct Principal {
    std::set<uint64_t> bindings;
    uint64_t member = 0;  // the same person; 0: none
  };
  struct Token {
    std::string principal;
    int64_t expires = 0;
    bool revoked = false;
    int32_t used = 0;  // day; 0: never
  };
  // A reversal of many.
  struct Batch {
    std::vector<uint64_t> records;
    std::set<uint64_t> waiting;
    model::CoverChoice cover;
    std::string proposer;
    std::string decider;
    model::ReversalState state = model::ReversalState::kProposed;
    int64_t decided = 0;
  };
  struct Good {
    int64_t price = 0;
    int64_t stock = 0;
    int64_t limit = 0;
    int32_t first = 0;
    int32_t last = 0;
    bool withdrawn = false;
  };
  struct Purchase {
    uint64_t reward = 0;
    uint64_t member = 0;
    int64_t quantity = 0;
    int64_t points = 0;
    std::map<int32_t, int64_t> slices;
    model::RewardOrderState state = model::RewardOrderState::kPlaced;
    int32_t day = 0;
    int32_t last = 0;
    int64_t attempts = 0;
    std::string salt;
  };
  struct Fair {
    std::string category;
    int64_t percent = 0;
    int32_t first = 0;
    int32_t last = 0;
  };
  struct Reserved {
    uint64_t member = 0;
    int64_t amount = 0;
    int32_t expires = 0;
    bool closed = false;
    uint64_t order = 0;
    std::string placer = {};
  };
  struct Care {
    uint64_t payer = 0;
    uint64_t beneficiary = 0;
    uint64_t volunteer = 0;
    std::string category;
    int64_t start = 0;
    int64_t planned = 0;
    int32_t expires = 0;
    int64_t requested = 0;  // minute
    model::OrderState state = model::OrderState::kRequested;
    uint64_t record = 0;
    int64_t actual = 0;
    int64_t consumed = 0;
    int64_t surplus = 0;
    int64_t confirm_due = 0;
    int64_t volunteer_score = 0;  // 0: not judged
    int64_t elder_score = 0;
    std::map<std::pair<model::Provenance, uint64_t>, int64_t> taken;  // from the payer's lots
    uint64_t proxy = 0;
    std::string requester;
    std::string accepter;
    std::string finisher;
  };
  struct Agency {
    uint64_t elder = 0;
    uint64_t agent = 0;
    int64_t order_minutes = 0;
    int64_t month_minutes = 0;
    int32_t until = 0;
    std::vector<std::string> categories;
    model::ProxyState state = model::ProxyState::kProposed;
  };
  struct Series {
    Care next;  // as it will be ordered
    uint64_t agent = 0;
    int32_t until = 0;
    int32_t day = 0;
    int64_t due = 0;
    model::RecurringState state = model::RecurringState::kActive;
    std::map<int32_t, int64_t> skipped;  // by day, when it was tried last
  };
  struct Kin {
    uint64_t member = 0;
    uint64_t relative = 0;
    model::KinshipState state = model::KinshipState::kProposed;
    std::string prover;
  };

  // An application for a star; its awards below.
  struct Star {
    uint64_t member = 0;
    int level = 0;
    model::StarState state = model::StarState::kSubmitted;
    int64_t band = 0;
    model::Rules rules;  // of the day it was submitted
    std::string scope;   // of the member's centre
    std::string submitter;
    std::vector<std::string> objectors;
    int32_t from = 0;
    int32_t until = 0;
    int64_t left = 0;
  };
  struct Medal {
    uint64_t application = 0;
    model::AwardState state = model::AwardState::kActive;
    int32_t day = 0;
    std::string number;
    std::string opener;
  };

  struct Allowance {
    uint64_t member = 0;
    int64_t monthly = 0;
    int32_t next = 0;
    int32_t first = 0;
    int32_t review = 0;
    model::GrantState state = model::GrantState::kProposed;
    std::string maker;
  };
  // Hours of one month of a grant that end: by the entry that issued them.
  struct Allotment {
    uint64_t grant = 0;
    uint64_t member = 0;
    int32_t expires = 0;
    int64_t due = 0;
    bool to_pool = false;
    bool waits = false;  // for a hold
  };

  Expected Apply(const model::Command& command, model::RecordTime time);

  // The member behind a number; 0 when there is none.
  uint64_t Find(const std::string& ref) const;

  const std::map<uint64_t, Person>& people() const { return people_; }
  const std::map<uint64_t, Service>& services() const { return services_; }
  const std::map<uint64_t, Reserved>& holds() const { return holds_; }
  const std::map<uint64_t, Kin>& kinships() const { return kinships_; }
  const std::map<uint64_t, Good>& goods() const { return goods_; }
  const std::map<uint64_t, Purchase>& purchases() const { return purchases_; }
  const std::map<uint64_t, Fair>& fairs() const { return fairs_; }
  const std::map<uint64_t, Care>& orders() const { return orders_; }
  const std::map<uint64_t, Star>& stars() const { return stars_; }
  const std::map<uint64_t, Medal>& medals() const { return medals_; }
  const std::map<uint64_t, Allowance>& allowances() const { return allowances_; }
  const std::map<uint64_t, Allotment>& allotments() const { return allotments_; }
  const std::map<uint64_t, Agency>& proxies() const { return proxies_; }
  const std::map<uint64_t, Series>& series() const { return series_; }
  const std::map<std::string, Principal>& principals() const { return principals_; }
  const std::map<uint64_t, Token>& tokens() const { return tokens_; }
  const std::map<uint64_t, Batch>& batches() const { return batches_; }
  uint64_t entries() const { return entries_; }
  int64_t now() const { return now_; }

 private:
  using Reason = model::Reason;
  using Refusal = std::optional<Reason>;

  // Each says why not, or does it.
  Refusal Do(const model::CreateBank& command);
  Refusal Do(const model::CreateRuleSet& command);
  Refusal Do(const model::CreateScope& command);
  Refusal Do(const model::CreateCenter& command);
  Refusal Do(const model::RegisterMember& command);
  Refusal Do(const model::ChangeMember& command);
  Refusal Do(const model::ProposeKinship& command);
  Refusal Do(const model::ChangeKinship& command);
  Refusal Do(const model::CreateRecord& command);
  Refusal Do(const model::CheckIn& command);
  Refusal Do(const model::ChangeRecord& command);
  Refusal Do(const model::PlaceHold& command);
  Refusal Do(const model::CloseHold& command);
  Refusal Do(const model::RunDue& command);
  Refusal Do(const model::AwardPoints& command);
  Refusal Do(const model::DeductPoints& command);
  Refusal Do(const model::CreateCampaign& command);
  Refusal Do(const model::EndCampaign& command);
  Refusal Do(const model::RequestOrder& command);
  Refusal Do(const model::ChangeOrder& command);
  Refusal Do(const model::EvaluateOrder& command);
  Refusal Do(const model::ProposeProxy& command);
  Refusal Do(const model::ChangeProxy& command);
  Refusal Do(const model::StartRecurring& command);
  Refusal Do(const model::ChangeRecurring& command);

  // The bound proxy by which the one acts for the other; 0 when there is none.
  uint64_t ProxyOf(uint64_t elder, uint64_t agent) const;
  // Likewise of whoever acts, under any of her numbers; 0 too when she is no member.
  uint64_t ProxyOfActor(uint64_t elder) const;
  // That proxy lets its agent take the steps of orders today.
  bool ActsFor(uint64_t elder, uint64_t agent) const;
  static void NextWeek(Series& series);
  Refusal FindParties(const model::RequestOrder& command, Care* order) const;
  Refusal MayOrder(Care* order, uint64_t actor) const;
  Refusal TooFarAhead(const Care& order) const;
  Refusal Orderable(const Care& order) const;
  void PlaceCare(Care order);
  void SetDue(Series& series) const;
  static int64_t TriedAgain(int32_t day, int64_t tried);
  Refusal RunSeries(uint64_t id, int64_t due);

  uint64_t ActorAsMember() const;
  // Why a step is not the actor's, when it is that of the elder's side, the volunteer's, or both or none, and of staff.
  Refusal NotHerStep(const Care& order, bool elder, bool volunteer) const;
  bool IsElders(const Care& order, uint64_t person) const;
  Refusal MayChange(const Care& order, const model::ChangeOrder& command, bool take) const;
  Refusal Change(uint64_t id, Care& order, const model::ChangeOrder& command, uint64_t volunteer);
  Refusal Match(uint64_t id, Care& order, uint64_t volunteer, model::OrderState to);
  Refusal StartCare(Care& order, int64_t told);
  Refusal FinishCare(Care& order, int64_t minutes);
  Refusal SettleCare(uint64_t id, Care& order, int64_t minutes);
  Refusal DecideCare(uint64_t id, Care& order, const model::ChangeOrder& command);
  Refusal ReverseCare(Care& order, const model::CoverChoice& cover);
  Refusal NoShow(uint64_t id, Care& order);
  Refusal ExpireCare(uint64_t id, int64_t due);
  Refusal AutoConfirmCare(uint64_t id, int64_t due);
  void EndCare(uint64_t id, Care& order, model::OrderState to);
  void Release(uint64_t id, Care& order, int64_t consumed, model::OrderState to);
  int AgeOf(uint64_t member, int32_t day) const;
  static int AgeOnDay(int32_t birth, int32_t day);
  Refusal Do(const model::CreateReward& command);
  Refusal Do(const model::ChangeReward& command);
  Refusal Do(const model::CountStock& command);
  Refusal Do(const model::PlaceRewardOrder& command);
  // A member that is neither this one nor her proxy acts.
  bool IsOthers(uint64_t member) const;
  Refusal Do(const model::CollectRewardOrder& command);
  Refusal Do(const model::CancelRewardOrder& command);
  Refusal Do(const model::SetCalendar& command);
  Refusal Do(const model::SubmitStar& command);
  Refusal Do(const model::ChangeStar& command);
  Refusal Do(const model::AwardStar& command);
  Refusal Do(const model::ChangeAward& command);
  Refusal Do(const model::ProposeReversal& command);
  Refusal Do(const model::ChangeReversal& command);

  Refusal Do(const model::GiveHours& command);
  Refusal Do(const model::DonateHours& command);
  Refusal Do(const model::GivePoolHours& command);
  Refusal Do(const model::ProposeGrant& command);
  Refusal Do(const model::ChangeGrant& command);
  Refusal Do(const model::ChangeMembership& command);
  Refusal Do(const model::MergeMembers& command);
  Refusal Do(const model::GrantRole& command);
  Refusal Do(const model::RevokeRole& command);
  Refusal Do(const model::LinkPrincipal& command);
  Refusal Do(const model::CreateToken& command);
  Refusal Do(const model::RevokeToken& command);
  Refusal Do(const model::UseToken& command);
  Refusal Do(const model::NoteAttempt& command);
  // The member behind the name of a principal, or a member's own; 0: none.
  uint64_t PersonBehind(const std::string& name) const;
  Refusal Do(const model::RevealMember& command);
  Refusal Do(const model::ExportMember& command);
  Refusal Do(const model::EraseMember& command);
  Refusal Do(const model::RevealText& command);

  // Why a number leads to nobody who could be shown.
  Refusal NotKnown(uint64_t member) const;
  // Whether a retry of a registration is about somebody else than was registered, who is still there.
  bool RegistersAnother(const model::Command& command, const Expected& answer) const;
  void EraseNumber(uint64_t id, Person& person);
  // Why a note cannot be kept for whom it should be about.
  Refusal NoteWrong(const model::PrivateText& note, uint64_t about) const;
  // Why a child cannot be an active member.
  Refusal NoGuardian(const Person& person) const;

  // Hours: lots and the account together.
  using Slices = std::map<std::pair<model::Provenance, uint64_t>, int64_t>;
  void AddHours(uint64_t member, model::Provenance provenance, int64_t amount);
  // Takes them out of the lots, `first` first; the account is the caller's affair.
  Slices TakeHours(uint64_t member, int64_t amount, uint64_t first = 0, int provenances = 15);
  void ReturnHours(uint64_t member, const Slices& slices);
  // The keys of the lots in the order of spending.
  std::vector<std::pair<model::Provenance, uint64_t>> SpendingOrder(const Person& person) const;
  static int64_t SumOf(const Person& person, int provenances);
  void Wake(uint64_t member);
  // Who a number stands for.
  uint64_t Root(uint64_t member) const;
  // Why a reference that was looked up is no good: it is nobody, or stands for somebody else now.
  Refusal Gone(uint64_t member, Reason missing) const;
  Refusal NotActive(uint64_t member) const;
  // The bound kinship of the two; nullptr when there is none.
  const Kin* KinshipOf(uint64_t one, uint64_t other) const;
  // Why nothing of the owner's goes to her: the two are no kin, for which `strangers` is the reason, or the giver made them so.
  Refusal NoWay(uint64_t owner, uint64_t to, const std::string& giver, Reason strangers) const;
  Refusal NotGivable(uint64_t member, int64_t amount, int provenances) const;
  int64_t LetIn(uint64_t member, int64_t amount) const;
  bool HasOpen(uint64_t member) const;
  Refusal IssueGrant(const model::RunDue& command);
  Refusal EndGranted(const model::RunDue& command);

  // The same name, or two numbers of one member.
  bool AreOne(const std::string& one, const std::string& other) const;
  bool ActorIs(const std::string& name) const { return AreOne(name, actor_); }
  // Of ordering, accepting for the volunteer and finishing the person did more than one.
  bool TookThrough(const Care& order, const std::string& name) const;
  // The actor is one of these members, under whichever name; 0 is nobody.
  bool IsParty(const std::vector<uint64_t>& members) const;
  bool Objected(const std::vector<std::string>& objectors) const;
  // The actor joins them, or begins a new list.
  Refusal Object(bool open, std::vector<std::string>* objectors) const;
  Refusal Dispute(Service& service);
  Refusal Confirm(Service& service);
  // An approved record goes into its notice period, or its hours are banked.
  void GoOn(Service& service);
  Refusal Decide(Service& service, const model::ChangeRecord& command);
  // `surplus`: what an order's hold had paid to the pool.
  Refusal Reverse(Service& service, const model::CoverChoice& cover, int64_t surplus);
  Refusal Uncovered(const model::CoverChoice& cover, int64_t missing, int64_t from_pool) const;
  // Why the actor has no say in a list that she is on.
  Refusal OnList(const Batch& batch) const;
  Refusal ReverseNext(const model::RunDue& command);
  Refusal CheckOut(Service& service);
  void Settle(Service& service);
  void Drop(Service& service, model::RecordState to);

  void EarnPoints(Service& service);
  void GivePoints(Person& person, int64_t amount, int32_t last_day);
  void TakePointsBack(const Service& service);
  // Up to `most` of what can be spent today, the nearest last day first; says by last day what went.
  std::map<int32_t, int64_t> SpendPoints(Person& person, int64_t most);
  int64_t SpendablePoints(const Person& person) const;
  int32_t LastDayOfPoints(const model::Rules& rules) const;
  Refusal ExpirePoints(const model::RunDue& command);
  Refusal ExpireCheckIn(const model::RunDue& command);
  Refusal ExpirePurchase(const model::RunDue& command);
  int64_t TakenThisPeriod(uint64_t member, uint64_t reward) const;
  void GiveBack(Purchase& purchase, model::RewardOrderState to, bool points);
  // Stars.
  static bool Waits(const Star& star);
  bool Worked(int32_t day) const;
  void StartClock(Star& star, int64_t days);
  // The star that somebody carries; nullptr for none.
  Medal* Carried(uint64_t member);
  Refusal NoAuthority(const Star& star, const std::string& scope) const;
  bool IsApplicant(const Star& star) const;
  void StarsAfterReversal(uint64_t member);

  Refusal TooYoung(const Person& person, int32_t day) const;
  Refusal TimeTaken(const Service& wanted, bool replaces) const;
  Refusal MayNotConfirm(const Service& service) const;
  void AddService(Service service);
  void Answer(const Service& service, bool second);

  const model::Rules& RulesOn(int32_t day) const;
  int32_t today() const { return model::DayOf(model::RecordTime(now_)).value(); }
  int64_t this_minute() const { return now_ / 60'000'000; }

  struct Memory {
    std::array<uint8_t, 16> fingerprint{};
    Expected answer;
  };

  bool exists_ = false;
  uint64_t entries_ = 0;
  int64_t now_ = 0;
  std::string actor_;
  Expected answer_;
  std::vector<std::pair<int32_t, model::Rules>> rules_;
  std::map<std::string, std::pair<uint64_t, model::ScopeLevel>> scopes_;
  std::map<std::string, Principal> principals_;
  std::map<uint64_t, Token> tokens_;
  std::map<std::string, uint64_t> centers_;  // by code and by name
  uint64_t center_count_ = 0;
  std::map<uint64_t, Person> people_;
  std::map<uint64_t, Service> services_;
  std::map<uint64_t, Reserved> holds_;
  std::map<uint64_t, Kin> kinships_;
  std::map<uint64_t, Fair> fairs_;
  std::map<uint64_t, Care> orders_;
  std::map<uint64_t, Agency> proxies_;
  std::map<uint64_t, Series> series_;
  std::map<uint64_t, Good> goods_;
  std::map<uint64_t, Purchase> purchases_;
  std::map<uint64_t, Star> stars_;
  std::map<uint64_t, Medal> medals_;
  std::map<int32_t, model::DayKind> calendar_;
  std::map<uint64_t, Allowance> allowances_;
  std::map<uint64_t, Allotment> allotments_;
  std::map<std::string, std::string> scope_parents_;
  std::map<uint64_t, std::string> center_scopes_;
  int64_t bank_pool_ = 0;
  std::map<uint64_t, Batch> batches_;
  std::map<std::string, Memory> requests_;
};

}  // namespace timebank::property

#endif  // TIMEBANK_TESTS_PROPERTY_PLAIN_MODEL_H_
