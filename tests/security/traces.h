// Looking for what must not be found.
#ifndef TIMEBANK_SECURITY_TRACES_H_
#define TIMEBANK_SECURITY_TRACES_H_

#include <string>
#include <vector>

namespace timebank::security {

// The forms in which a text may lie about: as it is, and in GBK where that differs.
std::vector<std::string> FormsOf(const std::string& text);

// "WHERE holds FORM of TEXT" for each text that the bytes hold in any form. The texts are named by their place in the list, so that a
// failure does not print what it is about.
std::vector<std::string> TracesIn(const std::string& where, const std::string& bytes, const std::vector<std::string>& texts);

// The same over every key and value of a table of RocksDB; a table that cannot be read is a trace.
std::vector<std::string> TracesInTable(const std::string& path, const std::vector<std::string>& texts);

// The same over all files in a folder and below: their names, their bytes as they are, and, of tables of RocksDB, whose blocks are compressed,
// every key and value.
std::vector<std::string> TracesBelow(const std::string& folder, const std::vector<std::string>& texts);

}  // namespace timebank::security

#endif  // TIMEBANK_SECURITY_TRACES_H_
