// Bytes that are no request, and requests that make no sense, through the real service: each gets a clear answer, and
// nothing is lost.
#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "service/rpc/service_for_test.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> result;
  for (const auto* message :
       {v1::GetBankRequest::descriptor(), v1::ListScopesRequest::descriptor(), v1::GetMemberRequest::descriptor(),
        v1::GetRecordRequest::descriptor(), v1::GetBalanceRequest::descriptor(), v1::GetOrderRequest::descriptor(),
        v1::ListProxiesRequest::descriptor()}) {
    for (int i = 0; i < message->file()->service(0)->method_count(); ++i) {
      result.push_back(message->file()->service(0)->method(i));
    }
  }
  return result;
}

class FuzzTest : public ::testing::Test {
 protected:
  FuzzTest() {
    std::cout << "seed " << seed_ << std::endl;
    v1::CreateBankRequest bank;
    bank.set_request_id("b");
    bank.set_bank_id("xt");
    bank.set_display_name("湘潭时间银行");
    v1::CreateBankResponse response;
    const auto stub = v1::BankService::NewStub(channel_);
    const grpc::Status status = Caller().Call(stub.get(), &v1::BankService::Stub::CreateBank, bank, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // Entries of the bank: the service still answers, and nothing is lost.
  int64_t Entries() {
    const auto stub = v1::BankService::NewStub(channel_);
    v1::GetBankRequest request;
    request.set_name("banks/xt");
    v1::GetBankResponse response;
    const grpc::Status status = Caller().Call(stub.get(), &v1::BankService::Stub::GetBank, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.bank().entry_count();
  }

  // The status of a call with such a message.
  grpc::Status Send(const google::protobuf::MethodDescriptor& method, const std::string& bytes) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.AddMetadata("timebank-actor", "fuzz");
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::CompletionQueue queue;
    const std::string path = "/" + method.service()->full_name() + "/" + method.name();
    const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status;
  }

  void ExpectClear(const google::protobuf::MethodDescriptor& method, const grpc::Status& status) {
    static const std::set<grpc::StatusCode> kClear = {
        grpc::StatusCode::OK,        grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::FAILED_PRECONDITION,
        grpc::StatusCode::NOT_FOUND, grpc::StatusCode::ALREADY_EXISTS,   grpc::StatusCode::UNAVAILABLE};
    EXPECT_EQ(kClear.count(status.error_code()), 1u)
        << method.full_name() << ": " << status.error_code() << " " << status.error_message();
    if (!status.ok()) {
      EXPECT_NE(RefusalIn(status).reason(), "") << method.full_name() << ": " << status.error_message();
    }
  }

  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }

  std::string RandomText() {
    static const std::vector<std::string> kTexts = {"",
                                                    "xt",
                                                    "banks/xt",
                                                    "banks/xt/records/1",
                                                    "banks/xt/records/999999999999999999",
                                                    "banks/zz/members/M1",
                                                    "2026-11-20",
                                                    "9999-99-99",
                                                    "banks/xt/members/M00001",
                                                    "👵🏻",
                                                    std::string("\0", 1),
                                                    "\x1b[2J",
                                                    "M00001",
                                                    "V000000017",
                                                    "a",
                                                    "../../etc",
                                                    "' OR 1=1",
                                                    std::string(100000, 'z'),
                                                    "陪伴",
                                                    "notice_days",
                                                    "%00%ff",
                                                    "11010519491231002X",
                                                    "1949-12-31",
                                                    "banks/xt/centers/嵩山"};
    return kTexts[Below(kTexts.size())];
  }

  int64_t RandomNumber() {
    static const std::vector<int64_t> kNumbers = {0,         1,         -1,         60,        1441, 1000000000000000000,
                                                  INT64_MAX, INT64_MIN, 1763600400, 4294967296};
    return kNumbers[Below(kNumbers.size())];
  }

  void Fill(Message* message, int depth) {
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message->GetDescriptor()->field(i);
      const size_t count = field->is_repeated() ? Below(4) : Below(5) == 0 ? 0 : 1;
      for (size_t j = 0; j < count; ++j) {
        SetField(message, field, depth);
      }
    }
  }

  void SetField(Message* message, const FieldDescriptor* field, int depth) {
    const auto* reflection = message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return field->is_repeated() ? reflection->AddString(message, field, RandomText())
                                    : reflection->SetString(message, field, RandomText());
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection->SetInt64(message, field, RandomNumber());
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection->SetInt32(message, field, static_cast<int32_t>(RandomNumber()));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection->SetBool(message, field, Below(2) == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->SetEnumValue(message, field, static_cast<int>(Below(13)) - 1);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth < 3) {
          Fill(field->is_repeated() ? reflection->AddMessage(message, field) : reflection->MutableMessage(message, field),
               depth + 1);
        }
        return;
      default:
        FAIL() << "a field of a new type: " << field->full_name();
    }
  }

  const uint64_t seed_ = std::random_device()();
  std::mt19937_64 random_{seed_};
  TestService service_;
  std::shared_ptr<grpc::Channel> channel_ = service_.Connect();
};

TEST_F(FuzzTest, RandomBytesAreInvalid) {
  int invalid = 0;
  for (const auto* method : AllMethods()) {
    for (int i = 0; i < 40; ++i) {
      std::string bytes(Below(300), '\0');
      for (char& c : bytes) {
        c = static_cast<char>(Below(256));
      }
      const grpc::Status status = Send(*method, bytes);
      ExpectClear(*method, status);
      invalid += status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ? 1 : 0;
    }
  }
  EXPECT_GT(invalid, 1000);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FuzzTest, ATextThatIsNotUtf8IsAClearError) {
  const std::string bytes = "\x0A\x02\xFF\xFE";  // field 1, two bytes
  for (const auto* method : AllMethods()) {
    if (method->input_type()->field(0)->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const grpc::Status status = Send(*method, bytes);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method->full_name();
      EXPECT_EQ(RefusalIn(status).metadata().at("field"), "request");
    }
  }
}

TEST_F(FuzzTest, RequestsWithoutSenseGetAClearAnswer) {
  for (const auto* method : AllMethods()) {
    const Message* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(method->input_type());
    for (int i = 0; i < 60; ++i) {
      const std::unique_ptr<Message> request(prototype->New());
      Fill(request.get(), 0);
      ExpectClear(*method, Send(*method, request->SerializeAsString()));
    }
  }
  EXPECT_GE(Entries(), 1);
}

TEST_F(FuzzTest, AMessageAboveTheLimitIsRefusedAndTheServiceGoesOn) {
  const std::string bytes((size_t{4} << 20) + 1, '\0');
  EXPECT_EQ(Send(*AllMethods()[0], bytes).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FuzzTest, AMethodThatDoesNotExistIsUnimplemented) {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(&context, "/timebank.v1.BankService/Rob", grpc::ByteBuffer(), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace timebank::rpc
