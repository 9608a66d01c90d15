// `seqlab tag` and `seqlab note`: what people say of runs.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "results/annotation.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

void print_tagged_runs(Database& database, bool json) {
  TextTable table{{{"tag"}, {"run", Align::right}, {"experiment"}, {"label"}, {"seed", Align::right}, {"state"}}, {}};
  Statement query = database.prepare(
      "SELECT tag.name, v.run, v.experiment, v.label, v.seed, v.state FROM tag JOIN v_run AS v ON v.run = tag.run ORDER BY "
      "1, 2, 3");
  while (query.step()) {
    table.rows.push_back({query.text(0), query.integer(1), query.text(2), query.text(3), query.integer(4), query.text(5)});
  }
  std::cout << to_text(table, json ? TableFormat::json : TableFormat::table) << std::flush;
}

void add_tag_options(po::options_description& options) { options.add_options()("remove", "take the tags off the run"); }

int tag(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  if (given->has("remove") && given->positional.size() < 2) throw UserError("--remove needs a run and its tags");
  if (given->positional.empty()) {
    print_tagged_runs(*open_for_reading(globals.database), globals.json);
    return 0;
  }
  const std::vector<std::string> words(given->positional.begin() + 1, given->positional.end());
  const auto database = words.empty() ? open_for_reading(globals.database) : open_for_changing(globals.database);
  const std::int64_t run = find_run(*database, given->positional[0], "");
  if (given->has("remove")) {
    remove_tags(*database, run, words);
  } else if (!words.empty()) {
    add_tags(*database, run, words);
  }
  const std::vector<std::string> tags = tags_of(*database, run);
  if (globals.json) {
    std::cout << nlohmann::ordered_json{{"run", run}, {"tags", tags}}.dump() << std::endl;
  } else if (words.empty()) {
    for (const auto& name : tags) std::cout << name << '\n';
  } else if (!globals.quiet) {
    std::cerr << fmt::format("#{}: {}", run, tags.empty() ? "no tags" : fmt::format("{}", fmt::join(tags, ", ")))
              << std::endl;
  }
  return 0;
}

int note(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const std::vector<std::string> words(given->positional.begin() + 1, given->positional.end());
  const auto database = words.empty() ? open_for_reading(globals.database) : open_for_changing(globals.database);
  const std::int64_t run = find_run(*database, given->positional[0], "");
  if (!words.empty()) {
    add_note(*database, run, fmt::format("{}", fmt::join(words, " ")));
    if (!globals.json) return 0;
  }
  auto list = nlohmann::ordered_json::array();
  for (const Note& each : notes_of(*database, run)) {
    if (globals.json) {
      list.push_back({{"time", each.time}, {"text", each.text}});
    } else {
      std::cout << fmt::format("{}  {}\n", each.time.substr(0, 16), each.text);
    }
  }
  if (globals.json) std::cout << list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  std::cout << std::flush;
  return 0;
}

}  // namespace

Command tag_command() {
  Command command{"tag",
                  "give a run tags, or list them; without a run, all tagged runs",
                  "tag [RUN [TAG...] [--remove]]",
                  {},
                  add_tag_options,
                  {0, Positional::kAnyNumber, "RUN TAG"}};
  command.run = [command](const auto& arguments, const auto& globals) { return tag(command, arguments, globals); };
  return command;
}

Command note_command() {
  Command command{"note",  "write a note on a run, or read its notes", "note RUN [TEXT...]", {},
                  nullptr, {1, Positional::kAnyNumber, "RUN TEXT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return note(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
