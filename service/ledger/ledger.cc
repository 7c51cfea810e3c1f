#include "service/ledger/ledger.h"

#include <utility>
#include <variant>

#include "service/base/check.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/ledger/work.h"
#include "service/model/typed.h"

namespace timebank::ledger {
namespace {

model::Outcome OutcomeOf(const model::Command& command, const rec::Entry& entry) {
  model::Outcome outcome;
  outcome.sequence = model::Sequence(entry.sequence());
  outcome.record_time = model::RecordTime(entry.record_time());
  outcome.subject = entry.subject();
  if (entry.has_result()) {
    outcome.record = model::RecordResult{static_cast<model::RecordState>(entry.result().state()),
                                         entry.result().awaits_second_approval(), model::Minutes(entry.result().credited()),
                                         model::Minutes(entry.result().pool()), model::Minutes(entry.result().debt_paid())};
  }
  if (entry.has_reward_order()) {
    const rec::RewardOrder& order = entry.reward_order();
    outcome.reward_order = model::RewardOrderResult{
        static_cast<model::RewardOrderState>(order.state()), model::Points(order.points()), order.attempts_left(),
        entry.kind() == static_cast<uint32_t>(model::EntryKind::kRewardCodeMissed), order.code_digest()};
  }
  if (entry.has_hours_given()) {
    outcome.given =
        model::GivenResult{model::Minutes(entry.hours_given().credited()), model::Minutes(entry.hours_given().pool())};
  }
  if (entry.has_member_life()) {
    outcome.given =
        model::GivenResult{model::Minutes(entry.member_life().credited()), model::Minutes(entry.member_life().pool())};
  }
  if (entry.has_stock_count()) {
    outcome.stock = model::StockResult{entry.stock_count().before(), entry.stock_count().counted()};
  }
  if (entry.has_token_change() && entry.kind() == static_cast<uint32_t>(model::EntryKind::kTokenCreated)) {
    outcome.token_digest = entry.token_change().token().digest();
  }
  if (entry.has_refusal()) {
    outcome.rejection.emplace();
    TB_CHECK(model::ReasonFromNumber(entry.refusal().reason(), &outcome.rejection->reason));
    for (const rec::NameValue& pair : entry.refusal().metadata()) {
      outcome.rejection->metadata.emplace_back(pair.name(), model::WithTyped(command, pair.value()));
    }
  }
  return outcome;
}

model::Outcome Unjournaled(model::RecordTime time, model::Rejection rejection) {
  model::Outcome outcome;
  outcome.record_time = time;
  outcome.rejection = std::move(rejection);
  return outcome;
}

// The same head as the draft, and the refusal instead of what was drafted, with what was asked for; without what was typed, which only the
// answer repeats.
rec::Entry RefusalEntry(const rec::Entry& draft, model::Day today, const model::Command& command,
                        const model::Rejection& rejection) {
  rec::Entry entry;
  entry.set_sequence(draft.sequence());
  entry.set_record_time(draft.record_time());
  entry.set_effective_day(today.value());
  entry.set_kind(static_cast<uint32_t>(model::EntryKind::kRefused));
  entry.set_actor(draft.actor());
  entry.set_role(draft.role());
  entry.set_rule_set_version(draft.rule_set_version());
  entry.set_request_id(draft.request_id());
  entry.set_origin(draft.origin());
  entry.set_credential(draft.credential());
  entry.mutable_refusal()->set_reason(static_cast<uint32_t>(rejection.reason));
  entry.mutable_refusal()->set_method(command.method);
  entry.mutable_refusal()->set_thing(command.thing);
  for (const auto& [name, value] : rejection.metadata) {
    rec::NameValue* pair = entry.mutable_refusal()->add_metadata();
    pair->set_name(name);
    pair->set_value(model::WithoutTyped(command, value));
  }
  return entry;
}

absl::string_view BytesOf(const std::array<uint8_t, 16>& digest) {
  return absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
}

void Journal(store::WorkingRows& rows, BankState& bank, const model::Command& command, absl::string_view request_key,
             const rec::Entry& entry) {
  const std::string bytes = entry.SerializeAsString();
  bank.tree.Append(merkle::LeafHash(bytes));
  bank.row.set_entry_count(entry.sequence());
  bank.row.set_last_record_time(entry.record_time());
  bank.changed = true;
  rec::Request request;
  request.set_fingerprint(std::string(BytesOf(command.fingerprint)));
  request.set_sequence(entry.sequence());
  rows.Put(keys::Entry(command.bank, model::Sequence(entry.sequence())), bytes);
  SaveRow(rows, request_key, request);
}

// Nothing personal is in a fingerprint. As long as the member is there whom the first request registered, her row tells whether this one is
// about somebody else; once she is erased nothing tells.
absl::StatusOr<bool> RegistersAnother(const store::Reader& rows, const model::Command& command, const rec::Entry& entry) {
  const auto* const body = std::get_if<model::RegisterMember>(&command.body);
  if (body == nullptr || !entry.has_member_registered()) {
    return false;
  }
  TB_ASSIGN_OR_RETURN(const rec::Member row,
                      MustLoadRow<rec::Member>(rows, keys::Member(command.bank, model::MemberId(entry.subject()))));
  return row.state() != static_cast<uint32_t>(model::MemberState::kErased) &&
         (row.name_index() != body->name_index || row.id_index() != body->id_index || row.birth() != body->birth.value());
}

}  // namespace

Group::Group(store::WorkingRows* rows) : rows_(rows) {}
Group::~Group() = default;

absl::StatusOr<BankState*> Group::LoadBank(const std::string& bank) {
  std::unique_ptr<BankState>& slot = banks_[bank];
  if (slot != nullptr) {
    return slot.get();
  }
  auto state = std::make_unique<BankState>();
  TB_ASSIGN_OR_RETURN(std::optional<rec::Bank> row, LoadRow<rec::Bank>(*rows_, keys::Bank(bank)));
  if (row.has_value()) {
    TB_ASSIGN_OR_RETURN(state->tree, LoadTree(*rows_, bank));
    if (state->tree.size() != row->entry_count()) {
      return absl::DataLossError("a bank's tree does not end where its journal does");
    }
    state->row = *std::move(row);
    state->exists = true;
  }
  slot = std::move(state);
  return slot.get();
}

absl::StatusOr<model::Outcome> Group::Apply(const model::Command& command, model::RecordTime time) {
  TB_ASSIGN_OR_RETURN(BankState* const bank, LoadBank(command.bank));
  if (!bank->exists && !std::holds_alternative<model::CreateBank>(command.body)) {
    return Unjournaled(time, {model::Reason::kBankNotFound, {{"bank", command.bank}}});
  }
  time = std::max(time, model::RecordTime(bank->row.last_record_time()));
  const std::string request_key = keys::Request(command.bank, command.request_id);
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Request> earlier, LoadRow<rec::Request>(*rows_, request_key));
  if (earlier.has_value()) {
    if (earlier->fingerprint() != BytesOf(command.fingerprint)) {
      return Unjournaled(time, {model::Reason::kRequestIdReused, {}});
    }
    TB_ASSIGN_OR_RETURN(const rec::Entry entry,
                        MustLoadRow<rec::Entry>(*rows_, keys::Entry(command.bank, model::Sequence(earlier->sequence()))));
    TB_ASSIGN_OR_RETURN(const bool another, RegistersAnother(*rows_, command, entry));
    return another ? Unjournaled(time, {model::Reason::kRequestIdReused, {}}) : OutcomeOf(command, entry);
  }
  Work work(rows_, bank, &command, time);
  const absl::Status decided = std::visit([&work](const auto& body) { return Decide(work, body); }, command.body);
  const std::optional<model::Rejection> rejection = work.TakeRejection();
  if (!decided.ok() && !rejection.has_value()) {
    return decided;
  }
  if (!bank->exists) {
    // A bank that was refused does not come into being, and so has no journal that could keep the refusal.
    return Unjournaled(time, *rejection);
  }
  const rec::Entry entry =
      rejection.has_value() ? RefusalEntry(work.entry(), work.today(), command, *rejection) : work.entry();
  Journal(*rows_, *bank, command, request_key, entry);
  return OutcomeOf(command, entry);
}

void Group::Finish() {
  for (const auto& [id, bank] : banks_) {
    if (!bank->changed) {
      continue;
    }
    rec::TreeHead head;
    head.set_size(bank->tree.size());
    for (const merkle::Hash& hash : bank->tree.edge()) {
      head.add_edge(std::string(hash.begin(), hash.end()));
    }
    const merkle::Hash root = bank->tree.Root();
    head.set_root(std::string(root.begin(), root.end()));
    SaveRow(*rows_, keys::Tree(id), head);
    SaveRow(*rows_, keys::Bank(id), bank->row);
  }
  banks_.clear();
}

}  // namespace timebank::ledger
