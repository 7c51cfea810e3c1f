#include "cli/import/member_source.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/fake_client.h"
#include "cli/import/centers.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::cli {
namespace {

constexpr char kHeader[] = "编号,姓名,性别,出生日期,身份证号,手机号,社区\n";

// Sends all rows as one batch and returns one result for each row.
std::vector<RowResult> Import(const std::string& text, Client* client) {
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  MemberSource source({client, "banks/xt", "", "run"}, *MatchMemberColumns(reader->header()));
  std::vector<RowResult> decided;
  while (std::optional<CsvRow> row = reader->Next()) {
    std::optional<RowResult> result = source.Plan(*row);
    if (result.has_value()) {
      decided.push_back(*result);
    }
  }
  absl::StatusOr<std::vector<RowResult>> sent = source.Send();
  EXPECT_TRUE(sent.ok()) << sent.status();
  decided.insert(decided.end(), sent->begin(), sent->end());
  return decided;
}

using Batch = v1::BatchCreateMembersRequest;
using BatchAnswer = v1::BatchCreateMembersResponse;

TEST(MemberImportTest, FieldsArriveAsTheyWereMeant) {
  FakeClient client;
  Batch seen;
  client.On<Batch, BatchAnswer>([&seen](const Batch& request, BatchAnswer* response) {
    seen = request;
    for (int i = 0; i < request.requests_size(); ++i) {
      response->add_outcomes()->mutable_created()->set_number("V000000017");
    }
    return absl::OkStatus();
  });
  const std::vector<RowResult> results =
      Import(std::string(kHeader) +
                 "M1, 严莲强 ,女,1953年7月11日,１１010519491231002x,'199 5696 0269,宁康\nM2,甲,？,1953-07-11,,,宁康\n",
             &client);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].reason, "INVALID_GENDER");
  EXPECT_EQ(results[1].outcome, RowOutcome::kAccepted);
  EXPECT_EQ(results[1].subject, "V000000017");
  ASSERT_EQ(seen.requests_size(), 1);
  EXPECT_EQ(seen.parent(), "banks/xt");
  EXPECT_EQ(seen.requests(0).display_name(), "严莲强");
  EXPECT_EQ(seen.requests(0).birth_date(), "1953-07-11");
  EXPECT_EQ(seen.requests(0).national_id(), "11010519491231002X");
  EXPECT_EQ(seen.requests(0).phone(), "19956960269");
  EXPECT_EQ(seen.requests(0).gender(), v1::GENDER_FEMALE);
}

TEST(MemberImportTest, WhoIsRegisteredAlreadyIsADuplicate) {
  FakeClient client;
  client.On<Batch, BatchAnswer>([](const Batch& request, BatchAnswer* response) {
    for (const v1::CreateMemberRequest& item : request.requests()) {
      v1::Refusal* const refusal = response->add_outcomes()->mutable_refusal();
      refusal->set_reason(item.display_name() == "乙" ? "EXTERNAL_NUMBER_TAKEN" : "MEMBER_EXISTS");
      (*refusal->mutable_metadata())["member"] = "V000000017";
    }
    return absl::OkStatus();
  });
  const std::vector<RowResult> results = Import(std::string(kHeader) +
                                                    "M1,甲,,1950-01-02,11010519491231002X,,宁康\n"
                                                    "M1,甲\u3000,,1950/1/2,,,宁康\n"
                                                    "M1,乙,,1950/1/2,,,宁康\n",
                                                &client);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].outcome, RowOutcome::kDuplicate);
  EXPECT_EQ(results[0].subject, "V000000017");
  EXPECT_EQ(results[1].outcome, RowOutcome::kDuplicate);
  EXPECT_EQ(results[1].subject, "V000000017");
  EXPECT_EQ(results[2].outcome, RowOutcome::kRefused);
  EXPECT_EQ(results[2].reason, "EXTERNAL_NUMBER_TAKEN");
}

TEST(CentersTest, NamesThatAreNumbersInAShiftedColumnAreLeftOut) {
  const std::string text =
      std::string(kHeader) + "M1,甲,女,1950-01-02,,,宁康\nM2,乙,女,1950-01-02,,,19956960269\nM3,丙,女,1950-01-02,,,宁康\n";
  const absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  const ColumnMap<MemberColumn> columns = *MatchMemberColumns(reader->header());
  EXPECT_EQ(CentersOf(text, columns, "向阳"), std::vector<std::string>{"宁康"});
  EXPECT_EQ(CentersOf(text + "M4,丁,女,1950-01-02,,,宁 康\nM5,戊,女,1950-01-02,,,１９９５６９６０２６９\n", columns, "向阳"),
            std::vector<std::string>{"宁康"});
  EXPECT_EQ(CentersOf(text + "M4,丁,女,1950-01-02,,,\n,,,,,,\n", columns, "向阳"),
            (std::vector<std::string>{"宁康", "向阳"}));
}

