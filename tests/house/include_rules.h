#pragma once

// The house's rules about includes and lengths, checked on the text of the sources.

#include <filesystem>
#include <string>
#include <vector>

namespace seqlab::house {

struct Include {
  std::string file;     // who includes, from the root of the tree: "framework/nn/linear.h"
  int line = 0;         // from 1
  std::string name;     // "nn/parameter.h"
  bool angled = false;  // <...> instead of "..."
};

struct SourceFile {
  std::string path;  // from the root of the tree
  std::vector<Include> includes;
  int code_lines = 0;  // lines that hold more than blanks and comments
};

/// The .h and .cpp files of framework/, results/ and plugins/, sorted by path.
std::vector<SourceFile> read_tree(const std::filesystem::path& root);

// Each rule gives one line per offence, "FILE:LINE: what is wrong"; nothing where all is well.
using Offences = std::vector<std::string>;
/// Arrows between rooms run one way.
Offences wrong_arrows(const std::vector<SourceFile>& files);
/// No file includes itself over others.
Offences circles(const std::vector<SourceFile>& files);
/// oneDNN is known in framework/kernels alone.
Offences stray_dnnl(const std::vector<SourceFile>& files);
/// toml++ is compiled in one file.
Offences repeated_toml(const std::vector<SourceFile>& files);
/// A plugin includes <seqlab/...> and the standard library.
Offences foreign_in_plugins(const std::vector<SourceFile>& files);
/// A cell has at most 45 lines of code, a score 25.
Offences long_plugins(const std::vector<SourceFile>& files);

}  // namespace seqlab::house
