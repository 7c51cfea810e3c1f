// Reading what the command line wrote: CSV, and text as a terminal shows it; and writing files as other programs save them.
#ifndef TIMEBANK_E2E_OUTPUT_H_
#define TIMEBANK_E2E_OUTPUT_H_

#include <map>
#include <string>
#include <vector>

namespace timebank::e2e {

// Rows of fields, the header among them, as RFC 4180 has them. A reader of its own: the test does not ask the program under
// test whether the program under test is right.
std::vector<std::vector<std::string>> ParseCsv(const std::string& text);

// Each row but the header as column name → field. Rows of another length are a failure.
std::vector<std::map<std::string, std::string>> CsvRows(const std::string& text);

// One line of CSV that ends in CRLF; every field in quotes where it needs them.
std::string CsvLine(const std::vector<std::string>& fields);

std::string ToGbk(const std::string& utf8);

// How many blocks the lines of a table fall into: columns of the terminal that are blank in every line part them. Where
// lines are not aligned, blocks run into each other.
int AlignedBlocks(const std::string& table);

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_OUTPUT_H_
