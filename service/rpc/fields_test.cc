#include "service/rpc/fields.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace timebank::rpc {
namespace {

using Read = std::function<void(Fields*, const std::string&)>;

// What a kind of field takes and what it refuses.
struct Row {
  const char* kind;
  Read read;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

std::string Times(const std::string& text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i) {
    result += text;
  }
  return result;
}

// What no text may be, each a value of its own for every text field.
const std::vector<std::string> kNeverText = {
    std::string("a\0b", 3), "a\x1b[31m", "a\x7f", "\xC2\x85",         "\xE2\x80\xA8", "\xFF", "\xE5\xBC",
    "\xED\xA0\x80",         "\xC0\x80",  "a\rb",  Times("a", 5000000)};

std::vector<std::string> With(std::vector<std::string> more) {
  more.insert(more.end(), kNeverText.begin(), kNeverText.end());
  return more;
}

std::vector<Row> TextRows() {
  return {
      {"request_id",
       [](Fields* f, const std::string& v) { f->RequestId(v); },
       {"a", "A-z.0_9:/x", Times("a", 64), "20261120100000123456789", "f00d110105194912310021beef", "1795168800",
        "1795168800123", "138000056781", "138-0000-56781", "430302-20261120-0001", "440524-18800101-0015", "123-4567-8901"},
       With({"", Times("a", 65), "a b", "a\n", "编号", "a%b", "a;b", "11010519491231002X", "reg:440524188001010014/1",
             "13800005678", "reg:8613800005678", "138-0000-5678", "reg/138.0000.5678/1", "440524-18800101-0014",
             "110105:19491231:002X"})},
      {"bank id",
       [](Fields* f, const std::string& v) { f->BankId("bank_id", v); },
       {"xt", "x-1", Times("x", 20)},
       With({"", "x", Times("x", 21), "Xt", "1x", "-x", "x_t", "x t", "湘潭", "x110105194912310021", "x13800005678"})},
      {"code",
       [](Fields* f, const std::string& v) { f->Code("scope_code", v); },
       {"a", "A_b-9", Times("a", 32)},
       With({"", Times("a", 33), "a b", "a/b", "a.b", "区", "110105194912310021", "0731-58881234"})},
      {"member",
       [](Fields* f, const std::string& v) { f->Member("member", v); },
       {"V000000017", "M00001", "a/b", "a b", " a", "Ｍ０００２４", Times("a", 32), Times("ａ", 32)},
       With({"", " ", "　", Times("a", 33), "张三", "110105194912310021", "11010519491231002X",
             "１１０１０５１９４９１２３１００２１", "110105 19491231 0021", "110105491231002", "13800005678",
             "１３８ ００００ ５６７８", "0731-58881234"})},
      {"external number",
       [](Fields* f, const std::string& v) { f->ExternalNumber("external_number", v); },
       {"M00001", "V1", "V00000017", "V00000001X", "58881234", Times("a", 32)},
       With({"", Times("a", 33), "a b", "张三", "V000000017", "v000000017", "V123456789", "110105194912310021",
             "13800005678", "138-0000-5678"})},
      {"name",
       [](Fields* f, const std::string& v) { f->Name("display_name", v); },
       {"张三", " 张三　", "买买提·吐尔逊", "😀", "👨‍👩‍👧", "a b", Times("😀", 100), Times("张", 100)},
       With({"", " ", "　　", Times("张", 101), "a\nb", "a\tb", "张三110105194912310021", "张三13800005678"})},
      {"personal name",
       [](Fields* f, const std::string& v) { f->PersonalName("display_name", v); },
       {"张三", " 张三　", "110105194912310021", "13800005678"},
       With({"", " ", "　　", Times("张", 101), "a\nb"})},
      {"center",
       [](Fields* f, const std::string& v) { f->Center("center", v); },
       {"嵩山 社区", "c1", Times("社", 100)},
       With({"", " ", "\xE2\x80\x8B", Times("社", 101), "11010519491231002X", "110105 19491231 002X"})},
      {"note",
       [](Fields* f, const std::string& v) { f->PersonalText("note", v, 0, 500, true); },
       {"", "11010519491231002X", "a\nb\tc", "a\r\nb", Times("😀", 500)},
       {Times("a", 501), Times("😀", 501), "a\x1b", std::string("\0", 1), "\xFF", Times("a", 5000000)}},
      {"reason",
       [](Fields* f, const std::string& v) { f->Reason(v); },
       {"录入错误", "2026-11-20 少记 150 分钟", Times("误", 200)},
       With({"", "  ", Times("误", 201), "a\nb", "身份证110105194912310021录错", "１１０１０５１９４９１２３１００２Ｘ",
             "家属来电 138-0000-5678", "１３８００００５６７８", "0731-58881234"})},
      {"phone",
       [](Fields* f, const std::string& v) { f->Phone("phone", v); },
       {"", "13800005678", "+86-731-5555", Times("1", 20)},
       With({Times("1", 21), "1 2", "一二三", "(0731)"})},
  };
}

std::vector<Row> NameRows() {
  return {
      {"date",
       [](Fields* f, const std::string& v) { f->Date("date", v); },
       {"1900-01-01", "2200-12-31", "2024-02-29"},
       With({"", "1899-12-31", "2201-01-01", "2026-02-29", "2026-2-3", "2026/02/03", "20260203", "9999-99-99",
             " 2026-01-01"})},
      {"bank",
       [](Fields* f, const std::string& v) { f->Bank("parent", v); },
       {"banks/xt"},
       With({"", "xt", "banks/", "banks", "/banks/xt", "banks/xt/", "Banks/xt", "banks/xt/members/1"})},
      {"member name",
       [](Fields* f, const std::string& v) { f->MemberName("name", v); },
       {"banks/xt/members/V000000017", "banks/xt/members/a/b"},
       With({"", "banks/xt", "banks/xt/members", "banks/xt/members/", "banks/x/members/a", "banks/xt/records/a",
             "banks//members/a", "banks/xt/members/110105194912310021"})},
      {"center name",
       [](Fields* f, const std::string& v) { f->CenterName("name", v); },
       {"banks/xt/centers/嵩山社区", "banks/xt/centers/c1"},
       With({"", "banks/xt/centers/", "banks/xt/centers/ ", "banks/xt/center/c1"})},
      {"record name",
       [](Fields* f, const std::string& v) { f->Numbered("name", v, "records"); },
       {"banks/xt/records/1", "banks/xt/records/99999999999999"},
       With({"", "banks/xt/records/", "banks/xt/records/0", "banks/xt/records/01", "banks/xt/records/-1",
             "banks/xt/records/1/2", "banks/xt/records/1 ", "banks/xt/records/100000000000000",
             "banks/xt/records/110105194912310021", "banks/xt/records/9999999999999999999",
             "banks/xt/records/99999999999999999999999", "banks/xt/records/x", "banks/xt/holds/1"})},
  };
}

std::vector<Row> Rows() {
  std::vector<Row> rows = TextRows();
  const std::vector<Row> names = NameRows();
  rows.insert(rows.end(), names.begin(), names.end());
  return rows;
}

TEST(Fields, TakeGoodValuesAndRefuseBadOnes) {
  for (const Row& row : Rows()) {
    for (const std::string& value : row.good) {
      Fields fields;
      row.read(&fields, value);
      EXPECT_TRUE(fields.ok()) << row.kind << ": " << value.substr(0, 50) << ": " << (fields.ok() ? "" : fields.error().en);
    }
    for (const std::string& value : row.bad) {
      Fields fields;
      row.read(&fields, value);
      EXPECT_FALSE(fields.ok()) << row.kind << ": " << value.substr(0, 50);
    }
  }
}

TEST(Fields, ErrorsNameTheFieldInBothLanguagesAndNeverTheValue) {
  for (const Row& row : Rows()) {
    for (const std::string& value : row.bad) {
      Fields fields;
      row.read(&fields, value);
      ASSERT_FALSE(fields.ok());
      EXPECT_EQ(fields.error().en.find(fields.error().field), 0u) << row.kind;
      EXPECT_GE(fields.error().zh.size(), 12u) << row.kind;
      EXPECT_LT(fields.error().zh.size() + fields.error().en.size(), 600u) << row.kind;
      EXPECT_EQ(fields.error().en.find("\x1b"), std::string::npos);
      EXPECT_EQ((fields.error().zh + fields.error().en).find("19491231"), std::string::npos) << row.kind;
    }
  }
}

TEST(Fields, TheFirstErrorStays) {
  Fields fields;
  fields.Date("from_date", "x");
  fields.RequestId("");
  EXPECT_EQ(fields.error().field, "from_date");
}

TEST(Fields, SayWhatTheTelephoneNeeds) {
  Fields fields;
  fields.Date("birth_date", "1985-02-30");
  EXPECT_EQ(fields.error().zh, "出生日期须为 1900 到 2200 年间存在的日期，写作 2026-03-05。");
  EXPECT_EQ(fields.error().en, "birth_date must be a date that exists, 1900 to 2200, written as 2026-03-05.");
}

TEST(Fields, SpeakOfTheNumberAndNotOfTheResource) {
  Fields member;
  member.MemberName("name", "banks/xt/members/张三");
  EXPECT_EQ(member.error().field, "name");
  EXPECT_EQ(member.error().zh, "会员编号须为会员编号或本单位编号：1 到 32 个字母、数字或符号。");
  Fields record;
  record.Numbered("name", "banks/xt/records/x", "records");
  EXPECT_EQ(record.error().zh, "记录编号须为最多 14 位的正整数。");
}

TEST(Fields, AskForNoIdNumberAndNoPhone) {
  Fields fields;
  fields.Reason("身份证110105194912310021录错");
  EXPECT_EQ(fields.error().zh, "原因：请勿在此填写身份证号。");
  EXPECT_EQ(fields.error().en, "reason must not hold an ID number; do not enter an ID number here.");
  Fields phone;
  phone.Reason("来电13800005678");
  EXPECT_EQ(phone.error().zh, "原因：请勿在此填写电话号码。");
  EXPECT_EQ(phone.error().en, "reason must not hold a phone number; do not enter a phone number here.");
  for (const char* name : {"13800005678", "0731-58881234", "110105194912310021"}) {
    Fields principal;
    principal.Principal("principal", name);
    EXPECT_FALSE(principal.ok()) << name;
  }
}

TEST(Fields, ReturnWhatTheyRead) {
  Fields fields;
  EXPECT_EQ(fields.Name("display_name", "　张三 "), "张三");
  EXPECT_EQ(fields.MemberName("name", "banks/xt/members/M1").bank, "xt");
  EXPECT_EQ(fields.MemberName("name", "banks/xt/members/M/1").key, "m/1");
  EXPECT_EQ(fields.MemberName("name", "banks/xt/members/Ｍ０００ ２４").key, "m00024");
  EXPECT_EQ(fields.CenterName("name", "banks/xt/centers/A/B 站").key, "a/b站");
  EXPECT_EQ(fields.Center("center", " 宁康　养护院 "), "宁康养护院");
  EXPECT_EQ(fields.Name("display_name", " 宁康　养护院 "), "宁康　养护院");
  EXPECT_EQ(fields.Folded("display_name", "朱　杰"), "朱杰");
  EXPECT_EQ(fields.Numbered("name", "banks/xt/holds/17", "holds").key, 17u);
  EXPECT_EQ(fields.Date("date", "1970-01-02"), model::Day(1));
  EXPECT_EQ(fields.OptionalDate("date", ""), std::nullopt);
  EXPECT_EQ(fields.OptionalDate("date", "1970-01-02"), model::Day(1));
  EXPECT_TRUE(fields.ok());
}

bool TakesTime(bool set, int64_t seconds, int32_t nanos) {
  Fields fields;
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(nanos);
  const model::Minute minute = fields.Minute("start_time", set, time);
  EXPECT_TRUE(!fields.ok() || minute.value() * 60 == seconds);
  return fields.ok();
}

TEST(Fields, TimesAreWholeMinutesOfTheYears1900To2200) {
  constexpr int64_t kFirst = -2208988800 - 8 * 3600;  // 1900-01-01T00:00+08:00
  constexpr int64_t kEnd = 7289654400 - 8 * 3600;     // 2201-01-01T00:00+08:00
  EXPECT_TRUE(TakesTime(true, 0, 0));
  EXPECT_TRUE(TakesTime(true, kFirst, 0));
  EXPECT_TRUE(TakesTime(true, kEnd - 60, 0));
  EXPECT_FALSE(TakesTime(true, kFirst - 60, 0));
  EXPECT_FALSE(TakesTime(true, kEnd, 0));
  EXPECT_FALSE(TakesTime(false, 0, 0));
  EXPECT_FALSE(TakesTime(true, 30, 0));
  EXPECT_FALSE(TakesTime(true, 60, 1));
  EXPECT_FALSE(TakesTime(true, 60, -1));
  EXPECT_FALSE(TakesTime(true, 60, std::numeric_limits<int32_t>::min()));
  for (int64_t absurd :
       {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min(),
        std::numeric_limits<int64_t>::max() / 60 * 60, int64_t{1000000000000000000} * 6, int64_t{-60000000000000}}) {
    EXPECT_FALSE(TakesTime(true, absurd, 0)) << absurd;
  }
}

TEST(Fields, NumbersHaveARange) {
  for (int64_t bad :
       {int64_t{0}, int64_t{-1}, int64_t{1441}, int64_t{1000000000000000000}, std::numeric_limits<int64_t>::min()}) {
    Fields fields;
    fields.Range("planned_minutes", bad, 1, 1440);
    EXPECT_FALSE(fields.ok()) << bad;
  }
  Fields fields;
  EXPECT_EQ(fields.Range("planned_minutes", 1, 1, 1440), 1);
  EXPECT_EQ(fields.Range("planned_minutes", 1440, 1, 1440), 1440);
  EXPECT_TRUE(fields.ok());
}

TEST(Fields, ChoicesAreKnownEnumerators) {
  for (int bad : {0, -1, 4, 1000000}) {
    Fields fields;
    fields.Choice("decision", bad, 3);
    EXPECT_FALSE(fields.ok()) << bad;
  }
  Fields fields;
  EXPECT_EQ(fields.Choice("decision", 3, 3), 3);
  EXPECT_TRUE(fields.ok());
}

}  // namespace
}  // namespace timebank::rpc
