#pragma once

// One subcommand: its name, its help, its options, what it does. One file per subcommand defines one function that returns
// it.

#include <functional>
#include <string>
#include <vector>

namespace boost::program_options {
class options_description;
}

namespace seqlab {

/// Options common to all commands, already cut out of the arguments.
struct Globals {
  std::string program;         // absolute path of the running executable
  std::string database;        // --db, SEQLAB_DB or "seqlab.db"
  bool json = false;           // --json
  bool quiet = false;          // -q
  bool verbose = false;        // -v
  std::string color = "auto";  // --color auto|always|never; NO_COLOR
};

/// How many words without a leading dash a command takes, and what the help, messages and completion call them. Places are
/// separated by blanks, and the last stands for all that follow: "list|get|describe SET". Within a place '|' separates what
/// it can be: capitals are something to be named (see completion.h), other letters stand for themselves.
struct Positional {
  int at_least = 0;
  int at_most = 0;  // kAnyNumber: no limit
  std::string words;
  static constexpr int kAnyNumber = -1;
  [[nodiscard]] std::string word(int place) const;  // from 0
};

struct Command {
  std::string name;
  std::string summary;  // one line for `seqlab help`
  std::string usage;    // "compare EXPERIMENT [--rows K] ..."
  std::function<int(const std::vector<std::string>& arguments, const Globals& globals)> run;  // exit code
  /// Adds the command's own options. Parsing, help, completion and the man page read this one table. None: no options.
  void (*options)(boost::program_options::options_description& options) = nullptr;
  Positional positional = {};
};

/// The commands of the help, in its order.
const std::vector<Command>& commands();

Command run_command();
Command child_command();    // hidden: one run in its own process
Command inspect_command();  // hidden: one plugin's checks in their own process
Command compare_command();
Command plot_command();
Command status_command();
Command show_command();
Command predict_command();
Command sql_command();
Command plugins_command();
Command keys_command();
Command check_command();
Command bench_command();
Command build_command();
Command diff_command();
Command logs_command();
Command rm_command();
Command tag_command();
Command note_command();
Command export_command();
Command import_command();
Command jobs_command();
Command collect_command();
Command data_command();
Command vectors_command();
Command new_command();
Command completion_command();
Command complete_command();  // hidden: asked by the completion scripts

}  // namespace seqlab
