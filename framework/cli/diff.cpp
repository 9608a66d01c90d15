// `seqlab diff`: in what two runs differ.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "results/run_difference.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kWidest = 32;  // of a value; longer ones are cut

std::string title_of(Database& database, std::int64_t run) {
  Statement query = database.prepare("SELECT label, seed FROM v_run WHERE run = ? ORDER BY label IS NULL LIMIT 1");
  query.bind_all(run).step();
  return fmt::format("#{} {}{}seed {}", run, query.text(0), query.is_null(0) ? "" : " ", query.integer(1));
}

std::string shown(const std::optional<TableCell>& value) {
  if (!value) return "-";
  std::string text = cell_text(*value);
  if (display_width(text) > kWidest && text.size() > kWidest) text = text.substr(0, kWidest - 3) + "...";
  return text;
}

std::string signed_number(const DifferingValue& value) {
  const bool whole = std::holds_alternative<std::int64_t>(*value.a) && std::holds_alternative<std::int64_t>(*value.b);
  return whole ? fmt::format("{:+.0f}", *value.difference) : fmt::format("{:+.4g}", *value.difference);
}

std::string as_text(const std::vector<DifferenceSection>& sections, const std::string& a, const std::string& b) {
  int key_width = 0;
  int a_width = display_width(a);
  int b_width = display_width(b);
  bool any = false;
  for (const auto& section : sections) {
    for (const auto& value : section.values) {
      key_width = std::max(key_width, display_width(value.key) + 2);
      a_width = std::max(a_width, display_width(shown(value.a)));
      b_width = std::max(b_width, display_width(shown(value.b)));
      any = true;
    }
  }
  if (!any) return fmt::format("{} and {} differ in nothing that is stored\n", a, b);
  const auto line = [&](const std::string& key, const std::string& left, const std::string& right, const std::string& gap) {
    std::string text = padded(key, key_width) + "  " + padded(left, a_width) + "  " + padded(right, b_width) + "  " + gap;
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
  };
  std::string out = line("", a, b, "");
  for (const auto& section : sections) {
    if (!section.values.empty()) out += section.name + '\n';
    for (const auto& value : section.values) {
      const std::string gap = value.difference && std::isfinite(*value.difference) ? signed_number(value) : "";
      out += line("  " + value.key, shown(value.a), shown(value.b), gap);
    }
  }
  return out;
}

std::string as_json(const std::vector<DifferenceSection>& sections, std::int64_t a, std::int64_t b) {
  Json out{{"a", a}, {"b", b}};
  const auto json = [](const std::optional<TableCell>& value) {
    if (!value) return Json(nullptr);
    if (const auto* real = std::get_if<double>(&*value)) return std::isfinite(*real) ? Json(*real) : Json(raw_text(*value));
    if (const auto* integer = std::get_if<std::int64_t>(&*value)) return Json(*integer);
    return Json(raw_text(*value));
  };
  for (const auto& section : sections) {
    Json& list = out[section.name] = Json::array();
    for (const auto& value : section.values) {
      Json entry{{"key", value.key}, {"a", json(value.a)}, {"b", json(value.b)}};
      if (value.difference && std::isfinite(*value.difference)) entry["difference"] = *value.difference;
      list.push_back(std::move(entry));
    }
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

void add_options(po::options_description& options) {
  options.add_options()("experiment", po::value<std::string>()->value_name("NAME"),
                        "where @best and @last look; default: the experiment worked on last");
}

int diff(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const auto database = open_for_reading(globals.database);
  const std::int64_t a = find_run(*database, given->positional[0], given->text("experiment"));
  const std::int64_t b = find_run(*database, given->positional[1], given->text("experiment"));
  const auto sections = run_difference(*database, a, b);
  std::cout << (globals.json ? as_json(sections, a, b) : as_text(sections, title_of(*database, a), title_of(*database, b)))
            << std::flush;
  return 0;
}

}  // namespace

Command diff_command() {
  Command command{"diff",
                  "in what two runs differ: settings, results, plugins, environment",
                  "diff RUN RUN [--experiment NAME]",
                  {},
                  add_options,
                  {2, 2, "RUN RUN"}};
  command.run = [command](const auto& arguments, const auto& globals) { return diff(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
