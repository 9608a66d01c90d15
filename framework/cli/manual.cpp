#include "cli/manual.h"

#include <fmt/format.h>

#include <boost/program_options/cmdline.hpp>

#include "cli/arguments.h"
#include "core/version.h"

namespace seqlab {
namespace {

/// Text as troff reads it: no escapes, and no line that begins as a request.
std::string escaped(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    line_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '~') {
      out += "\\(ti";
    } else {
      out += c;
    }
  }
  return out;
}

std::string option_line(const po::option_description& option) {
  const std::string long_name = option.long_name();
  std::string short_name = option.canonical_display_name(po::command_line_style::allow_dash_for_short);
  std::string line;
  if (short_name.size() == 2 && short_name[0] == '-') line = fmt::format("\\fB{}\\fR, ", escaped(short_name));
  line += fmt::format("\\fB{}\\fR", escaped("--" + long_name));
  if (option.semantic()->max_tokens() > 0) line += fmt::format(" \\fI{}\\fR", escaped(option.semantic()->name()));
  return line;
}

std::string option_list(const po::options_description& options) {
  std::string out;
  for (const auto& option : options.options()) {
    out += fmt::format(".TP\n{}\n{}\n", option_line(*option), escaped(option->description()));
  }
  return out;
}

std::string explained(const Explained& list) {
  std::string out;
  for (const auto& [name, meaning] : list) out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(name), escaped(meaning));
  return out;
}

}  // namespace

void add_common_options(po::options_description& options) {
  auto add = options.add_options();
  add("db", po::value<std::string>()->value_name("FILE.db"),
      "the database; default: SEQLAB_DB, else seqlab.db in the current folder");
  add("json", "data as JSON");
  add("quiet,q", "errors only");
  add("verbose,v", "more detail");
  add("color", po::value<std::string>()->value_name("auto|always|never"),
      "colours; default: auto, on a terminal unless NO_COLOR is set");
}

const Explained& exit_codes() {
  static const Explained list{{"0", "all done"},
                              {"1", "some runs failed, or a check did"},
                              {"2", "the command line or a file is wrong; nothing was run"},
                              {"3", "internal error, or the machine or the database cannot be used"},
                              {"4", "nothing matched"},
                              {"124", "a run was over its time limit"},
                              {"130, 143", "stopped by Ctrl-C or by SIGTERM"}};
  return list;
}

const Explained& environment_variables() {
  static const Explained list{
      {"SEQLAB_DB", "the database where --db does not name one"},
      {"SEQLAB_PLUGIN_PATH", "folders of plugins, separated by colons, searched before the installed ones"},
      {"SEQLAB_DATA_MIRROR", "folder that holds the files of data sets; searched before the cache"},
      {"XDG_CACHE_HOME", "where the cache of data sets lies; default: ~/.cache"},
      {"NO_COLOR", "no colours, if set and not empty"},
      {"COLUMNS", "width of what is printed; default: the terminal's, 80 in a pipe"}};
  return list;
}

const Explained& files() {
  static const Explained list{{"seqlab.db", "the database of results, in the current folder"},
                              {"seqlab-runs/NAME/", "logs and other files of the runs of NAME.db, beside it"},
                              {"~/.cache/seqlab/data/", "data sets that `seqlab data get` has fetched"},
                              {"~/.cache/seqlab/vectors/", "word vectors that runs have trained"}};
  return list;
}

std::string manual_page(const std::vector<Command>& commands) {
  std::string out = fmt::format(
      ".TH SEQLAB 1 \"\" \"seqlab {}\" \"User Commands\"\n"
      ".nh\n.ad l\n"
      ".SH NAME\nseqlab \\- a laboratory for sequence models\n"
      ".SH SYNOPSIS\n\\fBseqlab\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n"
      ".SH DESCRIPTION\n",
      escaped(framework_version()));
  out += escaped(
      "seqlab trains and compares sequence models: cells, attention scores, embeddings and models that are plugins, wired "
      "by an "
      "experiment file, run over grids and seeds, one process a run. Results are kept in an SQLite database.\n"
      "Data is printed on stdout, everything else on stderr.\n");
  out += ".SH COMMANDS\n";
  for (const Command& command : commands) {
    out += fmt::format(".SS {}\n{}.\n.PP\n\\fBseqlab {}\\fR{}\n", escaped(command.name), escaped(command.summary),
                       escaped(command.name), escaped(command.usage.substr(command.name.size())));
    if (command.options == nullptr) continue;
    po::options_description options;
    command.options(options);
    out += option_list(options);
  }
  po::options_description common;
  add_common_options(common);
  out += ".SH OPTIONS\nEvery command has these, and \\fB\\-\\-help\\fR.\n" + option_list(common);
  out += ".SH EXIT STATUS\n" + explained(exit_codes());
  out += ".SH FILES\n" + explained(files());
  out += ".SH ENVIRONMENT\n" + explained(environment_variables());
  return out;
}

}  // namespace seqlab
