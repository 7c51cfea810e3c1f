// Every RPC x every role x inside and outside its scope, against the running server. The table is access_table.txt: a new RPC without a line
// fails, and so does one that lets in more or fewer than its line says. Written anew with TIMEBANK_WRITE_GOLDEN=1; read what changed.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "tests/security/two_towns.h"
#include "timebank/authorization/v1/authorization.pb.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/admin.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/grant.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/points.pb.h"
#include "timebank/v1/pool.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/report.pb.h"
#include "timebank/v1/reversal.pb.h"
#include "timebank/v1/reward.pb.h"
#include "timebank/v1/scope.pb.h"
#include "timebank/v1/star.pb.h"

namespace timebank::security {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// Every RPC of every service that the server's files have.
std::vector<const MethodDescriptor*> AllMethods() {
  std::vector<const MethodDescriptor*> methods;
  std::set<std::string> files;
  for (const google::protobuf::Descriptor* message :
       {v1::WhoAmIRequest::descriptor(), v1::GetBalanceRequest::descriptor(), v1::ListDueRequest::descriptor(),
        v1::GetBankRequest::descriptor(), v1::GetGrantRequest::descriptor(), v1::GetMemberRequest::descriptor(),
        v1::CloseMemberRequest::descriptor(), v1::GetOrderRequest::descriptor(), v1::GetPointsBalanceRequest::descriptor(),
        v1::GetPoolRequest::descriptor(), v1::RevealMemberRequest::descriptor(), v1::ListProxiesRequest::descriptor(),
        v1::GetRecordRequest::descriptor(), v1::GetDayEndRequest::descriptor(), v1::GetReversalRequest::descriptor(),
        v1::GetRewardRequest::descriptor(), v1::ListScopesRequest::descriptor(), v1::GetStarNeedsRequest::descriptor()}) {
    const google::protobuf::FileDescriptor& file = *message->file();
    for (int i = 0; i < file.service_count(); ++i) {
      for (int j = 0; j < file.service(i)->method_count(); ++j) {
        methods.push_back(file.service(i)->method(j));
      }
    }
  }
  return methods;
}

struct Role {
  std::string name;
  v1::Role role;
  std::string Town::*scope;  // where it is bound
};

const std::vector<Role>& Roles() {
  static const auto* const roles = new std::vector<Role>{
      {"staff", v1::ROLE_CENTER_STAFF, &Town::district},      {"confirmer", v1::ROLE_CONFIRMER, &Town::district},
      {"shop", v1::ROLE_SHOP_KEEPER, &Town::district},        {"dispatcher", v1::ROLE_DISPATCHER, &Town::district},
      {"district", v1::ROLE_DISTRICT_RATER, &Town::district}, {"city", v1::ROLE_CITY_RATER, &Town::city},
      {"province", v1::ROLE_PROVINCE_RATER, &Town::province}, {"admin", v1::ROLE_ADMINISTRATOR, &Town::district},
      {"auditor", v1::ROLE_AUDITOR, &Town::district},         {"service", v1::ROLE_SERVICE, &Town::district}};
  return *roles;
}

// Sets the field that the guard looks at, by the meaning of its name, to the town's.
void Touch(const std::string& field, const std::string& thing, const Town& town, Message* request) {
  const FieldDescriptor* const descriptor = request->GetDescriptor()->FindFieldByName(field);
  ASSERT_NE(descriptor, nullptr) << request->GetDescriptor()->full_name() << " has no " << field;
  const auto set = [&](const std::string& value) { request->GetReflection()->SetString(request, descriptor, value); };
  if (field == "center") {
    set(town.center);
  } else if (field == "member" || field == "volunteer" || field == "payer" || field == "elder" || field == "agent") {
    set(town.member);
  } else if (field == "scope" || field == "scope_code" || field == "parent_code") {
    set(town.community);
  } else if (field == "authority_scope_code") {
    set(town.district);
  } else {
    set(thing == "bank" ? kBank : town.names.at(thing));
  }
}

class AccessTableTest : public testing::Test {
 protected:
  void SetUp() override {
    e2e::Server past({folder_.path(), "127.0.0.1:0", {"--clock", e2e::LocalDate(kDaysAgo)}, {}});
    ASSERT_TRUE(past.StartUp()) << past.errors();
    MakeTowns(e2e::Client(past.address()), &inside_, &outside_);
    ASSERT_EQ(past.Terminate(), 0);
    e2e::Server open({folder_.path(), "127.0.0.1:0", {}, {}});
    ASSERT_TRUE(open.StartUp()) << open.errors();
    AwardStar(e2e::Client(open.address()), &inside_);
    AwardStar(e2e::Client(open.address()), &outside_);
    ASSERT_EQ(open.Terminate(), 0);
    ASSERT_FALSE(HasFailure()) << "the towns could not be made";
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<e2e::Client>(server_.address());
    const std::string set_up = LineOf(server_.data() + "/first-administrator.token");
    GiveRole(*client_, set_up, "root", v1::ROLE_ADMINISTRATOR, "");
    const std::string root = MakeToken(*client_, set_up, "root");
    tokens_.push_back(MakeToken(*client_, root, inside_.member));
    for (const Role& role : Roles()) {
      GiveRole(*client_, root, role.name, role.role, inside_.*role.scope);
      tokens_.push_back(MakeToken(*client_, root, role.name));
      const bool rater = role.scope != &Town::district || role.name == "district";
      if (rater) {
        continue;
      }
      GiveRole(*client_, root, "whole-" + role.name, role.role, "");
      wide_[tokens_.size() - 1] = MakeToken(*client_, root, "whole-" + role.name);
    }
  }

