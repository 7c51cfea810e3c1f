// Commands that a bank may meet on its worst day: most of them sensible, many of them nearly so, some absurd. Which one
// follows from one random word and from what the model knows, so that a run is given by its words alone.
#ifndef TIMEBANK_TESTS_PROPERTY_RANDOM_COMMANDS_H_
#define TIMEBANK_TESTS_PROPERTY_RANDOM_COMMANDS_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "service/model/command.h"
#include "tests/property/plain_model.h"

namespace timebank::property {

struct TimedCommand {
  model::Command command;
  model::RecordTime time;
};

class RandomCommands {
 public:
  // `model` is what the commands were applied to so far; it outlives this.
  explicit RandomCommands(const PlainModel* model) : model_(model) {}

  // A bank, its scopes and centres, and people of every age that matters.
  std::vector<TimedCommand> Opening();

  TimedCommand Next(uint64_t word);

 private:
  using Body = decltype(model::Command::body);

  // Numbers below a bound, drawn from the word of the command.
  uint64_t Roll(uint64_t bound);
  bool OneIn(uint64_t bound) { return Roll(bound) == 0; }
  template <typename Value>
  Value Pick(const std::vector<Value>& values) {
    return values[Roll(values.size())];
  }

  TimedCommand Make(std::string actor, Body body);
  TimedCommand Again();
  void AdvanceClock();
  Body NextBody();
  Body NewRecord();
  Body Step();
  Body MemberBody();
  Body RuleBody();
  Body DueBody();
  Body PointsBody();
  model::RunDue PointsDue();
  model::RunDue OrderDue();
  Body OrderBody();
  Body OrderStep();
  Body StandingBody();
  model::ChangeProxy ProxyStep();
  // Who gives the command: often a proxy, for whose elder it then is.
  std::string ActorOf(Body* body);
  Body RewardBody();
  model::RunDue RewardDue();
  Body StarBody();
  Body AccessBody();
  Body ReversalBody();
  model::RunDue ReversalDue();
  model::CoverChoice AnyCover();
  Body GivingBody();
  Body GrantBody();
  Body MembershipBody();
  Body PersonalBody();
  model::PrivateText AnyNote(const std::string& about);
  model::PrivateText AnyText(const std::string& about);
  model::RunDue GrantDue();

  std::string AnyMember();
  std::string AnyActor();
  std::string AnyGuest();
  template <typename Row>
  uint64_t AnyId(const std::map<uint64_t, Row>& rows);
  uint64_t AnyRecord();
  uint64_t AnyHold();
  uint64_t AnyOrder();
  uint64_t AnyProxy();
  uint64_t AnySeries();
  // One of the latest orders in such a state; any order when there is none.
  uint64_t OrderIn(bool (*wanted)(model::OrderState));
  uint64_t AnyStar();
  uint64_t AnyMedal();
  int64_t AnyStart();

  const PlainModel* const model_;
  uint64_t word_ = 0;
  int64_t clock_ = 0;  // microseconds
  uint64_t requests_ = 0;
  std::vector<model::Command> sent_;
};

template <typename Row>
uint64_t RandomCommands::AnyId(const std::map<uint64_t, Row>& rows) {
  if (rows.empty() || OneIn(25)) {
    return Pick<uint64_t>({0, 1, model_->entries(), model_->entries() + 1, UINT64_MAX});
  }
  const uint64_t back = Roll(OneIn(5) ? rows.size() : std::min<uint64_t>(rows.size(), 8));
  return std::prev(rows.end(), static_cast<std::ptrdiff_t>(back) + 1)->first;
}

}  // namespace timebank::property

#endif  // TIMEBANK_TESTS_PROPERTY_RANDOM_COMMANDS_H_
