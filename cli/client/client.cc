#include "cli/client/client.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"

namespace timebank::cli {

absl::StatusOr<std::string> MethodOf(const google::protobuf::Message& request, const google::protobuf::Message& response) {
  const google::protobuf::FileDescriptor* file = request.GetDescriptor()->file();
  for (int i = 0; i < file->service_count(); ++i) {
    const google::protobuf::ServiceDescriptor* service = file->service(i);
    for (int j = 0; j < service->method_count(); ++j) {
      const google::protobuf::MethodDescriptor* method = service->method(j);
      if (method->input_type() == request.GetDescriptor() && method->output_type() == response.GetDescriptor()) {
        return absl::StrCat("/", service->full_name(), "/", method->name());
      }
    }
  }
  return absl::InternalError(absl::StrCat("no method takes ", request.GetDescriptor()->full_name(), " and answers ",
                                          response.GetDescriptor()->full_name()));
}

bool IsWrite(const google::protobuf::Message& request) {
  const google::protobuf::Descriptor* type = request.GetDescriptor();
  return type->FindFieldByName("request_id") != nullptr || type->FindFieldByName("requests") != nullptr;
}

}  // namespace timebank::cli
