#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "cli/commands/command_test_base.h"
#include "cli/exit_code.h"
#include "timebank/v1/grant.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class PersonalTest : public CommandTestBase {
 protected:
  PersonalTest() {
    std::string path = (std::filesystem::temp_directory_path() / "personal_test.XXXXXX").string();
    folder_ = mkdtemp(path.data());
    bank_ = "xt";
  }
  ~PersonalTest() override { std::filesystem::remove_all(folder_); }

  std::string Out() const { return folder_ + "/copy.json"; }
  static std::string Bytes(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  // A copy of two sections over three pages, of which the last breaks off when it is told to.
  void Serve(bool breaks_off = false) {
    client_.On<v1::ExportMemberRequest, v1::ExportMemberResponse>(
        [](const v1::ExportMemberRequest& request, v1::ExportMemberResponse* response) {
          EXPECT_EQ(request.name(), "banks/xt/members/M1");
          EXPECT_EQ(request.purpose(), "asked for");
          response->set_export_name("banks/xt/exports/9");
          response->mutable_receipt()->set_name("banks/xt/members/V000000011");
          return absl::OkStatus();
        });
    client_.On<v1::ListExportRowsRequest, v1::ListExportRowsResponse>(
        [breaks_off](const v1::ListExportRowsRequest& request, v1::ListExportRowsResponse* response) {
          EXPECT_EQ(request.name(), "banks/xt/exports/9");
          const std::string& token = request.page_token();
          if (token == "3") {
            return breaks_off ? absl::UnavailableError("gone") : absl::OkStatus();
          }
          for (const char* text : {"{\"a\":1}", "{\"a\":2}"}) {
            v1::ExportRow* row = response->add_rows();
            row->set_section(token == "2" ? "orders" : "records");
            row->set_json(text);
          }
          response->set_next_page_token(token.empty() ? "1" : token == "1" ? "2" : "3");
          return absl::OkStatus();
        });
  }

  std::string folder_;
};

TEST_F(PersonalTest, WhoIsRegisteredMayBeReadFromStandardInput) {
  int calls = 0;
  client_.On<v1::CreateMemberRequest, v1::CreateMemberResponse>(
      [&calls](const v1::CreateMemberRequest& request, v1::CreateMemberResponse* response) {
        ++calls;
        EXPECT_EQ(request.display_name(), "欧阳静秋");
        EXPECT_EQ(request.birth_date(), "1949-12-31");
        EXPECT_EQ(request.gender(), v1::GENDER_FEMALE);
        EXPECT_EQ(request.national_id(), "11010519491231002X");
        EXPECT_EQ(request.phone(), "13812345678");
        EXPECT_EQ(request.center(), "c1");
        response->mutable_receipt()->set_name("banks/xt/members/V000000011");
        return absl::OkStatus();
      });
  const std::string whole =
      R"({"name":"欧阳静秋","birth_date":"1949年12月31日","gender":"女","national_id":"11010519491231002X","phone":"13812345678"})";
  const auto register_with = [this](const std::string& input, const std::string& from, const Given& more) {
    std::istringstream in(input);
    std::streambuf* const before = std::cin.rdbuf(in.rdbuf());
    Given given = more;
    given["center"] = {"c1"};
    given["identity"] = {from};
    const absl::Status status = Run("member", "register", given);
    std::cin.rdbuf(before);
    EXPECT_THAT(std::string(status.message()) + err_.str(), testing::Not(HasSubstr("静秋")))
        << "nor does an error repeat it";
    return status;
  };
  EXPECT_TRUE(register_with(whole, "-", {}).ok());
  std::ofstream(folder_ + "/identity.json") << whole;
  EXPECT_TRUE(register_with("", folder_ + "/identity.json", {}).ok());
  EXPECT_TRUE(
      register_with(R"({"birth_date":"1949-12-31","gender":"女","national_id":"11010519491231002X","phone":"13812345678"})",
                    "-", {{"name", {"欧阳静秋"}}})
          .ok());
  EXPECT_EQ(calls, 3);
  for (const char* bad : {"", "欧阳静秋", "[\"欧阳静秋\"]", R"({"name":"欧阳静秋"})", R"({"birth_date":"1949-12-31"})",
                          R"({"name":1})", R"({"name":"欧阳静秋","birth_date":"1949-12-31","center":"c2"})"}) {
    EXPECT_EQ(ExitCodeOf(register_with(bad, "-", {})), ExitCode::kUsage) << bad;
  }
  EXPECT_EQ(ExitCodeOf(register_with(whole, "-", {{"phone", {"1"}}})), ExitCode::kUsage) << "given twice";
  EXPECT_EQ(ExitCodeOf(register_with("", folder_ + "/none", {})), ExitCode::kFile);
  EXPECT_EQ(calls, 3);
}

