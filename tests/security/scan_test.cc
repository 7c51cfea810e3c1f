// A day at a centre through the real programs, with people whose names, ID numbers, phones and notes are known; after it none of them stands
// anywhere in the clear. Then one of them is erased, and with every key at hand nothing leads back to her.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "service/base/coding.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/privacy/cipher.h"
#include "service/privacy/sealer.h"
#include "service/privacy/slot_file.h"
#include "service/store/rocksdb_store.h"
#include "tests/e2e/output.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"
#include "tests/security/traces.h"
#include "timebank/v1/record.pb.h"

namespace timebank::security {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kElderName[] = "欧阳静秋";
constexpr char kElderId[] = "11010519491231002X";
constexpr char kElderPhone[] = "13812345678";
constexpr char kElderAddress[] = "雨湖路17号3单元";
constexpr char kOrderNote[] = "膝盖做过手术需要搀扶";
constexpr char kRecordNote[] = "髋部骨折之后要用轮椅";
constexpr char kGrantReason[] = "独居且刚做完透析";
constexpr char kGuardian[] = "卓王孙老先生";

// Everything that must not be found.
std::vector<std::string> Secrets() {
  return {kElderName,
          kElderId,
          kElderPhone,
          kElderAddress,
          kOrderNote,
          kRecordNote,
          "诸葛孔明",
          "440524188001010014",
          "13998877665",
          "司马相如",
          "两个孩子都在外地工作",
          "每星期二上午有人来",
          kGrantReason,
          kGuardian,
          "13877778888",
          "0731-58881234"};
}

// What was typed for a number, which nothing keeps; a moment later it may still be in the memory of the process.
std::vector<std::string> SecretsOnDisk() {
  std::vector<std::string> secrets = Secrets();
  secrets.insert(secrets.end(), {"zhugekongming", "ZHUGEKONGMING"});
  return secrets;
}

std::unique_ptr<privacy::Sealer> SealerIn(const std::string& data, const store::Store::Id& store) {
  return *privacy::Sealer::Open({data + "/keys/personal.key", data + "/keys", data + "/members.keys", store}, false);
}

class ScanTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    fs::create_directory(desk_ / "cli");
  }

  // Of the command line; what it prints is scanned at the end.
  e2e::CliResult Cli(const std::vector<std::string>& words, int exit_code = 0, const std::string& language = "zh_CN.UTF-8") {
    e2e::CliResult result = e2e::RunCli(
        desk_ / "cli", words, {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_AS", actor_}, {"LANG", language}});
    EXPECT_EQ(result.exit_code, exit_code) << words[0] << " " << words[1] << "\n" << result.err;
    printed_ += result.out + result.err;
    return result;
  }
  // Of one that is asked for what is secret.
  e2e::CliResult CliInTheClear(const std::vector<std::string>& words) {
    const std::string before = printed_;
    e2e::CliResult result = Cli(words);
    printed_ = before;
    return result;
  }

  void Register() {
    Cli({"bank", "create", "xt", "--name", "湘潭"});
    Cli({"scope", "create", "s1", "--name", "社区", "--level", "community"});
    Cli({"center", "create", "--code", "c1", "--name", "服务站", "--scope", "s1"});
    const std::string list =
        e2e::CsvLine({"编号", "姓名", "性别", "出生日期", "身份证号", "手机号", "住址", "社区"}) +
        e2e::CsvLine({"M1", kElderName, "女", "1949-12-31", kElderId, kElderPhone, kElderAddress, "c1"}) +
        e2e::CsvLine({"M2", "诸葛孔明", "男", "1880-01-01", "440524188001010014", "13998877665", "", "c1"}) +
        e2e::CsvLine({"M3", "司马相如", "男", "1985-05-06", "", "", "", "c1"}) +
        // Refused: the same person, and a number that is none.
        e2e::CsvLine({"M4", kElderName, "女", "1949-12-31", kElderId, kElderPhone, kElderAddress, "c1"}) +
        e2e::CsvLine({"M5", kElderName, "女", "1949-12-31", "110105194912310021", kElderPhone, "", "c1"});
    e2e::WriteFile(desk_ / "members.csv", e2e::ToGbk(list));
    Cli({"import", "members", desk_ / "members.csv", "--report", desk_ / "report.csv"});
    printed_ += e2e::ReadFile(desk_ / "report.csv");
    Cli({"member", "register", "--name", "诸葛孔明", "--birth-date", "1980-01-01", "--center", "c1", "--number", "M2"});
    Cli({"member", "register", "--name", kElderName, "--birth-date", "1949-12-31", "--center", "c1", "--national-id",
         kElderId},
        3);
    Cli({"member", "register", "--name", kElderName, "--birth-date", "1949-12-31", "--center", "c1", "--national-id",
         "110105194912310021"},
        2);
  }

  void Serve() {
    Cli({"record", "add", "--volunteer", "M1", "--volunteer-name", kElderName, "--center", "c1", "--category", "陪伴",
         "--date", "2026-11-18", "--start", "8:00", "--end", "12:00"});
    Cli({"record", "add", "--volunteer", "M2", "--beneficiary", "M1", "--center", "c1", "--category", "助浴", "--date",
         "2026-11-19", "--start", "8:00", "--end", "10:00", "--note", kRecordNote});
    Cli({"record", "add", "--volunteer", "M3", "--volunteer-name", "诸葛孔明", "--center", "c1", "--category", "陪伴",
         "--date", "2026-11-19", "--start", "8:00", "--end", "10:00", "--note", "两个孩子都在外地工作"},
        3);
    Cli({"record", "add", "--volunteer", "M3", "--center", "c1", "--category", "陪伴", "--date", "2026-11-19", "--start",
         "8:00", "--end", "10:00", "--note", "两个孩子都在外地工作"});
    actor_ = "li";
    Cli({"record", "confirm", "--center", "c1", "--all"});
    actor_ = "wang";
    Cli({"order", "request", "M1", "--category", "助浴", "--date", "2026-11-22", "--start", "9:00", "--duration", "1小时",
         "--note", kOrderNote});
    Cli({"grant", "create", "M1", "--class", "失独", "--monthly", "10小时", "--from", "2026-12", "--review", "2027-06-30",
         "--reason", kGrantReason});
    Cli({"member", "register", "--name", "司马小妹", "--birth-date", "2015-05-06", "--center", "c1", "--guardian", kGuardian,
         "--guardian-relation", "祖父母", "--consent-document", "书面同意书", "--consent-date", "2026-11-01"});
  }

  void Look() {
    Cli({"member", "list"});
    Cli({"member", "show", "M1"});
    Cli({"-o", "json", "member", "show", "M1"});
    Cli({"-o", "csv", "member", "list"}, 0, "en_US.UTF-8");
    EXPECT_THAT(Cli({"member", "find", "--name", kElderName, "--birth-year", "1949", "--id-last4", "002x"}).out,
                HasSubstr("欧**"));
    Cli({"statement", "M1"});
    Cli({"balance", "M1"});
    Cli({"journal", "list"});
    Cli({"order", "list", "M1"});
    Cli({"record", "show", NotedRecord()});
    Cli({"grant", "list"});
    EXPECT_THAT(CliInTheClear({"record", "note", NotedRecord(), "--purpose", "排班"}).out, HasSubstr(kRecordNote));
    EXPECT_THAT(CliInTheClear({"grant", "reveal", Grant(), "--purpose", "审批"}).out, HasSubstr(kGrantReason));
    const e2e::CliResult seen = CliInTheClear({"member", "reveal", "M1", "--purpose", "回访"});
    EXPECT_THAT(seen.out, HasSubstr(kElderName));
    EXPECT_THAT(seen.out, HasSubstr(kElderId));
    EXPECT_THAT(seen.out, HasSubstr(kElderAddress));
    Cli({"member", "export", "M1", "--purpose", "本人索取", "--out", desk_ / "copy.json"});
    const std::string copy = e2e::ReadFile(desk_ / "copy.json");
    EXPECT_THAT(copy, HasSubstr(kElderPhone));
    EXPECT_THAT(copy, HasSubstr(kRecordNote));
    EXPECT_THAT(copy, HasSubstr(kOrderNote));
    EXPECT_EQ(fs::status(desk_ / "copy.json").permissions(), fs::perms::owner_read | fs::perms::owner_write);
    Cli({"member", "export", "M1", "--purpose", "本人索取", "--out", desk_ / "copy.json"}, 8);  // nothing is written over
    Cli({"member", "reveal", "M9", "--purpose", "回访"}, 4);
  }

  // What people type where it would stay for good.
  void TypeInWrongPlaces() {
    for (const char* reason :
         {"家属来电13877778888", "家属来电 138-7777-8888", "座机0731-58881234", "欧阳静秋住院", "欧阳 静秋住院"}) {
      Cli({"member", "suspend", "M1", "--reason", reason}, 2);
      Cli({"member", "reveal", "M1", "--purpose", reason}, 2);
      Cli({"member", "close", "M1", "--reason", reason}, 2);
    }
    Cli({"member", "suspend", "M1", "--reason", "本人电话尾号2345678"}, 2);  // the end of her phone
    Cli({"member", "register", "--name", "卓文君", "--birth-date", "1985-05-06", "--center", "c1", "--number",
         "13877778888"},
        2);
    Cli({"member", "reveal", "13877778888", "--purpose", "回访"}, 2);
    Cli({"role", "grant", "13877778888", "confirmer", "--reason", "新来"}, 2);
    // Whoever typed it sees it again; nothing keeps it.
    const std::string before = printed_;
    EXPECT_THAT(Cli({"member", "reveal", "zhugekongming", "--purpose", "回访"}, 4).err, HasSubstr("ZHUGEKONGMING"));
    EXPECT_THAT(Cli({"member", "suspend", "zhugekongming", "--reason", "外出"}, 4).err, HasSubstr("ZHUGEKONGMING"));
    printed_ = before;
  }

  // The record with a note about M1, and her grant.
  std::string NotedRecord() {
    return e2e::CsvRows(Cli({"-o", "csv", "record", "list", "--volunteer", "M2"}).out)[0]["record"];
  }
  std::string Grant() { return e2e::CsvRows(Cli({"-o", "csv", "grant", "list"}).out)[0]["grant"]; }

  // The image of the running process. False when no tool for that is at hand.
  bool ScanMemory() {
    for (int i = 0; i < 20; ++i) {
      Cli({"bank", "list"});  // what a server that goes on serving has in its buffers
    }
    e2e::Process tool({{"/usr/bin/gcore", "-o", desk_ / "core", std::to_string(server_.pid())},
                       {},
                       desk_ / "gcore.out",
                       desk_ / "gcore.err"});
    const std::string image = (desk_ / "core.") + std::to_string(server_.pid());
    if (tool.Wait(std::chrono::minutes(2)).value_or(-1) != 0 || !fs::exists(image)) {
      return false;
    }
    EXPECT_THAT(TracesIn("the image of the process", e2e::ReadFile(image), Secrets()), IsEmpty());
    fs::remove(image);
    return true;
  }

  void Stop() { ASSERT_EQ(server_.Terminate(), 0) << server_.errors(); }

  const e2e::TemporaryFolder folder_;  // the server's alone
  const e2e::TemporaryFolder desk_;
  e2e::Server server_{{folder_.path(), "unix:" + (folder_ / "socket"), {"--clock", "2026-11-20"}, {}}};
  std::string actor_ = "wang";
  std::string printed_;
};

TEST_F(ScanTest, NothingPersonalStandsAnywhereInTheClear) {
  Register();
  Serve();
  TypeInWrongPlaces();
  Look();
  EXPECT_THAT(e2e::ReadFile("/proc/" + std::to_string(server_.pid()) + "/limits"),
              testing::ContainsRegex("Max core file size +0 +0 "));
  if (!ScanMemory()) {
    GTEST_LOG_(INFO) << "gcore is not at hand or may not be used: the process's memory was not looked at";
  }
  Cli({"admin", "key", "rotate"});
  Stop();
  ASSERT_TRUE(server_.StartUp()) << server_.errors();  // and once more, so that the log was read and a table written
  Cli({"member", "show", "M1"});
  const std::string logged = server_.output() + server_.errors();
  Stop();
  EXPECT_THAT(TracesBelow(folder_.path(), SecretsOnDisk()), IsEmpty());
  EXPECT_THAT(TracesIn("what the server printed", logged, SecretsOnDisk()), IsEmpty());
  EXPECT_THAT(TracesIn("what the command line printed", printed_, SecretsOnDisk()), IsEmpty());
}

// Sealed bytes of a store, and whose key sealed them.
struct Blob {
  std::string bytes;
  privacy::KeyId key{};
};

std::vector<Blob> BlobsOf(const store::Reader& reader) {
  std::vector<Blob> blobs;
  const auto add = [&blobs](const std::string& bytes) {
    const auto key = privacy::Sealer::KeyOf(bytes);
    ASSERT_TRUE(key.has_value());
    blobs.push_back({bytes, *key});
  };
  for (const char table : {'p', 'n', 'V', 'Y'}) {
    const std::string prefix = ledger::keys::TableOf(table, "xt");
    for (auto row = reader.Scan(prefix, base::PrefixEnd(prefix)); row->Valid(); row->Next()) {
      ledger::rec::Note note;
      if (table == 'p') {
        add(std::string(row->value()));
      } else if (row->value().empty()) {
        continue;  // it tells where the text is
      } else if (note.ParseFromArray(row->value().data(), static_cast<int>(row->value().size()))) {
        add(note.sealed());
      }
    }
  }
  return blobs;
}

// Every key that can still be had from the files of keys.
std::vector<privacy::Key> KeysIn(const std::string& data) {
  const auto masters = *privacy::OpenMasterFiles(data + "/keys", false);
  const auto slots = *privacy::SlotFile::Open(data + "/members.keys", false);
  std::vector<privacy::Key> keys;
  for (uint64_t i = 0; i < slots->count(); ++i) {
    const privacy::Slot slot = *slots->Read(i);
    for (const uint32_t master : masters->Ids()) {
      if (const auto key = masters->Unwrap(master, privacy::ContextOf(slot.key, slot.master), slot.wrapped); key.ok()) {
        keys.push_back(*key);
      }
    }
  }
  return keys;
}

// Whether any key opens the blob, as whatever it may be.
bool Opens(const Blob& blob, const std::vector<privacy::Key>& keys) {
  constexpr size_t kHead = 17;
  return std::any_of(keys.begin(), keys.end(), [&](const privacy::Key& key) {
    return privacy::Decrypt(key, blob.bytes.substr(0, kHead) + "person", blob.bytes.substr(kHead)).has_value() ||
           privacy::Decrypt(key, blob.bytes.substr(0, kHead) + "text", blob.bytes.substr(kHead)).has_value();
  });
}

TEST_F(ScanTest, AfterAnErasureNoKeyAndNoByteLeadsBack) {
  Register();
  Serve();
  Stop();
  fs::copy(server_.data(), desk_ / "before", fs::copy_options::recursive);
  std::vector<Blob> blobs;
  privacy::KeyId elder{};
  std::string id_digest;
  {
    const auto store = *store::OpenRocksDbStore(desk_ / "before/store");
    blobs = BlobsOf(*store->TakeSnapshot());
    const auto sealer = SealerIn(desk_ / "before", store->id());
    for (const Blob& blob : blobs) {
      const auto person = sealer->Unseal(blob.bytes);
      elder = person.ok() && person->name == kElderName ? blob.key : elder;
    }
    const auto digest = sealer->KeyedDigest("id", kElderId);
    id_digest.assign(digest.begin(), digest.end());
  }
  const auto is_hers = [&elder](const Blob& blob) { return blob.key == elder; };
  ASSERT_EQ(std::count_if(blobs.begin(), blobs.end(), is_hers), 4) << "the person, two notes, and why she is in need";
  const std::vector<privacy::Key> before = KeysIn(desk_ / "before");
  EXPECT_TRUE(std::all_of(blobs.begin(), blobs.end(), [&](const Blob& blob) { return Opens(blob, before); }));
  EXPECT_FALSE(TracesBelow(server_.data(), {id_digest}).empty());

  ASSERT_TRUE(server_.StartUp()) << server_.errors();
  Cli({"member", "close", "M1", "--reason", "搬走"});
  for (const auto& order : e2e::CsvRows(Cli({"-o", "csv", "order", "list", "M1"}).out)) {
    Cli({"order", "cancel", order.at("order"), "--reason", "搬走"});
  }
  Cli({"grant", "end", Grant(), "--reason", "搬走"});
  Cli({"member", "close", "M1", "--finish", "--reason", "搬走", "--as", "zhao"});
  Cli({"member", "erase", "M1", "--reason", "本人要求"});
  EXPECT_THAT(Cli({"member", "show", "V000000011"}).out, HasSubstr("已注销个人信息"));
  EXPECT_THAT(Cli({"member", "show", "V000000011"}, 0, "en_US.UTF-8").out, HasSubstr("erased"));
  Cli({"member", "reveal", "V000000011", "--purpose", "回访"}, 3);
  Cli({"member", "erase", "V000000011", "--reason", "本人要求"}, 3);
  for (int i = 0; i < 3000 && server_.errors().find("purged") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(server_.errors(), HasSubstr("purged"));
  Stop();

  const std::vector<privacy::Key> after = KeysIn(server_.data());
  EXPECT_EQ(after.size() + 1, before.size());
  std::vector<std::string> hers = {id_digest, std::string(elder.begin(), elder.end())};
  for (const Blob& blob : blobs) {
    EXPECT_EQ(Opens(blob, after), !is_hers(blob));
    if (is_hers(blob)) {
      hers.push_back(blob.bytes.substr(20, 24));
    }
  }
  EXPECT_THAT(TracesBelow(server_.data(), hers), IsEmpty());
  EXPECT_THAT(TracesBelow(folder_.path(), SecretsOnDisk()), IsEmpty());
}

// Whether the digest of a request with these bytes stands anywhere in the data folder.
bool Digested(const privacy::Sealer& sealer, const std::string& data, const google::protobuf::Message& request) {
  const auto digest = sealer.KeyedDigest("request", request.GetDescriptor()->full_name() + std::string(1, '\0') + "wang" +
                                                        std::string(1, '\0') + request.SerializeAsString());
  return !TracesBelow(data, {std::string(digest.begin(), digest.end())}).empty();
}

// What the command line sends for the record of GuessTest.
v1::CreateRecordRequest NamedRecord(const std::string& name) {
  v1::CreateRecordRequest record;
  record.set_request_id("rid-record");
  record.set_parent("banks/xt");
  record.set_volunteer("M1");
  record.set_volunteer_name(name);
  record.set_center("c1");
  record.set_category("陪伴");
  record.mutable_start_time()->set_seconds(1794960000);  // 2026-11-18T08:00+08:00
  record.mutable_end_time()->set_seconds(1794974400);
  return record;
}

class GuessTest : public ScanTest {
 protected:
  // Sends again, under the ids of the requests that were about her, what somebody who knows those ids guesses about her.
  std::vector<std::string> Guess(const std::string& name) {
    const std::string before = printed_;
    std::vector<std::string> answers;
    const auto ask = [&](int exit_code, const std::vector<std::string>& words) {
      const e2e::CliResult result = Cli(words, exit_code);
      answers.push_back(result.out + result.err);
    };
    ask(0, {"record", "add", "--request-id", "rid-record", "--volunteer", "M1", "--volunteer-name", name, "--center", "c1",
            "--category", "陪伴", "--date", "2026-11-18", "--start", "8:00", "--end", "12:00"});
    ask(3, {"member", "register", "--request-id", "rid-refused", "--name", name, "--birth-date", "1949-12-31", "--center",
            "c1", "--national-id", kElderId});
    ask(0, {"member", "register", "--request-id", "rid-old", "--name", name, "--birth-date", "1949-12-31", "--center", "c1",
            "--number", "OLD1"});
    ask(0, {"member", "find", "--name", name, "--birth-year", "1949", "--id-last4", "002x"});
    printed_ = before;
    return answers;
  }
};

TEST_F(GuessTest, AfterAnErasureNobodyIsToldARightGuessFromAWrongOne) {
  Register();
  Guess(kElderName);
  Cli({"member", "register", "--request-id", "rid-old", "--name", "诸葛孔明", "--birth-date", "1949-12-31", "--center", "c1",
       "--number", "OLD1"},
      3);  // while she is there, somebody else under the same id is told
  Cli({"member", "merge", "OLD1", "--into", "M1", "--reason", "重复"});
  actor_ = "li";
  Cli({"record", "confirm", "--center", "c1", "--all"});
  actor_ = "wang";
  Cli({"member", "close", "M1", "--reason", "搬走"});
  Cli({"member", "close", "M1", "--finish", "--reason", "搬走", "--as", "zhao"});
  Cli({"member", "erase", "OLD1", "--reason", "本人要求"});
  for (int i = 0; i < 3000 && server_.errors().find("purged") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::vector<std::string> right = Guess(kElderName);
  EXPECT_EQ(Guess("诸葛静秋"), right);
  EXPECT_EQ(Guess("欧阳静"), right);
  for (const char* number : {"V000000011", "V000000046"}) {
    Cli({"member", "reveal", number, "--purpose", "回访"}, 3);
  }
  Stop();

  const auto sealer = SealerIn(server_.data(), (*store::OpenRocksDbStore(server_.data() + "/store"))->id());
  EXPECT_FALSE(Digested(*sealer, server_.data(), NamedRecord(kElderName)));
  EXPECT_TRUE(Digested(*sealer, server_.data(), NamedRecord(""))) << "the test does not know what is digested";
  std::vector<std::string> digests;
  for (const auto& [purpose, text] : std::vector<std::pair<std::string, std::string>>{
           {"id", kElderId},
           {"name", kElderName},
           {"person", kElderName + std::string("\0", 1) + "1949" + std::string("\0", 1) + "002X"}}) {
    const auto digest = sealer->KeyedDigest(purpose, text);
    digests.emplace_back(digest.begin(), digest.end());
  }
  EXPECT_THAT(TracesBelow(server_.data(), digests), IsEmpty());
  EXPECT_THAT(TracesBelow(folder_.path(), SecretsOnDisk()), IsEmpty());
}

}  // namespace
}  // namespace timebank::security
