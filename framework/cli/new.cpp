// `seqlab new`: a plugin or an experiment to start from.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "cli/arguments.h"
#include "cli/skeletons.h"
#include "core/error.h"
#include "core/suggest.h"
#include "plugin/registry.h"

namespace seqlab {
namespace {

void check_name(const std::string& kind, const std::string& name) {
  const bool experiment = kind == "experiment";
  const bool plain = std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z') ||
           (experiment && (c == '-' || c == '.'));
  });
  const bool begins = !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z'));
  if (!plain || !begins) {
    throw UserError(fmt::format("'{}' cannot be the name of {} {}; use letters, digits and '_'{}, a letter first", name,
                                kind == "attention" || experiment || kind == "embedding" ? "an" : "a", kind,
                                experiment ? ", '-', '.'" : ""));
  }
}

/// Two plugins of one name could not be loaded together.
void check_free(const std::string& kind, const std::string& name) {
  Registry registry;
  registry.scan(plugin_folders());
  if (const Component* other = registry.find(kind_of(kind), name)) {
    throw UserError(fmt::format("{}/{} is provided by {} already; choose another name", kind, name, other->file));
  }
}

/// UserError where the file is there already: nothing is ever overwritten.
void write_new(const std::string& file, const std::string& text) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0 && errno == EEXIST) throw UserError(fmt::format("'{}' is there already; choose another name", file));
  bool written = descriptor >= 0 && write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  if (descriptor >= 0) written = close(descriptor) == 0 && written;
  if (!written) {
    if (descriptor >= 0) unlink(file.c_str());
    throw EnvironmentError(fmt::format("cannot write '{}': {}", file, std::strerror(error)));
  }
}

std::string next_commands(const std::string& kind, const std::string& name) {
  if (kind == "experiment") return fmt::format("  seqlab check {0}.toml\n  seqlab run {0}.toml -j 2\n", name);
  std::string choice = fmt::format("--grid {}={}", kind, name);
  if (kind == "cell") choice = fmt::format("--grid cell=lstm,{}", name);
  if (kind == "attention") choice = fmt::format("--grid attention=none,{}", name);
  if (kind == "embedding") choice = fmt::format("--grid embedding=learned,{}", name);
  if (kind == "model") choice = fmt::format("--grid model=seq2seq,{}", name);
  return fmt::format(
      "  seqlab build {0}.cpp\n  seqlab check {0}.so\n  export SEQLAB_PLUGIN_PATH=$PWD\n  seqlab new experiment first\n"
      "  seqlab run first.toml {1} -j 2\n",
      name, choice);
}

int create(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, new_command());
  if (!given) return 0;
  const std::string& kind = given->positional[0];
  const std::string& name = given->positional[1];
  const auto& kinds = skeleton_kinds();
  if (std::ranges::find(kinds, kind) == kinds.end()) {
    throw UserError(fmt::format("`seqlab new` cannot make a '{}'; {}", kind, suggestion(kind, kinds)));
  }
  check_name(kind, name);
  if (kind != "experiment") check_free(kind, name);
  const std::string file = name + (kind == "experiment" ? ".toml" : ".cpp");
  write_new(file, skeleton(kind, name));
  std::cout << file << std::endl;
  if (!globals.quiet) std::cerr << "next:\n" << next_commands(kind, name) << std::flush;
  return 0;
}

}  // namespace

Command new_command() {
  return {"new",
          "a file to start from: a plugin or an experiment that works as it is",
          "new cell|attention|embedding|model|experiment NAME",
          create,
          nullptr,
          {2, 2, "cell|attention|embedding|model|experiment NAME"}};
}

}  // namespace seqlab
