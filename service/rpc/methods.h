// The path of every call, in one place:
//   metadata -> deadline, principal, permission -> request -> reach, fields -> sequencer or snapshot -> answer.
// An RPC is one line, Methods::Write, Methods::Batch, Methods::Read or Methods::Report, that names our function; which RPC it is tells the
// type of the request.
#ifndef TIMEBANK_RPC_METHODS_H_
#define TIMEBANK_RPC_METHODS_H_

#include <google/protobuf/descriptor.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "service/base/check.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/edge.h"
#include "service/rpc/gate.h"
#include "service/rpc/guard.h"
#include "service/rpc/look_ups.h"
#include "service/rpc/method_of.h"
#include "service/rpc/names.h"
#include "service/rpc/own_names.h"
#include "service/rpc/reading.h"
#include "service/rpc/refusal.h"
#include "service/rpc/report_thread.h"
#include "service/rpc/thing.h"

namespace timebank::rpc {

// The RPC of the API that takes the request.
class ApiMethod : public Method {
 protected:
  ApiMethod(const google::protobuf::Descriptor& request, const Edge* edge);
};

// Who acts in a call, and the digest of that name as a member's name: taken once for all the items of a batch.
struct Acting {
  Acting(const auth::Principal& caller, const privacy::Sealer& sealer);

