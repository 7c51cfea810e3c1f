#include "tests/e2e/lists.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/e2e/output.h"

namespace timebank::e2e {
namespace {

constexpr int kVolunteers = 40;  // The others are served.
constexpr int64_t kRounding = 30;
constexpr int64_t kDailyCap = 480;
constexpr int kLateDays = 30;

template <typename... Values>
std::string Format(const char* format, Values... values) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, format, values...);
  return std::string(text, static_cast<size_t>(size));
}

std::string Number(int member) { return Format("M%05d", member); }

std::string NameOf(int member) {
  static const char* const surnames[] = {"陈", "李", "欧阳", "刘", "周", "黄", "杨"};
  static const char* const given[] = {"桂英", "建国", "秀兰", "志强", "玉珍", "镕", "淑芬", "海燕", "喆"};
  return std::string(surnames[member % 7]) + given[member % 9];
}

// Days before the day of the lists, as 2026-11-DD or 2026-10-DD; enough for two months back.
struct Date {
  int month;
  int day;
};

Date Before(int days) {
  const int november = 20 - days;
  return november >= 1 ? Date{11, november} : november + 31 >= 1 ? Date{10, november + 31} : Date{9, november + 61};
}

std::string WriteDate(Date date, int form) {
  switch (form % 5) {
    case 0:
      return Format("2026-%02d-%02d", date.month, date.day);
    case 1:
      return Format("2026/%d/%d", date.month, date.day);
    case 2:
      return Format("2026年%d月%d日", date.month, date.day);
    case 3:
      return Format("2026/%02d/%02d", date.month, date.day);
    default:
      return Format("2026年%02d月%02d日", date.month, date.day);
  }
}

std::string FullWidth(const std::string& text) {
  std::string wide;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      wide += "\xEF\xBC";
      wide += static_cast<char>(0x90 + (c - '0'));
    } else if (c == ':') {
      wide += "：";
    } else {
      wide += c;
    }
  }
  return wide;
}

std::string WriteTime(int minutes, int form) {
  const std::string text =
      form % 3 == 1 ? Format("%d:%02d", minutes / 60, minutes % 60) : Format("%02d:%02d", minutes / 60, minutes % 60);
  return form % 3 == 2 ? FullWidth(text) : text;
}

// A service as it was; how it is written down is chosen apart.
struct Service {
  int days = 1;  // Before the day of the lists; negative: after it.
  int volunteer = 1;
  int start = 0;  // Minutes of the day.
  int end = 0;
  std::string category = "陪伴";
  int served = 41;
};

class Writer {
 public:
  // A row of this service with what must become of it.
  Row& Add(const Service& service, const std::string& outcome, const std::string& reason, int form,
           const std::string& note = "") {
    Row row;
    row.fields = {WriteDate(service.days >= 0 ? Before(service.days) : Date{11, 20 - service.days}, form),
                  form % 4 == 3 ? FullWidth(Number(service.volunteer)) : Number(service.volunteer),
                  NameOf(service.volunteer),
                  WriteTime(service.start, form),
                  WriteTime(service.end, form / 2),
                  service.category,
                  Number(service.served),
                  ListCenters()[static_cast<size_t>(service.volunteer) % ListCenters().size()],
                  note};
    row.outcome = outcome;
    row.reason = reason;
    lists_.rows.push_back(std::move(row));
    if (outcome == "accepted") {
      Count(service);
    }
    return lists_.rows.back();
  }

  int last() const { return static_cast<int>(lists_.rows.size()); }
  Lists Finish();

 private:
  void Count(const Service& service) {
    const int64_t minutes = service.end - service.start;
    credited_[{service.volunteer, service.days}] += minutes - minutes % kRounding;
    ++lists_.earned[Number(service.volunteer)].records;
  }

  Lists lists_;
  std::map<std::pair<int, int>, int64_t> credited_;
};

Lists Writer::Finish() {
  for (const auto& [volunteer_day, minutes] : credited_) {
    Expected& expected = lists_.earned[Number(volunteer_day.first)];
    expected.available += std::min(minutes, kDailyCap);
    expected.pool += std::max<int64_t>(minutes - kDailyCap, 0);
  }
  lists_.members = CsvLine({"编号", "姓名", "性别", "出生日期", "身份证号", "手机号", "社区"});
  for (int member = 1; member <= kListMembers; ++member) {
    const int year = member <= kVolunteers ? 1955 + member : 1930 + member % 20;
    lists_.members +=
        CsvLine({Number(member), NameOf(member), member % 2 == 0 ? "男" : "女",
                 Format("%d-%02d-%02d", year, member % 12 + 1, member % 28 + 1), "", Format("1990000%04d", member),
                 ListCenters()[static_cast<size_t>(member) % ListCenters().size()]});
  }
  lists_.records = CsvLine({"服务日期", "志愿者编号", "姓名", "开始", "结束", "服务类别", "服务对象编号", "社区", "备注"});
  for (const Row& row : lists_.rows) {
    lists_.records += CsvLine(row.fields);
  }
  return std::move(lists_);
}

