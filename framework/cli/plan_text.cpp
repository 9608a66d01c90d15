#include "cli/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cli/columns.h"
#include "cli/terminal.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

constexpr int kWidestLabel = 50;  // a longer one pushes its seeds to the right, or onto a line of their own

}  // namespace

std::string plan_listing(const Plan& plan) {
  std::vector<std::pair<const VariantRecord*, std::vector<std::int64_t>>> variants;
  int width = 0;
  for (const PlannedRun& run : plan.runs) {
    const VariantRecord& variant = run.request.variant;
    auto same = variants.begin();
    while (same != variants.end() && same->first->settings != variant.settings) ++same;
    if (same == variants.end()) same = variants.insert(same, {&variant, {}});
    same->second.push_back(run.request.seed);
    width = std::max(width, std::min(display_width(variant.label), kWidestLabel));
  }
  const std::string seeds_below(static_cast<std::size_t>(width) + 9, ' ');  // behind "   seeds "
  std::string text;
  for (const auto& [variant, seeds] : variants) {
    text += folded(fmt::format("{}   seed{} {}", padded(variant->label, width), seeds.size() == 1 ? " " : "s",
                               fmt::join(seeds, ", ")),
                   terminal_width(STDOUT_FILENO), seeds_below) +
            '\n';
  }
  return text;
}

std::string plan_notes(const Plan& plan, int width) {
  std::string text;
  for (const std::string& note : plan.notes) text += folded("note: " + note, width, "      ") + '\n';
  return text;
}

std::string plan_json(const Plan& plan) {
  nlohmann::json list = nlohmann::json::array();
  for (const PlannedRun& run : plan.runs) {
    nlohmann::json object = {{"experiment", plan.experiment.name}, {"label", run.request.variant.label},
                             {"seed", run.request.seed},           {"code", run.request.code_identity},
                             {"metric", plan.experiment.metric},   {"settings", nlohmann::json::object()}};
    for (const auto& [name, value] : run.spec.settings) {
      object["settings"][name] = std::visit([](const auto& held) { return nlohmann::json(held); }, value);
    }
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace seqlab
