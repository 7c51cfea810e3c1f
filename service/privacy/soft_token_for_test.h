// A token of SoftHSM, for tests.
#ifndef TIMEBANK_PRIVACY_SOFT_TOKEN_FOR_TEST_H_
#define TIMEBANK_PRIVACY_SOFT_TOKEN_FOR_TEST_H_

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "service/base/check.h"
#include "service/privacy/pkcs11_keys.h"

namespace timebank::privacy {

// In a folder that must be there, with the label "timebank". What this process and those it starts see of SoftHSM is this token, as long as
// nobody makes another.
class SoftToken {
 public:
  SoftToken(std::string module, const std::string& folder) : module_(std::move(module)), folder_(folder) {
    const std::string conf = folder_ + "/softhsm2.conf";
    std::filesystem::create_directory(folder_ + "/tokens");
    std::ofstream(conf) << "directories.tokendir = " << folder_
                        << "/tokens\nobjectstore.backend = file\nlog.level = ERROR\n";
    setenv("SOFTHSM2_CONF", conf.c_str(), 1);
    TB_CHECK(std::system("softhsm2-util --init-token --free --label timebank --pin 1234 --so-pin 5678 > /dev/null") == 0);
    WritePin("1234\n");
  }

  void WritePin(const std::string& text) const {
    std::ofstream(PinFile()) << text;
    TB_CHECK(chmod(PinFile().c_str(), 0600) == 0);
  }
  std::string PinFile() const { return folder_ + "/pin"; }
  Pkcs11Place place() const { return {module_, "timebank", PinFile()}; }

 private:
  const std::string module_;
  const std::string folder_;
};

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_SOFT_TOKEN_FOR_TEST_H_
