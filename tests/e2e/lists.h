// A centre's lists as centres write them, and what must become of every row.
#ifndef TIMEBANK_E2E_LISTS_H_
#define TIMEBANK_E2E_LISTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace timebank::e2e {

// The day on which the lists are loaded; the server's clock is started there.
inline constexpr char kListDay[] = "2026-11-20";
inline constexpr int kListMembers = 66;

struct Row {
  std::vector<std::string> fields;
  std::string outcome;  // Of the first run: "accepted", "duplicate" or "refused".
  std::string reason;
  int repeats = 0;  // The row (from 1) whose record this one repeats; 0 when it repeats none.
};

// What a volunteer must have once everything is confirmed, in minutes.
struct Expected {
  int64_t available = 0;
  int64_t pool = 0;
  int64_t records = 0;
};

struct Lists {
  std::string members;  // CSV in UTF-8 without a byte order mark.
  std::string records;
  std::vector<Row> rows;                   // Of `records`.
  std::map<std::string, Expected> earned;  // By the volunteer's number on the list; those with an accepted row.
};

// The centres of the members' list.
const std::vector<std::string>& ListCenters();

// Always the same ones.
Lists MakeLists();

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_LISTS_H_