  const auth::Principal& principal;
  std::string name_index;
};

// Sets what every command has: request id, caller, and the digest that tells a retry from another request (fingerprint.h).
void Complete(const google::protobuf::Message& request, const std::string& request_id, const Acting& acting,
              Conversion* conversion, model::Command* command);

// Hands the commands over, with the keys that they need (command_keys.h). `answer` is called once with the outcomes, from the writer's
// thread, unless the call failed otherwise.
using Answer = std::function<void(Call* call, const std::vector<model::Outcome>& outcomes)>;
void Submit(const Edge& edge, std::vector<model::Command> commands, Answer answer, Call* call);

// Fills the answer to a write that was taken. The fields that only some answers have are filled where they are.
template <typename Response>
void FillTaken(const Subject& subject, const model::Outcome& outcome, Response* response) {
  FillReceipt(outcome, NameOf(subject, outcome.subject), response->mutable_receipt());
  if constexpr (requires { response->mutable_result(); }) {
    FillResult(outcome, response->mutable_result());
  }
  if constexpr (requires { response->set_pickup_code(std::string()); }) {
    // A retry has the same code; another request that was answered by an earlier entry would not.
    if (outcome.reward_order.has_value() && outcome.reward_order->code_digest == subject.pickup_digest) {
      response->set_pickup_code(subject.pickup_code);
    }
  }
  if constexpr (requires { response->set_token(std::string()); }) {
    if (!subject.token_digest.empty() && outcome.token_digest == subject.token_digest) {
      response->set_token(subject.token);
    }
  }
  if constexpr (requires { response->set_stock_before(int64_t{0}); }) {
    TB_CHECK(outcome.stock.has_value());
    response->set_stock_before(outcome.stock->before);
    response->set_stock_counted(outcome.stock->counted);
  }
  if constexpr (requires { response->mutable_given(); }) {
    TB_CHECK(outcome.given.has_value());
    response->mutable_given()->set_credited_minutes(outcome.given->credited.value());
    response->mutable_given()->set_pool_minutes(outcome.given->pool.value());
  }
  if constexpr (requires { response->set_binding(int64_t{0}); }) {
    response->set_binding(static_cast<int64_t>(outcome.subject));
  }
  if constexpr (requires { response->set_export_name(std::string()); }) {
    response->set_export_name(ResourceName(subject.bank, "exports", outcome.sequence.value()));
  }
  if constexpr (requires { response->set_number(std::string()); }) {
    response->set_number(NumberOf(model::MemberId(outcome.subject)));
  }
}

// The part of an item's outcome for what was taken.
template <typename ItemOutcome>
auto* Taken(ItemOutcome* outcome) {
  if constexpr (requires { outcome->mutable_created(); }) {
    return outcome->mutable_created();
  } else {
    return outcome->mutable_accepted();
  }
}

// What the caller is told when the rules refuse.
struct Told {
  std::string
      out_of_reach;  // the field that names what she does not reach: she is told no more; empty: she is told the rejection
  model::Rejection rejection;
};
// Counts what she tried in vain.
Told TellOf(const model::Rejection& rejection, const Subject& subject, const Edge& edge, const Call& call,
            Doorkeeper* doorkeeper);

// Adds to the answer what is read once the entry is durable. On the writer's thread: little.
template <typename Response>
using ReadAfter = grpc::Status (*)(const Edge& edge, const Subject& subject, const model::Outcome& outcome,
                                   Response* response);

template <typename Response>
void AnswerWrite(const Edge& edge, const std::string& permission, ReadAfter<Response> after, Call* call,
                 const std::vector<model::Outcome>& outcomes) {
  TB_CHECK(outcomes.size() == 1);
  if (outcomes[0].rejection) {
    Doorkeeper doorkeeper(edge.store, call->who, permission);
    const Told told = TellOf(*outcomes[0].rejection, call->subjects[0], edge, *call, &doorkeeper);
    return call->Fail(told.out_of_reach.empty() ? StatusOf(told.rejection) : OutOfReach(told.out_of_reach));
  }
  Response response;
  FillTaken(call->subjects[0], outcomes[0], &response);
  if (after != nullptr) {
    if (const grpc::Status status = after(edge, call->subjects[0], outcomes[0], &response); !status.ok()) {
      return call->Fail(status);
    }
  }
  call->Finish(response);
}

template <typename Response>
void AnswerBatch(const Edge& edge, const std::string& permission, Call* call, const std::vector<model::Outcome>& outcomes) {
  TB_CHECK(outcomes.size() == call->subjects.size());
  Doorkeeper doorkeeper(edge.store, call->who, permission);
  Response response;
  response.mutable_outcomes()->Reserve(static_cast<int>(call->items.size()));
  size_t next = 0;
  for (std::optional<v1::Refusal>& refusal : call->items) {
    auto* outcome = response.add_outcomes();
    if (refusal) {
      *outcome->mutable_refusal() = *std::move(refusal);
      continue;
    }
    const model::Outcome& taken = outcomes[next];
    if (taken.rejection) {
      const Told told = TellOf(*taken.rejection, call->subjects[next], edge, *call, &doorkeeper);
      *outcome->mutable_refusal() =
          told.out_of_reach.empty() ? RefusalOf(told.rejection) : OutOfReachItem(told.out_of_reach);
    } else {
      FillTaken(call->subjects[next], taken, Taken(outcome));
    }
    ++next;
  }
  call->Finish(response);
}

// Reads `request` of `method` into a command; nullopt, with the error in `fields`, when it is none.
template <typename RequestType>
std::optional<model::Command> ToCommand(const Method& method, const Guard& guard, const RequestType& request,
                                        void (*convert)(const RequestType&, Conversion*, model::Command*),
                                        const Acting& acting, Conversion* conversion) {
  model::Command command;
  const std::string request_id = conversion->fields.RequestId(request.request_id());
  convert(request, conversion, &command);
  if (!conversion->fields.ok()) {
    return std::nullopt;
  }
  Complete(request, request_id, acting, conversion, &command);
  command.method = method.name();
  command.thing = ThingOf(guard.TouchedBy(request));
  return command;
}

template <typename RequestType, typename Response>
class WriteMethod final : public ApiMethod {
 public:
  using Convert = void (*)(const RequestType&, Conversion*, model::Command*);
  WriteMethod(const Edge* edge, std::pair<Convert, ReadAfter<Response>> functions)
      : ApiMethod(*RequestType::descriptor(), edge), edge_(edge), convert_(functions.first), after_(functions.second) {}