// What a centre usually writes: services of every length, in all forms.
void AddGood(Writer* writer) {
  static const char* const notes[] = {"",      "第一次上门, 老人很高兴", "家属\"非常\"感谢", "第一行\n第二行", " 有空格 ",
                                      "；、。"};
  static const char* const categories[] = {"陪伴", "助餐", "助洁", "代办"};
  for (int i = 0; i < 120; ++i) {
    Service service;
    service.days = 7 + i % 23;
    service.volunteer = 1 + i % kVolunteers;
    service.start = 8 * 60 + (i % 3) * 180;
    service.end = service.start + 30 + 15 * (i % 9);
    service.category = categories[i % 4];
    service.served = 41 + i % 25;
    writer->Add(service, "accepted", "", i, notes[i % 6]);
  }
  // As much as a day has, and more than the cap takes.
  writer->Add({2, 30, 6 * 60, 11 * 60, "陪伴", 50}, "accepted", "", 0);
  writer->Add({2, 30, 11 * 60, 15 * 60 + 45, "陪伴", 51}, "accepted", "", 1);  // Touching is no overlap.
}

void AddLate(Writer* writer) {
  writer->Add({kLateDays, 31, 9 * 60, 10 * 60, "陪伴", 42}, "accepted", "", 0);
  writer->Add({kLateDays + 1, 31, 9 * 60, 10 * 60, "陪伴", 42}, "accepted", "LATE", 1);
  writer->Add({45, 32, 9 * 60, 11 * 60, "助洁", 43}, "accepted", "LATE", 2);
}

// Rows that people get wrong. Each is good but for one thing.
void AddWrong(Writer* writer) {
  const auto wrong = [writer](int volunteer, const std::string& reason) -> Row& {
    return writer->Add({3, volunteer, 19 * 60, 20 * 60, "陪伴", 44}, "refused", reason, 0);
  };
  wrong(33, "VOLUNTEER_NOT_FOUND").fields[1] = "M99999";
  wrong(34, "VOLUNTEER_NAME_MISMATCH").fields[2] = "别人";
  wrong(33, "BENEFICIARY_NOT_FOUND").fields[6] = "M88888";
  wrong(35, "CENTER_NOT_FOUND").fields[7] = "没有的社区";
  wrong(33, "RECORD_ENDS_BEFORE_START").fields[4] = "18:30";
  wrong(34, "RECORD_ENDS_BEFORE_START").fields[4] = "19:00";
  wrong(33, "RECORD_TOO_SHORT").fields[4] = "19:29";
  wrong(33, "RECORD_TO_ONESELF").fields[6] = Number(33);
  wrong(33, "INVALID_DATE").fields[0] = "2026-13-45";
  wrong(34, "INVALID_DATE").fields[0] = "前天";
  wrong(35, "INVALID_TIME").fields[3] = "25:70";
  wrong(36, "MISSING_VALUE").fields[5] = "";
  wrong(37, "INVALID_FIELD").fields[5] = std::string(99, 'x');
  writer->Add({-1, 33, 9 * 60, 10 * 60, "陪伴", 44}, "refused", "RECORD_IN_FUTURE", 1);
  writer->Add({0, 33, 23 * 60, 23 * 60 + 30, "陪伴", 44}, "refused", "RECORD_IN_FUTURE", 2);
  // The refused ones left the time free.
  writer->Add({3, 33, 19 * 60, 20 * 60, "陪伴", 44}, "accepted", "", 0);
  // A row that repeats a refused one is a duplicate too, of no record.
  Row& repeated = wrong(34, "RECORD_DUPLICATE");
  repeated.fields[2] = "别人";
  repeated.outcome = "duplicate";
  // Today, and over by now.
  writer->Add({0, 33, 8 * 60, 9 * 60, "陪伴", 44}, "accepted", "", 1);
}

void AddOverlapping(Writer* writer) {
  const Service service{4, 38, 9 * 60, 11 * 60, "陪伴", 45};
  writer->Add(service, "accepted", "", 0);
  writer->Add({4, 38, 10 * 60, 12 * 60, "陪伴", 45}, "refused", "RECORD_OVERLAP", 0);
  writer->Add({4, 38, 9 * 60 + 30, 10 * 60 + 30, "陪伴", 45}, "refused", "RECORD_OVERLAP", 1);
  writer->Add({4, 38, 9 * 60, 11 * 60, "陪伴", 46}, "refused", "RECORD_OVERLAP", 2);  // The same time, another person.
  writer->Add({4, 38, 9 * 60, 11 * 60, "助餐", 45}, "refused", "RECORD_OVERLAP", 3);  // The same time, another category.
  writer->Add({4, 38, 8 * 60, 9 * 60, "陪伴", 45}, "accepted", "", 4);
}

// The same services again, written in another way.
void AddRepeated(Writer* writer) {
  writer->Add({5, 39, 14 * 60, 16 * 60, "陪伴", 47}, "accepted", "", 1);
  const int first = writer->last();
  for (int form = 2; form <= 4; ++form) {
    writer->Add({5, 39, 14 * 60, 16 * 60, "陪伴", 47}, "duplicate", "RECORD_DUPLICATE", form, form == 3 ? "又写了一遍" : "")
        .repeats = first;
  }
}

}  // namespace

const std::vector<std::string>& ListCenters() {
  static const auto* const centers = new std::vector<std::string>{"湘江社区", "视田村", "宁康养护院"};
  return *centers;
}

Lists MakeLists() {
  Writer writer;
  AddGood(&writer);
  AddLate(&writer);
  AddWrong(&writer);
  AddOverlapping(&writer);
  AddRepeated(&writer);
  return writer.Finish();
}

}  // namespace timebank::e2e
