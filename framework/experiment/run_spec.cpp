#include "experiment/run_spec.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace seqlab {
namespace {

using Json = nlohmann::json;

Json value_to_json(const OptionValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

OptionValue value_from_json(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return json.get<std::vector<std::string>>();
}

}  // namespace

OptionValues settings_below(const OptionValues& settings, std::string_view prefix) {
  OptionValues below;
  for (const auto& [name, value] : settings) {
    if (name.starts_with(prefix)) below[name.substr(prefix.size())] = value;
  }
  return below;
}

std::string to_json(const RunSpec& spec) {
  Json settings = Json::object();
  for (const auto& [name, value] : spec.settings) settings[name] = value_to_json(value);
  const Json json = {{"experiment", spec.experiment},
                     {"folder", spec.folder},
                     {"metric", spec.metric},
                     {"settings", settings},
                     {"seed", spec.seed},
                     {"threads", spec.threads},
                     {"keep_examples", spec.keep_examples},
                     {"checkpoint_every", spec.checkpoint_every},
                     {"checkpoint_folder", spec.checkpoint_folder},
                     {"plugin_files", spec.plugin_files},
                     {"content", spec.content}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RunSpec run_spec_from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    RunSpec spec;
    json.at("experiment").get_to(spec.experiment);
    json.at("folder").get_to(spec.folder);
    json.at("metric").get_to(spec.metric);
    for (const auto& [name, value] : json.at("settings").items()) spec.settings[name] = value_from_json(value);
    json.at("seed").get_to(spec.seed);
    json.at("threads").get_to(spec.threads);
    json.at("keep_examples").get_to(spec.keep_examples);
    json.at("checkpoint_every").get_to(spec.checkpoint_every);
    json.at("checkpoint_folder").get_to(spec.checkpoint_folder);
    json.at("plugin_files").get_to(spec.plugin_files);
    json.at("content").get_to(spec.content);
    return spec;
  } catch (const Json::exception& error) {
    throw InternalError(fmt::format("damaged run specification: {}", error.what()));
  }
}

}  // namespace seqlab