  void Handle(Call* call) override {
    RequestType request;  // gone, with what is personal in it, before the call is answered
    if (!call->Read(&request) || !call->Allow(edge_->store, guard_, request)) {
      return;
    }
    Conversion conversion{*edge_->sealer, {}};
    std::optional<model::Command> command =
        ToCommand(*this, guard_, request, convert_, Acting(call->who, *edge_->sealer), &conversion);
    if (!command) {
      return call->Fail(StatusOf(conversion.fields.error()));
    }
    const absl::StatusOr<std::optional<FieldError>> named = NamesItsMember(*edge_, *command);
    if (!named.ok()) {
      return call->Fail(ReadFailed(named.status(), name()));
    }
    if (named->has_value()) {
      return call->Fail(StatusOf(**named));
    }
    call->subjects.push_back(SubjectOf(*command));
    call->subjects.back().pickup_code = std::move(conversion.pickup_code);
    call->subjects.back().token = std::move(conversion.token);
    call->subjects.back().referred = guard_.ReferredBy(request);
    Doorkeeper doorkeeper(edge_->store, call->who, permission());
    NamesTried names(*edge_, &doorkeeper);
    if (const absl::Status tried = names.Allow(*command, call->subjects.back().referred, call->who); !tried.ok()) {
      if (absl::IsResourceExhausted(tried)) {
        gate()->Denied(call->who, command->bank, name(), names.thing(), "TOO_MANY_LOOK_UPS");
      }
      return call->Fail(ReadFailed(tried, name()));
    }
    std::vector<model::Command> commands;
    commands.push_back(*std::move(command));
    Submit(
        *edge_, std::move(commands),
        [this](Call* done, const std::vector<model::Outcome>& outcomes) {
          AnswerWrite<Response>(*edge_, this->permission(), after_, done, outcomes);
        },
        call);
  }

 private:
  const Edge* edge_;
  Convert convert_;
  const Guard guard_{*RequestType::descriptor()};
  ReadAfter<Response> after_;  // may be nullptr
};

// Fills in what an item of a batch may leave out, or notes the error. For items that name their bank in `parent`, and for
// those that name a resource of it.
template <typename Item>
void Adopt(const std::string& parent, Item* item, Fields* fields) {
  if constexpr (requires { item->set_parent(parent); }) {
    if (item->parent().empty()) {
      item->set_parent(parent);
    } else if (item->parent() != parent) {
      fields->Fail("parent", "与整批所属的时间银行不同", "differs from that of the batch");
    }
  } else if (item->name().compare(0, parent.size() + 1, parent + "/") != 0) {
    fields->Fail("name", "不属于整批所属的时间银行", "does not belong to the bank of the batch");
  }
}

template <typename RequestType, typename Item, typename Response>
class BatchMethod final : public ApiMethod {
 public:
  using Convert = void (*)(const Item&, Conversion*, model::Command*);
  BatchMethod(const Edge* edge, Convert convert)
      : ApiMethod(*RequestType::descriptor(), edge), edge_(edge), convert_(convert) {}

