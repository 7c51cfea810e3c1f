#include "tests/property/plain_model.h"

#include <algorithm>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace timebank::property {
namespace {

using model::RecordState;

// Completed years: counted birthday by birthday.
int AgeOn(int32_t birth, int32_t day) {
  const absl::CivilDay born = absl::CivilDay(1970, 1, 1) + birth;
  const absl::CivilDay now = absl::CivilDay(1970, 1, 1) + day;
  int years = 0;
  while (absl::CivilDay(born.year() + years + 1, born.month(), born.day()) <= now) {
    ++years;
  }
  return now < born ? -1 : years;
}

bool Undone(RecordState state) {
  return state == RecordState::kRejected || state == RecordState::kWithdrawn || state == RecordState::kVoided ||
         state == RecordState::kReversed;
}

bool NamesARule(absl::string_view name) {
  return model::FindRule(name) != nullptr ||
         (absl::StartsWith(name, model::kCategoryWeightPrefix) && name.size() > model::kCategoryWeightPrefix.size()) ||
         (absl::StartsWith(name, "category_points_percent.") && name.size() > sizeof("category_points_percent.") - 1);
}

std::optional<model::Reason> SetAll(const std::vector<std::pair<std::string, int64_t>>& changes, model::Rules& rules) {
  for (const auto& [name, value] : changes) {
    if (!NamesARule(name)) {
      return model::Reason::kRuleUnknown;
    }
  }
  for (const auto& [name, value] : changes) {
    if (model::SetRule(name, value, &rules).has_value()) {
      return model::Reason::kRuleOutOfRange;
    }
  }
  return rules.earning_age_guarded > rules.earning_age ? std::make_optional(model::Reason::kRuleOutOfRange) : std::nullopt;
}

}  // namespace

Expected PlainModel::Apply(const model::Command& command, model::RecordTime time) {
  answer_ = Expected();
  if (!exists_ && !std::holds_alternative<model::CreateBank>(command.body)) {
    answer_.record_time = time.value();
    answer_.reason = Reason::kBankNotFound;
    return answer_;
  }
  const int64_t before = now_;
  now_ = std::max(now_, time.value());
  if (const auto earlier = requests_.find(command.request_id); earlier != requests_.end()) {
    const bool same =
        earlier->second.fingerprint == command.fingerprint && !RegistersAnother(command, earlier->second.answer);
    answer_.record_time = now_;
    answer_.reason = Reason::kRequestIdReused;
    now_ = before;
    return same ? earlier->second.answer : answer_;
  }
  answer_.sequence = entries_ + 1;
  answer_.record_time = now_;
  actor_ = command.actor;
  const Refusal refusal = std::visit([this](const auto& body) { return Do(body); }, command.body);
  if (refusal.has_value()) {
    answer_.subject = 0;
    answer_.record.reset();
    answer_.reason = refusal;
  }
  if (!exists_) {
    answer_.sequence = 0;
    now_ = before;
    return answer_;
  }
  ++entries_;
  requests_[command.request_id] = {command.fingerprint, answer_};
  return answer_;
}

uint64_t PlainModel::Find(const std::string& ref) const {
  if (const uint64_t id = model::ParseMemberNumber(ref).value(); id != 0) {
    return people_.contains(id) ? id : 0;
  }
  for (const auto& [id, person] : people_) {
    if (!ref.empty() && person.number == ref) {
      return id;
    }
  }
  return 0;
}

const model::Rules& PlainModel::RulesOn(int32_t day) const {
  size_t found = 0;
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].first <= day) {
      found = i;
    }
  }
  return rules_[found].second;
}

