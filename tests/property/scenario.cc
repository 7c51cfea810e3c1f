#include "tests/property/scenario.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/merkle/hash.h"
#include "service/model/nouns.h"
#include "service/model/rejection.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using ledger::Dump;
using model::AccountKind;
using RecordStep = model::ChangeRecord::Event;
using KinshipStep = model::ChangeKinship::Event;
using MemberStep = model::ChangeMember::Event;

// What no record, kinship or hold is called.
constexpr uint64_t kNobody = 999999;

std::optional<ScenarioLine> ParseLine(absl::string_view text) {
  const size_t comment = text.find('#');
  const std::vector<std::string> words =
      absl::StrSplit(text.substr(0, comment), absl::ByAnyChar(" \t\r"), absl::SkipWhitespace());
  if (words.empty()) {
    return std::nullopt;
  }
  ScenarioLine line;
  line.verb = words[0];
  bool behind_arrow = false;
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "->") {
      behind_arrow = true;
      continue;
    }
    const std::pair<std::string, std::string> field = absl::StrSplit(words[i], absl::MaxSplits('=', 1));
    const bool named = words[i].find('=') != std::string::npos;
    if (named) {
      (behind_arrow ? line.expected_fields : line.fields).push_back(field);
    } else {
      (behind_arrow ? line.expected : line.subject) = words[i];
    }
  }
  line.asked = std::string(absl::StripTrailingAsciiWhitespace(text.substr(0, text.find("->"))));
  return line;
}

absl::Time ParseLocalTime(const std::string& text) {
  absl::Time time;
  std::string error;
  TB_CHECK(
      absl::ParseTime(text.size() > 16 ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%dT%H:%M", text, base::BankTimeZone(), &time, &error));
  return time;
}

model::Minute MinuteOf(const std::string& text) { return model::Minute(absl::ToUnixSeconds(ParseLocalTime(text)) / 60); }

model::Day DayFrom(const std::string& text) {
  const std::optional<absl::CivilDay> day = base::ParseIsoDay(text);
  TB_CHECK(day.has_value());
  return model::Day(base::DayNumber(*day));
}

int64_t Number(const std::string& text) {
  int64_t number = 0;
  TB_CHECK(absl::SimpleAtoi(text, &number));
  return number;
}

template <typename Value>
Value Named(const std::map<std::string, Value>& values, const std::string& name) {
  const auto found = values.find(name);
  TB_CHECK(found != values.end());
  return found->second;
}

std::string DashIsEmpty(const std::string& text) { return text == "-" ? "" : text; }

// All fields but those named, as rules.
std::vector<std::pair<std::string, int64_t>> RulesOf(const ScenarioLine& line, const std::set<std::string>& others) {
  std::vector<std::pair<std::string, int64_t>> rules;
  for (const auto& [name, value] : line.fields) {
    if (!others.contains(name)) {
      rules.emplace_back(name, Number(value));
    }
  }
  return rules;
}

model::RegisterMember RegistrationOf(const ScenarioLine& line) {
  model::RegisterMember body;
  body.external_number = DashIsEmpty(line.Get("number", line.subject));
  body.center = line.Get("center", "c1");
  body.birth = DayFrom(line.Get("birth", "1980-01-01"));
  if (line.Get("consent") == "yes") {
    body.consent.sealed = "sealed consent";
    body.consent.digest.fill(0xc0);
  }
  body.sealed_person = absl::StrCat("sealed ", line.subject);
  body.id_index = line.Get("id");
  body.name_index = line.Get("called", line.subject);
  return body;
}

model::CreateRecord RecordOf(const ScenarioLine& line) {
  model::CreateRecord body;
  body.volunteer = line.Get("volunteer");
  body.volunteer_name_index = line.Get("called");
  body.beneficiary = line.Get("beneficiary");
  body.center = line.Get("center", "c1");
  body.category = line.Get("category", "助餐");
  body.start = MinuteOf(line.Get("start"));
  body.end = MinuteOf(line.Get("end"));
  return body;
}

int64_t Balance(const rec::Book& book, AccountKind kind) { return ledger::BalanceIn(book, model::Asset::kHours, kind); }

bool IsAboutOrder(const model::Command& command) {
  return std::holds_alternative<model::RequestOrder>(command.body) ||
         std::holds_alternative<model::ChangeOrder>(command.body) ||
         std::holds_alternative<model::EvaluateOrder>(command.body);
}

bool IsAboutShop(const model::Command& command) {
  return std::holds_alternative<model::PlaceRewardOrder>(command.body) ||
         std::holds_alternative<model::CollectRewardOrder>(command.body) ||
         std::holds_alternative<model::CancelRewardOrder>(command.body);
}

// What leaves nothing in a state of its own.
bool IsDone(const model::Command& command) {
  return std::visit(
      [](const auto& body) {
        using Body = std::decay_t<decltype(body)>;
        return std::is_same_v<Body, model::RunDue> || std::is_same_v<Body, model::AwardPoints> ||
               std::is_same_v<Body, model::DeductPoints> || std::is_same_v<Body, model::ChangeReward> ||
               std::is_same_v<Body, model::CountStock> || std::is_same_v<Body, model::EndCampaign> ||
               std::is_same_v<Body, model::RevealMember> || std::is_same_v<Body, model::ExportMember> ||
               std::is_same_v<Body, model::EraseMember> || std::is_same_v<Body, model::RevealText>;
      },
      command.body);
}

// The rows that a refusal must leave as they are: all but journal, requests, bank and tree head.
Dump WithoutJournal(Dump dump) {
  std::erase_if(dump,
                [](const auto& row) { return absl::string_view("jibt").find(row.first[0]) != absl::string_view::npos; });
  return dump;
}

// Steps that somebody else takes than who took the one before.
bool DoneBySecond(const std::string& verb) {
  static constexpr absl::string_view kSecond[] = {"confirm", "decide", "prove", "close", "gone"};
  return std::find(std::begin(kSecond), std::end(kSecond), verb) != std::end(kSecond);
}

}  // namespace

std::string ScenarioLine::Get(absl::string_view name, absl::string_view otherwise) const {
  for (const auto& [field, value] : fields) {
    if (field == name) {
      return value;
    }
  }
  return std::string(otherwise);
}

uint64_t Scenario::IdOf(const std::vector<uint64_t>& ids, absl::string_view ordinal) const {
  size_t number = 0;
  TB_CHECK(absl::SimpleAtoi(ordinal, &number));
  return number >= 1 && number <= ids.size() ? ids[number - 1] : kNobody;
}

std::string Scenario::OrdinalOf(const std::vector<uint64_t>& ids, absl::string_view id) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (absl::StrCat(ids[i]) == id) {
      return absl::StrCat(i + 1);
    }
  }
  return std::string(id);
}

