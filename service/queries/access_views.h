// What the reads about access return.
#ifndef TIMEBANK_QUERIES_ACCESS_VIEWS_H_
#define TIMEBANK_QUERIES_ACCESS_VIEWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/model/access.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/rejection.h"

namespace timebank::queries {

struct BindingView {
  model::BindingId id;
  model::Role role = model::Role::kMember;
  model::ScopeId scope;    // 0: the whole bank
  std::string scope_code;  // empty likewise
  model::Day from;
  model::Day until;  // inclusive; 0: no end
};

struct PrincipalView {
  std::string name;
  model::MemberId member;  // the same person; 0: none is known
  std::vector<BindingView> bindings;
};

struct TokenView {
  model::TokenId id;
  std::string principal;
  std::string prefix;
  std::string purpose;
  model::RecordTime created;
  model::RecordTime expires;
  model::RecordTime revoked;  // 0: it was not
  model::Day used;            // 0: never
};

struct AuditView {
  model::Sequence sequence;
  model::RecordTime time;
  std::string principal;
  std::string role;
  std::string token_prefix;
  std::string origin;
  model::EntryKind kind = model::EntryKind::kRefused;
  std::string method;  // of what was refused or denied: the RPC
  std::string thing;   // likewise: what it would have touched
  uint64_t subject = 0;
  std::string answer;  // empty: done; else the name of the refusal or denial
  uint64_t count = 1;
  std::string reason;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_ACCESS_VIEWS_H_
