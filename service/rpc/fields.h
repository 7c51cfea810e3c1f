// The check of single values: what is no value at all is refused here, before any rule is asked. Bounds come from
// model/limits.h.
#ifndef TIMEBANK_RPC_FIELDS_H_
#define TIMEBANK_RPC_FIELDS_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "service/model/command.h"
#include "service/model/ids.h"

namespace timebank::rpc {

// A value that is no value. The words name the field and what it takes, never what was sent.
struct FieldError {
  std::string field;  // as in the proto
  std::string zh;
  std::string en;
};

// A resource below a bank.
template <typename Key>
struct Named {
  std::string bank;  // the id
  Key key{};
};

// Reads the fields of one request. Each method returns the value to use; when the text is no such value it notes the error,
// of which the first stays, and returns any value. `field` is the name in the proto and names the field in the error.
class Fields {
 public:
  bool ok() const { return !error_.has_value(); }
  // REQUIRES: !ok().
  const FieldError& error() const { return *error_; }

  // Notes "FIELD EN." and "字段 ZH。", for example Fail("parent", "不存在", "does not exist").
  void Fail(absl::string_view field, absl::string_view zh, absl::string_view en);

  // Every text below but the two Personal ones stands where it cannot be erased: it is refused when it holds something of the
  // form of an ID number or a phone number.

  // 1-64 characters out of A-Z a-z 0-9 . _ : / -.
  std::string RequestId(const std::string& value);
  // 2-20 characters out of a-z 0-9 -, the first a letter.
  std::string BankId(absl::string_view field, absl::string_view value);
  // 1-32 characters out of A-Z a-z 0-9 - _.
  std::string Code(absl::string_view field, absl::string_view value);
  // A name under which one may act, folded: 1-64 bytes.
  std::string Principal(absl::string_view field, absl::string_view value);
  // What names a member, folded (base/fold.h): then 1-32 visible ASCII characters.
  model::MemberRef Member(absl::string_view field, absl::string_view value);
  // 1-32 visible ASCII characters without spaces, not of the form of a member number.
  std::string ExternalNumber(absl::string_view field, absl::string_view value);
  // What names a centre: 1-100 characters of a code or a display name, folded.
  model::CenterRef Center(absl::string_view field, absl::string_view value);
  // 1-100 characters after the spaces around it are taken off: a display name.
  std::string Name(absl::string_view field, absl::string_view value);
  // Likewise, of a person.
  std::string PersonalName(absl::string_view field, absl::string_view value);
  // A name in the form in which names are compared, of which something must be left.
  std::string Folded(absl::string_view field, absl::string_view name);
  // `least` to `most` characters; no control characters, save line breaks and tabs where `lines` is set.
  std::string Text(absl::string_view field, absl::string_view value, size_t least, size_t most, bool lines = false);
  // Likewise, for what is sealed, digested, or kept beside the journal.
  std::string PersonalText(absl::string_view field, absl::string_view value, size_t least, size_t most, bool lines = false);
  // Notes an error when the text holds something of the form of an ID number or a phone number. REQUIRES: well-formed UTF-8.
  void NoPersonalNumber(absl::string_view field, absl::string_view value);
  // 1-200 characters.
  std::string Reason(const std::string& value);
  // 0-20 digits, + and -.
  std::string Phone(absl::string_view field, const std::string& value);

  // YYYY-MM-DD, 1900-01-01 to 2200-12-31.
  model::Day Date(absl::string_view field, absl::string_view value);
  // Likewise; nullopt for an empty text.
  std::optional<model::Day> OptionalDate(absl::string_view field, absl::string_view value);
  // A whole minute of the local years 1900 to 2200. `set`: whether the message has the field at all.
  model::Minute Minute(absl::string_view field, bool set, const google::protobuf::Timestamp& value);
  // `least` to `most`, both inclusive.
  int64_t Range(absl::string_view field, int64_t value, int64_t least, int64_t most);
  // An enumerator other than the unspecified one: 1 to `most`.
  int Choice(absl::string_view field, int value, int most);

  // "banks/{bank}": the id.
  std::string Bank(absl::string_view field, absl::string_view value);
  // "banks/{bank}/members/{member or external number}".
  Named<model::MemberRef> MemberName(absl::string_view field, absl::string_view value);
  // "banks/{bank}/centers/{code or display name}".
  Named<model::CenterRef> CenterName(absl::string_view field, absl::string_view value);
  // "banks/{bank}/principals/{name}".
  Named<std::string> PrincipalName(absl::string_view field, absl::string_view value);
  // "banks/{bank}/{collection}/{id}", the id a positive number without leading zeros.
  Named<uint64_t> Numbered(absl::string_view field, absl::string_view value, absl::string_view collection);

 private:
  // As Fail(), with the word for what is wrong instead of that of the field.
  void FailAs(absl::string_view word, absl::string_view field, absl::string_view zh, absl::string_view en);
  // Splits "banks/{bank}/{collection}/{rest}". False, with the error noted, when the text has another form.
  bool Split(absl::string_view field, absl::string_view value, absl::string_view collection, std::string* bank,
             absl::string_view* rest);

  std::optional<FieldError> error_;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_FIELDS_H_
