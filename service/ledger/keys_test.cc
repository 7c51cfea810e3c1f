// The key map is frozen: these bytes were worked out from the grammar in keys.h by hand, not printed by the code.
#include "service/ledger/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"

namespace timebank::ledger::keys {
namespace {

using model::AccountId;
using model::AccountKind;
using model::Asset;
using model::CenterId;
using model::Day;
using model::HoldId;
using model::KinshipId;
using model::MemberId;
using model::RecordId;
using model::Sequence;

constexpr char kXt[] = "78740001";  // "xt" and the end of a string

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }
std::string Hex(char table, absl::string_view rest) { return absl::StrCat(absl::Hex(static_cast<int>(table)), kXt, rest); }

TEST(KeysTest, Bytes) {
  EXPECT_EQ(Hex(Bank("xt")), Hex('b', ""));
  EXPECT_EQ(Hex(Tree("xt")), Hex('t', ""));
  EXPECT_EQ(Hex(Entry("xt", Sequence(258))), Hex('j', "0000000000000102"));
  // SHA-256("abc") begins with ba7816bf8f01cfea414140de5dae2223.
  EXPECT_EQ(Hex(Request("xt", "abc")), Hex('i', "ba7816bf8f01cfea414140de5dae2223"));
  EXPECT_EQ(Hex(RuleSet("xt", 3)), Hex('r', "00000003"));
  EXPECT_EQ(Hex(Name("xt", NameKind::kScope, "s1")), Hex('x', "737331"));
  EXPECT_EQ(Hex(Name("xt", NameKind::kCenter, "s1")), Hex('x', "637331"));
  EXPECT_EQ(Hex(Name("xt", NameKind::kExternalNumber, "s1")), Hex('x', "657331"));
  EXPECT_EQ(Hex(Name("xt", NameKind::kNationalId, "s1")), Hex('x', "697331"));
  EXPECT_EQ(Hex(Scope("xt", model::ScopeId(1))), Hex('s', "0000000000000001"));
  EXPECT_EQ(Hex(Center("xt", CenterId(1))), Hex('c', "0000000000000001"));
  EXPECT_EQ(Hex(Member("xt", MemberId(1))), Hex('m', "0000000000000001"));
  EXPECT_EQ(Hex(Person("xt", MemberId(1))), Hex('p', "0000000000000001"));
  EXPECT_EQ(Hex(PersonIndex("xt", "0123456789abcdef", MemberId(1))),
            Hex('f', "303132333435363738396162636465660000000000000001"));
  EXPECT_EQ(Hex(Kinship("xt", KinshipId(7))), Hex('k', "0000000000000007"));
  EXPECT_EQ(Hex(KinshipOf("xt", MemberId(1), KinshipId(7))), Hex('K', "00000000000000010000000000000007"));
  EXPECT_EQ(Hex(Record("xt", RecordId(7))), Hex('R', "0000000000000007"));
  EXPECT_EQ(Hex(Note("xt", RecordId(7))), Hex('n', "0000000000000007"));
  EXPECT_EQ(Hex(PointsLot("xt", MemberId(1), Day(1))), Hex('P', "000000000000000180000001"));
  EXPECT_EQ(Hex(Reward("xt", model::RewardId(7))), Hex('Q', "0000000000000007"));
  EXPECT_EQ(Hex(RewardOrder("xt", model::RewardOrderId(7))), Hex('w', "0000000000000007"));
  EXPECT_EQ(Hex(RewardOrderOf("xt", MemberId(1), Day(1), model::RewardOrderId(7))),
            Hex('W', "0000000000000001800000010000000000000007"));
  EXPECT_EQ(Hex(OpenRewardOrder("xt", CenterId(1), model::RewardOrderId(7))), Hex('y', "00000000000000010000000000000007"));
  EXPECT_EQ(Hex(VolunteerDay("xt", MemberId(1), Day(0))), Hex('d', "000000000000000180000000"));
  EXPECT_EQ(Hex(VolunteerDay("xt", MemberId(1), Day(-1))), Hex('d', "00000000000000017fffffff"));
  EXPECT_EQ(Hex(CenterRecord("xt", CenterId(2), true, Day(1), RecordId(7))),
            Hex('q', "000000000000000200800000010000000000000007"));
  EXPECT_EQ(Hex(CenterRecord("xt", CenterId(2), false, Day(1), RecordId(7))),
            Hex('q', "000000000000000201800000010000000000000007"));
  EXPECT_EQ(Hex(Book("xt", model::BankOwner())), Hex('a', "010000000000000000"));
  EXPECT_EQ(Hex(Book("xt", model::MemberOwner(MemberId(5)))), Hex('a', "030000000000000005"));
  const AccountId held{model::MemberOwner(MemberId(5)), Asset::kHours, AccountKind::kHeld};
  EXPECT_EQ(Hex(Line("xt", held, Sequence(9))), Hex('l', "03000000000000000501020000000000000009"));
  EXPECT_EQ(Hex(Lot("xt", MemberId(5), model::Provenance::kEarned, Sequence(9))),
            Hex('o', "0000000000000005040000000000000009"));
  EXPECT_EQ(Hex(Hold("xt", HoldId(9))), Hex('h', "0000000000000009"));
  EXPECT_EQ(Hex(HoldOf("xt", MemberId(5), HoldId(9))), Hex('H', "00000000000000050000000000000009"));
  EXPECT_EQ(Hex(Order("xt", model::OrderId(9))), Hex('O', "0000000000000009"));
  EXPECT_EQ(Hex(OrderNote("xt", model::OrderId(9))), Hex('V', "0000000000000009"));
  EXPECT_EQ(Hex(BoardOrder("xt", Day(1), model::OrderId(9))), Hex('B', "800000010000000000000009"));
  EXPECT_EQ(Hex(OrderOf("xt", MemberId(5), model::OrderId(9))), Hex('g', "00000000000000050000000000000009"));
  EXPECT_EQ(Hex(DutyOf("xt", MemberId(5), model::OrderId(9))), Hex('G', "00000000000000050000000000000009"));
  EXPECT_EQ(Hex(NoShows("xt", 2026, MemberId(5))), Hex('C', "000007ea0000000000000005"));
  EXPECT_EQ(Hex(Reversal("xt", model::ReversalId(9))), Hex('I', "0000000000000009"));
  EXPECT_EQ(Hex(ReversalItem("xt", model::ReversalId(9), RecordId(7))), Hex('J', "00000000000000090000000000000007"));
  EXPECT_EQ(Hex(ReversalOfRecord("xt", RecordId(7))), Hex('M', "0000000000000007"));
  EXPECT_EQ(Hex(Merged("xt", MemberId(1), MemberId(258))), Hex('Z', "00000000000000010000000000000102"));
  EXPECT_EQ(Hex(TokenOf("xt", "li", model::TokenId(258))), Hex('A', "036c6900010000000000000102"));
  EXPECT_EQ(Hex(EncodeId(258)), "0000000000000102");
}

TEST(KeysTest, PrefixesCoverTheirRowsAndNoOthers) {
  EXPECT_TRUE(absl::StartsWith(KinshipOf("xt", MemberId(1), KinshipId(7)), KinshipsOf("xt", MemberId(1))));
  EXPECT_TRUE(absl::StartsWith(HoldOf("xt", MemberId(1), HoldId(7)), HoldsOf("xt", MemberId(1))));
  EXPECT_TRUE(absl::StartsWith(Merged("xt", MemberId(1), MemberId(7)), MergedInto("xt", MemberId(1))));
  EXPECT_TRUE(absl::StartsWith(TokenOf("xt", "li", model::TokenId(7)), TokensOf("xt", "li")));
  EXPECT_FALSE(absl::StartsWith(TokenOf("xt", "lin", model::TokenId(7)), TokensOf("xt", "li")));
  EXPECT_TRUE(
      absl::StartsWith(PersonIndex("xt", "0123456789abcdef", MemberId(1)), PersonIndexAll("xt", "0123456789abcdef")));
  EXPECT_TRUE(absl::StartsWith(VolunteerDay("xt", MemberId(1), Day(3)), DaysOf("xt", MemberId(1))));
  EXPECT_TRUE(absl::StartsWith(CenterDay("xt", CenterId(1), true, Day(3)), CenterRecords("xt", CenterId(1), true)));
  EXPECT_TRUE(absl::StartsWith(CenterRecord("xt", CenterId(1), true, Day(3), RecordId(4)),
                               CenterDay("xt", CenterId(1), true, Day(3))));
  const AccountId account{model::MemberOwner(MemberId(5)), Asset::kHours, AccountKind::kHeld};
  EXPECT_TRUE(absl::StartsWith(Line("xt", account, Sequence(9)), LinesOf("xt", account)));
  EXPECT_TRUE(absl::StartsWith(Lot("xt", MemberId(5), model::Provenance::kGifted, Sequence(9)), LotsOf("xt", MemberId(5))));
  EXPECT_TRUE(
      absl::StartsWith(ReversalItem("xt", model::ReversalId(9), RecordId(7)), ReversalItems("xt", model::ReversalId(9))));
  for (const char table : std::string("btjirxscmpfZkKRndqalohHOVBgGCIJM")) {
    EXPECT_TRUE(absl::StartsWith(TableOf(table, "xt"), std::string(1, table)));
    // A bank whose id begins with another's does not lie within it.
    EXPECT_FALSE(absl::StartsWith(TableOf(table, "xt1"), TableOf(table, "xt")));
    EXPECT_FALSE(absl::StartsWith(TableOf(table, std::string("xt\0", 3)), TableOf(table, "xt")));
  }
  EXPECT_FALSE(absl::StartsWith(Name("xt", NameKind::kScope, "a"), Name("xt1", NameKind::kScope, "")));
}

TEST(KeysTest, TheOrderOfBytesIsTheOrderOfValues) {
  std::mt19937_64 random(20261120);
  std::vector<int32_t> days = {INT32_MIN, -1, 0, 1, INT32_MAX};
  std::vector<uint64_t> ids = {0, 1, 255, 256, UINT64_MAX};
  for (int i = 0; i < 200; ++i) {
    days.push_back(static_cast<int32_t>(random()));
    ids.push_back(random() >> (random() % 64));
  }
  std::sort(days.begin(), days.end());
  std::sort(ids.begin(), ids.end());
  for (size_t i = 1; i < days.size(); ++i) {
    EXPECT_LE(VolunteerDay("xt", MemberId(1), Day(days[i - 1])), VolunteerDay("xt", MemberId(1), Day(days[i])));
  }
  for (size_t i = 1; i < ids.size(); ++i) {
    EXPECT_LE(Entry("xt", Sequence(ids[i - 1])), Entry("xt", Sequence(ids[i])));
  }
  // Granted hours before donated, gifted and earned ones; within one kind the older first.
  EXPECT_LT(Lot("xt", MemberId(1), model::Provenance::kGranted, Sequence(9)),
            Lot("xt", MemberId(1), model::Provenance::kDonated, Sequence(1)));
  EXPECT_LT(Lot("xt", MemberId(1), model::Provenance::kDonated, Sequence(9)),
            Lot("xt", MemberId(1), model::Provenance::kGifted, Sequence(1)));
  EXPECT_LT(Lot("xt", MemberId(1), model::Provenance::kGifted, Sequence(9)),
            Lot("xt", MemberId(1), model::Provenance::kEarned, Sequence(1)));
  EXPECT_LT(Lot("xt", MemberId(1), model::Provenance::kEarned, Sequence(1)),
            Lot("xt", MemberId(1), model::Provenance::kEarned, Sequence(2)));
}

TEST(KeysTest, WhatAKeySaysIsReadBack) {
  EXPECT_EQ(LastId(Entry("xt", Sequence(UINT64_MAX))), UINT64_MAX);
  EXPECT_EQ(LastId(HoldOf("xt", MemberId(5), HoldId(9))), 9u);
  EXPECT_EQ(LastDay(VolunteerDay("xt", MemberId(1), Day(-25567))), Day(-25567));
  EXPECT_EQ(DayBeforeLastId(CenterRecord("xt", CenterId(1), true, Day(20000), RecordId(4))), Day(20000));
  for (const auto provenance : {model::Provenance::kGranted, model::Provenance::kEarned}) {
    EXPECT_EQ(ProvenanceOf(Lot("xt", MemberId(5), provenance, Sequence(9))), provenance);
  }
  for (const std::string& bank : {std::string("xt"), std::string("a-very-long-bank-1"), std::string("a\0b", 3)}) {
    EXPECT_TRUE(absl::StartsWith(Bank(bank), AllBanks()));
    EXPECT_EQ(BankOf(Bank(bank)), bank);
    EXPECT_EQ(BankOf(Tree(bank)), "");
    EXPECT_EQ(BankOf(Bank(bank) + "x"), "");
  }
  EXPECT_EQ(BankOf(""), "");
  EXPECT_EQ(BankOf("b"), "");
}

TEST(KeysTest, NoKeyBelongsToTheEngine) {
  for (const std::string& key :
       {Bank(""), Tree(""), Entry("", Sequence(0)), Name("", NameKind::kScope, ""), EncodeId(1) + "x"}) {
    EXPECT_FALSE(key.empty());
  }
  for (const std::string& key : {Bank(""), Tree(""), Entry("", Sequence(0)), Book("", model::BankOwner())}) {
    EXPECT_NE(key[0], '\0');
  }
}

}  // namespace
}  // namespace timebank::ledger::keys
