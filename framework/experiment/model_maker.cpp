#include "experiment/model_maker.h"

#include "experiment/embedding_files.h"

namespace seqlab {

TrainOptions train_options(const RunSpec& spec) { return train_schema().read(settings_below(spec.settings, "train.")); }

Precision precision_of(const RunSpec& spec) {
  return train_options(spec).precision == "f64" ? Precision::f64 : Precision::f32;
}

const std::string& model_name(const RunSpec& spec) { return std::get<std::string>(spec.settings.at("parts.model")); }

std::unique_ptr<Model> make_model(const RunSpec& spec, const Registry& registry, ParameterSet& parameters,
                                  const std::function<void(ModelContext&)>& describe) {
  const Component& component = registry.get(Kind::model, model_name(spec));
  OptionValues settings = spec.settings;
  for (const auto& [name, path] : embedding_files(spec.settings, spec.folder)) settings[name] = path.string();
  ModelContext context(parameters, registry, component, settings_below(spec.settings, "parts."), settings, {}, {},
                       static_cast<std::uint64_t>(spec.seed));
  describe(context);
  return component.make_model(settings_below(spec.settings, fmt::format("model.{}.", component.name)), context);
}

}  // namespace seqlab
