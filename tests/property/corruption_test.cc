// CheckBank is the judge of everything else, so it is tried itself: a bank in which one row is wrong, missing or too many
// must fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/test_bank.h"
#include "tests/property/plain_model.h"
#include "tests/property/random_commands.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using ledger::Dump;

// The tables that follow from the journal, or of which a missing row is noticed all the same: a member without a person. The others hold
// what is personal, or what no entry says in full: of a note and of an ID number the journal knows a digest only.
constexpr char kDerived[] = "tjibRdqalohHuPQwWyrscmpkKxSTUvzOBgGCDEF";

absl::Status Check(const Dump& dump) {
  ledger::TestBank bank;
  store::WriteBatch::Operations rows;
  for (const auto& [key, value] : dump) {
    rows.emplace(key, value);
  }
  bank.Write(std::move(rows));
  return ledger::CheckBank(*bank.Rows(), "xt");
}

class CorruptionTest : public testing::Test {
 protected:
  // The rows of a bank that has seen something of everything.
  static Dump MakeDump() {
    PlainModel model;
    RandomCommands random(&model);
    ledger::TestBank bank;
    const auto apply = [&](const TimedCommand& command) {
      if (command.command.bank == "xt") {
        model.Apply(command.command, command.time);
        bank.Apply(command.command, command.time);
      }
    };
    for (const TimedCommand& command : random.Opening()) {
      apply(command);
    }
    uint64_t word = 20261127;
    // Long enough that there is something of everything.
    for (int i = 0; i < 900 || (i < 20'000 && (i % 100 != 0 || !HasAll(ledger::DumpOf(*bank.Rows())))); ++i) {
      word = word * 6364136223846793005 + 1442695040888963407;
      apply(random.Next(word));
    }
    return ledger::DumpOf(*bank.Rows());
  }

  static bool HasAll(const Dump& dump) {
    std::map<char, int> rows;
    // Tables of two kinds of rows have both.
    bool months = false;
    for (const auto& [key, value] : dump) {
      ++rows[key[0]];
      months = months || key.rfind(keys::ProxyMonths("xt"), 0) == 0;
    }
    const absl::string_view tables = kDerived;
    return months && std::all_of(tables.begin(), tables.end(),
                                 [&](char table) { return rows[table] >= (table == 'b' || table == 't' ? 1 : 2); });
  }

  // Changes the first row of the table that `suits`, and expects that it is noticed.
  template <typename Row>
  void ExpectNoticed(
      char table, absl::string_view what, const std::function<void(Row*)>& change,
      const std::function<bool(const Row&)>& suits = [](const Row&) { return true; }) {
    for (const auto& [key, value] : dump_) {
      Row row;
      if (key[0] != table || !row.ParseFromString(value) || !suits(row)) {
        continue;
      }
      Dump wrong = dump_;
      change(&row);
      wrong[key] = row.SerializeAsString();
      ASSERT_NE(wrong[key], value) << what << ": nothing was changed";
      EXPECT_EQ(Check(wrong).code(), absl::StatusCode::kInternal) << table << ": " << what;
      return;
    }
    FAIL() << table << ": " << what << ": no row suits";
  }

  // Made once: it takes seconds.
  static const Dump& OneDump() {
    static const Dump* const dump = new Dump(MakeDump());
    return *dump;
  }

  const Dump& dump_ = OneDump();
};

TEST_F(CorruptionTest, TheBankItselfIsSound) { EXPECT_TRUE(Check(dump_).ok()) << Check(dump_); }

TEST_F(CorruptionTest, EveryMissingRowIsNoticed) {
  std::map<char, int> tried;
  int row = 0;
  for (const auto& [key, value] : dump_) {
    const bool national_id = key[0] == 'x' && key[keys::TableOf('x', "xt").size()] == 'i';
    const bool derived = std::string(kDerived).find(key[0]) != std::string::npos && !national_id;
    // A book that says nothing is as good as none.
    const bool nothing = key[0] == 'a' && value.empty();
    // The first rows of each table, and some of the rest.
    if (!derived || nothing || tried[key[0]] >= 15 || (++row % 17 != 0 && tried[key[0]] >= 3)) {
      continue;
    }
    ++tried[key[0]];
    Dump wrong = dump_;
    wrong.erase(key);
    EXPECT_FALSE(Check(wrong).ok()) << "a missing row of table " << key[0];
  }
  for (const char table : std::string(kDerived)) {
    EXPECT_GT(tried[table], 0) << table;
  }
}

TEST_F(CorruptionTest, EverySurplusRowIsNoticed) {
  std::map<char, int> tried;
  for (const auto& [key, value] : dump_) {
    const std::string table(1, key[0]);
    if (std::string("jiRdqalohHmrscpkKfSTUvOBgGC").find(table) == std::string::npos || ++tried[key[0]] > 2) {
      continue;
    }
    // The same content once more, under an id that nobody has.
    std::string other = key;
    other[other.size() - (key[0] == 'r' ? 4 : 6)] = '\x7f';
    Dump wrong = dump_;
    ASSERT_TRUE(wrong.emplace(other, value).second);
    EXPECT_FALSE(Check(wrong).ok()) << "a surplus row of table " << table;
  }
  EXPECT_GE(tried.size(), 24u);
}

TEST_F(CorruptionTest, EveryByteOfTheJournalCounts) {
  // Some fifty entries from all over it, however long the journal is.
  const auto entries = std::count_if(dump_.begin(), dump_.end(), [](const auto& row) { return row.first[0] == 'j'; });
  const auto every = std::max<std::ptrdiff_t>(1, entries / 50);
  std::ptrdiff_t row = 0;
  for (const auto& [key, value] : dump_) {
    if (key[0] != 'j' || ++row % every != 0) {
      continue;
    }
    for (const size_t place : {size_t{0}, value.size() / 2, value.size() - 1}) {
      Dump wrong = dump_;
      wrong[key][place] = static_cast<char>(wrong[key][place] ^ 1);
      EXPECT_FALSE(Check(wrong).ok()) << "byte " << place << " of entry " << keys::LastId(key);
    }
  }
  EXPECT_GT(row, 40);
}

TEST_F(CorruptionTest, HeadAndBank) {
  ExpectNoticed<rec::TreeHead>('t', "root", [](rec::TreeHead* head) { (*head->mutable_root())[0] ^= 1; });
  ExpectNoticed<rec::TreeHead>('t', "size", [](rec::TreeHead* head) { head->set_size(head->size() - 1); });
  ExpectNoticed<rec::Bank>('b', "entries", [](rec::Bank* bank) { bank->set_entry_count(bank->entry_count() + 1); });
  ExpectNoticed<rec::Bank>('b', "members", [](rec::Bank* bank) { bank->set_member_count(bank->member_count() + 1); });
  ExpectNoticed<rec::Bank>('b', "time", [](rec::Bank* bank) { bank->set_last_record_time(bank->last_record_time() - 1); });
  ExpectNoticed<rec::Request>('i', "sequence",
                              [](rec::Request* request) { request->set_sequence(request->sequence() + 1); });
}

TEST_F(CorruptionTest, Registry) {
  ExpectNoticed<rec::RuleSet>('r', "value",
                              [](rec::RuleSet* row) { row->mutable_values(0)->set_value(row->values(0).value() + 1); });
  ExpectNoticed<rec::Scope>('s', "level", [](rec::Scope* row) { row->set_level(row->level() % 5 + 1); });
  ExpectNoticed<rec::Center>('c', "scope", [](rec::Center* row) { row->set_scope(row->scope() + 1); });
  ExpectNoticed<rec::Member>('m', "state", [](rec::Member* row) { row->set_state(row->state() % 2 + 1); });
  ExpectNoticed<rec::Member>('m', "consent", [](rec::Member* row) { row->set_guardian_consent(!row->guardian_consent()); });
  ExpectNoticed<rec::Member>('m', "whose consent", [](rec::Member* row) { row->set_consented(row->consented() + 1); });
  ExpectNoticed<rec::Member>('m', "centre", [](rec::Member* row) { row->set_center(row->center() + 1); });
  ExpectNoticed<rec::Member>('m', "kinships", [](rec::Member* row) { row->set_kinship_count(row->kinship_count() + 1); });
  ExpectNoticed<rec::Kinship>('k', "state", [](rec::Kinship* row) { row->set_state(row->state() % 4 + 1); });
  ExpectNoticed<rec::Bank>('b', "first day of the rules", [](rec::Bank* bank) {
    bank->mutable_rule_versions(0)->set_effective_from(bank->rule_versions(0).effective_from() + 1);
  });
  // A name that leads to somebody else.
  for (const auto& [key, value] : dump_) {
    if (key[0] == 'x') {
      Dump wrong = dump_;
      wrong[key] = keys::EncodeId(keys::LastId(value) + 100'000);
      EXPECT_FALSE(Check(wrong).ok()) << "a name of kind " << key[keys::TableOf('x', "xt").size()];
    }
  }
}

TEST_F(CorruptionTest, TheTextsOfEntries) {
  int tried = 0;
  for (const auto& [key, value] : dump_) {
    if (key[0] != 'Y' || keys::TextOfKey(key) != keys::TextOf::kEntry || ++tried > 5) {
      continue;
    }
    Dump wrong = dump_;
    wrong.erase(key);
    EXPECT_FALSE(Check(wrong).ok()) << "a missing text of entry " << keys::LastId(key);
    std::string other = key;
    other[other.size() - 6] = '\x7f';
    wrong.emplace(other, value);
    EXPECT_FALSE(Check(wrong).ok()) << "a text of an entry that there is none of";
  }
  EXPECT_GT(tried, 0);
}

TEST_F(CorruptionTest, Accounts) {
  const auto posted = [](const rec::Book& book) { return book.balances_size() > 1; };
  ExpectNoticed<rec::Book>(
      'a', "balance", [](rec::Book* book) { book->mutable_balances(0)->set_amount(book->balances(0).amount() + 1); },
      posted);
  ExpectNoticed<rec::Book>(
      'a', "two balances that still sum up",
      [](rec::Book* book) {
        book->mutable_balances(0)->set_amount(book->balances(0).amount() + 1);
        book->mutable_balances(1)->set_amount(book->balances(1).amount() - 1);
      },
      posted);
  const auto of_member = [](const rec::Book& book) { return book.service() > 0; };
  ExpectNoticed<rec::Book>(
      'a', "service", [](rec::Book* book) { book->set_service(book->service() - 1); }, of_member);
  ExpectNoticed<rec::Book>(
      'a', "pending", [](rec::Book* book) { book->set_pending(book->pending() + 1); }, of_member);
  ExpectNoticed<rec::Book>(
      'a', "pool", [](rec::Book* book) { book->set_pool(book->pool() + 1); }, of_member);
  ExpectNoticed<rec::Book>(
      'a', "received", [](rec::Book* book) { book->set_received(book->received() + 1); }, of_member);
  ExpectNoticed<rec::Line>('l', "amount", [](rec::Line* line) { line->set_amount(line->amount() + 1); });
  ExpectNoticed<rec::Line>('l', "balance", [](rec::Line* line) { line->set_balance(line->balance() + 1); });
  ExpectNoticed<rec::Lot>('o', "remaining", [](rec::Lot* lot) { lot->set_remaining(lot->remaining() - 1); });
  ExpectNoticed<rec::Lot>('o', "more than there was", [](rec::Lot* lot) { lot->set_remaining(lot->original() + 1); });
  const auto open = [](const rec::Hold& hold) { return !hold.closed(); };
  const auto closed = [](const rec::Hold& hold) { return hold.closed(); };
  ExpectNoticed<rec::Hold>('h', "amount", [](rec::Hold* hold) { hold->set_amount(hold->amount() + 1); });
  ExpectNoticed<rec::Hold>(
      'h', "closed", [](rec::Hold* hold) { hold->set_closed(true); }, open);
  ExpectNoticed<rec::Hold>(
      'h', "open again", [](rec::Hold* hold) { hold->set_closed(false); }, closed);
  ExpectNoticed<rec::Hold>(
      'h', "consumed", [](rec::Hold* hold) { hold->set_consumed(hold->consumed() + 1); }, closed);
}

TEST_F(CorruptionTest, Records) {
  const auto settled = [](const rec::Record& row) {
    return row.settled() != 0 && row.reversed() == 0 && row.credited() > 0;
  };
  const auto confirmed = [](const rec::Record& row) { return !row.confirmer().empty(); };
  const auto pending = [](const rec::Record& row) {
    return row.state() == static_cast<uint32_t>(model::RecordState::kRecorded);
  };
  ExpectNoticed<rec::Record>('R', "state", [](rec::Record* row) { row->set_state(row->state() + 1); });
  ExpectNoticed<rec::Record>(
      'R', "credited", [](rec::Record* row) { row->set_credited(row->credited() + 1); }, settled);
  ExpectNoticed<rec::Record>(
      'R', "pool", [](rec::Record* row) { row->set_pool(row->pool() + 1); }, settled);
  ExpectNoticed<rec::Record>(
      'R', "counted", [](rec::Record* row) { row->set_counted(row->counted() + 1); }, settled);
  ExpectNoticed<rec::Record>(
      'R', "settled", [](rec::Record* row) { row->set_settled(row->settled() + 1); }, settled);
  ExpectNoticed<rec::Record>(
      'R', "reversed", [](rec::Record* row) { row->set_reversed(1); }, settled);
  ExpectNoticed<rec::Record>(
      'R', "measured", [](rec::Record* row) { row->set_measured(row->measured() + 1); }, pending);
  ExpectNoticed<rec::Record>('R', "recorder", [](rec::Record* row) { row->set_recorder("nobody"); });
  ExpectNoticed<rec::Record>('R', "first approver", [](rec::Record* row) { row->set_first_approver("nobody"); });
  ExpectNoticed<rec::Record>(
      'R', "confirmer", [](rec::Record* row) { row->set_confirmer("nobody"); }, confirmed);
  ExpectNoticed<rec::Record>(
      'R', "no confirmer", [](rec::Record* row) { row->clear_confirmer(); }, confirmed);
  ExpectNoticed<rec::Record>('R', "end",
                             [](rec::Record* row) { row->mutable_service()->set_end(row->service().end() - 1); });
  ExpectNoticed<rec::Record>(
      'R', "volunteer", [](rec::Record* row) { row->mutable_service()->set_volunteer(row->service().volunteer() + 1); });
  ExpectNoticed<rec::VolunteerDay>('d', "counted", [](rec::VolunteerDay* day) { day->set_counted(day->counted() + 1); });
  ExpectNoticed<rec::VolunteerDay>('d', "slot",
                                   [](rec::VolunteerDay* day) { day->mutable_slots(0)->set_end(day->slots(0).end() + 1); });
  ExpectNoticed<rec::VolunteerDay>('d', "freed",
                                   [](rec::VolunteerDay* day) { day->mutable_slots(0)->set_freed(!day->slots(0).freed()); });
  ExpectNoticed<rec::VolunteerDay>('d', "a slot twice",
                                   [](rec::VolunteerDay* day) { *day->add_slots() = rec::Slot(day->slots(0)); });
}

TEST_F(CorruptionTest, AWrongShopIsNoticed) {
  ExpectNoticed<rec::Reward>('Q', "stock", [](rec::Reward* row) { row->set_stock(row->stock() + 1); });
  ExpectNoticed<rec::Reward>('Q', "price", [](rec::Reward* row) { row->set_price(row->price() + 1); });
  ExpectNoticed<rec::RewardOrder>('w', "attempts", [](rec::RewardOrder* row) { row->set_attempts_left(99); });
  ExpectNoticed<rec::RewardOrder>('w', "state", [](rec::RewardOrder* row) { row->set_state(row->state() % 5 + 1); });
}

TEST_F(CorruptionTest, AWrongProxyOrRecurringOrderIsNoticed) {
  ExpectNoticed<rec::Proxy>('D', "agent", [](rec::Proxy* row) { row->set_agent(row->agent() + 1); });
  ExpectNoticed<rec::Proxy>('D', "state", [](rec::Proxy* row) { row->set_state(row->state() % 4 + 1); });
  ExpectNoticed<rec::Proxy>('D', "a longer order",
                            [](rec::Proxy* row) { row->set_order_minutes(row->order_minutes() + 1); });
  ExpectNoticed<rec::Recurring>('F', "state", [](rec::Recurring* row) { row->set_state(row->state() % 3 + 1); });
  ExpectNoticed<rec::Recurring>('F', "next", [](rec::Recurring* row) { row->set_next(row->next() + 7); });
  ExpectNoticed<rec::Recurring>('F', "skipped", [](rec::Recurring* row) { row->set_skipped(row->skipped() + 1); });
  int months = 0;
  for (const auto& [key, value] : dump_) {
    rec::ProxyMonth month;
    if (key.rfind(keys::ProxyMonths("xt"), 0) == 0 && month.ParseFromString(value)) {
      ++months;
      Dump wrong = dump_;
      month.set_minutes(month.minutes() + 1);
      wrong[key] = month.SerializeAsString();
      EXPECT_EQ(Check(wrong).code(), absl::StatusCode::kInternal);
    }
  }
  EXPECT_GT(months, 0);
}

TEST_F(CorruptionTest, WrongPointsAreNoticed) {
  ExpectNoticed<rec::PointsLot>('P', "remaining", [](rec::PointsLot* lot) { lot->set_remaining(lot->remaining() + 1); });
  ExpectNoticed<rec::PointsLot>('P', "expired", [](rec::PointsLot* lot) { lot->set_expired(lot->expired() + 1); });
  ExpectNoticed<rec::Book>('a', "owed", [](rec::Book* book) { book->set_points_owed(book->points_owed() + 1); });
  ExpectNoticed<rec::Bank>('b', "a campaign too many", [](rec::Bank* bank) { bank->add_campaigns()->set_id(1); });
  const auto earned = [](const rec::Record& row) { return row.points() > 0; };
  ExpectNoticed<rec::Record>(
      'R', "points", [](rec::Record* row) { row->set_points(row->points() + 1); }, earned);
  ExpectNoticed<rec::Record>(
      'R', "last day of points", [](rec::Record* row) { row->set_points_expire(row->points_expire() + 1); }, earned);
}

}  // namespace
}  // namespace timebank::property
