// `seqlab data`: the catalogue of data sets, and how their files come to this machine.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/suggest.h"
#include "data/data_folders.h"
#include "data/data_set.h"
#include "data/dates.h"
#include "data/fetch.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::string_view kDates = "dates";
constexpr std::string_view kDatesSummary =
    "English dates in many formats to ISO 8601, made by a generator: nothing to download";

std::string size_text(std::uint64_t bytes) {
  const auto amount = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1000000) return fmt::format("{:.1f} kB", amount / 1e3);
  return fmt::format("{:.1f} MB", amount / 1e6);
}

/// Whether every file of the set is in `folder` with its size. (Contents are judged by `data get`.)
bool holds(const std::optional<fs::path>& folder, const DataSet& set) {
  if (!folder) return false;
  return std::ranges::all_of(set.files, [&](const DataFile& file) {
    std::error_code error;
    return fs::file_size(*folder / file.path, error) == file.bytes && !error;
  });
}

/// "mirror", "cache" and the folder, or neither.
std::pair<std::string, fs::path> place_of(const DataSet& set) {
  if (holds(data_mirror(), set)) return {"mirror", *data_mirror()};
  if (holds(data_cache(), set)) return {"cache", *data_cache()};
  return {"", {}};
}

std::string redistribution(const DataSet& set) {
  return set.redistributable ? "yes" : "doubtful: no licence of the data says so; fine for work of one's own";
}

std::string what_get_does(const DataSet& set) {
  return has_addresses(set) ? fmt::format("seqlab data get {}", set.name) : how_to_obtain(set);
}

Json as_json(const DataSet& set) {
  const auto [place, folder] = place_of(set);
  Json json{{"name", set.name},
            {"task", set.task},
            {"summary", set.summary},
            {"contents", set.contents},
            {"licence", set.licence},
            {"redistributable", set.redistributable},
            {"source", set.source},
            {"preparation", set.preparation},
            {"downloadable", has_addresses(set)},
            {"bytes", total_bytes(set)},
            {"found", place.empty() ? Json(nullptr) : Json(place)},
            {"folder", place.empty() ? Json(nullptr) : Json(folder.string())},
            {"files", Json::array()}};
  for (const DataFile& file : set.files) {
    json["files"].push_back({{"path", file.path},
                             {"bytes", file.bytes},
                             {"sha256", file.sha256},
                             {"url", file.url.empty() ? Json(nullptr) : Json(file.url)}});
  }
  return json;
}

Json dates_json() {
  Json json{{"name", kDates}, {"task", "translate"}, {"summary", kDatesSummary},
            {"bytes", 0},     {"found", "built in"}, {"formats", Json::array()}};
  for (const DateFormat& format : date_formats())
    json["formats"].push_back({{"format", format.name}, {"example", format.example}});
  return json;
}

void print_json(const Json& json) { std::cout << json.dump(2) << std::endl; }

int list(const Globals& globals) {
  if (globals.json) {
    Json all = Json::array({dates_json()});
    for (const DataSet& set : data_sets()) all.push_back(as_json(set));
    print_json(all);
    return 0;
  }
  Rows rows{{std::string(kDates), "-", "built in", fmt::format("translate: {}", kDatesSummary)}};
  for (const DataSet& set : data_sets()) {
    const std::string place = place_of(set).first;
    rows.push_back({std::string(set.name), size_text(total_bytes(set)), place.empty() ? "-" : place,
                    fmt::format("{}: {}", set.task, set.summary)});
  }
  std::ranges::sort(rows);
  std::cout << in_columns(rows, "", width_limit(STDOUT_FILENO).value_or(kWholeLines)) << std::flush;
  return 0;
}

int describe_dates(const Globals& globals) {
  if (globals.json) {
    print_json(dates_json());
    return 0;
  }
  const int width = terminal_width(STDOUT_FILENO);
  std::cout << in_columns({{std::string(kDates), std::string(kDatesSummary)}}, "", width) << '\n'
            << in_columns({{"task", "translate"},
                           {"options", "[data] train_size, valid_size, test_size, seed"},
                           {"most pairs", fmt::format("{}, all splits together", most_date_pairs())},
                           {"cases", "as written, lower or upper"}},
                          "", width)
            << "\nformats\n";
  Rows rows;
  for (const DateFormat& format : date_formats()) rows.push_back({format.name, format.example});
  std::cout << in_columns(rows, "  ", width) << std::flush;
  return 0;
}

