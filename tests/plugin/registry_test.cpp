#include "plugin/registry.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "catch.h"
#include "core/error.h"
#include "nn/parameter.h"
#include "plugin/cell.h"
#include "plugin/descriptor.h"

using namespace seqlab;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    static int number = 0;
    path_ = fs::temp_directory_path() / ("seqlab-registry-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return (path_ / name).string();
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

std::string bytes_of(const std::string& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string bad(const std::string& name) { return std::string(SEQLAB_BUILD_FOLDER) + "/bad_plugins/" + name + ".so"; }
std::string good(const std::string& name) { return std::string(SEQLAB_BUILD_FOLDER) + "/plugins/" + name + ".so"; }

/// The record of one file, loaded alone.
PluginRecord loaded(const std::string& file) {
  REQUIRE(fs::exists(file));
  Registry registry;
  const PluginRecord record = registry.load(file);
  if (record.status != PluginStatus::loaded) {
    CHECK(registry.names(Kind::cell).empty());
    CHECK(record.provides.empty());
    CHECK(record.remedy != "");
  }
  return record;
}

Component named_cell(const std::string& name) {
  Component component{};
  component.kind = Kind::cell;
  component.name = name;
  return component;
}

template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a sound plugin is loaded, with what it provides", "[plugin][registry]") {
  Registry registry;
  const PluginRecord record = registry.load(good("cells/lstm"));
  CHECK(record.status == PluginStatus::loaded);
  CHECK(record.reason == "");
  CHECK(record.provides == std::vector<std::string>{"cell/lstm"});
  const Component& lstm = registry.get(Kind::cell, "lstm");
  CHECK(lstm.file == record.file);
  CHECK(fs::path(lstm.file).is_absolute());
  CHECK(lstm.options->names() == std::vector<std::string>{"forget_bias", "peepholes", "coupled"});
  ParameterSet parameters(Precision::f32, 1);
  CellContext context(parameters, "cell", 3, 4);
  CHECK(lstm.make_cell({{"forget_bias", 2.0}}, context) != nullptr);
  CHECK(parameters.find("cell.input.weight") != nullptr);
}

TEST_CASE("what is no library is reported with the loader's words", "[plugin][registry]") {
  const Folder folder;
  const std::string text = folder.write("text.so", "this is not a library\n");
  const PluginRecord record = loaded(text);
  CHECK(record.status == PluginStatus::not_a_library);
  CHECK_THAT(record.reason, ContainsSubstring("text.so"));
  CHECK_THAT(record.remedy, ContainsSubstring("seqlab build"));
  CHECK(loaded(folder.write("nothing.so", "")).status == PluginStatus::not_a_library);
}

TEST_CASE("a library that was copied in part is reported and crashes nobody", "[plugin][registry]") {
  const Folder folder;
  const std::string whole = bytes_of(good("cells/gru"));
  for (const std::size_t size : {std::size_t{40}, std::size_t{1000}, whole.size() / 2}) {
    INFO(size << " of " << whole.size() << " bytes");
    const std::string file = folder.write("cut" + std::to_string(size) + ".so", whole.substr(0, size));
    const pid_t child = ::fork();  // the loader itself may crash on such a file
    if (child == 0) {
      Registry registry;
      ::_exit(registry.load(file).status == PluginStatus::not_a_library ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
}

TEST_CASE("a file that is not there is reported, not thrown", "[plugin][registry]") {
  Registry registry;
  const PluginRecord record = registry.load("no/such/file.so");
  CHECK(record.status == PluginStatus::not_a_library);
  CHECK_THAT(record.reason, ContainsSubstring("file.so"));
}

TEST_CASE("a missing symbol is named, and one of seqlab's means another build", "[plugin][registry]") {
  const Folder folder;
  const auto with_symbol = [&](const std::string& needed, const std::string& other) {
    std::string bytes = bytes_of(good("cells/gru"));
    const auto place = bytes.find(needed);
    REQUIRE(place != std::string::npos);
    for (auto at = place; at != std::string::npos; at = bytes.find(needed, at)) bytes.replace(at, needed.size(), other);
    return loaded(folder.write("gru.so", bytes));
  };
  const PluginRecord own = with_symbol("zero_state", "zero_stata");
  CHECK(own.status == PluginStatus::stale_build);
  CHECK_THAT(own.reason, ContainsSubstring("it needs seqlab::zero_stata(") && ContainsSubstring("does not have"));
  CHECK_THAT(own.remedy, ContainsSubstring("rebuild"));
  const PluginRecord foreign = with_symbol("_ZdlPvm", "_ZdlPvx");
  CHECK(foreign.status == PluginStatus::not_a_library);
  CHECK_THAT(foreign.reason, ContainsSubstring("_ZdlPvx"));
  CHECK_THAT(foreign.remedy, ContainsSubstring("missing symbol"));
}

TEST_CASE("a library without descriptor", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("no_descriptor"));
  CHECK(record.status == PluginStatus::no_descriptor);
  CHECK_THAT(record.reason, ContainsSubstring("seqlab_plugin"));
  CHECK_THAT(record.remedy, ContainsSubstring("SEQLAB_CELL"));
}

TEST_CASE("a plugin of another interface version is never entered", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("wrong_api"));
  CHECK(record.status == PluginStatus::wrong_api);
  CHECK(record.reason == "made for version " + std::to_string(kPluginApi + 1) +
                             " of the plugin interface, this is version " + std::to_string(kPluginApi));
  CHECK_THAT(record.remedy, ContainsSubstring("seqlab build"));
}

TEST_CASE("a descriptor of another size is refused, and not as the same version", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("wrong_size"));
  CHECK(record.status == PluginStatus::wrong_api);
  const std::string version = std::to_string(kPluginApi);
  CHECK(record.reason != "made for version " + version + " of the plugin interface, this is version " + version);
}

TEST_CASE("a plugin of another build is never entered", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("stale_build"));
  CHECK(record.status == PluginStatus::stale_build);
  CHECK_THAT(record.reason,
             ContainsSubstring("built with compiler of last year, headers 0123456789abcdef, this seqlab with"));
  CHECK_THAT(record.reason, ContainsSubstring("headers " SEQLAB_HEADER_HASH));
  CHECK_THAT(record.remedy, ContainsSubstring("seqlab build"));
}