  void Handle(Call* call) override {
    RequestType request;
    if (!call->Read(&request)) {
      return;
    }
    Fields fields;
    fields.Bank("parent", request.parent());
    if (request.requests().empty() || static_cast<size_t>(request.requests_size()) > model::limits::kBatchItems) {
      fields.Fail("requests", "须为 1 到 1000 项", "must have 1 to 1,000 items");
    }
    if (!fields.ok()) {
      return call->Fail(StatusOf(fields.error()));
    }
    const Acting acting(call->who, *edge_->sealer);
    Doorkeeper doorkeeper(edge_->store, call->who, permission());
    NamesTried names(*edge_, &doorkeeper);
    size_t out_of_reach = 0;
    std::vector<model::Command> commands;
    commands.reserve(static_cast<size_t>(request.requests_size()));
    call->subjects.reserve(commands.capacity());
    call->items.resize(commands.capacity());
    for (int i = 0; i < request.requests_size(); ++i) {
      Conversion conversion{*edge_->sealer, {}};
      Item* item = request.mutable_requests(i);
      Adopt(request.parent(), item, &conversion.fields);
      if (!call->who.trusted && conversion.fields.ok()) {
        absl::StatusOr<std::optional<std::string>> role = doorkeeper.RoleFor(guard_, *item);
        if (!role.ok()) {
          return call->Fail(ReadFailed(role.status(), name()));
        }
        if (!role->has_value()) {
          ++out_of_reach;
          call->items[static_cast<size_t>(i)] = OutOfReachItem();
          continue;
        }
        call->who.role = **std::move(role);
      }
      std::optional<model::Command> command = ToCommand(*this, guard_, *item, convert_, acting, &conversion);
      if (!command) {
        call->items[static_cast<size_t>(i)] = RefusalOf(conversion.fields.error());
        continue;
      }
      std::vector<NamedField> referred = guard_.ReferredBy(*item);
      absl::StatusOr<std::optional<v1::Refusal>> refused = RefuseNames(*command, referred, *call, &names);
      if (!refused.ok()) {
        return call->Fail(ReadFailed(refused.status(), name()));
      }
      if (refused->has_value()) {
        call->items[static_cast<size_t>(i)] = **std::move(refused);
        continue;
      }
      call->subjects.push_back(SubjectOf(*command));
      call->subjects.back().referred = std::move(referred);
      commands.push_back(*std::move(command));
    }
    if (out_of_reach > 0) {
      gate()->Denied(call->who, request.parent(), name(), "", "OUT_OF_REACH");
    }
    if (commands.empty()) {
      return AnswerBatch<Response>(*edge_, this->permission(), call, {});
    }
    Submit(
        *edge_, std::move(commands),
        [this](Call* done, const std::vector<model::Outcome>& outcomes) {
          AnswerBatch<Response>(*edge_, this->permission(), done, outcomes);
        },
        call);
  }

 private:
  // The refusal of an item whose texts name whom it is about, or that tries one name too many; nullopt: it may go.
  absl::StatusOr<std::optional<v1::Refusal>> RefuseNames(const model::Command& command,
                                                         const std::vector<NamedField>& referred, const Call& call,
                                                         NamesTried* names) {
    TB_ASSIGN_OR_RETURN(const std::optional<FieldError> named, NamesItsMember(*edge_, command));
    if (named.has_value()) {
      return RefusalOf(*named);
    }
    const absl::Status tried = names->Allow(command, referred, call.who);
    if (tried.ok()) {
      return std::optional<v1::Refusal>();
    }
    if (!absl::IsResourceExhausted(tried)) {
      return tried;
    }
    gate()->Denied(call.who, command.bank, name(), names->thing(), "TOO_MANY_LOOK_UPS");
    return TooManyLookUps();
  }

  const Edge* edge_;
  Convert convert_;
  const Guard guard_{*Item::descriptor()};
};

template <typename RequestType, typename Response>
using Handler = absl::Status (*)(const RequestType&, Reading*, Response*);

template <typename RequestType, typename Response>
void AnswerRead(const Edge& edge, const Guard& guard, Handler<RequestType, Response> handler, const RequestType& request,
                const queries::GoOn& go_on, const std::string& name, Call* call) {
  // A page of rows with the longest texts may be larger than a message may be; half of its rows are a page as well.
  for (size_t rows_most = model::limits::kPageMost;; rows_most /= 2) {
    Reading reading(edge, rows_most);
    reading.go_on = go_on;
    reading.caller = &call->who;
    Response response;
    const absl::Status status = handler(request, &reading, &response);
    if (!reading.fields.ok()) {
      return call->Fail(StatusOf(reading.fields.error()));
    }
    if (!status.ok()) {
      // Who looks for what is not there, or not hers, is on record.
      if (absl::IsNotFound(status) || absl::IsPermissionDenied(status)) {
        call->Denied(guard, request, absl::IsNotFound(status) ? "NOT_FOUND" : "PRIVATE");
      }
      return call->Fail(ReadFailed(status, name));
    }
    if (rows_most <= 1 || response.ByteSizeLong() <= model::limits::kMessageBytes) {
      return call->Finish(response);
    }
  }
}

template <typename RequestType, typename Response>
class ReadMethod final : public ApiMethod {
 public:
  using Handler = rpc::Handler<RequestType, Response>;
  ReadMethod(const Edge* edge, Handler handler)
      : ApiMethod(*RequestType::descriptor(), edge), edge_(edge), handler_(handler) {}