TEST(CentersTest, ANewBankGetsARootScopeAndTheCentresBelowIt) {
  FakeClient client;
  std::vector<std::string> made;
  client.On<v1::ListCentersRequest, v1::ListCentersResponse>(
      [](const v1::ListCentersRequest&, v1::ListCentersResponse* response) {
        response->add_centers()->set_name("banks/xt/centers/c1");
        response->mutable_centers(0)->set_display_name("向阳");
        return absl::OkStatus();
      });
  client.On<v1::ListScopesRequest, v1::ListScopesResponse>(
      [](const v1::ListScopesRequest&, v1::ListScopesResponse*) { return absl::OkStatus(); });
  client.On<v1::GetBankRequest, v1::GetBankResponse>([](const v1::GetBankRequest&, v1::GetBankResponse* response) {
    response->mutable_bank()->set_display_name("湘潭");
    return absl::OkStatus();
  });
  client.On<v1::CreateScopeRequest, v1::CreateScopeResponse>(
      [&made](const v1::CreateScopeRequest& request, v1::CreateScopeResponse*) {
        made.push_back(request.scope_code() + "/" + request.display_name());
        return absl::OkStatus();
      });
  client.On<v1::CreateCenterRequest, v1::CreateCenterResponse>(
      [&made](const v1::CreateCenterRequest& request, v1::CreateCenterResponse*) {
        made.push_back(request.scope_code() + "/" + request.display_name());
        return absl::OkStatus();
      });
  const auto created = CreateMissingCenters({"向　阳", "C1", "宁康"}, "banks/xt", "run", &client);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(*created, std::vector<std::string>{"宁康"});
  EXPECT_EQ(made, (std::vector<std::string>{"root/湘潭", "root/宁康"}));
}

TEST(CentersTest, TooManyNewCentresAreAMistake) {
  FakeClient client;
  client.On<v1::ListCentersRequest, v1::ListCentersResponse>(
      [](const v1::ListCentersRequest&, v1::ListCentersResponse*) { return absl::OkStatus(); });
  std::vector<std::string> names;
  for (size_t i = 0; i <= kNewCentersMost; ++i) {
    names.push_back(absl::StrCat("n", i));
  }
  EXPECT_EQ(ExitCodeOf(CreateMissingCenters(names, "banks/xt", "run", &client).status()), ExitCode::kUsage);
  EXPECT_EQ(client.calls("CreateCenterRequest"), 0);
}

TEST(MemberImportTest, AGuardiansConsentIsReadAndNoNumberIsNeeded) {
  FakeClient client;
  Batch seen;
  client.On<Batch, BatchAnswer>([&seen](const Batch& request, BatchAnswer* response) {
    seen = request;
    for (int i = 0; i < request.requests_size(); ++i) {
      response->add_outcomes()->mutable_created()->set_number("V000000017");
    }
    return absl::OkStatus();
  });
  const std::vector<RowResult> results = Import(
      "姓名,出生日期,社区,监护人,与监护人关系,同意凭证,同意日期\n甲,2015-01-02,宁康,甲父,邻居,书面同意书,2026-11-01\n"
      "乙,2015-01-02,宁康,乙父,父母,书面同意书,2026/11/1\n丙,2015-01-02,宁康,丙母,parent,spoken,\n"
      "丁,2015-01-02,宁康,,,,\n戊,2015-01-02,宁康,戊父,parent,signed-form,13月\n",
      &client);
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].reason, "INVALID_FIELD");
  EXPECT_EQ(results[1].reason, "MISSING_VALUE");
  EXPECT_EQ(results[2].reason, "INVALID_DATE");
  ASSERT_EQ(seen.requests_size(), 2);
  EXPECT_EQ(seen.requests(0).consent().guardian(), "乙父");
  EXPECT_EQ(seen.requests(0).consent().relation(), v1::GUARDIAN_RELATION_PARENT);
  EXPECT_EQ(seen.requests(0).consent().document(), v1::CONSENT_DOCUMENT_SIGNED_FORM);
  EXPECT_EQ(seen.requests(0).consent().date(), "2026-11-01");
  EXPECT_FALSE(seen.requests(1).has_consent());
  EXPECT_EQ(seen.requests(0).external_number(), "");
}

}  // namespace
}  // namespace timebank::cli