TEST_CASE("a plugin whose declaration fails says why", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("declare_failed"));
  CHECK(record.status == PluginStatus::declare_failed);
  CHECK_THAT(record.reason, ContainsSubstring("forget_bias"));
  CHECK_THAT(record.remedy, ContainsSubstring("schema()"));
}

TEST_CASE("whatever a declaration throws, the scan goes on", "[plugin][registry]") {
  Registry registry;
  CHECK_NOTHROW(registry.load(bad("throws_number")));
  REQUIRE(registry.records().size() == 1);
  CHECK(registry.records()[0].status == PluginStatus::declare_failed);
}

TEST_CASE("a plugin that declares nothing", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("empty"));
  CHECK(record.status == PluginStatus::empty);
  CHECK_THAT(record.reason, ContainsSubstring("no component"));
}

TEST_CASE("a name that no experiment could write is refused", "[plugin][registry]") {
  const PluginRecord record = loaded(bad("bad_name"));
  CHECK(record.status == PluginStatus::declare_failed);
  CHECK_THAT(record.reason, ContainsSubstring("'Bad-Name'"));
  for (const std::string name : {"", "none", "LSTM", "l stm", "l.stm", "größe"}) {
    StagingRegistry staging;
    CHECK_THROWS_AS(staging.add(named_cell(name)), UserError);
  }
  StagingRegistry staging;
  staging.add(named_cell("lstm_2"));
  CHECK_THROWS_AS(staging.add(named_cell("lstm_2")), UserError);
  CHECK(staging.components().size() == 1);
}

TEST_CASE("the second file under a name is refused, and both are named", "[plugin][registry]") {
  Registry registry;
  registry.load(good("cells/lstm"));
  const PluginRecord record = registry.load(bad("duplicate"));
  CHECK(record.status == PluginStatus::duplicate);
  CHECK(record.duplicate == "cell/lstm");
  CHECK_THAT(record.file, ContainsSubstring("duplicate.so"));
  CHECK_THAT(record.reason, ContainsSubstring("cell/lstm") && ContainsSubstring("cells/lstm.so"));
  CHECK_THAT(record.remedy, ContainsSubstring("rename"));
  CHECK(registry.names(Kind::cell) == std::vector<std::string>{"lstm"});
  CHECK_THAT(registry.get(Kind::cell, "lstm").file, ContainsSubstring("cells/lstm.so"));
}

TEST_CASE("a file is installed whole or not at all", "[plugin][registry]") {
  Registry registry;
  registry.load(good("cells/gru"));
  const PluginRecord record = registry.load(bad("two_cells"));
  CHECK(record.status == PluginStatus::duplicate);
  CHECK(registry.find(Kind::cell, "two_cells_first") == nullptr);
  CHECK(registry.names(Kind::cell) == std::vector<std::string>{"gru"});
}

TEST_CASE("a file that is loaded twice is one file", "[plugin][registry]") {
  Registry registry;
  registry.load(good("cells/lstm"));
  registry.load(std::string(SEQLAB_BUILD_FOLDER) + "/plugins/./cells/../cells/lstm.so");
  CHECK(registry.records().size() == 1);
  CHECK(registry.records()[0].status == PluginStatus::loaded);
}

