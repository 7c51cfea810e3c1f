// The words of scenarios that are about hours taken back.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/check.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Cover;
using Event = model::ChangeReversal::Event;

const char* const kCovers[] = {"", "DEBT", "POOL", "AUTHORITY"};
const char* const kItems[] = {"", "PENDING", "REVERSED", "SKIPPED"};

}  // namespace

model::CoverChoice Scenario::CoverOf(const ScenarioLine& line) {
  static const auto* const covers = new std::map<std::string, Cover>{
      {"", Cover::kNone}, {"debt", Cover::kDebt}, {"pool", Cover::kPool}, {"authority", Cover::kAuthority}};
  const auto found = covers->find(line.Get("cover"));
  TB_CHECK(found != covers->end());
  model::CoverChoice choice;
  choice.cover = found->second;
  choice.consent = line.Get("consent");
  choice.requested_by = line.Get("asked");
  return choice;
}

std::optional<Scenario::Body> Scenario::ReversalBodyOf(const ScenarioLine& line) const {
  static const auto* const events = new std::map<std::string, Event>{
      {"reversal-approve", Event::kApprove}, {"reversal-reject", Event::kReject}, {"reversal-withdraw", Event::kWithdraw}};
  if (line.verb == "reversal-propose") {
    model::ProposeReversal body;
    for (absl::string_view record : absl::StrSplit(line.Get("records"), ',')) {
      body.records.emplace_back(IdOf(records_, record));
    }
    body.reason = line.Get("reason", "ring");
    body.cover = CoverOf(line);
    return body;
  }
  const auto event = events->find(line.verb);
  if (event == events->end()) {
    return std::nullopt;
  }
  return model::ChangeReversal{model::ReversalId(IdOf(reversals_, line.Get("reversal"))), event->second,
                               line.Get("reason", "looked at")};
}

std::optional<std::pair<std::string, Scenario::Fields>> Scenario::DescribeReversal(const model::Command& command,
                                                                                   const model::Outcome& outcome) const {
  if (!std::holds_alternative<model::ProposeReversal>(command.body) &&
      !std::holds_alternative<model::ChangeReversal>(command.body)) {
    return std::nullopt;
  }
  const auto row =
      ledger::MustLoadRow<rec::Reversal>(*bank_.Rows(), keys::Reversal(bank_id_, model::ReversalId(outcome.subject)));
  return std::make_pair(std::string(model::NameOf(static_cast<model::ReversalState>(row->state()))),
                        Fields{{"total", absl::StrCat(row->total())}});
}

std::string Scenario::ShowReversal(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const model::ReversalId id(IdOf(reversals_, line.subject));
  const auto row = ledger::MustLoadRow<rec::Reversal>(*rows, keys::Reversal(bank_id_, id));
  for (const auto& [name, value] : line.fields) {
    std::string got;
    if (name == "state") {
      got = std::string(model::NameOf(static_cast<model::ReversalState>(row->state())));
    } else if (name == "reversed") {
      got = absl::StrCat(row->reversed());
    } else if (name == "skipped") {
      got = absl::StrCat(row->skipped());
    } else {
      const std::vector<std::string> parts = absl::StrSplit(name, '-');
      TB_CHECK(parts.size() == 2 && parts[0] == "record");
      const auto item = ledger::MustLoadRow<rec::ReversalItem>(
          *rows, keys::ReversalItem(bank_id_, id, model::RecordId(IdOf(records_, parts[1]))));
      got = kItems[item->state()];
    }
    if (got != value) {
      return absl::StrCat("got ", name, "=", got);
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

std::string Scenario::ShowCover(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const auto bank = ledger::MustLoadRow<rec::Bank>(*rows, keys::Bank(bank_id_));
  const auto entry = ledger::MustLoadRow<rec::Entry>(*rows, keys::Entry(bank_id_, model::Sequence(bank->entry_count())));
  const rec::HoursCover& cover = entry->hours_cover();
  const std::map<std::string, std::string> got = {
      {"by", kCovers[cover.cover()]},
      {"member", absl::StrCat(cover.member_minutes())},
      {"pool", absl::StrCat(cover.pool_minutes())},
      {"consent", cover.consent()},
      {"asked", cover.requested_by()},
      {"decided", cover.decided_by().empty() ? entry->actor() : cover.decided_by()},
      {"owed", absl::StrCat(entry->hours_owed())},
      {"list", OrdinalOf(reversals_, absl::StrCat(entry->reversal_step().reversal()))}};
  for (const auto& [name, value] : line.fields) {
    const auto found = got.find(name);
    TB_CHECK(found != got.end());
    if (found->second != value) {
      return absl::StrCat("got ", name, "=", found->second);
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

}  // namespace timebank::property
