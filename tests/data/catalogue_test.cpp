#include "data/catalogue.h"

#include <cstdlib>
#include <optional>

#include "catch.h"
#include "core/error.h"
#include "data/parallel_text.h"
#include "scratch_folder.h"

using namespace seqlab;

namespace {

/// Sets a variable of the environment (or unsets it) until the end of a test.
class Variable {
 public:
  Variable(const char* name, const std::optional<std::string>& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Variable() { set(old_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      ::setenv(name_, value->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> old_;
};

/// Both places where files are looked for, until the end of a test.
struct Mirror {
  explicit Mirror(const std::optional<std::string>& folder, const std::string& cache_home = "/nowhere")
      : mirror("SEQLAB_DATA_MIRROR", folder), cache("XDG_CACHE_HOME", cache_home) {}
  Variable mirror, cache;
};

}  // namespace

TEST_CASE("an unknown data set gets a suggestion and the known names") {
  CHECK_THROWS_WITH(find_data_set("tatoeba_envi"),
                    ContainsSubstring("did you mean 'tatoeba_en_vi'?") && ContainsSubstring("known: dates, files, en_vi"));
  CHECK_THROWS_WITH(find_data_set("dats"), ContainsSubstring("did you mean 'dates'?"));
  CHECK_THROWS_WITH(find_data_set("zzzzzzzzzzzzz"), ContainsSubstring("known: dates"));
  CHECK(find_data_set("multi30k").train[1] == "multi30k/tok/train.de");
}

TEST_CASE("the catalogue is ordered by name and every entry starts in its folder") {
  std::string_view last;
  for (const auto& entry : catalogue()) {
    CHECK(last < entry.name);
    last = entry.name;
    CHECK_FALSE(entry.summary.empty());
    for (const auto& files : {entry.train, entry.valid, entry.test}) {
      CHECK((files[0] != files[1]) == (entry.name != "treebank_craft"));  // a tree holds both sides
      for (const auto file : files) CHECK(file.find('/') != std::string_view::npos);
    }
  }
}

TEST_CASE("a mirror that is not set, not a folder or incomplete is explained") {
  const ScratchFolder folder;
  {
    const Mirror mirror(std::nullopt);
    CHECK_THROWS_WITH(locate_data_set("en_vi"),
                      ContainsSubstring("set SEQLAB_DATA_MIRROR") && ContainsSubstring("en_vi/train.en"));
  }
  {
    const Mirror mirror((folder.path() / "none").string());
    CHECK_THROWS_WITH(locate_data_set("en_vi"), ContainsSubstring("which is not a folder"));
  }
  const Mirror mirror(folder.path().string());
  folder.write("en_vi/train.en", "a\n");
  CHECK_THROWS_AS(locate_data_set("en_vi"), UserError);
  CHECK_THROWS_WITH(locate_data_set("en_vi"),
                    ContainsSubstring("train.vi is missing") &&
                        ContainsSubstring("SEQLAB_DATA_MIRROR must name a folder which holds en_vi/train.vi"));
}

TEST_CASE("files are found, also in a relative mirror") {
  const ScratchFolder folder;
  for (const auto* name : {"train.en", "train.vi", "dev.en", "dev.vi", "test.en", "test.vi"}) {
    folder.write(std::string("en_vi/") + name, "a\n");
  }
  const Mirror mirror(std::filesystem::relative(folder.path()).string());
  const auto files = locate_data_set("en_vi");
  CHECK(files.valid[1].is_absolute());
  CHECK(std::filesystem::equivalent(files.valid[1], folder.path() / "en_vi/dev.vi"));
}

TEST_CASE("the cache is searched after the mirror") {
  const ScratchFolder folder;
  for (const auto* name : {"train.en", "train.vi", "dev.en", "dev.vi", "test.en", "test.vi"}) {
    folder.write(std::string("home/seqlab/data/en_vi/") + name, "a\n");
  }
  const std::string home = (folder.path() / "home").string();
  const auto expected = folder.path() / "home/seqlab/data/en_vi/train.vi";
  {
    const Mirror mirror(std::nullopt, home);
    CHECK(locate_data_set("en_vi").train[1] == expected);
  }
  std::filesystem::create_directories(folder.path() / "mirror");
  const Mirror mirror((folder.path() / "mirror").string(), home);
  CHECK(locate_data_set("en_vi").train[1] == expected);
  for (const auto* name : {"train.en", "train.vi", "dev.en", "dev.vi", "test.en", "test.vi"}) {
    folder.write(std::string("mirror/en_vi/") + name, "a\n");
  }
  CHECK(locate_data_set("en_vi").train[1] == folder.path() / "mirror/en_vi/train.vi");
}

TEST_CASE("a set that can be downloaded says by which command") {
  const Mirror mirror(std::nullopt);
  CHECK_THROWS_WITH(locate_data_set("multi30k_de_en"), ContainsSubstring("seqlab data get multi30k"));
  CHECK_THROWS_WITH(locate_data_set("en_vi"), !ContainsSubstring("data get"));
}

TEST_CASE("data sets of the mirror at hand can be read") {
  if (std::getenv("SEQLAB_DATA_MIRROR") == nullptr) {
    WARN("skipped: SEQLAB_DATA_MIRROR is not set");
    return;
  }
  for (const auto& entry : catalogue()) {
    const auto files = locate_data_set(entry.name);
    for (const auto& split : {files.valid, files.test}) {
      const auto text = read_parallel_text(split[0], split[1]);
      CHECK(text.source.size() > 900);
    }
  }
}
