// Scenarios: text that reads like a day at a centre, one command a line and its outcome behind an arrow. See
// scenarios/README.md for the words.
#ifndef TIMEBANK_TESTS_PROPERTY_SCENARIO_H_
#define TIMEBANK_TESTS_PROPERTY_SCENARIO_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/ledger/test_bank.h"
#include "service/model/command.h"
#include "service/model/outcome.h"

namespace timebank::property {

// A line taken apart: `verb [subject] name=value... -> outcome [name=value...]`.
struct ScenarioLine {
  std::string verb;
  std::string subject;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string asked;     // all before the arrow
  std::string expected;  // the word behind the arrow; empty when there is no arrow
  std::vector<std::pair<std::string, std::string>> expected_fields;

  // The value of a field, or `otherwise`.
  std::string Get(absl::string_view name, absl::string_view otherwise = "") const;
};

// Runs one scenario on a bank of its own. Every command is committed by itself, and after each one it is checked that a
// refusal changed nothing but the journal, that a repeated request got its first answer and changed nothing at all, and that
// the bank's invariants hold.
class Scenario {
 public:
  // The first thing that is not as the text says, with its line; empty when all is.
  std::string Run(absl::string_view text);

  // Names of the reasons that were given.
  const std::set<std::string>& reasons() const { return reasons_; }

 private:
  using Fields = std::map<std::string, std::string>;

  std::string RunLine(const ScenarioLine& line);
  using Body = decltype(model::Command::body);

  model::Command CommandOf(const ScenarioLine& line);
  Body BodyOf(const ScenarioLine& line) const;
  // Of verbs that change a member, a kinship or a record; nullopt for the others.
  std::optional<Body> StepOf(const ScenarioLine& line) const;
  // Of the verbs of orders; nullopt for the others.
  std::optional<Body> OrderBodyOf(const ScenarioLine& line) const;
  std::optional<Body> StandingBodyOf(const ScenarioLine& line) const;
  std::pair<std::string, Fields> DescribeOrder(uint64_t id) const;
  // Of proxies and recurring orders; nullopt for all others.
  std::optional<std::string> DescribeStanding(const model::Command& command, uint64_t id) const;
  std::string ShowNoShows(const ScenarioLine& line) const;
  std::string ShowSkipped(const ScenarioLine& line) const;
  // An order brings its hold and, once it was begun, its record.
  void NoteOrder(const model::Command& command, const model::Outcome& outcome);
  std::string RunCommand(const ScenarioLine& line);
  std::string CheckSideEffects(const model::Command& command, const model::Outcome& outcome, const ledger::Dump& before);
  // What a line may expect of an outcome: the word, and fields by name.
  std::pair<std::string, Fields> Describe(const model::Command& command, const model::Outcome& outcome);
  std::string ShowBalance(const ScenarioLine& line) const;
  std::string ShowBank(const ScenarioLine& line) const;
  Body DueOf(const ScenarioLine& line) const;
  // Of verbs about points; nullopt for the others.
  std::optional<Body> PointsOf(const ScenarioLine& line) const;
  std::string ShowPoints(const ScenarioLine& line) const;
  // Likewise about the points shop.
  std::optional<Body> RewardsOf(const ScenarioLine& line) const;
  std::string ShowReward(const ScenarioLine& line) const;
  // Of the verbs that speak of stars and the calendar (scenario_stars.cc); nullopt for the others.
  std::optional<Body> StarBodyOf(const ScenarioLine& line) const;
  std::optional<std::pair<std::string, Fields>> DescribeStar(const model::Command& command,
                                                             const model::Outcome& outcome) const;
  std::string ShowStars(const ScenarioLine& line) const;
  // Of the verbs that speak of reversals of many (scenario_reversals.cc); nullopt for the others.
  std::optional<Body> ReversalBodyOf(const ScenarioLine& line) const;
  std::optional<std::pair<std::string, Fields>> DescribeReversal(const model::Command& command,
                                                                 const model::Outcome& outcome) const;
  std::string ShowReversal(const ScenarioLine& line) const;
  std::string ShowCover(const ScenarioLine& line) const;
  // Of the verbs about giving, grants and the end of memberships (scenario_giving.cc); nullopt for the others.
  std::optional<Body> GivingOf(const ScenarioLine& line) const;
  std::optional<std::pair<std::string, Fields>> DescribeGiving(const model::Command& command,
                                                               const model::Outcome& outcome) const;
  std::string ShowLots(const ScenarioLine& line) const;
  // Of the verbs about roles and tokens (scenario_access.cc); nullopt for the others.
  std::optional<Body> AccessOf(const ScenarioLine& line) const;
  // Of the verbs about personal data (scenario_personal.cc); nullopt for the others.
  std::optional<Body> PersonalOf(const ScenarioLine& line) const;
  model::PrivateText NoteOf(const ScenarioLine& line, const std::string& about) const;
  model::PrivateText TextAbout(const ScenarioLine& line, const std::string& text, const std::string& about) const;
  std::string ShowPerson(const ScenarioLine& line) const;
  std::string ShowGrant(const ScenarioLine& line) const;
  // Does all that is due by now, as the scheduler would.
  std::string Tick(const ScenarioLine& line);

  uint64_t IdOf(const std::vector<uint64_t>& ids, absl::string_view ordinal) const;
  // Who stands in for what is spent, as a line says it.
  static model::CoverChoice CoverOf(const ScenarioLine& line);
  static std::string OrdinalOf(const std::vector<uint64_t>& ids, absl::string_view id);

  ledger::TestBank bank_;
  std::string bank_id_;
  model::RecordTime now_;
  int requests_ = 0;
  // Ids in the order of their creation: a scenario calls them 1, 2, 3.
  std::vector<uint64_t> records_;
  std::vector<uint64_t> kinships_;
  std::vector<uint64_t> holds_;
  std::vector<uint64_t> campaigns_;
  std::vector<uint64_t> rewards_;
  std::vector<uint64_t> orders_;
  std::vector<uint64_t> stars_;
  std::vector<uint64_t> awards_;
  std::vector<uint64_t> grants_;
  std::vector<uint64_t> purchases_;  // orders of the points shop
  std::vector<uint64_t> proxies_;
  std::vector<uint64_t> series_;
  std::vector<uint64_t> reversals_;
  std::vector<uint64_t> roles_;
  std::vector<uint64_t> tokens_;
  std::map<std::string, std::pair<std::string, model::Outcome>> answered_;  // request id -> what was asked, first answer
  std::set<std::string> reasons_;
};

}  // namespace timebank::property

#endif  // TIMEBANK_TESTS_PROPERTY_SCENARIO_H_
