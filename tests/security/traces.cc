#include "tests/security/traces.h"

#include <unicode/ucnv.h>

#include <filesystem>

#include "service/store/table_file_for_test.h"
#include "tests/e2e/process.h"

namespace timebank::security {
namespace {

std::string InGbk(const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  std::string result(text.size() * 2 + 8, '\0');
  const int32_t size = ucnv_convert("gbk", "utf-8", result.data(), static_cast<int32_t>(result.size()), text.data(),
                                    static_cast<int32_t>(text.size()), &error);
  result.resize(U_SUCCESS(error) ? static_cast<size_t>(size) : 0);
  return result;
}

}  // namespace

std::vector<std::string> FormsOf(const std::string& text) {
  std::vector<std::string> forms = {text};
  if (std::string gbk = InGbk(text); !gbk.empty() && gbk != text) {
    forms.push_back(std::move(gbk));
  }
  return forms;
}

std::vector<std::string> TracesIn(const std::string& where, const std::string& bytes,
                                  const std::vector<std::string>& texts) {
  std::vector<std::string> traces;
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::vector<std::string> forms = FormsOf(texts[i]);
    for (size_t form = 0; form < forms.size(); ++form) {
      if (bytes.find(forms[form]) != std::string::npos) {
        traces.push_back(where + " holds text " + std::to_string(i) + (form == 0 ? "" : " in GBK"));
      }
    }
  }
  return traces;
}

std::vector<std::string> TracesInTable(const std::string& path, const std::vector<std::string>& texts) {
  const auto rows = store::ReadTableFile(path);
  if (!rows.ok()) {
    return {path + " cannot be read: " + rows.status().ToString()};
  }
  std::string content;
  for (const auto& [key, value] : *rows) {
    // The byte between them keeps a text from being found that stands in neither.
    content += key + '\xFF' + value + '\xFF';
  }
  return TracesIn(path + " (its rows)", content, texts);
}

std::vector<std::string> TracesBelow(const std::string& folder, const std::vector<std::string>& texts) {
  std::vector<std::string> traces;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::vector<std::string> found = entry.is_regular_file()
                                               ? TracesIn(entry.path().string(), e2e::ReadFile(entry.path().string()), texts)
                                               : TracesIn(entry.path().string(), entry.path().string(), texts);
    traces.insert(traces.end(), found.begin(), found.end());
    if (entry.path().extension() == ".sst") {
      const std::vector<std::string> rows = TracesInTable(entry.path().string(), texts);
      traces.insert(traces.end(), rows.begin(), rows.end());
    }
  }
  return traces;
}

}  // namespace timebank::security
