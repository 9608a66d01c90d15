#pragma once

// The version of the framework (part of a run's code identity) and how it was built. The build generates version.cpp.

#include <string>
#include <string_view>

namespace seqlab {

/// "0.1.0".
std::string_view framework_version();

/// What `seqlab build` needs to compile a plugin as the host was compiled.
struct BuildFacts {
  std::string compiler;        // the program
  std::string compiler_name;   // "GNU 12.2.0"
  std::string plugin_flags;    // separated by blanks
  std::string place_flags;     // what keeps folders of this machine out of a plugin file, separated by blanks
  std::string framework;       // folder of the rooms' headers
  std::string include;         // folder of <seqlab/...>
  std::string eigen;           // folder of Eigen's headers
  std::string library_folder;  // folder of libseqlab.so
  std::string build_type;
};
const BuildFacts& build_facts();

/// SHA-256 of the library's own file. EnvironmentError where it cannot be read.
std::string framework_build();

}  // namespace seqlab
