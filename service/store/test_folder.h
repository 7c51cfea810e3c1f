// For tests: a folder of one's own, gone with the object.
#ifndef TIMEBANK_STORE_TEST_FOLDER_H_
#define TIMEBANK_STORE_TEST_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>

#include "service/base/check.h"

namespace timebank::store {

class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "timebank-store-XXXXXX").string();
    TB_CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_TEST_FOLDER_H_
