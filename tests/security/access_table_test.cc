// Every RPC x every role x inside and outside its scope, against the running server. The table is access_table.txt: a new RPC without a line
// fails, and so does one that lets in more or fewer than its line says. What the signs mean, the table says. Written anew with
// TIMEBANK_WRITE_GOLDEN=1; read what changed.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/security/guarded_towns.h"
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
  } else if (field == "survivor" || field == "relative") {
    set(town.elder);
  } else if (field == "scope" || field == "scope_code" || field == "parent_code") {
    set(town.community);
  } else if (field == "authority_scope_code") {
    set(town.district);
  } else if (field == "binding") {
    request->GetReflection()->SetInt64(request, descriptor, town.binding);
    Touch("name", "principals", town, request);
  } else if (field == "application") {
    set(town.names.at("starApplications"));
  } else {
    set(thing == "bank" ? kBank : town.names.at(thing));
  }
}

// The fields that are guarded, but for who proves to know a person: she is not bound to a place, which is another test.
std::vector<std::string> GuardedFields(const MethodDescriptor& method) {
  std::vector<std::string> fields;
  const google::protobuf::MethodOptions& options = method.options();
  for (int i = 0; i < options.ExtensionSize(authorization::v1::guarded_by); ++i) {
    if (const std::string field = options.GetExtension(authorization::v1::guarded_by, i);
        field != "national_id_suffix" && field != "national_id") {
      fields.push_back(field);
    }
  }
  return fields;
}

class AccessTableTest : public GuardedTowns {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(GuardedTowns::SetUp());
    tokens_.push_back(MakeToken(*client_, root_, inside_.member));
    tokens_.push_back(MakeToken(*client_, root_, inside_.agent));
    tokens_.push_back(Hire("linked", v1::ROLE_SHOP_KEEPER, outside_.district));
    Link("linked", inside_.member);
    for (const Role& role : Roles()) {
      tokens_.push_back(Hire(role.name, role.role, inside_.*role.scope));
      const bool rater = role.scope != &Town::district || role.name == "district";
      if (!rater) {
        wide_[tokens_.size() - 1] = Hire("whole-" + role.name, role.role, "");
      }
    }
  }

  // A request in which every guarded field is of the town that `where` says; a field that it does not name stays empty.
  using Where = std::map<std::string, const Town*>;

  // '+' let in, '-' denied. `other` is the town of what is named beside the guarded fields.
  char Try(const std::string& token, const MethodDescriptor& method, const std::string& thing, const Where& where,
           const Town& other) {
    const std::unique_ptr<Message> request(factory_.GetPrototype(method.input_type())->New());
    Message* touched = request.get();
    const MethodDescriptor* guarded = &method;
    if (const FieldDescriptor* const items = request->GetDescriptor()->FindFieldByName("requests"); items != nullptr) {
      Touch("parent", "bank", other, request.get());
      touched = request->GetReflection()->AddMessage(request.get(), items);
      guarded = SingleOf(method, *items->message_type());
    }
    const std::vector<std::string> fields = GuardedFields(*guarded);
    const bool names_itself = std::count(fields.begin(), fields.end(), "name") > 0;
    if (!names_itself && touched->GetDescriptor()->FindFieldByName("name") != nullptr) {
      Touch("name", thing, other, touched);
    } else if (!names_itself && touched->GetDescriptor()->FindFieldByName("parent") != nullptr) {
      Touch("parent", guarded->options().ExtensionSize(authorization::v1::guarded_by) > 0 ? "bank" : thing, other, touched);
    }
    for (const auto& [field, town] : where) {
      Touch(field, thing, *town, touched);
    }
    return Admitted(client_->SendWith(token, *request), method) ? '+' : '-';
  }

  // The three signs of a role, and those of RPCs that say themselves what they touch.
  std::string CellOf(size_t role, const MethodDescriptor& method, const std::string& thing) {
    const MethodDescriptor* guarded = &method;
    if (const FieldDescriptor* const items = method.input_type()->FindFieldByName("requests"); items != nullptr) {
      guarded = SingleOf(method, *items->message_type());
    }
    Where inside;
    Where outside;
    for (const std::string& field : GuardedFields(*guarded)) {
      inside[field] = &inside_;
      outside[field] = &outside_;
    }
    std::string cell(1, Try(tokens_[role], method, thing, inside, inside_));
    cell += Try(tokens_[role], method, thing, outside, outside_);
    cell += wide_.count(role) == 0 ? '.' : Try(wide_[role], method, thing, outside, outside_);
    if (inside.empty()) {
      return cell;
    }
    cell += "/";
    cell += Try(tokens_[role], method, thing, {}, inside_);
    for (const std::string& field : GuardedFields(*guarded)) {
      if (inside.size() > 1) {
        Where mixed = inside;
        mixed[field] = &outside_;
        cell += Try(tokens_[role], method, thing, mixed, inside_);
      }
    }
    return cell;
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
      cells += (i == 0 ? "" : " ") + CellOf(i, method, thing);
    }
    return cells;
  }

  // Of a member, her proxy, a principal who is the member as well, then of the roles in their order.
  std::vector<std::string> tokens_;
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