std::optional<Scenario::Body> Scenario::StepOf(const ScenarioLine& line) const {
  static const auto* const record_steps = new std::map<std::string, RecordStep>{
      {"checkout", RecordStep::kCheckOut}, {"confirm", RecordStep::kConfirm}, {"reject", RecordStep::kReject},
      {"withdraw", RecordStep::kWithdraw}, {"dispute", RecordStep::kDispute}, {"decide", RecordStep::kDecide},
      {"settle", RecordStep::kSettle},     {"reverse", RecordStep::kReverse}};
  static const auto* const member_steps =
      new std::map<std::string, MemberStep>{{"suspend", MemberStep::kSuspend},
                                            {"resume", MemberStep::kResume},
                                            {"consent", MemberStep::kConsent},
                                            {"unconsent", MemberStep::kConsentWithdrawn}};
  static const auto* const kinship_steps = new std::map<std::string, KinshipStep>{
      {"prove", KinshipStep::kProve}, {"bind", KinshipStep::kBind}, {"revoke", KinshipStep::kRevoke}};
  static const auto* const decisions = new std::map<std::string, model::Decision>{
      {"settle", model::Decision::kSettle}, {"amend", model::Decision::kAmend}, {"void", model::Decision::kVoid}};
  if (const auto step = member_steps->find(line.verb); step != member_steps->end()) {
    const bool consent = step->second == MemberStep::kConsent;
    return model::ChangeMember{line.subject, step->second, "reason",
                               consent ? TextAbout(line, "consent", line.subject) : model::PrivateText()};
  }
  if (const auto step = kinship_steps->find(line.verb); step != kinship_steps->end()) {
    return model::ChangeKinship{model::KinshipId(IdOf(kinships_, line.Get("kinship"))), step->second, "reason"};
  }
  if (const auto step = record_steps->find(line.verb); step != record_steps->end()) {
    return model::ChangeRecord{model::RecordId(IdOf(records_, line.Get("record"))),
                               step->second,
                               Named(*decisions, line.Get("decision", "settle")),
                               model::Minutes(Number(line.Get("minutes", "0"))),
                               line.Get("reason"),
                               CoverOf(line)};
  }
  return std::nullopt;
}

