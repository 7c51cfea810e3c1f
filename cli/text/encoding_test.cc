#include "cli/text/encoding.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "cli/text/language.h"

namespace timebank::cli {
namespace {

// "编号,姓名\n" and "张三\n" in GBK.
constexpr char kGbkHeader[] = "\xB1\xE0\xBA\xC5,\xD0\xD5\xC3\xFB\n";
constexpr char kGbkName[] = "\xD5\xC5\xC8\xFD\n";

TEST(EncodingTest, Utf8WithAndWithoutMark) {
  for (const char* prefix : {"", "\xEF\xBB\xBF"}) {
    const absl::StatusOr<DecodedText> decoded = DecodeText(std::string(prefix) + "编号,姓名\n😀");
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->text, "编号,姓名\n😀");
    EXPECT_EQ(decoded->encoding, TextEncoding::kUtf8);
  }
}

TEST(EncodingTest, GbkAndFourByteGb18030) {
  const absl::StatusOr<DecodedText> decoded = DecodeText(std::string(kGbkHeader) + kGbkName + "\x95\x32\x82\x36\xA3\xBA");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->text, "编号,姓名\n张三\n\U00020000：");
  EXPECT_EQ(decoded->encoding, TextEncoding::kGb18030);
}

TEST(EncodingTest, GbkThatBeginsLikeUtf8IsStillGbk) {
  // The two bytes of 通 are a valid UTF-8 sequence; those of 联 are not.
  const absl::StatusOr<DecodedText> decoded = DecodeText("\xC1\xAA\xCD\xA8");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->text, "联通");
}

TEST(EncodingTest, Utf16OfBothOrders) {
  const absl::StatusOr<DecodedText> little = DecodeText(std::string("\xFF\xFE\x20\x5F\x09\x00\x3D\xD8\x00\xDE", 10));
  ASSERT_TRUE(little.ok()) << little.status();
  EXPECT_EQ(little->text, "张\t😀");
  EXPECT_EQ(little->encoding, TextEncoding::kUtf16LittleEndian);
  const absl::StatusOr<DecodedText> big = DecodeText(std::string("\xFE\xFF\x5F\x20\x00\x0A", 6));
  ASSERT_TRUE(big.ok()) << big.status();
  EXPECT_EQ(big->text, "张\n");
}

TEST(EncodingTest, EmptyAndAsciiAreUtf8) {
  EXPECT_EQ(DecodeText("")->text, "");
  EXPECT_EQ(DecodeText("a,b\n")->encoding, TextEncoding::kUtf8);
}

// Each refusal names the place of the fault, counted in bytes of the file.
void ExpectRefused(absl::string_view bytes, const std::string& english, const std::string& chinese) {
  const absl::Status status = DecodeText(bytes).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(TextOf(status).en.find(english), std::string::npos) << TextOf(status).en;
  EXPECT_NE(TextOf(status).zh.find(chinese), std::string::npos) << TextOf(status).zh;
}

TEST(EncodingTest, BinaryIsRefusedWithItsOffset) {
  ExpectRefused(absl::string_view("a,b\n\0\1", 6), "NUL byte at offset 4", "第 4 字节");
  ExpectRefused(absl::string_view("\xFF\xFE\x61\x00\x00\x00", 6), "NUL byte at offset 4", "NUL");
  ExpectRefused(absl::string_view("\x7f"
                                  "ELF\0",
                                  5),
                "NUL byte at offset 4", "不是文本");
}

TEST(EncodingTest, WorkbooksAreTold) {
  ExpectRefused(absl::string_view("PK\x03\x04\x14\x00", 6), "Excel workbook", "另存为");
  ExpectRefused("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "Excel workbook", "另存为");
}

TEST(EncodingTest, UndecodableBytesAreRefusedWithTheirOffset) {
  ExpectRefused(std::string(kGbkHeader) + "\xFF\xFF", "offset 10 are not valid GB18030", "第 10 字节");
  ExpectRefused(std::string(kGbkHeader) + "\xD5", "offset 10 are not valid GB18030", "第 10 字节");       // Cut off.
  ExpectRefused(std::string(kGbkHeader) + "\xD5\x20x", "offset 10 are not valid GB18030", "第 10 字节");  // Bad second byte.
  ExpectRefused(std::string(kGbkHeader) + "\x95\x32\x82", "offset 10 are not valid GB18030", "第 10 字节");  // Cut off.
  ExpectRefused(absl::string_view("\xFF\xFE\x61\x00\x3D\xD8\x62\x00", 8), "offset 4 are not valid UTF-16LE", "第 4 字节");
  ExpectRefused(absl::string_view("\xFF\xFE\x61\x00\x62", 5), "offset 4 are not valid UTF-16LE", "第 4 字节");
}

TEST(EncodingTest, DamagedUtf8IsNotReadAsChineseNonsense) {
  ExpectRefused("编号,姓名\n张\xE4\xB8", "offset 17 are not valid UTF-8", "第 17 字节");  // Cut off within 三.
  ExpectRefused("编号,姓名\n张\xFF三", "offset 17 are not valid UTF-8", "第 17 字节");
  ExpectRefused(
      "\xEF\xBB\xBF"
      "a\xD5\xC5",
      "offset 4 are not valid UTF-8", "第 4 字节");
}

TEST(EncodingTest, TooLargeIsRefused) { ExpectRefused(std::string(kMaxFileBytes + 1, 'a'), "128 MiB", "128 MiB"); }

class ReadFileTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/timebank_encoding_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    unlink((folder_ + "/list.csv").c_str());
    rmdir(folder_.c_str());
  }
  std::string folder_;
};

TEST_F(ReadFileTest, ReadsAllBytes) {
  const std::string path = folder_ + "/list.csv";
  const std::string bytes = std::string(200'000, 'x') + std::string("\0\xFF", 2);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  const absl::StatusOr<std::string> read = ReadFile(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, bytes);
}

TEST_F(ReadFileTest, MissingFilesAndFoldersAreTold) {
  EXPECT_EQ(ReadFile(folder_ + "/none.csv").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadFile(folder_).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(TextOf(ReadFile(folder_ + "/none.csv").status()).zh.find("无法读取文件"), std::string::npos);
}

}  // namespace
}  // namespace timebank::cli
