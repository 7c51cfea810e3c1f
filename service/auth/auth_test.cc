#include "service/auth/auth.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "timebank/authorization/v1/authorization.pb.h"

namespace timebank::auth {
namespace {

TEST(LocalPrincipal, TakesANameAsItIsOrPercentEncoded) {
  EXPECT_EQ(LocalPrincipal("wang.fang")->name, "wang.fang");
  EXPECT_EQ(LocalPrincipal("%E7%8E%8B%e8%8a%b3")->name, "王芳");
  EXPECT_EQ(LocalPrincipal("王芳 (2)")->name, "王芳(2)");
  EXPECT_EQ(LocalPrincipal("100%25")->name, "100%");
  EXPECT_EQ(LocalPrincipal("a")->role, "local");
}

TEST(LocalPrincipal, IsNobodyWithoutAName) { EXPECT_EQ(LocalPrincipal("")->name, ""); }

TEST(LocalPrincipal, BoundsTheDecodedBytes) {
  EXPECT_EQ(LocalPrincipal(std::string(64, 'a'))->name.size(), 64u);
  EXPECT_EQ(LocalPrincipal(std::string(65, 'a')).status().code(), absl::StatusCode::kInvalidArgument);
  std::string encoded;
  for (int i = 0; i < 64; ++i) {
    encoded += "%41";
  }
  EXPECT_EQ(LocalPrincipal(encoded)->name, std::string(64, 'a'));
  EXPECT_EQ(LocalPrincipal(encoded + "A").status().code(), absl::StatusCode::kInvalidArgument);
  // One character that folds to eighteen.
  EXPECT_EQ(LocalPrincipal("\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(LocalPrincipal, ASpellingMakesNoSecondPerson) {
  for (const char* spelling : {"Wang", "WANG", "ｗａｎｇ", " wang", "wa%20ng", "wang%E3%80%80", "wang%E2%80%8B"}) {
    EXPECT_EQ(LocalPrincipal(spelling)->name, "wang") << spelling;
  }
  for (const char* spelling : {"王 芳", "王　芳", "王%C2%A0芳"}) {
    EXPECT_EQ(LocalPrincipal(spelling)->name, "王芳") << spelling;
  }
}

TEST(LocalPrincipal, RefusesWhatIsNoName) {
  for (const char* bad :
       {"%", "%4", "a%zz", "%00", "%0A", "a%1Bb", "%C2%85", "%FF", "%E7%8E", " ", "%20%20", "%E3%80%80", "%E2%80%8B"}) {
    EXPECT_EQ(LocalPrincipal(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(Authorize, ANamelessCallerReadsOnly) {
  const Principal nobody = *LocalPrincipal("");
  EXPECT_TRUE(Authorize(nobody, "record.read").ok());
  EXPECT_TRUE(Authorize(nobody, "account.audit").ok());
  for (const char* write : {"record.create", "record.confirm", "bank.create", "spread", "read", ""}) {
    EXPECT_EQ(Authorize(nobody, write).code(), absl::StatusCode::kPermissionDenied) << write;
  }
}

TEST(Authorize, ACallerWithANameMayEverything) { EXPECT_TRUE(Authorize(*LocalPrincipal("a"), "record.reverse").ok()); }

TEST(Authorize, TheRefusalSaysWhatToSend) {
  EXPECT_NE(Authorize(*LocalPrincipal(""), "record.create").message().find("timebank-actor"), absl::string_view::npos);
}

// A service with one method for each permission; an empty permission is left out.
const google::protobuf::ServiceDescriptor* ServiceWith(google::protobuf::DescriptorPool* pool,
                                                       const std::vector<std::string>& permissions) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("a.proto");
  file.add_message_type()->set_name("M");
  auto* service = file.add_service();
  service->set_name("S");
  for (const std::string& permission : permissions) {
    auto* method = service->add_method();
    method->set_name("Method" + std::to_string(service->method_size()));
    method->set_input_type("M");
    method->set_output_type("M");
    if (!permission.empty()) {
      method->mutable_options()->SetExtension(timebank::authorization::v1::required_permission, permission);
    }
  }
  return pool->BuildFile(file)->service(0);
}

TEST(RequiredPermission, StandsOnTheMethod) {
  google::protobuf::DescriptorPool pool;
  const auto* service = ServiceWith(&pool, {"record.create", ""});
  EXPECT_EQ(*RequiredPermission(*service->method(0)), "record.create");
  EXPECT_EQ(RequiredPermission(*service->method(1)).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(CheckPermissions, NamesTheFirstMethodWithoutOne) {
  google::protobuf::DescriptorPool good;
  EXPECT_TRUE(CheckPermissions(*ServiceWith(&good, {"bank.read", "rule.read"})).ok());
  google::protobuf::DescriptorPool bad;
  const absl::Status status = CheckPermissions(*ServiceWith(&bad, {"bank.read", "", ""}));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("S.Method2"), absl::string_view::npos);
}

}  // namespace
}  // namespace timebank::auth