  void Handle(Call* call) override {
    RequestType request;
    if (!call->Read(&request) || !call->Allow(edge_->store, guard_, request)) {
      return;
    }
    AnswerRead<RequestType, Response>(
        *edge_, guard_, handler_, request, [] { return true; }, name(), call);
  }

 private:
  const Edge* edge_;
  Handler handler_;
  const Guard guard_{*RequestType::descriptor()};
};

// As ReadMethod, on the thread of the reports.
template <typename RequestType, typename Response>
class ReportMethod final : public ApiMethod {
 public:
  using Handler = rpc::Handler<RequestType, Response>;
  ReportMethod(const Edge* edge, Handler handler)
      : ApiMethod(*RequestType::descriptor(), edge), edge_(edge), handler_(handler) {}

  void Handle(Call* call) override {
    RequestType request;
    if (!call->Read(&request) || !call->Allow(edge_->store, guard_, request)) {
      return;
    }
    const queries::GoOn go_on = [this, deadline = call->context()->deadline()] {
      return !edge_->reports->stopping() && std::chrono::system_clock::now() < deadline;
    };
    const bool taken = edge_->reports->Take([this, call, request = std::move(request), go_on] {
      AnswerRead<RequestType, Response>(*edge_, guard_, handler_, request, go_on, name(), call);
    });
    if (!taken) {
      call->Fail(ReportNotTaken());
    }
  }

 private:
  const Edge* edge_;
  Handler handler_;
  const Guard guard_{*RequestType::descriptor()};
};

// Every RPC that is served. Lives as long as the queue.
class Methods {
 public:
  explicit Methods(const Edge* edge) : edge_(edge) {}

  // One RPC that changes something; `convert` makes the command. `after`, when there is one, adds to the answer.
  template <typename Response, typename RequestType>
  void Write(void (*convert)(const RequestType&, Conversion*, model::Command*), ReadAfter<Response> after = nullptr) {
    all_.push_back(std::make_unique<WriteMethod<RequestType, Response>>(edge_, std::pair(convert, after)));
  }

  // One RPC of many such items; `convert` is that of the single one.
  template <typename RequestType, typename Response, typename Item>
  void Batch(void (*convert)(const Item&, Conversion*, model::Command*)) {
    all_.push_back(std::make_unique<BatchMethod<RequestType, Item, Response>>(edge_, convert));
  }

  // One RPC that reads.
  template <typename RequestType, typename Response>
  void Read(Handler<RequestType, Response> handler) {
    all_.push_back(std::make_unique<ReadMethod<RequestType, Response>>(edge_, handler));
  }

  // One RPC that reads much: it is answered on a thread of its own.
  template <typename RequestType, typename Response>
  void Report(Handler<RequestType, Response> handler) {
    all_.push_back(std::make_unique<ReportMethod<RequestType, Response>>(edge_, handler));
  }

  const std::vector<std::unique_ptr<Method>>& all() const { return all_; }

 private:
  const Edge* edge_;
  std::vector<std::unique_ptr<Method>> all_;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_METHODS_H_
