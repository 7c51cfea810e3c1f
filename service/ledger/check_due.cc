// The due index against what waits: every thing that waits for its time has its row, and every row its thing.
#include "service/ledger/check_due.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_life.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_change.h"
#include "service/ledger/reward_life.h"
#include "service/ledger/rows.h"
#include "service/model/rules.h"

namespace timebank::ledger {
namespace {

using Keys = std::set<std::string>;

// The rows that things of one noun should have.
absl::Status ExpectCheckIns(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, record] : facts.records) {
    if (record.state == model::RecordState::kCheckedIn && record.order == 0) {
      TB_ASSIGN_OR_RETURN(const rec::Record row, MustLoadRow<rec::Record>(reader, keys::Record(bank, model::RecordId(id))));
      TB_ASSIGN_OR_RETURN(const rec::RuleSet rules,
                          MustLoadRow<rec::RuleSet>(reader, keys::RuleSet(bank, row.rule_set_version())));
      const model::Day day = model::DayOf(model::Minute(row.service().start()));
      expected->insert(CheckInDue(bank, model::RecordId(id), day, RulesFromRow(rules)));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectRecordNotices(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts,
                                 Keys* expected) {
  for (const auto& [id, record] : facts.records) {
    if (record.state == model::RecordState::kNoticed) {
      TB_ASSIGN_OR_RETURN(const rec::Record row, MustLoadRow<rec::Record>(reader, keys::Record(bank, model::RecordId(id))));
      expected->insert(
          keys::Due(bank, model::StartOf(model::Day(row.notice_until() + 1)), model::DueKind::kRecordNotice, id));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectHoldExpiries(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, hold] : facts.holds) {
    // An order's hold ends with the order.
    if (!hold.closed() && hold.order() == 0) {
      expected->insert(keys::Due(bank, model::StartOf(model::Day(hold.expires() + 1)), model::DueKind::kHoldExpiry, id));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectStarNotices(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, row] : facts.stars.applications) {
    if (row.state() == static_cast<uint32_t>(model::StarState::kNoticed)) {
      expected->insert(keys::Due(bank, model::StartOf(model::Day(row.notice_until() + 1)), model::DueKind::kStarNotice, id));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectPointsExpiries(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [key, lot] : facts.points_lots) {
    const model::Day last_day = keys::LastDay(key);
    if (lot.remaining() > 0 && last_day != model::kPointsForEver) {
      const uint64_t member = keys::LastId(absl::string_view(key).substr(0, key.size() - sizeof(int32_t)));
      expected->insert(
          keys::Due(bank, model::StartOf(model::Day(last_day.value() + 1)), model::DueKind::kPointsExpiry, member));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectOrders(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, order] : facts.orders) {
    const auto state = static_cast<model::OrderState>(order.state());
    if (CanExpire(state)) {
      expected->insert(keys::Due(bank, model::StartOf(model::Day(order.expires() + 1)), model::DueKind::kOrderExpiry, id));
    }
    if (state == model::OrderState::kDone && order.confirm_due() != 0) {
      expected->insert(keys::Due(bank, model::RecordTime(order.confirm_due()), model::DueKind::kOrderAutoConfirm, id));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectRewardOrderExpiries(const store::Reader&, absl::string_view bank, const JournalFacts& facts,
                                       Keys* expected) {
  for (const auto& [id, order] : facts.reward_orders) {
    if (IsOpen(static_cast<model::RewardOrderState>(order.state()))) {
      expected->insert(
          keys::Due(bank, model::StartOf(model::Day(order.last_day() + 1)), model::DueKind::kRewardOrderExpiry, id));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectRecurring(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, row] : facts.recurring) {
    if (row.state() == static_cast<uint32_t>(model::RecurringState::kActive)) {
      expected->insert(keys::Due(bank, model::RecordTime(row.due()), model::DueKind::kRecurringOrder, id));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectReversalSteps(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, batch] : facts.batches) {
    if (batch.row.state() != static_cast<uint32_t>(model::ReversalState::kDecided)) {
      continue;
    }
    for (const auto& [record, item] : batch.items) {
      if (item.entry() == 0) {
        expected->insert(
            keys::Due(bank, model::RecordTime(batch.row.decided_time()), model::DueKind::kReversalStep, record));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectGrants(const store::Reader&, absl::string_view bank, const JournalFacts& facts, Keys* expected) {
  for (const auto& [id, grant] : facts.grants) {
    if (grant.state() == static_cast<uint32_t>(model::GrantState::kActive) && grant.next_month() <= grant.review()) {
      expected->insert(keys::Due(bank, model::StartOf(model::Day(grant.next_month())), model::DueKind::kGrantIssue, id));
    }
  }
  return absl::OkStatus();
}

// That the rows of granted hours are right is seen by CheckGiving.
absl::Status ExpectGrantedHours(const store::Reader& reader, absl::string_view bank, const JournalFacts&, Keys* expected) {
  const std::string prefix = keys::TableOf('X', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::GrantIssue row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::InternalError("a row of granted hours cannot be read");
    }
    if (row.due() != 0) {
      expected->insert(keys::Due(bank, model::RecordTime(row.due()), model::DueKind::kGrantExpiry, keys::LastId(it->key())));
    }
  }
  return it->status();
}

using Expect = absl::Status (*)(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts,
                                Keys* expected);
constexpr Expect kExpectations[] = {
    &ExpectCheckIns, &ExpectRecordNotices,       &ExpectHoldExpiries,  &ExpectPointsExpiries,
    &ExpectOrders,   &ExpectRewardOrderExpiries, &ExpectStarNotices,   &ExpectRecurring,
    &ExpectGrants,   &ExpectGrantedHours,        &ExpectReversalSteps,
};

}  // namespace

absl::Status CheckDue(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  Keys expected;
  for (const Expect expect : kExpectations) {
    TB_RETURN_IF_ERROR(expect(reader, bank, facts, &expected));
  }
  const std::string prefix = keys::TableOf('u', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    if (expected.erase(std::string(it->key())) == 0) {
      const keys::DueRow row = keys::DueRowOf(it->key());
      return absl::InternalError(
          absl::StrCat("due row of kind ", static_cast<int>(row.kind), " for ", row.id, ": nothing waits for it"));
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  if (!expected.empty()) {
    const keys::DueRow row = keys::DueRowOf(*expected.begin());
    return absl::InternalError(absl::StrCat("due row of kind ", static_cast<int>(row.kind), " for ", row.id, " is missing"));
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
