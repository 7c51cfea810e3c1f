#include "service/ledger/invariants.h"

#include <gtest/gtest.h>

namespace timebank::ledger {
namespace {

void AddPosting(rec::Entry* entry, model::Asset asset, int64_t amount) {
  rec::Posting* posting = entry->add_postings();
  posting->set_asset(static_cast<uint32_t>(asset));
  posting->set_amount(amount);
}

TEST(InvariantsTest, EntriesSumToZeroPerAsset) {
  rec::Entry entry;
  EXPECT_TRUE(SumsToZero(entry));
  AddPosting(&entry, model::Asset::kHours, 60);
  EXPECT_FALSE(SumsToZero(entry));
  AddPosting(&entry, model::Asset::kPoints, -60);
  EXPECT_FALSE(SumsToZero(entry)) << "assets never mix";
  AddPosting(&entry, model::Asset::kHours, -60);
  AddPosting(&entry, model::Asset::kPoints, 60);
  EXPECT_TRUE(SumsToZero(entry));
}

TEST(InvariantsTest, SumsThatOverflowAreNotZero) {
  rec::Entry entry;
  for (const int64_t amount : {INT64_MAX, INT64_MAX, int64_t{2}}) {
    AddPosting(&entry, model::Asset::kHours, amount);
  }
  EXPECT_FALSE(SumsToZero(entry));
}

TEST(InvariantsTest, OnlyIssuanceMayBeNegative) {
  for (int kind = 1; kind <= 9; ++kind) {
    rec::Book book;
    rec::Balance* balance = book.add_balances();
    balance->set_asset(1);
    balance->set_account(static_cast<uint32_t>(kind));
    balance->set_amount(0);
    EXPECT_TRUE(AboveFloors(model::BankOwner(), book));
    balance->set_amount(-1);
    EXPECT_EQ(AboveFloors(model::BankOwner(), book), kind == static_cast<int>(model::AccountKind::kIssuance)) << kind;
    EXPECT_FALSE(AboveFloors(model::MemberOwner(model::MemberId(1)), book)) << kind;
  }
}

TEST(InvariantsTest, RunningNumbersAreNeverNegative) {
  const model::Owner member = model::MemberOwner(model::MemberId(1));
  rec::Book book;
  book.set_service(-1);
  EXPECT_FALSE(AboveFloors(member, book));
  book.set_service(0);
  book.set_pending(-1);
  EXPECT_FALSE(AboveFloors(member, book));
  book.set_pending(0);
  book.set_pool(-1);
  EXPECT_FALSE(AboveFloors(member, book));
  book.set_pool(0);
  book.set_received(-1);
  EXPECT_FALSE(AboveFloors(member, book));
  book.set_received(0);
  EXPECT_TRUE(AboveFloors(member, book));
}

}  // namespace
}  // namespace timebank::ledger
