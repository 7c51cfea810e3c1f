#include "cli/text/system_error.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace timebank::cli {
namespace {

struct Wording {
  int number;
  const char* zh;
  const char* en;
};

constexpr Wording kWordings[] = {
    {ENOENT, "没有这个文件或文件夹", "there is no such file or folder"},
    {ENOTDIR, "路径中有一段不是文件夹", "a part of the path is no folder"},
    {EACCES, "没有权限", "you have no permission"},
    {EPERM, "没有权限", "you have no permission"},
    {EROFS, "那里只能读，不能写", "nothing can be written there"},
    {EISDIR, "这是一个文件夹，不是文件", "it is a folder and not a file"},
    {ENAMETOOLONG, "文件名太长", "the name is too long"},
    {ENOSPC, "磁盘已满", "the disk is full"},
    {EDQUOT, "已超出磁盘配额", "the quota of the disk is used up"},
    {EIO, "读写磁盘出错，磁盘可能已损坏", "the disk failed; it may be damaged"},
    {EMFILE, "打开的文件太多", "too many files are open"},
    {ENFILE, "打开的文件太多", "too many files are open"},
};

}  // namespace

Text SystemError(int number) {
  for (const Wording& wording : kWordings) {
    if (wording.number == number) {
      return {wording.zh, wording.en};
    }
  }
  return {absl::StrCat("系统错误 ", number, "（", std::strerror(number), "）"), std::strerror(number)};
}

}  // namespace timebank::cli