Scenario::Body Scenario::BodyOf(const ScenarioLine& line) const {
  static const auto* const levels =
      new std::map<std::string, model::ScopeLevel>{{"COMMUNITY", model::ScopeLevel::kCommunity},
                                                   {"DISTRICT", model::ScopeLevel::kDistrict},
                                                   {"CITY", model::ScopeLevel::kCity},
                                                   {"PROVINCE", model::ScopeLevel::kProvince}};
  for (const auto part : {&Scenario::StepOf, &Scenario::StandingBodyOf, &Scenario::OrderBodyOf, &Scenario::StarBodyOf,
                          &Scenario::ReversalBodyOf, &Scenario::GivingOf, &Scenario::PersonalOf, &Scenario::AccessOf}) {
    if (std::optional<Body> body = (this->*part)(line); body.has_value()) {
      return *std::move(body);
    }
  }
  if (line.verb == "bank") {
    return model::CreateBank{line.subject, RulesOf(line, {"request", "by"})};
  }
  if (line.verb == "rules") {
    return model::CreateRuleSet{DayFrom(line.Get("from")), RulesOf(line, {"request", "by", "from", "bank"})};
  }
  if (line.verb == "scope") {
    return model::CreateScope{line.subject, line.subject, Named(*levels, line.Get("level", "COMMUNITY")),
                              line.Get("parent")};
  }
  if (line.verb == "center") {
    return model::CreateCenter{DashIsEmpty(line.subject), line.Get("name", line.subject), line.Get("scope", "s1")};
  }
  if (line.verb == "member") {
    return RegistrationOf(line);
  }
  if (line.verb == "kin") {
    return model::ProposeKinship{line.Get("member"), line.Get("relative"), model::Relation::kSpouse};
  }
  if (line.verb == "record") {
    model::CreateRecord body = RecordOf(line);
    body.replaces = model::RecordId(line.Get("replaces").empty() ? 0 : IdOf(records_, line.Get("replaces")));
    body.note = NoteOf(line, line.Get("beneficiary").empty() ? line.Get("volunteer") : line.Get("beneficiary"));
    return body;
  }
  if (line.verb == "checkin") {
    return model::CheckIn{line.Get("volunteer"), line.Get("beneficiary"), line.Get("center", "c1"),
                          line.Get("category", "助餐"), model::Minutes(Number(line.Get("planned", "120")))};
  }
  if (line.verb == "hold") {
    return model::PlaceHold{line.Get("member"), model::Minutes(Number(line.Get("amount"))),
                            DayFrom(line.Get("expires", "2026-12-31")), "care"};
  }
  if (line.verb == "due") {
    return DueOf(line);
  }
  if (std::optional<Body> reward = RewardsOf(line); reward.has_value()) {
    return *std::move(reward);
  }
  if (std::optional<Body> points = PointsOf(line); points.has_value()) {
    return *std::move(points);
  }
  TB_CHECK(line.verb == "close");
  return model::CloseHold{model::HoldId(IdOf(holds_, line.Get("hold"))), model::Minutes(Number(line.Get("consumed", "0"))),
                          "care"};
}

model::Command Scenario::CommandOf(const ScenarioLine& line) {
  model::Command command;
  command.bank = line.verb == "bank" ? line.subject : line.Get("bank", bank_id_);
  command.request_id = line.Get("request", absl::StrCat("auto-", ++requests_));
  const merkle::Hash digest = merkle::Sha256(line.asked);
  std::copy_n(digest.begin(), command.fingerprint.size(), command.fingerprint.begin());
  command.actor = line.Get("by", DoneBySecond(line.verb) ? "li" : "wang");
  command.role = "staff";
  command.body = BodyOf(line);
  return command;
}