TEST_F(PersonalTest, ACopyIsOneJsonDocumentForItsOwnerOnly) {
  Serve();
  ASSERT_TRUE(Run("member", "export", Once({{"member", "M1"}, {"purpose", "asked for"}, {"out", Out()}})).ok());
  const json copy = json::parse(Bytes(Out()));
  EXPECT_EQ(copy["records"].size(), 4u);
  EXPECT_EQ(copy["orders"].size(), 2u);
  EXPECT_EQ(copy.size(), 2u);
  struct stat status {};
  ASSERT_EQ(stat(Out().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(out_.str(), HasSubstr("V000000011"));
}

TEST_F(PersonalTest, ACopyThatBreaksOffLeavesNoFileAndNothingIsWrittenOver) {
  Serve(true);
  const Given given = Once({{"member", "M1"}, {"purpose", "asked for"}, {"out", Out()}});
  EXPECT_FALSE(Run("member", "export", given).ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  std::ofstream(Out()) << "kept";
  EXPECT_EQ(ExitCodeOf(Run("member", "export", given)), ExitCode::kFile);
  EXPECT_EQ(Bytes(Out()), "kept");
  EXPECT_EQ(
      ExitCodeOf(Run("member", "export", Once({{"member", "M1"}, {"purpose", "asked for"}, {"out", folder_ + "/no/such"}}))),
      ExitCode::kFile);
}

TEST_F(PersonalTest, ALookShowsEverythingAndSaysThatItIsKept) {
  client_.On<v1::RevealMemberRequest, v1::RevealMemberResponse>(
      [](const v1::RevealMemberRequest& request, v1::RevealMemberResponse* response) {
        EXPECT_EQ(request.purpose(), "call back");
        response->mutable_identity()->set_display_name("欧阳修文");
        response->mutable_identity()->set_phone("13812345678");
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("member", "reveal", Once({{"member", "M1"}, {"purpose", "call back"}}), Format::kJson).ok());
  EXPECT_EQ(json::parse(out_.str())[0]["phone"], "13812345678");
  EXPECT_THAT(err_.str(), HasSubstr("stands in the journal"));
}

TEST_F(PersonalTest, TextsAreShownForAPurpose) {
  client_.On<v1::RevealRecordNoteRequest, v1::RevealRecordNoteResponse>(
      [](const v1::RevealRecordNoteRequest& request, v1::RevealRecordNoteResponse* response) {
        EXPECT_EQ(request.name(), "banks/xt/records/7");
        EXPECT_EQ(request.purpose(), "rota");
        response->set_note("wheelchair");
        return absl::OkStatus();
      });
  client_.On<v1::RevealGrantRequest, v1::RevealGrantResponse>(
      [](const v1::RevealGrantRequest& request, v1::RevealGrantResponse* response) {
        EXPECT_EQ(request.name(), "banks/xt/grants/9");
        EXPECT_EQ(request.purpose(), "approval");
        response->mutable_grounds()->set_hardship(v1::HARDSHIP_NO_KIN);
        response->mutable_grounds()->set_reason("alone");
        response->set_last_reason("still alone");
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("record", "note", Once({{"record", "7"}, {"purpose", "rota"}}), Format::kJson).ok());
  EXPECT_EQ(json::parse(out_.str())[0]["note"], "wheelchair");
  EXPECT_THAT(err_.str(), HasSubstr("stands in the journal"));
  ASSERT_TRUE(Run("grant", "reveal", Once({{"grant", "9"}, {"purpose", "approval"}}), Format::kJson).ok());
  EXPECT_EQ(json::parse(out_.str())[0]["hardship"], "NO_KIN");
  EXPECT_EQ(json::parse(out_.str())[0]["reason"], "alone");
  EXPECT_EQ(json::parse(out_.str())[0]["last_reason"], "still alone");
  EXPECT_THAT(err_.str(), HasSubstr("stands in the journal"));
}

TEST_F(PersonalTest, AConsentSaysWhoseItIsAndIsGivenWhole) {
  v1::SetGuardianConsentRequest seen;
  client_.On<v1::SetGuardianConsentRequest, v1::SetGuardianConsentResponse>(
      [&seen](const v1::SetGuardianConsentRequest& request, v1::SetGuardianConsentResponse*) {
        seen = request;
        return absl::OkStatus();
      });
  std::map<std::string, std::string> given = {{"member", "M1"}, {"reason", "form"}};
  EXPECT_EQ(ExitCodeOf(Run("member", "consent", Once(given))), ExitCode::kUsage);
  given["guardian"] = "欧阳建国";
  EXPECT_EQ(ExitCodeOf(Run("member", "consent", Once(given))), ExitCode::kUsage);
  given["guardian-relation"] = "父母";
  given["consent-document"] = "signed-form";
  given["consent-date"] = "2026/11/1";
  ASSERT_TRUE(Run("member", "consent", Once(given)).ok()) << err_.str();
  EXPECT_TRUE(seen.consent());
  EXPECT_EQ(seen.given().guardian(), "欧阳建国");
  EXPECT_EQ(seen.given().relation(), v1::GUARDIAN_RELATION_PARENT);
  EXPECT_EQ(seen.given().document(), v1::CONSENT_DOCUMENT_SIGNED_FORM);
  EXPECT_EQ(seen.given().date(), "2026-11-01");
  given["withdraw"] = "";
  EXPECT_EQ(ExitCodeOf(Run("member", "consent", Once(given))), ExitCode::kUsage);
  ASSERT_TRUE(Run("member", "consent", Once({{"member", "M1"}, {"reason", "form"}, {"withdraw", ""}})).ok());
  EXPECT_FALSE(seen.consent());
  EXPECT_FALSE(seen.has_given());
}

TEST_F(PersonalTest, ARotationReplacesTheKeyThatIsCurrent) {
  int64_t asked = 0;
  client_.On<v1::ListMasterKeysRequest, v1::ListMasterKeysResponse>(
      [](const v1::ListMasterKeysRequest&, v1::ListMasterKeysResponse* response) {
        for (const int64_t id : {3, 4}) {
          v1::MasterKey* key = response->add_keys();
          key->set_id(id);
          key->set_state(id == 4 ? v1::MASTER_KEY_STATE_CURRENT : v1::MASTER_KEY_STATE_LEAVING);
          key->set_slots(id * 10);
        }
        return absl::OkStatus();
      });
  client_.On<v1::RotateMasterKeyRequest, v1::RotateMasterKeyResponse>(
      [&asked](const v1::RotateMasterKeyRequest& request, v1::RotateMasterKeyResponse*) {
        asked = request.current_id();
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("admin key", "rotate", {}, Format::kCsv).ok());
  EXPECT_EQ(asked, 4);
  EXPECT_THAT(out_.str(), HasSubstr("3,LEAVING,30"));
  ASSERT_TRUE(Run("admin key", "list", {}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(out_.str(), HasSubstr("正在换下"));
  EXPECT_EQ(client_.credential(), "");
  const std::string file = testing::TempDir() + "/operator.token";
  std::ofstream(file) << "tbs.secret\n";
  ASSERT_TRUE(Run("admin key", "list", {{"file", {file}}}).ok());
  EXPECT_EQ(client_.credential(), "tbs.secret");
}

}  // namespace
}  // namespace timebank::cli