int describe(const std::string& name, const Globals& globals) {
  if (name == kDates) return describe_dates(globals);
  const DataSet& set = find_data(name);
  if (globals.json) {
    print_json(as_json(set));
    return 0;
  }
  const int width = terminal_width(STDOUT_FILENO);
  const auto [place, folder] = place_of(set);
  Rows rows{{"task", std::string(set.task)},
            {"files", std::string(set.contents)},
            {"licence", std::string(set.licence)},
            {"redistributable", redistribution(set)},
            {"size", fmt::format("{} in {} file{}", size_text(total_bytes(set)), set.files.size(),
                                 set.files.size() == 1 ? "" : "s")},
            {"source", std::string(set.source)}};
  if (!set.preparation.empty()) rows.push_back({"preparation", std::string(set.preparation)});
  rows.push_back({"found", place.empty() ? "no" : fmt::format("in the {}: {}", place, folder.string())});
  rows.push_back({"to get it", what_get_does(set)});
  std::cout << in_columns({{std::string(set.name), std::string(set.summary)}}, "", width) << '\n'
            << in_columns(rows, "", width) << '\n';
  for (const DataFile& file : set.files) {
    std::cout << fmt::format("{}   {} bytes\n  sha256 {}\n", file.path, file.bytes, file.sha256);
    if (!file.url.empty()) std::cout << fmt::format("  {}\n", file.url);
  }
  std::cout << std::flush;
  return 0;
}

int get(const std::string& name, const std::string& to, const Globals& globals) {
  const auto note = [&](const std::string& line) {
    if (!globals.quiet) std::cerr << line << std::endl;
  };
  if (name == kDates) {
    note("dates are made by a generator: there is nothing to get");
    return 0;
  }
  const DataSet& set = find_data(name);
  const std::optional<fs::path> target = to.empty() ? data_cache() : fs::absolute(to).lexically_normal();
  if (!target) throw UserError("neither XDG_CACHE_HOME nor HOME names a folder for the files; name one with --to FOLDER");
  const std::optional<fs::path> mirror = data_mirror();
  if (mirror && !fs::is_directory(*mirror)) {
    throw UserError(fmt::format("{} names '{}', which is not a folder", kMirrorVariable, mirror->string()));
  }
  const FetchReport report = fetch_data_set(set, *target, mirror, note);
  if (report.copied + report.downloaded == 0) {
    note(fmt::format("{} is there already, whole", set.name));
  } else {
    note(fmt::format("{}: {} file{} fetched, sizes and SHA-256 as the catalogue says", set.name,
                     report.copied + report.downloaded, report.copied + report.downloaded == 1 ? "" : "s"));
  }
  if (!to.empty()) note(fmt::format("{}={} lets runs find it", kMirrorVariable, shown_path(target->string())));
  std::cout << target->string() << std::endl;
  return 0;
}

void add_options(po::options_description& options) {
  options.add_options()("to", po::value<std::string>()->value_name("FOLDER"),
                        "get: where to put the files; default: ~/.cache/seqlab/data, where runs look after the mirror");
}

int data(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, data_command());
  if (!given) return 0;
  const std::string& action = given->positional[0];
  const std::vector<std::string> actions{"list", "get", "describe"};
  if (std::ranges::find(actions, action) == actions.end()) {
    throw UserError(fmt::format("`seqlab data` cannot '{}'; {}", action, suggestion(action, actions)));
  }
  if (given->has("to") && action != "get") throw UserError("--to belongs to `seqlab data get`");
  if (action == "list") {
    if (given->positional.size() > 1) {
      throw UserError(fmt::format("unexpected argument '{}'; one set: seqlab data describe {}", given->positional[1],
                                  given->positional[1]));
    }
    return list(globals);
  }
  if (given->positional.size() < 2) {
    throw UserError(fmt::format("SET is missing; usage: seqlab data {} SET; `seqlab data list` names them", action));
  }
  return action == "get" ? get(given->positional[1], given->text("to"), globals) : describe(given->positional[1], globals);
}

}  // namespace

Command data_command() {
  return {"data",
          "the catalogue of data sets: what there is, and getting it",
          "data list | data describe SET | data get SET [--to FOLDER]",
          data,
          add_options,
          {1, 2, "list|get|describe SET"}};
}

}  // namespace seqlab