std::pair<std::string, Scenario::Fields> Scenario::Describe(const model::Command& command, const model::Outcome& outcome) {
  Fields fields;
  if (outcome.rejection.has_value()) {
    for (const auto& [name, value] : outcome.rejection->metadata) {
      fields[name] = name == "record"        ? OrdinalOf(records_, value)
                     : name == "kinship"     ? OrdinalOf(kinships_, value)
                     : name == "hold"        ? OrdinalOf(holds_, value)
                     : name == "campaign"    ? OrdinalOf(campaigns_, value)
                     : name == "reward"      ? OrdinalOf(rewards_, value)
                     : name == "application" ? OrdinalOf(stars_, value)
                     : name == "award"       ? OrdinalOf(awards_, value)
                     : name == "proxy"       ? OrdinalOf(proxies_, value)
                     : name == "recurring"   ? OrdinalOf(series_, value)
                     : name == "order"       ? OrdinalOf(IsAboutShop(command) ? purchases_ : orders_, value)
                     : name == "reversal"    ? OrdinalOf(reversals_, value)
                     : name == "grant"       ? OrdinalOf(grants_, value)
                                             : value;
    }
    return {std::string(model::TextOf(outcome.rejection->reason).name), fields};
  }
  if (const auto standing = DescribeStanding(command, outcome.subject); standing.has_value()) {
    return {*standing, fields};
  }
  if (IsAboutOrder(command)) {
    return DescribeOrder(outcome.subject);
  }
  if (const auto giving = DescribeGiving(command, outcome); giving.has_value()) {
    return *giving;
  }
  if (outcome.record.has_value()) {
    fields["credited"] = absl::StrCat(outcome.record->credited.value());
    fields["pool"] = absl::StrCat(outcome.record->pool.value());
    fields["debt_paid"] = absl::StrCat(outcome.record->debt_paid.value());
    fields["second"] = outcome.record->awaits_second_approval ? "yes" : "no";
    return {std::string(model::NameOf(outcome.record->state)), fields};
  }
  if (outcome.reward_order.has_value()) {
    fields["points"] = absl::StrCat(outcome.reward_order->points.value());
    fields["attempts"] = absl::StrCat(outcome.reward_order->attempts_left);
    fields["wrong"] = outcome.reward_order->wrong_code ? "yes" : "no";
    return {std::string(model::NameOf(outcome.reward_order->state)), fields};
  }
  fields["subject"] = absl::StrCat(outcome.subject);
  const auto rows = bank_.Rows();
  if (std::holds_alternative<model::ChangeMember>(command.body)) {
    const auto row = ledger::MustLoadRow<rec::Member>(*rows, keys::Member(bank_id_, model::MemberId(outcome.subject)));
    fields["consent"] = row->guardian_consent() ? "yes" : "no";
    return {std::string(model::NameOf(static_cast<model::MemberState>(row->state()))), fields};
  }
  if (std::holds_alternative<model::ProposeKinship>(command.body) ||
      std::holds_alternative<model::ChangeKinship>(command.body)) {
    const auto row = ledger::MustLoadRow<rec::Kinship>(*rows, keys::Kinship(bank_id_, model::KinshipId(outcome.subject)));
    return {std::string(model::NameOf(static_cast<model::KinshipState>(row->state()))), fields};
  }
  for (const auto& described : {DescribeReversal(command, outcome), DescribeStar(command, outcome)}) {
    if (described.has_value()) {
      return *described;
    }
  }
  if (IsDone(command)) {
    return {"DONE", fields};
  }
  const bool closed = std::holds_alternative<model::CloseHold>(command.body);
  const bool placed = std::holds_alternative<model::PlaceHold>(command.body);
  const bool member = std::holds_alternative<model::RegisterMember>(command.body);
  return {closed ? "CLOSED" : placed ? "PLACED" : member ? "REGISTERED" : "CREATED", fields};
}

std::string Scenario::CheckSideEffects(const model::Command& command, const model::Outcome& outcome, const Dump& before) {
  const Dump after = ledger::DumpOf(*bank_.Rows());
  const auto answered = answered_.find(command.request_id);
  const bool journaled = outcome.sequence.value() != 0;
  if (answered != answered_.end()) {
    const bool reused = outcome.rejection.has_value() && outcome.rejection->reason == model::Reason::kRequestIdReused;
    if (!reused && !(outcome == answered->second.second)) {
      return "the retry got another answer than the first call";
    }
    return after == before ? "" : "the retry changed something";
  }
  if (journaled) {
    answered_.emplace(command.request_id, std::make_pair(command.request_id, outcome));
  }
  if (!journaled && after != before) {
    return "a command without an entry changed something";
  }
  if (outcome.rejection.has_value() && WithoutJournal(after) != WithoutJournal(before)) {
    return "the refusal changed more than the journal";
  }
  const absl::Status sound = ledger::CheckBank(*bank_.Rows(), command.bank);
  return !journaled || sound.ok() ? "" : sound.ToString();
}

