#include "cli/commands/context.h"

#include <google/protobuf/descriptor.h>

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/exit_code.h"
#include "cli/names.h"
#include "cli/text/display.h"
#include "cli/text/hours.h"
#include "cli/words.h"
#include "service/base/check.h"
#include "service/base/status.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::cli {
namespace {

namespace error {

absl::Status NoBank() {
  return InvalidText({"服务器上还没有时间银行。请先新建：timebank bank create 代码 --name 名称",
                      "the server has no bank yet; create one: timebank bank create ID --name NAME"});
}

absl::Status WhichBank(const v1::ListBanksResponse& banks) {
  const std::string list = absl::StrJoin(banks.banks(), ", ", [](std::string* out, const v1::Bank& bank) {
    absl::StrAppend(out, IdOf(bank.name()), " (", bank.display_name(), ")");
  });
  const std::string more = banks.next_page_token().empty() ? "" : ", …";
  return InvalidText({absl::StrCat("服务器上有多家时间银行，请用 --bank 指明：", list, more),
                      absl::StrCat("the server has several banks; name one with --bank: ", list, more)});
}

absl::Status TryAgain(const absl::Status& status, const std::string& request_id) {
  const Text text = WithoutStop(TextOf(status));
  absl::Status result = TextError(
      status.code(),
      {absl::StrCat(text.zh, "。请加上 --request-id ", request_id, " 再执行一次同样的命令，不会重复办理"),
       absl::StrCat(text.en, ". Run the same command again with --request-id ", request_id, "; it will not happen twice")});
  return WithExitCode(std::move(result), ExitCode::kUnknown);
}

}  // namespace error

}  // namespace

absl::StatusOr<std::string> Context::Bank() {
  if (!bank_.empty()) {
    return bank_;
  }
  if (!settings_.bank.empty()) {
    TB_ASSIGN_OR_RETURN(bank_, BankName(settings_.bank));
    return bank_;
  }
  v1::ListBanksRequest request;
  request.set_page_size(20);
  v1::ListBanksResponse banks;
  TB_RETURN_IF_ERROR(Read(request, &banks));
  if (banks.banks().empty()) {
    return error::NoBank();
  }
  if (banks.banks_size() > 1) {
    return error::WhichBank(banks);
  }
  bank_ = banks.banks(0).name();
  return bank_;
}

absl::StatusOr<std::string> Context::Name(absl::string_view collection, const std::string& typed) {
  if (IsFullName(typed)) {
    TB_ASSIGN_OR_RETURN(std::string name, ResourceName("", collection, typed));
    if (bank_.empty() && settings_.bank.empty()) {
      bank_ = BankOf(typed);
    }
    return name;
  }
  TB_ASSIGN_OR_RETURN(const std::string bank, Bank());
  return ResourceName(bank, collection, typed);
}

absl::Status Context::Read(const google::protobuf::Message& request, google::protobuf::Message* response) {
  return settings_.client->Call(request, response);
}

std::string Context::RequestId() const { return settings_.request_id.empty() ? NewRequestId() : settings_.request_id; }

absl::Status Context::Write(google::protobuf::Message* request, google::protobuf::Message* response) {
  const google::protobuf::FieldDescriptor* field = request->GetDescriptor()->FindFieldByName("request_id");
  TB_CHECK(field != nullptr);
  const std::string request_id = RequestId();
  request->GetReflection()->SetString(request, field, request_id);
  const absl::Status status = settings_.client->Call(*request, response);
  return ExitCodeOf(status) == ExitCode::kUnknown ? error::TryAgain(status, request_id) : status;
}

absl::Status Context::PrintLine(const std::string& line) {
  *settings_.out << line << "\n";
  return settings_.out->good() ? absl::OkStatus() : OutputError();
}

absl::Status Context::Print(const Table& table) {
  absl::Status status = cli::Print(table, settings_.format, *settings_.out);
  return status.ok() ? status : WithExitCode(std::move(status), ExitCode::kFile);
}

absl::Status Context::PrintOne(const Table& table) {
  TB_CHECK(table.rows.size() == 1);
  if (settings_.format != Format::kTable) {
    return Print(table);
  }
  size_t width = 0;
  for (const Column& column : table.columns) {
    width = std::max(width, DisplayWidth(column.title));
  }
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& shown = table.rows.front()[i].shown();
    if (!shown.empty()) {
      *settings_.out << Pad(table.columns[i].title, width, Align::kLeft) << "  " << Sanitize(shown) << "\n";
    }
  }
  return absl::OkStatus();
}

absl::Status Context::PrintReceipt(const v1::Receipt& receipt, const Column& key, Table more) {
  Table table;
  table.columns = {key, Col("name", {"资源名称", "Resource"}), Col("sequence", {"账簿序号", "Journal entry"}, Align::kRight),
                   Col("record_time", {"入账时间", "Booked at"})};
  table.rows.push_back({Cell::Word(IdOf(receipt.name())), Cell::Word(receipt.name()), Cell::Number(receipt.sequence()),
                        Cell::Word(FormatMoment(receipt.record_time()))});
  table.columns.insert(table.columns.end(), more.columns.begin(), more.columns.end());
  if (!more.rows.empty()) {
    table.rows[0].insert(table.rows[0].end(), more.rows[0].begin(), more.rows[0].end());
  }
  return PrintOne(table);
}

absl::Status Context::PrintLook(const Table& table) {
  TB_RETURN_IF_ERROR(PrintOne(table));
  Warn({"这次查看连同用途已经记入账簿", "that you looked, and for what, stands in the journal"});
  return absl::OkStatus();
}

void Context::Say(const Text& text) {
  (settings_.format == Format::kTable ? *settings_.out : *settings_.err) << Sanitize(Pick(text)) << "\n";
}

void Context::Warn(const Text& text) { *settings_.err << Sanitize(Pick(text)) << "\n"; }

Column Context::Col(std::string key, const Text& title, Align align) const {
  Column column;
  column.key = std::move(key);
  column.title = Pick(title);
  column.align = align;
  return column;
}

Cell Context::Minutes(int64_t minutes) const { return MinutesCell(minutes, settings_.language); }

}  // namespace timebank::cli