PlainModel::Refusal PlainModel::Do(const model::CreateBank& command) {
  if (exists_) {
    return Reason::kBankExists;
  }
  model::Rules rules = model::ShippedRules();
  if (const Refusal wrong = SetAll(command.rules, rules); wrong.has_value()) {
    return wrong;
  }
  rules_ = {{INT32_MIN, rules}};
  exists_ = true;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CreateRuleSet& command) {
  model::Rules rules = RulesOn(command.effective_from.value());
  if (const Refusal wrong = SetAll(command.rules, rules); wrong.has_value()) {
    return wrong;
  }
  if (command.effective_from.value() <= today()) {
    return Reason::kRuleSetNotInFuture;
  }
  rules_.emplace_back(command.effective_from.value(), rules);
  answer_.subject = rules_.size();
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CreateScope& command) {
  if (scopes_.contains(command.code)) {
    return Reason::kScopeExists;
  }
  if (!command.parent_code.empty()) {
    if (!scopes_.contains(command.parent_code)) {
      return Reason::kScopeNotFound;
    }
    if (command.level >= scopes_[command.parent_code].second) {
      return Reason::kScopeLevelNotBelowParent;
    }
  }
  answer_.subject = scopes_.size() + 1;
  scopes_[command.code] = {answer_.subject, command.level};
  scope_parents_[command.code] = command.parent_code;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CreateCenter& command) {
  std::string code = command.code;
  for (uint64_t number = center_count_ + 1; command.code.empty(); ++number) {
    code = absl::StrCat("c", number);
    if (!centers_.contains(code)) {
      break;
    }
  }
  if (centers_.contains(code) || centers_.contains(command.display_name)) {
    return Reason::kCenterExists;
  }
  if (!scopes_.contains(command.scope_code)) {
    return Reason::kScopeNotFound;
  }
  answer_.subject = ++center_count_;
  centers_[code] = centers_[command.display_name] = answer_.subject;
  center_scopes_[answer_.subject] = command.scope_code;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::RegisterMember& command) {
  bool registered = false;
  if (const uint64_t holder = Find(command.external_number); holder != 0) {
    const Person& other = people_[holder];
    const bool by_id = !command.id_index.empty() && !other.id_index.empty();
    registered = by_id ? command.id_index == other.id_index
                       : !command.name_index.empty() && command.name_index == other.name_index &&
                             command.birth.value() == other.birth;
    if (!registered) {
      return Reason::kExternalNumberTaken;
    }
  }
  for (const auto& [id, person] : people_) {
    registered = registered || (!command.id_index.empty() && person.id_index == command.id_index);
  }
  if (command.birth.value() > today()) {
    return Reason::kBirthDateInFuture;
  }
  if (!centers_.contains(command.center)) {
    return Reason::kCenterNotFound;
  }
  if (AgeOn(command.birth.value(), today()) < RulesOn(today()).registration_age_alone && command.consent.sealed.empty()) {
    return Reason::kGuardianConsentMissing;
  }
  if (registered) {
    return Reason::kMemberExists;
  }
  Person person;
  person.number = command.external_number;
  person.id_index = command.id_index;
  person.name_index = command.name_index;
  person.birth = command.birth.value();
  person.consent = !command.consent.sealed.empty();
  person.registered = today();
  person.center = command.center;
  answer_.subject = people_.size() + 1;
  people_[answer_.subject] = person;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeMember& command) {
  using Event = model::ChangeMember::Event;
  const uint64_t id = Find(command.member);
  if (const Refusal gone = Gone(id, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (const Refusal wrong = NoteWrong(command.consent, id); wrong.has_value()) {
    return wrong;
  }
  Person& person = people_[id];
  const bool here = person.state == model::MemberState::kActive || person.state == model::MemberState::kSuspended;
  const bool about_consent = command.event == Event::kConsent || command.event == Event::kConsentWithdrawn;
  const bool to = command.event == Event::kConsent || command.event == Event::kResume;
  if (!here || to == (about_consent ? person.consent : person.state == model::MemberState::kActive)) {
    return Reason::kMemberWrongState;
  }
  if ((command.event == Event::kResume || command.event == Event::kConsent) && IsParty({id})) {
    return Reason::kActorIsParty;
  }
  if (command.event == Event::kResume && NoGuardian(person).has_value()) {
    return NoGuardian(person);
  }
  if (about_consent) {
    person.consent = to;
    person.state = NoGuardian(person).has_value() ? model::MemberState::kSuspended : person.state;
  } else {
    person.state = to ? model::MemberState::kActive : model::MemberState::kSuspended;
  }
  answer_.subject = id;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ProposeKinship& command) {
  const uint64_t member = Find(command.member);
  const uint64_t relative = Find(command.relative);
  for (const uint64_t side : {member, relative}) {
    if (const Refusal gone = Gone(side, Reason::kMemberNotFound); gone.has_value()) {
      return gone;
    }
  }
  if (member == relative) {
    return Reason::kKinshipToOneself;
  }
  for (const auto& [id, kin] : kinships_) {
    const bool same = std::minmax(kin.member, kin.relative) == std::minmax(member, relative);
    if (same && kin.state != model::KinshipState::kRevoked) {
      return Reason::kKinshipExists;
    }
  }
  if (people_[member].kinships >= 50 || people_[relative].kinships >= 50) {
    return Reason::kTooManyKinships;
  }
  ++people_[member].kinships;
  ++people_[relative].kinships;
  answer_.subject = entries_ + 1;
  kinships_[answer_.subject] = {member, relative, model::KinshipState::kProposed, ""};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeKinship& command) {
  using Event = model::ChangeKinship::Event;
  using State = model::KinshipState;
  const auto found = kinships_.find(command.kinship.value());
  if (found == kinships_.end()) {
    return Reason::kKinshipNotFound;
  }
  State& state = found->second.state;
  const bool allowed = command.event == Event::kProve  ? state == State::kProposed
                       : command.event == Event::kBind ? state == State::kProved
                                                       : state != State::kRevoked;
  if (!allowed) {
    return Reason::kKinshipWrongState;
  }
  if (command.event != Event::kRevoke && IsParty({found->second.member, found->second.relative})) {
    return Reason::kActorIsParty;
  }
  if (command.event == Event::kProve) {
    found->second.prover = actor_;
  }
  state = command.event == Event::kProve ? State::kProved : command.event == Event::kBind ? State::kBound : State::kRevoked;
  answer_.subject = found->first;
  return std::nullopt;
}

int PlainModel::AgeOf(uint64_t member, int32_t day) const { return AgeOn(people_.at(member).birth, day); }
int PlainModel::AgeOnDay(int32_t birth, int32_t day) { return AgeOn(birth, day); }

PlainModel::Refusal PlainModel::TooYoung(const Person& person, int32_t day) const {
  const int age = AgeOn(person.birth, day);
  if (age < RulesOn(day).earning_age_guarded) {
    return Reason::kVolunteerTooYoung;
  }
  if (age < RulesOn(day).earning_age && !person.consent) {
    return Reason::kGuardianConsentMissing;
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::TimeTaken(const Service& wanted, bool replaces) const {
  bool overlap = false;
  for (const auto& [id, other] : services_) {
    if (other.volunteer != wanted.volunteer) {
      continue;
    }
    const bool same = other.start == wanted.start && other.end == wanted.end && other.beneficiary == wanted.beneficiary &&
                      other.category == wanted.category;
    if (same && (!Undone(other.state) || !replaces)) {
      return Reason::kRecordDuplicate;
    }
    overlap = overlap || (!Undone(other.state) && other.start < wanted.end && wanted.start < other.end);
  }
  return overlap ? Refusal(Reason::kRecordOverlap) : std::nullopt;
}

void PlainModel::AddService(Service service) {
  service.recorder = actor_;
  if (service.state == RecordState::kRecorded) {
    service.measured = service.end - service.start;
    people_[service.volunteer].pending += service.measured;
  }
  answer_.subject = entries_ + 1;
  Answer(service, service.late);
  services_[answer_.subject] = service;
}

void PlainModel::Answer(const Service& service, bool second) {
  answer_.record = model::RecordResult{service.state, second, model::Minutes(service.credited),
                                       model::Minutes(service.to_pool), model::Minutes(service.debt_paid)};
}

PlainModel::Refusal PlainModel::Do(const model::CreateRecord& command) {
  const uint64_t volunteer = Find(command.volunteer);
  const uint64_t beneficiary = Find(command.beneficiary);
  if (const Refusal gone = Gone(volunteer, Reason::kVolunteerNotFound); gone.has_value()) {
    return gone;
  }
  if (!command.volunteer_name_index.empty() && command.volunteer_name_index != people_[volunteer].name_index) {
    return Reason::kVolunteerNameMismatch;
  }
  if (!command.beneficiary.empty() && beneficiary == 0) {
    return Reason::kBeneficiaryNotFound;
  }
  if (!centers_.contains(command.center)) {
    return Reason::kCenterNotFound;
  }
  const uint64_t replaced = command.replaces.value();
  if (replaced != 0 && !services_.contains(replaced)) {
    return Reason::kRecordNotFound;
  }
  if (const Refusal note = NoteWrong(command.note, beneficiary == 0 ? volunteer : beneficiary); note.has_value()) {
    return note;
  }
  const int32_t day = model::DayOf(command.start).value();
  const int64_t minutes = command.end.value() - command.start.value();
  const Refusal wrong_time = command.end.value() > this_minute()             ? Refusal(Reason::kRecordInFuture)
                             : minutes <= 0                                  ? Refusal(Reason::kRecordEndsBeforeStart)
                             : minutes > 1440                                ? Refusal(Reason::kRecordTooLong)
                             : minutes < RulesOn(day).shortest_minutes       ? Refusal(Reason::kRecordTooShort)
                             : volunteer == beneficiary                      ? Refusal(Reason::kRecordToOneself)
                             : TooYoung(people_[volunteer], day).has_value() ? TooYoung(people_[volunteer], day)
                                                                             : NotActive(volunteer);
  if (wrong_time.has_value()) {
    return wrong_time;
  }
  Service service;
  service.volunteer = volunteer;
  service.beneficiary = beneficiary;
  service.category = command.category;
  service.start = command.start.value();
  service.end = command.end.value();
  service.late = today() > day + RulesOn(day).late_entry_days;
  service.noted = !command.note.sealed.empty();
  if (const Refusal taken = TimeTaken(service, replaced != 0); taken.has_value()) {
    return taken;
  }
  if (replaced != 0 && (services_[replaced].volunteer != volunteer || !Undone(services_[replaced].state))) {
    return Reason::kReplacedRecordDiffers;
  }
  AddService(service);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CheckIn& command) {
  const uint64_t volunteer = Find(command.volunteer);
  const uint64_t beneficiary = Find(command.beneficiary);
  const Refusal gone = Gone(volunteer, Reason::kVolunteerNotFound);
  const Refusal wrong = gone.has_value()                                    ? gone
                        : !command.beneficiary.empty() && beneficiary == 0  ? Refusal(Reason::kBeneficiaryNotFound)
                        : !centers_.contains(command.center)                ? Refusal(Reason::kCenterNotFound)
                        : volunteer == beneficiary                          ? Refusal(Reason::kRecordToOneself)
                        : TooYoung(people_[volunteer], today()).has_value() ? TooYoung(people_[volunteer], today())
                                                                            : NotActive(volunteer);
  if (wrong.has_value()) {
    return wrong;
  }
  Service service;
  service.volunteer = volunteer;
  service.beneficiary = beneficiary;
  service.category = command.category;
  service.start = this_minute();
  service.end = service.start + command.planned.value();
  service.state = RecordState::kCheckedIn;
  if (const Refusal taken = TimeTaken(service, false); taken.has_value()) {
    return taken;
  }
  AddService(service);
  return std::nullopt;
}

bool PlainModel::AreOne(const std::string& one, const std::string& other) const {
  return !one.empty() && !other.empty() &&
         (one == other || (PersonBehind(one) != 0 && PersonBehind(one) == PersonBehind(other)));
}

bool PlainModel::IsParty(const std::vector<uint64_t>& members) const {
  const uint64_t person = PersonBehind(actor_);
  return std::any_of(members.begin(), members.end(), [&](uint64_t member) { return member != 0 && Root(member) == person; });
}

PlainModel::Refusal PlainModel::MayNotConfirm(const Service& service) const {
  if (ActorIs(service.recorder)) {
    return Reason::kRecorderIsConfirmer;
  }
  if (PersonBehind(actor_) == Root(service.volunteer)) {
    return Reason::kVolunteerIsConfirmer;
  }
  if (ActorIs(service.first_approver)) {
    return Reason::kFirstApproverIsSecond;
  }
  if (service.state == RecordState::kDisputed && Objected(service.disputers)) {
    return Reason::kDisputerIsDecider;
  }
  return std::nullopt;
}

void PlainModel::Settle(Service& service) {
  const int32_t day = model::DayOf(model::Minute(service.start)).value();
  const model::Rules& rules = RulesOn(day);
  const int64_t weight = rules.category_weight_percent.contains(service.category)
                             ? rules.category_weight_percent.at(service.category)
                             : rules.default_weight_percent;
  const int64_t worth = service.measured * weight / 100 / rules.rounding_minutes * rules.rounding_minutes;
  int64_t counted_today = 0;
  for (const auto& [id, other] : services_) {
    const bool same_day = model::DayOf(model::Minute(other.start)).value() == day;
    counted_today +=
        other.volunteer == service.volunteer && same_day && other.state == RecordState::kSettled ? other.counted : 0;
  }
  Person& person = people_[service.volunteer];
  service.counted =
      rules.daily_cap_minutes == 0 ? worth : std::clamp<int64_t>(rules.daily_cap_minutes - counted_today, 0, worth);
  service.credited = rules.total_cap_minutes == 0
                         ? service.counted
                         : std::clamp<int64_t>(rules.total_cap_minutes - person.available - person.held + person.hours_owed,
                                               0, service.counted);
  service.to_pool = worth - service.credited;
  // What is owed is paid first.
  service.debt_paid = std::min(service.credited, person.hours_owed);
  person.hours_owed -= service.debt_paid;
  AddHours(service.volunteer, model::Provenance::kEarned, service.credited - service.debt_paid);
  service.settled = entries_ + 1;
  person.service += service.counted;
  person.pool += service.to_pool;
  bank_pool_ += service.to_pool;
  service.state = RecordState::kSettled;
  EarnPoints(service);
}

PlainModel::Refusal PlainModel::Confirm(Service& service) {
  if (service.state != RecordState::kRecorded) {
    return Reason::kRecordWrongState;
  }
  if (const Refusal person = MayNotConfirm(service); person.has_value()) {
    return person;
  }
  if (service.late && service.first_approver.empty()) {
    service.first_approver = actor_;
    Answer(service, true);
    return std::nullopt;
  }
  GoOn(service);
  return std::nullopt;
}

void PlainModel::GoOn(Service& service) {
  const model::Rules& rules = RulesOn(model::DayOf(model::Minute(service.start)).value());
  if (rules.notice_days > 0 && service.notice_until == 0) {
    service.state = RecordState::kNoticed;
    service.notice_until = today() + static_cast<int32_t>(rules.notice_days) - 1;
  } else {
    people_[service.volunteer].pending -= service.measured;
    Settle(service);
  }
  Answer(service, false);
}

void PlainModel::Drop(Service& service, RecordState to) {
  people_[service.volunteer].pending -= service.measured;
  service.state = to;
  Answer(service, false);
}

PlainModel::Refusal PlainModel::Decide(Service& service, const model::ChangeRecord& command) {
  if (const Refusal person = MayNotConfirm(service); person.has_value()) {
    return person;
  }
  if (IsParty({service.beneficiary})) {
    return Reason::kActorIsParty;
  }
  if (command.decision == model::Decision::kVoid) {
    Drop(service, RecordState::kVoided);
    return std::nullopt;
  }
  if (command.decision == model::Decision::kAmend) {
    if (command.amended.value() < RulesOn(model::DayOf(model::Minute(service.start)).value()).shortest_minutes) {
      return Reason::kRecordTooShort;
    }
    if (command.amended.value() > service.measured) {
      return Reason::kAmendedAboveRecorded;
    }
    people_[service.volunteer].pending += command.amended.value() - service.measured;
    service.measured = command.amended.value();
  }
  if (service.late && service.first_approver.empty()) {
    service.first_approver = actor_;
    service.state = RecordState::kRecorded;
    Answer(service, true);
    return std::nullopt;
  }
  GoOn(service);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::CheckOut(Service& service) {
  const int64_t end = std::min(service.end, this_minute());
  const model::Rules& rules = RulesOn(model::DayOf(model::Minute(service.start)).value());
  if (end - service.start < rules.shortest_minutes) {
    return Reason::kRecordTooShort;
  }
  service.end = end;
  service.measured = end - service.start;
  service.state = RecordState::kRecorded;
  people_[service.volunteer].pending += service.measured;
  Answer(service, false);
  return std::nullopt;
}

bool PlainModel::Objected(const std::vector<std::string>& objectors) const {
  return std::any_of(objectors.begin(), objectors.end(), [this](const std::string& name) { return ActorIs(name); });
}

PlainModel::Refusal PlainModel::Object(bool open, std::vector<std::string>* objectors) const {
  if (open && Objected(*objectors)) {
    return Reason::kObjectedAlready;
  }
  if (open && objectors->size() == 20) {
    return Reason::kTooManyObjections;
  }
  if (!open) {
    objectors->clear();
  }
  objectors->push_back(actor_);
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Dispute(Service& service) {
  const Refusal refused = Object(service.state == RecordState::kDisputed, &service.disputers);
  if (!refused.has_value()) {
    service.state = RecordState::kDisputed;
    Answer(service, false);
  }
  return refused;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeRecord& command) {
  using Event = model::ChangeRecord::Event;
  const auto found = services_.find(command.record.value());
  if (found == services_.end()) {
    return Reason::kRecordNotFound;
  }
  Service& service = found->second;
  if (service.of_order) {
    return Reason::kRecordOfOrder;
  }
  const RecordState state = service.state;
  answer_.subject = found->first;
  switch (command.event) {
    case Event::kCheckOut:
      return state == RecordState::kCheckedIn ? CheckOut(service) : Reason::kRecordWrongState;
    case Event::kConfirm:
      return Confirm(service);
    case Event::kReject:
      if (state != RecordState::kRecorded) {
        return Reason::kRecordWrongState;
      }
      if (IsParty({service.volunteer})) {
        return Reason::kActorIsParty;
      }
      Drop(service, RecordState::kRejected);
      return std::nullopt;
    case Event::kWithdraw:
      if (state != RecordState::kRecorded && state != RecordState::kCheckedIn) {
        return Reason::kRecordWrongState;
      }
      Drop(service, RecordState::kWithdrawn);
      return std::nullopt;
    case Event::kDispute:
      return state == RecordState::kRecorded || state == RecordState::kNoticed || state == RecordState::kDisputed
                 ? Dispute(service)
                 : Reason::kRecordWrongState;
    case Event::kDecide:
      return state == RecordState::kDisputed ? Decide(service, command) : Reason::kRecordWrongState;
    case Event::kSettle:
      if (state != RecordState::kNoticed) {
        return Reason::kRecordWrongState;
      }
      if (today() <= service.notice_until) {
        return Reason::kNoticeNotOver;
      }
      people_[service.volunteer].pending -= service.measured;
      Settle(service);
      Answer(service, false);
      return std::nullopt;
    case Event::kReverse:
      if (state != RecordState::kSettled) {
        return Reason::kRecordWrongState;
      }
      return IsParty({service.volunteer, service.beneficiary}) ? Refusal(Reason::kActorIsParty)
                                                               : Reverse(service, command.cover, 0);
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::PlaceHold& command) {
  const uint64_t member = Find(command.member);
  if (const Refusal gone = Gone(member, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  Person& person = people_[member];
  const Refusal idle = NotActive(member);
  const Refusal wrong = idle.has_value()                    ? idle
                        : command.expires.value() < today() ? Refusal(Reason::kHoldExpiresBeforeToday)
                        : AgeOn(person.birth, today()) < RulesOn(today()).spending_age ? Refusal(Reason::kSpenderTooYoung)
                        : person.available < command.amount.value()                    ? Refusal(Reason::kBalanceTooLow)
                                                                                       : std::nullopt;
  if (wrong.has_value()) {
    return wrong;
  }
  person.available -= command.amount.value();
  person.held += command.amount.value();
  answer_.subject = entries_ + 1;
  holds_[answer_.subject] = {member, command.amount.value(), command.expires.value(), false, 0, actor_};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CloseHold& command) {
  const auto found = holds_.find(command.hold.value());
  if (found == holds_.end()) {
    return Reason::kHoldNotFound;
  }
  Reserved& hold = found->second;
  const int64_t consumed = command.consumed.value();
  const Refusal wrong = hold.order != 0                          ? Refusal(Reason::kHoldOfOrder)
                        : hold.closed                            ? Refusal(Reason::kHoldClosed)
                        : IsParty({hold.member})                 ? Refusal(Reason::kActorIsParty)
                        : ProxyOfActor(hold.member) != 0         ? Refusal(Reason::kActorIsParty)
                        : consumed > 0 && ActorIs(hold.placer)   ? Refusal(Reason::kStepNeedsAnother)
                        : consumed > 0 && hold.expires < today() ? Refusal(Reason::kHoldExpired)
                        : consumed > hold.amount                 ? Refusal(Reason::kHoldTooSmall)
                                                                 : std::nullopt;
  if (wrong.has_value()) {
    return wrong;
  }
  Person& person = people_[hold.member];
  person.held -= hold.amount;
  person.available += hold.amount - consumed;
  person.received += consumed;
  TakeHours(hold.member, consumed);
  hold.closed = true;
  Wake(hold.member);
  answer_.subject = found->first;
  return std::nullopt;
}

}  // namespace timebank::property
