// A small bank for tests of care: an elder E with eight banked hours and a volunteer V, two centres, all requests numbered.
#ifndef TIMEBANK_TESTS_PROPERTY_CARE_WORLD_H_
#define TIMEBANK_TESTS_PROPERTY_CARE_WORLD_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"

namespace timebank::property {

class CareWorld {
 public:
  // The clock stands at `now` on 2026-11-20 or later; the elder's service was the day before.
  CareWorld(std::vector<std::pair<std::string, int64_t>> rules, model::RecordTime now) : now_(now) {
    Do("wang", model::CreateBank{"Bank", std::move(rules)});
    Do("wang", model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do("wang", model::CreateCenter{"c1", "c1", "s1"});
    Do("wang", model::CreateCenter{"c2", "c2", "s1"});
    for (const char* number : {"E", "V"}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c1";
      member.birth = ledger::LocalDate(number[0] == 'E' ? 1950 : 1980, 1, 1);
      Do("wang", member);
    }
    model::CreateRecord record;
    record.volunteer = "E";
    record.center = "c1";
    record.category = "陪伴";
    record.start = ledger::LocalMinute(2026, 11, 19, 8);
    record.end = ledger::LocalMinute(2026, 11, 19, 16);
    const model::RecordId id(Do("wang", record).subject);
    Do("li", model::ChangeRecord{id, model::ChangeRecord::Event::kConfirm, {}, {}, ""});
  }

  template <typename Body>
  model::Outcome Do(const std::string& actor, Body body) {
    return bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
  }

  void SetNow(model::RecordTime now) { now_ = now; }
  model::RecordTime now() const { return now_; }
  const ledger::TestBank& bank() const { return bank_; }

 private:
  ledger::TestBank bank_;
  model::RecordTime now_;
  int requests_ = 0;
};

}  // namespace timebank::property

#endif  // TIMEBANK_TESTS_PROPERTY_CARE_WORLD_H_