std::string Scenario::RunCommand(const ScenarioLine& line) {
  const model::Command command = CommandOf(line);
  const bool known = answered_.contains(command.request_id);
  const Dump before = ledger::DumpOf(*bank_.Rows());
  const model::Outcome outcome = bank_.Apply(command, now_);
  if (line.verb == "bank" && bank_id_.empty() && !outcome.rejection.has_value()) {
    bank_id_ = line.subject;
  }
  if (!known && !outcome.rejection.has_value()) {
    const bool record =
        std::holds_alternative<model::CreateRecord>(command.body) || std::holds_alternative<model::CheckIn>(command.body);
    NoteOrder(command, outcome);
    std::vector<uint64_t>* ids = record                                                          ? &records_
                                 : std::holds_alternative<model::ProposeKinship>(command.body)   ? &kinships_
                                 : std::holds_alternative<model::PlaceHold>(command.body)        ? &holds_
                                 : std::holds_alternative<model::CreateCampaign>(command.body)   ? &campaigns_
                                 : std::holds_alternative<model::CreateReward>(command.body)     ? &rewards_
                                 : std::holds_alternative<model::PlaceRewardOrder>(command.body) ? &purchases_
                                 : std::holds_alternative<model::SubmitStar>(command.body)       ? &stars_
                                 : std::holds_alternative<model::AwardStar>(command.body)        ? &awards_
                                 : std::holds_alternative<model::ProposeReversal>(command.body)  ? &reversals_
                                 : std::holds_alternative<model::ProposeGrant>(command.body)     ? &grants_
                                 : std::holds_alternative<model::GrantRole>(command.body)        ? &roles_
                                 : std::holds_alternative<model::CreateToken>(command.body)      ? &tokens_
                                                                                                 : nullptr;
    if (ids != nullptr) {
      ids->push_back(outcome.subject);
    }
  }
  const auto [word, fields] = Describe(command, outcome);
  if (outcome.rejection.has_value()) {
    reasons_.insert(word);
  }
  if (word != line.expected) {
    return absl::StrCat("got ", word);
  }
  for (const auto& [name, value] : line.expected_fields) {
    const auto found = fields.find(name);
    if (found == fields.end() || found->second != value) {
      return absl::StrCat("got ", name, "=", found == fields.end() ? "(nothing)" : found->second);
    }
  }
  return CheckSideEffects(command, outcome, before);
}

