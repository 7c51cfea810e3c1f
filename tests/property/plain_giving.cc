// Hours that change hands, grants, and the end of memberships, as plainly as they can be said.
#include <algorithm>

#include "absl/time/civil_time.h"
#include "tests/property/plain_model.h"

namespace timebank::property {
namespace {

using model::GrantState;
using model::MemberState;
using model::Provenance;

// Sets of provenances, a bit each.
constexpr int Bit(Provenance provenance) { return 1 << (static_cast<int>(provenance) - 1); }
constexpr int kEarned = Bit(Provenance::kEarned);
constexpr int kOwn = Bit(Provenance::kEarned) | Bit(Provenance::kGifted);

int64_t MidnightAfter(int32_t day) { return (int64_t{day} + 1) * 86'400'000'000 - int64_t{8} * 3'600'000'000; }

int32_t MonthOf(int32_t day, int64_t later) {
  const absl::CivilDay date = absl::CivilDay(1970, 1, 1) + day;
  return static_cast<int32_t>(absl::CivilDay(date.year(), date.month() + later, 1) - absl::CivilDay(1970, 1, 1));
}

}  // namespace

PlainModel::Refusal PlainModel::Gone(uint64_t member, Reason missing) const {
  const auto found = people_.find(member);
  return found == people_.end()           ? Refusal(missing)
         : found->second.merged_into != 0 ? Refusal(Reason::kMemberMerged)
                                          : std::nullopt;
}

PlainModel::Refusal PlainModel::NotActive(uint64_t member) const {
  const MemberState state = people_.at(member).state;
  return state == MemberState::kActive      ? std::nullopt
         : state == MemberState::kSuspended ? Refusal(Reason::kMemberNotActive)
                                            : Refusal(Reason::kMemberWrongState);
}

uint64_t PlainModel::Root(uint64_t member) const {
  while (people_.at(member).merged_into != 0) {
    member = people_.at(member).merged_into;
  }
  return member;
}

const PlainModel::Kin* PlainModel::KinshipOf(uint64_t one, uint64_t other) const {
  for (const auto& [id, kin] : kinships_) {
    if (std::minmax(Root(kin.member), Root(kin.relative)) == std::minmax(one, other) &&
        kin.state == model::KinshipState::kBound) {
      return &kin;
    }
  }
  return nullptr;
}

PlainModel::Refusal PlainModel::NoWay(uint64_t owner, uint64_t to, const std::string& giver, Reason strangers) const {
  const Kin* const kin = KinshipOf(owner, to);
  if (kin == nullptr) {
    return strangers;
  }
  const bool hers = PersonBehind(giver) == owner;
  return AreOne(kin->prover, giver) && !hers ? Refusal(Reason::kKinshipProverIsGiver) : std::nullopt;
}

std::vector<std::pair<Provenance, uint64_t>> PlainModel::SpendingOrder(const Person& person) const {
  std::vector<std::pair<Provenance, uint64_t>> order;
  for (const auto& [key, remaining] : person.lots) {
    order.push_back(key);
  }
  if (RulesOn(today()).spend_by_provenance == 0) {
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  }
  return order;
}

int64_t PlainModel::SumOf(const Person& person, int provenances) {
  int64_t sum = 0;
  for (const auto& [key, remaining] : person.lots) {
    sum += (Bit(key.first) & provenances) != 0 ? remaining : 0;
  }
  return sum;
}

void PlainModel::AddHours(uint64_t member, Provenance provenance, int64_t amount) {
  people_[member].available += amount;
  if (amount > 0) {
    people_[member].lots[{provenance, entries_ + 1}] = amount;
  }
}

PlainModel::Slices PlainModel::TakeHours(uint64_t member, int64_t amount, uint64_t first, int provenances) {
  Person& person = people_[member];
  std::vector<std::pair<Provenance, uint64_t>> order = SpendingOrder(person);
  if (person.lots.contains({Provenance::kEarned, first})) {
    order.insert(order.begin(), {Provenance::kEarned, first});
  }
  Slices slices;
  for (const auto& key : order) {
    const auto lot = person.lots.find(key);
    if (lot == person.lots.end() || amount == 0 || (Bit(key.first) & provenances) == 0) {
      continue;
    }
    const int64_t part = std::min(amount, lot->second);
    amount -= part;
    lot->second -= part;
    slices[key] += part;
    if (lot->second == 0) {
      person.lots.erase(lot);
    }
  }
  return slices;
}

void PlainModel::ReturnHours(uint64_t member, const Slices& slices) {
  for (const auto& [key, amount] : slices) {
    const bool empty = !people_[member].lots.contains(key);
    people_[member].lots[key] += amount;
    const auto allotment = allotments_.find(key.second);
    if (key.first == Provenance::kGranted && allotment != allotments_.end() && (empty || allotment->second.waits)) {
      allotment->second.member = empty ? member : allotment->second.member;
      allotment->second.waits = false;
      allotment->second.due = std::max(MidnightAfter(allotment->second.expires), now_ + 1);
    }
  }
}

void PlainModel::Wake(uint64_t member) {
  for (auto& [issue, allotment] : allotments_) {
    if (allotment.member == member && allotment.waits && people_[member].lots.contains({Provenance::kGranted, issue})) {
      allotment.waits = false;
      allotment.due = now_ + 1;
    }
  }
}

PlainModel::Refusal PlainModel::NotGivable(uint64_t member, int64_t amount, int provenances) const {
  const Person& person = people_.at(member);
  return person.available < amount             ? Refusal(Reason::kBalanceTooLow)
         : SumOf(person, provenances) < amount ? Refusal(Reason::kHoursNotGivable)
                                               : std::nullopt;
}

int64_t PlainModel::LetIn(uint64_t member, int64_t amount) const {
  const int64_t cap = RulesOn(today()).total_cap_minutes;
  const Person& person = people_.at(member);
  return cap == 0 ? amount : std::clamp<int64_t>(cap - person.available - person.held + person.hours_owed, 0, amount);
}

PlainModel::Refusal PlainModel::Do(const model::GiveHours& command) {
  const uint64_t from = Find(command.from);
  const uint64_t to = Find(command.to);
  const int64_t amount = command.amount.value();
  const model::Rules& rules = RulesOn(today());
  for (const uint64_t side : {from, to}) {
    if (const Refusal gone = Gone(side, Reason::kMemberNotFound); gone.has_value()) {
      return gone;
    }
  }
  for (const uint64_t side : {from, to}) {
    if (const Refusal idle = NotActive(side); idle.has_value()) {
      return idle;
    }
  }
  if (ActorAsMember() == 0 && (IsParty({to}) || ProxyOfActor(from) != 0)) {
    return Reason::kActorIsParty;
  }
  if (ActorAsMember() != 0 && ActorAsMember() != from) {
    return Reason::kHoursNotYours;
  }
  if (from == to) {
    return Reason::kGiftToOneself;
  }
  if (const Refusal no_way = NoWay(from, to, actor_, Reason::kReceiverNotKin);
      rules.gifts_to_others == 0 && no_way.has_value()) {
    return no_way;
  }
  const int provenances = rules.gifted_given_on == 1 ? kOwn : kEarned;
  if (const Refusal wrong = NotGivable(from, amount, provenances); wrong.has_value()) {
    return wrong;
  }
  TakeHours(from, amount, 0, provenances);
  people_[from].available -= amount;
  const int64_t credited = LetIn(to, amount);
  AddHours(to, Provenance::kGifted, credited);
  bank_pool_ += amount - credited;
  answer_.subject = to;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::DonateHours& command) {
  const uint64_t from = Find(command.member);
  const int64_t amount = command.amount.value();
  if (const Refusal gone = Gone(from, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (const Refusal idle = NotActive(from); idle.has_value()) {
    return idle;
  }
  if (ActorAsMember() == 0 && ProxyOfActor(from) != 0) {
    return Reason::kActorIsParty;
  }
  if (ActorAsMember() != 0 && ActorAsMember() != from) {
    return Reason::kHoursNotYours;
  }
  if (const Refusal wrong = NotGivable(from, amount, kOwn); wrong.has_value()) {
    return wrong;
  }
  TakeHours(from, amount, 0, kOwn);
  people_[from].available -= amount;
  bank_pool_ += amount;
  answer_.subject = from;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::GivePoolHours& command) {
  const uint64_t to = Find(command.member);
  if (const Refusal gone = Gone(to, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (const Refusal idle = NotActive(to); idle.has_value()) {
    return idle;
  }
  if (PersonBehind(actor_) == to) {
    return Reason::kPoolToOneself;
  }
  if (AgeOf(to, today()) < RulesOn(today()).spending_age) {
    return Reason::kBeneficiaryTooYoung;
  }
  if (bank_pool_ < command.amount.value()) {
    return Reason::kPoolTooLow;
  }
  const int64_t credited = LetIn(to, command.amount.value());
  AddHours(to, Provenance::kDonated, credited);
  bank_pool_ -= credited;
  answer_.subject = to;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ProposeGrant& command) {
  const uint64_t member = Find(command.member);
  if (const Refusal gone = Gone(member, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (const Refusal wrong = NoteWrong(command.grounds, member); wrong.has_value()) {
    return wrong;
  }
  if (const Refusal idle = NotActive(member); idle.has_value()) {
    return idle;
  }
  if (PersonBehind(actor_) == member) {
    return Reason::kGrantToOneself;
  }
  for (const auto& [id, allowance] : allowances_) {
    if (allowance.member == member && allowance.state != GrantState::kEnded) {
      return Reason::kGrantOpen;
    }
  }
  if (command.first_month.value() < MonthOf(today(), 0)) {
    return Reason::kGrantMonthPast;
  }
  const int32_t least = std::max(today(), command.first_month.value());
  if (command.review.value() < least) {
    return Reason::kGrantReviewTooEarly;
  }
  if (AgeOf(member, least) < RulesOn(command.first_month.value()).spending_age) {
    return Reason::kBeneficiaryTooYoung;
  }
  Allowance allowance;
  allowance.member = member;
  allowance.monthly = command.monthly.value();
  allowance.first = command.first_month.value();
  allowance.review = command.review.value();
  allowance.maker = actor_;
  answer_.subject = entries_ + 1;
  allowances_[answer_.subject] = allowance;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeGrant& command) {
  using Event = model::ChangeGrant::Event;
  const auto found = allowances_.find(command.grant.value());
  if (found == allowances_.end()) {
    return Reason::kGrantNotFound;
  }
  Allowance& allowance = found->second;
  if (const Refusal wrong = NoteWrong(command.reason, allowance.member); wrong.has_value()) {
    return wrong;
  }
  if (PersonBehind(actor_) == Root(allowance.member)) {
    return Reason::kGrantToOneself;
  }
  const bool wrong_state = allowance.state == GrantState::kEnded ||
                           (command.event == Event::kApprove && allowance.state != GrantState::kProposed) ||
                           (command.event == Event::kRenew && allowance.state != GrantState::kActive);
  if (wrong_state) {
    return Reason::kGrantWrongState;
  }
  answer_.subject = found->first;
  if (command.event == Event::kEnd) {
    allowance.state = GrantState::kEnded;
    return std::nullopt;
  }
  if (ActorIs(allowance.maker)) {
    return Reason::kGrantMakerIsChecker;
  }
  if (command.event == Event::kRenew) {
    if (command.review.value() < today() || command.review.value() <= allowance.review) {
      return Reason::kGrantReviewTooEarly;
    }
    allowance.review = command.review.value();
  }
  allowance.next = std::max(command.event == Event::kApprove ? allowance.first : allowance.next, MonthOf(today(), 0));
  allowance.state = GrantState::kActive;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::IssueGrant(const model::RunDue& command) {
  const auto found = allowances_.find(command.id);
  if (found == allowances_.end() || found->second.state != GrantState::kActive ||
      found->second.next > found->second.review || MidnightAfter(found->second.next - 1) != command.due.value()) {
    return Reason::kNothingDue;
  }
  Allowance& allowance = found->second;
  const int32_t month = allowance.next;
  const model::Rules& rules = RulesOn(month);
  allowance.next = MonthOf(month, 1);
  Person& person = people_[allowance.member];
  const int64_t credited =
      rules.total_cap_minutes == 0
          ? allowance.monthly
          : std::clamp<int64_t>(rules.total_cap_minutes - person.available - person.held + person.hours_owed, 0,
                                allowance.monthly);
  const bool from_pool = rules.grants_from_pool == 1;
  if (person.state != MemberState::kActive || (from_pool && bank_pool_ < credited)) {
    return std::nullopt;
  }
  bank_pool_ += from_pool ? -credited : allowance.monthly - credited;
  AddHours(allowance.member, Provenance::kGranted, credited);
  if (rules.grant_unspent != 0 && credited > 0) {
    Allotment allotment;
    allotment.grant = found->first;
    allotment.member = allowance.member;
    allotment.expires = MonthOf(month, rules.grant_validity_months) - 1;
    allotment.due = std::max(MidnightAfter(allotment.expires), now_);
    allotment.to_pool = rules.grant_unspent == 2;
    allotments_[entries_ + 1] = allotment;
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::EndGranted(const model::RunDue& command) {
  const auto found = allotments_.find(command.id);
  const std::pair<Provenance, uint64_t> key = {Provenance::kGranted, command.id};
  if (found == allotments_.end() || found->second.waits || found->second.due != command.due.value() ||
      !people_[found->second.member].lots.contains(key)) {
    return Reason::kNothingDue;
  }
  Allotment& allotment = found->second;
  Person& person = people_[allotment.member];
  // What is reserved would be taken from the lots that come first.
  int64_t reserved = person.held;
  for (const auto& before : SpendingOrder(person)) {
    if (before == key) {
      break;
    }
    reserved = std::max<int64_t>(0, reserved - person.lots[before]);
  }
  reserved = std::min(reserved, person.lots[key]);
  const int64_t ended = person.lots[key] - reserved;
  person.available -= ended;
  person.lots[key] = reserved;
  bank_pool_ += allotment.to_pool ? ended : 0;
  allotment.waits = true;
  if (reserved == 0) {
    person.lots.erase(key);
  }
  answer_.subject = allotment.grant;
  return std::nullopt;
}

bool PlainModel::HasOpen(uint64_t member) const {
  const auto any = [](const auto& rows, auto test) {
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return test(row.second); });
  };
  using S = model::RecordState;
  using O = model::OrderState;
  return any(holds_, [&](const Reserved& hold) { return hold.member == member && !hold.closed; }) ||
         any(orders_,
             [&](const Care& order) {
               const bool party = order.payer == member || order.beneficiary == member || order.volunteer == member;
               return party && (order.state < O::kConfirmed || order.state == O::kDisputed);
             }) ||
         any(series_,
             [&](const Series& series) {
               return (series.next.payer == member || series.next.beneficiary == member) &&
                      series.state != model::RecurringState::kEnded;
             }) ||
         any(purchases_,
             [&](const Purchase& purchase) {
               return purchase.member == member && (purchase.state == model::RewardOrderState::kPlaced ||
                                                    purchase.state == model::RewardOrderState::kLocked);
             }) ||
         any(services_,
             [&](const Service& service) {
               const S state = service.state;
               return service.volunteer == member &&
                      (state == S::kCheckedIn || state == S::kRecorded || state == S::kNoticed || state == S::kDisputed);
             }) ||
         any(stars_, [&](const Star& star) { return star.member == member && Waits(star); }) ||
         any(allowances_, [&](const Allowance& allowance) {
           return allowance.member == member && allowance.state != GrantState::kEnded;
         });
}

PlainModel::Refusal PlainModel::Do(const model::ChangeMembership& command) {
  using Event = model::ChangeMembership::Event;
  using S = MemberState;
  const uint64_t member = Find(command.member);
  const uint64_t heir = Find(command.heir);
  if (const Refusal gone = Gone(member, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (const Refusal gone = Gone(heir, Reason::kMemberNotFound); !command.heir.empty() && gone.has_value()) {
    return gone;
  }
  Person& person = people_[member];
  const S state = person.state;
  const bool allowed =
      command.event == Event::kClose    ? state == S::kActive || state == S::kSuspended
      : command.event == Event::kReopen ? state == S::kClosing || state == S::kClosed || state == S::kDeceased
      : command.event == Event::kFinish ? state == S::kClosing
      : command.event == Event::kDeath  ? state == S::kActive || state == S::kSuspended || state == S::kClosing
                                        : state == S::kDeceased;
  if (!allowed) {
    return Reason::kMemberWrongState;
  }
  if (heir != 0) {
    if (const Refusal idle = NotActive(heir); idle.has_value()) {
      return idle;
    }
  }
  if ((command.event != Event::kClose && IsParty({member, heir})) || ProxyOfActor(member) != 0) {
    return Reason::kActorIsParty;
  }
  if (command.event == Event::kReopen && NoGuardian(person).has_value()) {
    return NoGuardian(person);
  }
  if (command.event == Event::kFinish || command.event == Event::kEstate) {
    if (heir != 0 && RulesOn(today()).gifts_to_others == 0) {
      if (const Refusal no_way = NoWay(member, heir, actor_, Reason::kReceiverNotKin); no_way.has_value()) {
        return no_way;
      }
    }
    if (ActorIs(person.begun_by)) {
      return command.event == Event::kEstate ? Reason::kEstateReporterDecides : Reason::kStepNeedsAnother;
    }
    if (HasOpen(member)) {
      return Reason::kMemberHasOpen;
    }
    const int64_t all = person.available;
    const int64_t credited = heir == 0 ? 0 : LetIn(heir, SumOf(person, kOwn));
    TakeHours(member, all);
    person.available = 0;
    AddHours(heir == 0 ? member : heir, Provenance::kGifted, credited);
    bank_pool_ += all - credited;
    for (auto& [last_day, remaining] : person.points) {
      person.expired_points[last_day] += remaining;
      remaining = 0;
    }
    person.state = S::kClosed;
  } else {
    person.state = command.event == Event::kClose ? S::kClosing : command.event == Event::kDeath ? S::kDeceased : S::kActive;
  }
  person.begun_by = command.event == Event::kDeath || command.event == Event::kClose ? actor_ : "";
  answer_.subject = member;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::MergeMembers& command) {
  const uint64_t member = Find(command.member);
  const uint64_t survivor = Find(command.survivor);
  for (const uint64_t side : {member, survivor}) {
    if (const Refusal gone = Gone(side, Reason::kMemberNotFound); gone.has_value()) {
      return gone;
    }
  }
  Person& from = people_[member];
  Person& to = people_[survivor];
  if (from.state != MemberState::kActive && from.state != MemberState::kSuspended) {
    return Reason::kMemberWrongState;
  }
  if (const Refusal idle = NotActive(survivor); idle.has_value()) {
    return idle;
  }
  if (member == survivor) {
    return Reason::kMergeToOneself;
  }
  if (IsParty({member, survivor})) {
    return Reason::kActorIsParty;
  }
  if (Carried(member) != nullptr) {
    return Reason::kMergeStarHeld;
  }
  if (HasOpen(member)) {
    return Reason::kMemberHasOpen;
  }
  for (const auto& [key, remaining] : from.lots) {
    to.lots[key] += remaining;
    if (key.first == Provenance::kGranted && allotments_.contains(key.second)) {
      allotments_[key.second].member = survivor;
    }
  }
  from.lots.clear();
  for (int64_t Person::*number :
       {&Person::available, &Person::service, &Person::pool, &Person::received, &Person::evaluations,
        &Person::evaluation_sum, &Person::points_owed, &Person::hours_owed}) {
    to.*number += from.*number;
    from.*number = 0;
  }
  for (auto lots : {&Person::points, &Person::expired_points}) {
    for (auto& [last_day, amount] : from.*lots) {
      (to.*lots)[last_day] += amount;
      amount = 0;
    }
  }
  from.state = MemberState::kMerged;
  from.merged_into = survivor;
  answer_.subject = member;
  return std::nullopt;
}

}  // namespace timebank::property
