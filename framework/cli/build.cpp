// `seqlab build FILE.cpp`: compiles one plugin as this seqlab was compiled.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <iostream>
#include <sstream>

#include "cli/arguments.h"
#include "cli/command.h"
#include "core/error.h"
#include "core/program.h"
#include "core/version.h"
#include "plugin/registry.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

void add_options(po::options_description& options) {
  options.add_options()("output,o", po::value<std::string>()->value_name("FILE.so"),
                        "where to put it; default: beside the source");
}

int run_build(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, build_command());
  if (!given) return 0;
  const fs::path source = given->positional[0];
  if (!fs::is_regular_file(source)) throw UserError(fmt::format("no file '{}' to build", source.string()));
  const fs::path output = given->has("output") ? fs::path(given->text("output")) : fs::path(source).replace_extension(".so");
  const BuildFacts& facts = build_facts();
  std::vector<std::string> words{facts.compiler};
  std::istringstream flags(facts.plugin_flags + " " + facts.place_flags);
  for (std::string flag; flags >> flag;) words.push_back(flag);
  // The same source gives the same file in whatever folder it lies: its content is part of a run's identity.
  const fs::path place = source.parent_path();
  if (!place.empty()) words.push_back(fmt::format("-ffile-prefix-map={}/=", place.string()));
  words.push_back("-frandom-seed=" + source.filename().string());
  // A plugin that is in use keeps its old file: the new one takes its name when it is whole.
  const std::string partial = output.string() + ".partial";
  for (const std::string& folder : {facts.framework, facts.include}) words.push_back("-I" + folder);
  for (const std::string& word :
       {std::string("-isystem"), facts.eigen, std::string("-DBOOST_DLL_USE_STD_FS"), std::string("-Wall"),
        std::string("-Wextra"), std::string("-shared"), std::string("-Wl,--no-undefined"), source.string(),
        "-L" + facts.library_folder, std::string("-lseqlab"), std::string("-lfmt"), std::string("-o"), partial}) {
    words.push_back(word);
  }
  if (globals.verbose) std::cerr << fmt::format("{}\n", fmt::join(words, " "));
  if (run_program(words, "it is the compiler that seqlab was built with: install it again") != 0) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw UserError(fmt::format("{} does not compile; the compiler's messages stand above", source.string()));
  }
  // What cannot be loaded does not take the place of what could.
  Registry registry;
  const PluginRecord& record = registry.load(fs::absolute(partial).string());
  if (record.status != PluginStatus::loaded) {
    std::error_code ignored;
    fs::remove(partial, ignored);
  }
  if (record.status == PluginStatus::stale_build) {
    throw UserError(
        fmt::format("{}: {}; the compiler or the headers in {} are not those of this program any more: build "
                    "seqlab again first",
                    output.string(), record.reason, facts.framework));
  }
  if (record.status != PluginStatus::loaded)
    throw UserError(fmt::format("{}: {}; {}", source.string(), record.reason, record.remedy));
  fs::rename(partial, output);
  std::cout << fmt::format("{}  {}\n", output.string(), fmt::join(record.provides, " "));
  return 0;
}

}  // namespace

Command build_command() {
  return {"build",
          "compile a plugin outside of the source tree",
          "build FILE.cpp [-o FILE.so]",
          run_build,
          add_options,
          {1, 1, "FILE.cpp"}};
}

}  // namespace seqlab