std::string Scenario::ShowBalance(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const absl::StatusOr<model::MemberId> member = ledger::FindMember(*rows, bank_id_, line.subject);
  TB_CHECK(member.ok() && member->value() != 0);
  const auto row = ledger::LoadRow<rec::Book>(*rows, keys::Book(bank_id_, model::MemberOwner(*member)));
  const rec::Book book = row->value_or(rec::Book());
  const std::map<std::string, int64_t> shown = {{"available", Balance(book, AccountKind::kAvailable)},
                                                {"held", Balance(book, AccountKind::kHeld)},
                                                {"service", book.service()},
                                                {"pending", book.pending()},
                                                {"pool", book.pool()},
                                                {"received", book.received()},
                                                {"owed", book.hours_owed()}};
  for (const auto& [name, value] : line.fields) {
    if (Named(shown, name) != Number(value)) {
      return absl::StrCat("got ", name, "=", Named(shown, name));
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

std::string Scenario::ShowBank(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const auto row = ledger::LoadRow<rec::Book>(*rows, keys::Book(bank_id_, model::BankOwner()));
  const auto bank = ledger::MustLoadRow<rec::Bank>(*rows, keys::Bank(bank_id_));
  const rec::Book book = row->value_or(rec::Book());
  const std::map<std::string, int64_t> shown = {{"issuance", Balance(book, AccountKind::kIssuance)},
                                                {"pool", Balance(book, AccountKind::kPool)},
                                                {"care", Balance(book, AccountKind::kCareDelivered)},
                                                {"expired", Balance(book, AccountKind::kExpired)},
                                                {"entries", static_cast<int64_t>(bank->entry_count())}};
  for (const auto& [name, value] : line.fields) {
    if (Named(shown, name) != Number(value)) {
      return absl::StrCat("got ", name, "=", Named(shown, name));
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

Scenario::Body Scenario::DueOf(const ScenarioLine& line) const {
  model::RunDue body;
  body.due = model::RecordTime(absl::ToUnixMicros(ParseLocalTime(line.Get("at"))));
  if (!line.Get("order").empty()) {
    body.kind = line.Get("kind") == "confirm" ? model::DueKind::kOrderAutoConfirm : model::DueKind::kOrderExpiry;
    body.id = IdOf(orders_, line.Get("order"));
    return body;
  }
  if (!line.Get("reversal").empty()) {
    body.kind = model::DueKind::kReversalStep;
    body.id = IdOf(records_, line.Get("record"));
  } else if (!line.Get("points").empty()) {
    body.kind = model::DueKind::kPointsExpiry;
    body.id = ledger::FindMember(*bank_.Rows(), bank_id_, line.Get("points"))->value();
  } else if (!line.Get("purchase").empty()) {
    body.kind = model::DueKind::kRewardOrderExpiry;
    body.id = IdOf(purchases_, line.Get("purchase"));
  } else if (!line.Get("record").empty()) {
    body.kind = model::DueKind::kRecordNotice;
    body.id = IdOf(records_, line.Get("record"));
  } else if (!line.Get("application").empty()) {
    body.kind = model::DueKind::kStarNotice;
    body.id = IdOf(stars_, line.Get("application"));
  } else {
    body.kind = model::DueKind::kHoldExpiry;
    body.id = IdOf(holds_, line.Get("hold"));
  }
  return body;
}

std::string Scenario::Tick(const ScenarioLine& line) {
  int64_t done = 0;
  for (const auto& [key, value] : ledger::DumpOf(*bank_.Rows())) {
    if (key < keys::TableOf('u', bank_id_) || key >= keys::DueBefore(bank_id_, now_ + model::RecordTime(1))) {
      continue;
    }
    const keys::DueRow row = keys::DueRowOf(key);
    model::Command command = ledger::MakeCommand(absl::StrCat("auto-", ++requests_), "system",
                                                 model::RunDue{row.kind, row.id, row.due}, 0, bank_id_);
    command.role = "scheduler";
    const Dump before = ledger::DumpOf(*bank_.Rows());
    const model::Outcome outcome = bank_.Apply(command, now_);
    if (outcome.rejection.has_value()) {
      return absl::StrCat("what was due was refused: ", model::TextOf(outcome.rejection->reason).name);
    }
    if (const std::string problem = CheckSideEffects(command, outcome, before); !problem.empty()) {
      return problem;
    }
    NoteOrder(command, outcome);
    ++done;
  }
  return done == Number(line.Get("done", "0")) ? "" : absl::StrCat("got done=", done);
}

std::string Scenario::RunLine(const ScenarioLine& line) {
  if (line.verb == "now") {
    now_ = model::RecordTime(absl::ToUnixMicros(ParseLocalTime(line.subject)));
    return "";
  }
  if (line.verb == "balance") {
    return ShowBalance(line);
  }
  if (line.verb == "skipped") {
    return ShowSkipped(line);
  }
  if (line.verb == "noshows") {
    return ShowNoShows(line);
  }
  if (line.verb == "books") {
    return ShowBank(line);
  }
  if (line.verb == "points") {
    return ShowPoints(line);
  }
  if (line.verb == "stock") {
    return ShowReward(line);
  }
  if (line.verb == "stars") {
    return ShowStars(line);
  }
  if (line.verb == "reversal") {
    return ShowReversal(line);
  }
  if (line.verb == "covered") {
    return ShowCover(line);
  }
  if (line.verb == "lots") {
    return ShowLots(line);
  }
  if (line.verb == "person") {
    return ShowPerson(line);
  }
  if (line.verb == "granted") {
    return ShowGrant(line);
  }
  if (line.verb == "tick") {
    return Tick(line);
  }
  return line.expected.empty() ? "the line says no outcome" : RunCommand(line);
}

std::string Scenario::Run(absl::string_view text) {
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const std::optional<ScenarioLine> parsed = ParseLine(line);
    if (!parsed.has_value()) {
      continue;
    }
    if (const std::string problem = RunLine(*parsed); !problem.empty()) {
      return absl::StrCat("line ", number, ": ", line, "\n  ", problem);
    }
  }
  return "";
}

}  // namespace timebank::property
