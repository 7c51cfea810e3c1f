// Personal data in the clear, its copy, its end; and the master keys under which it is sealed.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/client/credentials.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/text/display.h"
#include "cli/text/system_error.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/personal.pb.h"

namespace timebank::cli {
namespace {

absl::Status Reveal(const Arguments& arguments, Context* context) {
  v1::RevealMemberRequest request;
  request.set_purpose(arguments.Get("purpose"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::RevealMemberResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  const v1::Identity& identity = response.identity();
  Table table;
  table.columns = {context->Col("number", {"会员编号", "Number"}),
                   context->Col("external_number", {"原编号", "Own number"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("gender", {"性别", "Gender"}),
                   context->Col("birth_date", {"出生日期", "Born"}),
                   context->Col("national_id", {"身份证号", "ID number"}),
                   context->Col("phone", {"手机", "Phone"}),
                   context->Col("address", {"住址", "Address"}),
                   context->Col("guardian", {"监护人", "Guardian"}),
                   context->Col("guardian_relation", {"与监护人关系", "Guardian is a"}),
                   context->Col("consent_document", {"同意凭证", "Consent by"}),
                   context->Col("consent_date", {"同意日期", "Consent of"}),
                   context->Col("sequence", {"账簿序号", "Journal entry"}, Align::kRight)};
  const v1::GuardianConsent& consent = identity.consent();
  table.rows.push_back({Cell::Word(identity.number()), Cell::Word(identity.external_number()),
                        Cell::Word(identity.display_name()), EnumCell(identity.gender(), context->language()),
                        Cell::Word(identity.birth_date()), Cell::Word(identity.national_id()), Cell::Word(identity.phone()),
                        Cell::Word(identity.address()), Cell::Word(consent.guardian()),
                        EnumCell(consent.relation(), context->language()), EnumCell(consent.document(), context->language()),
                        Cell::Word(consent.date()), Cell::Number(response.receipt().sequence())});
  return context->PrintLook(table);
}

absl::Status Erase(const Arguments& arguments, Context* context) {
  v1::EraseMemberRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::EraseMemberResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  TB_RETURN_IF_ERROR(context->PrintReceipt(response.receipt(), context->Col("number", {"会员编号", "Member number"})));
  context->Warn(
      {"个人信息已经注销，包括合并前的旧编号，不能恢复；服务和时间的记录保留",
       "the personal data is destroyed for good, under numbers that were merged as well; services and hours stay"});
  return absl::OkStatus();
}

absl::Status WriteError(const std::string& path, int number) {
  const Text why = SystemError(number);
  return WithExitCode(TextError(absl::StatusCode::kUnavailable, {absl::StrCat("无法写入 ", path, "：", why.zh),
                                                                 absl::StrCat("cannot write ", path, ": ", why.en)}),
                      ExitCode::kFile);
}

// What goes to a file that only its owner reads, and that comes into being whole or not at all; nothing is written over.
class PrivateFile {
 public:
  explicit PrivateFile(std::string path) : path_(std::move(path)), partial_(absl::StrCat(path_, ".partial-", getpid())) {}
  ~PrivateFile() {
    if (file_ >= 0) {
      close(file_);
      unlink(partial_.c_str());
    }
  }
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  absl::Status Open() {
    if (access(path_.c_str(), F_OK) == 0) {
      return WriteError(path_, EEXIST);
    }
    file_ = open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return file_ < 0 ? WriteError(path_, errno) : absl::OkStatus();
  }

  absl::Status Write(const std::string& text) {
    for (size_t written = 0; written < text.size();) {
      const ssize_t count = write(file_, text.data() + written, text.size() - written);
      if (count < 0 && errno != EINTR) {
        return WriteError(path_, errno);
      }
      written += count > 0 ? static_cast<size_t>(count) : 0;
    }
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (fsync(file_) != 0 || link(partial_.c_str(), path_.c_str()) != 0) {
      return WriteError(path_, errno);
    }
    unlink(partial_.c_str());
    close(std::exchange(file_, -1));
    return absl::OkStatus();
  }

 private:
  const std::string path_;
  const std::string partial_;
  int file_ = -1;
};

// One object: a list a section, in the order in which they come.
absl::Status WriteCopy(const std::string& name, PrivateFile* file, int64_t* rows, Context* context) {
  v1::ListExportRowsRequest request;
  request.set_name(name);
  std::string section;
  absl::Status wrong;
  TB_RETURN_IF_ERROR(file->Write("{"));
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListExportRowsResponse>(context->client(), request, [&](const v1::ListExportRowsResponse& page) {
        std::string text;
        for (const v1::ExportRow& row : page.rows()) {
          if (row.section() != section) {
            absl::StrAppend(&text, section.empty() ? "" : "],", "\n\"", row.section(), "\": [\n");
            section = row.section();
          } else {
            absl::StrAppend(&text, ",\n");
          }
          absl::StrAppend(&text, row.json());
          ++*rows;
        }
        wrong = file->Write(text);
        return wrong.ok() && !context->Interrupted();
      }));
  TB_RETURN_IF_ERROR(wrong);
  if (context->Interrupted()) {
    return TextError(absl::StatusCode::kCancelled, {"已中止，没有写出文件", "stopped; no file was written"});
  }
  return file->Write(section.empty() ? "}\n" : "]\n}\n");
}

absl::Status Export(const Arguments& arguments, Context* context) {
  PrivateFile file(arguments.Get("out"));
  TB_RETURN_IF_ERROR(file.Open());
  v1::ExportMemberRequest request;
  request.set_purpose(arguments.Get("purpose"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::ExportMemberResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  int64_t rows = 0;
  TB_RETURN_IF_ERROR(WriteCopy(response.export_name(), &file, &rows, context));
  TB_RETURN_IF_ERROR(file.Finish());
  TB_RETURN_IF_ERROR(
      context->PrintReceipt(response.receipt(), context->Col("number", {"会员编号", "Member number"}),
                            {{context->Col("rows", {"条数", "Rows"}, Align::kRight), context->Col("file", {"文件", "File"})},
                             {{Cell::Number(rows), Cell::Word(arguments.Get("out"))}}}));
  context->Warn({"文件里是未遮盖的个人信息，只有本机当前用户能读，用后请妥善处理",
                 "the file holds personal data in the clear; only you can read it here: take care of it"});
  return absl::OkStatus();
}

// The operator's calls carry the one-time credential, of which the program keeps nothing.
absl::Status ActAsOperator(const Arguments& arguments, Context* context) {
  if (arguments.Has("file")) {
    TB_ASSIGN_OR_RETURN(std::string credential, CredentialIn(arguments.Get("file")));
    context->client().UseCredential(std::move(credential));
  }
  return absl::OkStatus();
}

absl::Status ListKeys(const Arguments& arguments, Context* context) {
  TB_RETURN_IF_ERROR(ActAsOperator(arguments, context));
  v1::ListMasterKeysResponse response;
  TB_RETURN_IF_ERROR(context->Read(v1::ListMasterKeysRequest(), &response));
  Table table;
  table.columns = {context->Col("id", {"编号", "Id"}, Align::kRight), context->Col("state", {"状态", "State"}),
                   context->Col("slots", {"包裹的会员密钥", "Members' keys under it"}, Align::kRight)};
  for (const v1::MasterKey& key : response.keys()) {
    table.rows.push_back({Cell::Number(key.id()), EnumCell(key.state(), context->language()), Cell::Number(key.slots())});
  }
  return context->Print(table);
}

absl::Status RotateKey(const Arguments& arguments, Context* context) {
  TB_RETURN_IF_ERROR(ActAsOperator(arguments, context));
  v1::ListMasterKeysResponse before;
  TB_RETURN_IF_ERROR(context->Read(v1::ListMasterKeysRequest(), &before));
  v1::RotateMasterKeyRequest request;
  for (const v1::MasterKey& key : before.keys()) {
    request.set_current_id(key.state() == v1::MASTER_KEY_STATE_CURRENT ? key.id() : request.current_id());
  }
  v1::RotateMasterKeyResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  context->Warn({"新的主密钥已启用，旧的用完后自动销毁，进度见 admin key list。请备份新的密钥文件",
                 "a new master key is in use; the old one is destroyed once nothing needs it, see admin key list. Keep a "
                 "copy of the new key file"});
  return ListKeys({}, context);
}

}  // namespace

std::vector<Command> PersonalCommands() {
  const Argument operator_credential = {ArgumentKind::kOption,
                                        "file",
                                        {"有多家时间银行时：--set-up 生成的 first-administrator.token",
                                         "where there are several banks: first-administrator.token, as --set-up makes it"}};
  const Argument member = {
      ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}};
  const Argument purpose = PurposeArgument();
  return {
      {"member",
       "reveal",
       {"查看未遮盖的个人信息，须说明用途", "show a member in the clear, for a purpose that is kept"},
       {member, purpose},
       true,
       &Reveal},
      {"member",
       "export",
       {"把一位会员的全部信息导出为 JSON 文件", "write everything about one member to a JSON file"},
       {member, purpose, {ArgumentKind::kNeeded, "out", {"要写的文件，不能已存在", "file to write; must not exist"}}},
       true,
       &Export},
      {"member",
       "erase",
       {"注销已退出会员的个人信息，不能恢复", "destroy the personal data of a member who has left, for good"},
       {member, {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}}},
       true,
       &Erase},
      {"admin key",
       "list",
       {"列出主密钥的编号和状态", "list the master keys, never the keys themselves"},
       {operator_credential},
       false,
       &ListKeys},
      {"admin key",
       "rotate",
       {"更换主密钥，记入每家时间银行的审计记录",
        "make a new master key and retire the old one; every bank's audit trail says who did"},
       {operator_credential},
       true,
       &RotateKey},
  };
}

}  // namespace timebank::cli
