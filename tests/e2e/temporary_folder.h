// A folder that lives as long as the object.
#ifndef TIMEBANK_E2E_TEMPORARY_FOLDER_H_
#define TIMEBANK_E2E_TEMPORARY_FOLDER_H_

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace timebank::e2e {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "timebank-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) {
      std::perror("mkdtemp");
      std::abort();
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  // The path of something in it.
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_TEMPORARY_FOLDER_H_
