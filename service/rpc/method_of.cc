#include "service/rpc/method_of.h"

#include <cstdlib>

#include "service/base/check.h"

namespace timebank::rpc {

const google::protobuf::MethodDescriptor& MethodOf(const google::protobuf::Descriptor& request) {
  const google::protobuf::FileDescriptor& file = *request.file();
  for (int i = 0; i < file.service_count(); ++i) {
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      if (file.service(i)->method(j)->input_type() == &request) {
        return *file.service(i)->method(j);
      }
    }
  }
  TB_CHECK(false);
  std::abort();
}

}  // namespace timebank::rpc
