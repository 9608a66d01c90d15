// The program `seqlab`: finds the command, cuts out the options that all commands share, turns errors into texts and exit
// codes.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <new>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/manual.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/suggest.h"
#include "core/version.h"
#include "experiment/diagnostic.h"

namespace seqlab {
namespace {

constexpr int kUsage = 2;
constexpr int kInternal = 3;
constexpr int kNothingMatched = 4;

void print_help() {
  constexpr int kWidth = 80;
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : commands()) rows.push_back({command.name, command.summary});
  rows.push_back({"help", "this text; help COMMAND, or help --man for the manual page"});
  po::options_description options("options of every command");
  add_common_options(options);
  options.add_options()("help", "the options of a command: seqlab COMMAND --help")("version", "the version of seqlab");
  std::cout << "seqlab: a laboratory for sequence models\n\nusage: seqlab COMMAND [ARGUMENTS]\n\ncommands:\n"
            << in_columns(rows, "  ", kWidth) << '\n'
            << options << std::flush;
}

std::string program_path(const char* word) {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::absolute(word).string() : path.string();
}

/// Cuts the common options out of the arguments, wherever they stand before "--".
std::vector<std::string> take_globals(std::vector<std::string> words, Globals& globals) {
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value_of = [&](std::string_view option, std::string& target) {
      if (word == option) {
        if (i + 1 >= words.size()) throw UserError(fmt::format("{} needs a value", option));
        target = words[++i];
        return true;
      }
      if (!word.starts_with(fmt::format("{}=", option))) return false;
      target = word.substr(option.size() + 1);
      return true;
    };
    if (word == "--") {
      rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    if (word == "--json") {
      globals.json = true;
    } else if (word == "-q" || word == "--quiet") {
      globals.quiet = true;
    } else if (word == "-v" || word == "--verbose") {
      globals.verbose = true;
    } else if (!value_of("--db", globals.database) && !value_of("--color", globals.color)) {
      rest.push_back(word);
    }
  }
  if (globals.color != "auto" && globals.color != "always" && globals.color != "never") {
    throw UserError(fmt::format("--color must be auto, always or never, not '{}'", globals.color));
  }
  if (globals.database.empty()) throw UserError("--db must name a file");
  return rest;
}

int dispatch(std::vector<std::string> words, Globals& globals) {
  words = take_globals(std::move(words), globals);
  if (words.empty()) {
    print_help();
    return kUsage;
  }
  std::string name = words.front();
  words.erase(words.begin());
  if (name == "--version") {
    std::cout << "seqlab " << framework_version() << std::endl;
    return 0;
  }
  if (name == "help" || name == "--help" || name == "-h") {
    if (words.empty() || words.front() == "--help" || words.front() == "-h") {
      print_help();
      return 0;
    }
    name = words.front();
    if (name == "--man") {
      std::cout << manual_page(commands()) << std::flush;
      return 0;
    }
    words = {"--help"};
  }
  if (name == "child") return child_command().run(words, globals);
  if (name == "inspect") return inspect_command().run(words, globals);
  std::vector<std::string> names = {"help"};
  for (const Command& command : commands()) {
    if (command.name == name) return command.run(words, globals);
    names.push_back(command.name);
  }
  const std::string_view word = name.starts_with('-') ? "option" : "command";
  throw UserError(fmt::format("unknown {} '{}'; {}; `seqlab help` lists the commands", word, name, suggestion(name, names)));
}

int report(const std::string& text, const std::string& color, int code) {
  const bool painted = use_color(color, STDERR_FILENO);
  std::cout << std::flush;
  std::cerr << (painted ? "\x1b[1;31merror\x1b[0m: " : "error: ") << text << std::endl;
  return code;
}

/// Threads that spin while they wait make a step a hundred times slower as soon as another process wants the same core
/// (measured: 2,000 ms instead of 9). The OpenMP library reads its wish when it is loaded, so the program starts itself once
/// more with it.
void let_threads_sleep(char** words) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  setenv("GOMP_SPINCOUNT", "2000", 1);
  execv("/proc/self/exe", words);  // returns only where it cannot: then all works as before
}

Globals default_globals(const char* word) {
  Globals globals;
  globals.program = program_path(word);
  const char* database = std::getenv("SEQLAB_DB");
  globals.database = database != nullptr && *database != '\0' ? database : "seqlab.db";
  return globals;
}

int complete_line(int count, char** words) {
  try {
    return complete_command().run({words + 2, words + count}, default_globals(words[0]));
  } catch (const std::exception&) {
    return 0;
  }
}

int run_program(int count, char** words) {
  Globals globals = default_globals(words[0]);
  try {
    const int code = dispatch({words + 1, words + count}, globals);
    std::cout << std::flush;
    if (!std::cout) throw EnvironmentError("stdout cannot be written");
    return code;
  } catch (const DiagnosticsError& error) {
    std::cout << std::flush;
    std::cerr << render(error.diagnostics(), use_color(globals.color, STDERR_FILENO)) << std::flush;
    return kUsage;
  } catch (const NothingMatched& error) {
    return report(error.what(), globals.color, kNothingMatched);
  } catch (const UserError& error) {
    return report(error.what(), globals.color, kUsage);
  } catch (const EnvironmentError& error) {
    return report(error.what(), globals.color, kInternal);
  } catch (const InternalError& error) {
    return report(
        fmt::format("internal error: {}\nThis is a mistake of seqlab {}: please report it with the command that led to it.",
                    error.what(), framework_version()),
        globals.color, kInternal);
  } catch (const std::bad_alloc&) {
    return report("out of memory", globals.color, kInternal);
  } catch (const std::exception& error) {
    return report(
        fmt::format("internal error: {}\nThis is a mistake of seqlab {}: please report it with the command that led to it.",
                    error.what(), framework_version()),
        globals.color, kInternal);
  }
}

}  // namespace
}  // namespace seqlab

int main(int count, char** words) {
  // Completion is asked at each press of a key: quick, and without a word of its own.
  if (count > 1 && std::string_view(words[1]) == "__complete") return seqlab::complete_line(count, words);
  seqlab::let_threads_sleep(words);
  return seqlab::run_program(count, words);
}
