// `seqlab export` and `seqlab import`: runs go from one database into another.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "results/store.h"
#include "results/transfer.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

void refuse_itself(const std::string& a, const std::string& b) {
  std::error_code error;
  if (fs::equivalent(a, b, error)) throw UserError(fmt::format("'{}' is the database itself", b));
}

void tell(const TransferReport& report, const Globals& globals) {
  for (const auto& remark : report.remarks) std::cerr << "warning: " << remark << std::endl;
  if (globals.json) {
    std::cout << nlohmann::ordered_json{{"added", report.added},
                                        {"replaced", report.replaced},
                                        {"known", report.known},
                                        {"running", report.running},
                                        {"remarks", report.remarks}}
                     .dump(2)
              << std::endl;
    return;
  }
  if (globals.quiet) return;
  std::string line = fmt::format("{} added", counted(report.added, "run"));
  if (report.replaced > 0) line += fmt::format(", {} now done", report.replaced);
  if (report.known > 0) line += fmt::format(", {} known already", report.known);
  if (report.running > 0) line += fmt::format(", {} left out (at work)", report.running);
  std::cerr << line << std::endl;
}

int export_runs(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const auto source = open_for_reading(globals.database);
  const std::string& file = given->positional[0];
  refuse_itself(globals.database, file);
  const NamedRows named = find_runs_and_experiments(*source, {given->positional.begin() + 1, given->positional.end()});
  const Selection selection{given->positional.size() == 1,
                            {named.experiments.begin(), named.experiments.end()},
                            {named.runs.begin(), named.runs.end()}};
  Database target(file, Access::write);
  tell(transfer(*source, target, selection), globals);
  return 0;
}

int import_runs(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const std::string& file = given->positional[0];
  if (!fs::exists(file)) throw NothingMatched(fmt::format("there is no file '{}' to import", file));
  refuse_itself(globals.database, file);
  Database source(file, Access::read);
  Store store(globals.database);
  tell(transfer(source, store.database(), {}), globals);
  return 0;
}

}  // namespace

Command export_command() {
  Command command{"export",
                  "copy experiments and runs (default: all) into another database file",
                  "export FILE.db [EXPERIMENT|RUN...]",
                  {},
                  nullptr,
                  {1, Positional::kAnyNumber, "FILE.db EXPERIMENT|RUN"}};
  command.run = [command](const auto& arguments, const auto& globals) { return export_runs(command, arguments, globals); };
  return command;
}

Command import_command() {
  Command command{"import",         "take the runs of another database in; a second time changes nothing",
                  "import FILE.db", {},
                  nullptr,          {1, 1, "FILE.db"}};
  command.run = [command](const auto& arguments, const auto& globals) { return import_runs(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
