// Gifts, the pool, grants and the end of a membership over the wire, with the real scheduler.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/grant.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/pool.pb.h"

namespace timebank::e2e {
namespace {

constexpr char kBank[] = "banks/xt";

std::string MemberName(const std::string& number) { return std::string(kBank) + "/members/" + number; }

class GivingTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<Client>(server_.address());
    MakeSmallBank(*client_, "xt", 3);
    v1::ConfirmRecordRequest confirm;
    confirm.set_request_id("confirm");
    confirm.set_name(client_->Get<v1::CreateRecordResponse>(RecordRequest(kBank, "record", 1, 2, 1)).receipt().name());
    client_->Get<v1::ConfirmRecordResponse>(confirm, "li");
  }

  void TearDown() override {
    CheckJournal(*client_, kBank, Journal(*client_, kBank));
    client_.reset();
    EXPECT_EQ(server_.Terminate(), 0);
  }

  v1::GetBalanceResponse Balance(const std::string& member) {
    v1::GetBalanceRequest request;
    request.set_name(MemberName(member));
    return client_->Get<v1::GetBalanceResponse>(request);
  }
  v1::GetPoolResponse Pool() {
    v1::GetPoolRequest request;
    request.set_parent(kBank);
    return client_->Get<v1::GetPoolResponse>(request);
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
};

TEST_F(GivingTest, HoursChangeHandsAndSayWhereTheyComeFrom) {
  v1::GiveHoursRequest gift;
  gift.set_request_id("gift");
  gift.set_name(MemberName("E1"));
  gift.set_receiver("E2");
  gift.set_minutes(20);
  gift.set_reason("for care");
  EXPECT_EQ(client_->Send(gift).Reason(), "RECEIVER_NOT_KIN");

  v1::DonateHoursRequest donation;
  donation.set_request_id("donation");
  donation.set_name(MemberName("E1"));
  donation.set_minutes(40);
  donation.set_reason("for all");
  EXPECT_EQ(client_->Get<v1::DonateHoursResponse>(donation).receipt().name(), MemberName("V000000011"));
  EXPECT_EQ(Balance("E1").available_minutes(), 20);
  EXPECT_EQ(Balance("E1").service_minutes(), 60);

  v1::GivePoolHoursRequest give;
  give.set_request_id("give");
  give.set_name(MemberName("E2"));
  give.set_minutes(30);
  give.set_reason("in need");
  EXPECT_EQ(client_->Get<v1::GivePoolHoursResponse>(give).given().credited_minutes(), 30);
  EXPECT_EQ(Balance("E2").donated_minutes(), 30);
  EXPECT_EQ(Pool().balance_minutes(), 10);
  EXPECT_EQ(Pool().from_donations_minutes(), 40);
  EXPECT_EQ(Pool().to_elders_minutes(), 30);

  v1::MergeMembersRequest merge;
  merge.set_request_id("merge");
  merge.set_name(MemberName("E1"));
  merge.set_survivor("E3");
  merge.set_reason("one person");
  EXPECT_EQ(client_->Get<v1::MergeMembersResponse>(merge).given().credited_minutes(), 20);
  v1::GetMemberRequest old;
  old.set_name(MemberName("E1"));
  EXPECT_EQ(client_->Get<v1::GetMemberResponse>(old).member().merged_into(), "V000000038");
  EXPECT_EQ(Balance("E3").service_minutes(), 60);
  v1::ListLotsRequest lots;
  lots.set_parent(MemberName("E3"));
  EXPECT_THAT(client_->Get<v1::ListLotsResponse>(lots).lots(0).origin(), testing::StartsWith("banks/xt/records/"));
}

TEST_F(GivingTest, AnApprovedGrantIsIssuedByItself) {
  v1::CreateGrantRequest create;
  create.set_request_id("grant");
  create.set_parent(MemberName("E2"));
  create.set_hardship(v1::HARDSHIP_NO_KIN);
  create.set_monthly_minutes(600);
  create.set_first_date(LocalDate(0));
  create.set_review_date(LocalDate(0));
  create.set_reason("alone");
  v1::ApproveGrantRequest approve;
  approve.set_request_id("approve");
  approve.set_name(client_->Get<v1::CreateGrantResponse>(create).receipt().name());
  EXPECT_EQ(client_->Send(approve).Reason(), "GRANT_MAKER_IS_CHECKER");
  approve.set_request_id("approve-2");
  client_->Get<v1::ApproveGrantResponse>(approve, "li");
  v1::RevealGrantRequest look;
  look.set_request_id("look");
  look.set_name(approve.name());
  look.set_purpose("to approve");
  EXPECT_EQ(client_->Get<v1::RevealGrantResponse>(look, "li").grounds().hardship(), v1::HARDSHIP_NO_KIN);
  v1::GetGrantRequest get;
  get.set_name(approve.name());
  v1::Grant grant;
  for (int i = 0; i < 100 && grant.months() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    grant = client_->Get<v1::GetGrantResponse>(get).grant();
  }
  EXPECT_EQ(grant.issued_minutes(), 600);
  EXPECT_EQ(Balance("E2").granted_minutes(), 600);

  v1::CloseMemberRequest close;
  close.set_request_id("close");
  close.set_name(MemberName("E2"));
  close.set_reason("moves away");
  client_->Get<v1::CloseMemberResponse>(close, "li");
  v1::FinishClosingRequest finish;
  finish.set_request_id("finish");
  finish.set_name(MemberName("E2"));
  finish.set_reason("moved");
  EXPECT_EQ(client_->Send(finish).Reason(), "MEMBER_HAS_OPEN");
  v1::EndGrantRequest end;
  end.set_request_id("end");
  end.set_name(approve.name());
  end.set_reason("moves away");
  client_->Get<v1::EndGrantResponse>(end);
  finish.set_request_id("finish-2");
  EXPECT_EQ(client_->Get<v1::FinishClosingResponse>(finish).given().pool_minutes(), 600);
  EXPECT_EQ(Pool().from_estates_minutes(), 600);
  EXPECT_EQ(Balance("E2").available_minutes(), 0);
}

}  // namespace
}  // namespace timebank::e2e