  // '+' let in, '-' denied.
  char Try(const std::string& token, const MethodDescriptor& method, const std::string& thing, const Town& town) {
    const Message* const prototype = factory_.GetPrototype(method.input_type());
    const std::unique_ptr<Message> request(prototype->New());
    Message* touched = request.get();
    const MethodDescriptor* guarded = &method;
    if (const FieldDescriptor* const items = request->GetDescriptor()->FindFieldByName("requests"); items != nullptr) {
      Touch("parent", "bank", town, request.get());
      touched = request->GetReflection()->AddMessage(request.get(), items);
      guarded = SingleOf(method, *items->message_type());
    }
    const google::protobuf::MethodOptions& options = guarded->options();
    for (int i = 0; i < options.ExtensionSize(authorization::v1::guarded_by); ++i) {
      const std::string field = options.GetExtension(authorization::v1::guarded_by, i);
      // Who proves to know a person is not bound to a place: another test.
      if (field != "national_id_suffix") {
        Touch(field, thing, town, touched);
      }
    }
    if (touched->GetDescriptor()->FindFieldByName("name") != nullptr) {
      Touch("name", thing, town, touched);
    } else if (touched->GetDescriptor()->FindFieldByName("parent") != nullptr) {
      Touch("parent", options.ExtensionSize(authorization::v1::guarded_by) > 0 ? "bank" : thing, town, touched);
    }
    return Admitted(client_->SendWith(token, *request), method) ? '+' : '-';
  }

  static const MethodDescriptor* SingleOf(const MethodDescriptor& batch, const google::protobuf::Descriptor& item) {
    for (int i = 0; i < batch.service()->method_count(); ++i) {
      if (batch.service()->method(i)->input_type() == &item) {
        return batch.service()->method(i);
      }
    }
    ADD_FAILURE() << batch.full_name() << " has items of no RPC";
    return &batch;
  }

  bool Admitted(const e2e::Answer& answer, const MethodDescriptor& method) {
    std::string reason = answer.Reason();
    if (answer.ok() && method.input_type()->FindFieldByName("requests") != nullptr) {
      const std::unique_ptr<Message> response(factory_.GetPrototype(method.output_type())->New());
      EXPECT_TRUE(response->ParseFromString(answer.bytes));
      reason = response->ShortDebugString().find("OUT_OF_REACH") == std::string::npos ? "" : "OUT_OF_REACH";
    }
    EXPECT_NE(answer.code, e2e::Code::kUnauthenticated) << method.full_name();
    EXPECT_NE(answer.code, e2e::Code::kInternal) << method.full_name() << ": " << answer;
    return reason != "OUT_OF_REACH" && reason != "NO_PERMISSION";
  }

  std::string CellsOf(const MethodDescriptor& method, const std::string& thing) {
    std::string cells;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      cells += i == 0 ? "" : " ";
      cells += Try(tokens_[i], method, thing, inside_);
      cells += Try(tokens_[i], method, thing, outside_);
      cells += wide_.count(i) == 0 ? '.' : Try(wide_[i], method, thing, outside_);
    }
    return cells;
  }

  e2e::TemporaryFolder folder_;
  Town inside_;
  Town outside_;
  e2e::Server server_{{folder_.path(), "127.0.0.1:0", {}, {}, true}};
  std::unique_ptr<e2e::Client> client_;
  std::vector<std::string> tokens_;     // of the member, then of the roles in their order
  std::map<size_t, std::string> wide_;  // by the same places: of the role over the whole bank
  google::protobuf::DynamicMessageFactory factory_;
};

struct Line {
  std::string thing;
  std::string cells;
};

// "METHOD THING CELLS...", without lines that begin with '#'.
std::map<std::string, Line> ReadTable() {
  std::map<std::string, Line> lines;
  std::ifstream file(ACCESS_TABLE);
  for (std::string text; std::getline(file, text);) {
    std::istringstream words(text);
    std::string method;
    Line line;
    if (text.empty() || text[0] == '#' || !(words >> method >> line.thing)) {
      continue;
    }
    for (std::string cell; words >> cell;) {
      line.cells += (line.cells.empty() ? "" : " ") + cell;
    }
    lines[method] = line;
  }
  return lines;
}

std::string NameOf(const MethodDescriptor& method) { return method.service()->name() + "." + method.name(); }

TEST_F(AccessTableTest, EveryCellIsAsTheTableSays) {
  const std::map<std::string, Line> table = ReadTable();
  const bool write = std::getenv("TIMEBANK_WRITE_GOLDEN") != nullptr;
  std::map<std::string, std::string> found;
  for (const MethodDescriptor* const method : AllMethods()) {
    const auto line = table.find(NameOf(*method));
    ASSERT_NE(line, table.end()) << NameOf(*method) << " has no line in the table";
    found[NameOf(*method)] = CellsOf(*method, line->second.thing);
    if (!write) {
      EXPECT_EQ(found[NameOf(*method)], line->second.cells) << NameOf(*method);
    }
  }
  EXPECT_EQ(found.size(), table.size()) << "a line is about no RPC";
  if (!write) {
    return;
  }
  std::ifstream old(ACCESS_TABLE);
  std::string text;
  for (std::string line; std::getline(old, line) && (line.empty() || line[0] == '#');) {
    text += line + "\n";
  }
  for (const auto& [name, cells] : found) {
    text += name + " " + table.at(name).thing + " " + cells + "\n";
  }
  std::ofstream(ACCESS_TABLE) << text;
}

}  // namespace
}  // namespace timebank::security
