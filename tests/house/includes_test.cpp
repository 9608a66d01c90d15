// The order of the rooms, held against the sources themselves.

#include <unistd.h>

#include <fstream>

#include "catch.h"
#include "house/include_rules.h"

using namespace seqlab::house;
namespace fs = std::filesystem;

namespace {

const std::vector<SourceFile>& tree() {
  static const auto files = read_tree(SEQLAB_SOURCE_FOLDER);
  return files;
}

/// A made-up tree of sources.
class Tree {
 public:
  Tree() : root_(fs::temp_directory_path() / ("seqlab-house-" + std::to_string(::getpid()))) { fs::remove_all(root_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Tree& file(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
    return *this;
  }
  [[nodiscard]] std::vector<SourceFile> read() const { return read_tree(root_); }

 private:
  fs::path root_;
};

std::string lines(int count, const std::string& line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line + "\n";
  return text;
}

void nothing(const Offences& offences) {
  for (const std::string& offence : offences) FAIL_CHECK(offence);
}

}  // namespace

TEST_CASE("the tree is read", "[house]") {
  CHECK(tree().size() > 150);
  std::size_t includes = 0;
  for (const SourceFile& file : tree()) includes += file.includes.size();
  CHECK(includes > 600);
}

TEST_CASE("arrows between rooms run one way", "[house]") { nothing(wrong_arrows(tree())); }
TEST_CASE("no file includes itself over others", "[house]") { nothing(circles(tree())); }
TEST_CASE("oneDNN is known in framework/kernels alone", "[house]") { nothing(stray_dnnl(tree())); }
TEST_CASE("toml++ is compiled in one file", "[house]") { nothing(repeated_toml(tree())); }
TEST_CASE("plugins include the public headers and the standard library", "[house]") { nothing(foreign_in_plugins(tree())); }
TEST_CASE("cells and scores keep their length", "[house]") { nothing(long_plugins(tree())); }

TEST_CASE("the checker finds an arrow that runs the wrong way", "[house]") {
  Tree wrong;
  wrong.file("framework/core/a.h", "#pragma once\n\n#include \"nn/b.h\"\n")
      .file("framework/nn/b.h", "#include \"core/c.h\"\n#include \"data/d.h\"\n")
      .file("framework/data/d.h", "#include \"sequence/e.h\"\n")
      .file("framework/sequence/e.h", "#include <data/d.h>\n")
      .file("framework/metrics/m.h", "  #  include \"experiment/x.h\"\n")
      .file("framework/experiment/x.h", "#include \"metrics/m.h\"\n#include \"results/r.h\"\n#include \"cli/y.h\"\n")
      .file("framework/cli/y.h", "#include \"results/r.h\"\n#include \"core/a.h\"\n")
      .file("framework/attic/z.h", "#include \"core/a.h\"\n")
      .file("results/r.h", "#include \"results/q.h\"\n#include \"experiment/x.h\"\n#include \"cli/y.h\"\n");
  CHECK(wrong_arrows(wrong.read()) ==
        Offences{"framework/attic/z.h:1: the room 'attic' has no place in the order of rooms",
                 "framework/core/a.h:3: 'core' must not include 'nn' (nn/b.h)",
                 "framework/data/d.h:1: 'data' must not include 'sequence' (sequence/e.h)",
                 "framework/experiment/x.h:2: 'experiment' must not include 'results' (results/r.h)",
                 "framework/experiment/x.h:3: 'experiment' must not include 'cli' (cli/y.h)",
                 "framework/metrics/m.h:1: 'metrics' must not include 'experiment' (experiment/x.h)",
                 "framework/nn/b.h:2: 'nn' must not include 'data' (data/d.h)",
                 "framework/sequence/e.h:1: 'sequence' must not include 'data' (data/d.h)",
                 "results/r.h:3: 'results' must not include 'cli' (cli/y.h)"});
}

TEST_CASE("the checker finds circles", "[house]") {
  Tree wrong;
  wrong.file("framework/core/a.h", "#include \"core/b.h\"\n")
      .file("framework/core/b.h", "\n#include \"core/c.h\"\n")
      .file("framework/core/c.h", "#include \"core/a.h\"\n")
      .file("framework/core/d.h", "#include \"core/c.h\"\n")
      .file("framework/core/self.h", "#include \"core/self.h\"\n");
  CHECK(circles(wrong.read()) == Offences{"framework/core/c.h:1: a circle: framework/core/a.h includes this file",
                                          "framework/core/self.h:1: a circle: framework/core/self.h includes this file"});
}

TEST_CASE("the checker finds libraries out of their room", "[house]") {
  Tree wrong;
  wrong.file("framework/kernels/p.cpp", "#include <oneapi/dnnl/dnnl.hpp>\n")
      .file("framework/nn/q.cpp", "#include <dnnl.h>\n")
      .file("framework/experiment/a.cpp", "#include <toml++/toml.h>\n#include <toml++/toml.hpp>\n")
      .file("framework/experiment/b.cpp", "#include <toml++/toml.h>\n")
      .file("framework/experiment/c.h", "#include <toml++/toml.h>\n");
  CHECK(stray_dnnl(wrong.read()) == Offences{"framework/nn/q.cpp:1: 'dnnl.h' belongs in framework/kernels alone"});
  CHECK(repeated_toml(wrong.read()) ==
        Offences{"framework/experiment/b.cpp:1: 'toml++/toml.h' is included in framework/experiment/a.cpp already",
                 "framework/experiment/c.h:1: 'toml++/toml.h' in a header"});
}

TEST_CASE("the checker finds plugins that include or grow too much", "[house]") {
  Tree wrong;
  wrong
      .file("plugins/cells/fine.cpp",
            "#include <seqlab/cell.h>\n#include <cmath>\n" + lines(43, "int x;") + lines(50, "  // why"))
      .file("plugins/cells/long.cpp", lines(46, "int x;") + lines(5, ""))
      .file("plugins/attention/fine.cpp", lines(25, "int x;  // what") + "/* a long\n story */\n\n")
      .file("plugins/attention/long.cpp", lines(26, "\"//\""))
      .file("plugins/models/own.cpp",
            lines(500, "int x;") + "#include \"plugin/cell.h\"\n#include <Eigen/Core>\n#include <fmt/format.h>\n");
  CHECK(foreign_in_plugins(wrong.read()) ==
        Offences{"plugins/models/own.cpp:501: a plugin includes <seqlab/...> and the standard library, not plugin/cell.h",
                 "plugins/models/own.cpp:502: a plugin includes <seqlab/...> and the standard library, not Eigen/Core",
                 "plugins/models/own.cpp:503: a plugin includes <seqlab/...> and the standard library, not fmt/format.h"});
  CHECK(long_plugins(wrong.read()) == Offences{"plugins/attention/long.cpp:26: 26 lines of code, at most 25",
                                               "plugins/cells/long.cpp:46: 46 lines of code, at most 45"});
}

TEST_CASE("includes in comments and texts are none", "[house]") {
  Tree fine;
  fine.file("framework/core/a.h", "// #include \"nn/b.h\"\n/*\n#include \"nn/b.h\"\n*/\nauto t = \"#include <dnnl.h>\";\n");
  CHECK(fine.read().at(0).includes.empty());
  CHECK(fine.read().at(0).code_lines == 1);
}
