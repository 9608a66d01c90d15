#include "data/data_set.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "catch.h"
#include "core/error.h"
#include "core/sha256.h"
#include "data/catalogue.h"

using namespace seqlab;

TEST_CASE("every data set says what it is, whose it is and what its files are") {
  std::string_view last;
  std::set<std::string_view> paths;
  for (const DataSet& set : data_sets()) {
    INFO(set.name);
    CHECK(last < set.name);
    last = set.name;
    for (const auto text : {set.task, set.summary, set.contents, set.licence, set.source}) CHECK_FALSE(text.empty());
    CHECK_FALSE(set.files.empty());
    CHECK(set.preparation.empty() == has_addresses(set));  // a file without an address was made by a preparation
    for (const DataFile& file : set.files) {
      CHECK(paths.insert(file.path).second);
      CHECK(file.path.find('/') != std::string_view::npos);
      CHECK(file.bytes > 0);
      CHECK(file.sha256.size() == 64);
      CHECK(std::ranges::all_of(file.sha256, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }));
      CHECK((file.url.empty() || file.url.starts_with("https://")));
    }
  }
}

TEST_CASE("what an experiment can name is in the catalogue with all its files") {
  for (const CatalogueEntry& entry : catalogue()) {
    const DataSet& set = find_data(entry.name);
    for (const auto& files : {entry.train, entry.valid, entry.test}) {
      for (const auto file : files) CHECK(std::ranges::find(set.files, file, &DataFile::path) != set.files.end());
    }
  }
}

TEST_CASE("a data set is found by its name, also by that of another reading") {
  CHECK(find_data("ptb").name == "ptb");
  CHECK(find_data("multi30k_de_en").name == "multi30k");
  CHECK_THROWS_AS(find_data("tinyshakespear"), UserError);
  CHECK_THROWS_WITH(find_data("tinyshakespear"), ContainsSubstring("did you mean 'tinyshakespeare'?"));
  CHECK(total_bytes(find_data("tinyshakespeare")) == 1115394);
}

TEST_CASE("the catalogue agrees with the mirror at hand") {
  const char* mirror = std::getenv("SEQLAB_DATA_MIRROR");
  if (mirror == nullptr || *mirror == '\0') {
    WARN("skipped: SEQLAB_DATA_MIRROR is not set");
    return;
  }
  const std::filesystem::path folder = mirror;
  std::set<std::string, std::less<>> known;
  for (const DataSet& set : data_sets()) {
    for (const DataFile& file : set.files) {
      INFO(file.path);
      known.emplace(file.path);
      REQUIRE(std::filesystem::exists(folder / file.path));
      CHECK(std::filesystem::file_size(folder / file.path) == file.bytes);
      if (file.bytes < 100000) CHECK(sha256_of_file((folder / file.path).string()) == file.sha256);
    }
  }
  std::ifstream sums(folder / "SHA256SUMS");
  std::string hash;
  for (std::string path; sums >> hash >> path;) {
    INFO(path);
    if (!path.ends_with("README.md")) CHECK(known.contains(path));
  }
}
