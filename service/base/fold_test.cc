#include "service/base/fold.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace timebank::base {
namespace {

TEST(Fold, SpellingsOfOneNameAreOne) {
  const std::vector<std::vector<std::string>> same = {
      {"朱杰", "朱 杰", "朱　杰", " 朱杰　", "朱\xC2\xA0杰", "朱\xE2\x80\x8B杰", "朱\t杰", "\xEF\xBB\xBF朱杰"},
      {"wang", "Wang", "WANG", "ｗａｎｇ", "Ｗ Ａ Ｎ Ｇ", "wa ng", "\twang\n"},
      {"m00024", "M00024", "Ｍ０００２４", "m 00024"},
      {"买买提·吐尔逊", "买买提・吐尔逊", "买买提•吐尔逊", "买买提 · 吐尔逊", "买买提･吐尔逊", "买买提‧吐尔逊",
       "买买提∙吐尔逊"},
      {"宁康养护院", "宁康 养护院"},
      {"(一)站", "（一）站", "㈠站"},
      {"strasse", "Straße", "STRASSE"},
      {"caf\xC3\xA9", "cafe\xCC\x81", "CAFÉ", "cafe \xCC\x81"},
  };
  for (const std::vector<std::string>& spellings : same) {
    for (const std::string& spelling : spellings) {
      EXPECT_EQ(Fold(spelling), spellings[0]) << spelling;
      EXPECT_EQ(Fold(Fold(spelling)), Fold(spelling)) << spelling;
    }
  }
}

TEST(Fold, OtherNamesStayApart) {
  const std::vector<std::string> names = {"王芳", "王方",         "張三",          "张三",  "a.b",   "ab", "a-b",
                                          "a_b",  "买买提吐尔逊", "买买提·吐尔逊", "1号站", "l号站", "😀",  "😁"};
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(Fold(names[i]), Fold(names[j])) << names[i] << " and " << names[j];
    }
  }
}

TEST(Fold, NothingIsLeftOfWhatShowsAsNothing) {
  for (const char* nothing : {"", " ", "　", "\xC2\xA0 \t", "\xE2\x80\x8B", "\xE2\x80\x8D\xEF\xBB\xBF"}) {
    EXPECT_EQ(Fold(nothing), "");
  }
}

}  // namespace
}  // namespace timebank::base
