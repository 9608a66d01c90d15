// Each key of each shipped experiment, misspelt in every way a finger slips: the right one is suggested.

#include <algorithm>
#include <filesystem>
#include <set>

#include "catch.h"
#include "experiment/diagnostic.h"
#include "experiment/document.h"
#include "experiment/plan.h"
#include "temporary_folder.h"

using namespace seqlab;
namespace fs = std::filesystem;

namespace {

struct Key {
  std::string name;
  Place place;
};

void collect(const TomlTable& table, std::vector<Key>& keys) {
  for (const TomlEntry& entry : table) {
    keys.push_back({entry.key, entry.place});
    if (const auto* inner = std::get_if<TomlTable>(&entry.value.data)) collect(*inner, keys);
    if (const auto* list = std::get_if<TomlList>(&entry.value.data)) {
      for (const TomlValue& item : *list) {
        if (const auto* of_list = std::get_if<TomlTable>(&item.data)) collect(*of_list, keys);
      }
    }
  }
}

/// One letter dropped, doubled, or swapped with its neighbour, at each place.
std::set<std::string> misspellings(const std::string& name) {
  std::set<std::string> all;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.') continue;  // a dot more or less is another structure, not another spelling
    all.insert(name.substr(0, i) + name.substr(i + 1));
    all.insert(name.substr(0, i + 1) + name.substr(i));
    if (i + 1 < name.size() && name[i + 1] != '.') {
      std::string swapped = name;
      std::swap(swapped[i], swapped[i + 1]);
      all.insert(swapped);
    }
  }
  all.erase(name);
  return all;
}

/// The text with the key at a place written otherwise; "" where the key does not stand there as it is called (it is the
/// first part of a dotted one).
std::string with_key(const std::string& text, const Key& key, const std::string& spelling) {
  std::size_t start = 0;
  for (int line = 1; line < key.place.line; ++line) start = text.find('\n', start) + 1;
  start += static_cast<std::size_t>(key.place.column - 1);
  if (text[start] == '"') ++start;
  if (text.compare(start, key.name.size(), key.name) != 0) return "";
  return text.substr(0, start) + spelling + text.substr(start + key.name.size());
}

}  // namespace

TEST_CASE("every key of every shipped experiment, misspelt once, is suggested", "[experiment][misspelt_keys]") {
  Registry registry;
  registry.scan({std::string(SEQLAB_BUILD_FOLDER) + "/plugins"});
  const fs::path shipped = fs::path(SEQLAB_SOURCE_FOLDER) / "experiments";
  const test::TemporaryFolder folder;
  fs::copy(shipped, folder.path(), fs::copy_options::recursive);
  std::size_t files = 0;
  std::size_t tried = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (entry.path().extension() != ".toml") continue;
    const std::string path = entry.path().string();
    const std::string text = test::read_text(path);
    std::vector<Key> keys;
    collect(read_document(path).entries, keys);
    REQUIRE_FALSE(keys.empty());
    ++files;
    for (const Key& key : keys) {
      for (const std::string& spelling : misspellings(key.name)) {
        const std::string wrong = with_key(text, key, spelling);
        INFO(entry.path().filename().string() << ":" << key.place.line << ": " << key.name << " as " << spelling);
        REQUIRE_FALSE(wrong.empty());
        folder.write(fs::relative(entry.path(), folder.path()).string(), wrong);
        PlanRequest request;
        request.file = path;
        std::string said = "nothing";
        try {
          (void)make_plan(request, registry);
        } catch (const DiagnosticsError& error) {
          said = error.what();
        }
        const std::string last = key.name.substr(key.name.rfind('.') + 1);
        // Of a dotted key the part that is wrong: "model", "classifier".
        const std::string first = key.name.substr(0, key.name.find('.'));
        const std::size_t behind = first.size() + 1;
        const std::size_t end = key.name.rfind('.');
        const bool has_middle = end != std::string::npos && end > behind;
        const std::string middle = has_middle ? key.name.substr(behind, end - behind) : first;
        const bool suggested = said.find("did you mean '" + first + "'?") != std::string::npos ||
                               said.find("did you mean '" + middle + "'?") != std::string::npos ||
                               said.find("did you mean '" + key.name + "'") != std::string::npos ||
                               said.find("." + last + "'?") != std::string::npos ||
                               said.find("did you mean '" + last + "'?") != std::string::npos ||
                               said.find("did you mean '" + key.name + ".") != std::string::npos;
        INFO(said);
        CHECK(suggested);
        ++tried;
      }
    }
    folder.write(fs::relative(entry.path(), folder.path()).string(), text);
  }
  CHECK(files >= 4);
  CHECK(tried > 500);
}
