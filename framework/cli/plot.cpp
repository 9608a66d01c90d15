#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/html.h"
#include "cli/line_chart.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "core/suggest.h"
#include "results/comparison.h"
#include "results/curves.h"

namespace seqlab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kStyle =
    "svg { display: block; margin: 1.6rem 0; max-width: 100%; height: auto; font-family: inherit; }\n";
constexpr std::string_view kLegend =
    "<p>Lines are means over the seeds that have a finite value, bands reach from the smallest to the largest; the numbers "
    "stand\n"
    "under the pointer.</p>\n";

void add_options(po::options_description& options) {
  auto add = options.add_options();
  add("metric", po::value<std::string>()->value_name("METRIC"), "such as train/loss; default: the experiment's own");
  add("only", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
      "leave out other values of a factor, a setting or the seed (KEY=A,B keeps several); may be repeated");
  add("epoch", po::value<std::string>()->value_name("N"), "of the gradient by lag; default 0: before training");
  add("output", po::value<std::string>()->value_name("FILE"), "the page; - or none: standard output");
}

Json json_of(const std::vector<Curve>& curves) {
  Json all = Json::array();
  for (const Curve& curve : curves) {
    Json points = Json::array();
    for (const CurvePoint& point : curve.points) {
      points.push_back(
          {{"x", point.x}, {"mean", point.mean}, {"low", point.low}, {"high", point.high}, {"seeds", point.seeds}});
    }
    all.push_back({{"label", curve.label}, {"points", std::move(points)}});
  }
  return all;
}

int plot(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  constexpr std::int64_t kMostEpochs = 1'000'000;
  const auto epoch = static_cast<int>(given->whole_number("epoch", 0, kMostEpochs).value_or(0));
  ComparisonQuery query{given->positional[0], "", "best", {}};
  for (const auto& only : given->texts("only")) query.only.push_back(key_and_value(only, "--only"));
  const auto database = open_for_reading(globals.database);
  const Comparison comparison = load_comparison(*database, query);
  const std::string metric = given->text("metric", comparison.metric);
  const std::vector<std::string> logged = logged_metrics(*database, comparison);
  if (std::ranges::find(logged, metric) == logged.end()) {
    throw NothingMatched(fmt::format("no run of '{}' has logged '{}' on its way; {}", comparison.experiment, metric,
                                     logged.empty() ? "none has logged anything yet" : suggestion(metric, logged)));
  }
  const std::vector<Curve> learning = learning_curves(*database, comparison, metric);
  const auto gradients = gradients_by_lag(*database, comparison, epoch);
  if (gradients.empty() && given->has("epoch")) {
    throw NothingMatched(
        fmt::format("no run of '{}' has logged gradients by lag at epoch {}; [train] gradient_by_lag = true does",
                    comparison.experiment, epoch));
  }
  std::string page;
  if (globals.json) {
    Json json{{"experiment", comparison.experiment}, {"metric", metric}, {"curves", json_of(learning)}};
    for (const auto& [layer, curves] : gradients) json["gradient_by_lag"][layer] = json_of(curves);
    page = json.dump(2) + '\n';
  } else {
    std::string body(kLegend);
    body += svg({metric, "epoch", metric, false, learning});
    for (const auto& [layer, curves] : gradients) {
      body += svg({fmt::format("How far back the loss is felt: layer {}, {}", layer,
                               epoch == 0 ? "before training" : fmt::format("after epoch {}", epoch)),
                   "steps before the last", "norm of d loss / d state", true, curves});
    }
    page = html_page(comparison.experiment + comparison.restriction_text(), kStyle, body);
  }
  const std::string name = given->text("output", "-");
  if (name == "-") {
    std::cout << page << std::flush;
    return 0;
  }
  std::ofstream file(name, std::ios::binary);
  file << page << std::flush;
  if (!file) throw EnvironmentError(fmt::format("cannot write '{}'; --output names a file, or - for standard output", name));
  return 0;
}

}  // namespace

Command plot_command() {
  Command command{"plot",
                  "learning curves of an experiment, and how far back gradients reach, as a page to look at",
                  "plot EXPERIMENT [--metric METRIC] [--only KEY=VALUE]... [--epoch N] [--output FILE]",
                  {},
                  add_options,
                  {1, 1, "EXPERIMENT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return plot(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