TEST_CASE("bad files never disturb the others", "[plugin][registry]") {
  const Folder folder;
  (void)folder.write("text.so", "no library");
  (void)folder.write("notes.txt", "not looked at");
  Registry registry;
  registry.scan({folder.path(), std::string(SEQLAB_BUILD_FOLDER) + "/bad_plugins",
                 std::string(SEQLAB_BUILD_FOLDER) + "/plugins", folder.path() + "/absent"});
  std::size_t files = 1;
  for (const char* place : {"/bad_plugins", "/plugins"}) {
    for (const auto& entry : fs::recursive_directory_iterator(std::string(SEQLAB_BUILD_FOLDER) + place,
                                                              fs::directory_options::follow_directory_symlink)) {
      files += entry.path().extension() == ".so" ? 1 : 0;
    }
  }
  CHECK(registry.records().size() == files);
  for (const PluginRecord& record : registry.records()) {
    INFO(record.file << ": " << record.reason);
    CHECK((record.status == PluginStatus::loaded) == record.reason.empty());
    CHECK((record.status == PluginStatus::loaded) == !record.provides.empty());
    if (record.file.find("/plugins/cells/") == std::string::npos && record.file.find("/bad_plugins/") == std::string::npos &&
        record.file.find("text.so") == std::string::npos) {
      CHECK(record.status == PluginStatus::loaded);
    }
  }
  for (const std::string name : {"rnn", "peephole_lstm", "bad_crash", "bad_nan"})
    CHECK(registry.find(Kind::cell, name) != nullptr);
  CHECK(registry.find(Kind::model, "seq2seq") != nullptr);
}

TEST_CASE("a scan looks into a folder and the folders in it, in the order of paths", "[plugin][registry]") {
  const Folder folder;
  const std::string lstm = bytes_of(good("cells/lstm"));
  (void)folder.write("b.so", "text");
  (void)folder.write("a/c.so", lstm);
  (void)folder.write("a/deeper/d.so", bytes_of(good("cells/gru")));
  (void)folder.write("a/e.so", lstm);
  Registry registry;
  registry.scan({folder.path()});
  REQUIRE(registry.records().size() == 3);
  CHECK_THAT(registry.records()[0].file, ContainsSubstring("a/c.so"));
  CHECK(registry.records()[0].status == PluginStatus::loaded);
  CHECK_THAT(registry.records()[1].file, ContainsSubstring("a/e.so"));
  CHECK(registry.records()[1].status == PluginStatus::duplicate);
  CHECK_THAT(registry.records()[2].file, ContainsSubstring("b.so"));
}

TEST_CASE("a missing component is explained", "[plugin][registry]") {
  Registry registry;
  CHECK_THAT(message_of([&] { (void)registry.get(Kind::cell, "lstm"); }), ContainsSubstring("seqlab plugins"));
  registry.load(good("cells/lstm"));
  registry.load(good("cells/gru"));
  CHECK(message_of([&] { (void)registry.get(Kind::cell, "ltsm"); }) == "no cell named 'ltsm'; did you mean 'lstm'?");
  CHECK(message_of([&] { (void)registry.get(Kind::cell, "transformer"); }) ==
        "no cell named 'transformer'; known: gru, lstm");
  CHECK(registry.find(Kind::attention, "lstm") == nullptr);
  registry.load(bad("stale_build"));
  const std::string message = message_of([&] { (void)registry.get(Kind::cell, "stale_build"); });
  CHECK_THAT(message, ContainsSubstring("no cell named 'stale_build'") && ContainsSubstring("bad_plugins/stale_build.so") &&
                          ContainsSubstring("stale build") && ContainsSubstring("compiler of last year") &&
                          ContainsSubstring("seqlab build"));
}

TEST_CASE("the host's own components take names like any other", "[plugin][registry]") {
  Registry registry;
  registry.add(named_cell("mine"));
  CHECK(registry.find(Kind::cell, "mine") != nullptr);
  CHECK_THROWS_AS(registry.add(named_cell("mine")), InternalError);
  CHECK(registry.names(Kind::cell).size() == 1);
  Component score = named_cell("mine");
  score.kind = Kind::attention;
  CHECK_NOTHROW(registry.add(score));
}

TEST_CASE("kinds have names", "[plugin][registry]") {
  for (const Kind kind : {Kind::cell, Kind::attention, Kind::embedding, Kind::model})
    CHECK(kind_of(kind_name(kind)) == kind);
  CHECK(message_of([] { (void)kind_of("cel"); }) == "no kind of plugin named 'cel'; did you mean 'cell'?");
  std::vector<std::string_view> names;
  for (int status = 0; status <= static_cast<int>(PluginStatus::duplicate); ++status) {
    names.push_back(status_name(static_cast<PluginStatus>(status)));
  }
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}
